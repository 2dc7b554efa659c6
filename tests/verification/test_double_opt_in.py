"""A number that is newly subscribed to texts is asked to reply YES; before, nothing else goes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from pytest_django import Settings

from alerts.calendar import run_due
from alerts.contact_changes import change_number
from alerts.enrollment import Criteria, dry_run, enroll, take_back
from alerts.models import Subscription
from alerts.news import tell
from alerts.verification import waiting
from alerts.verification.codes import check_code, send_code
from alerts.verification.demo import load_verifications
from alerts.verification.double_opt_in import is_waiting
from alerts.verification.models import OptIn
from alerts.verification.standing import Standing, contacts_of, is_verified
from billing.models import AccountChange
from billing.signals import facts_told
from common.choices import Channel
from common.text_segments import count_segments
from customers.choices import ConsentSource, NumberSlot
from customers.consent import grant, opt_out, record_given, set_do_not_call
from customers.demo import load_members
from customers.ledger.following import unexplained_suppressions
from customers.models import Account, ConsentEvent, Customer, Suppression
from delivery.as_sent import outgoing_of
from delivery.quiet import may_go_from
from delivery.replies.inbound import text_received
from delivery.signals import yes_received
from delivery.words import render_text
from tests.alerts.making import (
    fact_id,
    make_account,
    make_bill,
    make_payment,
    mobile,
    subscribe,
    today,
    type_of,
    ways,
)
from tests.verification.making import (
    choose_texts,
    code_in,
    ledger,
    questions,
    said,
    verifications,
)

pytestmark = pytest.mark.django_db
DRAFT = Criteria(recurring_payments=("bank_draft",))


@pytest.fixture(autouse=True)
def double_opt_in(settings: Settings) -> None:
    settings.SMS_DOUBLE_OPT_IN = True


def _yes(account: Account) -> None:
    yes_received.send(sender=None, number=mobile(account))


def _pay(account: Account) -> list[tuple[str, str]]:
    tell("payment", [make_payment(account).pk])
    return ways(account, "payment_received")


def test_nothing_but_the_question_goes_to_the_number_until_its_yes() -> None:
    account = make_account()
    number = mobile(account)
    choose_texts(account)
    (question,) = questions()
    words = said(question)
    assert words == (
        "Pine River Electric: Reply YES to get texts about your account at this number. "
        "Msg&data rates may apply. Reply STOP to end, HELP for help."
    )
    assert question.purpose == "verification"
    assert _pay(account) == []
    assert ledger(number) == ["asked"]

    _yes(account)
    assert _pay(account) == [("text", number)]
    event = ConsentEvent.objects.get(action="granted")
    assert event.words == f"{words} → YES"
    assert (event.source, event.purpose, event.customer) == (
        "text_reply",
        "account",
        account.customer,
    )
    assert is_verified(number)
    # Once more is once, and a second alert asks nothing.
    _yes(account)
    choose_texts(account, "past_due")
    assert ledger(number) == ["asked", "granted", "granted"]
    assert len(questions()) == 1


@pytest.mark.parametrize("refused_by", ["Do Not Call", "STOP"])
def test_a_number_that_takes_no_texts_is_not_asked_and_the_ledger_does_not_say_so(
    refused_by: str,
) -> None:
    account = make_account()
    number = mobile(account)
    if refused_by == "STOP":
        opt_out(
            address=number,
            channels=[Channel.TEXT],
            source=ConsentSource.TEXT_REPLY,
            words="STOP",
        )
    else:
        set_do_not_call(number, True, source=ConsentSource.PHONE, words="no texts, please")
    before = ledger(number)
    choose_texts(account)
    assert questions() == []
    assert ledger(number) == before
    # The refusal is lifted: still no text without a YES.
    lift: dict[str, Any] = {"source": ConsentSource.PHONE, "words": "you may again"}
    if refused_by == "STOP":
        grant(address=number, channels=[Channel.TEXT], **lift)
    else:
        set_do_not_call(number, False, **lift)
    assert _pay(account) == []
    assert waiting.remind(now=timezone.now() + timedelta(days=3)) == 0
    choose_texts(account, "past_due")
    assert len(questions()) == 1
    _yes(account)
    assert _pay(account) == [("text", number)]


def test_a_yes_without_a_question_begins_the_texts_too() -> None:
    account = make_account()
    number = mobile(account)
    set_do_not_call(number, True, source=ConsentSource.PHONE, words="no texts, please")
    choose_texts(account, words="Payment received: by text")
    set_do_not_call(number, False, source=ConsentSource.PHONE, words="you may again")
    _yes(account)
    assert _pay(account) == [("text", number)]
    # Not the words of a question that nobody read.
    assert ConsentEvent.objects.get(action="granted").words == "Payment received: by text → YES"


def test_what_rests_on_the_number_itself_goes_meanwhile() -> None:
    account = make_account()
    choose_texts(account)
    subscribe(account, "pending_disconnect", Channel.TEXT)
    assert type_of("pending_disconnect").purpose == "curtailment"
    assert not questions()[1:]
    assert list(
        Suppression.objects.filter(address=mobile(account)).values_list("purpose", flat=True)
    ) == ["account"]


@pytest.mark.parametrize("language", ["en", "es"])
def test_each_question_is_one_segment_and_says_how_to_stop_once(
    language: str, settings: Settings
) -> None:
    settings.SMS_OPT_IN_REMIND_DAYS = 0
    account = make_account(language=language)
    choose_texts(account)
    assert waiting.remind() == 1
    send_code(customer=account.customer, number=mobile(account), source=ConsentSource.PORTAL)
    for message in (*questions(), *verifications()):
        words = said(message)
        assert count_segments(words).segments == 1, words
        assert words.count("HELP") <= 1
    assert "YES" in said(questions()[0])
    # The first text of all, too.
    first = render_text(replace(outgoing_of(questions()[0]), first_text=True))
    assert first == said(questions()[0])


@pytest.mark.parametrize("body", ["YES", "Yes, please!", "Sí"])
def test_a_text_that_says_yes_begins_it_with_the_words_that_were_typed(body: str) -> None:
    account = make_account()
    choose_texts(account)
    text_received(sid="SM" + "7" * 32, number=mobile(account), to="+18005550100", body=body)
    assert _pay(account) == [("text", mobile(account))]
    last = ConsentEvent.objects.filter(action="granted").latest("pk")
    assert last.words == f"{OptIn.objects.get().words} → {body}"
    assert list(unexplained_suppressions()) == []


def test_a_stop_instead_of_the_yes_is_a_stop() -> None:
    account = make_account()
    choose_texts(account)
    text_received(sid="SM" + "8" * 32, number=mobile(account), to="+18005550100", body="No. STOP")
    assert _pay(account) == []
    assert waiting.remind(now=timezone.now() + timedelta(days=3)) == 0


def test_without_the_setting_the_members_choice_is_enough(settings: Settings) -> None:
    settings.SMS_DOUBLE_OPT_IN = False
    account = make_account()
    choose_texts(account)
    assert questions() == []
    assert _pay(account) == [("text", mobile(account))]


def test_a_number_that_agreed_before_is_not_asked() -> None:
    account = make_account()
    grant(address=mobile(account), channels=[Channel.TEXT], source=ConsentSource.CSR)
    choose_texts(account)
    assert questions() == []
    assert _pay(account) == [("text", mobile(account))]


def test_a_number_that_said_stop_since_waits_and_gets_nothing() -> None:
    account = make_account()
    grant(address=mobile(account), channels=[Channel.TEXT], source=ConsentSource.CSR)
    opt_out(address=mobile(account), channels=[Channel.TEXT], source=ConsentSource.TEXT_REPLY)
    choose_texts(account)
    assert is_waiting(mobile(account))
    assert _pay(account) == []
    # They text START: texts in general are on again, and this is the YES.
    grant(
        address=mobile(account),
        channels=[Channel.TEXT],
        source=ConsentSource.TEXT_REPLY,
        words="Start, please",
    )
    _yes(account)
    assert _pay(account) == [("text", mobile(account))]
    last = ConsentEvent.objects.filter(action="granted").latest("pk")
    # What it read, and nothing of a question that it never got.
    assert last.words == f"Payment Received: on for account {account.number} → Start, please"


def test_a_code_that_was_texted_to_the_number_is_as_good_as_a_yes() -> None:
    account = make_account()
    choose_texts(account)
    customer = account.customer
    send_code(customer=customer, number=mobile(account), source=ConsentSource.PORTAL)
    check_code(
        customer=customer,
        number=mobile(account),
        code=code_in(verifications()[0]),
        source=ConsentSource.PORTAL,
    )
    assert not is_waiting(mobile(account))
    assert _pay(account) == [("text", mobile(account))]
    other = make_account(mobile_number=mobile(account))
    choose_texts(other)
    assert len(questions()) == 1


def test_reminders_that_came_due_while_we_waited_are_sent_with_the_yes() -> None:
    account = make_account()
    type = type_of("due_date_reminder")
    type.hour = 0
    type.save()
    make_bill(account, due=today() + timedelta(days=2))
    choose_texts(account, "due_date_reminder")
    run_due()
    assert ways(account, "due_date_reminder") == []
    _yes(account)
    assert ways(account, "due_date_reminder") == [("text", mobile(account))]


def test_one_reminder_then_an_end_and_a_late_yes_still_counts() -> None:
    account = make_account()
    choose_texts(account)
    now = timezone.now()
    assert waiting.remind(now=now) == waiting.expire(now=now) == 0
    assert waiting.remind(now=now + timedelta(days=2, minutes=1)) == 1
    assert waiting.remind(now=now + timedelta(days=3)) == 0
    assert len(questions()) == 2
    assert waiting.expire(now=now + timedelta(days=14, minutes=1)) == 1
    assert waiting.expire(now=now + timedelta(days=15)) == 0
    row = Subscription.objects.get(account=account, type__key="payment_received")
    assert not row.text
    assert OptIn.objects.get().state == "expired"
    assert _pay(account) == []
    _yes(account)
    row.refresh_from_db()
    assert row.text
    assert _pay(account) == [("text", mobile(account))]


def test_who_chose_since_the_wait_was_over_keeps_what_they_chose() -> None:
    account = make_account()
    choose_texts(account)
    waiting.expire(now=timezone.now() + timedelta(days=15))
    subscribe(account, "payment_received", Channel.EMAIL)
    _yes(account)
    assert not Subscription.objects.get(account=account, type__key="payment_received").text
    # Subscribed again they need not say it again.
    choose_texts(account)
    assert len(questions()) == 1


def test_nobody_is_reminded_who_refused_or_wants_no_text_any_more() -> None:
    refused, changed_their_mind = make_account(), make_account()
    for account in (refused, changed_their_mind):
        choose_texts(account)
    opt_out(address=mobile(refused), channels=[Channel.TEXT], source=ConsentSource.TEXT_REPLY)
    subscribe(changed_their_mind, "payment_received", Channel.EMAIL)
    assert waiting.remind(now=timezone.now() + timedelta(days=3)) == 0


def test_a_reminder_rings_at_no_telephone_in_the_night() -> None:
    account = make_account()
    account.state, account.zip_code = "AL", "35203"
    account.save()
    choose_texts(account)
    # 02:30 in Chicago.
    night = (timezone.now() + timedelta(days=3)).replace(hour=8, minute=30)
    waiting.remind(now=night)
    asked, reminder = questions()
    # Who chooses texts at night has the telephone in hand; nobody waits for the reminder.
    assert may_go_from(asked.pk, night) == night
    assert may_go_from(reminder.pk, night).astimezone(ZoneInfo("America/Chicago")).hour == 8


def test_a_new_mobile_number_is_asked_for_itself() -> None:
    account = make_account()
    old = mobile(account)
    choose_texts(account)
    _yes(account)
    change_number(
        customer=account.customer,
        slot=NumberSlot.MOBILE,
        number="478-555-0177",
        source=ConsentSource.CSR,
    )
    account.customer.refresh_from_db()
    assert [message.address for message in questions()] == [old, "+14785550177"]
    assert _pay(account) == []
    assert not is_verified("+14785550177")
    _yes(account)
    assert _pay(account) == [("text", "+14785550177")]
    # And back: the old number was nobody's for a while.
    change_number(
        customer=account.customer, slot=NumberSlot.MOBILE, number=old, source=ConsentSource.CSR
    )
    assert questions()[-1].address == old


def test_a_number_that_moves_to_another_member_is_asked_anew() -> None:
    first, second = make_account(), make_account()
    number = mobile(first)
    choose_texts(first)
    _yes(first)
    change_number(
        customer=first.customer, slot=NumberSlot.MOBILE, number="", source=ConsentSource.CSR
    )
    change_number(
        customer=second.customer, slot=NumberSlot.MOBILE, number=number, source=ConsentSource.CSR
    )
    second.customer.refresh_from_db()
    assert not is_verified(number)
    choose_texts(second)
    assert len(questions()) == 2
    assert _pay(second) == []


def test_a_number_that_changed_in_the_billing_system_is_asked_too() -> None:
    account = make_account()
    choose_texts(account)
    _yes(account)
    change = AccountChange.objects.create(
        fact_id=fact_id(),
        account=account,
        what="mobile_number",
        old=mobile(account),
        new="+14785550178",
        at=timezone.now(),
    )
    facts_told.send(sender=None, kind="account_change", ids=[change.pk])
    assert questions()[-1].address == "+14785550178"
    facts_told.send(sender=None, kind="account_change", ids=[change.pk])
    assert len(questions()) == 2


def _on_draft(**fields: Any) -> Account:
    account = make_account(**fields)
    account.recurring_payment = "bank_draft"
    account.save()
    record_given(
        address=account.customer.mobile_number,
        channels=[Channel.TEXT],
        source=ConsentSource.BILLING,
        customer=account.customer,
    )
    return account


def test_an_enrollment_waits_for_yes_and_says_so_before(
    django_assert_max_num_queries: Callable[[int], Any],
) -> None:
    type = type_of("payment_received")
    agreed, new, waits = _on_draft(), _on_draft(language="es"), _on_draft()
    shared = _on_draft(mobile_number=mobile(new))
    grant(address=mobile(agreed), channels=[Channel.TEXT], source=ConsentSource.TEXT_REPLY)
    choose_texts(waits, "past_due")
    reach = dry_run(type=type, channels=[Channel.TEXT], criteria=DRAFT)
    assert reach.channels == {"text": 1}
    assert reach.left_out == {"text": {"waiting_yes": 3}}
    assert reach.accounts == 1

    with django_assert_max_num_queries(45):
        enrollment = enroll(type=type, channels=[Channel.TEXT], criteria=DRAFT, by=None)
    assert enrollment.reach["left_out"] == {"text": {"waiting_yes": 3}}
    # One question a number, and none where one is open.
    asked = [message.address for message in questions()]
    assert asked == [mobile(waits), mobile(new)]
    assert said(questions()[1]).startswith("Pine River Electric: Responda YES")
    assert [bool(_pay(account)) for account in (agreed, new, shared, waits)] == [
        True,
        False,
        False,
        False,
    ]
    _yes(new)
    _yes(waits)
    assert [bool(_pay(account)) for account in (new, shared, waits)] == [True, True, True]


def test_an_enrollment_that_is_taken_back_reminds_nobody() -> None:
    account = _on_draft()
    enrollment = enroll(
        type=type_of("payment_received"), channels=[Channel.TEXT], criteria=DRAFT, by=None
    )
    assert is_waiting(mobile(account))
    assert take_back(enrollment=enrollment, by=None) == 1
    assert waiting.remind(now=timezone.now() + timedelta(days=3)) == 0
    assert waiting.expire(now=timezone.now() + timedelta(days=30)) == 0
    _yes(account)
    assert _pay(account) == []


def test_turning_the_setting_off_lets_the_next_choice_count(settings: Settings) -> None:
    account = make_account()
    choose_texts(account)
    settings.SMS_DOUBLE_OPT_IN = False
    assert _pay(account) == []
    choose_texts(account, "past_due")
    assert _pay(account) == [("text", mobile(account))]


def test_the_demonstration_has_every_state_and_a_sound_ledger() -> None:
    load_members(count=60, seed=1)
    load_verifications()
    states = [
        contact.standing
        for customer in Customer.objects.all()
        for contact in contacts_of(customer, now=timezone.now())
        if contact.address
    ]
    shown = {Standing.CONFIRMED, Standing.OPTED_IN, Standing.NOT_VERIFIED, Standing.WAITING}
    assert shown <= set(states)
    assert list(unexplained_suppressions()) == []
