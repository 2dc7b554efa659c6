"""What runs: the servers, the web, a worker process for each set of queues, and beat.

One list for `manage.py up`, for the tests' workers, and to hold docker-compose.yml against.
"""

import sys
from dataclasses import dataclass, field
from pathlib import Path

from upn.embedded import postgres, valkey
from upn.embedded.account import Account

# What is in hand at a stop gets this long. Nothing is lost after it either: a message that
# was claimed goes back to the queue once its lease ends.
STOP_SECONDS = 30


@dataclass(frozen=True, kw_only=True)
class Program:
    """A process to keep alive.

    `stage`: lower ones start first and stop last; one stage starts and stops together.
    """

    name: str
    command: list[str]
    stage: int
    account: Account | None = None
    stop_signal: str = "TERM"
    stop_seconds: int = STOP_SECONDS
    environment: dict[str, str] = field(default_factory=dict)


POSTGRES, VALKEY, BEAT, APP = 10, 20, 30, 40


def server_programs(
    data_dir: Path, *, home: Path, account: Account, with_postgres: bool, with_valkey: bool
) -> list[Program]:
    programs = []
    if with_postgres:
        programs.append(
            Program(
                name="postgres",
                command=postgres.command(data_dir, home=home, account=account),
                stage=POSTGRES,
                account=account,
                stop_signal="INT",  # ends the sessions, and leaves the data in order
                stop_seconds=60,
            )
        )
    if with_valkey:
        programs.append(
            Program(
                name="valkey",
                command=valkey.command(data_dir, home=home, account=account),
                stage=VALKEY,
                account=account,
                stop_seconds=60,
            )
        )
    return programs


def web_command(bind: str) -> list[str]:
    """`bind`: host:port."""
    return [
        sys.executable,
        "-m",
        "gunicorn",
        "upn.wsgi",
        f"--bind={bind}",
        "--worker-class=gthread",
        "--workers=2",
        "--threads=4",
        "--timeout=60",
        "--graceful-timeout=10",
        "--max-requests=10000",
        "--max-requests-jitter=1000",
        "--preload",
        "--no-control-socket",
    ]


def worker_command(name: str, *, queues: list[str], concurrency: int) -> list[str]:
    return [
        sys.executable,
        "-m",
        "celery",
        "--quiet",
        "--app=upn",
        "worker",
        f"--hostname={name}@%h",
        f"--queues={','.join(queues)}",
        f"--concurrency={concurrency}",
        "--loglevel=WARNING",
        "--without-gossip",
        "--without-mingle",
    ]


def beat_command(data_dir: Path) -> list[str]:
    return [
        sys.executable,
        "-m",
        "celery",
        "--quiet",
        "--app=upn",
        "beat",
        f"--schedule={data_dir / 'beat-schedule'}",
        "--pidfile=",
        "--loglevel=WARNING",
    ]


def app_programs(
    data_dir: Path, *, bind: str, queues: dict[str, list[str]], concurrency: dict[str, int]
) -> list[Program]:
    """The web, a worker for each entry of `queues` (worker → its queues), and beat."""
    workers = [
        Program(
            name=f"worker-{name}",
            command=worker_command(name, queues=names, concurrency=concurrency[name]),
            stage=APP,
        )
        for name, names in queues.items()
    ]
    return [
        Program(name="web", command=web_command(bind), stage=APP),
        *workers,
        Program(name="beat", command=beat_command(data_dir), stage=BEAT, stop_seconds=10),
    ]
