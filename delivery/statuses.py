"""Which status may follow which. Reports repeat and arrive out of order; rows move forward only."""

from delivery.choices import Status as S

# A later word of a provider may still correct what we did not know (`unknown`) or what it
# took back (`sent`, even `delivered`, then bounced); it never undoes what is certain.
FORWARD: dict[S, frozenset[S]] = {
    S.QUEUED: frozenset({S.HELD, S.SENDING, S.SUPPRESSED, S.CANCELLED, S.FAILED}),
    S.HELD: frozenset({S.QUEUED, S.SENDING, S.SUPPRESSED, S.CANCELLED, S.FAILED}),
    S.SENDING: frozenset(
        {S.QUEUED, S.SENT, S.DELIVERED, S.OPENED, S.FAILED, S.BOUNCED, S.SUPPRESSED, S.UNKNOWN}
    ),
    S.UNKNOWN: frozenset({S.QUEUED, S.SENT, S.DELIVERED, S.OPENED, S.FAILED, S.BOUNCED}),
    S.SENT: frozenset({S.DELIVERED, S.OPENED, S.FAILED, S.BOUNCED}),
    S.DELIVERED: frozenset({S.OPENED, S.BOUNCED}),
    S.OPENED: frozenset(),
    S.FAILED: frozenset({S.QUEUED}),  # a person pressed "retry the failed"
    S.BOUNCED: frozenset(),
    S.SUPPRESSED: frozenset(),
    S.CANCELLED: frozenset(),
}

WAITING = frozenset({S.QUEUED, S.HELD})
# Nothing more will happen without a provider's or a person's word.
SETTLED = frozenset(
    {S.SENT, S.DELIVERED, S.OPENED, S.FAILED, S.BOUNCED, S.SUPPRESSED, S.CANCELLED, S.UNKNOWN}
)
REACHED = frozenset({S.SENT, S.DELIVERED, S.OPENED})


def may_follow(before: S, after: S) -> bool:
    return after in FORWARD[before]


def sources_of(after: S) -> list[str]:
    """The statuses from which a row may move to `after`, for a SQL `WHERE status = ANY(…)`."""
    return [str(before) for before, nexts in FORWARD.items() if after in nexts]
