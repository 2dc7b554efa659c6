"""What Twilio's own lists say of messages that are in doubt.

Twilio keeps no id of ours, so a message is known by its recipient, its time and what it says. A
list is newest first and reaches back over everything that was made since, so what is not in it
was certainly not taken.
"""

import logging
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby

from delivery.choices import Status
from delivery.models import Message
from delivery.providers.base import Doubt, InDoubtError, Outcome, ProviderError

log = logging.getLogger(__name__)

# How many of a recipient's newest entries are looked at.
PAGE = 50
# A window may have been on its way so long before the moment that a doubt names.
LOOK_BACK = timedelta(minutes=15).total_seconds()
_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Entry:
    """A text or a call in Twilio's list."""

    sid: str
    by_us: bool  # made by our request, not a reply or a call that came in
    made_at: float  # POSIX seconds
    body: str
    outcome: Outcome


def ask_lists(
    doubts: Sequence[Doubt],
    *,
    newest: Callable[[str], list[Entry]],
    says: Callable[[Entry, str], bool],
    bodies: dict[int, str],
    taken: Collection[str] = (),
) -> dict[int, Outcome]:
    """Outcomes by message id; without those of which Twilio can't be asked, or that stay unclear.

    `newest`: a recipient's newest entries (at most PAGE). `bodies`: what each message says, by id;
    `says`: whether an entry says that. `taken`: ids of messages whose outcome is not recorded yet.
    """
    by_address = sorted(doubts, key=lambda doubt: (doubt.address, doubt.id))
    groups = [(a, list(group)) for a, group in groupby(by_address, key=lambda d: d.address)]
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="ask") as pool:
        lists = list(pool.map(_list_or_none(newest), [address for address, _ in groups]))
    known = _known_sids(entry.sid for entries in lists if entries for entry in entries)
    found: dict[int, Outcome] = {}
    for (_, group), entries in zip(groups, lists, strict=True):
        if entries is not None:
            strangers = [
                entry
                for entry in entries
                if entry.by_us and entry.sid not in known and entry.sid not in taken
            ]
            found.update(_match(group, entries, strangers, says, bodies))
    return found


def _match(
    doubts: Sequence[Doubt],
    entries: Sequence[Entry],
    strangers: list[Entry],
    says: Callable[[Entry, str], bool],
    bodies: dict[int, str],
) -> dict[int, Outcome]:
    """One recipient's doubts and the entries that belong to no message of ours yet."""
    outcomes: dict[int, Outcome] = {}
    for doubt in doubts:
        since = doubt.handed_at_latest - LOOK_BACK
        entry = next(
            (
                entry
                for entry in strangers
                if entry.made_at >= since and says(entry, bodies.get(doubt.id, ""))
            ),
            None,
        )
        if entry is not None:
            strangers.remove(entry)
            outcomes[doubt.id] = entry.outcome
        elif _is_complete(entries, since) and time.time() > doubt.handed_at_latest:
            outcomes[doubt.id] = Outcome(Status.QUEUED, reason="Twilio does not have it.")
    return outcomes


def _is_complete(entries: Sequence[Entry], since: float) -> bool:
    """Whether the list reaches back to `since`."""
    return len(entries) < PAGE or min(entry.made_at for entry in entries) < since


def _known_sids(sids: Iterable[str]) -> set[str]:
    return set(
        Message.objects.filter(provider_id__in=list(sids)).values_list("provider_id", flat=True)
    )


def _list_or_none(newest: Callable[[str], list[Entry]]) -> Callable[[str], list[Entry] | None]:
    def listed(address: str) -> list[Entry] | None:
        try:
            return newest(address)
        except (ProviderError, InDoubtError) as error:
            log.warning("Twilio can't be asked: %s", error)
            return None

    return listed
