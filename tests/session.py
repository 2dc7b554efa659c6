"""A data directory and an environment of its own for each run of pytest.

Several runs may go on side by side, beside a running `make run` too: nothing is shared.
"""

import fcntl
import os
import tempfile
from pathlib import Path

from upn.embedded import database_url, redis_url
from upn.embedded.leftovers import mark, remove, stop_leftovers

ROOT = Path(__file__).resolve().parent.parent
SESSIONS = ROOT / "var" / "test"
VARIABLE = "UPN_TEST_SESSION"
# Names from a person's shell or a real site that must not reach the tests.
FOREIGN = ("EMAIL_", "TWILIO_", "VAPID_", "FIREBASE_", "FCM_", "UTILITY_", "QUIET_HOURS_")
ALSO_FOREIGN = ("PORT", "PUBLIC_URL", "ALLOWED_HOSTS", "UPN_DEBUG", "UPN_DEMO", "APPROVAL_ABOVE")


def prepare_environment() -> None:
    """Set what the settings read. Called once in each process of a run, before they are read."""
    if VARIABLE not in os.environ:
        SESSIONS.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix="session-", dir=SESSIONS))
        folder.chmod(0o755)  # PostgreSQL may run as another account; see upn/embedded/account.py
        os.environ[VARIABLE] = str(folder)
        for name in list(os.environ):
            if name.startswith(FOREIGN) or name in ALSO_FOREIGN:
                del os.environ[name]
    folder = session_folder()
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    mine = folder / (worker or "main")
    (mine / "static").mkdir(parents=True, exist_ok=True)  # WhiteNoise warns where it is missing
    number = int(worker.removeprefix("gw")) + 1 if worker else 0
    os.environ.update(
        {
            **mark(folder),
            "UPN_DATA_DIR": str(mine),
            "DATABASE_URL": database_url(folder),
            "REDIS_URL": redis_url(folder, db=number),
            "SECRET_KEY": "a key for the tests alone",
            "STAFF_SECOND_FACTOR": "0",
            # Playwright's synchronous interface keeps an event loop in the tests' own thread.
            "DJANGO_ALLOW_ASYNC_UNSAFE": "1",
        }
    )


def session_folder() -> Path:
    return Path(os.environ[VARIABLE])


class SessionLock:
    """Held while a run lasts: it tells a live run's folder from a dead one's."""

    def __init__(self, folder: Path) -> None:
        self.file = (folder / "in-use").open("w")
        fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def release(self) -> None:
        self.file.close()


def sweep_dead_sessions() -> None:
    """Stop and remove what runs left that were killed."""
    for folder in SESSIONS.glob("session-*"):
        try:
            with (folder / "in-use").open("r+") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                stop_leftovers(folder)
                remove(folder)
        except OSError:  # in use, or being made or removed by another run at this moment
            continue
