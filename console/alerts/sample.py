"""What a real account would get with words that are being written.

The values come from the account's last fact of the kind, by the same SQL that sends; where it has
none, from the examples of each placeholder.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import connection
from django.utils import timezone

from alerts.models import AlertType
from alerts.rules import KINDS
from alerts.rules.base import FactKind, context_sql
from alerts.rules.telling import local_day
from alerts.rules.values import OF_EVERYBODY
from alerts.types import Words, topic_of, wording_errors
from billing.ebills.copies import copies_of
from common.choices import Channel
from common.phones import display_phone
from customers.addresses import normal_address
from customers.models import Account
from delivery.rendering import Wording
from delivery.selectors import default_sender
from mass_notifications.preview import Words as Shown
from mass_notifications.preview import words_of

# The member, reading in the language that is being written.
_MEMBER = """
JOIN (SELECT id, name, first_name, %(language)s::text AS language FROM customers_customer) c
    ON c.id = a.customer_id
"""


@dataclass(frozen=True, slots=True)
class Sample:
    """A message as `console/mass_notifications/_as_sent.html` shows it."""

    channel: str
    language: str
    sender: str
    sender_address: str
    to: list[str]
    words: Shown


def some_account(type: AlertType) -> Account | None:
    """Whom such a fact was told of last; else any account."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT account_id FROM {KINDS[type.fact_kind].table} ORDER BY id DESC LIMIT 1"  # noqa: S608
        )
        found = cursor.fetchone()
    accounts = Account.objects.select_related("customer")
    return (accounts.filter(pk=found[0]) if found else accounts.order_by("pk")).first()


def values_for(
    type: AlertType, account: Account | None, language: str
) -> tuple[dict[str, str], bool]:
    """Placeholder → value, and whether the account has such a fact."""
    kind = KINDS[type.fact_kind]
    values = {key: value.example for key, value in kind.placeholders().items()}
    if account is None:
        return values, False
    parameters: dict[str, int | str | date | None] = {
        "account": account.pk,
        "language": language,
        "today": local_day(timezone.now()),
        "zone": settings.TIME_ZONE,
        "type": type.pk,
        "threshold_kwh": type.threshold_kwh,
        "threshold_percent": type.threshold_percent,
    }
    found = _row(_of_fact(kind), parameters)
    if found is not None:
        return values | _filled(found), True
    return values | _filled(_row(_of_account(), parameters) or {}), False


def sample(
    *,
    type: AlertType,
    words: Words,
    language: str,
    channel: Channel,
    values: Mapping[str, str],
    account: Account | None,
) -> Sample:
    sender = default_sender(channel)
    wording = Wording(
        content_id=0,
        language=language,
        purpose=type.purpose,
        subject_source=words.subject,
        body_source=words.body,
        text_source=words.text_body,
        voice_source=words.voice_body,
        topic=topic_of(type) if type.pk else "",
    )
    problems = [problem for found in wording_errors(type, words).values() for problem in found]
    shown = (
        Shown(problem=" ".join(problems))
        if problems
        else words_of(wording, channel, dict(values), sender=sender)
    )
    return Sample(
        channel.value, language, sender.name, sender.address, _to(type, account, channel), shown
    )


def _to(type: AlertType, account: Account | None, channel: Channel) -> list[str]:
    if account is None:
        return []
    customer = account.customer
    emails = [customer.email_1, customer.email_2]
    if type.is_ebill and channel is Channel.EMAIL:
        copies = copies_of(account)
        chosen = (copies.email_1, copies.email_2)
        emails = [email for email, wanted in zip(emails, chosen, strict=True) if wanted]
    addresses = {
        Channel.EMAIL: emails,
        Channel.TEXT: [customer.mobile_number],
        Channel.VOICE: [customer.home_number or customer.mobile_number],
        Channel.PUSH: [],
    }[channel]
    return [
        display_phone(normal_address(address))
        if channel in (Channel.TEXT, Channel.VOICE)
        else str(address)
        for address in addresses
        if address
    ]


def _of_fact(kind: FactKind) -> str:
    everything = frozenset(kind.placeholders())
    return f"""
        SELECT {context_sql(kind, everything)}::text FROM {kind.table} f
        JOIN customers_account a ON a.id = f.account_id {_MEMBER}
        LEFT JOIN alerts_subscription s ON s.account_id = a.id AND s.type_id = %(type)s
        {kind.joins} WHERE f.account_id = %(account)s ORDER BY f.id DESC LIMIT 1
    """  # noqa: S608  (fragments of alerts.rules; every value is a parameter)


def _of_account() -> str:
    pairs = ", ".join(f"'{key}', {value.shown}" for key, value in OF_EVERYBODY.items())
    return f"""
        SELECT jsonb_build_object({pairs})::text FROM customers_account a {_MEMBER}
        WHERE a.id = %(account)s
    """  # noqa: S608


def _row(
    query: str, parameters: Mapping[str, int | str | date | None]
) -> dict[str, str | None] | None:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        found = cursor.fetchone()
    return json.loads(found[0]) if found else None


def _filled(values: Mapping[str, str | None]) -> dict[str, str]:
    return {key: value or "" for key, value in values.items()}
