"""Bills and payments of the demonstration's members, so that its pages have something to show."""

from datetime import date, timedelta

from django.db import connection, transaction

from billing.choices import Kind
from billing.facts import tell_facts
from customers.models import Account

MOST_ACCOUNTS = 20_000
# Three bills an account, a month apart; the two older ones are paid, but for one in twelve.
_BILLS = """
INSERT INTO billing_bill (fact_id, account_id, told_at, changed_at, revision, number, date,
    due_date, amount_cents, balance_cents, period_start, period_end, kwh)
SELECT 'DEMO-' || a.key || '-' || n, a.id, made.at, made.at, 1, 'B-' || a.id || n,
    made.day, made.day + 20, used.cents,
    CASE WHEN n = 1 OR a.id %% 12 = 5 AND n = 2 THEN used.cents ELSE 0 END,
    made.day - 33, made.day - 3, used.kwh
FROM (SELECT id, key FROM customers_account WHERE status <> 'closed' ORDER BY id LIMIT %(most)s) a
CROSS JOIN generate_series(1, 3) n
CROSS JOIN LATERAL (SELECT %(today)s::date - 30 * n + (a.id %% 27)::int AS day) d
CROSS JOIN LATERAL (SELECT d.day, d.day::timestamptz AS at) made
CROSS JOIN LATERAL (SELECT 480 + (a.id * 37 + n * 211) %% 1300 AS kwh) k
CROSS JOIN LATERAL (SELECT k.kwh, (k.kwh * 12.4 + 2650)::bigint AS cents) used
WHERE made.day <= %(today)s::date
ON CONFLICT (fact_id) DO NOTHING
"""
_PAYMENTS = """
INSERT INTO billing_payment (fact_id, account_id, told_at, changed_at, revision, at, amount_cents,
    method, recurring, bill_id)
SELECT 'DEMO-P-' || b.fact_id, b.account_id, paid.at, paid.at, 1, paid.at, b.amount_cents,
    CASE a.recurring_payment WHEN 'none'
        THEN (ARRAY['card', 'counter', 'mail', 'kiosk', 'phone_app', 'text'])[1 + b.id % 6]
        ELSE a.recurring_payment END,
    a.recurring_payment <> 'none', b.id
FROM billing_bill b JOIN customers_account a ON a.id = b.account_id
CROSS JOIN LATERAL (SELECT (b.date + 9)::timestamptz + interval '14 hours' AS at) paid
WHERE b.fact_id LIKE 'DEMO-%' AND b.balance_cents = 0 AND paid.at < now()
ON CONFLICT (fact_id) DO NOTHING
"""


@transaction.atomic
def load_bills(*, today: date) -> int:
    """Make them, the same each time; returns how many bills were new."""
    with connection.cursor() as cursor:
        cursor.execute(_BILLS, {"today": today, "most": MOST_ACCOUNTS})
        new = int(cursor.rowcount)
        cursor.execute(_PAYMENTS)
    return new


def load_disconnects(*, today: date) -> int:
    """Some accounts are about to be cut off, among them two whose members nothing reaches: somebody
    has to call them. Returns how many were told."""
    open_accounts = (
        Account.objects.exclude(status="closed")
        .order_by("customer_id", "pk")
        .distinct("customer_id")
    )
    silent = open_accounts.filter(
        customer__email_1="", customer__email_2="", customer__mobile_number=""
    )
    reached = open_accounts.exclude(customer__mobile_number="").exclude(customer__email_1="")
    rows = [
        {
            "fact_id": f"DEMO-D-{account.key}",
            "account": account.number,
            "amount": f"{140 + 17 * number}.18",
            "after_date": (today + timedelta(days=5 + number)).isoformat(),
        }
        for number, account in enumerate([*silent[:2], *reached[:3]])
    ]
    return tell_facts(Kind.PENDING_DISCONNECT, rows).new
