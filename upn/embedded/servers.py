"""Both servers for as long as a `with` block runs, without a supervisor: for tests and benches."""

import contextlib
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

from upn.embedded import postgres, valkey
from upn.embedded.account import (
    Account,
    forget_sockets,
    plain_environment,
    server_account,
    server_home,
)
from upn.embedded.leftovers import mark

STOP_SECONDS = 60.0


def start(
    command: list[str], *, account: Account, data_dir: Path, log: Path
) -> subprocess.Popen[bytes]:
    """Start a server as the account, in a session of its own: a Ctrl-C must not reach it first."""
    with log.open("ab") as output:
        process: subprocess.Popen[bytes] = subprocess.Popen(  # noqa: S603
            command,
            cwd="/",
            env={**plain_environment(), **mark(data_dir)},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            **account.switch,  # type: ignore[call-overload]
        )
    return process


@contextlib.contextmanager
def running(
    data_dir: Path,
    *,
    postgres_settings: dict[str, str] | None = None,
    valkey_settings: dict[str, str] | None = None,
) -> Iterator[None]:
    """PostgreSQL and Valkey under `data_dir`, reached by `database_url` and `redis_url`."""
    account = server_account()
    home = server_home(data_dir, account)
    started: list[tuple[subprocess.Popen[bytes], signal.Signals]] = []
    try:
        postgres.prepare(data_dir, home=home, account=account)
        line = postgres.command(data_dir, home=home, account=account, settings=postgres_settings)
        database = start(line, account=account, data_dir=data_dir, log=data_dir / "postgres.log")
        started.append((database, signal.SIGINT))
        valkey.prepare(data_dir, home=home, account=account)
        line = valkey.command(data_dir, home=home, account=account, settings=valkey_settings)
        broker = start(line, account=account, data_dir=data_dir, log=data_dir / "valkey.log")
        started.append((broker, signal.SIGTERM))
        valkey.wait_until_ready(data_dir, alive=lambda: broker.poll() is None)
        postgres.wait_until_ready(data_dir, alive=lambda: database.poll() is None)
        yield
    finally:
        for process, stop in reversed(started):
            process.send_signal(stop)
        for process, _ in started:
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        forget_sockets(data_dir)
