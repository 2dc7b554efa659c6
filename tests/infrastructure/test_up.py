"""`manage.py up` as a person runs it: started, hurt, stopped."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.session import ROOT, VARIABLE
from tests.wire import wait_for
from upn.celery import QUEUES
from upn.embedded import postgres, valkey
from upn.embedded.leftovers import MARK, marked, remove, stop_leftovers
from upn.embedded.supervisor import log_of

FOREIGN = {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "DJANGO_SETTINGS_MODULE", VARIABLE, MARK}


@pytest.fixture
def data_dir() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="up-", dir=os.environ[VARIABLE])).resolve()
    folder.chmod(0o755)
    yield folder
    stop_leftovers(folder)
    remove(folder)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_up(
    data_dir: Path, *, port: int, extra: dict[str, str] | None = None
) -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    with (data_dir / "output").open("ab") as output:
        return subprocess.Popen(
            [sys.executable, "manage.py", "up"],
            cwd=ROOT,
            env={
                **environment,
                "UPN_DATA_DIR": str(data_dir),
                "PORT": str(port),
                "UPN_DEMO": "0",
                **(extra or {}),
            },
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )


def said(data_dir: Path) -> str:
    return (data_dir / "output").read_text(errors="replace")


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as reply:
            return bool(reply.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def pid_of(data_dir: Path, name: str) -> int | None:
    """The pid of a program's first process."""
    if name == "postgres":
        server = postgres.running_server(postgres.data_of(data_dir))
        return int(server.pid) if server else None
    if name == "valkey":
        server = valkey.running_server(valkey.data_of(data_dir))
        return int(server.pid) if server else None
    for process in sorted(marked(data_dir), key=lambda process: process.create_time()):
        with contextlib.suppress(psutil.Error):
            if f"--hostname={name}@%h" in process.cmdline():
                return int(process.pid)
    return None


def wait_for_another(data_dir: Path, name: str, old: int | None) -> None:
    wait_for(
        lambda: pid_of(data_dir, name) not in (None, old), seconds=60, what=f"{name} runs again"
    )


@pytest.mark.timeout(420)  # some 20 s, and far more on a machine that has much else to do
def test_up_serves_outlives_killed_programs_and_stops_without_a_trace(data_dir: Path) -> None:
    port = free_port()
    up = start_up(data_dir, port=port)
    try:
        wait_for(
            lambda: "UPN is ready" in said(data_dir) or up.poll() is not None,
            seconds=240,
            what="up is ready",
        )
        assert up.poll() is None, said(data_dir)
        assert answers(port)

        second = start_up(data_dir, port=port)
        assert second.wait(60) == 1
        assert f"already runs with the data in {data_dir}" in said(data_dir)

        old = {name: pid_of(data_dir, name) for name in ("bulk", "valkey", "postgres")}
        assert all(old.values()), old
        for pid in old.values():
            os.kill(pid or 0, signal.SIGKILL)
        for name, pid in old.items():
            wait_for_another(data_dir, name, pid)
        postgres.wait_until_ready(data_dir, seconds=60)
        valkey.wait_until_ready(data_dir, seconds=60)
        wait_for(lambda: answers(port), seconds=60, what="the web answers again")
    finally:
        up.send_signal(signal.SIGINT)
        code = up.wait(120)
    assert code == 0, said(data_dir)
    assert "Stopped." in said(data_dir)
    assert marked(data_dir) == []
    assert pid_of(data_dir, "postgres") is None
    assert pid_of(data_dir, "valkey") is None
    assert all(log_of(data_dir, f"worker-{name}").exists() for name in QUEUES)


def test_a_taken_port_is_named_and_nothing_is_started(data_dir: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = int(other.getsockname()[1])
        assert start_up(data_dir, port=port).wait(60) == 1
    assert f"Port {port} on 127.0.0.1 is taken" in said(data_dir)
    assert "make run PORT=" in said(data_dir)
    assert not (data_dir / "postgres").exists()
