"""The consent ledger of an address: found, read, printed; Do Not Call; refusals written down."""

import io
import re
from datetime import timedelta
from typing import Any

import pypdf
import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from common.choices import Channel, Purpose
from console.roles import Role
from customers import consent
from customers.choices import ConsentAction, ConsentSource, NumberSlot
from customers.contacts import change_number
from customers.ledger.chain import head, seal_waiting
from customers.ledger.reading import first_line
from customers.ledger.standing import standing
from customers.models import ConsentEvent, Customer, Suppression
from tests.factories import make_customer, make_staff

pytestmark = pytest.mark.django_db
NUMBER = "+14785550123"
SHOWN = "478-555-0123"
BOTH = (Channel.TEXT, Channel.VOICE)


@pytest.fixture
def csr(client: Client) -> User:
    user = make_staff(Role.CSR, email="ruth.sapp@example.com")
    client.force_login(user)
    return user


@pytest.fixture
def mae() -> Customer:
    customer = make_customer(name="MUNOZ MAE", mobile_number=NUMBER, email_1="mae@example.com")
    consent.record_given(
        address=NUMBER,
        channels=BOTH,
        source=ConsentSource.BILLING,
        customer=customer,
        words="From the billing system's file members.csv",
    )
    consent.grant(
        address=NUMBER,
        channels=[Channel.TEXT],
        source=ConsentSource.PORTAL,
        purpose=Purpose.ACCOUNT,
        words="Text me when my payment arrives.",
        customer=customer,
    )
    seal_waiting()
    return customer


def url(name: str, *args: Any) -> str:
    return reverse(f"console:{name}", args=args)


def its_page() -> str:
    return url("consent_address", first_line(NUMBER))


def suppressed() -> set[tuple[str, str, str]]:
    return set(Suppression.objects.values_list("channel", "purpose", "reason"))


@pytest.mark.parametrize("typed", [SHOWN, "(478) 555-0123", "+1 478 555 0123"])
def test_a_number_is_found_however_it_is_typed_and_stands_in_no_url(
    client: Client, csr: User, mae: Customer, typed: str
) -> None:
    answer = client.post(url("consent_find"), {"address": typed}, follow=True)
    (where, _status) = answer.redirect_chain[-1]
    assert where == its_page()
    assert "555" not in where
    words = answer.content.decode()
    for expected in (
        SHOWN,
        "Text me when my payment arrives.",
        "Member portal",
        "MUNOZ MAE",
        f"{mae.number}-001",
        str(head()),
        "which is enough for messages about the service",
    ):
        assert expected in words


def test_an_account_leads_to_the_addresses_of_its_member(
    client: Client, csr: User, mae: Customer
) -> None:
    words = client.post(url("consent_find"), {"address": f"{mae.number}-001"}).content.decode()
    assert SHOWN in words
    assert "mae@example.com" in words
    answer = client.post(url("consent_find"), {"address": "mae@example.com"})
    assert "Nothing is written down yet" in answer.content.decode()


@pytest.mark.parametrize("typed", ["", "nobody", "12", "x" * 300, "a\x00b"])
def test_what_cannot_be_found_is_said_in_words(client: Client, csr: User, typed: str) -> None:
    answer = client.post(url("consent_find"), {"address": typed})
    assert answer.status_code == 422
    assert "errorlist" in answer.content.decode()
    assert client.get(url("consent_address", 123456789)).status_code == 404
    assert client.get(url("consent_pdf", 123456789)).status_code == 404


def revocation(**changes: Any) -> dict[str, Any]:
    data = {
        "address": NUMBER,
        "channels": ["text", "voice"],
        "purpose": "",
        "source": "voicemail",
        "day": timezone.localdate().isoformat(),
        "words": "Stop calling me about my bill!",
        **changes,
    }
    return {f"revocation-{name}": value for name, value in data.items()}


def test_a_refusal_by_letter_is_written_down_with_its_day_and_holds_at_once(
    client: Client, csr: User, mae: Customer
) -> None:
    day = timezone.localdate() - timedelta(days=4)
    answer = client.post(
        url("consent_revocation"), revocation(source="letter", day=day.isoformat()), follow=True
    )
    assert suppressed() == {("text", "", "opted_out"), ("voice", "", "opted_out")}
    event = ConsentEvent.objects.latest("id")
    assert (event.source, event.taken_by, event.words) == (
        "letter",
        csr,
        "Stop calling me about my bill!",
    )
    assert event.said_at is not None
    assert timezone.localtime(event.said_at).date() == day
    words = answer.content.decode()
    assert "Opted out, since" in words
    assert "reached us on" in words


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"day": (timezone.localdate() + timedelta(days=1)).isoformat()}, "still to come"),
        ({"day": "1999-01-01"}, "three years ago"),
        ({"day": "soon"}, "valid date"),
        ({"words": " … "}, "Write down what they said"),
        ({"words": ""}, "required"),
        ({"channels": []}, "required"),
        ({"channels": ["email"]}, "not one of the available"),
        ({"source": "text_reply"}, "not one of the available"),
        ({"purpose": "gossip"}, "not one of the available"),
        ({"words": "x" * 2001}, "2000"),
    ],
)
def test_what_lacks_or_is_wrong_is_refused_in_words_and_nothing_is_written(
    client: Client, csr: User, mae: Customer, changes: dict[str, Any], says: str
) -> None:
    before = ConsentEvent.objects.count()
    answer = client.post(url("consent_revocation"), revocation(**changes))
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert ConsentEvent.objects.count() == before
    assert suppressed() == set()


def test_no_address_leads_back_to_the_search(client: Client, csr: User) -> None:
    for name, prefix in (
        ("consent_revocation", "revocation"),
        ("do_not_call_on", "silence"),
        ("do_not_call_lift", "lift"),
    ):
        for address in ("", "nonsense", "mae@example"):
            answer = client.post(url(name), {f"{prefix}-address": address})
            assert answer.status_code in (302, 422)
    assert not ConsentEvent.objects.exists()


def test_a_slip_is_taken_back_by_who_made_it_within_the_hour(
    client: Client, csr: User, mae: Customer
) -> None:
    consent.opt_out(
        address=NUMBER, channels=[Channel.TEXT], source=ConsentSource.TEXT_REPLY, words="STOP"
    )
    client.post(url("consent_revocation"), revocation())
    event = ConsentEvent.objects.latest("id")
    undo = url("consent_undo", event.pk)
    assert undo in client.get(its_page()).content.decode()

    colleague = Client()
    colleague.force_login(make_staff(Role.CSR))
    assert colleague.post(undo).status_code == 403
    assert undo not in colleague.get(its_page()).content.decode()

    answer = client.post(undo, follow=True)
    assert "Taken back. Both lines stay" in answer.content.decode()
    # Both channels' lines are taken back; the member's own STOP stays.
    assert suppressed() == {("text", "", "opted_out")}
    assert ConsentEvent.objects.filter(action="undone").count() == 2
    client.post(undo)
    assert ConsentEvent.objects.filter(action="undone").count() == 2
    own_stop = ConsentEvent.objects.get(words="STOP")
    assert client.post(url("consent_undo", own_stop.pk)).status_code == 403


def silence(**changes: Any) -> dict[str, Any]:
    data = {"address": NUMBER, "source": "phone", "words": "Asked on the phone", **changes}
    return {f"silence-{name}": value for name, value in data.items()}


def test_do_not_call_is_one_click_on_an_accounts_page_and_shows_on_every_account(
    client: Client, csr: User, mae: Customer
) -> None:
    son = make_customer(mobile_number=NUMBER)
    page = url("account_alerts", f"{mae.number}-001")
    assert "Do Not Call" in client.get(page).content.decode()
    answer = client.post(url("do_not_call_on"), {**silence(), "back": page}, follow=True)
    assert answer.redirect_chain[-1][0] == page
    for customer in (mae, son):
        customer.refresh_from_db()
        assert customer.do_not_call
        words = client.get(url("account_alerts", f"{customer.number}-001")).content.decode()
        assert "Do Not Call is on" in words
        assert "Asked on the phone" in words
        assert "ruth.sapp@example.com" in words
    assert suppressed() == {("text", "", "do_not_call"), ("voice", "", "do_not_call")}
    # An account that gets the number later shows it, too.
    late = make_customer(mobile_number="+14785550124")
    change_number(customer=late, slot=NumberSlot.MOBILE, number=NUMBER, source=ConsentSource.PORTAL)
    words = client.get(url("account_alerts", f"{late.number}-001")).content.decode()
    assert "Do Not Call is on" in words


def test_the_way_back_stays_within_the_site(client: Client, csr: User, mae: Customer) -> None:
    answer = client.post(url("do_not_call_on"), {**silence(), "back": "https://evil.example.com/"})
    assert answer["Location"] == its_page()


def lift(**changes: Any) -> dict[str, Any]:
    data = {
        "address": NUMBER,
        "source": "counter",
        "day": timezone.localdate().isoformat(),
        "words": "You may text me again",
        **changes,
    }
    return {f"lift-{name}": value for name, value in data.items()}


@pytest.mark.parametrize(
    "changes",
    [{"words": ""}, {"words": "..."}, {"source": ""}, {"source": "csr"}, {"day": ""}],
)
def test_lifting_without_the_members_word_is_refused(
    client: Client, csr: User, mae: Customer, changes: dict[str, Any]
) -> None:
    consent.set_do_not_call(NUMBER, True, source=ConsentSource.PHONE, words="no more")
    answer = client.post(url("do_not_call_lift"), lift(**changes))
    assert answer.status_code == 422
    assert len(suppressed()) == 2
    assert not ConsentEvent.objects.filter(action="do_not_call_off").exists()


def test_the_members_word_lifts_it_and_is_kept(client: Client, csr: User, mae: Customer) -> None:
    consent.set_do_not_call(NUMBER, True, source=ConsentSource.PHONE, words="no more")
    answer = client.post(url("do_not_call_lift"), lift(), follow=True)
    assert "Do Not Call is lifted for 478-555-0123" in answer.content.decode()
    mae.refresh_from_db()
    assert not mae.do_not_call
    assert suppressed() == set()
    event = ConsentEvent.objects.filter(action="do_not_call_off").latest("id")
    assert (event.words, event.source, event.taken_by) == ("You may text me again", "counter", csr)


def pdf_words(data: bytes) -> tuple[str, int]:
    reader = pypdf.PdfReader(io.BytesIO(data))
    return "\n".join(page.extract_text() for page in reader.pages), len(reader.pages)


def test_the_pdf_says_everything_that_a_lawyer_asks(
    client: Client, csr: User, mae: Customer, settings: Any
) -> None:
    consent.opt_out(
        address=NUMBER,
        channels=BOTH,
        source=ConsentSource.TEXT_REPLY,
        words="¡ALTO! <b>now</b> & 🛑 中",
        customer=mae,
    )
    seal_waiting()
    answer = client.get(url("consent_pdf", first_line(NUMBER)))
    assert answer["Content-Type"] == "application/pdf"
    assert "555" not in answer["Content-Disposition"]
    words, pages = pdf_words(answer.content)
    flat = re.sub(r"\s+", "", words)
    for expected in (
        settings.UTILITY_NAME,
        SHOWN,
        "America/New_York",
        "ruth.sapp@example.com",
        f"{mae.number}-001",
        "Text me when my payment arrives.",
        "¡ALTO! <b>now</b> & [U+1F6D1] [U+4E2D]",
        f"page 1 of {pages}",
        f"verify_ledger --anchor {head()}",
        "Opted out, since",
    ):
        assert expected.replace(" ", "") in flat, expected
    hashes = set(re.findall(r"[0-9a-f]{64}", flat))
    assert bytes.fromhex(str(head()).split(":")[1]).hex() in hashes


def test_a_long_ledger_has_pages_and_a_pdf_of_several(
    client: Client, csr: User, mae: Customer
) -> None:
    for turn in range(30):
        consent.opt_out(
            address=NUMBER,
            channels=BOTH,
            source=ConsentSource.TEXT_REPLY,
            words=f"STOP {turn} " + "and again " * 150,
        )
    words, pages = pdf_words(client.get(url("consent_pdf", first_line(NUMBER))).content)
    assert pages > 3
    assert f"page {pages} of {pages}" in words
    assert "not sealed yet" in words
    assert "STOP 29" in client.get(its_page()).content.decode()
    last = client.get(its_page() + "?page=99").content.decode()
    assert "Text me when my payment arrives." in last


def test_who_may_only_read_sees_no_form_and_others_see_nothing(mae: Customer) -> None:
    client = Client()
    client.force_login(make_staff(Role.COMMUNICATOR))
    assert client.get(its_page()).status_code == 403
    assert client.post(url("do_not_call_on"), silence()).status_code == 403
    assert client.get(url("consent_pdf", first_line(NUMBER))).status_code == 403


def test_looking_is_logged_without_the_address(
    client: Client, csr: User, mae: Customer, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO"):
        client.get(its_page())
        client.get(url("consent_pdf", first_line(NUMBER)))
    said = [r.getMessage() for r in caplog.records if r.name.startswith("console.consent")]
    assert len(said) == 2
    assert all(str(csr.pk) in one and "555" not in one for one in said)


def test_how_it_stands_follows_the_rules(mae: Customer) -> None:
    def may(channel: Channel, purpose: Purpose) -> bool:
        (one,) = [s for s in standing(NUMBER) if s.channel == channel and purpose in s.purposes]
        return one.may

    assert may(Channel.TEXT, Purpose.OUTAGE)
    assert not may(Channel.TEXT, Purpose.MARKETING)
    consent.grant(
        address=NUMBER,
        channels=[Channel.TEXT],
        source=ConsentSource.PORTAL,
        purpose=Purpose.MARKETING,
        words="Yes, offers",
    )
    assert may(Channel.TEXT, Purpose.MARKETING)
    consent.opt_out(
        address=NUMBER, channels=[Channel.TEXT], source=ConsentSource.TEXT_REPLY, words="STOP"
    )
    assert not may(Channel.TEXT, Purpose.OUTAGE)
    assert not may(Channel.TEXT, Purpose.MARKETING)
    assert may(Channel.VOICE, Purpose.OUTAGE)


def test_looking_at_an_address_without_a_line_is_logged_too(
    client: Client, csr: User, mae: Customer, caplog: pytest.LogCaptureFixture
) -> None:
    """Its page says whose it is."""
    with caplog.at_level("INFO"):
        page = client.post(url("consent_find"), {"address": "Mae@Example.com"})
        client.post(url("consent_find"), {"address": f"{mae.number}-001"})
    assert "MUNOZ MAE" in page.content.decode()
    said = [r.getMessage() for r in caplog.records if r.name.startswith("console.consent")]
    assert said == [
        f"Person {csr.pk} looked at an address that has no line yet.",
        f"Person {csr.pk} looked for member {mae.pk}'s addresses.",
    ]


def test_what_two_members_gave_in_one_second_stands_apart(client: Client, csr: User) -> None:
    mother, son = make_customer(mobile_number=NUMBER), make_customer(mobile_number=NUMBER)
    at = timezone.now().replace(microsecond=0)
    for customer in (mother, son):
        for channel in BOTH:
            at += timedelta(microseconds=1)
            ConsentEvent.objects.create(
                address=NUMBER,
                channel=channel,
                action=ConsentAction.GIVEN,
                source=ConsentSource.BILLING,
                words="From the billing system's file members.csv",
                customer=customer,
                at=at,
            )
    shown = client.get(its_page()).content.decode()
    assert f"member {mother.number}" in shown
    assert f"member {son.number}" in shown
