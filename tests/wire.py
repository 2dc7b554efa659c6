"""What lives on the internet, at the wire: an SMTP server and an HTTP endpoint that record.

Both can be told what to answer, and both serve worker processes as well as the test itself.
"""

import contextlib
import logging
import threading
import time
from asyncio import Server
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from aiosmtpd.controller import Controller

OK = "250 OK"
# The sink's own log has several lines a message.
logging.getLogger("mail.log").setLevel(logging.WARNING)


def wait_for(condition: Callable[[], object], *, seconds: float = 10, what: str = "") -> None:
    """Wait until the condition is true; fail with `what` after `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what or condition}")
        threading.Event().wait(0.02)


@dataclass(frozen=True, kw_only=True)
class Delivered:
    """One accepted message."""

    sender: str
    recipients: list[str]
    raw: bytes
    at: float  # time.monotonic()

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.raw, policy=policy.default)


class _AnyPort(Controller):
    """A controller for port 0: its first connection goes to the port that the system gave."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


class SmtpSink:
    """An SMTP server on a free port of 127.0.0.1. `delivered` holds what it accepted."""

    def __init__(self) -> None:
        self.delivered: list[Delivered] = []
        self.answers: dict[str, list[str]] = {}
        self.data_answer: Callable[[Delivered], str] | None = None
        self._lock = threading.Lock()
        self._controller = _AnyPort(self, hostname="127.0.0.1", port=0, enable_SMTPUTF8=True)
        self._controller.start()

    @property
    def port(self) -> int:
        return int(self._controller.port)

    @property
    def url(self) -> str:
        """For EMAIL_URL."""
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def recipients(self) -> list[str]:
        """Every accepted recipient, one entry for each time."""
        return [address for one in self.delivered for address in one.recipients]

    def answer(self, address: str, *replies: str) -> None:
        """Answer RCPT for the address so: one reply a time, the last one from then on."""
        self.answers[address] = list(replies)

    def clear(self) -> None:
        with self._lock:
            self.delivered.clear()
            self.answers.clear()
            self.data_answer = None

    def wait_for(self, count: int, *, seconds: float = 20) -> list[Delivered]:
        wait_for(
            lambda: len(self.recipients) >= count,
            seconds=seconds,
            what=f"{count} messages at the sink",
        )
        return self.delivered

    def stop(self) -> None:
        self._controller.stop()

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        replies = self.answers.get(address, [OK])
        reply = replies.pop(0) if len(replies) > 1 else replies[0]
        if reply.startswith("2"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        one = Delivered(
            sender=envelope.mail_from,
            recipients=list(envelope.rcpt_tos),
            raw=envelope.original_content or envelope.content,
            at=time.monotonic(),
        )
        reply = self.data_answer(one) if self.data_answer else OK
        if reply.startswith("2"):
            with self._lock:
                self.delivered.append(one)
        return reply


@dataclass(frozen=True, kw_only=True)
class Request:
    """One request that the endpoint received."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes
    at: float  # time.monotonic()

    @property
    def form(self) -> dict[str, str]:
        """A form's fields (Twilio's way); of a repeated field the last."""
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))


@dataclass(frozen=True, kw_only=True)
class Answer:
    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0  # seconds before the answer
    drop: bool = False  # close the connection without an answer


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 1024  # the default of 5 drops connections where many open at once


class HttpEndpoint:
    """An HTTP server on a free port of 127.0.0.1: `requests` and what to `answer`."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.answer: Callable[[Request], Answer] = lambda request: Answer()
        self._server = _Server(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def clear(self) -> None:
        self.requests.clear()
        self.answer = lambda request: Answer()

    def wait_for(self, count: int, *, seconds: float = 20) -> list[Request]:
        wait_for(
            lambda: len(self.requests) >= count, seconds=seconds, what=f"{count} requests received"
        )
        return self.requests

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 30

            def _handle(self) -> None:
                parts = urlsplit(self.path)
                length = int(self.headers.get("Content-Length") or 0)
                request = Request(
                    method=self.command,
                    path=parts.path,
                    query=parts.query,
                    headers=dict(self.headers.items()),
                    body=self.rfile.read(length),
                    at=time.monotonic(),
                )
                endpoint.requests.append(request)
                answer = endpoint.answer(request)
                if answer.delay:
                    threading.Event().wait(answer.delay)
                if answer.drop:
                    self.close_connection = True
                    return
                self.send_response(answer.status)
                headers = {"Content-Type": "application/json", **answer.headers}
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                self.wfile.write(answer.body)

            do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = _handle

            def log_message(self, format: str, *args: object) -> None:
                pass

            def finish(self) -> None:
                with contextlib.suppress(ConnectionError):
                    super().finish()

        return Handler


@contextlib.contextmanager
def smtp_server() -> Iterator[SmtpSink]:
    sink = SmtpSink()
    try:
        yield sink
    finally:
        sink.stop()


@contextlib.contextmanager
def http_server() -> Iterator[HttpEndpoint]:
    endpoint = HttpEndpoint()
    try:
        yield endpoint
    finally:
        endpoint.stop()
