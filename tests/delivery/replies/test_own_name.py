"""The utility's name in what members text to it."""

import pytest
from pytest_django import Settings

from delivery.replies.choices import ReplyKind
from delivery.replies.classifier import classify


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("stop green valley", ReplyKind.REVOKE),
        ("STOP Green Valley EMC!", ReplyKind.REVOKE),
        ("Green Valley Electric Membership Corporation stop", ReplyKind.REVOKE),
        ("stop texting me green valley emc", ReplyKind.REVOKE),
        ("yes green valley emc", ReplyKind.START),
        ("outage in Green Valley", ReplyKind.OTHER),
        ("stop by the pole on green valley road, it leans", ReplyKind.OTHER),
        ("thanks green valley", ReplyKind.OTHER),
    ],
)
def test_the_utilitys_own_name_is_who_is_written_to(
    settings: Settings, text: str, kind: ReplyKind
) -> None:
    settings.UTILITY_NAME = "Green Valley Electric Membership Corporation"
    settings.UTILITY_SHORT_NAME = "Green Valley EMC"
    assert classify(text).kind == kind


def test_without_the_name_it_is_something_else_that_is_to_stop(settings: Settings) -> None:
    settings.UTILITY_NAME = settings.UTILITY_SHORT_NAME = "Another Power Company"
    assert classify("stop green valley").kind == ReplyKind.UNCLEAR


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        ("YES", "yes", ReplyKind.START),
        ("Power", "my power quit", ReplyKind.OTHER),
        ("Utilities", "stop", ReplyKind.REVOKE),
        ("", "stop", ReplyKind.REVOKE),
    ],
)
def test_a_name_that_is_a_word_of_everybodys_is_none(
    settings: Settings, name: str, text: str, kind: ReplyKind
) -> None:
    settings.UTILITY_NAME = settings.UTILITY_SHORT_NAME = name
    assert classify(text).kind == kind
