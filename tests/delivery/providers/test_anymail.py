"""Anymail at the wire: what each service gets, what people would read, what answers mean."""

import asyncio
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from urllib.parse import parse_qs

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from common.choices import Purpose
from delivery.choices import Status
from delivery.mime import mail_template, render_email
from delivery.providers.anymail.checks import check_settings
from delivery.providers.anymail.provider import AnymailProvider
from delivery.providers.anymail.services import SERVICES, read_url
from delivery.providers.base import Outcome
from delivery.rendering import Outgoing
from tests.delivery.providers.outgoing import hand_over, make_outgoing, make_wording
from tests.wire import Answer, HttpEndpoint, Request

Read = dict[str, str]
MakeProvider = Callable[[str], AnymailProvider]

# Values that a service could spoil: HTML, quotes, an address, a line break, nothing.
CONTEXTS: Sequence[Mapping[str, str]] = (
    {
        "name": "Mae",
        "road": "Elm Rd",
        "note": "Bring a lamp",
        "link": "https://example.com/a?b=c&d",
    },
    {"name": "O'Brien & <b>Sons</b>", "road": 'The "Loop"', "note": "Two\nlines", "link": "none"},
    {"name": "José", "road": "", "note": "", "link": "https://example.org/x y"},
)
WORDING = make_wording(
    body="Hello {{ Name }},\n\nwe work on {{ Road }}: see https://example.com/{{ Road }}.\n\n"
    "{{ Note }}\n\n{{ Link }}\n\n50% off [[this]], {{}} *|that|* %recipient.x% -done-",
)


@pytest.fixture
def make_provider(http_endpoint: HttpEndpoint) -> Iterator[MakeProvider]:
    made: list[AnymailProvider] = []

    def make(url: str) -> AnymailProvider:
        joint = "&" if "?" in url else "?"
        made.append(AnymailProvider(f"{url}{joint}api_url={http_endpoint.url}/v3"))
        return made[-1]

    yield make
    for provider in made:
        asyncio.run(provider.close())


def make_window(contexts: Sequence[Mapping[str, str]] = CONTEXTS) -> list[Outgoing]:
    return [
        make_outgoing(f"member{number}@example.com", id=number, wording=WORDING, context=context)
        for number, context in enumerate(contexts, start=1)
    ]


def expected(window: Sequence[Outgoing]) -> dict[str, Read]:
    return {
        message.address: {
            "subject": (email := render_email(message)).subject,
            "text": email.text,
            "html": email.html,
            "key": str(message.key),
        }
        for message in window
    }


# ── what each service makes of a request: its own substitution, written from its documentation ──
def read_mailgun(request: Request) -> dict[str, Read]:
    fields = parse_qs(request.body.decode(), keep_blank_values=True)
    variables = json.loads(fields["recipient-variables"][0])

    def fill(text: str, values: Mapping[str, str]) -> str:
        return re.sub(r"%recipient\.([^%]+)%", lambda match: values.get(match[1], ""), text)

    return {
        to: {
            "subject": fill(fields["subject"][0], variables[to]),
            "text": fill(fields["text"][0], variables[to]),
            "html": fill(fields["html"][0], variables[to]),
            "key": fill(fields["v:key"][0], variables[to]),
        }
        for to in fields["to"]
    }


def read_sendgrid(request: Request) -> dict[str, Read]:
    data = json.loads(request.body)
    parts = {part["type"]: part["value"] for part in data["content"]}
    read = {}
    for person in data["personalizations"]:
        texts = [data["subject"], parts["text/plain"], parts["text/html"]]
        for mark, value in person.get("substitutions", {}).items():
            texts = [text.replace(mark, value) for text in texts]
        (to,) = person["to"]
        key = person["custom_args"]["key"]
        read[to["email"]] = dict(zip(("subject", "text", "html"), texts, strict=True), key=key)
    return read


def read_sparkpost(request: Request) -> dict[str, Read]:
    data = json.loads(request.body)
    content = data["content"]

    def fill(text: str, values: Mapping[str, str]) -> str:
        return re.sub(r"\{\{\{(\w+)\}\}\}", lambda match: values.get(match[1], ""), text)

    return {
        person["address"]["email"]: {
            **{
                part: fill(content[part], person.get("substitution_data", {}))
                for part in ("subject", "text", "html")
            },
            "key": person["metadata"]["key"],
        }
        for person in data["recipients"]
    }


def sparkpost_answer(request: Request) -> Answer:
    count = len(json.loads(request.body)["recipients"])
    results = {"id": "sp-1", "total_accepted_recipients": count, "total_rejected_recipients": 0}
    return Answer(body=json.dumps({"results": results}).encode())


MAILGUN_OK = Answer(body=b'{"id": "<mg-1@example.com>", "message": "Queued. Thank you."}')


@pytest.mark.parametrize(
    ("url", "answer", "read"),
    [
        ("mailgun://KEY@mail.example.com", lambda request: MAILGUN_OK, read_mailgun),
        ("sendgrid://SG.key@", lambda request: Answer(status=202), read_sendgrid),
        ("sparkpost://KEY@", sparkpost_answer, read_sparkpost),
    ],
)
def test_a_window_is_one_request_and_each_reads_what_we_would_have_sent(
    make_provider: MakeProvider,
    http_endpoint: HttpEndpoint,
    url: str,
    answer: Callable[[Request], Answer],
    read: Callable[[Request], dict[str, Read]],
) -> None:
    http_endpoint.answer = answer
    window = make_window()
    outcomes = hand_over(make_provider(url), window)
    assert [outcome.status for outcome in outcomes] == [Status.SENT] * 3
    assert all(outcome.provider_id for outcome in outcomes)
    (request,) = http_endpoint.requests
    assert read(request) == expected(window)
    assert not any("<b>" in each["html"] for each in read(request).values())


def test_mailgun_gets_key_domain_sender_and_tag(
    make_provider: MakeProvider, http_endpoint: HttpEndpoint
) -> None:
    http_endpoint.answer = lambda request: MAILGUN_OK
    (outcome,) = hand_over(make_provider("mailgun://KEY@mail.example.com"), make_window()[:1])
    assert outcome.provider_id == "<mg-1@example.com>"
    (request,) = http_endpoint.requests
    assert request.path == "/v3/mail.example.com/messages"
    assert request.headers["Authorization"].startswith("Basic ")
    fields = parse_qs(request.body.decode())
    assert fields["from"] == ["Pine River Electric <alerts@pineriver.example.com>"]
    assert fields["h:Reply-To"] == ["help@pineriver.example.com"]
    assert fields["o:tag"] == ["content-7"]


def test_the_same_address_twice_takes_two_requests(
    make_provider: MakeProvider, http_endpoint: HttpEndpoint
) -> None:
    http_endpoint.answer = lambda request: MAILGUN_OK
    window = [
        make_outgoing("mae@example.com", wording=WORDING, context=CONTEXTS[0]),
        make_outgoing("Mae@Example.com", wording=WORDING, context=CONTEXTS[1]),
    ]
    hand_over(make_provider("mailgun://KEY@mail.example.com"), window)
    assert sorted(len(read_mailgun(request)) for request in http_endpoint.requests) == [1, 1]
    keys = {each["key"] for one in http_endpoint.requests for each in read_mailgun(one).values()}
    assert keys == {str(message.key) for message in window}


def test_one_bad_address_does_not_cost_the_others_their_message(
    make_provider: MakeProvider, http_endpoint: HttpEndpoint
) -> None:
    def answer(request: Request) -> Answer:
        if b"member2" in request.body:
            return Answer(
                status=400,
                body=b'{"message": "to parameter is not a valid address. please check"}',
            )
        return MAILGUN_OK

    http_endpoint.answer = answer
    outcomes = hand_over(make_provider("mailgun://KEY@mail.example.com"), make_window())
    assert [outcome.status for outcome in outcomes] == [Status.SENT, Status.FAILED, Status.SENT]
    assert outcomes[1].bad_address
    assert "example.com" not in outcomes[1].reason


def test_a_damaged_address_fails_without_a_request(
    make_provider: MakeProvider, http_endpoint: HttpEndpoint
) -> None:
    (outcome,) = hand_over(make_provider("sendgrid://KEY@"), [make_outgoing("not an address")])
    assert (outcome.status, outcome.bad_address) == (Status.FAILED, True)
    assert not http_endpoint.requests


# ── services without substitution: whole messages, many in a request ────────────────────────────
def postmark_answer(request: Request) -> Answer:
    data = json.loads(request.body)
    made = [
        {"ErrorCode": 0, "Message": "OK", "MessageID": f"id-{one['To']}", "To": one["To"]}
        for one in (data if isinstance(data, list) else [data])
    ]
    return Answer(body=json.dumps(made if isinstance(data, list) else made[0]).encode())


def read_postmark(request: Request) -> dict[str, Read]:
    return {
        one["To"]: {
            "subject": one["Subject"],
            "text": one["TextBody"],
            "html": one["HtmlBody"],
            "key": one["Metadata"]["key"],
            **{header["Name"]: header["Value"] for header in one.get("Headers", [])},
        }
        for one in json.loads(request.body)
    }


def resend_answer(request: Request) -> Answer:
    made = [{"id": f"id-{one['to'][0]}"} for one in json.loads(request.body)]
    return Answer(body=json.dumps({"data": made}).encode())


def read_resend(request: Request) -> dict[str, Read]:
    read = {}
    for one in json.loads(request.body):
        headers = one["headers"]
        key = json.loads(headers.pop("X-Metadata"))["key"]
        del headers["X-Tags"]
        parts = {part: one[part] for part in ("subject", "text", "html")}
        read[one["to"][0]] = {**parts, "key": key, **headers}
    return read


def brevo_answer(request: Request) -> Answer:
    versions = json.loads(request.body)["messageVersions"]
    made = [f"id-{one['to'][0]['email']}" for one in versions]
    return Answer(status=201, body=json.dumps({"messageIds": made}).encode())


def read_brevo(request: Request) -> dict[str, Read]:
    data = json.loads(request.body)
    assert data["sender"] == {
        "name": "Pine River Electric",
        "email": "alerts@pineriver.example.com",
    }
    assert data["tags"] == ["content-7"]
    assert "headers" not in data
    read = {}
    for one in data["messageVersions"]:
        headers = one["headers"]
        key = json.loads(headers.pop("X-Mailin-custom"))["key"]
        read[one["to"][0]["email"]] = {
            "subject": one["subject"],
            "text": one["textContent"],
            "html": one["htmlContent"],
            "key": key,
            **headers,
        }
    return read


WHOLE = {
    "postmark://TOKEN@": ("/v3/email/batch", postmark_answer, read_postmark),
    "resend://KEY@": ("/v3/emails/batch", resend_answer, read_resend),
    "brevo://KEY@": ("/v3/smtp/email", brevo_answer, read_brevo),
}


@pytest.mark.parametrize("url", sorted(WHOLE))
@pytest.mark.parametrize("purpose", [Purpose.FIELD_WORK, Purpose.NEWSLETTER])
def test_personal_messages_with_headers_of_their_own_go_in_one_request(
    make_provider: MakeProvider, http_endpoint: HttpEndpoint, url: str, purpose: Purpose
) -> None:
    path, http_endpoint.answer, read = WHOLE[url]
    wording = make_wording(body=WORDING.body_source, purpose=purpose)
    window = [
        make_outgoing(f"member{number}@example.com", id=number, wording=wording, context=context)
        for number, context in enumerate(CONTEXTS, start=1)
    ]
    outcomes = hand_over(make_provider(url), window)
    assert [outcome.status for outcome in outcomes] == [Status.SENT] * 3
    assert [outcome.provider_id for outcome in outcomes] == [f"id-{one.address}" for one in window]
    (request,) = http_endpoint.requests
    assert request.path == path
    wanted = expected(window)
    for message in window:
        template = mail_template(message.wording, message.sender)
        wanted[message.address] |= template.list_headers(message)
    assert read(request) == wanted


@pytest.mark.parametrize("url", ["postmark://TOKEN@", "resend://KEY@"])
def test_different_wordings_go_in_one_request_and_one_address_may_get_two(
    make_provider: MakeProvider, http_endpoint: HttpEndpoint, url: str
) -> None:
    _, http_endpoint.answer, _ = WHOLE[url]
    window = [
        make_outgoing("mae@example.com", id=number, wording=make_wording(content_id=number))
        for number in range(4)
    ]
    outcomes = hand_over(make_provider(url), window)
    assert {outcome.status for outcome in outcomes} == {Status.SENT}
    (request,) = http_endpoint.requests
    assert request.body.count(b"mae@example.com") == 4


def test_brevo_gets_a_request_for_each_wording(
    make_provider: MakeProvider, http_endpoint: HttpEndpoint
) -> None:
    """Its versions share sender and tag."""
    http_endpoint.answer = brevo_answer
    wordings = [make_wording(content_id=number) for number in (1, 2)]
    window = [
        make_outgoing(f"m{number}@example.com", id=number, wording=wordings[number % 2])
        for number in range(6)
    ]
    outcomes = hand_over(make_provider("brevo://KEY@"), window)
    assert [outcome.provider_id for outcome in outcomes] == [f"id-{one.address}" for one in window]
    tags = [json.loads(request.body)["tags"] for request in http_endpoint.requests]
    assert sorted(tags) == [["content-1"], ["content-2"]]


def test_no_request_has_more_messages_than_the_service_takes(
    make_provider: MakeProvider, http_endpoint: HttpEndpoint
) -> None:
    http_endpoint.answer = resend_answer
    window = [make_outgoing(f"m{number}@example.com", id=number) for number in range(205)]
    outcomes = hand_over(make_provider("resend://KEY@"), window)
    assert {outcome.status for outcome in outcomes} == {Status.SENT}
    # The last of 101 would go alone, by another address: 205 leaves five.
    assert sorted(len(json.loads(one.body)) for one in http_endpoint.requests) == [5, 100, 100]


@pytest.mark.parametrize(
    ("refusal", "status", "bad_address", "down"),
    [
        ({"ErrorCode": 406, "Message": "Found inactive addresses: x"}, Status.FAILED, True, False),
        ({"ErrorCode": 300, "Message": "Invalid 'To' address: 'x'."}, Status.FAILED, True, False),
        ({"ErrorCode": 300, "Message": "Invalid 'From' address."}, Status.FAILED, False, False),
        ({"ErrorCode": 412, "Message": "Your account is pending."}, Status.QUEUED, False, True),
        ({"ErrorCode": 429, "Message": "Rate limit exceeded."}, Status.QUEUED, False, False),
    ],
    ids=lambda value: str(value.get("ErrorCode")) if isinstance(value, dict) else "",
)
def test_postmark_refuses_one_of_a_batch_and_takes_the_others(
    make_provider: MakeProvider,
    http_endpoint: HttpEndpoint,
    refusal: dict[str, object],
    status: Status,
    bad_address: bool,
    down: bool,
) -> None:
    good = {"ErrorCode": 0, "Message": "OK", "To": "x"}
    made = [{**good, "MessageID": "pm-1"}, refusal, {**good, "MessageID": "pm-3"}]
    http_endpoint.answer = lambda request: Answer(body=json.dumps(made).encode())
    first, second, third = hand_over(make_provider("postmark://TOKEN@"), make_window())
    assert (first.provider_id, third.provider_id) == ("pm-1", "pm-3")
    assert (second.status, second.bad_address, second.down) == (status, bad_address, down)
    assert len(http_endpoint.requests) == 1


def test_resend_refuses_one_of_a_batch_and_takes_the_others(
    make_provider: MakeProvider, http_endpoint: HttpEndpoint
) -> None:
    made = {
        "data": [{"id": "re-1"}, {"id": "re-3"}],
        "errors": [{"index": 1, "message": "Invalid `to` field. The email address is wrong."}],
    }
    http_endpoint.answer = lambda request: Answer(body=json.dumps(made).encode())
    first, second, third = hand_over(make_provider("resend://KEY@"), make_window())
    assert (first.provider_id, third.provider_id) == ("re-1", "re-3")
    assert (second.status, second.bad_address) == (Status.FAILED, True)
    (request,) = http_endpoint.requests
    assert request.headers["x-batch-validation"] == "permissive"


@pytest.mark.parametrize("url", sorted(WHOLE))
@pytest.mark.parametrize("status", [400, 422])
def test_a_batch_that_is_refused_for_one_message_is_sent_one_by_one(
    make_provider: MakeProvider, http_endpoint: HttpEndpoint, url: str, status: int
) -> None:
    def answer(request: Request) -> Answer:
        if b"member2" in request.body:
            return Answer(status=status, body=b'{"ErrorCode": 300, "Message": "no"}')
        return Answer(
            body=b'{"id": "1", "messageId": "1", "ErrorCode": 0, "Message": "", "MessageID": "1"}'
        )

    http_endpoint.answer = answer
    outcomes = hand_over(make_provider(url), make_window())
    # Postmark's own answer to a single one names its reader, which this one does not.
    assert outcomes[1].status == Status.FAILED
    assert {outcomes[0].status, outcomes[2].status} <= {Status.SENT, Status.UNKNOWN}
    assert len(http_endpoint.requests) == 4


@pytest.mark.parametrize("url", sorted(WHOLE))
@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[]", b"null", b"[1, 2, 3]", b'{"data": []}', b'{"messageIds": ["1"]}']
)
def test_an_answer_to_a_batch_that_cannot_be_read_leaves_all_in_doubt(
    make_provider: MakeProvider, http_endpoint: HttpEndpoint, url: str, body: bytes
) -> None:
    http_endpoint.answer = lambda request: Answer(body=body)
    outcomes = hand_over(make_provider(url), make_window())
    assert {outcome.status for outcome in outcomes} == {Status.UNKNOWN}
    assert len(http_endpoint.requests) == 1


@pytest.mark.parametrize("url", sorted(WHOLE))
def test_a_batch_waits_as_a_whole_where_the_service_is_down(
    make_provider: MakeProvider, http_endpoint: HttpEndpoint, url: str
) -> None:
    http_endpoint.answer = lambda request: Answer(status=503, headers={"Retry-After": "9"})
    outcomes = hand_over(make_provider(url), make_window())
    assert {(one.status, one.down, one.retry_after) for one in outcomes} == {
        (Status.QUEUED, True, 9.0)
    }
    assert len(http_endpoint.requests) == 1


@pytest.mark.parametrize(
    ("code", "words", "bad_address", "down"),
    [
        (406, "Found inactive addresses: member1@example.com. Inactive recipients", True, False),
        (300, "Invalid 'To' address: 'member1@example.com'.", True, False),
        (300, "Invalid 'From' address: 'x'.", False, False),
        (412, "Your account is pending approval.", False, True),
    ],
)
def test_postmarks_refusals_are_told_apart(
    make_provider: MakeProvider,
    http_endpoint: HttpEndpoint,
    code: int,
    words: str,
    bad_address: bool,
    down: bool,
) -> None:
    body = json.dumps({"ErrorCode": code, "Message": words}).encode()
    http_endpoint.answer = lambda request: Answer(status=422, body=body)
    (outcome,) = hand_over(make_provider("postmark://TOKEN@"), make_window()[:1])
    assert (outcome.bad_address, outcome.down) == (bad_address, down)
    assert outcome.status == (Status.QUEUED if down else Status.FAILED)
    assert "member1" not in outcome.reason


def test_what_a_service_may_escape_itself_is_not_left_to_it(
    make_provider: MakeProvider, http_endpoint: HttpEndpoint
) -> None:
    def answer(request: Request) -> Answer:
        made = [
            {
                "Status": "success",
                "To": [{"Email": each["To"][0]["Email"], "MessageID": 1234, "MessageUUID": "u"}],
            }
            for each in json.loads(request.body)["Messages"]
        ]
        return Answer(body=json.dumps({"Messages": made}).encode())

    http_endpoint.answer = answer
    wording = make_wording(subject="Work", body="Hello {{ Name }}, we come tomorrow.")
    names = ["Mae", "Sam", "O'Brien & Sons"]
    window = [
        make_outgoing(f"m{number}@example.com", wording=wording, context={"name": name})
        for number, name in enumerate(names)
    ]
    outcomes = hand_over(make_provider("mailjet://KEY:SECRET@"), window)
    assert {outcome.status for outcome in outcomes} == {Status.SENT}
    read = {}
    for request in http_endpoint.requests:
        data = json.loads(request.body)
        for message in data["Messages"]:
            text = data["Globals"]["HTMLPart"]
            for name, value in message.get("Variables", {}).items():
                text = text.replace(f"[[var:{name}]]", value)
            read[message["To"][0]["Email"]] = text
    assert read == {message.address: render_email(message).html for message in window}
    assert len(http_endpoint.requests) == 2


# ── what answers mean ───────────────────────────────────────────────────────────────────────────
def outcome_of_answer(
    make_provider: MakeProvider, http_endpoint: HttpEndpoint, answer: Answer
) -> Outcome:
    http_endpoint.answer = lambda request: answer
    outcomes = hand_over(make_provider("sendgrid://KEY@"), make_window())
    assert len(set(outcomes)) == 1
    return outcomes[0]


@pytest.mark.parametrize(
    ("answer", "status", "down", "retry_after"),
    [
        (Answer(status=429, headers={"Retry-After": "21"}), Status.QUEUED, False, 21),
        (Answer(status=429), Status.QUEUED, False, 10),
        (Answer(status=401), Status.QUEUED, True, None),
        (Answer(status=403), Status.QUEUED, True, None),
        (Answer(status=503, headers={"Retry-After": "60"}), Status.QUEUED, True, 60),
        (Answer(status=500), Status.QUEUED, True, None),
        (Answer(status=504), Status.UNKNOWN, False, None),
        (Answer(drop=True), Status.UNKNOWN, False, None),
    ],
)
def test_answers_mean_what_they_say(
    make_provider: MakeProvider,
    http_endpoint: HttpEndpoint,
    answer: Answer,
    status: Status,
    down: bool,
    retry_after: float | None,
) -> None:
    outcome = outcome_of_answer(make_provider, http_endpoint, answer)
    assert (outcome.status, outcome.down, outcome.retry_after) == (status, down, retry_after)
    assert len(http_endpoint.requests) == 1


def test_a_service_that_cannot_be_reached_has_certainly_taken_nothing() -> None:
    provider = AnymailProvider("sendgrid://KEY@?api_url=http://127.0.0.1:9/v3")
    (outcome,) = hand_over(provider, make_window()[:1])
    assert (outcome.status, outcome.down) == (Status.QUEUED, True)
    asyncio.run(provider.close())


def test_an_answer_that_cannot_be_read_leaves_it_in_doubt(
    make_provider: MakeProvider, http_endpoint: HttpEndpoint
) -> None:
    http_endpoint.answer = lambda request: Answer(body=b"<html>Welcome</html>")
    (outcome,) = hand_over(make_provider("postmark://TOKEN@"), make_window()[:1])
    assert outcome.status == Status.UNKNOWN


def test_amazon_is_asked_once_and_its_errors_are_told_apart(
    make_provider: MakeProvider, http_endpoint: HttpEndpoint
) -> None:
    provider = make_provider("ses://AKIA:SECRET@?region=us-east-1")
    http_endpoint.answer = lambda request: Answer(body=b'{"MessageId": "ses-1"}')
    (outcome,) = hand_over(provider, make_window()[:1])
    assert (outcome.status, outcome.provider_id) == (Status.SENT, "ses-1")
    for name, status, expected_status, down in (
        ("TooManyRequestsException", 429, Status.QUEUED, False),
        ("SendingPausedException", 400, Status.QUEUED, True),
        ("MessageRejected", 400, Status.FAILED, False),
    ):
        http_endpoint.clear()
        answer = Answer(
            status=status, headers={"x-amzn-ErrorType": name}, body=b'{"message": "no"}'
        )
        http_endpoint.answer = lambda request, answer=answer: answer  # type: ignore[misc]
        (outcome,) = hand_over(provider, make_window()[:1])
        assert (outcome.status, outcome.down) == (expected_status, down)
        assert len(http_endpoint.requests) == 1


# ── EMAIL_URL ───────────────────────────────────────────────────────────────────────────────────
def test_urls_name_key_domain_and_region() -> None:
    _, arguments = read_url("mailgun://k%2Fey@mail.example.com?region=eu")
    assert arguments["api_key"] == "k/ey"
    assert arguments["sender_domain"] == "mail.example.com"
    assert arguments["api_url"] == "https://api.eu.mailgun.net/v3"
    assert read_url("postmark://Token-A")[1]["server_token"] == "Token-A"
    assert read_url("mailjet://a:b@")[1]["secret_key"] == "b"
    service, arguments = read_url("anymail.backends.mailtrap://?api_token=T")
    assert (service.backend, arguments["api_token"]) == ("mailtrap", "T")


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_each_service_has_a_backend_that_opens(name: str) -> None:
    url = {
        "mailjet": "mailjet://KEY:SECRET@",
        "ses": "ses://AKIA:SECRET@?region=us-east-1",
    }.get(name, f"{name}://KEY@")
    asyncio.run(AnymailProvider(url).close())


@pytest.mark.parametrize(
    "url",
    [
        "pigeon://KEY@",
        "sendgrid://",
        "sendgrid://KEY@mail.example.com",
        "mailjet://KEY@",
        "mailgun://KEY@x?region=moon",
        "postmark://KEY@?colour=blue",
        "anymail.backends.os.system://",
        "anymail.backends.nobody://",
    ],
)
def test_a_url_that_cannot_be_is_refused_without_its_key(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL") as caught:
        AnymailProvider(url)
    assert "KEY@" not in str(caught.value).replace("://KEY@", "").replace("KEY:SECRET@", "")


def test_a_wrong_url_is_said_when_the_site_starts(settings: Settings) -> None:
    settings.EMAIL_URL = "mailjet://my-secret@"
    (complaint,) = check_settings()
    assert complaint.id == "delivery.E012"
    assert "my-secret" not in complaint.msg
    settings.EMAIL_URL = "postmark://TOKEN@"
    assert check_settings() == []
