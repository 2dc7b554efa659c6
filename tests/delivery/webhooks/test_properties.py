"""Whatever order, however often, however mangled: properties of all webhooks."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from django.db import transaction
from django.db.models import F
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customers.models import ConsentEvent, Suppression
from delivery.choices import Status
from delivery.models import Message, WebhookEvent
from delivery.statuses import FORWARD, REPORTED
from delivery.webhooks.applying import apply_due
from delivery.webhooks.refusing import MalformedError
from delivery.webhooks.topics import SIGNED_FIELDS, read_message
from tests.delivery.webhooks.calling import TAKEN, post
from tests.delivery.webhooks.conftest import sent
from tests.delivery.webhooks.services import (
    EMAIL_SERVICES,
    SERVICES,
    SIDS,
    Hook,
    corpus,
    hook_of,
    mailgun,
    mandrill,
    postmark,
    resend,
    sendgrid,
    sns,
    twilio,
    with_secret,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("amazon"), pytest.mark.timeout(600)]
quickly = settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
often = settings(quickly, max_examples=40)


@contextmanager
def one_example() -> Iterator[None]:
    """What an example writes is taken back before the next."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def state(message: Message) -> tuple[Any, ...]:
    """What is left in the end: of the message, of its address, and of the ledger."""
    message.refresh_from_db()
    return (
        message.status,
        sorted(Suppression.objects.values_list("address", "channel", "reason", "purpose")),
        sorted(ConsentEvent.objects.values_list("action", "address", "channel", "purpose")),
    )


def told_all(client: Client, service: str, steps: list[int | str]) -> tuple[Any, ...]:
    """Tell the events of these places in the corpus; at "known", the hand-over is recorded, and at
    "apply", a worker comes by."""
    message = sent(service, status=Status.SENDING, with_id=False)
    cases = corpus(service)
    key = message.key if service in EMAIL_SERVICES else None
    hooks = {n: hook_of(service, cases[n].event, key=key) for n in steps if isinstance(n, int)}
    for step in steps:
        if isinstance(step, int):
            assert hooks[step].post(client).status_code in TAKEN
        elif step == "apply":
            apply_due()
        else:
            known = sent(service)
            Message.objects.filter(pk=message.pk).update(
                status=Status.SENT, provider_id=known.provider_id
            )
            known.delete()
    later = timedelta(hours=1)
    WebhookEvent.objects.update(try_at=F("try_at") - later, received_at=F("received_at") - later)
    apply_due()
    assert not WebhookEvent.objects.filter(applied_at=None).exists()
    return state(message)


@pytest.mark.parametrize("service", SERVICES)
@quickly
@given(data=st.data())
def test_any_order_and_any_number_of_times_come_to_the_same(
    client: Client, service: str, data: st.DataObject
) -> None:
    places = st.integers(0, len(corpus(service)) - 1)
    told = data.draw(st.lists(places, min_size=1, max_size=5, unique=True), label="told")
    if service == "twilio_voice":
        told = _with_one_end(told)
    again = data.draw(st.lists(st.sampled_from(told), max_size=4), label="told again")
    all_steps: list[int | str] = [*told, *again, "known", "apply"]
    steps = data.draw(st.permutations(all_steps), label="in this order")
    with one_example():
        expected = told_all(client, service, ["known", *told, "apply"])
    with one_example():
        assert told_all(client, service, steps) == expected


def _with_one_end(told: list[int]) -> list[int]:
    """A call ends once: Twilio never tells two ends of one."""
    cases = corpus("twilio_voice")
    ends = [n for n in told if cases[n].status != "sent"]
    return [n for n in told if n not in ends[1:]]


def test_of_two_reports_the_further_counts_whichever_comes_first() -> None:
    for place, status in enumerate(REPORTED):
        assert [one for one in REPORTED if one in FORWARD[status]] == [*REPORTED[place + 1 :]]


# ── forged and altered ──────────────────────────────────────────────────────────────────────────
def is_refused(client: Client, hook: Hook) -> bool:
    with one_example():
        answer = hook.post(client)
        return answer.status_code in (400, 401, 403) and not WebhookEvent.objects.exists()


@often
@given(data=st.data())
def test_a_form_of_twilios_that_is_altered_anywhere_is_refused(
    client: Client, data: st.DataObject
) -> None:
    service = data.draw(st.sampled_from(sorted(SIDS)))
    hook = twilio(service, data.draw(st.sampled_from(corpus(service))).event)
    form = parse_qsl(hook.body.decode(), keep_blank_values=True)
    altered = list(form)
    place = data.draw(st.integers(0, len(form) - 1))
    words = st.text(st.characters(codec="utf-8"), max_size=8)
    match data.draw(st.sampled_from(["value", "name", "drop", "add"])):
        case "value":
            altered[place] = (form[place][0], data.draw(words))
        case "name":
            altered[place] = (data.draw(words), form[place][1])
        case "drop":
            del altered[place]
        case _:
            altered.append((data.draw(words), data.draw(words)))
    # What Twilio signs has no marks between names and values: a field told twice alike, or one
    # without name and value, is in no signature. It says nothing, either.
    if _signed(altered) == _signed(form):
        return
    body = urlencode(altered).encode()
    assert is_refused(client, Hook(hook.path, body, hook.headers, hook.content_type))


def _signed(form: list[tuple[str, str]]) -> str:
    return "".join(name + value for name, value in sorted(set(form)))


@often
@given(data=st.data())
def test_a_signed_body_that_is_altered_anywhere_is_refused(
    client: Client, data: st.DataObject
) -> None:
    service = data.draw(st.sampled_from(["sendgrid", "ses", "resend"]))
    hook = hook_of(service, corpus(service)[0].event)
    place = data.draw(st.integers(0, len(hook.body) - 1))
    byte = data.draw(st.integers(0, 255))
    body = hook.body[:place] + bytes([byte]) + hook.body[place + 1 :]
    # Amazon does not sign all that is in its message: what is no part of it changes nothing.
    if body == hook.body or (service == "ses" and _says_the_same(body, hook.body)):
        return
    assert is_refused(client, Hook(hook.path, body, hook.headers, hook.content_type))


def _says_the_same(body: bytes, other: bytes) -> bool:
    try:
        one, two = read_message(body), read_message(other)
    except MalformedError:
        return False
    names = (*SIGNED_FIELDS["Notification"], "Signature", "SignatureVersion", "SigningCertURL")
    return all(one.get(name) == two.get(name) for name in names)


@often
@given(data=st.data())
def test_a_proof_that_is_altered_anywhere_is_refused(client: Client, data: st.DataObject) -> None:
    service = data.draw(st.sampled_from(SERVICES))
    hook = hook_of(service, corpus(service)[0].event)
    headers = sorted(name for name in hook.headers if name != "X-Amz-Sns-Message-Type")
    name = data.draw(st.sampled_from(headers))
    value = hook.headers[name]
    altered = data.draw(
        st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=len(value) + 2)
        | st.integers(0, len(value) - 1).map(lambda n: value[:n] + value[n + 1 :])
    )
    if altered.strip() == value or altered.lower() == value.lower():
        return
    assert is_refused(client, Hook(hook.path, hook.body, {**hook.headers, name: altered},
                                   hook.content_type))  # fmt: skip


# ── signed, and nonsense ────────────────────────────────────────────────────────────────────────
ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=20)
    | st.sampled_from(["\x00", "\ud800", "9" * 400, "2026-13-45", "5.1.1", "bounced"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)


@pytest.mark.parametrize("service", EMAIL_SERVICES)
@often
@given(data=st.data())
def test_no_event_however_odd_breaks_anything(
    client: Client, caplog: pytest.LogCaptureFixture, service: str, data: st.DataObject
) -> None:
    """Parts of true events are put in place of others, and anything in place of any part."""
    event = dict(data.draw(st.sampled_from(corpus(service))).event)
    for name in data.draw(st.lists(st.sampled_from(sorted(event)), max_size=3)):
        event[name] = data.draw(ANYTHING | st.just({"headers": [{"name": 7}]}))
    if extra := data.draw(
        st.sampled_from(
            [
                "",
                "mail",
                "user-variables",
                "Metadata",
                "key",
                "Payload",
                "rcpt_meta",
                "X-Mailin-custom",
            ]
        )
    ):
        event[extra] = data.draw(ANYTHING)
    make: dict[str, Callable[[object], Hook]] = {
        "sendgrid": lambda one: sendgrid([one]),
        "mailgun": mailgun,
        "postmark": postmark,
        "ses": sns,
        "resend": resend,
        "mandrill": lambda one: mandrill([one]),
        "sparkpost": lambda one: with_secret("sparkpost", [{"msys": {"message_event": one}}]),
    }
    with one_example():
        caplog.clear()
        hook = make[service](event) if service in make else with_secret(service, event)
        assert hook.post(client).status_code in (200, 400)
        apply_due()
        WebhookEvent.objects.update(received_at=F("received_at") - timedelta(hours=1))
        WebhookEvent.objects.update(try_at=F("received_at"))
        apply_due()
        assert "could not be applied" not in caplog.text


@often
@given(
    fields=st.dictionaries(
        st.sampled_from(["MessageSid", "MessageStatus", "ErrorCode", "To", "From", "Body", "x"]),
        st.text(st.characters(codec="utf-8"), max_size=40)
        | st.sampled_from([SIDS["twilio_text"], "delivered", "undelivered", "30006", "21610"]),
    )
)
def test_no_form_however_odd_breaks_anything(client: Client, fields: dict[str, str]) -> None:
    with one_example():
        assert post(client, "/hooks/twilio/status/", fields).status_code in (204, 400)
        apply_due()
