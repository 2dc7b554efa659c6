"""`manage.py up`: the whole system on this machine, until Ctrl-C."""

import contextlib
import os
import signal
import sys
import time
from pathlib import Path
from types import FrameType
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from redis import RedisError

from upn import demo
from upn.celery import CONCURRENCY, QUEUES, app
from upn.embedded import leftovers, postgres, valkey
from upn.embedded.account import EmbeddedError
from upn.embedded.output import Output
from upn.embedded.programs import app_programs
from upn.embedded.run import OneRun, check_port, prepare_servers, wait_for_web
from upn.embedded.supervisor import Supervisor, log_of

DEMO_MEMBERS = 2000
WORKERS_SECONDS = 180


class StopAskedFor(BaseException):
    """Ctrl-C, SIGTERM, or the terminal went away."""


class Command(BaseCommand):
    help = (
        "Start everything on this machine and keep it running until Ctrl-C: PostgreSQL and"
        " Valkey (unless DATABASE_URL and REDIS_URL name others), web, workers, and beat."
        " PORT, UPN_BIND, UPN_DATA_DIR and UPN_DEMO=0 in the environment are respected."
    )
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        data_dir = Path(settings.DATA_DIR)
        host = os.environ.get("UPN_BIND", "127.0.0.1")
        try:
            port = int(os.environ.get("PORT") or 8000)
        except ValueError as error:
            raise CommandError(f"PORT is “{os.environ['PORT']}”, which is no number.") from error
        os.environ["PORT"] = str(port)
        _stop_on_signals()
        try:
            with contextlib.closing(OneRun(data_dir, address=settings.PUBLIC_URL)):
                check_port(host, port)
                self.check()
                self._run(data_dir, host=host, port=port)
        except EmbeddedError as error:
            raise CommandError(str(error)) from error

    def _run(self, data_dir: Path, *, host: str, port: int) -> None:
        started = time.monotonic()
        with contextlib.ExitStack() as stack:
            try:
                supervisor = self._start(data_dir, host=host, port=port, stack=stack)
                self._greet(seconds=time.monotonic() - started)
                self._watch(supervisor)
            except StopAskedFor:
                self._say("Stopping …")
        self._say("Stopped. Nothing is lost; make run goes on from here.")

    def _start(
        self, data_dir: Path, *, host: str, port: int, stack: contextlib.ExitStack
    ) -> Supervisor:
        os.environ.update(leftovers.mark(data_dir))
        os.environ["UPN_DATA_DIR"] = str(data_dir)
        with_postgres = "DATABASE_URL" not in os.environ
        with_valkey = "REDIS_URL" not in os.environ
        servers = prepare_servers(
            data_dir, with_postgres=with_postgres, with_valkey=with_valkey, say=self._say
        )
        rest = app_programs(data_dir, bind=f"{host}:{port}", queues=QUEUES, concurrency=CONCURRENCY)
        programs = [*servers, *rest]
        logs = {program.name: log_of(data_dir, program.name) for program in programs}
        supervisor = Supervisor(programs, data_dir=data_dir, checkout=settings.BASE_DIR)
        output = Output(logs, to=sys.stdout)
        stack.callback(output.close)
        stack.callback(supervisor.stop)
        stack.callback(_ignore_signals)  # whatever ends us, the stop runs in order to its end

        if servers:
            self._say(f"Starting {' and '.join(one.name for one in servers)} …")
        supervisor.start(one.name for one in servers)
        if with_valkey:
            valkey.wait_until_ready(data_dir, alive=lambda: supervisor.alive)
        if with_postgres:
            postgres.wait_until_ready(data_dir, alive=lambda: supervisor.alive)
        self._say("Bringing the database up to date …")
        call_command("migrate", interactive=False, verbosity=0)
        self._seed()
        connections.close_all()
        Path(settings.STATIC_ROOT).mkdir(exist_ok=True)
        self._say("Starting web, workers and beat …")
        supervisor.start(one.name for one in rest)
        wait_for_web(host, port, alive=lambda: supervisor.alive)
        self._wait_for_workers()
        return supervisor

    def _wait_for_workers(self) -> None:
        """Ready means that what is sent goes out. Raises EmbeddedError."""
        deadline = time.monotonic() + WORKERS_SECONDS
        missing = set(QUEUES)
        while missing:
            if time.monotonic() > deadline:
                names = ", ".join(f"worker-{name}" for name in sorted(missing))
                raise EmbeddedError(f"These do not answer: {names}. See their logs above.")
            try:
                replies = app.control.broadcast("ping", reply=True, timeout=1, limit=len(QUEUES))
            except RedisError:  # the broker died at this moment, and is started again
                time.sleep(0.2)
                continue
            missing = set(QUEUES) - {name.split("@")[0] for one in replies or () for name in one}

    def _seed(self) -> None:
        if not settings.DEMO or os.environ.get("UPN_DEMO") == "0":
            return
        if apps.get_model("customers", "Customer").objects.exists():
            return
        self._say(f"Making a demonstration co-operative with {DEMO_MEMBERS:,} members (once) …")
        call_command("seed_demo", members=DEMO_MEMBERS)

    def _greet(self, *, seconds: float) -> None:
        lines = ["", f"UPN is ready after {seconds:.0f} s:  {settings.PUBLIC_URL}/"]
        if settings.DEMO and os.environ.get("UPN_DEMO") != "0":
            lines.append(f"Sign in as {demo.DEMO_EMAIL} with the password {demo.DEMO_PASSWORD}")
        lines += ["Ctrl-C stops everything.", ""]
        self._say("\n".join(lines))

    def _watch(self, supervisor: Supervisor) -> None:
        """Say what died and came back. Returns only by an exception."""
        before = supervisor.states()
        while supervisor.alive:
            time.sleep(1)
            try:
                supervisor.revive()
                now = supervisor.states()
            except OSError:
                continue
            for name, (state, pid) in now.items():
                if pid and before.get(name) != (state, pid) and state == "RUNNING":
                    self._say(f"{name} had ended and runs again.")
                    before[name] = (state, pid)
        raise EmbeddedError("supervisord has ended. Start again: what it left is put in order.")

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def _stop_on_signals() -> None:
    def stop(number: int, frame: FrameType | None) -> None:
        raise StopAskedFor

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)


def _ignore_signals() -> None:
    """A second Ctrl-C must not break the order of a stop."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
