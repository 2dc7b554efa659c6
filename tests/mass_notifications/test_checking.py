"""What a check says about a file, row by row and in numbers."""

from functools import partial

import pytest
from django.core.files.base import ContentFile

from common.choices import Channel
from customers.choices import ConsentSource
from customers.consent import grant, mark_bad_address, opt_out, set_do_not_call
from customers.models import Device
from mass_notifications import fixes, selectors, uploads
from mass_notifications.checking import check, check_start
from mass_notifications.choices import State
from mass_notifications.columns import columns_remap
from mass_notifications.errors import Refused
from mass_notifications.models import MassNotification, RecipientRow
from tests.factories import make_customer
from tests.mass_notifications.making import SAMPLES, csv_of, notification_of, row_of, summary_of

pytestmark = pytest.mark.django_db
AFTER_EXCEL = SAMPLES / "after-excel.csv"


def test_every_row_that_a_spreadsheet_spoiled_says_why() -> None:
    notification = notification_of(AFTER_EXCEL)
    problems = {p.row: (p.column, p.value) for p in selectors.problems_page(notification).items}
    assert problems == {
        2: ("Cell Phone #", "1.47856E+10"),
        9: ("Cell Phone #", "1.47856E+10"),
        11: ("E-mail Address", "opal.pruitt@exmaple.com"),
        13: ("E-mail Address", "two@example.com, three@example.com"),
        15: ("MBR SEP", "162481002"),
        16: ("Cell Phone #", "1.47856E+10"),
        19: ("E-mail Address", "this.address.is.longer.than.forty.chars@example.com"),
        23: ("Cell Phone #", "1.47856E+10"),
    }
    summary = summary_of(notification)
    assert (summary.rows, summary.good, summary.problem_rows) == (25, 17, 8)
    assert summary.left_out_anywhere == {"duplicate": 1}
    assert summary.reached == 16
    assert summary.unmatched == 17


def test_damage_with_one_reading_is_mended() -> None:
    notification = notification_of(AFTER_EXCEL)
    echols = row_of(notification, 6)
    assert echols.text_number == "+14785550104"
    assert row_of(notification, 8).emails == ["grace.greer@example.com"]
    assert row_of(notification, 14).name == "MUÑOZ MAE"
    assert row_of(notification, 14).first_name == "Mae"
    assert row_of(notification, 14).context == {"pole": "12"}


def test_a_row_with_the_separator_only_gets_the_details_on_record() -> None:
    member = make_customer(
        email_1="Noe.Nunez@example.com",
        email_2="n.work@example.org",
        mobile_number="+14785550113",
        home_number="+14785550114",
        language="es",
        time_zone="America/Chicago",
    )
    account = member.accounts.get()
    notification = notification_of(
        f"MBR SEP,Cell,Email\n{account.number},,\n", channels=["email", "text", "voice"]
    )
    row = row_of(notification, 2)
    assert row.good
    assert row.from_record
    assert row.emails == ["Noe.Nunez@example.com", "n.work@example.org"]
    assert (row.text_number, row.voice_number) == ("+14785550113", "+14785550114")
    assert (row.customer_id, row.account_id) == (member.pk, account.pk)
    assert (row.language, row.time_zone) == ("es", "America/Chicago")
    assert summary_of(notification).messages == 4


def test_details_in_the_row_are_used_instead_of_those_on_record() -> None:
    member = make_customer(email_1="old@example.com", mobile_number="+14785550113")
    key = member.accounts.get().key
    notification = notification_of(f"account,email,mobile\n{key},new@example.com,\n")
    row = row_of(notification, 2)
    assert row.emails == ["new@example.com"]
    assert row.text_number == ""
    assert row.customer_id == member.pk
    assert summary_of(notification).channels["text"].left_out == {"no_address": 1}
    member.refresh_from_db()
    assert member.email_1 == "old@example.com"


def test_an_unknown_separator_with_details_is_good_and_not_matched() -> None:
    notification = notification_of("account,email\n999888777,a@example.com\n")
    assert row_of(notification, 2).good
    assert summary_of(notification).unmatched == 1


def test_an_unknown_separator_without_details_is_a_problem() -> None:
    notification = notification_of("account,email\n999888777,\n")
    problem = selectors.problems_page(notification).items[0]
    assert problem.column == "account"
    assert problem.value == "999888777"
    assert "No member has this account number" in problem.problem


def test_a_row_with_a_name_alone_is_a_problem() -> None:
    notification = notification_of("account,name,email\n,SAPP TIA,\n")
    assert "no account number" in selectors.problems_page(notification).items[0].problem


def test_a_damaged_number_does_not_matter_where_no_number_is_used() -> None:
    notification = notification_of(AFTER_EXCEL, channels=["email"])
    assert {p.row for p in selectors.problems_page(notification).items} == {11, 13, 15, 19}


def test_people_are_left_out_for_what_they_asked_for() -> None:
    set_do_not_call(number="+14785550101", on=True, source=ConsentSource.CSR)
    opt_out(address="b@example.com", channels=[Channel.EMAIL], source=ConsentSource.EMAIL_LINK)
    mark_bad_address(address="c@example.com", channel=Channel.EMAIL)
    notification = notification_of(
        "email,mobile\n"
        "a@example.com,478-555-0101\nB@example.com,478-555-0102\nc@example.com,\n"
        "d@example.com,478-555-0104\n",
    )
    summary = summary_of(notification)
    assert summary.channels["email"].left_out == {"opted_out": 1, "bad_address": 1}
    assert summary.channels["text"].left_out == {"do_not_call": 1, "no_address": 1}
    assert summary.left_out == {"bad_address": 1}, "only row 4 is reached by nothing"
    assert summary.reached == 3
    page = selectors.left_out_page(notification, reason="do_not_call")
    assert [(found.row, found.channel, found.address) for found in page.items] == [
        (2, "text", "478-555-0101")
    ]


def test_the_other_address_is_used_where_one_is_bad() -> None:
    mark_bad_address(address="bad@example.com", channel=Channel.EMAIL)
    notification = notification_of("Email 1,Email 2\nbad@example.com,good@example.com\n")
    assert row_of(notification, 2).emails == ["good@example.com"]
    assert summary_of(notification).channels["email"].left_out == {}


def test_marketing_texts_need_consent_and_emails_do_not() -> None:
    grant(
        address="+14785550102",
        channels=[Channel.TEXT],
        source=ConsentSource.PORTAL,
        purpose="marketing",
    )
    notification = notification_of(
        "email,mobile\na@example.com,478-555-0101\nb@example.com,478-555-0102\n",
        purpose="marketing",
    )
    summary = summary_of(notification)
    assert summary.channels["text"].left_out == {"no_consent": 1}
    assert summary.channels["text"].recipients == 1
    assert summary.channels["email"].recipients == 2


def test_an_opt_out_from_newsletters_does_not_stop_field_work() -> None:
    opt_out(
        address="a@example.com",
        channels=[Channel.EMAIL],
        source=ConsentSource.EMAIL_LINK,
        purpose="newsletter",
    )
    assert summary_of(notification_of("email\na@example.com\n")).reached == 1
    newsletter = notification_of("email\na@example.com\n", purpose="newsletter")
    assert summary_of(newsletter).left_out == {"opted_out": 1}


def test_who_ended_letters_to_accounts_is_left_out_of_them_alone() -> None:
    opt_out(
        address="a@example.com",
        channels=[Channel.EMAIL],
        source=ConsentSource.EMAIL_LINK,
        purpose="notices",
    )
    letter = notification_of("email\na@example.com\n", purpose="account")
    assert summary_of(letter).left_out == {"opted_out": 1}
    assert summary_of(notification_of("email\na@example.com\n", purpose="outage")).reached == 1


def test_the_later_of_two_rows_with_one_address_is_left_out_per_channel() -> None:
    notification = notification_of(
        "Email 1,Email 2,mobile\n"
        "a@example.com,b@example.com,478-555-0101\n"
        "A@EXAMPLE.COM,c@example.com,478-555-0102\n"
        "b@example.com,,478-555-0101\n"
    )
    assert row_of(notification, 3).emails == ["c@example.com"]
    last = row_of(notification, 4)
    assert (last.emails, last.text_number) == ([], "")
    found = selectors.left_out_page(notification, reason="duplicate").items
    assert [(f.row, f.channel, f.first) for f in found] == [
        (3, "email", 2),
        (4, "email", 2),
        (4, "text", 2),
    ]
    assert summary_of(notification).left_out == {"duplicate": 1}


def test_a_row_with_a_problem_does_not_take_an_address_from_a_good_one() -> None:
    notification = notification_of("email,mobile\na@example.com,12\na@example.com,478-555-0101\n")
    assert row_of(notification, 3).emails == ["a@example.com"]


def test_push_goes_to_the_enabled_devices_of_known_members() -> None:
    member = make_customer()
    device = Device.objects.create(customer=member, kind="fcm", name="Phone", token="t1")
    Device.objects.create(customer=member, kind="fcm", name="Old", token="t2", enabled=False)
    key = member.accounts.get().key
    notification = notification_of(
        f"account,email\n{key},a@example.com\n999000111,b@example.com\n{key},c@example.com\n",
        channels=["push"],
    )
    assert row_of(notification, 2).devices == [device.pk]
    summary = summary_of(notification)
    assert summary.channels["push"].left_out == {"no_address": 1, "duplicate": 1}


def test_voice_prefers_the_home_number() -> None:
    notification = notification_of(
        "home phone,cell phone\n478-555-0101,478-555-0102\n,478-555-0103\n", channels=["voice"]
    )
    assert row_of(notification, 2).voice_number == "+14785550101"
    assert row_of(notification, 3).voice_number == "+14785550103"


def test_checking_again_gives_the_same() -> None:
    notification = notification_of(AFTER_EXCEL)
    before = list(RecipientRow.objects.filter(notification=notification).values())
    check_start(notification)
    check(notification.pk)
    notification.refresh_from_db()
    assert notification.state == State.CHECKED
    assert list(RecipientRow.objects.filter(notification=notification).values()) == before


def test_another_file_takes_the_place_of_the_first() -> None:
    notification = notification_of("email\na@example.com\nb@example.com\n")
    uploads.file_store(
        notification=notification, upload=ContentFile(b"email\nc@example.com\n", name="two.csv")
    )
    check(notification.pk)
    notification = MassNotification.objects.get(pk=notification.pk)
    assert [row.emails for row in notification.rows.all()] == [["c@example.com"]]
    assert notification.file.original_name == "two.csv"


def test_a_file_that_cannot_be_used_leaves_words_and_no_rows() -> None:
    notification = notification_of("pole,feeder\n1,7\n")
    assert notification.state == State.DRAFT
    assert notification.summary is None
    assert "no column with a member separator" in notification.check_error
    assert not notification.rows.exists()


def test_columns_may_be_matched_by_hand() -> None:
    notification = notification_of("where,who\na@example.com,Mae\n")
    assert "no column" in notification.check_error
    columns_remap(notification=notification, mapping={0: "email_1", 1: "name"})
    check(notification.pk)
    notification.refresh_from_db()
    assert notification.state == State.CHECKED
    assert row_of(notification, 2).emails == ["a@example.com"]
    assert [c.field for c in selectors.columns_of(notification)] == ["email_1", "name"]


def test_a_field_cannot_be_given_twice() -> None:
    notification = notification_of("a,b,email\n1,2,a@example.com\n")
    with pytest.raises(Refused, match="Two columns are Mobile number"):
        columns_remap(notification=notification, mapping={0: "mobile", 1: "mobile"})


def test_a_suggestion_may_be_taken_over() -> None:
    notification = notification_of(AFTER_EXCEL)
    problem = next(p for p in selectors.problems_page(notification).items if p.row == 11)
    assert problem.suggestion == "opal.pruitt@example.com"
    assert problem.index is not None
    row = fixes.cell_fix(
        notification=notification, row=11, column=problem.index, values=[problem.suggestion]
    )
    assert row.good
    assert row.emails == ["opal.pruitt@example.com"]
    assert summary_of(notification).problem_rows == 7


def test_both_addresses_of_a_cell_may_be_used() -> None:
    notification = notification_of(AFTER_EXCEL)
    problem = next(p for p in selectors.problems_page(notification).items if p.row == 13)
    row = fixes.cell_fix(
        notification=notification, row=13, column=problem.index or 0, values=problem.addresses
    )
    assert row.emails == ["two@example.com", "three@example.com"]
    check_start(notification)
    check(notification.pk)
    assert row_of(notification, 13).emails == ["two@example.com", "three@example.com"]


def test_a_correction_that_repeats_an_address_makes_no_second_message() -> None:
    notification = notification_of("email\na@exmaple.com\na@example.com\n", channels=["email"])
    fixes.cell_fix(notification=notification, row=2, column=0, values=["a@example.com"])
    summary = summary_of(notification)
    assert summary.channels["email"].messages == 1
    assert summary.channels["email"].left_out == {"duplicate": 1}


def test_the_summary_names_cost_and_time() -> None:
    notification = notification_of(csv_of(30), channels=["email", "text"])
    summary = summary_of(notification)
    text = summary.channels["text"]
    assert (text.messages, text.segments) == (30, 30)
    assert text.seconds == 10, "30 segments at 3 a second (RULES 17)"
    assert text.cost_cents == 24, "30 at $7.90 a thousand, rounded up"
    assert summary.seconds == 10


def test_a_file_that_was_sent_before_is_shown() -> None:
    first = notification_of("email\na@example.com\n")
    assert selectors.sent_before(first) == []
    MassNotification.objects.filter(pk=first.pk).update(state=State.FINISHED)
    again = notification_of("email\na@example.com\n", name="renamed.csv")
    assert selectors.sent_before(again) == [first]


def test_a_corrected_row_gives_back_whom_it_reached_for_a_while() -> None:
    """Row 2 is corrected to row 3's address and back: row 3 is told, and told once."""
    notification = notification_of(
        "email\nnobody\na@example.com\nb@example.com\n", channels=["email"]
    )
    fix = partial(fixes.cell_fix, notification=notification, row=2, column=0)
    fix(values=["a@example.com"])
    assert _addresses(notification) == ["a@example.com", "b@example.com"]
    fix(values=["c@example.com"])
    assert _addresses(notification) == ["a@example.com", "b@example.com", "c@example.com"]
    fix(values=["b@example.com"])
    fix(values=["nobody"])
    assert _addresses(notification) == ["a@example.com", "b@example.com"]


def _addresses(notification: MassNotification) -> list[str]:
    return sorted(e for row in notification.rows.all() for e in row.emails)
