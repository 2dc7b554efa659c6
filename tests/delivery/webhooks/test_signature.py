"""RULES 16."""

import hashlib
import json

import pytest
from django.test import Client, RequestFactory
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pytest_django import Settings
from twilio.request_validator import RequestValidator

from delivery.webhooks.signature import is_signed, sign
from tests.delivery.webhooks.calling import MESSAGE_SID, PUBLIC_URL, TOKEN, post, signature

STATUS = "/hooks/twilio/status/"
SENT = {"MessageSid": MESSAGE_SID, "MessageStatus": "sent"}


def test_the_example_of_the_rules() -> None:
    form = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+12349013030",
        "Digits": "1234",
        "From": "+12349013030",
        "To": "+18005551212",
    }
    fields = [(name, [value]) for name, value in form.items()]
    assert (
        sign("12345", "https://mycompany.com/myapp.php?foo=1&bar=2", fields)
        == "0/KCTR6DLpKmkAf8muzZqo1nDgQ="
    )


@hypothesis_settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dictionaries(
        st.text(st.characters(codec="utf-8"), min_size=1),
        st.lists(st.text(st.characters(codec="utf-8")), min_size=1, max_size=3),
    )
)
def test_any_form_is_signed_as_twilios_own_library_signs_it(form: dict[str, list[str]]) -> None:
    class Lists(dict[str, list[str]]):
        def getlist(self, name: str) -> list[str]:
            return self[name]

    theirs = RequestValidator("token").compute_signature("https://example.com/x", Lists(form))
    assert sign("token", "https://example.com/x", form.items()) == theirs


@pytest.mark.django_db
def test_a_true_signature_gets_in(client: Client) -> None:
    assert post(client, STATUS, SENT).status_code == 204


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    [
        STATUS,
        "/hooks/twilio/voice-status/",
        "/hooks/twilio/gather/7a6d59a1-7a51-4dd9-8f4f-6b0a9d1ee0aa/",
        "/hooks/twilio/inbound/",
        "/hooks/twilio/voice-status/7a6d59a1-7a51-4dd9-8f4f-6b0a9d1ee0aa/1/",
        "/hooks/twilio/answer/7a6d59a1-7a51-4dd9-8f4f-6b0a9d1ee0aa/1/",
        "/hooks/twilio/call-back/",
    ],
)
@pytest.mark.parametrize("forged", ["", "x", "0/KCTR6DLpKmkAf8muzZqo1nDgQ=", "é"])
def test_no_hook_lets_a_forged_request_in(client: Client, path: str, forged: str) -> None:
    answer = post(client, path, {**SENT, "Digits": "9", "Body": "STOP"}, signature=forged)
    assert answer.status_code == 403
    assert "signature" in answer.content.decode()


def test_a_changed_field_is_a_forgery(client: Client) -> None:
    true = signature(PUBLIC_URL + STATUS, SENT)
    changed = {**SENT, "MessageStatus": "delivered"}
    assert post(client, STATUS, changed, signature=true).status_code == 403


def test_without_a_token_nobody_gets_in(client: Client, settings: Settings) -> None:
    settings.TWILIO_AUTH_TOKEN = ""
    answer = post(client, STATUS, SENT, signature=signature(PUBLIC_URL + STATUS, SENT, token=""))
    assert answer.status_code == 403
    assert "not set up" in answer.content.decode()


def test_only_posts_are_taken(client: Client) -> None:
    assert client.get(STATUS, secure=True).status_code == 405


@pytest.mark.parametrize(
    ("public_url", "signed_url"),
    [
        ("https://upn.example.com", "https://upn.example.com:443/hooks/twilio/status/?a=b"),
        ("https://upn.example.com:443", "https://upn.example.com/hooks/twilio/status/?a=b"),
        ("http://upn.example.com/", "http://upn.example.com:80/hooks/twilio/status/?a=b"),
        ("https://upn.example.com:8443", "https://upn.example.com:8443/hooks/twilio/status/?a=b"),
    ],
)
def test_the_port_may_be_signed_or_not(public_url: str, signed_url: str) -> None:
    request = RequestFactory().post(
        f"{STATUS}?a=b", SENT, headers={"X-Twilio-Signature": signature(signed_url, SENT)}
    )
    assert is_signed(request, token=TOKEN, public_url=public_url)


@pytest.mark.parametrize("body_changed", [False, True])
def test_a_json_body_is_signed_by_its_hash(body_changed: bool) -> None:
    body = json.dumps({"a": 1}).encode()
    path = f"/hooks/twilio/status/?bodySHA256={hashlib.sha256(body).hexdigest()}"
    request = RequestFactory().post(
        path,
        body + b" " if body_changed else body,
        content_type="application/json",
        headers={"X-Twilio-Signature": signature(PUBLIC_URL + path, {})},
    )
    assert is_signed(request, token=TOKEN, public_url=PUBLIC_URL) is not body_changed


def test_a_json_body_without_its_hash_is_a_forgery() -> None:
    request = RequestFactory().post(
        STATUS,
        b"{}",
        content_type="application/json",
        headers={"X-Twilio-Signature": signature(PUBLIC_URL + STATUS, {})},
    )
    assert not is_signed(request, token=TOKEN, public_url=PUBLIC_URL)
