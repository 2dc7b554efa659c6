"""Control Options, alert types: what the pages say, save and refuse."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from alerts.models import AlertType
from common.choices import Channel
from console.roles import Role
from tests.alerts.making import make_account, make_payment, subscribe, type_of
from tests.factories import make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client: Client) -> User:
    user = make_staff(Role.ADMINISTRATOR)
    client.force_login(user)
    return user


def page(name: str, *args: Any) -> str:
    return reverse(f"console:{name}", args=args)


def words(client: Client, url: str, **data: Any) -> str:
    return client.get(url, data).content.decode()


def settings_of(type: AlertType, **changes: Any) -> dict[str, Any]:
    """What the form of an event type sends."""
    return {
        "name": type.name,
        "name_es": type.name_es,
        "description": type.description,
        "channels": type.channels,
        "starts_with": type.starts_with,
        "may_turn_off": "on" if type.may_turn_off else "",
        "stale_after_days": type.stale_after_days,
        "lane": type.lane,
        "purpose": type.purpose,
        **changes,
    }


def test_the_list_says_of_each_type_whether_it_is_on_and_how_many_chose_it(
    client: Client, admin: User
) -> None:
    subscribe(make_account(), "payment_received", Channel.TEXT)
    subscribe(make_account(), "payment_received")
    shown = words(client, page("alert_types"))
    for name in ("Due Date Reminder", "Payment Received", "Bill Ready"):
        assert name in shown
    row = shown.split("Payment Received")[1].split("</tr>")[0]
    assert '<td data-label="Chosen by" class="num">1</td>' in row
    assert "At once" in row


def test_staff_without_the_right_read_the_list_and_change_nothing(client: Client) -> None:
    client.force_login(make_staff(Role.COMMUNICATOR))
    type = type_of("past_due")
    assert page("alert_type", type.pk) not in words(client, page("alert_types"))
    for url in (
        page("alert_type", type.pk),
        page("alert_type_new"),
        page("alert_words", type.pk, "en"),
        page("alert_words_preview", type.pk, "en"),
    ):
        assert client.get(url).status_code == 403
    assert client.post(page("alert_type_switch", type.pk), {"on": "0"}).status_code == 403
    assert type_of("past_due").enabled


def test_settings_are_saved(client: Client, admin: User) -> None:
    type = type_of("payment_received")
    answer = client.post(
        page("alert_type", type.pk),
        settings_of(type, channels=["email", "push"], starts_with=["email"], name="Payment posted"),
        follow=True,
    )
    assert "“Payment posted” is saved." in answer.content.decode()
    type.refresh_from_db()
    assert (type.channels, type.starts_with) == (["email", "push"], ["email"])


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"channels": []}, "Offer at least one channel."),
        ({"starts_with": ["text"]}, "need the member&#x27;s own choice"),
        ({"channels": ["email"], "starts_with": ["push"]}, "Not offered: Push."),
        ({"purpose": "marketing"}, "Select a valid choice"),
        ({"channels": ["email"], "fallback": "on"}, "There is no text to follow up"),
        ({"name": ""}, "This field is required."),
        ({"stale_after_days": "-3"}, "greater than or equal to 0"),
    ],
)
def test_settings_that_contradict_each_other_are_refused_in_words(
    client: Client, admin: User, changes: dict[str, Any], told: str
) -> None:
    type = type_of("payment_received")
    answer = client.post(page("alert_type", type.pk), settings_of(type, **changes))
    assert answer.status_code == 200
    assert told in answer.content.decode()
    assert type_of("payment_received").channels == type.channels


def test_a_type_is_turned_off_and_on(client: Client, admin: User) -> None:
    url = page("alert_type_switch", type_of("payment_received").pk)
    off = client.post(url, {"on": "0"}, follow=True).content.decode()
    assert "What waits to be sent waits until it is on again." in off
    assert not type_of("payment_received").enabled
    on = client.post(url, {"on": "1"}, follow=True).content.decode()
    assert "“Payment Received” is on." in on
    assert type_of("payment_received").enabled


def test_a_new_type_is_off_until_it_has_words(client: Client, admin: User) -> None:
    new = {
        "name": "Large payment",
        "fact_kind": "payment",
        "trigger": "event",
        "channels": ["email"],
        "purpose": "account",
    }
    answer = client.post(page("alert_type_new"), new)
    type = type_of("large_payment")
    assert answer["Location"] == page("alert_words", type.pk, "en")
    assert not type.enabled
    refused = client.post(page("alert_type_switch", type.pk), {"on": "1"}, follow=True)
    assert "It has no English words yet." in refused.content.decode()
    client.post(
        page("alert_words", type.pk, "en"),
        {"subject": "Thank you", "body": "We have {{ amount }}."},
    )
    client.post(page("alert_type_switch", type.pk), {"on": "1"})
    assert type_of("large_payment").enabled
    again = client.post(page("alert_type_new"), new)
    assert "There is an alert of this name." in again.content.decode()


def test_saved_words_are_a_new_version_and_unchanged_ones_are_none(
    client: Client, admin: User
) -> None:
    type = type_of("payment_received")
    url = page("alert_words", type.pk, "en")
    new = {"subject": "We have {{ amount }}", "body": "Thank you, {{ first_name }}."}
    first = client.post(url, new, follow=True).content.decode()
    assert "Version 2 is in use from now on." in first
    assert "Nothing was changed" in client.post(url, new, follow=True).content.decode()
    wording = type.wordings.get(language="en", is_current=True)
    assert (wording.version, wording.created_by) == (2, admin)
    old = type.wordings.get(language="en", version=1)
    assert old.subject in words(client, url, version="1").split('name="subject"')[1][:200]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("It is {{ pole }}.", "{{ pole }} is nothing that this alert knows."),
        ("It is {{ amount.", "A placeholder is not closed"),
        ("", "This field is required."),
    ],
)
def test_words_that_cannot_be_filled_are_refused(
    client: Client, admin: User, body: str, told: str
) -> None:
    type = type_of("payment_received")
    answer = client.post(page("alert_words", type.pk, "en"), {"subject": "Hello", "body": body})
    assert told in answer.content.decode()
    assert type.wordings.filter(language="en").count() == 1


def test_the_preview_shows_what_a_real_account_gets_in_the_words_being_written(
    client: Client, admin: User
) -> None:
    account = make_account(name="NUÑEZ NOÉ", first_name="Noé")
    make_payment(account, cents=123_456)
    shown = client.post(
        page("alert_words_preview", type_of("payment_received").pk, "en") + "?channel=text",
        {
            "account": account.number,
            "subject": "x",
            "body": "x",
            "text_body": "“Thanks”, {{ first_name }}: {{ amount }} for {{ account }}.",
        },
    ).content.decode()
    assert f"<mark>$1,234.56</mark> for <mark>{account.number}</mark>" in shown
    assert "UCS-2" in shown
    assert '<kbd class="culprit">“</kbd>' in shown
    assert type_of("payment_received").wordings.count() == 2


def test_plain_characters_take_the_place_of_dear_ones_before_saving(
    client: Client, admin: User
) -> None:
    type = type_of("payment_received")
    shown = client.post(
        page("alert_words", type.pk, "en"),
        {"subject": "x", "body": "x", "text_body": "It’s here", "plain": "1", "channel": "text"},
    ).content.decode()
    assert "It&#x27;s here" in shown
    assert type.wordings.filter(language="en").count() == 1


def test_without_such_a_fact_or_account_the_preview_says_so(client: Client, admin: User) -> None:
    account = make_account()
    url = page("alert_words_preview", type_of("returned_check").pk, "es")
    assert "This account has no such fact yet" in words(client, url, account=account.number)
    assert "There is no account 999-009" in words(client, url, account="999-009")
    assert client.get(page("alert_words", type_of("past_due").pk, "fr")).status_code == 404
