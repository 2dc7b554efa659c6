"""Tokens: read again by us alone, for the one use they were made for."""

import string

from hypothesis import assume, given
from hypothesis import strategies as st
from pytest_django import Settings

from delivery.link_tokens import LARGEST, TOKEN_LENGTH, Use, make_token, read_token

numbers = st.integers(min_value=0, max_value=LARGEST)
uses = st.sampled_from(Use)
URL_SAFE = string.ascii_letters + string.digits + "-_"


@given(number=numbers, use=uses)
def test_a_token_names_its_number_and_fits_into_an_address(number: int, use: Use) -> None:
    token = make_token(use, number)
    assert read_token(use, token) == number
    assert len(token) == TOKEN_LENGTH
    assert set(token) <= set(URL_SAFE)
    assert make_token(use, number) == token


@given(number=numbers, use=uses, other=uses)
def test_a_token_is_good_for_its_use_alone(number: int, use: Use, other: Use) -> None:
    assume(use is not other)
    assert read_token(other, make_token(use, number)) is None


@given(number=numbers, place=st.integers(0, TOKEN_LENGTH - 1), character=st.characters())
def test_an_altered_character_makes_a_token_worthless(
    number: int, place: int, character: str
) -> None:
    token = make_token(Use.PREFERENCES, number)
    assume(character != token[place])
    altered = token[:place] + character + token[place + 1 :]
    assert read_token(Use.PREFERENCES, altered) is None


@given(
    number=numbers,
    change=st.one_of(
        st.text(max_size=40).map(lambda text: ("put", text)),
        st.integers(0, TOKEN_LENGTH).map(lambda length: ("cut", str(length))),
        st.text(min_size=1, max_size=3).map(lambda text: ("add", text)),
        st.text(min_size=1, max_size=3).map(lambda text: ("before", text)),
    ),
)
def test_nothing_else_is_a_token(number: int, change: tuple[str, str]) -> None:
    token = make_token(Use.PREFERENCES, number)
    kind, text = change
    altered = {
        "put": lambda: text,
        "cut": lambda: token[: int(text)],
        "add": lambda: token + text,
        "before": lambda: text + token,
    }[kind]()
    assume(altered != token)
    assert read_token(Use.PREFERENCES, altered) is None


@given(text=st.text(alphabet=URL_SAFE, min_size=32, max_size=32))
def test_nobody_guesses_a_token(text: str) -> None:
    assert read_token(Use.PREFERENCES, f"1{text}") is None


@given(first=numbers, second=numbers)
def test_halves_of_two_tokens_make_no_third(first: int, second: int) -> None:
    assume(first != second)
    one, two = (make_token(Use.PREFERENCES, number) for number in (first, second))
    # 21 and a third characters are the tag, the rest is the number.
    for cut in range(1, TOKEN_LENGTH):
        mixed = one[:cut] + two[cut:]
        if mixed not in (one, two):
            assert read_token(Use.PREFERENCES, mixed) is None


def test_neighbors_have_nothing_in_common() -> None:
    tokens = [make_token(Use.PREFERENCES, number) for number in range(1000, 1200)]
    for place in range(1, TOKEN_LENGTH):
        assert len({token[place] for token in tokens}) > 30


def test_links_outlive_a_change_of_the_sites_key(settings: Settings) -> None:
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "first " * 10, []
    token = make_token(Use.PREFERENCES, 4711)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "second " * 10, ["first " * 10]
    assert read_token(Use.PREFERENCES, token) == 4711
    settings.SECRET_KEY_FALLBACKS = []
    assert read_token(Use.PREFERENCES, token) is None
