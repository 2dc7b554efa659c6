"""A payment told to the API until its confirmation is with the provider, at a steady rate.

Payments come at their times whether or not the earlier ones are answered, to the web server and
the workers that `make run` starts; alone, and beside a mass notification to many. `python -m
bench.payments` measures it alone.
"""

import argparse
import http.client
import json
import os
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from bench.peers.words import BODY, SUBJECT
from bench.sending import checked, count_of, wait
from bench.sink import free_port, sink
from bench.site import processes, servers_running, wait_until_up, worker_commands
from upn.embedded.programs import web_command

if TYPE_CHECKING:
    from delivery.models import Batch

_CLIENTS = 16
_ACCOUNTS = 500


@dataclass(frozen=True, slots=True)
class Payments:
    """Seconds from the moment a payment was due to be told."""

    beside: int  # messages of the mass notification
    payments: int
    answered_p99: float  # the API's answer
    handed_p50: float  # the confirmation at the provider
    handed_p99: float
    handed_most: float
    # Bulk messages a second while the payments came; 0 where there were none.
    bulk_per_second: float
    # Milliseconds of processor time a payment, by who used it.
    cpu_ms: dict[str, float]


def measure(
    *, port: int, key: str, rate: int, seconds: int, besides: tuple[int, ...]
) -> list[Payments]:
    """One after the other, each beside so many bulk messages. Everything runs already."""
    _tell_all(port, key, [_fact(f"warm-{n}", n) for n in range(100)], rate=rate)
    found = []
    for beside in besides:
        batch = _start_bulk(beside) if beside else None
        cpu_before = _cpu_seconds()
        began, sent_before = time.perf_counter(), count_of(batch) if batch else 0
        prefix = f"{beside}-{time.time_ns()}"
        facts = [_fact(f"{prefix}-{n}", n) for n in range(rate * seconds)]
        due, answered = _tell_all(port, key, facts, rate=rate)
        bulk = (count_of(batch) - sent_before) / (time.perf_counter() - began) if batch else 0
        if batch and count_of(batch) >= beside:
            print("  (the bulk messages were over before the payments were)")
        handed = _handed(prefix, due)
        cpu = {
            name: 1000 * (used - cpu_before.get(name, 0)) / len(facts)
            for name, used in _cpu_seconds().items()
        }
        found.append(
            Payments(
                beside,
                len(facts),
                _share(sorted(answered), 0.99),
                _share(handed, 0.5),
                _share(handed, 0.99),
                handed[-1],
                bulk,
                cpu,
            )
        )
        one = found[-1]
        print(
            f"  {one.payments:,} payments at {rate}/s beside {beside:,}: answered in "
            f"{one.answered_p99:.2f} s (p99), with the provider in {one.handed_p50:.2f} s (half), "
            f"{one.handed_p99:.2f} s (p99), {one.handed_most:.2f} s (most); "
            f"bulk {one.bulk_per_second:,.0f}/s; processor ms a payment: "
            + ", ".join(f"{name} {used:.1f}" for name, used in sorted(cpu.items())),
            flush=True,
        )
        if batch:
            _cancel(batch)
    return found


def prepare() -> str:
    """Members who want payment confirmations by email; the key for the API."""
    from django.utils import timezone

    from alerts.models import AlertType, Subscription
    from api.keys import key_make
    from customers.models import Account, Customer

    customers = Customer.objects.bulk_create(
        Customer(number=str(700_000 + n), name=f"PAYER {n}", email_1=f"payer{n}@example.com")
        for n in range(_ACCOUNTS)
    )
    accounts = Account.objects.bulk_create(
        Account(customer=customer, separator="001", key=f"{customer.number}001", state="GA")
        for customer in customers
    )
    type = AlertType.objects.get(key="payment_received")
    AlertType.objects.filter(pk=type.pk).update(enabled=True)
    Subscription.objects.bulk_create(
        Subscription(account=account, type=type, email=True, changed_at=timezone.now())
        for account in accounts
    )
    return key_make(name=f"bench {time.time_ns()}", permissions=["billing.tell_facts"])


def _fact(fact_id: str, n: int) -> dict[str, object]:
    from django.utils import timezone

    return {
        "kind": "payment",
        "fact_id": fact_id,
        "account": f"{700_000 + n % _ACCOUNTS}001",
        "at": timezone.now().isoformat(),
        "amount": "$120.45",
        "method": "card",
    }


def _tell_all(
    port: int, key: str, facts: list[dict[str, object]], *, rate: int
) -> tuple[dict[str, float], list[float]]:
    """When each fact (by its id) was due, and how long each answer took from then."""
    due: dict[str, float] = {}
    answered: list[float] = []
    problems: list[str] = []
    start, lock, waiting = time.time() + 0.2, threading.Lock(), iter(enumerate(facts))

    def client() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while True:
            with lock:
                number, fact = next(waiting, (0, None))
            if fact is None:
                return
            at = start + number / rate
            time.sleep(max(0.0, at - time.time()))
            connection.request(
                "POST",
                "/api/v1/facts/",
                body=json.dumps({"facts": [fact]}),
                headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
            )
            answer = connection.getresponse()
            words = answer.read()
            with lock:
                due[str(fact["fact_id"])] = at
                answered.append(time.time() - at)
                if answer.status != 200 or b'"new":1' not in words.replace(b" ", b""):
                    problems.append(f"{answer.status} {words[:200]!r}")

    threads = [threading.Thread(target=client) for _ in range(_CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if problems or len(due) < len(facts):
        raise RuntimeError(
            f"{len(facts) - len(due)} not answered, {len(problems)} bad: {problems[:2]}"
        )
    return due, answered


def _handed(prefix: str, due: dict[str, float]) -> list[float]:
    """How long each confirmation took to its provider, shortest first; every payment has one."""
    from django.db import connection

    def rows() -> list[tuple[str, float]]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT p.fact_id, extract(epoch FROM m.handed_at) FROM billing_payment p "
                "JOIN delivery_message m ON m.cause_id = p.id AND m.account_id = p.account_id "
                "WHERE p.fact_id LIKE %s AND m.status = 'sent' AND m.purpose = 'account'",
                [f"{prefix}-%"],
            )
            return [(fact_id, float(at)) for fact_id, at in cursor.fetchall()]

    wait(lambda: len(rows()) >= len(due), seconds=120)
    found = rows()
    if len(found) != len(due):
        raise RuntimeError(f"{len(due)} payments made {len(found)} confirmations.")
    return sorted(at - due[fact_id] for fact_id, at in found)


def _cpu_seconds() -> dict[str, float]:
    """Of the processes of this measurement, by what they are."""
    used: dict[str, float] = {}
    for process in psutil.Process().children(recursive=True):
        try:
            words, times = " ".join(process.cmdline()), process.cpu_times()
        except psutil.Error:
            continue
        kinds = ("gunicorn", "urgent@", "bulk@", "work@", "beat", "postgres", "valkey")
        name = next((kind for kind in kinds if kind in words), "this program")
        used[name.strip("@")] = used.get(name.strip("@"), 0) + times.user + times.system
    return used


def _share(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def _start_bulk(messages: int) -> "Batch":
    from mass_notifications.process import process

    notification = checked(messages, subject=SUBJECT, body=BODY)
    process(notification=notification, by=None)
    notification.refresh_from_db()
    batch = notification.batch
    assert batch is not None
    wait(lambda: count_of(batch) > 500)
    return batch


def _cancel(batch: "Batch") -> None:
    from mass_notifications.models import MassNotification
    from mass_notifications.process import cancel

    notification = MassNotification.objects.get(batch=batch)
    if notification.state == "sending":
        cancel(notification=notification)


def run(*, mail_port: int, rate: int, seconds: int, besides: tuple[int, ...]) -> list[Payments]:
    """With web server, workers and beat started for it. The servers run, and Django is set up."""
    folder, port = os.environ["UPN_DATA_DIR"], free_port()
    key = prepare()
    with processes(
        web_command(f"127.0.0.1:{port}"),
        *worker_commands(),
        environment={"EMAIL_URL": f"smtp://127.0.0.1:{mail_port}"},
        log=Path(folder) / "bench-payments.log",
    ):
        wait_until_up(port)
        return measure(port=port, key=key, rate=rate, seconds=seconds, besides=besides)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=int, default=50)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--beside", type=int, nargs="+", default=[0, 50_000])
    options = parser.parse_args()
    with servers_running(), sink() as (mail_port, _):
        run(
            mail_port=mail_port,
            rate=options.rate,
            seconds=options.seconds,
            besides=tuple(options.beside),
        )
