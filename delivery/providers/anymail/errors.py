"""What a service's refusal means to us. Its own words hold addresses, so ours take their place."""

import logging
import re
from collections.abc import Mapping
from typing import Any

import requests
from anymail.exceptions import AnymailError, AnymailInvalidAddress, AnymailRequestsAPIError
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from delivery.providers.base import InDoubtError, ProviderError
from delivery.providers.retry_after import retry_after_seconds

log = logging.getLogger(__name__)

# In the body of a 400 or 422: the recipient's address is at fault.
BAD_RECIPIENT: Mapping[str, re.Pattern[str]] = {
    "Mailgun": re.compile(r"'?\bto\b'? parameter is not a valid address"),
    "SendGrid": re.compile(r'"field":\s*"personalizations\.\d+\.to'),
    "Brevo": re.compile(r"email is not valid in to"),
    "Resend": re.compile(r"Invalid `to` field"),
    "MailerSend": re.compile(r'"to\.\d+\.email"'),
}
# In the body of a 422: our account is at fault, and waits until somebody has seen to it.
# Postmark: key, sender's signature, credits, approval.
ACCOUNT_TROUBLE: Mapping[str, re.Pattern[str]] = {
    "Postmark": re.compile(r'"ErrorCode":\s*(10|400|401|405|412|413)\b'),
}
# Amazon's codes (RULES 21 in spirit: what is policy or pace is never the address's fault).
AMAZON_DOWN = {
    "AccountSuspendedException",
    "SendingPausedException",
    "MailFromDomainNotVerifiedException",
    "AccessDeniedException",
    "InvalidClientTokenId",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
    "ExpiredTokenException",
    "NotFoundException",
    "InternalServiceErrorException",
    "ServiceUnavailable",
}
AMAZON_SLOWER = {"TooManyRequestsException", "LimitExceededException", "ThrottlingException"}
SLOWER_WAIT = 10.0


def as_ours(error: AnymailError) -> ProviderError | InDoubtError:
    """The error of a request as a ProviderError, or InDoubtError where it may have been taken."""
    if isinstance(error, AnymailInvalidAddress):
        ours = "`to`" in str(error)
        return ProviderError(
            "The address can't be read." if ours else "The sender's address can't be read.",
            permanent=True,
            bad_address=ours,
        )
    cause = error.__cause__
    if isinstance(cause, requests.RequestException) and error.status_code is None:
        return _of_line(cause)
    if isinstance(error, AnymailRequestsAPIError) and error.status_code is not None:
        return _of_answer(error)
    if cause is not None and type(cause).__module__.startswith(("botocore", "boto3")):
        return _of_amazon(cause)
    log.error("anymail: %s", type(error).__name__)
    return ProviderError("The email service can't send such a message.", permanent=True)


def _of_line(cause: requests.RequestException) -> ProviderError | InDoubtError:
    inner = cause.args[0] if cause.args else None
    reason = getattr(inner, "reason", inner)
    never_written = (
        isinstance(cause, requests.ConnectTimeout | requests.exceptions.ProxyError)
        or isinstance(reason, NewConnectionError | ConnectTimeoutError)
        # A broken handshake can't be told from a line that broke later; a bad certificate can.
        or "CERTIFICATE_VERIFY_FAILED" in str(cause)
    )
    if never_written:
        return ProviderError("The email service can't be reached.", permanent=False, down=True)
    return InDoubtError("The line to the email service broke before it answered.")


def _of_answer(error: AnymailRequestsAPIError) -> ProviderError | InDoubtError:
    headers = getattr(error.response, "headers", {})
    return of_status(
        error.esp_name or "anymail",
        int(error.status_code),
        str(getattr(error.response, "text", "")),
        retry_after=retry_after_seconds(headers.get("Retry-After")),
    )


def of_status(
    service: str, status: int, text: str, *, retry_after: float | None = None
) -> ProviderError | InDoubtError:
    """What an HTTP status means, and the `text` that came with it."""
    code = str(status)
    if 200 <= status < 300:
        log.error("%s: an answer that can't be read", service)
        return InDoubtError("The email service's answer can't be read.")
    if status == 504:
        return InDoubtError("The email service's own line broke before it answered.")
    if status in (420, 429):  # 420: SparkPost's, for a daily or hourly limit
        return ProviderError(
            "The email service asks us to slow down.",
            permanent=False,
            code=code,
            retry_after=SLOWER_WAIT if retry_after is None else retry_after,
        )
    trouble = ACCOUNT_TROUBLE.get(service)
    if status in (401, 402, 403, 404) or (trouble and trouble.search(text)):
        log.error("%s: answered %s; its account or key needs looking at", service, status)
        return ProviderError(
            "The email service does not accept our account or key.",
            permanent=False,
            code=code,
            down=True,
        )
    if status >= 500 or status == 408:
        return ProviderError(
            "The email service is out of order.",
            permanent=False,
            code=code,
            retry_after=retry_after,
            down=True,
        )
    pattern = BAD_RECIPIENT.get(service)
    bad_address = bool(pattern and pattern.search(text))
    if not bad_address:
        log.warning("%s: refused a message with %s", service, status)
    return ProviderError(
        "The email service says that there is no such address."
        if bad_address
        else "The email service refused the message.",
        permanent=True,
        code=code,
        bad_address=bad_address,
    )


def _of_amazon(cause: BaseException) -> ProviderError | InDoubtError:
    answer: Any = getattr(cause, "response", None)
    if not isinstance(answer, dict):
        name = type(cause).__name__
        if name in ("ReadTimeoutError", "ConnectionClosedError", "ResponseStreamingError"):
            return InDoubtError("The line to the email service broke before it answered.")
        # No credentials, no region, no connection: nothing was sent.
        return ProviderError(
            f"Amazon SES can't be used ({name}).", permanent=False, down=True, code=name[:40]
        )
    code = str(answer.get("Error", {}).get("Code", ""))
    status = int(answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    if code in AMAZON_SLOWER or status == 429:
        return ProviderError(
            "Amazon SES asks us to slow down.",
            permanent=False,
            code=code[:40],
            retry_after=SLOWER_WAIT,
        )
    if code in AMAZON_DOWN or status >= 500 or status in (401, 403):
        return ProviderError(
            "Amazon SES is out of order or does not accept our account.",
            permanent=False,
            code=code[:40],
            down=True,
        )
    log.warning("amazon ses: refused a message: %s", code)
    return ProviderError("Amazon SES refused the message.", permanent=True, code=code[:40])
