"""Due-date reminders: from the bills of many accounts to committed rows in the outbox.

The members are made inside the database. Three in ten have a bill whose reminder falls due on the
day, on mixed channels; the others have bills of other days. `python -m bench.reminders` measures it
alone.
"""

import argparse
import resource
import time
from dataclasses import dataclass
from datetime import timedelta

from bench.site import servers_running

_MEMBERS = """
INSERT INTO customers_customer (number, name, first_name, last_name, email_1, email_2, home_number,
    mobile_number, do_not_call, language, time_zone, is_key_account, created_at, updated_at)
SELECT (800000000 + n)::text, 'RENTZ SAM ' || n, 'Sam', 'Rentz', 'sam' || n || '@example.com',
    CASE WHEN n %% 4 = 0 THEN 'sam' || n || '@example.org' ELSE '' END,
    CASE WHEN n %% 3 = 0 THEN '+147855501' || lpad((n %% 100)::text, 2, '0') ELSE '' END,
    '+122955501' || lpad((n %% 100)::text, 2, '0'), false,
    CASE WHEN n %% 10 = 0 THEN 'es' ELSE 'en' END, 'America/New_York', false, now(), now()
FROM generate_series(%(first)s::int, %(last)s::int) n
"""
_ACCOUNTS = """
INSERT INTO customers_account (customer_id, separator, key, status, service_address, city, state,
    zip_code, meter, cycle, recurring_payment)
SELECT id, '001', number || '001', 'active', id || ' Rentz Rd', 'Pine River', 'GA', '31001', '',
    '01', 'none' FROM customers_customer ORDER BY id
"""
_SUBSCRIPTIONS = """
INSERT INTO alerts_subscription (account_id, type_id, text, email, voice, push, days_before,
    changed_at)
SELECT a.id, %(type)s, a.id %% 3 = 0, a.id %% 3 <> 0, a.id %% 20 = 0, false,
    CASE WHEN a.id %% 2 = 0 THEN 3 END, now() FROM customers_account a ORDER BY a.id
"""
# Each account: a bill of each of the last two months, which is paid, and the present one.
_BILLS = """
INSERT INTO billing_bill (fact_id, account_id, told_at, changed_at, revision, number, date,
    due_date, amount_cents, balance_cents, period_start, period_end, kwh)
SELECT 'bill-' || a.id || '-' || month, a.id, now(), now(), 1, 'B' || a.id, due - 20, due,
    10000 + a.id %% 9000, CASE WHEN month = 0 THEN 10000 + a.id %% 9000 ELSE 0 END, due - 50,
    due - 21, 900 + a.id %% 300
FROM customers_account a CROSS JOIN generate_series(0, 2) month CROSS JOIN LATERAL (
    SELECT %(day)s::date - 30 * month
        + CASE WHEN a.id %% 10 < 3 THEN 3 ELSE (a.id %% 25)::int - 12 + (a.id %% 25 = 15)::int END
        AS due
) d ORDER BY a.id, month DESC
"""


@dataclass(frozen=True, slots=True)
class Measured:
    accounts: int
    rows: int
    seconds: float
    # Peak resident memory of this process before and after, in MB.
    memory_before: float
    memory_after: float

    @property
    def microseconds_a_row(self) -> float:
        return self.seconds / max(1, self.rows) * 1e6


def measure(sizes: tuple[int, ...]) -> list[Measured]:
    """One size after the other, each on a fresh outbox. Django is set up."""
    from django.db import connection
    from django.utils import timezone

    from alerts import calendar
    from alerts.models import AlertType, CalendarRun
    from alerts.rules.telling import local_day

    found = []
    for accounts in sizes:
        now = timezone.now().replace(hour=18)
        type = AlertType.objects.get(key="due_date_reminder")
        AlertType.objects.exclude(pk=type.pk).update(enabled=False)
        with connection.cursor() as cursor:
            cursor.execute(
                "TRUNCATE customers_customer, delivery_message, delivery_tally, alerts_calendarrun "
                "RESTART IDENTITY CASCADE"
            )
            cursor.execute(_MEMBERS, {"first": 1, "last": accounts})
            cursor.execute(_ACCOUNTS, {})
            cursor.execute(_SUBSCRIPTIONS, {"type": type.pk})
            cursor.execute(_BILLS, {"day": local_day(now)})
            cursor.execute(
                "VACUUM ANALYZE customers_customer, customers_account, alerts_subscription, "
                "billing_bill, billing_payment, delivery_message"
            )
        calendar.run_due(now=now - timedelta(days=1), seconds=0)
        CalendarRun.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE delivery_message, delivery_tally")
        before, start = _memory(), time.perf_counter()
        calendar.run_due(now=now)
        seconds = time.perf_counter() - start
        rows = sum(CalendarRun.objects.values_list("queued", flat=True))
        found.append(Measured(accounts, rows, seconds, before, _memory()))
        one = found[-1]
        print(
            f"  {one.accounts:>9,} accounts: {one.rows:>8,} rows in {one.seconds:6.1f} s, "
            f"{one.microseconds_a_row:5.0f} µs a row, memory {one.memory_before:.0f} → "
            f"{one.memory_after:.0f} MB",
            flush=True,
        )
    return found


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[33_000, 1_000_000])
    options = parser.parse_args()
    with servers_running():
        measure(tuple(options.sizes))
