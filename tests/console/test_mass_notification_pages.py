"""The pages of mass notifications, without a browser: what they say and refuse."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from console.roles import Role
from delivery.choices import Status
from delivery.selectors import default_sender
from mass_notifications import enqueueing, process
from mass_notifications.checking import check
from mass_notifications.choices import State
from mass_notifications.models import MassNotification, NotificationType, RecipientRow
from tests.factories import make_staff
from tests.mass_notifications.making import SAMPLES, csv_of, notification_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def dana(client: Client) -> User:
    user = make_staff(Role.COMMUNICATOR)
    client.force_login(user)
    return user


def page(name: str, *args: Any) -> str:
    return reverse(f"console:{name}", args=args)


def words(client: Client, url: str) -> str:
    return client.get(url).content.decode()


def test_a_large_one_waits_for_somebody_else_and_goes_out_when_they_approve(
    client: Client, dana: User, settings: Settings
) -> None:
    settings.APPROVAL_ABOVE = 2
    notification = notification_of(csv_of(3))
    answer = client.post(page("mass_process", notification.pk), follow=True)
    assert "It waits for somebody else" in answer.content.decode()
    assert client.post(page("mass_approve", notification.pk)).status_code == 403
    other = Client()
    other.force_login(make_staff(Role.APPROVER))
    assert notification.name in words(other, page("mass_approvals"))
    assert page("mass_approve", notification.pk) in words(other, page("mass_one", notification.pk))
    other.post(page("mass_approve", notification.pk))
    notification.refresh_from_db()
    assert notification.state == State.SENDING


def test_what_is_sent_back_can_be_changed_again(
    client: Client, dana: User, settings: Settings
) -> None:
    settings.APPROVAL_ABOVE = 2
    notification = notification_of(csv_of(3))
    client.post(page("mass_process", notification.pk))
    other = Client()
    other.force_login(make_staff(Role.APPROVER))
    other.post(page("mass_send_back", notification.pk))
    assert "Edit the message" in words(client, page("mass_one", notification.pk))


def test_a_moment_that_has_passed_is_refused_beside_its_field(client: Client, dana: User) -> None:
    notification = notification_of(csv_of(1))
    answer = client.post(
        page("mass_schedule", notification.pk), {"day": "2020-01-01", "time": "09:00"}
    )
    assert "That moment has passed" in answer.content.decode()
    notification.refresh_from_db()
    assert notification.state == State.CHECKED


def test_a_scheduled_one_says_when_and_can_be_taken_back(client: Client, dana: User) -> None:
    notification = notification_of(csv_of(1))
    day = (timezone.localtime() + timedelta(days=3)).strftime("%Y-%m-%d")
    client.post(page("mass_schedule", notification.pk), {"day": day, "time": "09:00"})
    notification.refresh_from_db()
    assert notification.state == State.SCHEDULED
    assert notification.scheduled_at is not None
    assert (
        timezone.localtime(notification.scheduled_at).strftime("%Y-%m-%d %H:%M") == f"{day} 09:00"
    )
    assert "Take it off the schedule" in words(client, page("mass_one", notification.pk))
    client.post(page("mass_unschedule", notification.pk))
    notification.refresh_from_db()
    assert notification.state == State.CHECKED


def test_the_words_of_what_was_sent_cannot_be_changed(client: Client, dana: User) -> None:
    notification = notification_of(csv_of(1))
    process.process(notification=notification, by=None)
    answer = client.post(
        page("mass_message", notification.pk), {"subject": "Other", "body": "Other"}, follow=True
    )
    assert "can&#x27;t be changed any more" in answer.content.decode()
    notification.refresh_from_db()
    assert notification.subject == "Line work today"


def test_columns_can_be_matched_by_hand_and_a_wrong_choice_is_explained(
    client: Client, dana: User
) -> None:
    notification = notification_of("whom,how\n162033001,ruth@example.com\n", channels=["email"])
    assert notification.check_error
    assert "Match columns" in words(client, page("mass_one", notification.pk))
    assert client.get(page("mass_message", notification.pk)).status_code == 200
    url = page("mass_columns", notification.pk)
    assert "whom" in words(client, url)
    twice = client.post(url, {"column-0": "email_1", "column-1": "email_1"})
    assert twice.status_code == 400
    assert "Keep one of them" in twice.content.decode()
    assert client.post(url, {"column-0": "account", "column-1": "email_1"}).status_code == 302
    check(notification.pk)
    notification.refresh_from_db()
    assert notification.state == State.CHECKED


def test_a_correction_leads_back_only_to_our_own_list(client: Client, dana: User) -> None:
    notification = notification_of(SAMPLES / "after-excel.csv")
    fix = {"row": "11", "column": "3", "value": "opal.pruitt@example.com"}
    url = page("mass_fix", notification.pk)
    away = client.post(url, {**fix, "next": "https://example.org/"})
    assert away["Location"] == page("mass_one", notification.pk)
    here = page("mass_problems", notification.pk) + "?after=2"
    assert client.post(url, {**fix, "next": here})["Location"] == here


def test_a_file_that_is_not_a_table_is_explained_not_an_error(client: Client, dana: User) -> None:
    client.post(page("mass_new"), {"name": "A", "purpose": "outage", "channels": ["email"]})
    notification = MassNotification.objects.get()
    for content in (b"", b"\x89PNG\r\n\x1a\n\x00\x00", b"PK\x03\x04nonsense"):
        file = SimpleUploadedFile("members.csv", content)
        answer = client.post(page("mass_upload", notification.pk), {"file": file}, follow=True)
        assert answer.status_code in (200, 400)
        assert words(client, page("mass_one", notification.pk))


def test_an_emergency_is_only_for_those_who_may(client: Client, dana: User) -> None:
    answer = client.post(
        page("mass_new"), {"name": "Dam", "purpose": "emergency", "channels": ["text"]}
    )
    assert answer.status_code == 403
    assert "emergencies" in answer.content.decode()
    assert not MassNotification.objects.exists()


def test_html_in_the_words_is_shown_as_words(client: Client, dana: User) -> None:
    notification = notification_of(
        "account,email,name\n1,ruth@example.com,<b>Ruth</b>\n",
        channels=["email"],
        body="<script>alert(1)</script> {{ name }}",
    )
    shown = words(client, page("mass_preview", notification.pk))
    assert "<script>alert" not in shown
    assert "<mark>&lt;b&gt;Ruth&lt;/b&gt;</mark>" in shown


def test_a_new_one_takes_its_words_and_channels_from_its_type(client: Client, dana: User) -> None:
    answer = client.post(
        page("mass_type_new"),
        {
            "name": "Tree trimming",
            "purpose": "field_work",
            "channels": ["email", "text"],
            "frequency": "monthly",
            "first_run_0": "2030-01-31",
            "first_run_1": "08:30",
            "active": "on",
            "subject": "We trim trees",
            "body": "Near you.",
        },
    )
    assert answer.status_code == 302, answer.content.decode()
    kind = NotificationType.objects.get()
    assert kind.next_run is not None
    client.post(page("mass_new"), {"name": "May", "type": str(kind.pk)})
    made = MassNotification.objects.get()
    assert (made.subject, made.channels, made.purpose) == (
        "We trim trees",
        ["email", "text"],
        "field_work",
    )


def test_a_price_is_typed_in_dollars_and_a_wrong_number_is_refused(client: Client) -> None:
    client.force_login(make_staff(Role.ADMINISTRATOR))
    sender = default_sender("text")
    form = {"name": "Main", "rate": "12", "rate_unit": "segment", "price": "0.0083"}
    wrong = client.post(page("sender", sender.pk), {**form, "address": "12"})
    assert "is not a telephone number" in wrong.content.decode()
    client.post(page("sender", sender.pk), {**form, "address": "833-555-0100"})
    sender.refresh_from_db()
    assert (sender.price_per_thousand, sender.rate, sender.address) == (830, 12, "+18335550100")


def test_the_list_can_be_searched_filtered_and_sorted(client: Client, dana: User) -> None:
    for name in ("Alpha outage", "Beta trees"):
        client.post(page("mass_new"), {"name": name, "purpose": "outage", "channels": ["email"]})
    assert "Beta trees" not in words(client, page("mass_list") + "?q=alpha")
    assert "Nothing matches" in words(client, page("mass_list") + "?state=finished")
    by_name = words(client, page("mass_list") + "?sort=name")
    assert by_name.index("Alpha outage") < by_name.index("Beta trees")


def test_the_poll_brings_the_whole_deck_when_the_state_has_changed(
    client: Client, dana: User
) -> None:
    notification = notification_of(csv_of(1))
    process.process(notification=notification, by=None)
    url = page("mass_progress", notification.pk)
    same = client.get(url + "?state=sending", headers={"HX-Request": "true"})
    assert "HX-Retarget" not in same
    changed = client.get(url + "?state=scheduled", headers={"HX-Request": "true"})
    assert changed["HX-Retarget"] == "#deck"


def test_the_html_of_an_email_is_framed_without_scripts_or_forms(
    client: Client, dana: User
) -> None:
    notification = notification_of(csv_of(2), channels=["email"])
    answer = client.get(page("mass_preview_mail", notification.pk) + "?n=2")
    assert "RENTZ SAM" in answer.content.decode()
    assert "sandbox" in answer["Content-Security-Policy"]
    assert client.get(page("mass_preview_mail", notification.pk) + "?n=x").status_code == 200


def test_what_is_in_doubt_is_sent_again_only_when_somebody_says_so(
    client: Client, dana: User
) -> None:
    notification = notification_of(csv_of(3), channels=["email"])
    process.process(notification=notification, by=dana)
    enqueueing.enqueue_rest(notification.pk)
    notification.refresh_from_db()
    assert notification.batch is not None
    notification.batch.messages.update(status=Status.UNKNOWN)
    assert page("mass_resend", notification.pk) in words(client, page("mass_one", notification.pk))
    assert "gets it twice" in words(client, page("mass_resend", notification.pk))
    answer = client.post(page("mass_resend", notification.pk), follow=True)
    assert "3 messages in doubt are sent again." in answer.content.decode()
    assert set(notification.batch.messages.values_list("status", flat=True)) == {Status.QUEUED}


def test_a_deck_in_spanish_says_in_spanish_what_is_wrong_with_the_rows(
    client: Client, dana: User
) -> None:
    """The check keeps its words in English; who looks at them may read another language."""
    notification = notification_of(SAMPLES / "after-excel.csv")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "es"
    deck = words(client, page("mass_one", notification.pk))
    assert "La hoja de cálculo cortó el número." in deck
    assert "Corrija el archivo, o elija enviar las filas buenas." in deck
    every_problem = words(client, page("mass_problems", notification.pk))
    assert "¿Quisieron decir example.com?" in every_problem
    assert "Dos direcciones en una celda. Use las dos o deje una." in every_problem
    assert "y 40 es lo máximo que podemos guardar" in every_problem
    problems = RecipientRow.objects.filter(notification=notification, good=False)
    for row in problems:
        for found in row.problems or []:
            assert found["problem"] not in every_problem
    assert "cut the number" in str(problems.values_list("problems", flat=True)[0])
