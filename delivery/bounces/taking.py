"""What a bounce or a complaint does, whoever brings it: to the message, and to the address.

The message moves forward only. The address follows RULES 21 through `customers.address_health`.
"""

from datetime import datetime

from django.db import connection, transaction

from common.choices import Channel
from common.clock import now
from customers.address_health import hear_of_trouble
from customers.choices import AddressEventKind, ConsentSource
from customers.consent import opt_out
from delivery.bounces.choices import Verdict
from delivery.bounces.plain_words import without_addresses
from delivery.bounces.verdicts import judge
from delivery.choices import Status
from delivery.lists import complaint_lists
from delivery.models import Message
from delivery.results import storable
from delivery.statuses import sources_of

# (verdict, whether the message will not be tried again) to what is remembered.
KINDS = {
    (Verdict.BAD, True): AddressEventKind.BAD,
    (Verdict.SOFT, True): AddressEventKind.SOFT,
    (Verdict.POLICY, True): AddressEventKind.POLICY,
    (Verdict.BAD, False): AddressEventKind.DELAYED,
    (Verdict.SOFT, False): AddressEventKind.DELAYED,
    (Verdict.POLICY, False): AddressEventKind.POLICY,
}
# Where several messages have one id (a service that takes many at once), the address tells them
# apart; a single one may have been forwarded to an address that we never knew.
_BOUNCED = """
WITH known AS (
    SELECT id, lower(address) = %(address)s AS fits, count(*) OVER () AS together
    FROM delivery_message
    WHERE provider_id = %(provider_id)s AND provider_id <> '' AND provider = %(provider)s
)
UPDATE delivery_message m
SET status = 'bounced', code = %(code)s, reason = %(reason)s, settled_at = now()
FROM known WHERE m.id = known.id AND (fits OR together = 1) AND m.status = ANY(%(sources)s)
"""


@transaction.atomic
def take_bounce(
    *,
    address: str,
    code: str,
    words: str,
    provider: str,
    provider_id: str = "",
    at: datetime,
    is_final: bool = True,
) -> Verdict:
    """A provider says that a message did not reach `address`.

    `code`: an enhanced status code, an SMTP reply, or a kind of RULES 30; `words`: the server's
    own. `is_final` is false where the provider still tries. The same bounce told twice counts once.
    """
    verdict = judge(code, words)
    if verdict is Verdict.NOT_A_BOUNCE:
        return verdict
    said = without_addresses(words)
    if provider_id and is_final:
        with connection.cursor() as cursor:
            cursor.execute(
                _BOUNCED,
                {
                    "provider": provider,
                    "provider_id": provider_id,
                    "address": address.strip().lower(),
                    "code": storable(code, 40),
                    "reason": storable(said, 200),
                    "sources": sources_of(Status.BOUNCED),
                },
            )
    told_by = provider_id or at.isoformat()
    kind = KINDS[verdict, is_final]
    hear_of_trouble(
        address=address,
        channel=Channel.EMAIL,
        kind=kind,
        cause=f"bounce:{provider}:{told_by}:{address.strip().lower()}:{kind}",
        about=f"{provider}:{provider_id}" if provider_id else "",
        at=at,
        code=code,
        words=said,
    )
    return verdict


def end_message(message_id: int, *, code: str, words: str) -> None:
    """This message came back. Forward only."""
    Message.objects.filter(pk=message_id, status__in=sources_of(Status.BOUNCED)).update(
        status=Status.BOUNCED,
        code=storable(code, 40),
        reason=storable(words, 200),
        settled_at=now(),
    )


@transaction.atomic
def take_complaint(
    *, address: str, provider: str, provider_id: str = "", at: datetime, topic: str | None = None
) -> None:
    """The holder of `address` marked a mail of ours as spam: `delivery.lists.complaint_lists` end,
    and what must be sent goes on. The same complaint told twice is recorded once. `topic`: the
    mail's own, where it is known already."""
    key = address.strip().lower()
    is_new = hear_of_trouble(
        address=key,
        channel=Channel.EMAIL,
        kind=AddressEventKind.COMPLAINT,
        cause=f"complaint:{provider}:{provider_id or at.isoformat()}:{key}",
        at=at,
    ).is_new
    if not is_new:
        return
    if topic is None:
        topic = _topic_of(provider, provider_id)
    for name in sorted(complaint_lists(topic=topic)):
        opt_out(
            address=key,
            channels=[Channel.EMAIL],
            source=ConsentSource.PROVIDER,
            words="Marked a mail of ours as spam.",
            purpose=name,
        )


def _topic_of(provider: str, provider_id: str) -> str:
    """The alert, say, that was complained about; "" where the mail is not known."""
    if not provider_id:
        return ""
    known = Message.objects.filter(provider=provider, provider_id=provider_id)
    return known.values_list("content__topic", flat=True).first() or ""
