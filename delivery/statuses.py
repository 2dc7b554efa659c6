"""Which status may follow which. Reports repeat and arrive out of order; rows move forward only."""

from delivery.choices import Status

# What a provider reports, each more certain than the ones before it: a message that was opened was
# delivered, whatever else was said of it, and one that bounced was not delivered after all. From
# each one may go to all that follow, so that the last word of a message is the same in whatever
# order its reports come.
REPORTED = (Status.SENT, Status.FAILED, Status.DELIVERED, Status.BOUNCED, Status.OPENED)

# A later word of a provider may still correct what we did not know (`unknown`) or what it
# took back (`sent`, even `delivered`, then bounced).
FORWARD: dict[Status, frozenset[Status]] = {
    Status.QUEUED: frozenset(
        {Status.HELD, Status.SENDING, Status.SUPPRESSED, Status.CANCELLED, Status.FAILED}
    ),
    Status.HELD: frozenset(
        {Status.QUEUED, Status.SENDING, Status.SUPPRESSED, Status.CANCELLED, Status.FAILED}
    ),
    Status.SENDING: frozenset(
        {
            Status.QUEUED,
            Status.SENT,
            Status.DELIVERED,
            Status.OPENED,
            Status.FAILED,
            Status.BOUNCED,
            Status.SUPPRESSED,
            Status.UNKNOWN,
        }
    ),
    Status.UNKNOWN: frozenset(
        {Status.QUEUED, Status.SENT, Status.DELIVERED, Status.OPENED, Status.FAILED, Status.BOUNCED}
    ),
    # Back to the queue for a call alone: the line was busy, and the number rings again. That is no
    # step back: the attempt has its end (calls/endings.py), and the message goes on to its next.
    Status.SENT: frozenset(
        {Status.QUEUED, Status.DELIVERED, Status.OPENED, Status.FAILED, Status.BOUNCED}
    ),
    Status.DELIVERED: frozenset({Status.OPENED, Status.BOUNCED}),
    Status.OPENED: frozenset(),
    Status.FAILED: frozenset(
        # queued: a person pressed "retry the failed"
        {Status.QUEUED, Status.DELIVERED, Status.BOUNCED, Status.OPENED}
    ),
    Status.BOUNCED: frozenset({Status.OPENED}),
    Status.SUPPRESSED: frozenset(),
    Status.CANCELLED: frozenset(),
}

WAITING = frozenset({Status.QUEUED, Status.HELD})
REACHED = frozenset({Status.SENT, Status.DELIVERED, Status.OPENED})


def may_follow(before: Status, after: Status) -> bool:
    return after in FORWARD[before]


def sources_of(after: Status) -> list[str]:
    """The statuses from which a row may move to `after`, for a SQL `WHERE status = ANY(…)`."""
    return [str(before) for before, nexts in FORWARD.items() if after in nexts]
