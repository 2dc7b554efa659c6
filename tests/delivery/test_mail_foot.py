"""Below each mail: why one gets it, how to get less, who we are; what mail programs are told."""

import asyncio
import json
import re
from email import message_from_bytes, policy
from urllib.parse import parse_qs

import pytest
from pytest_django import Settings

from common.choices import Purpose
from delivery.choices import Status
from delivery.link_tokens import Use, make_token
from delivery.lists import NOTICES, Offer, complaint_lists, list_of, offer_of
from delivery.mime import mail_template, render_email
from delivery.providers.anymail.provider import AnymailProvider
from delivery.providers.smtp import SmtpProvider
from delivery.providers.smtp.url import parse_email_url
from delivery.rendering import From, Outgoing, Wording
from tests.delivery.providers.outgoing import hand_over, make_outgoing, make_wording
from tests.delivery.test_mime import assert_same_as_preview, outgoing, part
from tests.wire import Answer, HttpEndpoint, Request, SmtpSink

ONE_CLICK = "List-Unsubscribe=One-Click"


def link(id: int = 4711) -> str:
    return f"https://contact.example.org/u/{make_token(Use.PREFERENCES, id)}"


@pytest.fixture(autouse=True)
def _public_url(settings: Settings) -> None:
    settings.PUBLIC_URL = "https://contact.example.org"


@pytest.mark.parametrize(
    ("purpose", "topic", "offer", "list_name"),
    [
        ("newsletter", "", Offer.ONE_CLICK, "newsletter"),
        ("marketing", "", Offer.ONE_CLICK, "marketing"),
        ("account", "alert:12", Offer.ONE_CLICK, "alert:12"),
        ("account", NOTICES, Offer.ONE_CLICK, NOTICES),
        ("account", "", Offer.NOTHING, ""),  # ebills, "your address was changed"
        ("outage", "", Offer.PREFERENCES, "outage"),
        ("field_work", "", Offer.PREFERENCES, "field_work"),
        ("assistance", "", Offer.PREFERENCES, "assistance"),
        ("demand_response", "", Offer.PREFERENCES, "demand_response"),
        ("curtailment", "", Offer.NOTHING, ""),
        ("emergency", "", Offer.NOTHING, ""),
        ("emergency", "alert:12", Offer.NOTHING, ""),
        ("verification", "", Offer.NOTHING, ""),
        ("verification", NOTICES, Offer.NOTHING, ""),
    ],
)
def test_what_can_be_ended_and_how(purpose: str, topic: str, offer: Offer, list_name: str) -> None:
    assert offer_of(purpose=purpose, topic=topic) is offer
    assert list_of(purpose=purpose, topic=topic) == list_name
    parsed = assert_same_as_preview(outgoing(purpose=purpose, topic=topic))
    has_link, has_header = offer is not Offer.NOTHING, offer is Offer.ONE_CLICK
    assert (link() in part(parsed, "plain")) is has_link
    assert (f'href="{link()}"' in part(parsed, "html")) is has_link
    assert parsed["List-Unsubscribe"] == (f"<{link()}>" if has_header else None)
    assert parsed["List-Unsubscribe-Post"] == (ONE_CLICK if has_header else None)


def test_every_purpose_says_why_in_both_languages() -> None:
    whys = set()
    for purpose in Purpose.values:
        for language, start in (("en", "You get this email"), ("es", "Recibe este correo")):
            text = render_email(outgoing(purpose=purpose, language=language)).text
            why = text.partition("\n\n--\n")[2].split("\n")[0]
            assert why.startswith(start)
            whys.add(why)
    assert len(whys) == 2 * len(Purpose.values)


def test_an_alert_says_that_it_is_one_and_spanish_mail_speaks_spanish() -> None:
    rendered = render_email(outgoing(purpose="account", topic="alert:3", language="es"))
    assert "porque este aviso está activado para su cuenta." in rendered.text
    assert "Deje de recibir estos correos o elija qué le enviamos:\n" + link() in rendered.text
    assert "Deje de recibir estos correos o elija qué le enviamos</a>" in rendered.html


def test_no_address_stands_in_the_link() -> None:
    message = outgoing(purpose="newsletter", address="mae.munoz@example.com")
    (found,) = re.findall(r"https://contact\.example\.org/u/\S+", render_email(message).text)
    assert "mae" not in found
    assert str(message.id) not in found


def test_nobody_writes_the_token_into_a_wording() -> None:
    message = outgoing("{{ link }} {{ \0link }} {{ preferences }}", purpose="curtailment")
    assert "/u/" not in render_email(message).text


def test_a_change_of_the_sites_address_is_noticed(settings: Settings) -> None:
    message = outgoing(purpose="newsletter")
    assert link() in render_email(message).text
    settings.PUBLIC_URL = "https://other.example.org/"
    assert f"https://other.example.org/u/{make_token(Use.PREFERENCES, 4711)}\n" in (
        render_email(message).text
    )


def test_what_a_complaint_ends() -> None:
    purposes = {
        "newsletter",
        "marketing",
        "outage",
        "field_work",
        "assistance",
        "demand_response",
    }
    assert complaint_lists(topic="") == purposes
    assert complaint_lists(topic="alert:3") == {*purposes, "alert:3"}


def test_the_mail_server_gets_the_headers(smtp_sink: SmtpSink) -> None:
    provider = SmtpProvider(parse_email_url(smtp_sink.url))
    news, bill = make_wording(purpose=Purpose.NEWSLETTER), make_wording(purpose=Purpose.ACCOUNT)
    window = [
        make_outgoing("mae@example.com", id=11, wording=news),
        make_outgoing("joe@example.com", id=12, wording=news),
        make_outgoing("ann@example.com", id=13, wording=bill),
    ]

    async def send() -> list[Status]:
        outcomes = await provider.hand_over(window)
        await provider.close()
        return [outcome.status for outcome in outcomes]

    assert asyncio.run(send()) == [Status.SENT] * 3
    smtp_sink.wait_for(3)
    got = {one.recipients[0]: message_from_bytes(one.raw) for one in smtp_sink.delivered}
    for address, id in (("mae@example.com", 11), ("joe@example.com", 12)):
        assert got[address]["List-Unsubscribe"] == f"<{link(id)}>"
        assert got[address]["List-Unsubscribe-Post"] == ONE_CLICK
    assert got["ann@example.com"]["List-Unsubscribe"] is None
    assert got["ann@example.com"]["List-Unsubscribe-Post"] is None
    raw = {
        one.recipients[0]: message_from_bytes(one.raw, policy=policy.default)
        for one in smtp_sink.delivered
    }
    body = raw["joe@example.com"].get_body(("plain",))
    assert body is not None
    assert link(12) in body.get_content()


# ── the same by Anymail ─────────────────────────────────────────────────────────────────────────
@pytest.fixture
def newsletter() -> list[Outgoing]:
    wording = make_wording(subject="News", body="Rates stay.", purpose=Purpose.NEWSLETTER)
    return [make_outgoing(f"m{id}@example.com", id=id, wording=wording) for id in (1, 2)]


def by_anymail(endpoint: HttpEndpoint, url: str, window: list[Outgoing]) -> list[Request]:
    provider = AnymailProvider(f"{url}{'&' if '?' in url else '?'}api_url={endpoint.url}/v3")
    try:
        outcomes = hand_over(provider, window)
    finally:
        asyncio.run(provider.close())
    assert {outcome.status for outcome in outcomes} == {Status.SENT}
    return endpoint.requests


def headers_of(id: int) -> dict[str, str]:
    return {"List-Unsubscribe": f"<{link(id)}>", "List-Unsubscribe-Post": ONE_CLICK}


def test_sendgrid_gives_each_reader_headers_and_link_of_their_own(
    http_endpoint: HttpEndpoint, newsletter: list[Outgoing]
) -> None:
    http_endpoint.answer = lambda request: Answer(status=202)
    (request,) = by_anymail(http_endpoint, "sendgrid://KEY@", newsletter)
    people = json.loads(request.body)["personalizations"]
    for message in newsletter:
        (person,) = [one for one in people if one["to"][0]["email"] == message.address]
        assert headers_of(message.id).items() <= person["headers"].items()
        assert make_token(Use.PREFERENCES, message.id) in person["substitutions"].values()


def test_mailgun_gives_each_reader_headers_of_their_own(
    http_endpoint: HttpEndpoint, newsletter: list[Outgoing]
) -> None:
    http_endpoint.answer = lambda request: Answer(
        body=b'{"id": "<mg@example.com>", "message": "Queued. Thank you."}'
    )
    (request,) = by_anymail(http_endpoint, "mailgun://KEY@mail.example.com", newsletter)
    fields = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
    variables = json.loads(fields["recipient-variables"])
    for message in newsletter:
        for name, value in headers_of(message.id).items():
            written = re.sub(
                r"%recipient\.([^%]+)%",
                lambda match: variables[message.address][match[1]],  # noqa: B023
                fields[f"h:{name}"],
            )
            assert written == value


def test_a_service_that_takes_one_at_a_time_gets_the_headers(
    http_endpoint: HttpEndpoint, newsletter: list[Outgoing]
) -> None:
    http_endpoint.answer = lambda request: Answer(
        status=202, headers={"X-Message-Id": "ms-1", "Content-Type": "text/html"}, body=b""
    )
    requests = by_anymail(http_endpoint, "mailersend://TOKEN@", newsletter)
    got = {one["to"][0]["email"]: one for one in (json.loads(each.body) for each in requests)}
    for message in newsletter:
        sent = {one["name"]: one["value"] for one in got[message.address]["headers"]}
        assert sent == headers_of(message.id)
        assert link(message.id) in got[message.address]["text"]


def test_a_service_without_headers_a_reader_gets_whole_messages(
    http_endpoint: HttpEndpoint, newsletter: list[Outgoing]
) -> None:
    def answer(request: Request) -> Answer:
        to = json.loads(request.body)["message"]["to"]
        made = [{"email": one["email"], "status": "sent", "_id": one["email"]} for one in to]
        return Answer(body=json.dumps(made).encode())

    http_endpoint.answer = answer
    requests = by_anymail(http_endpoint, "mandrill://KEY@", newsletter)
    got = [json.loads(request.body)["message"] for request in requests]
    assert {one["to"][0]["email"]: one["headers"] for one in got} == {
        message.address: headers_of(message.id) | {"Reply-To": "help@pineriver.example.com"}
        for message in newsletter
    }


@pytest.fixture
def plain_sender() -> From:
    return From(1, "Pine River Electric", "alerts@pineriver.example.com")


def test_headers_and_preview_are_those_of_the_same_template(plain_sender: From) -> None:
    wording = Wording(1, "en", "marketing", "Offer", "New rebates.")
    message = Outgoing(9, outgoing().key, "mae@example.com", plain_sender, wording, {})
    template = mail_template(wording, plain_sender)
    assert template.is_listed
    parsed = message_from_bytes(template.fill(message))
    for name, value in template.list_headers(message).items():
        assert parsed[name] == value
