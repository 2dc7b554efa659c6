"""One run of the whole system on this machine: what must be so before it, and its stages."""

import fcntl
import http.client
import socket
import time
from collections.abc import Callable
from pathlib import Path

from upn.embedded import leftovers, postgres, valkey
from upn.embedded.account import POINTER, EmbeddedError, server_account, server_home, sockets
from upn.embedded.programs import Program, server_programs

Say = Callable[[str], None]
WEB_SECONDS = 180


class OneRun:
    """The lock on a data directory: one run at a time. Released when this process ends."""

    def __init__(self, data_dir: Path, *, address: str) -> None:
        data_dir.mkdir(parents=True, exist_ok=True)
        self._file = (data_dir / "run.lock").open("a+")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._file.seek(0)
            where = self._file.read().strip()
            self._file.close()
            raise EmbeddedError(
                f"UPN already runs with the data in {data_dir}, at {where}.\n"
                "Stop it there with Ctrl-C, or begin a second one with data and port of its own:\n"
                "  make run PORT=8010 UPN_DATA_DIR=/some/other/folder"
            ) from error
        self._file.truncate(0)
        self._file.write(address)
        self._file.flush()

    def close(self) -> None:
        self._file.close()


def check_port(host: str, port: int) -> None:
    """Raise EmbeddedError where the web server could not listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError as error:
            raise EmbeddedError(
                f"Port {port} is not open to this account. Choose one above 1023:\n"
                "  make run PORT=8010"
            ) from error
        except OSError as error:
            raise EmbeddedError(
                f"Port {port} on {host} is taken by another program. Choose another one:\n"
                f"  make run PORT={port + 10 if port < 65000 else 8010}"
            ) from error


def prepare_servers(
    data_dir: Path, *, with_postgres: bool, with_valkey: bool, say: Say
) -> list[Program]:
    """Make what the embedded servers need. Returns their programs; none where neither is ours."""
    count = leftovers.stop_leftovers(data_dir)
    if count:
        say(f"Stopped {count} processes that an earlier run left behind when it was killed.")
    account = server_account()
    sockets(data_dir, account)
    if not (with_postgres or with_valkey):
        return []
    home = server_home(data_dir, account)
    if home != data_dir:
        say(
            f"The account “{account.name}”, which runs the servers, can't reach {data_dir};"
            f" their data are in {home} (see {data_dir / POINTER})."
        )
    if with_postgres:
        postgres.prepare(data_dir, home=home, account=account)
    if with_valkey:
        valkey.prepare(data_dir, home=home, account=account)
    return server_programs(
        data_dir,
        home=home,
        account=account,
        with_postgres=with_postgres,
        with_valkey=with_valkey,
    )


def wait_for_web(host: str, port: int, *, alive: Callable[[], bool]) -> None:
    """Wait for the first answer of the web server. Raises EmbeddedError."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    deadline = time.monotonic() + WEB_SECONDS
    while time.monotonic() < deadline and alive():
        connection = http.client.HTTPConnection(host, port, timeout=10)
        try:
            connection.request("GET", "/healthz", headers={"Host": f"127.0.0.1:{port}"})
            connection.getresponse().read()
            return
        except (OSError, http.client.HTTPException):
            time.sleep(0.1)
        finally:
            connection.close()
    raise EmbeddedError("The web server does not answer; what it said is in its log.")
