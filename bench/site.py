"""A whole site for a measurement: servers with their default fsync, workers, beat."""

import contextlib
import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from upn.celery import CONCURRENCY, QUEUES
from upn.embedded import servers
from upn.embedded.leftovers import remove
from upn.embedded.programs import beat_command, worker_command

ROOT = Path(__file__).resolve().parent.parent


@contextlib.contextmanager
def servers_running() -> Iterator[Path]:
    """PostgreSQL and Valkey in a folder of their own; Django is set up on them, and migrated."""
    folder = Path(tempfile.mkdtemp(prefix="upn-bench-"))
    os.environ["UPN_DATA_DIR"] = str(folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "upn.settings"
    os.environ["QUIET_HOURS_EXEMPT_PURPOSES"] = "field_work,outage,verification"
    for name in ("DATABASE_URL", "REDIS_URL"):
        os.environ.pop(name, None)
    try:
        with servers.running(folder):
            import django

            django.setup()
            from django.core.management import call_command

            call_command("migrate", verbosity=0)
            yield folder
            from django.db import connections

            connections.close_all()
    finally:
        remove(folder)


@contextlib.contextmanager
def processes(
    *commands: list[str], environment: dict[str, str], log: Path
) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Processes that run as long as the block does."""
    started: list[subprocess.Popen[bytes]] = []
    try:
        for command in commands:
            with log.open("ab") as output:
                started.append(
                    subprocess.Popen(  # noqa: S603
                        command,
                        cwd=ROOT,
                        env={**os.environ, **environment},
                        stdin=subprocess.DEVNULL,
                        stdout=output,
                        stderr=subprocess.STDOUT,
                        start_new_session=True,
                    )
                )
        yield started
    finally:
        for process in started:
            process.terminate()
        for process in started:
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def worker_commands() -> list[list[str]]:
    """The project's own worker processes, as `manage.py up` starts them, and beat."""
    return [
        *(
            worker_command(name, queues=queues, concurrency=CONCURRENCY[name])
            for name, queues in QUEUES.items()
        ),
        beat_command(Path(os.environ["UPN_DATA_DIR"])),
    ]


def wait_until_up(port: int) -> None:
    """The web server answers, and every worker is up: their start is no part of it."""
    from upn.celery import app

    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
            continue
        if len(app.control.ping(timeout=1, limit=len(QUEUES)) or []) == len(QUEUES):
            return
    raise AssertionError("The web server or a worker does not answer.")
