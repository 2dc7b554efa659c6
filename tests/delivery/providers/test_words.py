"""What texts, calls and push notes say."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from common.text_segments import Encoding, count_segments
from delivery import words
from delivery.providers.base import ProviderError
from delivery.rendering import From, Outgoing, Wording
from tests.delivery.providers.outgoing import make_outgoing

NUMBER = "+14785550111"


def outgoing(
    body: str,
    *,
    language: str = "en",
    first_text: bool = False,
    subject: str = "",
    voice: str = "",
    context: dict[str, str] | None = None,
) -> Outgoing:
    wording = Wording(1, language, "outage", subject, body, voice_source=voice)
    base = make_outgoing(NUMBER, wording=wording, context=context or {})
    return Outgoing(
        id=1,
        key=base.key,
        address=NUMBER,
        sender=From(1, "Pine River Electric", ""),
        wording=wording,
        context=context or {},
        first_text=first_text,
    )


def test_a_text_begins_with_the_utilitys_short_name() -> None:
    assert words.render_text(outgoing("Crews are near.")) == "Pine River Electric: Crews are near."


@pytest.mark.parametrize(
    "body", ["Pine River Electric Cooperative thanks you.", "PINE RIVER ELECTRIC: crews are near."]
)
def test_a_text_that_names_the_utility_first_is_left_so(body: str) -> None:
    assert words.render_text(outgoing(body)) == body


def test_the_first_text_says_how_to_stop_in_its_language() -> None:
    assert words.render_text(outgoing("Hi.", first_text=True)).endswith(
        "Hi. Reply STOP to end, HELP for help."
    )
    assert words.render_text(outgoing("Hola.", first_text=True, language="es")).endswith(
        "Hola. Responda STOP para terminar, HELP para ayuda."
    )


@pytest.mark.parametrize("language", ["en", "es"])
def test_what_we_add_to_a_text_never_turns_it_to_ucs2(language: str) -> None:
    text = words.render_text(outgoing("Hi.", first_text=True, language=language))
    assert count_segments(text).encoding == Encoding.GSM7


def test_a_text_without_words_is_refused() -> None:
    with pytest.raises(ProviderError) as caught:
        words.render_text(outgoing("{{ note }}"))
    assert caught.value.permanent


def test_a_text_of_1600_characters_goes_and_one_more_does_not() -> None:
    room = 1600 - len("Pine River Electric: ")
    assert len(words.render_text(outgoing("x" * room))) == 1600
    with pytest.raises(ProviderError, match="1,601 characters") as caught:
        words.render_text(outgoing("x" * (room + 1)))
    assert caught.value.permanent


def test_emoji_count_twice_towards_the_longest_text() -> None:
    with pytest.raises(ProviderError):
        words.render_text(outgoing("\N{HIGH VOLTAGE SIGN}\N{ELECTRIC LIGHT BULB}" * 600))


def test_segments_of_counts_what_is_sent() -> None:
    body = "x" * 150
    assert words.segments_of(outgoing(body)) == 2
    assert words.segments_of(outgoing("Hi.")) == 1


def test_a_call_names_the_utility_the_key_and_the_number() -> None:
    script = words.render_voice(outgoing("Crews are near {{ road }}", context={"road": "Elm Rd"}))
    assert script.opening.startswith("This is Pine River Electric Cooperative")
    assert "press 9" in script.opening
    assert script.message == "Crews are near Elm Rd."
    assert "4 7 8, 5 5 5, 0 1 0 0" in script.closing


def test_a_spanish_call_is_spanish() -> None:
    script = words.render_voice(outgoing("Hay cuadrillas cerca.", language="es"))
    assert script.language == "es"
    assert "marque 9" in script.opening
    assert "llame al" in script.closing


def test_a_call_says_its_own_words_where_it_has_them() -> None:
    script = words.render_voice(outgoing("See https://example.com", voice="Look at our page"))
    assert script.message == "Look at our page."


@given(st.text(min_size=1))
def test_a_call_holds_nothing_that_xml_cannot(text: str) -> None:
    try:
        script = words.render_voice(outgoing("{{ note }}", context={"note": text}))
    except ProviderError:
        return
    for character in script.message:
        assert character in "\t\n\r" or " " <= character <= "\ud7ff" or character >= "\ue000"


def test_a_push_note_has_the_subject_as_title() -> None:
    note = words.render_push(outgoing("Crews are near.", subject="Outage"))
    assert (note.title, note.body) == ("Outage", "Crews are near.")
    assert words.render_push(outgoing("Crews are near.")).title == "Pine River Electric"


@given(st.text(), st.text(min_size=500))
def test_a_push_note_always_fits(subject: str, body: str) -> None:
    note = words.render_push(
        outgoing("{{ b }}", subject="{{ s }}", context={"s": subject, "b": body * 3})
    )
    payload = json.dumps({"title": note.title, "body": note.body, "url": note.url})
    assert len(payload) < 3000


def test_a_long_push_note_is_cut_at_a_word() -> None:
    note = words.render_push(outgoing("outage " * 600))
    assert note.body.endswith("outage…")
    assert len(note.body) > 2300


def test_an_endless_word_is_cut_inside() -> None:
    note = words.render_push(outgoing("x" * 5000))
    assert note.body == "x" * (2400 - 6) + "…"


def test_a_number_that_is_none_is_said_as_it_is_written(settings: Settings) -> None:
    settings.UTILITY_PHONE = "the office"
    assert "the office" in words.render_voice(outgoing("Hi")).closing
