"""Why an address fails, as it is said to a clerk."""

import pytest
from django.utils import translation

from delivery.bounces.explained import explained


@pytest.mark.parametrize(
    ("words", "plain", "said"),
    [
        ("5.1.1 user unknown", "There is no such mailbox.", "5.1.1 user unknown"),
        ("5.2.2 over quota", "The mailbox is full.", "5.2.2 over quota"),
        ("5.2.0 try later", "The mailbox takes nothing just now.", "5.2.0 try later"),
        ("5.4.14 hop count", "Their mail server could not be reached.", "5.4.14 hop count"),
        ("4.9.9 wait", "Their mail server did not take it in time.", "4.9.9 wait"),
        ("5.7.26 not authenticated", "Their mail server refused us.", "5.7.26 not authenticated"),
        ("30006 A landline. Offer voice.", "A landline. Offer voice. (30006)", ""),
        (
            "The third soft bounce in 30 days. The last: 5.2.2 over quota",
            "The third soft bounce in 30 days. The mailbox is full.",
            "5.2.2 over quota",
        ),
        ("5.9.9 who knows", "5.9.9 who knows", ""),
        ("The member said so.", "The member said so.", ""),
        ("", "", ""),
    ],
)
def test_a_code_is_said_in_words_beside_what_the_server_said(
    words: str, plain: str, said: str
) -> None:
    found = explained(words)
    assert found[0].startswith(plain)
    assert found[1] == said


def test_the_words_are_in_the_language_of_who_reads_them() -> None:
    with translation.override("es"):
        assert explained("5.2.2 over quota")[0] == "El buzón está lleno."
        assert explained("30006 A landline, or a number that texts can't reach. Offer voice.")[
            0
        ].startswith("Un teléfono fijo")
