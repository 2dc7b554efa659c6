"""Facts told: new, changed, unchanged or refused in words; the same fact again changes nothing."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from billing.choices import Kind
from billing.facts import Report, tell_facts
from billing.models import (
    AccountChange,
    Arrangement,
    Bill,
    Fact,
    Installment,
    News,
    Payment,
    PendingDisconnect,
    ReturnedCheck,
    UsageRead,
)
from billing.news import tell_forgotten_news
from billing.signals import facts_told
from customers.choices import AccountStatus
from customers.models import Account
from tests.factories import make_customer

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)


@pytest.fixture
def account() -> Account:
    return make_account("162033")


def make_account(number: str) -> Account:
    return make_customer(number=number).accounts.get()


def bill(**told: str) -> dict[str, str]:
    return {
        "fact_id": "B-1",
        "account": "162033-001",
        "number": "88001",
        "date": "2026-11-01",
        "due_date": in_days(20),
        "amount": "$1,234.56",
        **told,
    }


def payment(**told: str) -> dict[str, str]:
    return {
        "fact_id": "P-1",
        "account": "162033001",
        "at": "2026-11-20T10:00:00-05:00",
        "amount": "80.12",
        "method": "card",
        **told,
    }


def in_days(days: int) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def counts(report: Report) -> tuple[int, int, int, int]:
    return report.new, report.changed, report.unchanged, report.refused


def only_problem(report: Report) -> str:
    (problem,) = report.problems
    return problem.problem


def only_remark(report: Report) -> str:
    (remark,) = report.remarks
    return remark.problem


def everything() -> list[Any]:
    return [list(model._default_manager.order_by("pk").values()) for model in Fact.__subclasses__()]


def test_a_bill_is_taken_with_all_that_it_says(account: Account) -> None:
    told = bill(balance="1,000.00", period_start="10/1/2026", period_end="10/31/26", kwh="912.5")
    report = tell_facts(Kind.BILL, [told])
    assert (counts(report), report.problems, report.remarks) == ((1, 0, 0, 0), [], [])
    taken = Bill.objects.get()
    assert (taken.account, taken.number, taken.fact_id) == (account, "88001", "B-1")
    assert (taken.amount_cents, taken.balance_cents) == (123_456, 100_000)
    assert (taken.period_start, taken.period_end) == (date(2026, 10, 1), date(2026, 10, 31))
    assert (taken.kwh, taken.revision) == (Decimal("912.5"), 1)


def test_the_same_fact_again_changes_nothing(account: Account) -> None:
    tell_facts(Kind.BILL, [bill(kwh="912.5")])
    before = everything()
    again = tell_facts(Kind.BILL, [bill(amount="1234.56", due_date=in_days(20), kwh="912.50")])
    assert counts(again) == (0, 0, 1, 0)
    assert everything() == before


def test_a_corrected_fact_is_brought_up_to_date_with_a_new_revision(account: Account) -> None:
    tell_facts(Kind.BILL, [bill()])
    first = Bill.objects.get()
    report = tell_facts(Kind.BILL, [bill(amount="1,000.00")])
    assert counts(report) == (0, 1, 0, 0)
    second = Bill.objects.get()
    assert (second.pk, second.revision, second.told_at) == (first.pk, 2, first.told_at)
    assert second.changed_at > first.changed_at
    assert (second.amount_cents, second.balance_cents) == (100_000, 100_000)


def test_what_a_correction_does_not_say_stays(account: Account) -> None:
    tell_facts(Kind.BILL, [bill(balance="34.56", kwh="900", period_start="2026-10-01")])
    tell_facts(Kind.BILL, [bill(amount="1,244.56")])
    known = Bill.objects.get()
    assert (known.kwh, known.period_start) == (Decimal(900), date(2026, 10, 1))
    assert known.balance_cents == 4456, "what was paid stays paid"


def test_a_payment_names_its_bill_by_id_or_by_number(account: Account) -> None:
    tell_facts(Kind.BILL, [bill()])
    told = [payment(bill="B-1"), payment(fact_id="P-2", bill="88001", recurring="yes")]
    assert counts(tell_facts(Kind.PAYMENT, told)) == (2, 0, 0, 0)
    first, second = Payment.objects.order_by("fact_id")
    assert first.bill == second.bill == Bill.objects.get()
    assert (first.recurring, second.recurring, first.method) == (False, True, "card")
    assert first.at == datetime(2026, 11, 20, 15, tzinfo=UTC)
    assert counts(tell_facts(Kind.PAYMENT, told)) == (0, 0, 2, 0)


def test_a_payment_for_a_bill_that_is_not_there_is_recorded_without_it(account: Account) -> None:
    report = tell_facts(Kind.PAYMENT, [payment(bill="B-404")])
    assert counts(report) == (1, 0, 0, 0)
    assert only_remark(report) == "The account has no such bill: recorded without it."
    tell_facts(Kind.BILL, [bill(fact_id="B-404")])
    assert counts(tell_facts(Kind.PAYMENT, [payment(bill="B-404")])) == (0, 1, 0, 0)
    assert Payment.objects.get().bill == Bill.objects.get()


def test_a_payment_is_never_joined_to_the_bill_of_another_account(account: Account) -> None:
    make_account("162044")
    tell_facts(Kind.BILL, [bill(account="162044-001")])
    report = tell_facts(Kind.PAYMENT, [payment(bill="B-1")])
    assert only_remark(report) == "The account has no such bill: recorded without it."
    assert Payment.objects.get().bill is None


def test_every_kind_of_fact_is_taken_and_a_second_time_changes_nothing(account: Account) -> None:
    key = "162033-001"
    told: list[tuple[Kind, type[Fact], dict[str, str]]] = [
        (Kind.BILL, Bill, bill()),
        (Kind.PAYMENT, Payment, payment()),
        (
            Kind.RETURNED_CHECK,
            ReturnedCheck,
            {
                "fact_id": "R-1",
                "account": key,
                "date": "Nov 21, 2026",
                "amount": "80.12",
                "fee": "30",
                "reason": "Insufficient funds",
                "payment": "P-1",
            },
        ),
        (
            Kind.ARRANGEMENT,
            Arrangement,
            {"fact_id": "A-1", "account": key, "made_on": "20261101", "amount": "300"},
        ),
        (
            Kind.INSTALLMENT,
            Installment,
            {"arrangement": "A-1", "number": "1", "due_date": in_days(9), "amount": "150"},
        ),
        (Kind.USAGE_READ, UsageRead, {"account": key, "day": "11/20/2026", "kwh": "31.25"}),
        (
            Kind.PENDING_DISCONNECT,
            PendingDisconnect,
            {"account": key, "after_date": in_days(5), "amount": "214.80"},
        ),
        (
            Kind.ACCOUNT_CHANGE,
            AccountChange,
            {
                "account": key,
                "what": "Cell phone",
                "old": "+14785550112",
                "new": "+14785550113",
                "at": "2026-11-20T10:00:00Z",
            },
        ),
    ]
    for kind, model, row in told:
        report = tell_facts(kind, [row])
        assert (counts(report), report.problems) == ((1, 0, 0, 0), []), kind
        assert model._default_manager.get().account == account
    before = everything()
    for kind, _model, row in told:
        assert counts(tell_facts(kind, [row])) == (0, 0, 1, 0), kind
    assert everything() == before
    check = ReturnedCheck.objects.get()
    assert (check.fee_cents, check.payment) == (3_000, Payment.objects.get())
    assert Installment.objects.get().fact_id == "A-1:1"
    assert UsageRead.objects.get().fact_id == "162033001:2026-11-20"
    assert AccountChange.objects.get().fact_id == "162033001:mobile_number:20261120T100000"


def test_an_installment_is_paid_and_unpaid_again(account: Account) -> None:
    tell_facts(
        Kind.ARRANGEMENT,
        [{"fact_id": "A-1", "account": account.key, "made_on": "2026-11-01", "amount": "300"}],
    )
    told = {"arrangement": "A-1", "number": "1", "due_date": in_days(9), "amount": "150"}
    tell_facts(Kind.INSTALLMENT, [told])
    tell_facts(Kind.INSTALLMENT, [{**told, "paid_at": "2026-11-20"}])
    assert Installment.objects.get().paid_at is not None
    assert counts(tell_facts(Kind.INSTALLMENT, [told])) == (0, 0, 1, 0)
    tell_facts(Kind.INSTALLMENT, [{**told, "paid_at": "unpaid"}])
    paid = Installment.objects.get()
    assert (paid.paid_at, paid.revision) == (None, 3)


# ── what cannot be taken ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"account": "999999-001"}, "There is no account with this number."),
        ({"account": ""}, "The account is missing."),
        ({"account": "Sapp"}, "This is not an account number."),
        ({"amount": "-12.00"}, "The amount is below zero."),
        ({"amount": "(12.00)"}, "The amount is below zero."),
        ({"amount": "12.00-"}, "The amount is below zero."),
        ({"amount": "12.00 CR"}, "The amount is below zero."),
        ({"amount": "", "amount_cents": "-1200"}, "The amount is below zero."),
        ({"amount": "1.234,56"}, "This is not an amount of money."),
        ({"amount": "12.345"}, "Money has two decimals."),
        ({"amount": "9" * 16}, "This amount is too large to be right."),
        ({"amount": "٣"}, "This is not an amount of money."),
        ({"amount": ""}, "Amount is missing."),
        ({"due_date": ""}, "Due date is missing."),
        ({"due_date": "soon"}, "This is not a date."),
        ({"due_date": "22/11/2026"}, "There is no month 22."),
        ({"due_date": "2027-02-29"}, "There is no 29 February in 2027."),
        ({"due_date": "11/31/2026"}, "There is no 31 November in 2026."),
        ({"due_date": "0226-12-01"}, "The year 226 cannot be right."),
        ({"due_date": "2026-10-31"}, "The bill is due before its own date."),
        ({"period_start": "10/31/2026", "period_end": "10/1/2026"}, "The service period ends"),
        ({"kwh": "-3"}, "The kWh are below zero."),
        ({"kwh": "NaN"}, "This is too large to be a number of kWh."),
        ({"number": "8" * 31}, "This has 31 characters, and 30 is the most."),
        ({"fact_id": "B" * 65}, "The id has more than 64 characters."),
        ({"fact_id": "", "number": ""}, "The fact's own id is missing"),
    ],
)
def test_a_bill_that_cannot_be_right_is_refused_in_words(
    account: Account, told: dict[str, str], words: str
) -> None:
    report = tell_facts(Kind.BILL, [bill(**told), bill(fact_id="B-good")])
    assert counts(report) == (1, 0, 0, 1), "the others are taken"
    assert only_problem(report).startswith(words)
    assert Bill.objects.get().fact_id == "B-good"


def test_29_february_is_a_day_in_a_leap_year(account: Account) -> None:
    report = tell_facts(Kind.BILL, [bill(date="2/1/2028", due_date="2/29/2028")])
    assert counts(report) == (1, 0, 0, 0)
    assert Bill.objects.get().due_date == date(2028, 2, 29)


def test_a_due_date_in_the_past_is_recorded_with_a_remark(account: Account) -> None:
    report = tell_facts(Kind.BILL, [bill(date="2026-01-01", due_date="2026-01-20")])
    assert counts(report) == (1, 0, 0, 0)
    assert only_remark(report) == "The due date has passed: recorded, without a reminder before it."
    again = tell_facts(Kind.BILL, [bill(date="2026-01-01", due_date="2026-01-20", kwh="1")])
    assert again.remarks == [], "it was said when the bill was new"


def test_a_fact_of_a_closed_account_is_recorded_with_a_remark(account: Account) -> None:
    Account.objects.update(status=AccountStatus.CLOSED)
    report = tell_facts(Kind.BILL, [bill()])
    assert counts(report) == (1, 0, 0, 0)
    assert only_remark(report) == "The account is closed: recorded, without alerts."
    assert tell_facts(Kind.BILL, [bill()]).remarks == []


def arrangement(account: Account) -> None:
    tell_facts(
        Kind.ARRANGEMENT,
        [{"fact_id": "A-1", "account": account.key, "made_on": "2026-11-01", "amount": "300"}],
    )


def installment(**told: str) -> dict[str, str]:
    return {
        "fact_id": "I-1",
        "arrangement": "A-1",
        "number": "1",
        "due_date": in_days(9),
        "amount": "150",
        **told,
    }


def test_a_duplicated_installment_is_refused_whether_in_one_file_or_in_two(
    account: Account,
) -> None:
    arrangement(account)
    told = [installment(), installment(fact_id="I-2")]
    words = (
        "This installment of an arrangement was told already, as I-1. "
        "Correct it under that id, or leave it out."
    )
    together = tell_facts(Kind.INSTALLMENT, told)
    assert (counts(together), only_problem(together)) == ((1, 0, 0, 1), words)
    apart = tell_facts(Kind.INSTALLMENT, told[1:])
    assert (counts(apart), only_problem(apart)) == ((0, 0, 0, 1), words)
    assert counts(tell_facts(Kind.INSTALLMENT, told)) == (0, 0, 1, 1)


def test_a_known_installment_does_not_move_to_a_number_that_another_has(account: Account) -> None:
    arrangement(account)
    tell_facts(Kind.INSTALLMENT, [installment(), installment(fact_id="I-2", number="2")])
    report = tell_facts(Kind.INSTALLMENT, [installment(fact_id="I-2")])
    assert counts(report) == (0, 0, 0, 1)
    assert "told already, as I-1" in only_problem(report)


@pytest.mark.parametrize("told", [{"arrangement": "A-404"}, {"account": "162044-001"}])
def test_an_installment_without_its_arrangement_is_refused(
    account: Account, told: dict[str, str]
) -> None:
    make_account("162044")
    arrangement(account)
    report = tell_facts(Kind.INSTALLMENT, [installment(**told)])
    assert counts(report) == (0, 0, 0, 1)
    assert only_problem(report).startswith("There is no such arrangement of a")


def test_a_second_read_of_a_day_is_a_correction_and_not_a_second_fact(account: Account) -> None:
    read = {"account": account.key, "day": "2026-11-20", "kwh": "31"}
    tell_facts(Kind.USAGE_READ, [read])
    assert counts(tell_facts(Kind.USAGE_READ, [{**read, "kwh": "32"}])) == (0, 1, 0, 0)
    other = tell_facts(Kind.USAGE_READ, [{**read, "fact_id": "M-1"}])
    assert "told already, as 162033001:2026-11-20" in only_problem(other)


def test_a_fact_that_stands_twice_counts_once(account: Account) -> None:
    report = tell_facts(Kind.BILL, [bill(), bill(), bill(amount="5")])
    assert counts(report) == (1, 0, 1, 1)
    assert only_problem(report).startswith("Row 1 tells this fact with other values, and counts.")
    before = everything()
    again = tell_facts(Kind.BILL, [bill(), bill(), bill(amount="5")])
    assert counts(again) == (0, 0, 2, 1)
    assert everything() == before


def test_a_repeated_fact_is_refused_with_the_one_that_it_repeats(account: Account) -> None:
    unknown = bill(account="999999-001")
    report = tell_facts(Kind.BILL, [unknown, unknown])
    assert counts(report) == (0, 0, 0, 2)
    assert Bill.objects.count() == 0


def test_hostile_text_is_text(account: Account) -> None:
    reason = "'); DROP TABLE billing_bill; --\x00 \\N\t{{ name }}"
    told = {"fact_id": "R\x001", "account": account.key, "date": in_days(-1), "amount": "1"}
    assert counts(tell_facts(Kind.RETURNED_CHECK, [{**told, "reason": reason}])) == (1, 0, 0, 0)
    check = ReturnedCheck.objects.get()
    assert check.reason == "'); DROP TABLE billing_bill; -- \\N {{ name }}"
    assert check.fact_id == "R1"


# ── times ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("written", "moment", "remark"),
    [
        ("2026-07-04T10:00:00", datetime(2026, 7, 4, 14, tzinfo=UTC), ""),
        ("7/4/2026 2:05 PM", datetime(2026, 7, 4, 18, 5, tzinfo=UTC), ""),
        ("7/4/2026", datetime(2026, 7, 4, 4, tzinfo=UTC), ""),
        ("2026-07-04 10:00 CDT", datetime(2026, 7, 4, 15, tzinfo=UTC), ""),
        ("2026-07-04T10:00:00.123Z", datetime(2026, 7, 4, 10, tzinfo=UTC), ""),
        # The night on which the clock jumps from 2:00 to 3:00.
        ("2026-03-08T01:59", datetime(2026, 3, 8, 6, 59, tzinfo=UTC), ""),
        (
            "3/8/2026 2:30 AM",
            datetime(2026, 3, 8, 7, 30, tzinfo=UTC),
            "The clock jumped over 02:30 that night; taken as 03:30 EDT.",
        ),
        ("2026-03-08T03:00", datetime(2026, 3, 8, 7, tzinfo=UTC), ""),
        # The night on which it goes back from 2:00 to 1:00.
        (
            "2025-11-02T01:30:00",
            datetime(2025, 11, 2, 5, 30, tzinfo=UTC),
            "The clock showed 01:30 twice that night; taken as the first, 01:30 EDT. An offset "
            "such as -05:00 would make it certain.",
        ),
        ("2025-11-02T01:30:00-05:00", datetime(2025, 11, 2, 6, 30, tzinfo=UTC), ""),
        ("11/2/2025 1:30 AM EST", datetime(2025, 11, 2, 6, 30, tzinfo=UTC), ""),
        ("2025-11-02T02:00", datetime(2025, 11, 2, 7, tzinfo=UTC), ""),
    ],
)
def test_moments_are_read_on_the_utilitys_own_clock(
    account: Account, written: str, moment: datetime, remark: str
) -> None:
    report = tell_facts(Kind.PAYMENT, [payment(at=written)])
    assert counts(report) == (1, 0, 0, 0), report.problems
    assert Payment.objects.get().at == moment
    assert [said.problem for said in report.remarks] == ([remark] if remark else [])
    assert counts(tell_facts(Kind.PAYMENT, [payment(at=written)])) == (0, 0, 1, 0)


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("2026-07-04T25:00", "There is no such time of day."),
        ("2026-07-04 13:00 PM", "This is not a date and time."),
        ("2026-07-04 10:00 XYZ", "This time zone is not known."),
        ("2026-02-29T10:00", "There is no 29 February in 2026."),
        ("noon", "This is not a date."),
    ],
)
def test_what_is_no_moment_is_refused(account: Account, written: str, words: str) -> None:
    assert only_problem(tell_facts(Kind.PAYMENT, [payment(at=written)])).startswith(words)


# ── news ────────────────────────────────────────────────────────────────────────────────────


class Ear:
    """Hears what is told; `deaf` makes it fail."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, list[int]]] = []
        self.deaf = False

    def __call__(self, *, kind: str, ids: list[int], **_more: Any) -> None:
        if self.deaf:
            raise RuntimeError("the rule is broken")
        self.heard.append((kind, ids))


@pytest.fixture
def ear() -> Iterator[Ear]:
    ear = Ear()
    receivers = facts_told.receivers
    facts_told.receivers = []
    facts_told.connect(ear, weak=False)
    yield ear
    facts_told.receivers = receivers
    facts_told.sender_receivers_cache.clear()


@pytest.mark.django_db(transaction=True)
def test_new_and_changed_facts_are_news_and_unchanged_ones_are_not(ear: Ear) -> None:
    make_account("162033")
    tell_facts(Kind.BILL, [bill(), bill(fact_id="B-2"), bill(fact_id="B-3", amount="-1")])
    first, second = Bill.objects.order_by("fact_id").values_list("pk", flat=True)
    assert ear.heard == [("bill", [first, second])]
    tell_facts(Kind.BILL, [bill(), bill(fact_id="B-2", amount="7")])
    assert ear.heard[1:] == [("bill", [second])]
    assert not News.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_news_that_nobody_could_hear_is_told_again_by_the_sweep(
    ear: Ear, caplog: pytest.LogCaptureFixture
) -> None:
    make_account("162033")
    ear.deaf = True
    assert counts(tell_facts(Kind.BILL, [bill()])) == (1, 0, 0, 0), "the fact itself is taken"
    assert "could not be told" in caplog.text
    ear.deaf = False
    assert tell_forgotten_news() == 0, "its own process may still be at it"
    News.objects.update(at=timezone.now() - timedelta(minutes=1))
    assert tell_forgotten_news() == 1
    assert ear.heard == [("bill", [Bill.objects.get().pk])]
    assert tell_forgotten_news() == 0
    assert not News.objects.exists()


def test_nothing_stays_in_the_staging_table(account: Account) -> None:
    tell_facts(Kind.BILL, [bill()])
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM telling_bill")
        assert cursor.fetchone() == (0,)
