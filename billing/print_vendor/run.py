"""Reading the bills of a run: those of one day, and of one cycle where one is given."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection

from billing.ebills.copies import FALLS_BACK, WANTS_PAPER
from billing.messages import Fits, account_classes
from billing.print_vendor.layout import PAST_BILLS

CHUNK = 2_000
CHOSEN, FELL_BACK = "P", "F"

_FROM = """
    FROM billing_bill b
    JOIN customers_account a ON a.id = b.account_id
    JOIN customers_customer c ON c.id = a.customer_id
    LEFT JOIN billing_billcopies k ON k.account_id = a.id
    WHERE b.date = %(date)s AND (%(cycle)s = '' OR a.cycle = %(cycle)s)"""

# In the order of the mail: by ZIP code, then account.
_PAPER = f"""
    SELECT b.fact_id, b.number, b.date, b.due_date, b.period_start, b.period_end, b.kwh,
        b.amount_cents, b.balance_cents, a.key, a.separator, a.service_address, a.city, a.state,
        a.zip_code, a.meter, a.cycle, a.recurring_payment, c.name, c.language, c.is_key_account,
        c.email_1 <> '' OR c.email_2 <> '' AS has_email, {WANTS_PAPER} AS chosen,
        ARRAY(
            SELECT to_char(coalesce(h.period_end, h.date), 'YYYYMM') || ' ' || h.kwh
            FROM billing_bill h
            WHERE h.account_id = b.account_id AND h.date <= b.date AND h.kwh IS NOT NULL
            ORDER BY h.date DESC, h.id DESC LIMIT {PAST_BILLS}
        ) AS usage
    {_FROM} AND ({WANTS_PAPER} OR {FALLS_BACK})
    ORDER BY a.zip_code COLLATE "C", a.key COLLATE "C", b.number COLLATE "C",
        b.fact_id COLLATE "C"
"""  # noqa: S608 - our own fragments; what comes from outside are parameters

_TOTALS = f"""
    SELECT count(*) FILTER (WHERE chosen), count(*) FILTER (WHERE falls_back), count(*),
        coalesce(sum(amount_cents) FILTER (WHERE chosen OR falls_back), 0)::bigint,
        coalesce(sum(amount_cents), 0)::bigint,
        coalesce(sum(balance_cents) FILTER (WHERE chosen OR falls_back), 0)::bigint,
        coalesce(sum(balance_cents), 0)::bigint
    FROM (SELECT b.amount_cents, b.balance_cents, {WANTS_PAPER} AS chosen,
            {FALLS_BACK} AS falls_back {_FROM}) run
"""  # noqa: S608


@dataclass(frozen=True)
class Run:
    date: date
    cycle: str = ""

    @property
    def parameters(self) -> dict[str, Any]:
        return {"date": self.date, "cycle": self.cycle}


class Totals(NamedTuple):
    """As the database adds them up, apart from what the file is written from."""

    chosen: int
    fell_back: int
    in_run: int
    amount_printed: int
    amount_in_run: int
    balance_printed: int
    balance_in_run: int

    @property
    def printed(self) -> int:
        return self.chosen + self.fell_back


class PaperBill(NamedTuple):
    fact_id: str
    number: str
    bill_date: date
    due_date: date
    period_start: date | None
    period_end: date | None
    kwh: Decimal | None
    amount_cents: int
    balance_cents: int
    key: str
    separator: str
    service_address: str
    city: str
    state: str
    zip_code: str
    meter: str
    cycle: str
    recurring_payment: str
    name: str
    language: str
    is_key_account: bool
    has_email: bool
    chosen: bool
    # "YYYYMM kwh", the latest first.
    usage: list[str]

    @property
    def account(self) -> str:
        """As people write it: 162033-001."""
        return f"{self.key[: -len(self.separator)]}-{self.separator}"

    @property
    def fits(self) -> Fits:
        return Fits(
            day=self.bill_date,
            cycle=self.cycle,
            classes=account_classes(
                is_key_account=self.is_key_account, recurring_payment=self.recurring_payment
            ),
            has_email=self.has_email,
        )


def totals(run: Run) -> Totals:
    with connection.cursor() as cursor:
        cursor.execute(_TOTALS, run.parameters)
        return Totals(*cursor.fetchone())


def paper_bills(run: Run) -> Iterator[PaperBill]:
    """By a cursor on the server: memory stays flat. To be read within a transaction."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(_PAPER, run.parameters)
        while rows := cursor.fetchmany(CHUNK):
            yield from map(PaperBill._make, rows)
