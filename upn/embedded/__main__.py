"""`python -m upn.embedded COMMAND …`: run a command with the embedded servers up.

Where `make run` has them up already, those are used; else they run as long as the command.
"""

import os
import subprocess
import sys
from pathlib import Path

from upn.embedded import leftovers, servers
from upn.embedded.account import EmbeddedError
from upn.embedded.run import OneRun

CHECKOUT = Path(__file__).resolve().parent.parent.parent


def main(command: list[str]) -> int:
    if "DATABASE_URL" in os.environ and "REDIS_URL" in os.environ:
        return subprocess.call(command)  # noqa: S603
    data_dir = Path(os.environ.get("UPN_DATA_DIR", CHECKOUT / "var")).resolve()
    try:
        lock = OneRun(data_dir, address=f"“{' '.join(command)}”")
    except EmbeddedError:
        return subprocess.call(command)  # noqa: S603
    try:
        leftovers.stop_leftovers(data_dir)
        with servers.running(data_dir):
            return subprocess.call(command)  # noqa: S603
    except EmbeddedError as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        lock.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
