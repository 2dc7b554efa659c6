"""Checking a file: rows a second, and the most memory that a process held."""

import json
import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench.sending import write_csv
from bench.site import ROOT


@dataclass(frozen=True)
class Checked:
    rows: int
    seconds: float
    command_seconds: float  # `check_recipients`, from the start of Python
    command_mb: float  # most memory of the checking process
    postgres_mb: float  # most private memory of a PostgreSQL process

    @property
    def per_second(self) -> float:
        return self.rows / self.seconds


def measure(sizes: tuple[int, ...]) -> list[Checked]:
    found = []
    for rows in sizes:
        found.append(_check(write_csv(Path(os.environ["UPN_DATA_DIR"]) / "check.csv", rows), rows))
        last = found[-1]
        print(
            f"  {rows:,} rows: {last.per_second:,.0f}/s, {last.command_mb:.0f} MB here, "
            f"{last.postgres_mb:.0f} MB in PostgreSQL",
            flush=True,
        )
    return found


def _check(path: Path, rows: int) -> Checked:
    """As the worker checks it, from file to stored rows and counted words; and the command, which
    keeps nothing but has to start first."""
    most = {"command": 0, "postgres": 0}
    seconds = float(_watched([sys.executable, "-m", "bench.check_one", str(path)], most))
    command = [sys.executable, "manage.py", "check_recipients", str(path), "--channels=email,sms"]
    start = time.perf_counter()
    answer = json.loads(_watched(command, most))
    command_seconds = time.perf_counter() - start
    if not answer["rows"] == answer["good"] == rows:
        raise RuntimeError(f"{answer['good']} of {rows} rows were good: {answer['problems'][:3]}")
    return Checked(
        rows, seconds, command_seconds, most["command"] / 2**20, most["postgres"] / 2**20
    )


def _watched(command: list[str], most: dict[str, int]) -> bytes:
    """What it prints; the peaks of memory go into `most`."""
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)  # noqa: S603
    done = threading.Event()
    watcher = threading.Thread(target=_watch, args=(process.pid, most, done))
    watcher.start()
    output, _ = process.communicate()
    done.set()
    watcher.join()
    if process.returncode:
        raise RuntimeError(f"{command[1:3]} ended with {process.returncode}")
    return output


def _watch(pid: int, most: dict[str, int], done: threading.Event) -> None:
    """Peaks: resident memory of the command, and of PostgreSQL's processes without the cache
    that they all share."""
    servers = [p for p in psutil.process_iter() if p.name() == "postgres"]
    while not done.wait(0.1):
        try:
            most["command"] = max(most["command"], psutil.Process(pid).memory_info().rss)
        except psutil.Error:
            continue
        for server in [*servers, *_children(servers)]:
            try:
                memory = server.memory_info()
                most["postgres"] = max(most["postgres"], memory.rss - memory.shared)
            except psutil.Error:
                continue


def _children(servers: list[psutil.Process]) -> list[psutil.Process]:
    found = []
    for server in servers:
        try:
            found += server.children()
        except psutil.Error:
            continue
    return found
