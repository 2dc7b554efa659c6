"""Processes of a run that was killed: found by a mark in their environment, and stopped."""

import contextlib
import os
import shutil
from pathlib import Path

import psutil

from upn.embedded import postgres, valkey
from upn.embedded.account import POINTER
from upn.embedded.places import name_of, socket_dir

MARK = "UPN_STARTED_FOR"


def mark(data_dir: Path) -> dict[str, str]:
    """The environment variable that every process started for a data directory carries."""
    return {MARK: name_of(data_dir)}


def marked(data_dir: Path) -> list[psutil.Process]:
    """What runs for this data directory, ourselves and our parents not counted."""
    wanted = name_of(data_dir)
    ours = {os.getpid(), *(parent.pid for parent in psutil.Process().parents())}
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.pid not in ours and process.environ().get(MARK) == wanted:
                found.append(process)
    return found


def stop_leftovers(data_dir: Path, *, seconds: float = 60) -> int:
    """Stop whatever still runs for the data directory, PostgreSQL last. How many there were."""
    processes = marked(data_dir)
    # A supervisor among them stops its own programs in order, so those are not asked first.
    pids = {process.pid for process in processes}
    heads = []
    for process in processes:
        with contextlib.suppress(psutil.Error):
            if process.ppid() not in pids:
                heads.append(process)
    for process in heads:
        with contextlib.suppress(psutil.Error):
            process.terminate()
    _, alive = psutil.wait_procs(processes, timeout=seconds)
    for process in alive:
        with contextlib.suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(alive, timeout=10)
    count = len(processes)
    # The servers write over their environment, and are found by their pid files instead.
    for home in {data_dir, _home(data_dir)}:
        count += valkey.stop_leftover(valkey.data_of(home))
        count += postgres.stop_leftover(postgres.data_of(home))
    return count


def _home(data_dir: Path) -> Path:
    pointer = data_dir / POINTER
    return Path(pointer.read_text().strip()) if pointer.exists() else data_dir


def remove(data_dir: Path) -> None:
    """Remove a data directory with everything in it: for tests, which make their own."""
    home = _home(data_dir)
    shutil.rmtree(socket_dir(data_dir), ignore_errors=True)
    if home != data_dir:
        shutil.rmtree(home, ignore_errors=True)
    shutil.rmtree(data_dir, ignore_errors=True)
