"""Each provider against a wire that can be told whom to refuse, for the contract that all keep."""

import json
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar

from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings

from common.choices import Channel
from customers.choices import DeviceKind
from customers.models import Customer, Device
from delivery.models import SandboxBehaviour, SandboxMessage
from delivery.providers import provider_for
from delivery.providers.base import Provider
from delivery.providers.sandbox import magic
from tests.delivery.providers.fake_twilio import FakeTwilio, refusal, twilio_settings
from tests.delivery.providers.subscription import Subscription, b64
from tests.wire import Answer, HttpEndpoint, Request, SmtpSink

CLOSED = "127.0.0.1:9"  # nobody listens there


class Case(ABC):
    """A channel's provider, chosen by its settings, with the wire that it talks to."""

    channel: ClassVar[Channel]
    name: ClassVar[str]

    def __init__(self, endpoint: HttpEndpoint, sink: SmtpSink) -> None:
        self.endpoint = endpoint
        self.sink = sink
        for name, value in self.settings(endpoint.url).items():
            setattr(settings, name, value)
        self.prepare()

    def provider(self) -> Provider:
        made = provider_for(self.channel)
        assert made.name == self.name
        return made

    def prepare(self) -> None:  # noqa: B027 (not every wire needs it)
        """Set the wire up."""

    @abstractmethod
    def settings(self, url: str) -> dict[str, Any]:
        """The settings that choose the provider, its wire being at `url`."""

    def take_away(self) -> None:
        """From now on nobody listens."""
        for name, value in self.settings(f"http://{CLOSED}").items():
            setattr(settings, name, value)

    @abstractmethod
    def addresses(self, count: int) -> list[str]: ...

    @abstractmethod
    def refuse(self, address: str) -> None:
        """Refuse this address for good, as one that nobody has."""

    @abstractmethod
    def postpone(self, address: str) -> None:
        """Refuse this address for now."""

    @abstractmethod
    def taken(self) -> Sequence[str]:
        """The addresses whose messages the wire took, one entry a message."""


class Email(Case):
    channel = Channel.EMAIL

    def addresses(self, count: int) -> list[str]:
        return [f"member{n:03}@example.com" for n in range(count)]


class Phone(Case):
    def addresses(self, count: int) -> list[str]:
        return [f"+1478555{100 + n:04}" for n in range(count)]


class Sandboxed(Case):
    """The sandbox refuses only those whom it knows as special."""

    def settings(self, url: str) -> dict[str, Any]:
        return {}

    def take_away(self) -> None:
        SandboxBehaviour.objects.create(channel=self.channel, down=True)

    def refuse(self, address: str) -> None:
        self._special(address, magic.Magic.REFUSE)

    def postpone(self, address: str) -> None:
        self._special(address, magic.Magic.LATER)

    def taken(self) -> Sequence[str]:
        return list(SandboxMessage.objects.values_list("address", flat=True))

    def _special(self, address: str, what: magic.Magic) -> None:
        assert magic.magic_of(self.channel, address) == what


class SandboxEmailCase(Sandboxed):
    channel = Channel.EMAIL
    name = "sandbox_email"

    def addresses(self, count: int) -> list[str]:
        special = {3: "refuse@example.com", 7: "later@example.com"}
        return [special.get(n, f"member{n:03}@example.com") for n in range(count)]


class _SandboxPhone(Sandboxed):
    def addresses(self, count: int) -> list[str]:
        special = {3: "+16145550199", 7: "+16145550197"}
        return [special.get(n, f"+1478555{100 + n:04}") for n in range(count)]


class SandboxTextCase(_SandboxPhone):
    channel = Channel.TEXT
    name = "sandbox_text"


class SandboxVoiceCase(_SandboxPhone):
    channel = Channel.VOICE
    name = "sandbox_voice"


class Smtp(Email):
    name = "smtp"

    def settings(self, url: str) -> dict[str, Any]:
        closed = CLOSED in url
        return {"EMAIL_URL": f"smtp://{CLOSED}" if closed else self.sink.url}

    def refuse(self, address: str) -> None:
        self.sink.answer(address, "550 5.1.1 No such user")

    def postpone(self, address: str) -> None:
        self.sink.answer(address, "451 4.2.1 Come again")

    def taken(self) -> Sequence[str]:
        return self.sink.recipients


class Postmark(Email):
    """Anymail, by a service that takes whole messages, one or many a request."""

    name = "anymail"

    def settings(self, url: str) -> dict[str, Any]:
        return {"EMAIL_URL": f"postmark://TOKEN@?api_url={url}/"}

    def prepare(self) -> None:
        self._refusals: dict[str, dict[str, object]] = {}
        self._taken: list[str] = []
        self.endpoint.answer = self._answer

    def refuse(self, address: str) -> None:
        words = f"Invalid 'To' address: '{address}'."
        self._refusals[address] = {"ErrorCode": 300, "Message": words}

    def postpone(self, address: str) -> None:
        self._refusals[address] = {"ErrorCode": 429, "Message": "Rate limit exceeded."}

    def taken(self) -> Sequence[str]:
        return self._taken

    def _answer(self, request: Request) -> Answer:
        told = json.loads(request.body)
        if isinstance(told, list):
            return Answer(body=json.dumps([self._of(one["To"]) for one in told]).encode())
        made = self._of(told["To"])
        status = {0: 200, 429: 429}.get(int(str(made["ErrorCode"])), 422)
        return Answer(status=status, body=json.dumps(made).encode())

    def _of(self, to: str) -> dict[str, object]:
        if refusal := self._refusals.get(to):
            return refusal
        self._taken.append(to)
        return {"ErrorCode": 0, "Message": "OK", "MessageID": f"pm-{to}", "To": to}


class _Twilio(Phone):
    def settings(self, url: str) -> dict[str, Any]:
        return twilio_settings(url)

    def prepare(self) -> None:
        self._twilio = FakeTwilio(self.endpoint)

    def refuse(self, address: str) -> None:
        self._twilio.answers[address] = refusal(21211)

    def postpone(self, address: str) -> None:
        self._twilio.answers[address] = refusal(20429, 429)

    def taken(self) -> Sequence[str]:
        return [entry["to"] for entry in self._twilio.taken]


class TwilioTextCase(_Twilio):
    channel = Channel.TEXT
    name = "twilio_text"


class TwilioVoiceCase(_Twilio):
    channel = Channel.VOICE
    name = "twilio_voice"


class WebPushCase(Case):
    channel = Channel.PUSH
    name = "push"

    def settings(self, url: str) -> dict[str, Any]:
        key = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
        return {
            "VAPID_PRIVATE_KEY": b64(key.to_bytes(32)),
            "UPN_PUSH_ALLOW_HOSTS": ["127.0.0.1"],
        }

    def prepare(self) -> None:
        self._answers: dict[str, Answer] = {}
        self._taken: list[str] = []
        self.endpoint.answer = self._answer

    def take_away(self) -> None:
        for device in Device.objects.all():
            device.token = device.token.replace(self.endpoint.url, f"http://{CLOSED}")
            device.save()

    def addresses(self, count: int) -> list[str]:
        customer = Customer.objects.create(number="1", name="MAE MILLER")
        made = []
        for n in range(count):
            subscription = Subscription()
            device = Device.objects.create(
                customer=customer,
                kind=DeviceKind.WEB_PUSH,
                name="Firefox",
                token=f"{self.endpoint.url}/push/{n}",
                p256dh=subscription.p256dh,
                auth=subscription.auth,
            )
            made.append(f"device:{device.pk}")
        self._paths = {address: f"/push/{n}" for n, address in enumerate(made)}
        return made

    def refuse(self, address: str) -> None:
        self._answers[self._paths[address]] = Answer(status=410)

    def postpone(self, address: str) -> None:
        self._answers[self._paths[address]] = Answer(status=429)

    def taken(self) -> Sequence[str]:
        addresses = {path: address for address, path in self._paths.items()}
        return [addresses[path] for path in self._taken]

    def _answer(self, request: Request) -> Answer:
        if answer := self._answers.get(request.path):
            return answer
        self._taken.append(request.path)
        return Answer(status=201)


CASES: tuple[type[Case], ...] = (
    SandboxEmailCase,
    SandboxTextCase,
    SandboxVoiceCase,
    Smtp,
    Postmark,
    TwilioTextCase,
    TwilioVoiceCase,
    WebPushCase,
)
