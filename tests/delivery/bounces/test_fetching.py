"""Returned mails from a mailbox, over a real IMAP conversation."""

import io
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from pytest_django import Settings

from customers.models import AddressEvent, Suppression
from delivery.bounces.fetching import FetchError, fetch_bounces
from delivery.bounces.imap_url import parse_imap_url
from delivery.checks import provider_settings
from tests.delivery.bounces import mails
from tests.delivery.bounces.imap_server import PASSWORD, USER, Mailbox, imap_server
from tests.delivery.bounces.mails import block, dsn
from tests.delivery.bounces.returned import bounce_of, sent_message

pytestmark = pytest.mark.django_db


@pytest.fixture
def mailbox(settings: Settings) -> Iterator[Mailbox]:
    with imap_server() as box:
        settings.BOUNCE_IMAP_URL = url(box)
        yield box


def url(box: Mailbox, *, password: str = PASSWORD, folder: str = "", query: str = "") -> str:
    return f"imap://{USER}:{quote(password, safe='')}@127.0.0.1:{box.port}/{folder}{query}"


def test_new_mails_are_taken_and_marked_as_read(mailbox: Mailbox) -> None:
    message = sent_message()
    mailbox.put(bounce_of(message), mails.VACATION)
    fetched = fetch_bounces()
    assert (fetched.mails, fetched.verdicts) == (2, {"bad": 1, "not-a-bounce": 1})
    assert Suppression.objects.get().address == message.address
    assert mailbox.seen == {100, 101}
    assert fetch_bounces().mails == 0
    assert not any(
        "DELETE" in command.upper() for command in mailbox.commands if "STORE" in command
    )


def test_mails_made_to_break_the_reader_keep_no_others_waiting(mailbox: Mailbox) -> None:
    message = sent_message()
    broken = dsn(block(diagnostic="smtp; 550 5.1.1 a\x00b", address="a\x00b@example.net"))
    mailbox.put(broken.replace(mails.KEY.encode(), b"x\x00y"), bounce_of(message))
    assert fetch_bounces().mails == 2
    assert [row.address for row in Suppression.objects.all()] == [message.address]
    assert mailbox.seen == {100, 101}


def test_a_mailbox_with_very_many_mails_is_taken_in_parts(mailbox: Mailbox) -> None:
    mailbox.put(*[mails.VACATION] * 501)
    assert [fetch_bounces().mails for _ in range(3)] == [500, 1, 0]


@pytest.mark.parametrize("capabilities", ["IMAP4rev1 MOVE", "IMAP4rev1"])
def test_handled_mails_are_moved_to_a_folder_that_is_made_where_it_is_missing(
    mailbox: Mailbox, settings: Settings, capabilities: str
) -> None:
    mailbox.capabilities = capabilities
    mailbox.put(dsn(block()), mails.QMAIL)
    settings.BOUNCE_IMAP_URL = url(mailbox, folder="INBOX", query="?done=Done%20ones")
    assert fetch_bounces().mails == 2
    assert mailbox.folders["INBOX"] == {}
    assert len(mailbox.folders["Done ones"]) == 2
    assert fetch_bounces().mails == 0


def test_a_mail_whose_handling_was_cut_off_comes_again_and_counts_once(mailbox: Mailbox) -> None:
    mailbox.put(bounce_of(sent_message(), block("4.2.2", "smtp; 452 Full")))
    mailbox.cut_at = "UID STORE"
    for _ in range(3):
        with pytest.raises(FetchError):
            fetch_bounces()
    mailbox.cut_at = ""
    assert fetch_bounces().mails == 1
    assert AddressEvent.objects.count() == 1
    assert not Suppression.objects.exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"password": "wrong"}, "refuses"),
        ({"folder": "Nowhere"}, "no such folder"),
    ],
)
def test_what_is_wrong_is_said_in_words_without_the_password(
    mailbox: Mailbox, settings: Settings, change: dict[str, str], words: str
) -> None:
    settings.BOUNCE_IMAP_URL = url(mailbox, **change)
    with pytest.raises(CommandError, match=words) as error:
        call_command("fetch_bounces")
    assert error.value.returncode == 1
    assert PASSWORD not in str(error.value)


def test_a_server_that_is_away_is_said_in_words(mailbox: Mailbox, settings: Settings) -> None:
    settings.BOUNCE_IMAP_URL = "imap://u:p@127.0.0.1:1/"
    with pytest.raises(FetchError, match="can't be reached"):
        fetch_bounces()


def test_the_command_counts_what_it_took(mailbox: Mailbox) -> None:
    mailbox.put(dsn(block()))
    told = io.StringIO()
    call_command("fetch_bounces", stdout=told)
    assert told.getvalue() == "1 mails taken: 1 bad.\n"


def test_without_a_mailbox_the_command_says_so(settings: Settings) -> None:
    settings.BOUNCE_IMAP_URL = ""
    with pytest.raises(CommandError, match="is not set") as error:
        call_command("fetch_bounces")
    assert error.value.returncode == 2


@pytest.mark.parametrize(
    "bad",
    [
        "pop3://u:p@mail.example.com/",
        "imap://u:p@mail.example.com/",
        "imaps://mail.example.com/",
        "imaps://u:p@/INBOX",
        "imaps://u:p@mail.example.com/?folder=x",
        "imaps://u:p[@mail.example.com:x/",
    ],
)
def test_a_wrong_url_is_found_when_the_system_starts(bad: str, settings: Settings) -> None:
    with pytest.raises(ImproperlyConfigured):
        parse_imap_url(bad)
    settings.BOUNCE_IMAP_URL = bad
    assert "delivery.E012" in {message.id for message in provider_settings(None)}


def test_a_url_is_taken_apart() -> None:
    found = parse_imap_url("imaps://bounces%40example.com:a%2Fb@mail.example.com/Bounce?done=Old")
    assert (found.user, found.password, found.port) == ("bounces@example.com", "a/b", 993)
    assert (found.folder, found.done, found.tls) == ("Bounce", "Old", True)
    assert "a/b" not in repr(found)
