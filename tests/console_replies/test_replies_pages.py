"""The queue of unclear replies, the list of all, and replies in a member's timeline."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from common.choices import Channel
from console.roles import Role
from customers.choices import ConsentAction, ConsentSource
from customers.consent import opt_out
from customers.models import ConsentEvent, Suppression
from delivery.replies.choices import Review
from delivery.replies.models import InboundText
from tests.delivery.replies.texting import NUMBER, last_text, text, was_sent
from tests.factories import make_customer, make_staff

pytestmark = pytest.mark.django_db
PAGE = "/console/replies/"
UNCLEAR = "I never signed up for this"


@pytest.fixture
def csr() -> User:
    return make_staff(Role.CSR)


@pytest.fixture
def desk(client: Client, csr: User) -> Client:
    client.force_login(csr)
    return client


def decide(desk: Client, reply: InboundText, decision: str, words: str = "") -> str:
    answer = desk.post(
        f"{PAGE}{reply.pk}/decide/", {"decision": decision, f"{reply.pk}-words": words}, follow=True
    )
    return str(answer.content.decode())


def test_an_unclear_reply_is_shown_with_its_holder_and_what_we_had_sent(desk: Client) -> None:
    make_customer(name="SAPP RUTH", mobile_number=NUMBER)
    was_sent()
    text(UNCLEAR)
    page = desk.get(PAGE).content.decode()
    for words in (UNCLEAR, "478-555-0111", "SAPP RUTH", "we work at pole 0 today"):
        assert words in page


def test_an_empty_queue_says_so(desk: Client) -> None:
    assert "Nothing is unclear" in desk.get(PAGE).content.decode()
    assert "No replies yet" in desk.get(f"{PAGE}all/").content.decode()


def test_it_was_a_stop_is_recorded_and_the_number_stays_off(desk: Client, csr: User) -> None:
    text(UNCLEAR)
    assert "478-555-0111 stays off." in decide(desk, last_text(), "stop", "She told me")
    assert Suppression.objects.filter(address=NUMBER).count() == 2
    event = ConsentEvent.objects.filter(source=ConsentSource.CSR, channel="text").get()
    assert event.action == ConsentAction.REVOKED
    assert event.taken_by_id == csr.pk
    assert event.words == f"She told me (reply: {UNCLEAR})"
    assert last_text().review == Review.STOP
    assert "Nothing is unclear" in desk.get(PAGE).content.decode()


def test_not_a_stop_lifts_what_the_reply_had_turned_off(desk: Client) -> None:
    opt_out(address=NUMBER, channels=[Channel.VOICE], source=ConsentSource.VOICE_KEY)
    text(UNCLEAR)
    assert "gets our messages again" in decide(desk, last_text(), "lift", "Called her")
    assert list(Suppression.objects.values_list("channel", flat=True)) == ["voice"]
    event = ConsentEvent.objects.filter(action=ConsentAction.GRANTED).get()
    assert (event.channel, event.source) == ("text", ConsentSource.CSR)


def test_lifting_needs_words(desk: Client) -> None:
    text(UNCLEAR)
    assert "lifting a stop needs a reason" in decide(desk, last_text(), "lift", "  ")
    assert last_text().review == Review.WAITING
    assert Suppression.objects.count() == 2


def test_what_was_refused_at_the_counter_since_is_not_lifted(desk: Client) -> None:
    text(UNCLEAR)
    InboundText.objects.update(at=timezone.now() - timedelta(minutes=5))
    opt_out(
        address=NUMBER, channels=[Channel.TEXT, Channel.VOICE], source=ConsentSource.CSR, words="no"
    )
    assert "stays off: it was turned off in another way" in decide(desk, last_text(), "lift", "Ok")
    assert Suppression.objects.count() == 2


def test_two_people_do_not_decide_the_same_reply(desk: Client) -> None:
    text(UNCLEAR)
    decide(desk, last_text(), "stop")
    assert "decided already" in decide(desk, last_text(), "lift", "Called her")
    assert Suppression.objects.count() == 2


def test_one_decision_settles_all_unclear_replies_of_a_number(desk: Client) -> None:
    text(UNCLEAR)
    text("I moved")
    decide(desk, last_text(), "lift", "Called her")
    assert not InboundText.objects.filter(review=Review.WAITING).exists()
    assert not Suppression.objects.exists()


@pytest.mark.parametrize("form", [{}, {"decision": "burn"}, {"decision": "stop", "page": "-1"}])
def test_an_odd_form_is_no_error(desk: Client, form: dict[str, str]) -> None:
    text(UNCLEAR)
    assert desk.post(f"{PAGE}{last_text().pk}/decide/", form).status_code in (302, 422)
    assert desk.post(f"{PAGE}999/decide/", form).status_code == 404


def test_the_queue_has_pages_oldest_first(desk: Client) -> None:
    for n in range(12):
        text(UNCLEAR, number=f"+147855501{n:02d}" if n else NUMBER)
    first, second = (desk.get(f"{PAGE}?page={n}").content.decode() for n in (1, 2))
    assert "478-555-0101" in first
    assert "478-555-0110" in second
    assert "478-555-0110" not in first


def test_the_queue_asks_the_database_as_often_for_one_as_for_many(
    desk: Client, django_assert_max_num_queries: object
) -> None:
    for n in range(1, 11):
        make_customer(mobile_number=f"+147855501{n:02d}")
        text(UNCLEAR, number=f"+147855501{n:02d}")
    with django_assert_max_num_queries(40):  # type: ignore[operator]
        desk.get(PAGE)


def test_all_replies_are_listed_and_can_be_told_apart(desk: Client) -> None:
    text("When is my power back?")
    text("STOP")
    everything = desk.get(f"{PAGE}all/").content.decode()
    assert "When is my power back?" in everything
    assert "not read around the clock" in everything
    only = desk.get(f"{PAGE}all/?kind=revoke").content.decode()
    assert "When is my power back?" not in only
    assert desk.get(f"{PAGE}all/?kind=nonsense&page=x").status_code == 200


def test_a_reply_stands_in_the_timeline_of_who_held_the_number(desk: Client) -> None:
    member = make_customer(mobile_number=NUMBER)
    text("My meter hums")
    later = make_customer()
    type(member).objects.filter(pk=member.pk).update(mobile_number="")
    type(member).objects.filter(pk=later.pk).update(mobile_number=NUMBER)
    url = "/console/accounts/{}/messages/"
    assert "My meter hums" in desk.get(url.format(member.accounts.get().number)).content.decode()
    assert "My meter hums" not in desk.get(url.format(later.accounts.get().number)).content.decode()


def test_a_communicator_may_not_decide(client: Client) -> None:
    text(UNCLEAR)
    client.force_login(make_staff(Role.COMMUNICATOR))
    assert client.get(PAGE).status_code == 403
    assert client.post(f"{PAGE}{last_text().pk}/decide/", {"decision": "stop"}).status_code == 403


def test_the_pages_are_in_spanish(desk: Client) -> None:
    text(UNCLEAR)
    desk.cookies["django_language"] = "es"
    page = desk.get(PAGE).content.decode()
    assert "No era una baja: levantarla" in page
    assert "¿Cómo lo sabe?" in page
