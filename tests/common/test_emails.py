import re

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import example, given
from hypothesis import strategies as st

from common import emails
from common.emails import LONGEST_EMAIL, EmailResult, read_email
from common.mail_domains import NOT_MAIL_DOMAINS, judge_domain, one_keystroke_apart


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("mae@example.com", "mae@example.com"),
        ("Mae.M@example.com", "Mae.M@example.com"),
        ("o'neal+upn@mail.example.org", "o'neal+upn@mail.example.org"),
        ("a_b-c@ex-ample.co.uk", "a_b-c@ex-ample.co.uk"),
        ("mae@xn--bcher-kva.example", "mae@xn--bcher-kva.example"),
    ],
)
def test_a_good_address_stays_as_it_is(text: str, address: str) -> None:
    assert read_email(text) == EmailResult(address)


@pytest.mark.parametrize(
    "text",
    [
        " mae@example.com ",
        "MAE@EXAMPLE.COM",
        " MAE@EXAMPLE.COM ",
        "mae@Example.Com",
        "mae@example.com.",
        "mae@example.com,",
        "mae@example.com;",
        "'mae@example.com",
        '"mae@example.com"',
        "<mae@example.com>",
        "Mae Muñoz <mae@example.com>",
        '"Muñoz, Mae" <mae@example.com>;',
        "mailto:mae@example.com",
        "MAILTO:MAE@EXAMPLE.COM",
        "mailto:mae@example.com?subject=x",
        "mae @ example.com",
        "mae@example. com",
        "mae@example.com\u00a0",
        "\u200bmae@example.com",
        "mae＠example.com",
        "mae@example.com, mae@example.com",
        "mae@example.com\n",
    ],
)
def test_damage_with_one_reading_is_mended(text: str) -> None:
    assert read_email(text) == EmailResult("mae@example.com", mended=True)


@pytest.mark.parametrize("text", ["", "  ", "\u00a0", "\n"])
def test_a_blank_cell_has_neither_address_nor_problem(text: str) -> None:
    assert read_email(text) == EmailResult("")


@pytest.mark.parametrize(
    ("text", "words", "suggestion"),
    [
        ("none", "the @ is missing", ""),
        ("mae.example.com", "the @ is missing", ""),
        ("mae@@example.com", "two @", "mae@example.com"),
        ("mae@gmail com", "space inside", "mae@gmail.com"),
        ("mae@verizon.con", "Did they mean verizon.net?", "mae@verizon.net"),
        ("@example.com", "before the @ is missing", ""),
        ("mae@", "after the @ is missing", ""),
        ("mae@localhost", "after the @ is not complete", ""),
        ("mae@gmail", "Did they mean gmail.com?", "mae@gmail.com"),
        ("mae munoz@example.com", "space inside", "maemunoz@example.com"),
        ("mae..m@example.com", "A period stands", "mae.m@example.com"),
        ("mae.@example.com", "A period stands", "mae@example.com"),
        ("mae@example,com", "not complete", "mae@example.com"),
        ("mae@[127.0.0.1]", "not a domain", ""),
        ("mae@-example.com", "not a domain", "mae@example.com"),
        ("mae@exa_mple.com", "not a domain", "mae@example.com"),
        ("mae@example.c0m", "No such mail domain", "mae@example.com"),
        ("mae@site.test", "never gets mail", ""),
        ("mae@site.invalid", "never gets mail", ""),
        ("ma(e@example.com", "before the @ has characters", ""),
        ("josé@example.com", "address with é in it", ""),
        ("mae😀@example.com", "address with 😀 in it", ""),
        ("mae@example.com\x00", "not", "mae@example.com"),
    ],
)
def test_what_is_no_address_is_refused_in_words(text: str, words: str, suggestion: str) -> None:
    result = read_email(text)
    assert result.address == ""
    assert words in result.problem
    assert result.suggestion == suggestion


def test_an_address_over_40_characters_is_refused_and_never_cut() -> None:
    fits = "m" * (LONGEST_EMAIL - len("@example.com")) + "@example.com"
    assert read_email(fits).address == fits
    result = read_email("m" + fits)
    assert result.address == ""
    assert result.problem == (
        "The address has 41 characters, and 40 is the most that we can hold. Ask for a shorter one."
    )
    assert result.suggestion == ""


def test_two_addresses_in_a_cell_are_both_given() -> None:
    for between in (", ", ";", " ", " / ", "\n", " and ", ","):
        result = read_email(f"two@example.com{between}three@example.com")
        assert result.problem == "Two addresses in one cell. Use both, or keep one."
        assert result.addresses == ("two@example.com", "three@example.com")
        assert result.address == ""
    result = read_email("two@example.com, three@exmaple.com")
    assert (result.problem, result.addresses) == (
        "Two addresses in one cell. Keep one.",
        ("two@example.com",),
    )
    assert len(read_email("a@example.com b@example.com c@example.com").addresses) == 3


@pytest.mark.parametrize(
    ("domain", "meant"),
    [
        ("exmaple.com", "example.com"),
        ("gmial.com", "gmail.com"),
        ("GMIAL.COM", "gmail.com"),
        ("gmail.con", "gmail.com"),
        ("gmial.con", "gmail.com"),
        ("yaho.com", "yahoo.com"),
        ("pinerivercoop.con", "pinerivercoop.com"),
    ],
)
def test_a_domain_that_certainly_does_not_exist_is_a_problem(domain: str, meant: str) -> None:
    result = read_email(f"mae@{domain}")
    assert result.address == ""
    expected = f"No such mail domain: {domain.lower()}. Did they mean {meant}?"
    assert result.problem == expected
    assert result.suggestion == f"mae@{meant}"


def test_a_domain_that_may_exist_gets_a_suggestion_only() -> None:
    assert read_email("mae@gmaik.com") == EmailResult("mae@gmaik.com", "", "mae@gmail.com")
    for real in [
        "mail.com",
        "ymail.com",
        "email.com",
        "att.com",
        "yahoo.es",
        "pinerivercoop.com",
        "gmx.com",
        "gmx.us",
        "me.com",
        "live.net",
        "rocketmail.com",
        "proton.me",
        "pm.me",
        "hey.com",
        "fastmail.com",
        "aim.com",
        "rr.com",
        "twc.com",
        "cox.com",
        "charter.com",
        "windstream.com",
        "verizon.com",
        "tds.net",
        "q.com",
        "uga.edu",
        "yahoo.com.mx",
    ]:
        assert read_email(f"mae@{real}") == EmailResult(f"mae@{real}")


@pytest.mark.parametrize(
    ("domain", "meant"),
    [
        ("gmail.co", "gmail.com"),
        ("yahoo.co", "yahoo.com"),
        ("hotmail.net", "hotmail.com"),
        ("icould.com", "icloud.com"),
        ("bellsouth.com", "bellsouth.net"),
        ("attt.net", "att.net"),
        ("www.gmail.com", "gmail.com"),
    ],
)
def test_a_domain_that_is_seldom_meant_is_kept_and_asked_about(domain: str, meant: str) -> None:
    assert read_email(f"mae@{domain}") == EmailResult(f"mae@{domain}", "", f"mae@{meant}")


def test_no_domain_of_the_table_is_one_that_it_leads_to() -> None:
    for wrong, right in NOT_MAIL_DOMAINS.items():
        assert not judge_domain(right).meant
        assert judge_domain(wrong).certain


def test_one_keystroke() -> None:
    for wrong in ("gmial.com", "gmal.com", "gmaill.com", "gmaik.com", "mgail.com", "gmail.cmo"):
        assert one_keystroke_apart(wrong, "gmail.com")
        assert one_keystroke_apart("gmail.com", wrong)
    for other in ("gmail.com", "gmaiiil.com", "hotmail.com", "gamli.com", ""):
        assert not one_keystroke_apart(other, "gmail.com")


PIECES_OF_ADDRESSES = (
    "a|B|7|.|-|--|@|_|+|'|`|xn--|example|.com|.org|.test|.local|localhost|.arpa|é|\"|=|co|{|"
    "ab--c|.1| "
)
PIECES = st.lists(
    st.sampled_from(PIECES_OF_ADDRESSES.split("|")),
    max_size=10,
).map("".join)
ADDRESSES = st.one_of(
    st.emails(),
    PIECES,
    st.builds(lambda a, b: f"{a}@{b}", PIECES, PIECES),
    st.builds(lambda a, b: f"{a}@{b}.com", st.from_regex(r"[a-z.'+_-]{1,12}"), PIECES),
)


@given(ADDRESSES)
@example("a@example.com")
@example("a@ab--c.com")
@example("a@x.com-")
def test_the_fast_path_says_what_the_slow_one_says(text: str) -> None:
    assert read_email(text) == emails._read_slowly.__wrapped__(text)


@given(ADDRESSES)
def test_an_address_that_is_read_is_one_that_email_validator_takes(text: str) -> None:
    address = read_email(text).address
    if address:
        checked = validate_email(address, check_deliverability=False, allow_smtputf8=False)
        assert checked.ascii_email == address
        assert len(address) <= LONGEST_EMAIL


@given(st.one_of(st.emails(), PIECES))
def test_a_plain_address_that_email_validator_takes_is_read(text: str) -> None:
    try:
        checked = validate_email(text, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        return
    result = read_email(text)
    odd = re.search(r"['`]", text) or not text.isascii()
    if len(text) <= LONGEST_EMAIL and not odd and not result.problem.startswith("No such mail"):
        assert result.address.lower() == (checked.ascii_email or "").lower()


@given(st.text())
def test_any_text_at_all_gets_an_answer(text: str) -> None:
    result = read_email(text)
    assert not (result.address and result.problem)
