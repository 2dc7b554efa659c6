"""The same as consent.py for many addresses at once: ledger and suppressions, set-based.

For imports and demonstrations. What is known already is neither written nor recorded again, so
the same file read twice leaves one line in the ledger.
"""

from collections.abc import Sequence

from django.db import connection, transaction

from common.choices import Channel, Purpose
from customers.addresses import hold_all_addresses, normal_address
from customers.choices import ConsentAction, ConsentSource, SuppressionReason
from customers.consent import NUMBER_CHANNELS

_SUPPRESS = """
WITH fresh AS (
    INSERT INTO customers_suppression (address, channel, purpose, reason, since)
    SELECT address, channel, %(purpose)s, %(reason)s, now()
    FROM unnest(%(addresses)s::text[]) AS address, unnest(%(channels)s::text[]) AS channel
    ON CONFLICT (address, channel, purpose, reason) DO NOTHING
    RETURNING address, channel
)
INSERT INTO customers_consentevent (at, address, channel, action, purpose, source, words)
SELECT clock_timestamp(), address, channel, %(action)s, %(purpose)s, %(source)s, %(words)s
FROM fresh
"""
_FLAG = """
UPDATE customers_customer SET do_not_call = true, updated_at = now()
WHERE mobile_number = ANY(%s) AND NOT do_not_call
"""
# Flags follow the numbers' suppressions, both ways.
FLAGS_FOLLOW = """
UPDATE customers_customer AS customer SET do_not_call = NOT do_not_call, updated_at = now()
WHERE id = ANY(%s) AND do_not_call <> EXISTS (
    SELECT FROM customers_suppression
    WHERE address = customer.mobile_number AND reason = 'do_not_call' AND address <> ''
)
"""


@transaction.atomic
def opt_out_many(
    *,
    addresses: Sequence[str],
    channels: Sequence[Channel],
    source: ConsentSource,
    words: str = "",
    purpose: Purpose | str = "",
) -> int:
    """How many refusals (address × channel) were new."""
    hold_all_addresses()
    return _suppress_many(
        addresses=addresses,
        channels=channels,
        reason=SuppressionReason.OPTED_OUT,
        action=ConsentAction.REVOKED,
        source=source,
        words=words,
        purpose=purpose,
    )


@transaction.atomic
def do_not_call_many(*, numbers: Sequence[str], source: ConsentSource, words: str = "") -> int:
    """Turn Do Not Call on for many numbers; how many suppressions (two a number) were new."""
    hold_all_addresses()
    count = _suppress_many(
        addresses=numbers,
        channels=NUMBER_CHANNELS,
        reason=SuppressionReason.DO_NOT_CALL,
        action=ConsentAction.DO_NOT_CALL_ON,
        source=source,
        words=words,
    )
    with connection.cursor() as cursor:
        cursor.execute(_FLAG, [list(numbers)])
    return count


@transaction.atomic
def mark_bad_many(
    *, addresses: Sequence[str], channel: Channel, source: ConsentSource, words: str = ""
) -> int:
    """How many of the addresses were not yet known to be bad."""
    hold_all_addresses()
    return _suppress_many(
        addresses=addresses,
        channels=[channel],
        reason=SuppressionReason.BAD_ADDRESS,
        action=ConsentAction.BAD_ADDRESS,
        source=source,
        words=words,
    )


def flags_follow_numbers(customer_ids: Sequence[int]) -> int:
    """Set the Do Not Call flag of these customers by their mobile numbers. The caller holds all
    addresses. How many flags changed."""
    with connection.cursor() as cursor:
        cursor.execute(FLAGS_FOLLOW, [list(customer_ids)])
        return int(cursor.rowcount)


def _suppress_many(
    *,
    addresses: Sequence[str],
    channels: Sequence[Channel],
    reason: SuppressionReason,
    action: ConsentAction,
    source: ConsentSource,
    words: str = "",
    purpose: Purpose | str = "",
) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            _SUPPRESS,
            {
                "addresses": [normal_address(address) for address in addresses],
                "channels": [str(channel) for channel in channels],
                "reason": str(reason),
                "action": str(action),
                "source": str(source),
                "words": words,
                "purpose": str(purpose),
            },
        )
        return int(cursor.rowcount)
