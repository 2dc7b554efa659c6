"""Which status may follow which. Reports repeat and arrive out of order; rows move forward only."""

from delivery.choices import Status

# A later word of a provider may still correct what we did not know (`unknown`) or what it
# took back (`sent`, even `delivered`, then bounced); it never undoes what is certain.
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
    Status.SENT: frozenset({Status.DELIVERED, Status.OPENED, Status.FAILED, Status.BOUNCED}),
    Status.DELIVERED: frozenset({Status.OPENED, Status.BOUNCED}),
    Status.OPENED: frozenset(),
    Status.FAILED: frozenset({Status.QUEUED}),  # a person pressed "retry the failed"
    Status.BOUNCED: frozenset(),
    Status.SUPPRESSED: frozenset(),
    Status.CANCELLED: frozenset(),
}

WAITING = frozenset({Status.QUEUED, Status.HELD})
# Nothing more will happen without a provider's or a person's word.
SETTLED = frozenset(
    {
        Status.SENT,
        Status.DELIVERED,
        Status.OPENED,
        Status.FAILED,
        Status.BOUNCED,
        Status.SUPPRESSED,
        Status.CANCELLED,
        Status.UNKNOWN,
    }
)
REACHED = frozenset({Status.SENT, Status.DELIVERED, Status.OPENED})


def may_follow(before: Status, after: Status) -> bool:
    return after in FORWARD[before]


def sources_of(after: Status) -> list[str]:
    """The statuses from which a row may move to `after`, for a SQL `WHERE status = ANY(…)`."""
    return [str(before) for before, nexts in FORWARD.items() if after in nexts]
