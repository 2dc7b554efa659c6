"""Asking members for another number where theirs was given to somebody else (RULES 11)."""

from collections.abc import Iterable

from django.conf import settings
from django.db.models import Q

from common.choices import Channel, Language, Purpose
from common.phones import display_phone
from customers.addresses import normal_address
from customers.choices import AccountStatus
from customers.models import Account, Customer, Suppression
from delivery.batches import standing_batch
from delivery.models import Content
from delivery.outbox import NewMessage, enqueue_many
from delivery.selectors import default_sender, standing_content

BATCH = "Asking for another number"
_WORDS = {
    Language.ENGLISH: (
        "Please give us another phone number",
        "Hello {{ name }},\n\nthe phone companies say that the number ending in {{ ending }} now "
        "belongs to somebody else. We no longer text or call it.\n\nTo hear from us about outages "
        "and your account, please call {{ phone }} and give us another number.",
    ),
    Language.SPANISH: (
        "Dénos por favor otro número de teléfono",
        "Hola {{ name }}:\n\nlas compañías telefónicas dicen que el número que termina en "
        "{{ ending }} ahora es de otra persona. Ya no le mandamos mensajes ni llamadas.\n\nPara "
        "saber de cortes y de su cuenta, llame por favor al {{ phone }} y dénos otro número.",
    ),
}


def ask_for_new_numbers(numbers: Iterable[str]) -> int:
    """An email to each member who holds one of these numbers; how many members were asked.

    Who was asked about a number before is not asked again; who has no email that works, a CSR
    finds in the queue of bad addresses.
    """
    wanted = set(numbers)
    holders = Customer.objects.filter(
        Q(mobile_number__in=wanted) | Q(home_number__in=wanted),
        Q(accounts__in=Account.objects.exclude(status=AccountStatus.CLOSED)),
    ).distinct()
    members = list(holders)
    refused = _refused(members)
    contents = {language: _content(language) for language in Language} if members else {}
    batch, sender = standing_batch(BATCH), default_sender(Channel.EMAIL)
    rows = []
    for member in members:
        emails = [one for one in (member.email_1, member.email_2) if one]
        email = next((one for one in emails if normal_address(one) not in refused), "")
        held = [n for n in (member.mobile_number, member.home_number) if n and n.as_e164 in wanted]
        if not email or not held:
            continue
        rows.append(
            NewMessage(
                cause=f"another-number:{member.pk}:{held[0].as_e164}",
                batch=batch,
                content=contents[Language(member.language)],
                sender=sender,
                address=email,
                customer_id=member.pk,
                context={
                    "name": member.first_name or member.name,
                    "ending": held[0].as_e164[-4:],
                    "phone": display_phone(settings.UTILITY_PHONE),
                },
                time_zone=member.time_zone,
            )
        )
    return enqueue_many(rows)


def _refused(members: Iterable[Customer]) -> set[str]:
    """Those of their emails that this would not be sent to."""
    emails = {normal_address(one) for m in members for one in (m.email_1, m.email_2) if one}
    return set(
        Suppression.objects.filter(
            address__in=emails, channel=Channel.EMAIL, purpose__in=["", Purpose.ACCOUNT]
        ).values_list("address", flat=True)
    )


def _content(language: Language) -> Content:
    subject, body = _WORDS[language]
    return standing_content(subject=subject, body=body, language=language, purpose=Purpose.ACCOUNT)
