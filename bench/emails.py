"""The same N personal multipart emails, sent four ways in turns to the same sink."""

import os
import smtplib
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from bench.peers.words import BODY, SENDER, SUBJECT, prebuilt
from bench.sending import checked, process_and_wait
from bench.site import ROOT, processes, worker_commands


def measure(folder: Path, port: int, *, messages: int, rounds: int) -> dict[str, dict[str, float]]:
    """Messages a second of each way: medians of `rounds`, taken in turns."""
    peers = Peers(folder, port)
    log = folder / "bench-workers.log"
    results: dict[str, list[float]] = {}
    with processes(
        *worker_commands(), environment={"EMAIL_URL": f"smtp://127.0.0.1:{port}"}, log=log
    ):
        this_project(1000)  # warm-up: the workers are up, their code is loaded
        ways: dict[str, tuple[Callable[[int], float], int]] = {
            "a bare smtplib loop": (lambda n: smtplib_loop(port, n), messages),
            "b this project": (this_project, messages),
            # The peers are slow: fewer messages give the same rate in less time.
            "c django-post_office, 2 processes": (peers.post_office, max(1000, messages // 20)),
            "d a Celery task a message": (peers.celery_task_each, max(1000, messages // 10)),
        }
        for turn in range(rounds):
            for name, (way, count) in ways.items():
                rate = count / way(count)  # the file's check is before Process
                results.setdefault(name, []).append(rate)
                print(f"  round {turn + 1}: {name}: {rate:,.0f}/s", flush=True)
    return {
        name: {
            "per_second": median(rates),
            "least": min(rates),
            "most": max(rates),
            "messages": ways[name][1],
        }
        for name, rates in results.items()
    }


def smtplib_loop(port: int, count: int) -> float:
    """(a) One connection, one prebuilt message: the limit of a plain loop. Seconds."""
    address, message = prebuilt()
    start = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", port) as connection:
        for _ in range(count):
            connection.sendmail(SENDER, [address], message)
    return time.perf_counter() - start


def this_project(count: int) -> float:
    """(b) From Process to the last recorded result. Seconds."""
    return process_and_wait(checked(count, subject=SUBJECT, body=BODY), count).all_recorded


class Peers:
    """The others, in a database of their own on the same server."""

    def __init__(self, folder: Path, port: int) -> None:
        import redis
        from django.conf import settings
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("CREATE DATABASE peer")
        self._log = folder / "bench-peers.log"
        self._redis = redis.Redis.from_url(settings.REDIS_URL)
        self._environment = {
            **os.environ,
            "PEER_DATABASE_URL": settings.DATABASE_URL.replace("/upn?", "/peer?"),
            "PEER_SMTP_PORT": str(port),
            "PEER_BROKER_URL": settings.CELERY_BROKER_URL,
            "PEER_REDIS_URL": settings.REDIS_URL,
            "DJANGO_SETTINGS_MODULE": "bench.peers.settings",
        }
        self._run("-m", "django", "migrate", "--verbosity=0")

    def post_office(self, count: int) -> float:
        """(c) From queueing to the last mail marked sent. Seconds."""
        start = time.perf_counter()
        self._run("-m", "bench.peers.fill_post_office", str(count))
        self._run("-m", "django", "send_queued_mail", "--processes=2", "--log-level=0")
        return time.perf_counter() - start

    def celery_task_each(self, count: int) -> float:
        """(d) From the first `delay` to the last task done, with 2 processes. Seconds."""
        command = [sys.executable, "-m", "celery", "-A", "bench.peers.celery_tasks", "worker",
                   "--concurrency=2", "--loglevel=WARNING", "--without-gossip",
                   "--without-mingle", "--hostname=peer@%h", "-Q", "peer"]  # fmt: skip
        environment = {k: v for k, v in self._environment.items() if k.startswith(("PEER_", "DJ"))}
        with processes(command, environment=environment, log=self._log):
            from celery import Celery

            app = Celery("peer", broker=self._environment["PEER_BROKER_URL"])
            self._wait_for(app, 1)  # the worker is up
            start = time.perf_counter()
            self._wait_for(app, count)
            return time.perf_counter() - start

    def _wait_for(self, app: object, count: int) -> None:
        self._redis.delete("peer:done")
        for n in range(count):
            app.send_task("peer.send", args=[n], queue="peer")  # type: ignore[attr-defined]
        while int(self._redis.get("peer:done") or 0) < count:
            time.sleep(0.02)

    def _run(self, *arguments: str) -> None:
        with self._log.open("ab") as output:
            subprocess.run(  # noqa: S603
                [sys.executable, *arguments],
                cwd=ROOT,
                env=self._environment,
                check=True,
                stdout=output,
                stderr=output,
            )
