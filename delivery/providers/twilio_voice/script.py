"""What is said in a call, as TwiML: to a person, to a machine, after a key (RULES 10)."""

from collections.abc import Mapping, Sequence

from twilio.twiml.voice_response import Gather, VoiceResponse

from common.choices import Language
from delivery.words import VoiceScript

# Seconds after the last word in which a key still counts.
_WAIT_FOR_KEY = 5
# Machines are told by the silence after their greeting; some beep only then.
_PAUSE_FOR_BEEP = 1
VOICES: Mapping[Language, Mapping[str, str]] = {
    Language.ENGLISH: {"language": "en-US", "voice": "Polly.Joanna"},
    Language.SPANISH: {"language": "es-US", "voice": "Polly.Lupe"},
}


def call_twiml(script: VoiceScript, *, on_key: str) -> str:
    """A call to a person. `on_key`: the URL that is told which key was pressed."""
    response = VoiceResponse()
    _say_until_a_key(response, {script.language: script.lines}, on_key)
    response.hangup()
    return str(response)


def machine_twiml(script: VoiceScript, *, on_key: str) -> str:
    """What a machine keeps, after the beep: it presses no key, and is told of none. A person who
    was taken for one may, and knows the key from other calls."""
    response = VoiceResponse()
    response.pause(length=_PAUSE_FOR_BEEP)
    _say_until_a_key(response, {script.language: script.machine_lines}, on_key, wait=1)
    response.hangup()
    return str(response)


def question_twiml(lines: Mapping[Language, str], *, on_key: str) -> str:
    """Who calls us back is asked for a key, in each language."""
    response = VoiceResponse()
    _say_until_a_key(response, {language: [words] for language, words in lines.items()}, on_key)
    response.hangup()
    return str(response)


def _say_until_a_key(
    response: VoiceResponse,
    lines: Mapping[Language, Sequence[str]],
    on_key: str,
    *,
    wait: int = _WAIT_FOR_KEY,
) -> None:
    """A key counts from the first word on, # too (which else would end the call)."""
    gather = Gather(
        input="dtmf", num_digits=1, timeout=wait, finish_on_key="", action=on_key, method="POST"
    )
    for language, some in lines.items():
        for line in some:
            gather.say(line, **VOICES[language])
    response.append(gather)


def last_words_twiml(lines: Mapping[Language, str]) -> str:
    """Says what became of it, and ends the call."""
    response = VoiceResponse()
    for language, words in lines.items():
        response.say(words, **VOICES[language])
    response.hangup()
    return str(response)


def goodbye_twiml() -> str:
    """The call is over."""
    response = VoiceResponse()
    response.hangup()
    return str(response)
