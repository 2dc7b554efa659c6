"""A link in an email: opening it confirms nothing, its button does, for a day, once."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from alerts.contact_changes import change_email
from alerts.verification.links import PATH, LinkState, confirm_link, read_link, send_link, token_of
from alerts.verification.models import Verification
from alerts.verification.sending import NotPossibleError
from alerts.verification.standing import is_verified
from common.choices import Channel
from customers.address_health import hear_of_trouble
from customers.choices import AddressEventKind, ConsentSource, EmailSlot
from customers.models import ConsentEvent, Customer
from tests.factories import make_customer
from tests.verification.making import link_in, verifications

pytestmark = pytest.mark.django_db


def _sent(**fields: Any) -> tuple[Customer, Verification]:
    customer = make_customer(**fields)
    row = send_link(customer=customer, address=customer.email_1, source=ConsentSource.CSR)
    return customer, row


def _url(row: Verification) -> str:
    return reverse("verify", args=[token_of(row)])


def test_opening_the_link_confirms_nothing_and_its_button_does() -> None:
    customer, row = _sent()
    (message,) = verifications()
    assert (message.address, message.lane) == (customer.email_1, "urgent")
    assert link_in(message).endswith(_url(row))
    assert reverse("verify", args=["x"]).replace("x/", "") == PATH
    client = Client(enforce_csrf_checks=True)
    for method in (client.get, client.head):
        assert method(_url(row)).status_code == 200
    assert not is_verified(customer.email_1)
    # What a scanner can't know.
    assert client.post(_url(row)).status_code == 403

    page = Client()
    shown = page.get(_url(row)).content.decode()
    assert "Yes, this is my address" in shown
    answer = page.post(_url(row), follow=True)
    assert "Thank you" in answer.content.decode()
    assert is_verified(customer.email_1)
    event = ConsentEvent.objects.get(action="verified")
    assert (event.source, event.customer_id) == ("email_link", customer.pk)
    assert event.words.startswith("Hello,\n\nthis address was given to Pine River Electric")
    # Once more is once.
    page.post(_url(row))
    assert ConsentEvent.objects.filter(action="verified").count() == 1


def test_the_page_shows_nothing_about_the_person_and_is_kept_by_nobody() -> None:
    customer, row = _sent(name="NUÑEZ NOÉ", first_name="Noé", last_name="Nuñez")
    for url in (_url(row), _url(row)):
        answer = Client().get(url)
        shown = answer.content.decode()
        for personal in ("Noé", "NUÑEZ", customer.email_1, customer.number, "Nuñez"):
            assert personal not in shown
        assert "no-store" in answer["Cache-Control"]
        assert answer["X-Robots-Tag"] == "noindex"
    assert customer.email_1.split("@")[0] not in _url(row)
    assert str(customer.number) not in _url(row)


def test_a_spanish_speaker_finds_the_page_in_spanish() -> None:
    _customer, row = _sent(language="es")
    assert "Sí, esta dirección es mía" in Client().get(_url(row)).content.decode()


def test_a_link_is_over_after_a_day_and_says_what_to_do() -> None:
    customer, row = _sent()
    later = timezone.now() + timedelta(hours=24)
    assert read_link(token_of(row), now=later).state is LinkState.OVER
    assert confirm_link(token_of(row), now=later) is LinkState.OVER
    Verification.objects.update(expires_at=timezone.now())
    answer = Client().get(_url(row))
    assert answer.status_code == 410
    assert "Send a new link" in answer.content.decode()
    assert Client().post(_url(row)).status_code == 410
    assert not is_verified(customer.email_1)


@pytest.mark.parametrize(
    "token", ["x", "a:b", "é", ":", "AAAAAAAAAAAAAAAAAAAAAA:forged", "%00", "a" * 3000]
)
def test_a_forged_link_looks_like_one_that_is_over(token: str) -> None:
    _customer, row = _sent()
    Verification.objects.update(expires_at=timezone.now())
    real = Client().get(_url(row))
    forged = Client().get(reverse("verify", args=[token]))
    assert forged.status_code == real.status_code == 410

    for answer in (real, forged):
        assert "This link no longer works" in answer.content.decode()


def test_a_changed_signature_is_refused() -> None:
    _customer, row = _sent()
    token = token_of(row)
    packed, signature = token.split(":")
    for wrong in (
        packed,
        f"{packed}:",
        f"{packed}:{signature[:-1]}",
        # Sixteen bytes end in A, Q, g or w.
        f"{packed[:-1]}B:{signature}",
    ):
        assert read_link(wrong).state is LinkState.OVER
    assert read_link(token).state is LinkState.OPEN


def test_a_new_link_is_sent_with_the_same_answer_whether_we_know_the_old_one_or_not() -> None:
    customer, row = _sent()
    long_ago = timezone.now() - timedelta(days=2)
    Verification.objects.update(sent_at=long_ago, expires_at=long_ago)
    answers = []
    for token in (token_of(row), token_of(row), "forged:forged"):
        answer = Client().post(reverse("verify_again", args=[token]), follow=True)
        answers.append((answer.status_code, answer.redirect_chain))
        assert "a new one is on its way" in answer.content.decode()
    assert answers[0] == answers[1] == answers[2]
    # The second was too soon, the third nobody's.
    first, second = verifications()
    assert second.address == customer.email_1
    assert link_in(first) != link_in(second)


def test_a_link_to_an_address_that_the_member_gave_up_is_over() -> None:
    customer, row = _sent()
    change_email(
        customer=customer,
        slot=EmailSlot.EMAIL_1,
        address="mae@example.org",
        source=ConsentSource.CSR,
    )
    assert confirm_link(token_of(row)) is LinkState.OVER
    assert not is_verified(row.address)


def test_an_address_that_is_nobodys_gets_no_link() -> None:
    customer = make_customer()
    with pytest.raises(NotPossibleError):
        send_link(customer=customer, address="mae@example.org", source=ConsentSource.CSR)
    assert verifications() == []


def test_a_verified_address_that_bounces_is_no_longer_confirmed() -> None:
    customer, row = _sent()
    confirm_link(token_of(row))
    assert is_verified(customer.email_1)
    hear_of_trouble(
        address=customer.email_1,
        channel=Channel.EMAIL,
        kind=AddressEventKind.BAD,
        cause="a bounce",
        code="5.1.1",
        at=timezone.now(),
    )
    assert not is_verified(customer.email_1)


def test_a_verified_address_that_goes_to_another_member_is_to_be_verified_anew() -> None:
    customer, row = _sent()
    confirm_link(token_of(row))
    address = customer.email_1
    other = make_customer()

    def give(customer: Customer, address: str) -> None:
        change_email(
            customer=customer,
            slot=EmailSlot.EMAIL_1,
            address=address,
            source=ConsentSource.CSR,
        )

    give(other, address)
    # Both have it: who confirmed it still does.
    assert is_verified(address)
    give(customer, "new@example.org")
    assert not is_verified(address)
    assert not is_verified("new@example.org")
    give(customer, address)
    assert not is_verified(address)
