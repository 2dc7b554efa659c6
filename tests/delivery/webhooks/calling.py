"""Twilio's side of a webhook: a form, signed as its documentation says, written anew here."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.test import Client

TOKEN = "a-token-for-tests"
PUBLIC_URL = "https://upn.example.com"
MESSAGE_SID = "SM" + "0c" * 16
CALL_SID = "CA" + "0d" * 16
# Email services take no other code than 200 for a yes; Twilio wants no words.
TAKEN = (200, 204)


def signature(url: str, form: Mapping[str, str], token: str = TOKEN) -> str:
    text = url + "".join(name + form[name] for name in sorted(form))
    mac = hmac.new(token.encode(), text.encode(), hashlib.sha1)
    return base64.b64encode(mac.digest()).decode()


def post(client: Client, path: str, form: Mapping[str, str], **headers: str) -> Any:
    """Post a form as Twilio does; `signature=` to forge."""
    given = headers.pop("signature", None)
    return client.post(
        path,
        urlencode(form),
        content_type="application/x-www-form-urlencoded",
        headers={
            "X-Twilio-Signature": signature(PUBLIC_URL + path, form) if given is None else given,
            **headers,
        },
        secure=True,
    )
