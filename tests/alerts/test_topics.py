"""Each alert type that a member may turn off can be refused by itself; ebills never."""

import pytest

from alerts.models import AlertType, AlertWording
from alerts.seed import topics_follow
from alerts.types import topic_of, type_save
from common.choices import Purpose
from delivery.models import Content

pytestmark = pytest.mark.django_db


def topics(key: str) -> set[str]:
    found = AlertWording.objects.filter(type__key=key, is_current=True)
    return set(found.values_list("content__topic", flat=True))


def test_which_of_the_nine_can_be_refused() -> None:
    refusable = {type.key for type in AlertType.objects.all() if topic_of(type)}
    assert refusable == {
        "due_date_reminder",
        "past_due",
        "returned_check",
        "payment_received",
        "high_usage",
        "installment_due",
    }
    for type in AlertType.objects.all():
        assert topics(type.key) == {topic_of(type)}


def test_a_type_that_may_no_longer_be_turned_off_gets_words_that_cannot_be_refused() -> None:
    type = AlertType.objects.get(key="returned_check")
    before = set(type.wordings.filter(is_current=True).values_list("content_id", flat=True))
    type.may_turn_off = False
    type_save(type=type)
    assert topics("returned_check") == {""}
    # What was sent keeps its own words.
    old = AlertWording.objects.filter(content_id__in=before)
    assert {wording.content.topic for wording in old} == {f"alert:{type.pk}"}


def test_saving_without_a_change_makes_no_new_version() -> None:
    type = AlertType.objects.get(key="past_due")
    count = type.wordings.count()
    type_save(type=type)
    assert type.wordings.count() == count
    assert type.purpose == Purpose.ACCOUNT


def test_the_words_of_an_older_site_get_their_topics() -> None:
    for wording in AlertWording.objects.filter(type__key="past_due", is_current=True):
        old = Content.objects.create(
            subject=wording.subject, body=wording.body, purpose=wording.content.purpose
        )
        AlertWording.objects.filter(pk=wording.pk).update(content=old)
    assert topics("past_due") == {""}
    topics_follow()
    type = AlertType.objects.get(key="past_due")
    assert topics("past_due") == {topic_of(type)}
    count = AlertWording.objects.count()
    topics_follow()
    assert AlertWording.objects.count() == count
