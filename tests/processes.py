"""Real Celery worker processes against the test's own database."""

import os
import signal
import subprocess
from pathlib import Path

from django.conf import settings
from django.db import connection

from tests.session import ROOT, session_folder
from tests.wire import wait_for
from upn.celery import CONCURRENCY, QUEUES, app
from upn.embedded.places import ROLE, socket_dir
from upn.embedded.programs import worker_command

READY_SECONDS = 150


def test_database_url() -> str:
    """The URL of the database that this test uses, for a process that it starts."""
    name = connection.settings_dict["NAME"]
    return f"postgresql://{ROLE}@/{name}?host={socket_dir(session_folder())}"


def process_environment(extra: dict[str, str] | None = None) -> dict[str, str]:
    """The environment for a process that is to share the test's database and broker."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "upn.settings",
        "DATABASE_URL": test_database_url(),
        "PYTHONWARNINGS": "default",
        "DELIVERY_LINGER": "0.2",  # a test waits until the workers are idle
        **(extra or {}),
    }


class Workers:
    """The project's worker processes, by the names in upn/celery.py: urgent, bulk, work.

    They stay up from test to test as long as the environment asked for is the same, since
    starting them takes seconds.
    """

    def __init__(self) -> None:
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._environment: dict[str, str] = {}

    @property
    def log(self) -> Path:
        return Path(settings.DATA_DIR) / "workers.log"

    def start(self, *names: str, env: dict[str, str] | None = None) -> None:
        """Have these workers running (all, where none is named) and ready for tasks.

        `env` comes on top of the test's environment, for instance `EMAIL_URL`.
        """
        wanted = process_environment(env)
        if wanted != self._environment:
            self.stop()
            self._environment = wanted
        for name in names or tuple(QUEUES):
            if name in self._processes and self._processes[name].poll() is None:
                continue
            with self.log.open("ab") as output:
                self._processes[name] = subprocess.Popen(
                    worker_command(name, queues=QUEUES[name], concurrency=CONCURRENCY[name]),
                    cwd=ROOT,
                    env=wanted,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
        self.wait_until_ready(*names)

    def wait_until_ready(self, *names: str) -> None:
        wanted = set(names or QUEUES)

        def ready() -> bool:
            for name in wanted:
                if self._processes[name].poll() is not None:
                    raise AssertionError(f"worker {name} ended:\n{self.tail()}")
            return wanted <= self._answering(limit=len(wanted))

        wait_for(ready, seconds=READY_SECONDS, what=f"workers {sorted(wanted)} are ready")

    @staticmethod
    def _answering(*, limit: int) -> set[str]:
        replies = app.control.broadcast("ping", reply=True, timeout=0.5, limit=limit) or []
        return {host.split("@")[0] for reply in replies for host in reply}

    def pid(self, name: str) -> int:
        return self._processes[name].pid

    def kill(self, *names: str) -> None:
        """`kill -9` of the workers (all, where none is named) with their children."""
        for name in names or tuple(self._processes):
            process = self._processes.pop(name)
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def stop(self) -> None:
        """Ask them to end (SIGTERM), as the supervisor does; after a minute make them."""
        for process in self._processes.values():
            process.terminate()
        for process in self._processes.values():
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self._processes.clear()

    def settle(self) -> None:
        """After a test: nothing waits and nothing runs. A worker that won't settle is killed."""
        if not self._processes:
            return
        empty_broker()
        try:
            wait_for(self._idle, seconds=10, what="the workers are idle")
        except AssertionError:
            self.kill()
        empty_broker()

    def _idle(self) -> bool:
        inspect = app.control.inspect(timeout=1, limit=len(self._processes))
        for answer in (inspect.active(), inspect.reserved()):
            if answer is None or len(answer) < len(self._processes) or any(answer.values()):
                return False
        return True

    def tail(self, lines: int = 40) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


def empty_broker() -> None:
    """Remove queues, pacing, locks and cache, and leave the bindings of live workers."""
    import redis

    with redis.Redis.from_url(settings.REDIS_URL) as client:
        keys = [key for key in client.scan_iter(count=1000) if not key.startswith(b"_kombu.")]
        if keys:
            client.delete(*keys)
