"""The programs' logs as one stream on the terminal, each line with its program's name."""

import os
import threading
from pathlib import Path
from typing import TextIO

COLOURS = (36, 33, 35, 32, 34, 96, 93, 95)
RESET = "\x1b[0m"


class Follower:
    """Reads one log from where it ended when we began, across its rotations."""

    def __init__(self, path: Path, *, prefix: str) -> None:
        self.path = path
        self.prefix = prefix
        self._file = None if not path.exists() else path.open("rb")
        self._rest = b""
        if self._file:
            self._file.seek(0, 2)

    def lines(self) -> list[str]:
        """The complete lines that came since the last call."""
        found = self._read()
        if self._rotated():
            if self._file:
                self._file.close()
            self._file = self.path.open("rb")
            found += self._read()
        return found

    def _rotated(self) -> bool:
        try:
            now = self.path.stat()
        except FileNotFoundError:
            return False
        if self._file is None:
            return True
        return not os.path.samestat(now, os.fstat(self._file.fileno()))

    def _read(self) -> list[str]:
        if self._file is None:
            return []
        *lines, self._rest = (self._rest + self._file.read()).split(b"\n")
        return [line.decode(errors="replace") for line in lines]

    def close(self) -> None:
        if self._file:
            self._file.close()


class Output:
    """Follows the logs on a thread until `close`, which writes what is left."""

    def __init__(self, logs: dict[str, Path], *, to: TextIO) -> None:
        self._to = to
        colour = to.isatty()
        width = max(map(len, logs), default=0)
        self._followers = []
        for number, (name, path) in enumerate(logs.items()):
            prefix = f"{name:<{width}} | "
            if colour:
                prefix = f"\x1b[{COLOURS[number % len(COLOURS)]}m{prefix}{RESET}"
            self._followers.append(Follower(path, prefix=prefix))
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._follow, daemon=True)
        self._thread.start()

    def _follow(self) -> None:
        while not self._end.wait(0.2):
            self._write()
        self._write()

    def _write(self) -> None:
        for follower in self._followers:
            for line in follower.lines():
                self._to.write(f"{follower.prefix}{line}\n")
        self._to.flush()

    def close(self) -> None:
        self._end.set()
        self._thread.join()
        for follower in self._followers:
            follower.close()
