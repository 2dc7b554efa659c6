"""The enhanced status code of a bounce, in each email service's own fields (RULES 21).

"" where a service names none: then the server's words decide (`delivery.bounces.verdicts`).
"""

from collections.abc import Callable, Mapping
from typing import Any

from delivery.bounces.verdicts import ENHANCED

# What services call a bounce where they pass no code on.
_AMAZON = {
    "noemail": "5.1.1",
    "suppressed": "5.1.1",
    "onaccountsuppressionlist": "5.1.1",
    "mailboxfull": "5.2.2",
    "messagetoolarge": "5.3.4",
    "contentrejected": "5.7.1",
    "attachmentrejected": "5.7.1",
}
_POSTMARK = {"HardBounce": "5.1.1", "SoftBounce": "4.0.0", "VirusNotification": "5.7.1"}


def _sendgrid(raw: Mapping[str, Any], address: str) -> str:
    return _code(raw.get("status"))


def _mailgun(raw: Mapping[str, Any], address: str) -> str:
    data = _dict(raw.get("event-data"))
    status = _dict(data.get("delivery-status"))
    if data.get("reason") == "suppress-bounce":
        return "5.1.1"
    return _code(status.get("enhanced-code")) or _code(status.get("bounce-code"))


def _postmark(raw: Mapping[str, Any], address: str) -> str:
    found = _in_words(raw.get("Details"), raw.get("Description"))
    return found or _POSTMARK.get(str(raw.get("Type", "")), "")


def _amazon(raw: Mapping[str, Any], address: str) -> str:
    bounce = _dict(raw.get("bounce"))
    for one in bounce.get("bouncedRecipients") or ():
        told = _dict(one)
        if told.get("emailAddress") == address and (code := _code(told.get("status"))):
            return code
    kind = str(bounce.get("bounceSubType", "")).lower()
    if kind in _AMAZON:
        return _AMAZON[kind]
    return "4.0.0" if bounce.get("bounceType") == "Transient" else ""


def _resend(raw: Mapping[str, Any], address: str) -> str:
    """It hands Amazon's words on."""
    bounce = _dict(_dict(raw.get("data")).get("bounce"))
    if found := _in_words(bounce.get("diagnosticCode"), bounce.get("message")):
        return found
    kind = str(bounce.get("subType", "")).lower()
    if kind in _AMAZON:
        return _AMAZON[kind]
    return "4.0.0" if bounce.get("type") == "Transient" else ""


_MANDRILL = {
    "bad_mailbox": "5.1.1",
    "invalid_domain": "5.1.2",
    "mailbox_full": "5.2.2",
    "message_too_large": "5.3.4",
    "content": "5.7.1",
    "spam": "5.7.1",
    "blocked": "5.7.1",
    "policy": "5.7.1",
}


def _mandrill(raw: Mapping[str, Any], address: str) -> str:
    msg = _dict(raw.get("msg"))
    if found := _in_words(msg.get("diag")):
        return found
    kind = str(msg.get("bounce_description", "")).lower()
    return _MANDRILL.get(kind, "4.0.0" if raw.get("event") == "soft_bounce" else "")


_BREVO = {"hard_bounce": "5.1.1", "soft_bounce": "4.0.0", "invalid_email": "5.1.3"}


def _brevo(raw: Mapping[str, Any], address: str) -> str:
    return _in_words(raw.get("reason")) or _BREVO.get(str(raw.get("event", "")), "")


_MAILJET = {
    "user unknown": "5.1.1",
    "mailbox inactive": "5.2.1",
    "quota exceeded": "5.2.2",
    "invalid domain": "5.1.2",
    "no mail host": "5.1.2",
    "typofix": "5.1.3",
    "relay/access denied": "5.7.1",
    "sender blocked": "5.7.1",
    "content blocked": "5.7.1",
    "policy issue": "5.7.1",
}


def _mailjet(raw: Mapping[str, Any], address: str) -> str:
    if found := _in_words(raw.get("comment")):
        return found
    code = _MAILJET.get(str(raw.get("error", "")), "")
    return code or ("" if raw.get("hard_bounce") else "4.0.0")


# Its classes of bounces; what is left out says nothing of the address.
_SPARKPOST = {
    "10": "5.1.1",
    "20": "4.0.0",
    "21": "4.4.4",
    "22": "5.2.2",
    "23": "5.3.4",
    "24": "4.4.7",
    "25": "5.7.1",
    "30": "5.1.1",
    "50": "5.7.1",
    "51": "5.7.1",
    "52": "5.7.1",
    "53": "5.7.1",
    "54": "5.7.1",
    "70": "4.0.0",
}


def _sparkpost(raw: Mapping[str, Any], address: str) -> str:
    event = next(iter(_dict(raw.get("msys")).values()), None)
    told = _dict(event)
    found = _in_words(told.get("raw_reason"), told.get("reason"))
    return found or _SPARKPOST.get(str(told.get("bounce_class", "")), "")


CODES: Mapping[str, Callable[[Mapping[str, Any], str], str]] = {
    "sendgrid": _sendgrid,
    "mailgun": _mailgun,
    "postmark": _postmark,
    "ses": _amazon,
    "resend": _resend,
    "mandrill": _mandrill,
    "brevo": _brevo,
    "mailjet": _mailjet,
    "sparkpost": _sparkpost,
}


def _in_words(*words: object) -> str:
    """The first enhanced code in what a server said; some services have a list of it."""
    for one in words:
        text = " ".join(map(str, one)) if isinstance(one, list) else str(one or "")
        if found := ENHANCED.search(text):
            return found[0]
    return ""


def _code(value: object) -> str:
    text = str(value or "").strip()
    return text if ENHANCED.fullmatch(text) else ""


def _dict(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
