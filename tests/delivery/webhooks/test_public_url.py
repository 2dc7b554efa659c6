"""Behind proxies: what was signed is PUBLIC_URL's, whatever the proxy says of itself (RULES 16)."""

import pytest
from django.test import Client
from pytest_django import Settings

from tests.delivery.webhooks.calling import MESSAGE_SID, post, signature

pytestmark = pytest.mark.django_db
STATUS = "/hooks/twilio/status/"
FORM = {"MessageSid": MESSAGE_SID, "MessageStatus": "delivered"}
# What proxies add, what they leave out, and what somebody makes up.
FORWARDED = [
    {},
    {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7"},
    {"X-Forwarded-Proto": "http", "X-Forwarded-Host": "10.0.0.5:8000"},
    {"X-Forwarded-Host": "upn.example.com", "X-Forwarded-Port": "8443"},
    {"X-Forwarded-Host": "evil.example.org", "X-Forwarded-Prefix": "/evil"},
    {"Forwarded": "for=192.0.2.7;proto=http;host=evil.example.org"},
    {"X-Original-URL": "/console/", "X-Forwarded-Proto": "https, http"},
]
PUBLIC_URLS = [
    "https://upn.example.com",
    "https://upn.example.com/",
    "https://upn.example.com:8443",
    "https://example.com/contact",
    "https://example.com:8443/contact/",
    "http://127.0.0.1:8000",
]


@pytest.mark.parametrize("public_url", PUBLIC_URLS)
@pytest.mark.parametrize("forwarded", FORWARDED)
@pytest.mark.parametrize("secure", [True, False])
def test_a_signature_fits_by_our_own_address_alone(
    client: Client, settings: Settings, public_url: str, forwarded: dict[str, str], secure: bool
) -> None:
    settings.PUBLIC_URL = public_url
    signed = signature(public_url.rstrip("/") + STATUS, FORM)
    answer = post(client, STATUS, FORM, signature=signed, **forwarded)
    assert answer.status_code == 204


@pytest.mark.parametrize("signed_url", ["http://10.0.0.5:8000", "https://evil.example.org"])
def test_no_header_can_change_the_address_that_must_be_signed(
    client: Client, signed_url: str
) -> None:
    scheme, _, host = signed_url.partition("://")
    answer = post(
        client,
        STATUS,
        FORM,
        signature=signature(signed_url + STATUS, FORM),
        **{"X-Forwarded-Host": host, "X-Forwarded-Proto": scheme, "Host": "upn.example.com"},
    )
    assert answer.status_code == 403


def test_a_prefix_that_the_server_is_told_of_counts_once(
    client: Client, settings: Settings
) -> None:
    """SCRIPT_NAME, as gunicorn sets it, is in PUBLIC_URL already."""
    settings.PUBLIC_URL = "https://example.com/contact"
    signed = signature(settings.PUBLIC_URL + STATUS, FORM)
    client.defaults["SCRIPT_NAME"] = "/contact"
    assert post(client, STATUS, FORM, signature=signed).status_code == 204


@pytest.mark.parametrize("query", ["a=b", "a=%20b&c=%C3%A9", "a=1&a=2", "x=a+b", "q=/?:@"])
def test_a_query_is_signed_as_it_came(client: Client, settings: Settings, query: str) -> None:
    path = f"{STATUS}?{query}"
    assert post(client, path, FORM).status_code == 204
    changed = post(client, f"{path}&more=1", FORM, signature=signature(
        settings.PUBLIC_URL + path, FORM))  # fmt: skip
    assert changed.status_code == 403


def test_a_webhook_is_not_led_elsewhere_where_a_proxy_does_not_say_https(
    client: Client, settings: Settings
) -> None:
    """A provider does not follow with its form."""
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_REDIRECT_EXEMPT = [r"^hooks/"]
    body = "MessageSid=x"
    answer = client.post(STATUS, body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 403
