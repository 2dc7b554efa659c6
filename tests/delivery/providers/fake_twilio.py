"""Twilio at the wire: takes texts and calls, lists them, and fails where it is told to."""

import json
import secrets
from collections.abc import Mapping
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qs

from django.utils import timezone

from tests.wire import Answer, HttpEndpoint, Request

ACCOUNT = "AC" + "0a" * 16
TOKEN = "a-token-for-tests"
SERVICE = "MG" + "1b" * 16
NUMBER = "+14785550100"


def twilio_settings(url: str) -> dict[str, Any]:
    """Django settings for a Twilio at `url`."""
    return {
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_MESSAGING_SERVICE_SID": "",
        "TWILIO_FROM_NUMBER": NUMBER,
        "TWILIO_VOICE_NUMBER": NUMBER,
        "TWILIO_API_URL": url,
        "PUBLIC_URL": "https://upn.example.com",
    }


def refusal(code: int, status: int = 400, **headers: str) -> Answer:
    body = {"code": code, "message": "words with +14785550111 in them", "status": status}
    return Answer(status=status, body=json.dumps(body).encode(), headers=headers)


class FakeTwilio:
    """`answers`: what a recipient's request, or one for a sid, is answered instead.

    `taken`: what Twilio has.
    """

    def __init__(self, endpoint: HttpEndpoint) -> None:
        self.endpoint = endpoint
        self.answers: dict[str, Answer] = {}
        # Recipients whose request is taken, and whose line then breaks.
        self.broken_after: set[str] = set()
        self.taken: list[dict[str, Any]] = []
        endpoint.answer = self._answer

    @property
    def posts(self) -> list[Mapping[str, str]]:
        return [one.form for one in self.endpoint.requests if one.method == "POST"]

    def _answer(self, request: Request) -> Answer:
        kind = "Messages" if "/Messages" in request.path else "Calls"
        if request.method == "GET" and f"/{kind}/" in request.path:
            return self._fetch(request.path.rpartition("/")[2].removesuffix(".json"))
        assert request.path == f"/2010-04-01/Accounts/{ACCOUNT}/{kind}.json"
        if request.method == "GET":
            return self._list(kind, parse_qs(request.query)["To"][0])
        form = request.form
        if answer := self.answers.get(form["To"]):
            return answer
        entry = self._take(kind, form)
        if form["To"] in self.broken_after:
            return Answer(drop=True)
        return Answer(status=201, body=json.dumps(entry).encode())

    def _take(self, kind: str, form: Mapping[str, str]) -> dict[str, Any]:
        entry = {
            "sid": ("SM" if kind == "Messages" else "CA") + secrets.token_hex(16),
            "account_sid": ACCOUNT,
            "kind": kind,
            "to": form["To"],
            "from": form.get("From"),
            "body": form.get("Body"),
            "status": "queued",
            "direction": "outbound-api",
            "date_created": format_datetime(timezone.now()),
            "date_sent": None,
            "error_code": None,
        }
        self.taken.append(entry)
        return entry

    def _fetch(self, sid: str) -> Answer:
        if answer := self.answers.get(sid):
            return answer
        found = [one for one in self.taken if one["sid"] == sid]
        return Answer(body=json.dumps(found[0]).encode()) if found else refusal(20404, 404)

    def _list(self, kind: str, to: str) -> Answer:
        found = [one for one in reversed(self.taken) if one["kind"] == kind and one["to"] == to]
        page = {kind.lower(): found[:50], "next_page_uri": None, "page_size": 50, "uri": "/"}
        return Answer(body=json.dumps(page).encode())
