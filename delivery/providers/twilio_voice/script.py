"""What is said in a call, as TwiML: to a person, to a machine, after a key (RULES 10)."""

from collections.abc import Mapping

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
    voice = VOICES[script.language]
    response = VoiceResponse()
    # The key counts from the first word on.
    gather = Gather(input="dtmf", num_digits=1, timeout=_WAIT_FOR_KEY, action=on_key, method="POST")
    for line in script.lines:
        gather.say(line, **voice)
    response.append(gather)
    response.hangup()
    return str(response)


def machine_twiml(script: VoiceScript) -> str:
    """What a machine keeps, after the beep: no key can be pressed there."""
    voice = VOICES[script.language]
    response = VoiceResponse()
    response.pause(length=_PAUSE_FOR_BEEP)
    for line in script.machine_lines:
        response.say(line, **voice)
    response.hangup()
    return str(response)


def question_twiml(lines: Mapping[Language, str], *, on_key: str) -> str:
    """Who calls us back is asked for a key, in each language."""
    response = VoiceResponse()
    gather = Gather(input="dtmf", num_digits=1, timeout=_WAIT_FOR_KEY, action=on_key, method="POST")
    for language, words in lines.items():
        gather.say(words, **VOICES[language])
    response.append(gather)
    response.hangup()
    return str(response)


def last_words_twiml(words: str, language: Language) -> str:
    """Says that it is done, and ends the call."""
    response = VoiceResponse()
    response.say(words, **VOICES[language])
    response.hangup()
    return str(response)


def goodbye_twiml() -> str:
    """The call is over."""
    response = VoiceResponse()
    response.hangup()
    return str(response)
