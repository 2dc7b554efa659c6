"""What mails at the address for bounces say, whoever wrote them."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from delivery.bounces.choices import Verdict
from delivery.bounces.reading import Reading, read_mail
from tests.delivery.bounces import mails
from tests.delivery.bounces.mails import KEY, MEMBER, block, dsn, plain

# However busy the machine is.
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def read(raw: bytes) -> list[tuple[str, str, str]]:
    return [(r.recipient, r.code, r.verdict.value) for r in read_mail(raw).readings]


def only(raw: bytes) -> Reading:
    (reading,) = read_mail(raw).readings
    return reading


@pytest.mark.parametrize(
    ("status", "diagnostic", "code", "verdict"),
    [
        ("5.1.1", "smtp; 550 5.1.1 User unknown", "5.1.1", "bad"),
        ("5.1.2", "", "5.1.2", "bad"),
        ("5.1.3", "", "5.1.3", "bad"),
        ("5.1.6", "", "5.1.6", "bad"),
        ("5.1.10", "smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound", "5.1.10", "bad"),
        ("5.2.0", "", "5.2.0", "soft"),
        ("5.2.1", "smtp; 550 5.2.1 The email account is disabled", "5.2.1", "soft"),
        ("5.2.2", "smtp; 552 5.2.2 Mailbox full", "5.2.2", "soft"),
        ("5.3.0", "", "5.3.0", "soft"),
        ("5.4.1", "smtp;550 5.4.1 Recipient address rejected: Access denied", "5.4.1", "soft"),
        ("5.4.4", "X-Postfix; Host not found", "5.4.4", "soft"),
        ("4.4.7", "smtp; 451 timed out", "4.4.7", "soft"),
        ("4.1.1", "smtp; 450 4.1.1 User unknown", "4.1.1", "soft"),
        ("5.7.1", "smtp; 550 5.7.1 User unknown", "5.7.1", "policy"),
        ("5.7.26", "smtp; 550-5.7.26 unauthenticated", "5.7.26", "policy"),
        # The status says nothing: the server's own code, or its words.
        ("5.0.0", "smtp; 550 5.1.1 User unknown", "5.1.1", "bad"),
        ("5.0.0", "smtp; 550 user unknown", "5.0.0", "bad"),
        ("5.0.0", "smtp; 554 Message looks like spam", "5.0.0", "policy"),
        ("5.0.0", "smtp; 554 Go away", "5.0.0", "soft"),
        ("5.1.0", "smtp; 550 5.1.0 Address rejected: no such user", "5.1.0", "bad"),
        ("5.5.0", "smtp; 550 5.5.0 mailbox unavailable", "5.5.0", "bad"),
        ("5.5.0", "smtp; 550 over quota", "5.5.0", "soft"),
        ("5.5.2", "smtp; 500 5.5.2 Syntax error", "5.5.2", "policy"),
        ("5.6.0", "smtp; 554 5.6.0 no such user here", "5.6.0", "bad"),
        ("5.6.1", "smtp; 554 5.6.1 Media not supported", "5.6.1", "policy"),
        # A report that makes an address bad where the server said policy.
        ("5.1.1", "smtp; 550 5.7.1 Blocked by our list", "5.7.1", "policy"),
        # … or that the mailbox is full.
        ("5.1.1", "smtp; 552 5.2.2 Mailbox full", "5.2.2", "soft"),
        # An old service that says of each of its addresses what it means of us.
        ("5.3.0", "smtp; 553 5.3.0 DNSBL:RBL 521 <192.0.2.1>_is_blocked", "5.3.0", "policy"),
        ("5.3.0", "smtp; 553 5.3.0 Addressee unknown", "5.3.0", "soft"),
        # A report of failure whose status says that all is well.
        ("2.0.0", "smtp; 550 MAILBOX NOT FOUND", "5.1.1", "bad"),
        ("5.0.0", "smtp; 550 Not our Customer", "5.0.0", "bad"),
        ("5.0.0", "smtp; 550 Usuario desconocido", "5.0.0", "bad"),
        # No status at all.
        ("", "smtp; 550 5.1.1 User unknown", "5.1.1", "bad"),
        ("", "smtp; 550 Unknown recipient", "5.1.1", "bad"),
        ("", "smtp; 552 Mailbox full", "5.2.2", "soft"),
        ("", "smtp; 451 Please try later", "4.4.0", "soft"),
        ("5.1.1 (bad destination mailbox address)", "", "5.1.1", "bad"),
    ],
)
def test_a_machine_part_is_read_by_its_code(
    status: str, diagnostic: str, code: str, verdict: str
) -> None:
    assert read(dsn(block(status, diagnostic))) == [(MEMBER, code, verdict)]


def test_a_delay_is_soft_whatever_its_code() -> None:
    reading = only(dsn(block("4.4.1", "smtp; 451 busy", action="delayed")))
    assert (reading.verdict, reading.is_warning, reading.code) == (Verdict.SOFT, True, "4.4.1")
    odd = only(dsn(block("5.1.1", "", action="delayed")))
    assert (odd.verdict, odd.code) == (Verdict.SOFT, "4.1.1")


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded"])
def test_a_receipt_of_delivery_is_no_bounce(action: str) -> None:
    assert read(dsn(block("2.1.5", "", action=action))) == [(MEMBER, "2.1.5", "not-a-bounce")]


def test_several_recipients_in_one_report_are_read_apart() -> None:
    raw = dsn(
        block(),
        block("4.2.2", "smtp; 452 4.2.2 Over quota", address="full@example.net"),
        block("5.7.1", "smtp; 550 5.7.1 Spam", address="strict@example.net"),
        block("2.0.0", "", address="fine@example.net", action="delivered"),
    )
    assert read(raw) == [
        (MEMBER, "5.1.1", "bad"),
        ("full@example.net", "4.2.2", "soft"),
        ("strict@example.net", "5.7.1", "policy"),
        ("fine@example.net", "2.0.0", "not-a-bounce"),
    ]


def test_recipients_without_a_blank_line_between_them_are_read_apart() -> None:
    together = f"{block()}\n{block('5.2.2', '', address='full@example.net')}"
    assert read(dsn(together)) == [
        (MEMBER, "5.1.1", "bad"),
        ("full@example.net", "5.2.2", "soft"),
    ]


def test_the_address_that_we_wrote_is_the_recipient_where_mail_was_forwarded() -> None:
    reading = only(dsn(block(address="dead@example.net", original="Ruth.Sapp@EXAMPLE.org")))
    assert (reading.recipient, reading.others) == ("Ruth.Sapp@example.org", ("dead@example.net",))


@pytest.mark.parametrize(
    "line",
    [
        "Final-Recipient: rfc822;ruth.sapp@example.org",
        "Final-Recipient: RFC822; <ruth.sapp@example.org>",
        "final-recipient : rfc822 ; ruth.sapp@example.org",
        "Final-Recipient: ruth.sapp@example.org",
        "Final-Recipient: rfc822;\n ruth.sapp@example.org",
        "Final-Recipient: utf-8; ruth.sapp@example.org",
        "Final-Recipient: rfc822;SMTP:ruth.sapp@example.org",
    ],
)
def test_addresses_are_read_however_they_are_written(line: str) -> None:
    assert only(dsn(f"{line}\nAction: failed\nStatus: 5.1.1")).recipient == MEMBER


def test_a_folded_diagnostic_is_one() -> None:
    reading = only(dsn(block("5.0.0", "smtp; 550-We don't take this:\n 550 5.1.1 unknown")))
    assert reading.code == "5.1.1"


def test_an_encoded_machine_part_is_read_too() -> None:
    assert read(dsn(block(), encoding="base64")) == [(MEMBER, "5.1.1", "bad")]


def test_a_machine_part_with_windows_lines_is_read_too() -> None:
    assert read(dsn(block()).replace(b"\n", b"\r\n")) == [(MEMBER, "5.1.1", "bad")]


def test_a_machine_part_that_was_sent_as_text_is_read_too() -> None:
    assert read(plain(f"Reporting-MTA: dns; mx\n\n{block()}\n")) == [(MEMBER, "5.1.1", "bad")]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (
            mails.QMAIL,
            [
                (MEMBER, "5.1.1", "bad"),
                ("jim@example.net", "5.1.1", "bad"),
                ("full@example.net", "5.2.2", "soft"),
            ],
        ),
        (mails.EXIM, [(MEMBER, "5.1.1", "bad")]),
        (mails.EXIM_UNROUTABLE, [("ruth@nowhere.example.org", "5.1.1", "bad")]),
        (mails.EXIM_DELAY, [(MEMBER, "4.7.1", "soft")]),
        (
            mails.POSTFIX,
            [(MEMBER, "5.1.1", "bad"), ("gone@nowhere.example.net", "5.1.2", "bad")],
        ),
        (mails.SENDMAIL, [(MEMBER, "5.1.1", "bad")]),
        (mails.EXCHANGE_OLD, [(MEMBER, "5.1.1", "bad")]),
        (mails.OFFICE365_HTML, [(MEMBER, "5.1.10", "bad")]),
        (mails.EXCHANGE_GROUPS, [(MEMBER, "5.2.2", "soft")]),
        (mails.GMAIL, [(MEMBER, "5.1.1", "bad")]),
        (mails.GMAIL_OLD, [(MEMBER, "5.7.1", "policy")]),
        (mails.GMAIL_DELAY, [(MEMBER, "4.4.0", "soft")]),
        (mails.YAHOO, [(MEMBER, "5.1.1", "bad")]),
        (mails.YAHOO_DISABLED, [(MEMBER, "5.2.1", "soft")]),
        (mails.BASE64, [(MEMBER, "5.1.1", "bad")]),
        (mails.QUOTED_PRINTABLE, [(MEMBER, "5.1.1", "bad")]),
        (mails.BLOCKED, [(MEMBER, "5.7.1", "policy")]),
        (mails.DOMINO, [(MEMBER, "5.1.1", "bad")]),
        (mails.POSTFIX_DELAY, [(MEMBER, "4.4.0", "soft")]),
        (mails.NO_LONGER_ACCEPTS, [(MEMBER, "5.1.1", "bad")]),
    ],
    ids=[
        "qmail",
        "exim",
        "exim unroutable",
        "exim delay",
        "postfix",
        "sendmail",
        "exchange",
        "office 365",
        "exchange groups",
        "gmail",
        "gmail old",
        "gmail delay",
        "yahoo",
        "yahoo disabled",
        "base64",
        "quoted-printable",
        "blocked",
        "domino",
        "postfix delay",
        "no longer accepts",
    ],
)
def test_bounces_without_a_machine_part(raw: bytes, expected: list[tuple[str, str, str]]) -> None:
    assert read(raw) == expected


@pytest.mark.parametrize(
    ("raw", "expected"), mails.ODD_BOUNCES.values(), ids=mails.ODD_BOUNCES.keys()
)
def test_bounces_that_name_their_recipient_in_their_own_way(
    raw: bytes, expected: list[tuple[str, str, str]]
) -> None:
    assert read(raw) == expected


def test_a_bounce_that_a_scanner_wrapped_is_read_and_one_that_a_person_passes_on_is_not() -> None:
    assert read(mails.wrapped()) == [(MEMBER, "5.1.1", "bad")]
    passed_on = mails.wrapped().replace(b"Mail Delivery System <MAILER-DAEMON@mx", b"Jim <jim@mx")
    assert read(passed_on)[0][2] == "not-a-bounce"


@pytest.mark.parametrize("address", ["utf-8; josé@example.org", r"utf-8; jos\x{E9}@example.org"])
def test_an_address_that_is_not_ascii_is_read(address: str) -> None:
    raw = dsn(f"Final-Recipient: {address}\nAction: failed\nStatus: 5.1.1")
    raw = raw.replace(b"message/delivery-status", b"message/global-delivery-status")
    assert read(raw) == [("josé@example.org", "5.1.1", "bad")]


def test_an_address_in_quotes_keeps_them() -> None:
    raw = dsn('Final-Recipient: rfc822; "ruth sapp"@example.org\nStatus: 5.1.1')
    assert only(raw).recipient == '"ruth sapp"@example.org'


def test_a_line_that_was_cut_by_its_encoding_is_whole_again() -> None:
    raw = dsn(block("5.0.0", "smtp; 550 5.1.=\n1 unknown")).replace(
        b"message/delivery-status\n",
        b"message/delivery-status\nContent-Transfer-Encoding: quoted-printable\n",
    )
    assert only(raw).code == "5.1.1"


def test_a_mail_without_a_message_id_has_the_same_name_whichever_way_it_comes() -> None:
    raw = dsn(block()).replace(b"Message-ID: <d1@mx.example.net>\n", b"", 1)
    other = b"Received: from mx.example.net\n" + raw.replace(b"\n", b"\r\n")
    assert read_mail(raw).id == read_mail(other).id
    assert read_mail(raw).id != read_mail(raw.replace(b"5.1.1", b"5.2.2")).id


@pytest.mark.parametrize(
    "raw",
    [
        plain(
            "Your mail to my wife <wife@example.org> could not be delivered, 550 user unknown.",
            subject="my bill was undeliverable",
            sender="Hal <hal@example.org>",
        ).replace(b"Return-Path: <>\n", b""),
        mails.VACATION,
        mails.VACATION_EXCHANGE,
        mails.VACATION_SPANISH,
        mails.NO_LONGER_HERE,
        mails.CHALLENGE,
        mails.REPLY_OF_A_PERSON,
        mails.READ_RECEIPT,
        plain("The minutes of the meeting are attached.", subject="Minutes"),
        plain(
            "Free delivery, and no status report that failed. Write to sales@example.com.",
            subject="Delivery problem? Not with us",
            sender="Shop <shop@example.com>",
        ).replace(b"Return-Path: <>\n", b""),
        b"",
        b"\n\n",
        b"\x00\xff\xfe garbage \x80\x81",
        b"no headers at all, only words",
        dsn(block())[:180],
        dsn(block()).split(b"message/delivery-status")[0],
    ],
)
def test_these_are_no_bounces(raw: bytes) -> None:
    (reading,) = read_mail(raw).readings
    assert reading.verdict == Verdict.NOT_A_BOUNCE
    assert reading.words


@pytest.mark.parametrize("named", [True, False])
def test_a_complaint_says_so_and_names_who_complained(named: bool) -> None:
    reading = only(mails.complaint(named=named))
    assert (reading.is_complaint, reading.recipient) == (True, MEMBER)
    assert reading.words.startswith("A complaint")


def test_the_message_that_came_back_is_named() -> None:
    read_one = read_mail(dsn(block()))
    assert read_one.keys == (KEY,)
    assert read_one.about == f"{KEY}@pineriver.example.com"
    assert read_one.id == "d1@mx.example.net"
    assert read_mail(mails.QMAIL).keys == (KEY,)


def test_words_hold_no_address() -> None:
    for raw in (mails.QMAIL, mails.POSTFIX, mails.YAHOO, mails.SENDMAIL, dsn(block())):
        assert not any("@" in reading.words for reading in read_mail(raw).readings)


@unhurried
@given(st.binary(max_size=2000))
def test_nothing_that_comes_breaks_the_reader(raw: bytes) -> None:
    assert read_mail(raw).readings


@unhurried
@given(
    st.sampled_from(
        [mails.QMAIL, mails.EXIM, mails.OFFICE365_HTML, dsn(block()), mails.complaint()]
    ),
    st.integers(0, 3000),
    st.binary(max_size=40),
)
def test_a_mail_that_was_cut_or_damaged_breaks_nothing(raw: bytes, at: int, noise: bytes) -> None:
    for damaged in (raw[:at], raw[:at] + noise + raw[at:]):
        assert read_mail(damaged).readings
