"""Whatever is killed in the middle of a sending, sink and rows agree: none lost, none twice.

The whole system runs as `make run` starts it, under its supervisor, which brings back what dies.
One round here; `make chaos` does twenty.
"""

import csv
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
from django.conf import settings

from tests.infrastructure.test_up import FOREIGN, free_port, said, start_up
from tests.session import ROOT, VARIABLE
from tests.wire import SmtpSink, wait_for
from upn.embedded import database_url, postgres, valkey
from upn.embedded.leftovers import marked, remove, stop_leftovers

ROWS = 5_000
ROUNDS = int(os.environ.get("UPN_CHAOS_ROUNDS", "1"))
# Seconds in which sending must go on after what was killed is back.
GOING_AGAIN = 30
RESTART = 10
# What one kill may leave in doubt: two drains with two windows each.
IN_DOUBT = 2 * 2 * settings.DELIVERY_WINDOW

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(300 + 180 * ROUNDS)]


@dataclass
class System:
    folder: Path
    sink: SmtpSink
    environment: dict[str, str]

    def query(self, sql: str, *params: object) -> list[tuple[Any, ...]]:
        """Rows from the system's database; waits while it is restarted."""
        for _ in range(300):
            try:
                with psycopg.connect(database_url(self.folder), autocommit=True) as connection:
                    return list(connection.execute(sql, params).fetchall())
            except psycopg.OperationalError:
                time.sleep(0.1)
        raise AssertionError("the database did not come back")

    def manage(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def processes(self, word: str) -> list[psutil.Process]:
        """Those whose command line has the word; waits while the supervisor brings them back."""
        wait_for(lambda: self._found(word), seconds=60, what=f"{word} runs")
        return self._found(word)

    def _found(self, word: str) -> list[psutil.Process]:
        found = []
        for process in marked(self.folder):
            try:
                if any(word in part for part in process.cmdline()):
                    found.append(process)
            except psutil.Error:
                continue
        return found

    # ── what happens to it ──────────────────────────────────────────────────────────────────
    def kill_a_worker(self) -> None:
        """The bulk worker with its children, as the kernel does it when memory runs out."""
        _kill(self.processes("--hostname=bulk@%h"))

    def kill_all_workers(self) -> None:
        _kill(self.processes("--hostname="))

    def kill_valkey(self) -> None:
        server = valkey.running_server(valkey.data_of(self.folder))
        assert server is not None
        server.kill()

    def restart_postgres(self) -> None:
        server = postgres.running_server(postgres.data_of(self.folder))
        assert server is not None
        os.kill(server.pid, signal.SIGINT)


KINDS: list[Callable[[System], None]] = [
    System.kill_a_worker,
    System.kill_all_workers,
    System.kill_valkey,
    System.restart_postgres,
]


def _kill(processes: list[psutil.Process]) -> None:
    for process in processes:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue


@pytest.fixture(scope="module")
def system() -> Iterator[System]:
    folder = Path(os.environ[VARIABLE]) / "chaos"
    folder.mkdir()
    folder.chmod(0o755)
    sink = SmtpSink()
    environment = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    port = free_port()
    environment |= {
        "UPN_DATA_DIR": str(folder),
        "UPN_DEMO": "0",
        "PORT": str(port),
        "EMAIL_URL": sink.url,
    }
    up = start_up(folder, port=port, extra={"EMAIL_URL": sink.url})
    try:
        wait_for(
            lambda: "UPN is ready" in said(folder) or up.poll() is not None,
            seconds=120,
            what="the system is up",
        )
        assert up.poll() is None, said(folder)
        yield System(folder, sink, environment)
    finally:
        up.send_signal(signal.SIGINT)
        up.wait(90)
        sink.stop()
        stop_leftovers(folder)
        remove(folder)


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_sink_and_rows_agree_whatever_is_killed(system: System, turn: int, tmp_path: Path) -> None:
    chance = random.Random(turn)
    # The one round of every test run has all four in one sending.
    kinds = KINDS if ROUNDS == 1 else [KINDS[turn % len(KINDS)]]
    system.sink.clear()
    file = tmp_path / f"members-{turn}.csv"
    with file.open("w", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow(["Member Separator", "Email", "Name"])
        writer.writerows(
            [f"9{turn:03d}{n:05d}001", f"m{turn}-{n}@example.com", f"Member {n}"]
            for n in range(ROWS)
        )
    answer = json.loads(
        system.manage(
            "send_mass_notification", str(file), "--subject=Storm", "--body=Hello {{ name }}",
            "--channels=email", "--purpose=field_work", "--json",
        )
    )  # fmt: skip
    started = time.monotonic()
    killed: list[float] = []
    for kind in kinds:
        already = len(system.sink.delivered)
        wait_for(
            lambda n=already: len(system.sink.delivered) > n or len(system.sink.delivered) >= ROWS,  # type: ignore[misc]
            seconds=60,
            what="the sending is under way",
        )
        time.sleep(chance.uniform(0, 0.8))  # a random moment is what is tested
        kind(system)
        killed.append(time.monotonic())

    (batch,) = system.query(
        "SELECT batch_id FROM mass_notifications_massnotification WHERE id = %s", answer["id"]
    )[0]

    def settled() -> bool:
        counts: dict[str, int] = dict(
            system.query(
                "SELECT status, count(*) FROM delivery_message WHERE batch_id = %s GROUP BY 1",
                batch,
            )
        )
        return sum(counts.values()) == ROWS and not (counts.keys() & {"queued", "held", "sending"})

    wait_for(settled, seconds=150, what="every message is settled")

    got = Counter(system.sink.recipients)
    rows: dict[str, str] = dict(
        system.query("SELECT address, status FROM delivery_message WHERE batch_id = %s", batch)
    )
    sent = {address for address, status in rows.items() if status == "sent"}
    unknown = {address for address, status in rows.items() if status == "unknown"}
    print(
        f"round {turn}: {', '.join(kind.__name__ for kind in kinds)}: {len(sent)} sent, "
        f"{len(unknown)} in doubt of which {len(unknown & got.keys())} arrived, "
        f"{time.monotonic() - started:.1f} s"
    )
    assert len(rows) == ROWS
    assert [address for address, times in got.items() if times > 1] == []
    assert sent <= got.keys(), "said to be sent, and never arrived"
    assert got.keys() <= sent | unknown, "arrived, and said not to have been"
    assert sent | unknown == rows.keys()
    assert len(unknown) <= IN_DOUBT * len(kinds)
    times = sorted(one.at for one in system.sink.delivered)
    for moment in killed:
        later = [at for at in times if at > moment]
        # Where nothing came after it, everything had been handed over, or was in doubt.
        if later:
            assert later[0] - moment <= GOING_AGAIN + RESTART
