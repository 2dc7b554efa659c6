"""Heads of the chain that are kept outside the database, a line a day.

Who holds the database can make the whole chain anew; not so a hash that is somewhere else. Keep
the file where the database's administrators cannot write (LEDGER_ANCHORS), or take a copy away.
"""

import json
import logging
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from customers.ledger.chain import head

log = logging.getLogger(__name__)


class AnchorFileError(ValueError):
    """The file of anchors cannot be read."""


def keep_anchor() -> str:
    """Write the head down, in the file and in the log; returns it as it is printed."""
    now = head()
    path = Path(settings.LEDGER_ANCHORS)
    path.parent.mkdir(parents=True, exist_ok=True)
    line = {"at": timezone.now().isoformat(timespec="seconds"), "head": str(now)}
    with path.open("a", encoding="ascii") as file:
        file.write(json.dumps(line) + "\n")
    log.info("The head of the consent ledger is %s.", now)
    return str(now)


def kept_anchors() -> dict[int, bytes]:
    """seq → hash of every line of the file; none where there is no file."""
    path = Path(settings.LEDGER_ANCHORS)
    found: dict[int, bytes] = {}
    if not path.exists():
        return found
    with path.open(encoding="ascii", errors="strict") as file:
        for number, line in enumerate(file, 1):
            try:
                seq, _, hexadecimal = json.loads(line)["head"].partition(":")
                found[int(seq)] = bytes.fromhex(hexadecimal)
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise AnchorFileError(
                    f"Line {number} of {path} is no anchor. Mend the line or take it out."
                ) from error
    found.pop(0, None)
    return found
