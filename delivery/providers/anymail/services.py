"""Email services that Anymail knows, what each can do at once, and EMAIL_URL for them.

`sendgrid://API_KEY@`, `mailgun://KEY@mail.example.com?region=eu`, `postmark://TOKEN@`,
`brevo://KEY@`, `resend://KEY@`, `sparkpost://KEY@`, `mailjet://KEY:SECRET@`, `mandrill://KEY@`,
`mailersend://TOKEN@`, `ses://ACCESS_KEY:SECRET@?region=us-east-1` (or `ses://?region=…`, where the
machine has a role). Any other: `anymail.backends.mailtrap://?api_token=TOKEN`, whose options are
those of the backend. `?api_url=` sends the requests elsewhere.
"""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote

from anymail.backends.base import AnymailBaseBackend
from anymail.exceptions import AnymailConfigurationError, AnymailNotSupportedWarning
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from delivery.providers.anymail.together import BREVO, POSTMARK, RESEND, Together

TIMEOUT = (5, 30)  # seconds to connect, and to wait for an answer


@dataclass(frozen=True, slots=True)
class MergeSyntax:
    """How a service marks a personal value in the content that is sent with the request."""

    before: str
    after: str
    # What must not stand in the wording itself, or the service would take it for a mark.
    opening: str
    in_subject: bool = True
    # The service puts values into HTML as they are. Where that isn't certain, only values that
    # look the same escaped and unescaped are left to it.
    verbatim: bool = True

    def mark(self, name: str) -> str:
        return f"{self.before}{name}{self.after}"


@dataclass(frozen=True, slots=True)
class Service:
    """A service takes one message a request, or many: one content with marks (`merge`, up to `most`
    recipients), or many whole messages (`together`)."""

    backend: str
    user: str = "api_key"
    password: str = ""
    host: str = ""
    most: int = 1
    merge: MergeSyntax | None = None
    together: Together | None = None
    # Each recipient of a request can have headers of their own.
    headers_each: bool = True
    # What the backend is given besides.
    defaults: Mapping[str, Any] = field(default_factory=dict)
    regions: Mapping[str, str] = field(default_factory=dict)
    options: frozenset[str] = frozenset()


SENDGRID_MARK = MergeSyntax("%upn_", "%", "%upn_")
# What Anymail's backends send and what the services make of it; see docs/esps/ of Anymail.
SERVICES: Mapping[str, Service] = {
    "sendgrid": Service(
        "sendgrid",
        most=1000,
        merge=SENDGRID_MARK,
        defaults={"merge_field_format": SENDGRID_MARK.mark("{}")},
    ),
    "mailgun": Service(
        "mailgun",
        host="sender_domain",
        most=1000,
        merge=MergeSyntax("%recipient.", "%", "%recipient"),
        regions={"us": "https://api.mailgun.net/v3", "eu": "https://api.eu.mailgun.net/v3"},
    ),
    # Three braces: the value as it is, in HTML too.
    "sparkpost": Service(
        "sparkpost",
        most=1000,
        merge=MergeSyntax("{{{", "}}}", "{{"),
        regions={
            "us": "https://api.sparkpost.com/api/v1",
            "eu": "https://api.eu.sparkpost.com/api/v1",
        },
        options=frozenset({"subaccount"}),
    ),
    "mailjet": Service(
        "mailjet",
        password="secret_key",  # noqa: S106 (the name of an argument)
        most=50,
        merge=MergeSyntax("[[var:", "]]", "[[", in_subject=False, verbatim=False),
    ),
    "mandrill": Service(
        "mandrill",
        most=1000,
        merge=MergeSyntax("*|", "|*", "*|", verbatim=False),
        headers_each=False,
    ),
    "brevo": Service("brevo", together=BREVO),
    "postmark": Service(
        "postmark",
        user="server_token",
        together=POSTMARK,
        options=frozenset({"message_stream"}),
    ),
    "resend": Service("resend", together=RESEND),
    # It keeps no metadata, so its reports are matched by the message's id alone.
    "mailersend": Service(
        "mailersend", user="api_token", defaults={"ignore_unsupported_features": True}
    ),
    "ses": Service("amazon_ses", options=frozenset({"configuration_set_name"})),
}


def read_url(url: str) -> tuple[Service, dict[str, Any]]:
    """The service of an EMAIL_URL and the arguments of its Anymail backend.

    Raises ImproperlyConfigured, in words that never hold a key.
    """
    name, _, rest = url.strip().partition("://")
    authority, _, query = rest.partition("?")
    authority = authority.rstrip("/")
    options = dict(parse_qsl(query, keep_blank_values=True))
    if name.startswith("anymail.backends."):
        return _any_backend(name.removeprefix("anymail.backends."), authority, options)
    service = SERVICES.get(name.lower())
    if service is None:
        raise _bad(f"{name!r} is not an email service; known are {', '.join(sorted(SERVICES))}.")
    user_part, _, host = authority.rpartition("@")
    if "@" not in authority and not service.host:
        user_part, host = authority, ""
    user, colon, password = (unquote(part) for part in user_part.partition(":"))
    if name.lower() == "ses":
        return service, _amazon(user, password, options)
    if not user:
        raise _bad(f"the key is missing. Write {name}://KEY@.")
    if bool(service.password) != bool(colon and password):
        raise _bad(f"Write {name}://KEY{':SECRET' if service.password else ''}@.")
    arguments: dict[str, Any] = {service.user: user, **service.defaults, "timeout": TIMEOUT}
    if service.password:
        arguments[service.password] = password
    if host:
        if not service.host:
            raise _bad(f"there is something after the @. Write {name}://KEY@.")
        arguments[service.host] = host
    if region := options.pop("region", ""):
        if region not in service.regions:
            raise _bad(f"{name} has no region {region!r}.")
        arguments["api_url"] = service.regions[region]
    if unknown := options.keys() - service.options - {"api_url"}:
        raise _bad(f"it has an option that is not known: {', '.join(sorted(unknown))}.")
    return service, {**arguments, **options}


def make_backend(service: Service, arguments: Mapping[str, Any]) -> AnymailBaseBackend:
    """The service's backend, with its session open. Raises ImproperlyConfigured."""
    path = f"anymail.backends.{service.backend}.EmailBackend"
    try:
        with warnings.catch_warnings():
            # SendGrid's is still there and works, but no longer tested by Anymail.
            warnings.simplefilter("ignore", AnymailNotSupportedWarning)
            backend: AnymailBaseBackend = import_string(path)(
                # What became of each recipient is read, not raised.
                **{"ignore_recipient_status": True, **arguments}
            )
    except ImportError as error:
        raise _bad(f"{path} can't be loaded ({type(error).__name__}).") from error
    except (AnymailConfigurationError, TypeError) as error:
        raise _bad(f"Anymail's {service.backend} lacks an option.") from error
    backend.open()
    return backend


def _any_backend(
    module: str, authority: str, options: dict[str, str]
) -> tuple[Service, dict[str, Any]]:
    if authority or not module.removesuffix(".EmailBackend").isidentifier():
        raise _bad("Write anymail.backends.NAME://?option=value&….")
    service = Service(module.removesuffix(".EmailBackend"))
    return service, {"ignore_unsupported_features": True, "timeout": TIMEOUT, **options}


def _amazon(user: str, password: str, options: dict[str, str]) -> dict[str, Any]:
    if bool(user) != bool(password):
        raise _bad("Write ses://ACCESS_KEY:SECRET@?region=….")
    session = {"region_name": options.pop("region", None)}
    if user:
        session |= {"aws_access_key_id": user, "aws_secret_access_key": password}
    client: dict[str, Any] = {
        # boto's own retries would send again what may have been taken; ours know better.
        "config": {
            "connect_timeout": TIMEOUT[0],
            "read_timeout": TIMEOUT[1],
            "retries": {"total_max_attempts": 1},
        }
    }
    if api_url := options.pop("api_url", ""):
        client["endpoint_url"] = api_url
    if unknown := options.keys() - SERVICES["ses"].options:
        raise _bad(f"it has an option that is not known: {', '.join(sorted(unknown))}.")
    return {"session_params": session, "client_params": client, **options}


def _bad(what: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"EMAIL_URL: {what}")
