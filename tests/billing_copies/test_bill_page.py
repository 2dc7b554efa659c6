"""The bill as a page and as PDF."""

import io
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import BrowserContext
from pypdf import PdfReader
from pytest_django import DjangoAssertNumQueries
from pytest_django.live_server_helper import LiveServer

from billing.ebills.pdf import bill_pdf
from billing.ebills.shown import ShownBill, State, shown_bill
from billing.models import Bill, Payment
from common.choices import Language
from console.roles import Role
from customers.choices import RecurringPayment
from tests.billing_copies.making import DAY, make_account, make_bill, make_message
from tests.browser.pages import Complaints, assert_good_page, sign_in
from tests.factories import make_staff

pytestmark = pytest.mark.django_db


def shown(bill: Bill) -> ShownBill:
    return shown_bill(Bill.objects.select_related("account__customer").get(pk=bill.pk))


def a_year_of_bills(language: str = "en") -> Bill:
    account = make_account(name="MUÑOZ PEÑA, JOSÉ", language=language)
    for month in range(1, 14):
        make_bill(
            account, day=DAY - timedelta(days=30 * month), kwh=Decimal(700 + month * 137 % 900)
        )
    return make_bill(account)


@pytest.fixture
def csr() -> Client:
    client = Client()
    client.force_login(make_staff(Role.CSR))
    return client


def words_of(pdf: bytes) -> str:
    reader = PdfReader(io.BytesIO(pdf))
    assert len(reader.pages) == 1
    return reader.pages[0].extract_text()


def test_the_page_says_how_much_is_due_when_and_for_which_account(csr: Client) -> None:
    make_message("Call before you dig <b>here</b>.")
    bill = a_year_of_bills()
    response = csr.get(f"/console/bills/{bill.pk}/")
    page = response.content.decode()
    assert f"Bill {bill.number}" in page
    assert "$142.17" in page
    assert "Due Dec. 10, 2026" in page
    assert bill.account.number in page
    assert "122 Lake Commons Dr" in page
    assert "1,045 kWh in 31 days, 33.7 kWh a day. 25% more than on the bill before." in page
    assert "Call before you dig &lt;b&gt;here&lt;/b&gt;." in page
    assert response["Cache-Control"] == "private, no-store"


def test_the_page_needs_the_permission() -> None:
    bill = make_bill()
    client = Client()
    client.force_login(make_staff(Role.COMMUNICATOR))
    for path in ("", "bill.pdf"):
        assert client.get(f"/console/bills/{bill.pk}/{path}").status_code == 403


def test_the_payments_of_the_bill_are_shown(csr: Client) -> None:
    bill = make_bill(amount_cents=14_217, balance_cents=10_000)
    Payment.objects.create(
        fact_id="P-1",
        account=bill.account,
        bill=bill,
        at=timezone.now(),
        amount_cents=4_217,
        method="kiosk",
    )
    page = csr.get(f"/console/bills/{bill.pk}/").content.decode()
    assert "$42.17" in page
    assert "Kiosk" in page
    assert "of $142.17 on this bill" in page


@pytest.mark.parametrize(
    ("balance", "due_in", "state", "due"),
    [
        (14_217, 10, State.DUE, 14_217),
        (14_217, 0, State.DUE, 14_217),
        (14_217, -1, State.PAST_DUE, 14_217),
        (0, -1, State.PAID, 0),
        (-305, 10, State.CREDIT, 305),
    ],
)
def test_what_is_still_to_be_paid(balance: int, due_in: int, state: State, due: int) -> None:
    today = timezone.localdate()
    bill = shown(make_bill(balance_cents=balance, due_date=today + timedelta(days=due_in)))
    assert (bill.state, bill.due_cents) == (state, due)
    assert bill.is_to_pay is (balance > 0)


@pytest.mark.parametrize(
    ("recurring", "words"),
    [
        (RecurringPayment.BANK_DRAFT, "we draft it from your bank on Dec. 10, 2026"),
        (RecurringPayment.CARD, "we charge your card on Dec. 10, 2026"),
        (RecurringPayment.NONE, "By phone: 478-555-0100."),
    ],
)
def test_how_to_pay_fits_how_the_member_pays(recurring: str, words: str) -> None:
    account = make_account()
    account.recurring_payment = recurring
    account.save()
    due = DAY + timedelta(days=20)
    assert words in " ".join(shown(make_bill(account, due_date=due)).ways_to_pay)


def test_the_chart_ends_with_this_bill_and_goes_back_a_year() -> None:
    bill = a_year_of_bills()
    make_bill(bill.account, day=DAY + timedelta(days=30))
    usage = shown(bill).usage
    assert len(usage) == 13
    assert [month.is_this for month in usage] == [False] * 12 + [True]
    assert max(month.share for month in usage) == 1.0


def test_a_member_who_feeds_in_has_a_bar_without_height() -> None:
    bill = make_bill(kwh=Decimal("-120.5"))
    assert [month.share for month in shown(bill).usage] == [0.0]
    assert "-121 kWh" in shown(bill).usage_words
    assert bill_pdf(shown(bill)).startswith(b"%PDF")


def test_a_bill_without_reads_says_so(csr: Client) -> None:
    bill = make_bill(kwh=None, period_start=None, period_end=None)
    assert "No reading on this bill." in csr.get(f"/console/bills/{bill.pk}/").content.decode()
    assert "No reading on this bill." in words_of(bill_pdf(shown(bill)))


def test_a_bill_is_read_in_three_queries(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    bill = a_year_of_bills()
    with django_assert_num_queries(3):
        bill_pdf(shown(bill))


def test_the_pdf_says_what_the_page_says_with_its_fonts_in_it(csr: Client) -> None:
    make_message("Call before you dig.")
    bill = a_year_of_bills()
    response = csr.get(f"/console/bills/{bill.pk}/bill.pdf")
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == f'inline; filename="bill-{bill.number}.pdf"'
    text = words_of(response.content)
    for words in (
        "MUÑOZ PEÑA, JOSÉ",
        "$142.17",
        "Due Dec. 10, 2026",
        "1,045 kWh in 31 days",
        "Call before you dig.",
        bill.account.number,
    ):
        assert words in text
    (page,) = PdfReader(io.BytesIO(response.content)).pages
    fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]  # type: ignore[index]
    embedded = [font for font in fonts if "/FontFile2" in font.get("/FontDescriptor", {})]
    assert {font["/BaseFont"].split("+")[1] for font in embedded} == {
        "BitstreamVeraSans-Roman",
        "BitstreamVeraSans-Bold",
    }


def test_the_same_bill_gives_the_same_pdf() -> None:
    bill = a_year_of_bills()
    assert bill_pdf(shown(bill)) == bill_pdf(shown(bill))


def test_the_pdf_is_in_the_members_language() -> None:
    make_message("Good day", text_es="Buenos días, señora. ¿Preguntas?")
    pdf = bill_pdf(shown(a_year_of_bills(Language.SPANISH)))
    text = words_of(pdf)
    assert "Buenos días, señora. ¿Preguntas?" in text
    assert "Su factura de electricidad" in text
    assert "Vence el 10 de diciembre de 2026" in text
    assert PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/Lang"] == "es"  # type: ignore[index]


def test_long_names_and_numbers_stay_on_the_page() -> None:
    account = make_account(name="SOUTHEASTERN GEORGIA " * 5)
    account.service_address = "12345 " + "VERY LONG ROAD NAME " * 5
    account.save()
    bill = make_bill(account, number="9" * 30, kwh=Decimal("99999999.999"), amount_cents=10**11)
    assert "9" * 30 in words_of(bill_pdf(shown(bill)))


def test_the_file_name_takes_nothing_odd_from_the_bill_number(csr: Client) -> None:
    bill = make_bill(number='7/"\r\nX: 1')
    response = csr.get(f"/console/bills/{bill.pk}/bill.pdf")
    assert response["Content-Disposition"] == 'inline; filename="bill-7-X-1.pdf"'


@pytest.mark.django_db(transaction=True)
@pytest.mark.timeout(300)
def test_the_page_is_good_on_a_phone_and_on_a_desk(
    live_server: LiveServer, new_context: Callable[..., BrowserContext]
) -> None:
    for number in range(4):
        make_message(f"Message {number}: we trim trees near the lines from December 1 to 12.")
    bill = a_year_of_bills()
    person = make_staff(Role.CSR)
    for width, scheme in ((1280, "light"), (360, "light"), (360, "dark"), (320, "light")):
        context = new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        page, complaints = context.new_page(), Complaints()
        complaints.listen(page)
        sign_in(page, live_server.url, person.email)
        page.goto(f"{live_server.url}/console/bills/{bill.pk}/")
        page.get_by_text("As a table").click()
        assert_good_page(page)
        assert page.get_by_role("row").count() == 14
        assert complaints == []
        context.close()
