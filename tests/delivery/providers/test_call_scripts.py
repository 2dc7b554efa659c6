"""Each script is TwiML that Twilio takes, in every language (RULES 10)."""

from uuid import uuid4
from xml.etree import ElementTree

import pytest
from pytest_django import Settings

from common.choices import Language
from delivery import words
from delivery.providers.twilio_voice.script import (
    VOICES,
    call_twiml,
    goodbye_twiml,
    last_words_twiml,
    machine_twiml,
    question_twiml,
)
from tests.delivery.providers.test_words import outgoing

ON_KEY = f"https://upn.example.com/hooks/twilio/gather/{uuid4()}/?heard=1&x=2"
# Of Twilio's reference: what a verb may have.
ATTRIBUTES = {
    "Response": set(),
    "Say": {"language", "voice", "loop"},
    "Pause": {"length"},
    "Hangup": set(),
    "Gather": {
        "input",
        "numDigits",
        "timeout",
        "finishOnKey",
        "action",
        "method",
        "language",
    },
}
INSIDE = {"Response": {"Say", "Pause", "Hangup", "Gather"}, "Gather": {"Say", "Pause"}}
BODIES = ["Crews work at pole 7.", 'Tom & <b>Jerry</b> ]]> "quoted"', "Ñandú, café, 電力 👍"]


def check_twiml(document: str) -> ElementTree.Element:
    """Well-formed, with verbs, attributes and words that Twilio knows; returns its root."""
    root = ElementTree.fromstring(document)
    assert root.tag == "Response"
    for parent in root.iter():
        assert set(parent.attrib) <= ATTRIBUTES[parent.tag], parent.tag
        assert {child.tag for child in parent} <= INSIDE.get(parent.tag, set()), parent.tag
        if parent.tag == "Say":
            assert parent.text
            assert parent.text.strip()
            assert len(parent.text) <= 3000
            pair = {"language": parent.get("language"), "voice": parent.get("voice")}
            assert pair in [dict(voice) for voice in VOICES.values()]
    # Nothing is said after a call has ended, and each call ends.
    assert [child.tag for child in root][-1] == "Hangup"
    assert [child.tag for child in root].count("Hangup") == 1
    return root


@pytest.mark.parametrize("language", Language.values)
@pytest.mark.parametrize("body", BODIES)
def test_a_person_hears_the_name_the_key_and_the_number_to_call(language: str, body: str) -> None:
    root = check_twiml(
        call_twiml(words.render_voice(outgoing(body, language=language)), on_key=ON_KEY)
    )
    gather = root.find("Gather")
    assert gather is not None
    assert gather.get("action") == ON_KEY
    # "#" is a key like others: it must not count as the end of the call.
    assert gather.get("finishOnKey") == ""
    said = [str(say.text) for say in gather]
    # Every word is within the gather: the key counts from the first on.
    assert not root.findall("Say")
    assert "Pine River Electric Cooperative" in said[0]
    assert " 9 " in said[0].replace(",", " ")
    assert "4 7 8, 5 5 5, 0 1 0 0" in said[-1]
    assert " 1" in said[-1]


@pytest.mark.parametrize("language", Language.values)
@pytest.mark.parametrize("body", BODIES)
def test_a_machine_keeps_no_keys_and_the_number_that_opts_out(
    settings: Settings, language: str, body: str
) -> None:
    settings.UTILITY_OPT_OUT_PHONE = "+18005550199"
    script = words.render_voice(outgoing(body, language=language))
    root = check_twiml(machine_twiml(script, on_key=ON_KEY))
    # No key is spoken of, but a person who was taken for a machine may press it all the same.
    gather = root.find("Gather")
    assert gather is not None
    assert (gather.get("action"), gather.get("timeout")) == (ON_KEY, "1")
    said = [str(say.text) for say in gather]
    whole = " ".join(said)
    assert said[0].index("Pine River Electric Cooperative") < 40
    assert "8 0 0, 5 5 5, 0 1 9 9" in said[-1]
    assert "4 7 8, 5 5 5, 0 1 0 0" in said[-1]
    for key in ("press", "marque"):
        assert key not in whole


@pytest.mark.parametrize("language", Language)
def test_the_other_answers_are_twiml_too(language: Language) -> None:
    check_twiml(last_words_twiml({language: words.stopped_words(language)}))
    both = {one: words.called_back_words(one) for one in Language}
    root = check_twiml(question_twiml(both, on_key=ON_KEY))
    assert len(root.findall("Gather/Say")) == len(Language)
    check_twiml(goodbye_twiml())


def test_each_language_has_its_words_and_its_voice() -> None:
    for table in (
        words.OPENING,
        words.CLOSING,
        words.MACHINE_OPENING,
        words.MACHINE_CLOSING,
        words.STOPPED,
        words.CALLED_BACK,
        words.NOT_STOPPED,
        VOICES,
    ):
        assert set(table) == set(Language)
