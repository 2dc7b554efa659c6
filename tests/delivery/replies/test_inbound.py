"""What follows from a text to us (RULES 5, 6, 8, 12)."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from common.choices import Channel, Purpose
from common.text_segments import count_segments
from customers.choices import ConsentAction, ConsentSource, SuppressionReason
from customers.consent import opt_out, set_do_not_call
from customers.models import ConsentEvent, Suppression
from delivery.choices import Status
from delivery.models import Message
from delivery.replies.choices import ReplyKind, Review
from delivery.replies.models import InboundText
from delivery.selectors import default_sender
from delivery.signals import yes_received
from tests.delivery.making import queue_messages
from tests.delivery.replies.texting import NUMBER, US, last_text, new_sid, text, was_sent
from tests.factories import make_customer

pytestmark = pytest.mark.django_db


def off() -> set[tuple[str, str]]:
    """(channel, purpose) of what the number refused."""
    return set(
        Suppression.objects.filter(address=NUMBER, reason=SuppressionReason.OPTED_OUT).values_list(
            "channel", "purpose"
        )
    )


EVERYTHING = {("text", ""), ("voice", "")}


def earlier(hours: float) -> None:
    InboundText.objects.update(at=timezone.now() - timedelta(hours=hours))


# ── stop ────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("body", ["STOP", "optout", "please take me off", "ya no me manden"])
def test_a_revocation_stops_texts_and_calls_and_is_confirmed(body: str) -> None:
    answer = text(body)
    assert answer.startswith("Pine River Electric: ")
    assert "START" in answer
    assert off() == EVERYTHING
    event = ConsentEvent.objects.filter(channel="text").get()
    assert (event.action, event.source, event.words) == (
        ConsentAction.REVOKED,
        ConsentSource.TEXT_REPLY,
        body,
    )


def test_email_and_push_are_not_stopped() -> None:
    customer = make_customer(mobile_number=NUMBER)
    text("STOP")
    assert not Suppression.objects.exclude(channel__in=["text", "voice"]).exists()
    assert not Suppression.objects.filter(address=customer.email_1).exists()


def test_a_stop_is_confirmed_once_however_often_it_is_said() -> None:
    assert text("STOP")
    assert [text("STOP"), text("stop!!"), text("take me off")] == ["", "", ""]
    assert InboundText.objects.count() == 4


def test_a_stop_after_a_start_is_confirmed_again() -> None:
    text("STOP")
    text("START")
    assert "no more texts" in text("STOP")
    assert off() == EVERYTHING


def test_a_stop_a_day_later_is_confirmed_again() -> None:
    text("STOP")
    earlier(hours=25)
    assert text("STOP")


def test_the_same_text_told_twice_counts_once() -> None:
    sid = new_sid()
    assert text("STOP", sid=sid)
    text("START")
    assert text("STOP", sid=sid) == ""
    assert off() == {("voice", "")}
    assert InboundText.objects.count() == 2


def test_what_is_queued_shows_as_left_out_at_once(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    for channel in (Channel.TEXT, Channel.VOICE, Channel.EMAIL):
        queue_messages(3, channel=channel, cause=channel)
    Message.objects.filter(channel__in=["text", "voice"], cause_id__lt=2).update(address=NUMBER)
    with django_capture_on_commit_callbacks(execute=True):
        text("STOP")
    assert Message.objects.filter(address=NUMBER, status=Status.SUPPRESSED).count() == 4
    assert Message.objects.filter(status=Status.QUEUED).count() == 5
    assert set(Message.objects.filter(address=NUMBER).values_list("reason", flat=True)) == {
        "opted_out"
    }


def test_everybody_who_holds_the_number_is_recorded() -> None:
    holders = {make_customer(mobile_number=NUMBER).pk, make_customer(home_number=NUMBER).pk}
    text("STOP")
    assert set(last_text().customers.values_list("pk", flat=True)) == holders
    assert set(ConsentEvent.objects.values_list("customer_id", flat=True)) == holders


def test_where_the_carrier_has_answered_we_do_not() -> None:
    assert text("STOP", to="+18335550100") == ""
    assert off() == EVERYTHING
    assert text("please stop texting me", to="+18335550100") != ""


def test_what_twilio_has_read_and_answered_holds() -> None:
    assert text("Adios", opt_out_type="STOP") == ""
    assert (last_text().kind, off()) == (ReplyKind.REVOKE, EVERYTHING)


# ── all, or only this kind ──────────────────────────────────────────────────────────────────────
def test_the_confirmation_asks_whether_only_this_kind_should_stop() -> None:
    was_sent()
    assert '"Account alert", reply 1' in text("STOP")
    assert off() == EVERYTHING


@pytest.mark.parametrize("body", ["1", " 1. ", "only this kind", "Just these", "solo este tipo"])
def test_only_this_kind_stops_where_the_member_says_so_within_a_day(body: str) -> None:
    was_sent()
    text("STOP")
    assert "other messages" in text(body) or "demás" in last_text().answer
    assert off() == {("text", "account"), ("voice", "account")}


def test_no_answer_or_a_late_one_means_all() -> None:
    was_sent()
    text("STOP")
    earlier(hours=25)
    text("1")
    assert off() == EVERYTHING


def test_a_one_that_nobody_asked_for_is_a_text_like_any_other() -> None:
    text("1")
    assert off() == set()
    text("STOP")  # nothing was sent before it: there is no kind to ask about
    text("1")
    assert off() == EVERYTHING


def test_a_one_is_no_answer_where_the_question_was_not_asked(settings: Settings) -> None:
    was_sent()
    text("STOP", to="+18005550100")  # the carrier confirms it, in its own words
    text("1", to="+18005550100")
    assert off() == EVERYTHING
    text("START")
    settings.STOP_ASKS_SCOPE = False
    text("STOP")
    text("1")
    assert off() == EVERYTHING


def test_narrowing_leaves_what_was_refused_before() -> None:
    was_sent()
    opt_out(address=NUMBER, channels=[Channel.VOICE], source=ConsentSource.VOICE_KEY)
    opt_out(
        address=NUMBER, channels=[Channel.TEXT], source=ConsentSource.CSR, purpose=Purpose.OUTAGE
    )
    text("STOP")
    text("1")
    assert off() == {("voice", ""), ("text", "account"), ("text", "outage")}


def test_a_second_stop_after_narrowing_means_all() -> None:
    was_sent()
    text("STOP")
    text("1")
    text("STOP")
    assert off() >= EVERYTHING


def test_a_site_may_take_one_stop_for_one_kind_until_the_law_ends_it(settings: Settings) -> None:
    settings.STOP_SCOPE = "kind"
    settings.STOP_SCOPE_KIND_UNTIL = timezone.localdate()
    was_sent()
    assert "Account alert" in text("STOP")
    assert off() == {("text", "account"), ("voice", "account")}
    text("STOP")
    assert off() >= EVERYTHING


@pytest.mark.parametrize(
    "body",
    ["STOPALL", "stop all", "Please stop everything", "wrong number", "take me off", "revoke"],
)
def test_who_says_all_means_all_where_one_stop_stops_one_kind(
    settings: Settings, body: str
) -> None:
    settings.STOP_SCOPE = "kind"
    settings.STOP_SCOPE_KIND_UNTIL = timezone.localdate()
    was_sent()
    text(body)
    assert off() == EVERYTHING


def test_a_carriers_stop_is_of_everything_where_one_stop_stops_one_kind(
    settings: Settings,
) -> None:
    settings.STOP_SCOPE = "kind"
    settings.STOP_SCOPE_KIND_UNTIL = timezone.localdate()
    was_sent()
    text("STOP", opt_out_type="STOP")
    assert off() == EVERYTHING


def test_stop_again_means_all_as_we_said_whatever_came_between(settings: Settings) -> None:
    settings.STOP_SCOPE = "kind"
    settings.STOP_SCOPE_KIND_UNTIL = timezone.localdate()
    was_sent()
    assert "Reply STOP again to end all" in text("STOP")
    was_sent(purpose="outage")
    text("STOP")
    assert off() >= EVERYTHING


def test_after_the_laws_date_one_stop_stops_all(settings: Settings) -> None:
    settings.STOP_SCOPE = "kind"
    settings.STOP_SCOPE_KIND_UNTIL = date(2026, 1, 31)
    was_sent()
    text("STOP")
    assert off() == EVERYTHING


# ── start ───────────────────────────────────────────────────────────────────────────────────────
def test_start_brings_texts_back_and_not_calls() -> None:
    text("STOP")
    assert "our texts again" in text("start")
    assert off() == {("voice", "")}


@pytest.mark.parametrize("body", ["Yes, thank you", "si gracias", "yes thanks!"])
def test_a_thank_you_for_the_stop_starts_nothing(body: str) -> None:
    text("STOP")
    assert text(body) == ""
    assert (last_text().kind, off()) == (ReplyKind.OTHER, EVERYTHING)
    assert "our texts again" in text("yes")


@pytest.mark.parametrize(
    "body",
    [
        "Yes, start the texts again, thanks",
        "si, START, gracias",
        "Yes. Turn my texts back on. Thank you!",
    ],
)
def test_a_start_is_one_with_a_thank_you_too(body: str) -> None:
    text("STOP")
    text(body)
    assert (last_text().kind, off()) == (ReplyKind.START, {("voice", "")})


def test_a_thank_you_for_the_narrowing_leaves_that_kind_off() -> None:
    was_sent()
    text("STOP")
    assert "other messages" in text("1")
    text("Yes, thank you")
    assert off() == {("text", "account"), ("voice", "account")}
    text("yes")
    assert off() == {("voice", "account")}


def test_a_yes_that_is_waited_for_may_be_a_polite_one() -> None:
    opt_out(
        address=NUMBER, channels=[Channel.TEXT], source=ConsentSource.CSR, purpose=Purpose.OUTAGE
    )
    Suppression.objects.create(
        address=NUMBER,
        channel=Channel.TEXT,
        purpose=Purpose.ACCOUNT,
        reason=SuppressionReason.WAITING_YES,
    )
    text("Yes, thank you")
    assert last_text().kind == ReplyKind.START


def test_yes_is_told_to_those_who_wait_for_it() -> None:
    heard: list[str] = []

    def hear(number: str, **kwargs: object) -> None:
        heard.append(number)

    yes_received.connect(hear)
    try:
        for body in ("YES", "STOP", "maybe", "sí"):
            text(body)
    finally:
        yes_received.disconnect(hear)
    assert heard == [NUMBER, NUMBER]


def test_a_listener_that_fails_undoes_nothing() -> None:
    def fail(**kwargs: object) -> None:
        InboundText.objects.create(sid=last_text().sid)  # breaks its own part alone

    text("STOP")
    yes_received.connect(fail)
    try:
        assert text("START")
    finally:
        yes_received.disconnect(fail)
    assert off() == {("voice", "")}


def test_start_does_not_lift_do_not_call() -> None:
    make_customer(mobile_number=NUMBER)
    set_do_not_call(NUMBER, True, source=ConsentSource.CSR)
    assert "Do Not Call is on" in text("START")
    assert Suppression.objects.filter(reason=SuppressionReason.DO_NOT_CALL).count() == 2


# ── unclear ─────────────────────────────────────────────────────────────────────────────────────
def test_an_unclear_text_suppresses_and_waits_for_a_person() -> None:
    answer = text("I never signed up for this")
    assert "not sure what you meant" in answer
    assert off() == EVERYTHING
    assert last_text().review == Review.WAITING
    assert text("I never signed up for this!!") == ""
    assert InboundText.objects.filter(review=Review.WAITING).count() == 2


def test_who_wants_nothing_anyway_does_not_wait() -> None:
    text("STOP")
    assert text("no") == ""
    assert last_text().review == Review.NOT_NEEDED


@pytest.mark.parametrize("body", ["just the outages please", "only text me if the power is out"])
def test_an_answer_of_their_own_to_our_question_waits_for_a_person(body: str) -> None:
    was_sent()
    text("STOP")
    assert text(body) == ""
    assert (last_text().review, off()) == (Review.WAITING, EVERYTHING)


def test_a_stop_behind_it_settles_it() -> None:
    text("no")
    assert "no more texts" in text("STOP")
    assert not InboundText.objects.filter(review=Review.WAITING).exists()
    assert off() == EVERYTHING


def test_a_start_behind_it_settles_it_and_brings_back_what_it_turned_off() -> None:
    text("no")
    text("START")
    assert not InboundText.objects.filter(review=Review.WAITING).exists()
    assert off() == set()


# ── help and everything else ────────────────────────────────────────────────────────────────────
def test_help_says_who_we_are_and_how_to_stop() -> None:
    answer = text("Help")
    assert answer.startswith("Pine River Electric")
    assert "(478) 555-0100" in answer
    assert "STOP" in answer
    assert off() == set()
    assert text("HELP") == ""  # a machine that asks again at once


def test_help_is_answered_after_a_stop_too() -> None:
    text("STOP")
    assert text("HELP")


def test_other_words_get_the_standard_answer_once_a_day() -> None:
    assert "not read around the clock" in text("When is my power back?")
    assert [text("Hello?"), text("Anybody there")] == ["", ""]
    earlier(hours=25)
    assert text("Hello")
    assert off() == set()


def test_who_said_stop_gets_no_standard_answer() -> None:
    text("STOP")
    assert text("thanks") == ""


def test_do_not_call_gets_no_standard_answer() -> None:
    set_do_not_call(NUMBER, True, source=ConsentSource.CSR)
    assert text("thanks") == ""


@pytest.mark.parametrize("body", ["Liked “Power is back. Reply STOP to end”", "👍 to “Paid”", "👍"])
def test_a_reaction_gets_no_answer(body: str) -> None:
    assert text(body) == ""
    assert off() == set()


@pytest.mark.parametrize("body", ["", "   ", "\x00"])
def test_a_picture_without_words_is_kept(body: str) -> None:
    text(body)
    assert (last_text().kind, last_text().body) == (ReplyKind.OTHER, "")


def test_a_site_has_its_own_standard_answer(settings: Settings) -> None:
    settings.REPLY_STANDARD_ANSWERS = {"en": "Use {our} app.", "es": ""}
    assert text("hello there") == "Pine River Electric: Use {our} app."
    assert "no se lee a toda hora" in text("¿cuándo vuelve la luz?", number="+14785550112")


# ── languages ───────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("body", ["STOP", "STOP STOP STOP!!", "stop, stop, STOP"])
def test_a_spanish_member_is_answered_in_spanish(body: str) -> None:
    make_customer(mobile_number=NUMBER, language="es")
    assert "No recibirá más mensajes" in text(body)


def test_a_spanish_text_is_answered_in_spanish() -> None:
    make_customer(mobile_number=NUMBER, language="en")
    assert "No recibirá más mensajes" in text("ya no me manden mensajes")


def test_every_english_answer_is_cheap() -> None:
    was_sent()
    answers = [text("STOP"), text("1"), text("START"), text("HELP")]
    answers.append(text("hello", number="+14785550112"))
    assert all(answers)
    assert all(count_segments(answer).encoding == "GSM-7" for answer in answers)


# ── loops, strangers, privacy ───────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("number", ["12345", "anonymous", "", US, "+14785550199", "+1478"])
def test_short_codes_and_our_own_numbers_are_never_answered(
    number: str, settings: Settings
) -> None:
    sender = default_sender(Channel.TEXT)
    sender.address = "+14785550199"
    sender.save()
    assert text("STOP", number=number) == ""
    assert not InboundText.objects.exists()
    assert not Suppression.objects.exists()


def test_two_machines_do_not_talk_for_ever() -> None:
    answers = [text(body) for _ in range(20) for body in ("STOP", "START")]
    assert sum(bool(answer) for answer in answers) <= 10
    assert off() == {("voice", "")}  # each was acted on


def test_nothing_of_a_text_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG"):
        for body in ("my secret", "STOP", "no", "START"):
            text(body)
    assert "secret" not in caplog.text
    assert NUMBER not in caplog.text
    assert NUMBER[2:] not in caplog.text
