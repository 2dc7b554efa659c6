"""A drain empties one lane: claim a window → pace → hand over → record, until nothing is due.

Each turn is one transaction, which records the windows that came back and claims the next; while
it runs, other windows are on the wire. A process that dies leaves in doubt only those.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, TypeVar

import psycopg
import redis
from django.conf import settings
from django.db import connection as django_connection

from common.choices import Channel, Purpose
from common.text_segments import count_segments
from delivery import circuit, sealed
from delivery.bell import Bell
from delivery.bounces.refusals import remember_refusals, speaks_of_address
from delivery.calls.attempts import Placed, note_placed
from delivery.choices import Lane, RateUnit, Status
from delivery.claims import (
    LEASE,
    Claimed,
    Cursor,
    claim,
    open_batches,
    renew,
    waiting_batches,
)
from delivery.database import (
    Connection,
    connect,
    transaction_id,
    try_lock,
    unlock,
    was_committed,
)
from delivery.lanes import kick_now
from delivery.models import Sender
from delivery.pacing import Bucket
from delivery.providers.base import Outcome, Provider, ProviderError
from delivery.rendering import From, Outgoing, Wording
from delivery.results import record
from delivery.windows import Window, not_handed_over, outcomes_of, take_finished
from delivery.wordings import WORDINGS, load_wordings
from delivery.words import render_text

log = logging.getLogger(__name__)
T = TypeVar("T")

_LOCK_SPACE = 7_150_000  # advisory locks of drains: space + slot, lane
_WINDOWS_ON_THE_WIRE = 2
# A paced sender's windows are small and its provider far away: more of them fill the way.
_PACED_WINDOWS_ON_THE_WIRE = 8
_SLOW = 0.2  # seconds: a hand-over that takes longer is not worth waiting for behind it
_BATCHES_REFRESHED = 1.0  # seconds
_TURNED_AWAY = 500  # messages in one transaction, so that results do not wait long behind them
_DATABASE_AWAY = 60.0  # seconds for which results are held until the database is back


class Ended(Enum):
    """Why a drain stopped."""

    EMPTY = "nothing is due"
    TIME_UP = "its time is up; there may be more"
    BLOCKED = "the provider or the broker is away; the sweep starts it again"


@dataclass
class _Rotation:
    """The open batches in turn, so that a small one does not wait behind a huge one."""

    waiting: deque[int] = field(default_factory=deque)
    cursors: dict[int, Cursor] = field(default_factory=dict)
    refreshed: float = 0.0


class Drain:
    """One drain of one lane. `run` returns when the lane is empty or its time is up."""

    def __init__(self, sender: Sender, lane: Lane, provider: Provider) -> None:
        self.sender = sender
        self.lane = lane
        self.provider = provider
        self.channel = Channel(sender.channel)
        self.bucket = Bucket(sender.pk, sender.rate)
        self._from = From(sender.pk, sender.name, sender.address, sender.reply_to)
        self._db: Connection = connect()
        self._rotation = _Rotation()
        self._started: set[int] = set()  # batches whose first hand-over is noted
        self._counting = False  # the circuit counts failures
        self._more = False  # the last claim turned away so many that it stopped looking
        # A claim on its way to be committed, and one whose commit's answer was lost.
        self._committing: tuple[str, list[Claimed]] | None = None
        self._kept: list[Claimed] | None = None
        self._slot: int | None = None
        self._bell = Bell(sender.pk, str(lane))
        self._lock_key = sender.pk * 2 + (lane == Lane.URGENT)
        self._one_at_a_time = asyncio.Lock()  # the connection's

    # ── the lane's lock: so many drains a lane, whatever the number of hints ────────────────
    def enter(self) -> bool:
        """Take one of the lane's places; False where all are taken."""
        # A paced lane needs no second drain: the pace is the limit.
        places = 1 if self.sender.rate > 0 else settings.DELIVERY_DRAINS_PER_LANE
        for slot in range(places):
            if try_lock(self._db, _LOCK_SPACE + slot, self._lock_key):
                self._slot = slot
                return True
        return False

    def leave(self) -> None:
        if self._slot is not None:
            unlock(self._db, _LOCK_SPACE + self._slot, self._lock_key)
            self._slot = None

    def has_work(self) -> bool:
        """Whether something was queued between the last empty claim and the unlocking."""
        self._rotation = _Rotation()
        with self._db.transaction(force_rollback=True):
            return bool(self._claim_from_rotation(1)) or self._more

    def close(self) -> None:
        self._db.close()

    # ── the loop ────────────────────────────────────────────────────────────────────────────
    async def run(self, seconds: float) -> Ended:
        """Drain for at most so many seconds."""
        deadline = time.monotonic() + seconds
        wire: list[Window] = []
        back: list[Window] = []
        most = _PACED_WINDOWS_ON_THE_WIRE if self.bucket.rate > 0 else _WINDOWS_ON_THE_WIRE
        keeper = asyncio.create_task(self._keep_leases(wire))
        ended = Ended.TIME_UP
        try:
            while time.monotonic() < deadline:
                limit = await self._allowed()
                if not limit or not await self._pace(limit, wire, back):
                    ended = Ended.BLOCKED
                    break
                claimed = await self._turn(back, limit)
                back = []
                if claimed:
                    wire.append(await self._hand_over(claimed))
                await self._correct_pace(limit, wire[-1] if claimed else None)
                if not claimed and not wire and not self._more:
                    if await self._wait_for_the_bell(deadline):
                        continue
                    ended = Ended.EMPTY
                    break
                if self._bell.is_open and len(claimed) == limit > 1:
                    await self._close_bell()  # there is work for several drains
                if len(wire) >= most or (wire and not claimed):
                    await self._wait_for_a_window(wire)
                back = take_finished(wire)
        finally:
            if wire:
                await asyncio.wait([window.outcomes for window in wire])
                back += take_finished(wire)
            keeper.cancel()
            # First what is certain, then the hints: a broker that hangs must hold up no result.
            try:
                await self._turn(back, 0)
            finally:
                await self._close_bell()
        return ended

    async def _wait_for_a_window(self, wire: list[Window]) -> None:
        outcomes = [window.outcomes for window in wire]
        if self._bell.is_open:
            done, _ = await asyncio.wait(
                outcomes, timeout=_SLOW, return_when=asyncio.FIRST_COMPLETED
            )
            if done:
                return
            await self._close_bell()  # the provider is slow: whoever comes now starts another drain
        await asyncio.wait(outcomes, return_when=asyncio.FIRST_COMPLETED)

    async def _wait_for_the_bell(self, deadline: float) -> bool:
        """Whether to look again. Bulk comes in thousands, and is worth a task."""
        left = min(settings.DELIVERY_LINGER, deadline - time.monotonic())
        if self.lane != Lane.URGENT or left <= 0:
            return False
        if not self._bell.is_open:
            # What was committed before this was told to nobody who listens: look once more.
            return await asyncio.to_thread(self._bell.open)
        return await asyncio.to_thread(self._bell.wait, left)

    async def _close_bell(self) -> None:
        if self._bell.is_open and await asyncio.to_thread(self._bell.close):
            await asyncio.to_thread(kick_now, self.sender.pk, self.channel, self.lane)

    async def _hand_over(self, claimed: list[Claimed]) -> Window:
        try:
            outgoing = await self._outgoing(claimed)
            handing: Coroutine[Any, Any, list[Outcome]] = self.provider.hand_over(outgoing)
        except Exception:
            log.exception("A window could not be prepared.")
            outgoing, handing = [], not_handed_over(len(claimed))
        return Window(claimed, outgoing, asyncio.create_task(handing))

    async def _allowed(self) -> int:
        """How many messages the next window may have; 0 where the circuit is open."""
        state = await self._steadily(lambda: circuit.state(self._db, self.provider.name))
        self._counting = state.counting
        if state.is_open:
            return 0
        return 1 if state.on_trial else self.bucket.window(settings.DELIVERY_WINDOW)

    async def _pace(self, units: int, wire: list[Window], back: list[Window]) -> bool:
        """Wait until the sender may send so many; False where the broker is away."""
        if self.bucket.rate <= 0:
            return True
        try:
            wait = await asyncio.to_thread(
                self.bucket.reserve, units, urgent=self.lane == Lane.URGENT
            )
        except redis.RedisError:
            log.warning("The broker is away: paced sending waits for it.")
            return False
        ready_at = time.monotonic() + wait
        # While the pace holds us up, what comes back is recorded, so that people see it at once.
        while (left := ready_at - time.monotonic()) > 0:
            if back:
                await self._turn(back, 0)
                back.clear()
            elif wire:
                await asyncio.wait(
                    [window.outcomes for window in wire],
                    timeout=left,
                    return_when=asyncio.FIRST_COMPLETED,
                )
                back += take_finished(wire)
            else:
                await asyncio.sleep(left)
        return True

    async def _correct_pace(self, reserved: int, window: Window | None) -> None:
        """Give back what was reserved and not used; pay for texts of several segments."""
        if self.bucket.rate <= 0:
            return
        used = 0
        if window is not None:
            used = len(window.outgoing)
            if self.sender.rate_unit == RateUnit.SEGMENT:
                used = sum(_segments(message) for message in window.outgoing)
        if used != reserved:
            try:
                await asyncio.to_thread(self.bucket.charge, used - reserved)
            except redis.RedisError:
                log.warning("The broker is away: a window's pace could not be corrected.")

    async def _keep_leases(self, wire: list[Window]) -> None:
        while True:
            await asyncio.sleep(LEASE / 4)
            ids = [message.id for window in wire for message in window.claimed]
            if ids:
                await self._steadily(lambda ids=ids: renew(self._db, ids))  # type: ignore[misc]

    # ── one transaction ─────────────────────────────────────────────────────────────────────
    async def _turn(self, back: Sequence[Window], limit: int) -> list[Claimed]:
        """Record what came back, claim what goes next. Holds results while the database is away."""
        if not back and not limit:
            return []
        results = [(window.claimed, outcomes_of(window)) for window in back]
        claimed = await self._steadily(lambda: self._record_and_claim(results, limit))
        for messages, outcomes in results:
            if any(speaks_of_address(outcome) for outcome in outcomes):
                await asyncio.to_thread(self._remember_bad, messages, outcomes)
        return claimed

    def _record_and_claim(
        self, results: Sequence[tuple[list[Claimed], list[Outcome]]], limit: int
    ) -> list[Claimed]:
        """Done again where the connection was lost: what was recorded stays so, and what was
        claimed is still ours if that transaction was committed after all."""
        if self._committing is not None:
            if was_committed(self._db, self._committing[0]):
                self._kept = self._committing[1]
            self._committing = None
        with self._db.transaction():
            for messages, outcomes in results:
                record(self._db, self.provider.name, messages, outcomes)
                if self.channel == Channel.VOICE:
                    note_placed(self._db, _placed(messages, outcomes))
                self._note(messages, outcomes)
            if self._kept is not None:
                claimed = self._kept
            elif claimed := self._claim_from_rotation(limit) if limit else []:
                self._committing = transaction_id(self._db), claimed
        self._committing = self._kept = None
        return claimed

    def _note(self, messages: list[Claimed], outcomes: list[Outcome]) -> None:
        """What a window teaches: the provider is up or down, a batch has begun, numbers know us."""
        if self._counting or any(outcome.down for outcome in outcomes):
            circuit.learn(self._db, self.provider.name, outcomes)
        taken = [m for m, o in zip(messages, outcomes, strict=True) if o.status == Status.SENT]
        if new := {message.batch_id for message in taken} - self._started:
            self._db.execute(
                "UPDATE delivery_batch SET first_sent_at = now() "
                "WHERE id = ANY(%s) AND first_sent_at IS NULL",
                [list(new)],
            )
            self._started |= new
        if greeted := [message.address for message in taken if message.first_text]:
            self._db.execute(
                "INSERT INTO delivery_textednumber (number, at) "
                "SELECT DISTINCT unnest(%s::text[]), now() ON CONFLICT DO NOTHING",
                [greeted],
            )

    def _claim_from_rotation(self, limit: int) -> list[Claimed]:
        """The next window, from the batches in turn."""
        rotation = self._rotation
        now = time.monotonic()
        if not rotation.waiting or now - rotation.refreshed > _BATCHES_REFRESHED:
            known = set(rotation.waiting)
            # One urgent message is looked for in all batches at once, not in one after the other.
            found = (
                waiting_batches(self._db, sender_id=self.sender.pk, lane=self.lane)
                if self.lane == Lane.URGENT
                else open_batches(self._db)
            )
            rotation.waiting.extend(id_ for id_ in found if id_ not in known)
            rotation.refreshed = now
        turned_away, self._more = 0, False
        while rotation.waiting:
            batch_id = rotation.waiting[0]
            cursor = rotation.cursors.setdefault(batch_id, Cursor())
            claimed, seen = self._claim(batch_id, cursor, limit)
            if not seen and not cursor.at_start:
                # Past the end: look once more from the start, for what came back or came late.
                cursor = rotation.cursors[batch_id] = Cursor()
                claimed, seen = self._claim(batch_id, cursor, limit)
            if not seen:
                rotation.waiting.popleft()
                continue
            rotation.waiting.rotate(-1)
            if claimed:
                return claimed
            turned_away += seen
            if turned_away >= _TURNED_AWAY:
                self._more = True
                break
        return []

    def _claim(self, batch_id: int, cursor: Cursor, limit: int) -> tuple[list[Claimed], int]:
        return claim(
            self._db,
            sender_id=self.sender.pk,
            channel=self.channel,
            lane=self.lane,
            batch_id=batch_id,
            cursor=cursor,
            limit=limit,
            provider=self.provider.name,
        )

    async def _steadily(self, work: Callable[[], T]) -> T:
        """Run SQL in a thread; where the database went away, wait for it and do it again."""
        give_up = time.monotonic() + _DATABASE_AWAY
        while True:
            try:
                async with self._one_at_a_time:
                    return await asyncio.to_thread(work)
            except psycopg.OperationalError:
                if time.monotonic() > give_up:
                    raise
                log.warning("The database is away; trying again.")
                await asyncio.sleep(0.5)
                async with self._one_at_a_time:
                    await asyncio.to_thread(self._reconnect)

    def _reconnect(self) -> None:
        # What the transaction that failed had noted is not so.
        self._rotation = _Rotation()
        self._started.clear()
        try:
            self._db.execute("SELECT 1")
            return  # somebody else mended it meanwhile
        except psycopg.OperationalError:
            self._db.close()
        try:
            self._db = connect()
            self._slot = None  # the lock went with the session
        except psycopg.OperationalError:
            return

    # ── rendering's ingredients ─────────────────────────────────────────────────────────────
    async def _outgoing(self, claimed: Sequence[Claimed]) -> list[Outgoing]:
        wanted = {message.content_id for message in claimed}
        if not wanted <= WORDINGS.keys():
            await self._steadily(lambda: load_wordings(self._db, wanted))
        return [
            Outgoing(
                id=message.id,
                key=message.key,
                address=message.address,
                sender=self._from,
                wording=WORDINGS[message.content_id],
                context=_opened(message.context, WORDINGS[message.content_id]),
                attempt=message.attempt,
                first_text=message.first_text,
                claim=message.claim,
            )
            for message in claimed
        ]

    def _remember_bad(self, messages: list[Claimed], outcomes: list[Outcome]) -> None:
        """In a thread, with a connection of the thread's own. What fails here is forgotten: the
        address will be refused again, and the window that was just claimed must not wait."""
        try:
            remember_refusals(channel=self.channel, messages=messages, outcomes=outcomes)
        except Exception:
            log.exception("Bad addresses could not be remembered.")
        finally:
            django_connection.close()


def _opened(context: Mapping[str, str], wording: Wording) -> Mapping[str, str]:
    """Only what verifies an address carries something sealed."""
    return sealed.opened(context) if wording.purpose == Purpose.VERIFICATION else context


def _placed(messages: Sequence[Claimed], outcomes: Sequence[Outcome]) -> list[Placed]:
    return [
        Placed(message.id, message.claim, outcome.status, outcome.provider_id)
        for message, outcome in zip(messages, outcomes, strict=True)
    ]


def _segments(message: Outgoing) -> int:
    """What a text costs its sender's pace; one that is too long is refused and costs nothing."""
    try:
        return count_segments(render_text(message)).segments
    except ProviderError:
        return 0
