"""Webhooks at 500 a second, and as fast as they go: answered, kept, applied, none lost.

The web server and the workers are those that `make run` starts. Four in five webhooks are reports
of texts (signed as Twilio signs), one in five of mail (Postmark's); one in ten is of no message of
ours. `python -m bench.webhooks --seconds 10` measures it alone.
"""

import argparse
import base64
import dataclasses
import json
import os
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import psutil

from bench.sink import free_port
from bench.site import processes, servers_running, wait_until_up, worker_commands
from bench.webhook_load import Answers, send
from upn.embedded.programs import web_command

_TOKEN = "a-token-for-benches"  # noqa: S105
_SECRET = "bench:a-secret-for-benches"  # noqa: S105
_TEXT_PATH = "/hooks/twilio/status/"
_MESSAGES = """
INSERT INTO delivery_message (key, batch_id, content_id, sender_id, channel, lane, purpose, address,
    context, time_zone, status, due_at, queued_at, provider, provider_id)
SELECT md5('bench-webhook-' || n)::uuid, 1, 1, 1, CASE WHEN n %% 5 = 0 THEN 'email' ELSE 'text' END,
    'bulk', 'account', CASE WHEN n %% 5 = 0 THEN 'm' || n || '@example.com'
    ELSE '+147855501' || lpad((n %% 100)::text, 2, '0') END, '{}', 'America/New_York', 'sent',
    now(), now(), CASE WHEN n %% 5 = 0 THEN 'anymail' ELSE 'twilio_text' END,
    'SM' || md5('sid-' || n)
FROM generate_series(%(first)s::int, %(last)s::int) n
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """`rate`: webhooks a second that were asked for; 0: as many as it takes.

    `cpu`: milliseconds of processor time a webhook took, by program; the load itself is `bench`.
    """

    rate: int
    webhooks: int
    per_second: float
    p50: float
    p99: float
    most: float
    lost: int
    # Lines that broke without an answer and were tried again, as providers do.
    broken: int
    applied_after: float
    cpu: dict[str, float]


def measure(*, port: int, seconds: int, rate: int = 500) -> list[Measured]:
    """At `rate` for so many seconds, then a quarter as many as fast as it goes. All runs already,
    with `environment()`."""
    found = []
    first = 1
    for asked, count in ((rate, rate * seconds), (0, rate * seconds // 4)):
        _make_messages(first, first + count - 1)
        requests = list(_requests(port, first, count))
        before, cpu_before = _kept(), _cpu()
        answers = send(port, requests, rate=asked or None)
        ended = time.perf_counter()
        _wait_until_applied()
        applied_after = time.perf_counter() - ended
        cpu = _cpu()
        found.append(
            Measured(
                asked,
                count,
                answers.per_second,
                answers.share(0.5),
                answers.share(0.99),
                answers.share(1),
                _lost(answers, first, count, kept=_kept() - before),
                answers.broken,
                applied_after,
                {name: (cpu[name] - cpu_before.get(name, 0)) / count * 1000 for name in cpu},
            )
        )
        print(_words(found[-1]), flush=True)
        first += count
    return found


def environment(port: int) -> dict[str, str]:
    """What the site has to be told, so that it believes the load."""
    return {
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
        "TWILIO_AUTH_TOKEN": _TOKEN,
        "TWILIO_FROM_NUMBER": "+14785550100",
        "WEBHOOK_SECRET": _SECRET,
    }


def _make_messages(first: int, last: int) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(_MESSAGES, {"first": first, "last": last})
        cursor.execute("VACUUM ANALYZE delivery_message")


def _requests(port: int, first: int, count: int) -> Iterator[bytes]:
    for n in range(first, first + count):
        # One in ten is of somebody else's message.
        known = f"stranger-{n}" if n % 10 == 3 else str(n)
        yield _mail(n) if n % 5 == 0 else _text(port, n, known)


def _text(port: int, n: int, known: str) -> bytes:
    from delivery.webhooks.signature import sign

    sid = f"SM{_md5('sid-' + known)}"
    form = {
        "SmsSid": sid,
        "SmsStatus": "delivered",
        "MessageStatus": "delivered",
        "To": f"+147855501{n % 100:02d}",
        "MessageSid": sid,
        "AccountSid": "AC" + "0" * 32,
        "From": "+14785550100",
        "ApiVersion": "2010-04-01",
    }
    url = f"http://127.0.0.1:{port}{_TEXT_PATH}"
    signature = sign(_TOKEN, url, ((name, [value]) for name, value in form.items()))
    return _post(
        _TEXT_PATH,
        urlencode(form).encode(),
        "application/x-www-form-urlencoded",
        f"X-Twilio-Signature: {signature}",
    )


def _mail(n: int) -> bytes:
    event = {
        "RecordType": "Delivery",
        "ServerID": 23,
        "MessageStream": "outbound",
        "MessageID": str(uuid.UUID(_md5(f"postmark-{n}"))),
        "Recipient": f"m{n}@example.com",
        "Tag": "content-1",
        "DeliveredAt": "2026-05-01T16:33:54.9070259Z",
        "Details": "smtp;250 2.0.0 OK",
        "Metadata": {"key": str(uuid.UUID(_md5(f"bench-webhook-{n}")))},
    }
    secret = base64.b64encode(_SECRET.encode()).decode()
    return _post(
        "/hooks/postmark/",
        json.dumps(event).encode(),
        "application/json",
        f"Authorization: Basic {secret}",
    )


def _post(path: str, body: bytes, kind: str, header: str) -> bytes:
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
        f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n{header}\r\n\r\n"
    )
    return head.encode() + body


def _md5(text: str) -> str:
    import hashlib

    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def _kept() -> int:
    from delivery.models import WebhookEvent

    return WebhookEvent.objects.count()


def _wait_until_applied() -> None:
    """Until nothing is left but what has no message."""
    from django.db import connection

    deadline = time.perf_counter() + 120
    while time.perf_counter() < deadline:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT EXISTS (SELECT 1 FROM delivery_webhookevent e JOIN delivery_message m ON "
                "m.provider_id = e.provider_id AND m.provider = e.provider "
                "WHERE e.try_at IS NOT NULL AND m.provider_id <> '') OR EXISTS (SELECT 1 FROM "
                "delivery_webhookevent e JOIN delivery_message m ON m.key = e.message_key "
                "WHERE e.try_at IS NOT NULL)"
            )
            if not cursor.fetchone()[0]:
                return
        time.sleep(0.05)
    raise AssertionError("The workers did not apply what was kept.")


def _lost(answers: Answers, first: int, count: int, *, kept: int) -> int:
    """Webhooks without a row, and messages of ours that were not moved by theirs."""
    from django.db import connection

    ours = sum(1 for n in range(first, first + count) if n % 10 != 3)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM delivery_message m JOIN generate_series(%s::int, %s::int) n "
            "ON m.key = md5('bench-webhook-' || n)::uuid WHERE m.status = 'delivered'",
            [first, first + count - 1],
        )
        moved = cursor.fetchone()[0]
    return (count - kept) + (ours - int(moved)) + answers.refused


def _cpu() -> dict[str, float]:
    """Seconds of processor time so far, by program, of this process and all below it."""
    found: dict[str, float] = {}
    me = psutil.Process()
    for process in (me, *me.children(recursive=True)):
        try:
            times, name = process.cpu_times(), _program(process, me)
        except psutil.Error:
            continue
        used = times.user + times.system
        if process is not me:
            used += times.children_user + times.children_system
        found[name] = found.get(name, 0.0) + used
    return found


def _program(process: psutil.Process, me: psutil.Process) -> str:
    if process is me:
        return "bench"
    words = " ".join(process.cmdline())
    for sign, name in (("gunicorn", "web"), ("celery", "workers"), ("valkey", "valkey")):
        if sign in words:
            return name
    return "postgres" if "postgres" in words else "other"


def _words(one: Measured) -> str:
    cpu = ", ".join(f"{name} {ms:.2f}" for name, ms in sorted(one.cpu.items()) if ms >= 0.005)
    return (
        f"  {one.webhooks:,} webhooks {f'at {one.rate}/s' if one.rate else 'at once'}: "
        f"{one.per_second:,.0f} a second, answered in {one.p50 * 1000:.1f} ms (half), "
        f"{one.p99 * 1000:.1f} ms (p99), {one.most * 1000:.0f} ms (most); lost {one.lost}, "
        f"tried again {one.broken}, applied {one.applied_after:.1f} s after the last\n"
        f"    ms of processor each: {cpu}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--rate", type=int, default=500)
    parser.add_argument("--json", type=Path, help="write the figures there too")
    options = parser.parse_args()
    with servers_running() as folder:
        port = free_port()
        os.environ["PORT"] = str(port)
        with processes(
            web_command(f"127.0.0.1:{port}"),
            *worker_commands(),
            environment=environment(port),
            log=Path(folder) / "bench-webhooks.log",
        ):
            wait_until_up(port)
            found = measure(port=port, seconds=options.seconds, rate=options.rate)
    if options.json:
        options.json.write_text(json.dumps([dataclasses.asdict(one) for one in found]))


if __name__ == "__main__":
    main()
