"""/sandbox/: everything word for word, for those who may look."""

import re
from dataclasses import asdict

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone

from common.choices import Channel
from delivery.models import SandboxBehaviour, SandboxMessage
from delivery.providers.sandbox.received import receive
from tests.delivery.providers.outgoing import make_outgoing, make_wording

pytestmark = pytest.mark.django_db
ADDRESSES = {
    Channel.EMAIL: "mae.munoz@example.com",
    Channel.TEXT: "+14785550111",
    Channel.VOICE: "+14785550112",
    Channel.PUSH: "device:7",
}


@pytest.fixture
def looker(client: Client) -> Client:
    """Somebody who may look at the sandbox and nothing else."""
    user = User.objects.create_user("dana@example.com", password="a quiet morning at work")
    user.user_permissions.add(Permission.objects.get(codename="view_sandbox"))
    client.force_login(user)
    return client


def receive_some(channel: Channel, count: int = 1, **wording: str) -> list[SandboxMessage]:
    """So many messages as the provider keeps them."""
    rows = []
    for n in range(count):
        outgoing = make_outgoing(
            ADDRESSES[channel],
            wording=make_wording(**wording),  # type: ignore[arg-type]
            context={"name": f"Mae {n}", "road": "Elm Rd"},
        )
        rows.append(
            SandboxMessage(
                key=outgoing.key,
                message_id=n,
                channel=channel,
                address=outgoing.address,
                sender=outgoing.sender.name,
                language="en",
                received_at=timezone.now(),
                **asdict(receive(channel, outgoing)),
            )
        )
    return SandboxMessage.objects.bulk_create(rows)


def text_of(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return str(answer.content.decode())


@pytest.mark.parametrize(
    "path", ["/sandbox/", "/sandbox/1/", "/sandbox/1/html/", "/sandbox/behaviour/text/",
             "/sandbox/clear/"],
)  # fmt: skip
def test_outsiders_see_nothing(client: Client, path: str) -> None:
    assert client.get(path).status_code == 302
    client.force_login(User.objects.create_user("somebody"))
    assert client.get(path).status_code == 403
    assert client.post(path).status_code == 403


def test_an_empty_sandbox_says_what_to_do(looker: Client) -> None:
    assert "Nothing received yet" in text_of(looker, "/sandbox/")


@pytest.mark.parametrize("channel", list(Channel))
def test_each_channel_lists_and_shows_what_it_received(looker: Client, channel: Channel) -> None:
    (row,) = receive_some(channel)
    page = text_of(looker, f"/sandbox/?channel={channel}")
    assert ADDRESSES[channel] in page
    assert f"/sandbox/{row.pk}/" in page
    shown = text_of(looker, f"/sandbox/{row.pk}/")
    assert "Hello Mae 0, we work on Elm Rd tomorrow." in shown


def test_a_text_shows_its_segments_and_what_makes_it_longer(looker: Client) -> None:
    (row,) = receive_some(Channel.TEXT, body="It’s " + "x" * 80)
    shown = text_of(looker, f"/sandbox/{row.pk}/")
    assert "UCS-2" in shown
    assert "<code>’</code>" in shown


def test_a_calls_script_shows_what_is_said(looker: Client) -> None:
    (row,) = receive_some(Channel.VOICE)
    shown = text_of(looker, f"/sandbox/{row.pk}/")
    assert "This is Pine River Electric Cooperative" in shown
    assert "press 9" in shown


def test_an_emails_html_is_framed_and_can_do_nothing(looker: Client) -> None:
    (row,) = receive_some(Channel.EMAIL, body="<script>alert(1)</script> Hello {{ Name }}")
    shown = text_of(looker, f"/sandbox/{row.pk}/")
    frame = re.search(r"<iframe[^>]*>", shown)
    assert frame is not None
    assert " sandbox " in frame.group()
    assert f"/sandbox/{row.pk}/html/" in frame.group()
    answer = looker.get(f"/sandbox/{row.pk}/html/")
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert policy.rstrip("; ").endswith("sandbox")
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "Hello Mae 0" in answer.content.decode()
    assert "<script>" not in answer.content.decode()


def test_only_email_has_html(looker: Client) -> None:
    (row,) = receive_some(Channel.TEXT)
    assert looker.get(f"/sandbox/{row.pk}/html/").status_code == 404
    assert looker.get("/sandbox/999999/").status_code == 404


def test_words_from_a_file_are_escaped_everywhere(looker: Client) -> None:
    for channel in Channel:
        (row,) = receive_some(channel, subject="<b>S</b>", body="<img src=x onerror=alert(1)>")
        for path in (f"/sandbox/?channel={channel}", f"/sandbox/{row.pk}/"):
            assert "<img src=x" not in text_of(looker, path)
            assert "<b>S</b>" not in text_of(looker, path)


def test_the_newest_come_first_and_the_rest_by_the_page(looker: Client) -> None:
    rows = receive_some(Channel.TEXT, 60)
    first = text_of(looker, "/sandbox/?channel=text")
    assert f"/sandbox/{rows[-1].pk}/" in first
    assert f"/sandbox/{rows[0].pk}/" not in first
    older = re.search(r'href="([^"]*before=[^"]*)"', first)
    assert older is not None
    second = text_of(looker, older.group(1).replace("&amp;", "&"))
    assert f"/sandbox/{rows[0].pk}/" in second
    assert f"/sandbox/{rows[-1].pk}/" not in second


def test_only_the_newest_page_refreshes_itself(looker: Client) -> None:
    rows = receive_some(Channel.TEXT, 2)
    assert 'hx-trigger="every 3s"' in text_of(looker, "/sandbox/?channel=text")
    assert "every 3s" not in text_of(looker, f"/sandbox/?channel=text&before={rows[1].pk}")


def test_a_broken_address_still_shows_a_page(looker: Client) -> None:
    receive_some(Channel.EMAIL)
    for query in ("channel=pigeon", "before=x", "before=-1", f"before={'9' * 30}", "before=²"):
        text_of(looker, f"/sandbox/?{query}")


def test_a_search_is_posted_and_finds_by_address_subject_and_words(looker: Client) -> None:
    receive_some(Channel.EMAIL, subject="Outage at Lake Commons")
    receive_some(Channel.EMAIL, subject="Newsletter")
    for words, found in (("lake", 1), ("MUNOZ", 2), ("tomorrow", 2), ("100%", 0), ("\x00", 2)):
        answer = looker.post("/sandbox/", {"channel": "email", "words": words})
        assert answer.status_code == 200
        assert answer.content.decode().count('<tr id="row-') == found, words
    assert (
        "Nothing found"
        in looker.post("/sandbox/", {"channel": "email", "words": "nowhere"}).content.decode()
    )


def test_a_search_goes_on_by_the_page_without_an_address_in_the_url(looker: Client) -> None:
    rows = receive_some(Channel.TEXT, 60)
    answer = looker.post("/sandbox/", {"channel": "text", "words": "Elm"})
    page = answer.content.decode()
    older = re.search(r'name="before" value="(\d+)"', page)
    assert older is not None
    second = looker.post(
        "/sandbox/", {"channel": "text", "words": "Elm", "before": older.group(1)}
    ).content.decode()
    assert f"/sandbox/{rows[0].pk}/" in second


def test_the_sandbox_is_told_what_to_do(looker: Client) -> None:
    assert "16145550199" in text_of(looker, "/sandbox/behaviour/text/")
    values = {
        "fail_percent": "20",
        "fail_kind": "temporary",
        "delay_ms": "0",
        "callback": "delivered",
        "callback_seconds": "5",
    }
    answer = looker.post("/sandbox/behaviour/text/", values)
    assert answer.status_code == 302
    told = SandboxBehaviour.objects.get()
    assert (told.channel, told.fail_percent, told.callback) == ("text", 20, "delivered")
    assert "refuse 20 %" in text_of(looker, "/sandbox/?channel=text")


def test_impossible_behaviour_is_refused_in_words(looker: Client) -> None:
    values = {
        "fail_percent": "120",
        "fail_kind": "sulking",
        "delay_ms": "-1",
        "callback": "",
        "callback_seconds": "5",
    }
    answer = looker.post("/sandbox/behaviour/text/", values)
    assert answer.status_code == 200
    assert "100" in answer.content.decode()
    assert not SandboxBehaviour.objects.exists()
    assert looker.get("/sandbox/behaviour/pigeon/").status_code == 302


def test_clearing_asks_first_and_then_forgets_all(looker: Client) -> None:
    receive_some(Channel.TEXT, 2)
    receive_some(Channel.EMAIL)
    assert "3 received messages" in text_of(looker, "/sandbox/clear/")
    dialog = looker.get("/sandbox/clear/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in dialog
    assert SandboxMessage.objects.count() == 3
    assert looker.post("/sandbox/clear/").status_code == 302
    assert not SandboxMessage.objects.exists()


def test_the_pages_speak_spanish(looker: Client) -> None:
    looker.cookies["django_language"] = "es"
    receive_some(Channel.TEXT)
    page = text_of(looker, "/sandbox/?channel=text")
    assert "Recibido" in page
    assert "Borrar todo" in page
