"""A code of six digits: ten minutes, five tries, one live code a number, throttled."""

import logging
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from alerts.verification.choices import CodeAnswer, Outcome
from alerts.verification.codes import check_code, send_code
from alerts.verification.limits import TooOftenError, caller_key, forget
from alerts.verification.models import Verification
from alerts.verification.sending import NotPossibleError
from alerts.verification.standing import is_verified
from common.choices import Channel
from customers.choices import ConsentSource
from customers.consent import mark_bad_address, opt_out, set_do_not_call
from customers.models import ConsentEvent, Customer, Suppression
from delivery.choices import Lane
from delivery.models import Message
from tests.alerts.making import make_account, mobile
from tests.verification.making import another, code_in, ledger, said, verifications

pytestmark = pytest.mark.django_db
PORTAL = ConsentSource.PORTAL


def _member(**fields: object) -> Customer:
    return make_account(**fields).customer


def _send(customer: Customer, **options: object) -> Verification:
    return send_code(
        customer=customer,
        number=str(customer.mobile_number.as_e164),
        source=PORTAL,
        **options,  # type: ignore[arg-type]
    )


def _check(customer: Customer, code: str, now: datetime | None = None) -> CodeAnswer:
    return check_code(
        customer=customer, number=customer.mobile_number, code=code, source=PORTAL, now=now
    )


def test_a_code_that_is_typed_confirms_the_number_and_stands_in_the_ledger() -> None:
    customer = _member()
    number = str(customer.mobile_number.as_e164)
    _send(customer)
    (message,) = verifications()
    assert (message.channel, message.lane, message.purpose) == ("text", Lane.URGENT, "verification")
    code = code_in(message)
    assert said(message).startswith("Pine River Electric: Your code is ")
    assert not is_verified(number)
    assert _check(customer, f" {code[:3]} {code[3:]} ") == CodeAnswer.CONFIRMED
    assert is_verified(number)
    event = ConsentEvent.objects.get(action="verified")
    assert (event.address, event.source, event.customer_id) == (number, "portal", customer.pk)
    assert event.words.startswith("Pine River Electric: Your code is {{ code }}")
    # It is good for one use.
    assert _check(customer, code) == CodeAnswer.NONE
    assert ledger(number) == ["verified"]


def test_the_code_stands_in_clear_nowhere_in_the_database_nor_in_a_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    customer = _member()
    with caplog.at_level(logging.DEBUG):
        row = _send(customer)
        (message,) = verifications()
        code = code_in(message)
        _check(customer, another(code))
        _check(customer, code)
    kept = " ".join(str(value) for value in Message.objects.values().get(pk=message.pk).values())
    kept += " ".join(str(value) for value in Verification.objects.values().get(pk=row.pk).values())
    kept += " ".join(ConsentEvent.objects.values_list("words", flat=True))
    assert code not in kept
    assert code not in caplog.text
    assert "Your code is ••••••." in said(message, opened=False)


def test_a_call_reads_the_code_digit_by_digit() -> None:
    customer = _member(language="es", home_number="+14785550140")
    send_code(customer=customer, number=customer.home_number, channel=Channel.VOICE, source=PORTAL)
    (message,) = verifications()
    words = said(message)
    code = code_in(message)
    assert words.count(", ".join(code)) == 2
    assert words.startswith("Usted pidió una clave.")
    answer = check_code(customer=customer, number=customer.home_number, code=code, source=PORTAL)
    assert answer == CodeAnswer.CONFIRMED
    assert is_verified("+14785550140")


def test_the_sixth_try_is_refused_even_with_the_right_code() -> None:
    customer = _member()
    _send(customer)
    code = code_in(verifications()[0])
    answers = [_check(customer, another(code)) for _ in range(5)]
    assert answers == [CodeAnswer.WRONG] * 4 + [CodeAnswer.TRIED_OUT]
    assert _check(customer, code) == CodeAnswer.TRIED_OUT
    assert not is_verified(mobile(customer.accounts.get()))


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "x" * 10_000])
def test_whatever_is_typed_is_wrong_and_not_an_error(typed: str) -> None:
    customer = _member()
    _send(customer)
    assert _check(customer, typed) == CodeAnswer.WRONG


def test_a_code_is_over_after_ten_minutes() -> None:
    customer, now = _member(), timezone.now()
    _send(customer, now=now)
    code = code_in(verifications()[0])
    assert _check(customer, code, now + timedelta(minutes=10)) == CodeAnswer.EXPIRED
    assert _check(customer, code, now + timedelta(minutes=9, seconds=59)) == CodeAnswer.CONFIRMED


def test_a_new_code_ends_the_old_one() -> None:
    customer, now = _member(), timezone.now()
    _send(customer, now=now)
    _send(customer, now=now + timedelta(minutes=1))
    old, new = (code_in(message) for message in verifications())
    if old != new:
        assert _check(customer, old) == CodeAnswer.WRONG
    assert _check(customer, new) == CodeAnswer.CONFIRMED
    assert Verification.objects.filter(outcome=Outcome.REPLACED).count() == 1


def test_sending_is_throttled_by_number_by_member_and_by_caller() -> None:
    now = timezone.now()
    customer = _member()
    for minute in range(5):
        _send(customer, now=now + timedelta(minutes=minute))
        with pytest.raises(TooOftenError) as refused:
            _send(customer, now=now + timedelta(minutes=minute, seconds=59))
    # Five an hour to a number: the first of them makes room.
    assert refused.value.again_at == now + timedelta(hours=1)
    assert len(verifications()) == 5

    caller = caller_key("192.0.2.7")
    for at in range(10):
        _send(_member(), caller=caller, now=now + timedelta(seconds=at))
    with pytest.raises(TooOftenError):
        _send(_member(), caller=caller, now=now + timedelta(minutes=1))
    _send(_member(), caller=caller_key("192.0.2.8"), now=now + timedelta(minutes=1))
    assert not Verification.objects.filter(caller__contains="192").exists()


def test_another_member_with_the_same_number_can_not_use_the_code() -> None:
    one = _member(mobile_number="+14785550101")
    other = _member(mobile_number="+14785550101")
    _send(one)
    code = code_in(verifications()[0])
    assert _check(other, code) == CodeAnswer.NONE
    assert _check(one, code) == CodeAnswer.CONFIRMED
    # Verified once counts for the number, whoever holds it.
    assert is_verified("+14785550101")


def test_nothing_is_sent_to_a_number_that_refused_or_is_nobodys() -> None:
    customer = _member()
    number = str(customer.mobile_number.as_e164)
    with pytest.raises(NotPossibleError):
        send_code(customer=customer, number="+14785550199", source=PORTAL)
    with pytest.raises(NotPossibleError):
        send_code(customer=customer, number="", source=PORTAL)
    set_do_not_call(number, True, source=ConsentSource.CSR)
    with pytest.raises(NotPossibleError, match="Do Not Call"):
        _send(customer)
    set_do_not_call(number, False, source=ConsentSource.CSR)
    opt_out(address=number, channels=[Channel.TEXT], source=ConsentSource.TEXT_REPLY)
    with pytest.raises(NotPossibleError, match="Opted out"):
        _send(customer)
    assert verifications() == []


def test_a_number_that_was_found_bad_may_be_tried_again_and_is_good_with_its_code() -> None:
    customer = _member()
    number = str(customer.mobile_number.as_e164)
    mark_bad_address(address=number, channel=Channel.TEXT)
    _send(customer)
    assert _check(customer, code_in(verifications()[0])) == CodeAnswer.CONFIRMED
    assert not Suppression.objects.filter(address=number).exists()


def test_what_was_sent_long_ago_is_forgotten_and_what_was_verified_is_not() -> None:
    customer, now = _member(), timezone.now()
    _send(customer, now=now - timedelta(days=31))
    _send(customer, now=now)
    _check(customer, code_in(verifications()[-1]))
    assert forget(now=now) == 1
    assert Verification.objects.get().sent_at == now
    assert forget(now=now + timedelta(days=31)) == 1
    assert is_verified(mobile(customer.accounts.get()))
