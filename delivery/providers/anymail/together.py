"""Several whole messages in one request, for services that take them so.

Each message is written as if it went alone; the request is a list of them. So a batch needs no
marks of the service's own, and each message may have headers of its own (RULES 20).
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from anymail.exceptions import AnymailRequestsAPIError

# A message as Anymail writes it for the service.
Written = dict[str, Any]
_REFUSED = 422


@dataclass(frozen=True, slots=True)
class Told:
    """What the service said of one message. `status`: Anymail's word; "" where it was refused for
    another reason: then `code` and `answer` are those that it had got, had it gone alone."""

    status: str = ""
    message_id: str = ""
    code: int = 0
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Together:
    """How a service takes `most` messages at once.

    `body`: of the request. `told`: what its answer says, in the order of the messages; it stumbles
    (ValueError, KeyError, TypeError, AttributeError) over one that can't be read.
    """

    path: str
    most: int
    body: Callable[[Sequence[Written]], object]
    told: Callable[[Any, int], list[Told]]
    # The service has one sender and one tag for all.
    alike: bool = False
    headers: tuple[tuple[str, str], ...] = ()


class Request:
    """What `AnymailRequestsBackend.post_to_esp` asks of a payload."""

    def __init__(self, payloads: Sequence[Any], together: Together) -> None:
        self._first = payloads[0]
        self._together = together
        self._written = [payload.data for payload in payloads]

    def get_request_params(self, api_url: str) -> dict[str, Any]:
        params: dict[str, Any] = self._first.get_request_params(api_url)
        params["url"] = f"{api_url.rstrip('/')}/{self._together.path}"
        params["headers"] = {**params["headers"], **dict(self._together.headers)}
        params["data"] = self._first.serialize_json(self._together.body(self._written))
        return params


def post(backend: Any, together: Together, emails: Sequence[Any]) -> list[Told]:
    """One request; what became of each email, in order. Raises AnymailError."""
    payloads = [backend.build_message_payload(email, backend.send_defaults) for email in emails]
    request = Request(payloads, together)
    response = backend.post_to_esp(request, emails[0])
    try:
        told = together.told(json.loads(response.content), len(emails))
        if len(told) != len(emails):
            raise ValueError("not an answer for each")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise AnymailRequestsAPIError(
            email_message=emails[0], payload=request, response=response, backend=backend
        ) from error
    return told


# ── Postmark: a list, and a list of answers, each with a code of its own ────────────────────────
_POSTMARK_INACTIVE = 406
_POSTMARK_INVALID = 300
# What has a status of its own where a message goes alone; 422 are the others.
_POSTMARK_STATUS = {100: 503, 429: 429}


def _postmark_told(answer: Any, count: int) -> list[Told]:
    if not isinstance(answer, list):  # the request as a whole was refused
        raise ValueError("no list")
    return [_postmark_one(one) for one in answer]


def _postmark_one(one: Mapping[str, Any]) -> Told:
    code, words = int(one.get("ErrorCode", 0)), str(one["Message"])
    if code == 0:
        return Told("sent", str(one["MessageID"]))
    if code == _POSTMARK_INACTIVE:
        return Told("rejected")
    if code == _POSTMARK_INVALID and "'to'" in words.lower():
        return Told("invalid")
    return Told(code=_POSTMARK_STATUS.get(code, _REFUSED), answer=json.dumps(one))


# ── Resend: a list, and the ids of what was taken; `permissive` lets one bad message be alone ──
def _resend_told(answer: Any, count: int) -> list[Told]:
    refused = {int(one["index"]): one for one in answer.get("errors") or ()}
    ids = iter([str(one["id"]) for one in answer["data"]])
    if len(answer["data"]) + len(refused) != count:
        raise ValueError("not an answer for each")
    return [
        Told(code=_REFUSED, answer=json.dumps(refused[place]))
        if place in refused
        else Told("queued", next(ids))
        for place in range(count)
    ]


# ── Brevo: versions of one message ──────────────────────────────────────────────────────────────
_OF_A_VERSION = ("to", "subject", "htmlContent", "textContent", "headers")


def _brevo_body(written: Sequence[Written]) -> object:
    first = written[0]
    same = {name: value for name, value in first.items() if name not in ("to", "headers")}
    versions = [{name: one[name] for name in _OF_A_VERSION if one.get(name)} for one in written]
    return {**same, "messageVersions": versions}


def _brevo_told(answer: Any, count: int) -> list[Told]:
    # A single version is answered like a single message.
    ids = answer["messageIds"] if "messageIds" in answer else [answer["messageId"]]
    return [Told("queued", str(one)) for one in ids]


POSTMARK = Together("email/batch", 500, list, _postmark_told)
RESEND = Together(
    "emails/batch", 100, list, _resend_told, headers=(("x-batch-validation", "permissive"),)
)
BREVO = Together("smtp/email", 1000, _brevo_body, _brevo_told, alike=True)
