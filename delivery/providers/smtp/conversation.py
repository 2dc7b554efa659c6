"""Letters over one connection, until the window is empty or the connection ends.

With PIPELINING (RFC 2920) a letter costs one round trip: the content of one, its final dot, and
MAIL, RCPT and DATA of the next are written together, and their four replies read together.
"""

from delivery.providers.base import Outcome, ProviderError
from delivery.providers.smtp.link import Link
from delivery.providers.smtp.replies import Reply, refusal
from delivery.providers.smtp.window import STAGES, Letter, Window

_DATA = b"DATA\r\n"
_DOT = b".\r\n"
_RESET = b"RSET\r\n"
_GO_AHEAD = 354

# Content above this is written before its dot, and the dot only when all of it is on its way: so
# a connection that breaks meanwhile leaves no doubt.
_LARGE = 32 * 1024


async def converse(link: Link, window: Window, *, most: int) -> None:
    """At most `most` letters. Where the connection ends, `link.ended` is set and every letter that
    was under way is settled or back in the window."""
    if "PIPELINING" in link.offers:
        await _pipelined(link, window, most)
    else:
        await _step_by_step(link, window, most)


async def _pipelined(link: Link, window: Window, most: int) -> None:
    offered = _take(link, window, most)
    dotted: Letter | None = None
    ended_early = (
        False  # A refused letter's transaction was ended; the reply to that means nothing.
    )
    if offered:
        link.write(_envelope(offered, link))
    while offered or dotted or ended_early:
        ends_one = bool(dotted) or ended_early
        replies = await link.replies(ends_one + 3 * bool(offered))
        blame = bool(replies) or not link.reused
        if ends_one and replies:
            reply = replies.pop(0)
            if dotted:
                window.answered(dotted, reply)
                link.carried += 1
                dotted = None
        if link.ended:
            if dotted:
                window.broke_off(dotted, (), link.ended, blame=blame)
            if offered:
                window.broke_off(offered, replies, link.ended, blame=blame)
            return
        link.reused = False
        ended_early = False
        if not offered:
            return
        error = _judged(replies)
        following = _take(link, window, most, under_way=1)
        next_envelope = _envelope(following, link) if following else b""
        if error:
            window.settle(offered, Outcome.of_error(error))
            link.carried += 1
            # After a 354 the server waits for content; it gets none (RFC 2920, 3.1).
            waits = replies[2].code == _GO_AHEAD
            link.write((_DOT if waits else _RESET) + next_envelope)
            ended_early = True
        else:
            await _write_content(link, offered, next_envelope)
            dotted = offered
        offered = following


async def _step_by_step(link: Link, window: Window, most: int) -> None:
    while not link.ended and (letter := _take(link, window, most)):
        mail, rcpt = letter.commands(link.offers)
        replies: list[Reply] = []
        for command in (mail, rcpt, _DATA):
            reply = await link.ask(command)
            if reply is None:
                break
            replies.append(reply)
            if not _is_yes(reply, len(replies) - 1):
                break
        error = None if link.ended else _judged(replies)
        if not link.ended and error is None:
            await _write_content(link, letter, b"")
            if answer := await link.replies(1):
                window.answered(letter, answer[0])
                link.carried += 1
                link.reused = False
                continue
        if link.ended or error is None:
            window.broke_off(letter, replies, link.ended, blame=bool(replies) or not link.reused)
            return
        window.settle(letter, Outcome.of_error(error))
        link.carried += 1
        link.reused = False
        if await link.ask(_RESET) is None:
            return


def _take(link: Link, window: Window, most: int, *, under_way: int = 0) -> Letter | None:
    return window.take(link) if not most or link.carried + under_way < most else None


def _envelope(letter: Letter, link: Link) -> bytes:
    return b"".join((*letter.commands(link.offers), _DATA))


async def _write_content(link: Link, letter: Letter, following: bytes) -> None:
    """The content, its dot, and what follows; where the connection ended before the dot, nobody
    will take the letter for dotted."""
    if len(letter.body) <= _LARGE:
        letter.dotted = True
        link.write(letter.body + _DOT + following)
        return
    link.write(letter.body)
    if await link.written():
        letter.dotted = True
        link.write(_DOT + following)


def _is_yes(reply: Reply, stage: int) -> bool:
    return reply.code == _GO_AHEAD if stage == 2 else reply.good


def _judged(replies: list[Reply]) -> ProviderError | None:
    """The first "no" of the replies to MAIL, RCPT and DATA; those after it only follow from it."""
    for position, reply in enumerate(replies):
        if not _is_yes(reply, position):
            return refusal(reply, STAGES[position])
    return None
