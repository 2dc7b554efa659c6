import pytest

from common.accounts import AccountResult, read_account


@pytest.mark.parametrize("text", ["162033001", "162033-001", " 162033 001 ", "162033–001"])
def test_an_account_as_people_write_it_is_read(text: str) -> None:
    assert read_account(text).account == "162033001"
    assert read_account(text).problem == ""


@pytest.mark.parametrize(
    "text",
    [
        "162033001.0",
        "162,033,001",
        "162,033,001.00",
        "'162033001",
        '="162033001"',
        "１６２０３３００１",
    ],
)
def test_damage_with_one_reading_is_mended(text: str) -> None:
    assert read_account(text) == AccountResult("162033001", "", True)


def test_zeros_in_front_stay() -> None:
    assert read_account("0012-001").account == "0012001"


@pytest.mark.parametrize("text", ["", "  ", "\u00a0"])
def test_a_blank_cell_has_neither_account_nor_problem(text: str) -> None:
    assert read_account(text) == AccountResult("")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1.62033E+08", "The spreadsheet cut the account number"),
        ("1,62033E+08", "The spreadsheet cut the account number"),
        ("A162033", "not an account number"),
        ("162033.001", "not an account number"),
        ("16,2033", "not an account number"),
        ("-5", "not an account number"),
        ("²", "not an account number"),
        ("#N/A", "not an account number"),
        ("1" * 21, "at most 20 digits"),
    ],
)
def test_what_is_not_certain_is_refused_in_words(text: str, words: str) -> None:
    result = read_account(text)
    assert result.account == ""
    assert words in result.problem
