"""What members choose, what new accounts start with, and contact details that change."""

import pytest
from django.core.exceptions import ValidationError

from alerts import contact_changes
from alerts.history import history
from alerts.models import AlertType, AlertWording, Subscription
from alerts.news import tell
from alerts.rules import KINDS
from alerts.seed import KEYS, seed_types
from alerts.seed_words import WORDS
from alerts.subscriptions import Options, start_new_accounts, subscription_set, table_of
from alerts.types import Words, type_save, wording_errors, wording_save
from common.choices import Channel, Language
from customers.choices import ConsentSource, EmailSlot, NumberSlot
from customers.models import ConsentEvent
from delivery.models import Content, Message
from tests.alerts.making import make_account, make_payment, mobile, sent, subscribe, type_of

pytestmark = pytest.mark.django_db


def test_the_nine_types_are_there_in_both_languages_and_stay_as_they_were_made() -> None:
    assert set(AlertType.objects.values_list("key", flat=True)) == set(KEYS)
    for type in AlertType.objects.all():
        for language in Language:
            words = WORDS[type.key][language]
            assert wording_errors(type, words) == {}
            # Members with several accounts know which one is meant.
            assert "{{ account }}" in words.body
            assert "{{ service_address }}" in words.body
    AlertType.objects.filter(key="past_due").update(name="Late bill")
    assert seed_types() == 0
    assert type_of("past_due").name == "Late bill"


def test_a_choice_by_text_is_an_opt_in_on_record() -> None:
    account = make_account()
    type = type_of("payment_received")
    row = subscription_set(
        account=account,
        type=type,
        channels=[Channel.TEXT, Channel.EMAIL],
        source=ConsentSource.PORTAL,
    )
    assert (row.text, row.email, row.voice, row.push) == (True, True, False, False)
    event = ConsentEvent.objects.get(action="granted")
    assert (event.address, event.channel, event.purpose) == (mobile(account), "text", "account")
    assert event.source == "portal"
    # The same choice again is no new consent.
    subscription_set(
        account=account, type=type, channels=[Channel.TEXT], source=ConsentSource.PORTAL
    )
    assert ConsentEvent.objects.filter(action="granted").count() == 1
    assert Subscription.objects.get(account=account, type=type).email is False


@pytest.mark.parametrize(
    ("key", "channels", "options", "field"),
    [
        ("pending_disconnect", [], Options(), "channels"),
        ("due_date_reminder", [Channel.EMAIL], Options(days_before=15), "days_before"),
        ("past_due", [Channel.EMAIL], Options(days_before=2), "days_before"),
        ("payment_received", [Channel.EMAIL], Options(threshold_kwh=5), "threshold_kwh"),
        ("high_usage", [Channel.EMAIL], Options(threshold_percent=0), "threshold_percent"),
    ],
)
def test_a_choice_that_cannot_be_is_refused_in_words(
    key: str, channels: list[Channel], options: Options, field: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        subscription_set(
            account=make_account(),
            type=type_of(key),
            channels=channels,
            options=options,
            source=ConsentSource.CSR,
        )
    assert list(refused.value.message_dict) == [field]


def test_new_accounts_start_with_what_the_type_says_then_and_keep_it() -> None:
    account = make_account()
    assert start_new_accounts() == 2
    assert start_new_accounts(everything=True) == 0
    type = type_of("profile_change")
    type.starts_with = []
    type_save(type=type)
    line = next(line for line in table_of(account) if line.type == type)
    assert line.on == {Channel.EMAIL}
    later = make_account()
    start_new_accounts()
    line = next(line for line in table_of(later) if line.type == type)
    assert line.on == set()


def test_texts_of_account_alerts_are_never_what_an_account_starts_with() -> None:
    type = type_of("payment_received")
    type.starts_with = [Channel.TEXT]
    with pytest.raises(ValidationError, match="own choice"):
        type_save(type=type)


def test_new_words_make_a_new_version_and_the_old_one_stays_on_record() -> None:
    type = type_of("payment_received")
    account = make_account()
    subscribe(account, "payment_received", Channel.EMAIL)
    tell("payment", [make_payment(account).pk])
    words = Words(subject="Paid: {{ amount }}", body="Thanks from {{ Account }}.")
    version = wording_save(type=type, language=Language.ENGLISH, words=words)
    assert version.version == 2
    assert wording_save(type=type, language=Language.ENGLISH, words=words) == version
    assert AlertWording.objects.filter(type=type, language="en").count() == 2
    tell("payment", [make_payment(account).pk])
    new, old = history(customer=account.customer).entries
    assert new.subject == "Paid: $50.00"
    assert old.subject == "We received your payment of $50.00"
    assert account.number in old.words
    assert old.cause.type == type
    assert old.cause.fact.amount_cents == 5_000


def test_words_with_an_unknown_placeholder_are_refused() -> None:
    type = type_of("payment_received")
    with pytest.raises(ValidationError, match="due_date"):
        wording_save(
            type=type, language=Language.ENGLISH, words=Words(subject="x", body="{{ due_date }}")
        )
    assert Content.objects.filter(body="{{ due_date }}").count() == 0


def test_a_new_type_on_a_known_fact_is_a_row_and_no_code() -> None:
    type = type_save(
        type=AlertType(
            key="disconnect_tomorrow",
            name="Disconnect tomorrow",
            fact_kind="payment",
            trigger="event",
            channels=["email"],
            starts_with=["email"],
        )
    )
    wording_save(
        type=type, language=Language.ENGLISH, words=Words(subject="{{ method }}", body="Hi.")
    )
    account = make_account()
    tell("payment", [make_payment(account, method="kiosk").pk])
    assert [message.context for message in sent(account)] == [{"method": "kiosk"}]


def test_every_placeholder_of_every_kind_can_be_used() -> None:
    for kind in KINDS.values():
        names = " ".join(f"{{{{ {key} }}}}" for key in kind.placeholders())
        type = type_save(
            type=AlertType(
                key=f"all_{kind.kind.value}",
                name="All",
                fact_kind=kind.kind,
                trigger="event",
                channels=list(Channel.values),
                starts_with=["email"],
            )
        )
        wording_save(type=type, language=Language.ENGLISH, words=Words(subject="x", body=names))
        tell(kind.kind.value, [1])  # the statement is well formed


def test_a_changed_email_is_told_to_the_old_the_new_and_the_other_one() -> None:
    account = make_account(email_2="second@example.org")
    old = account.customer.email_1
    contact_changes.change_email(
        customer=account.customer,
        slot=EmailSlot.EMAIL_1,
        address="new@example.net",
        source=ConsentSource.PORTAL,
    )
    assert sorted(message.address for message in Message.objects.all()) == sorted(
        [old, "new@example.net", "second@example.org"]
    )
    # The same again is no change, and tells nobody.
    contact_changes.change_email(
        customer=account.customer,
        slot=EmailSlot.EMAIL_1,
        address="new@example.net",
        source=ConsentSource.PORTAL,
    )
    assert Message.objects.count() == 3


def test_a_changed_mobile_number_is_told_to_the_old_number_by_text() -> None:
    account = make_account()
    old = mobile(account)
    contact_changes.change_number(
        customer=account.customer,
        slot=NumberSlot.MOBILE,
        number="478-555-0177",
        source=ConsentSource.CSR,
    )
    told = {(message.channel, message.address) for message in Message.objects.all()}
    assert told == {("text", old), ("email", account.customer.email_1)}


def test_the_history_is_read_page_by_page() -> None:
    account = make_account()
    subscribe(account, "payment_received", Channel.EMAIL, Channel.TEXT)
    payments = [make_payment(account).pk for _ in range(4)]
    tell("payment", payments)
    first = history(customer=account.customer, size=5)
    assert len(first.entries) == 5
    second = history(customer=account.customer, size=5, before=first.before)
    assert len(second.entries) == 3
    assert second.before is None
    assert {e.cause.fact.pk for e in [*first.entries, *second.entries]} == set(payments)
