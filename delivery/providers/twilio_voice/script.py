"""A call's script as TwiML: what is said, in which voice, and key 9 (RULES 10)."""

from twilio.twiml.voice_response import Gather, VoiceResponse

from common.choices import Language
from delivery.words import VoiceScript

# Key that opts out.
STOP_KEY = "9"
# Seconds after the last word in which the key still counts.
_WAIT_FOR_KEY = 4
_VOICES = {
    Language.ENGLISH: {"language": "en-US", "voice": "Polly.Joanna"},
    Language.SPANISH: {"language": "es-US", "voice": "Polly.Lupe"},
}


def call_twiml(script: VoiceScript, *, on_key: str) -> str:
    """The whole call. `on_key`: the URL that is told which key was pressed."""
    voice = _VOICES[script.language]
    response = VoiceResponse()
    # The key counts from the first word on.
    gather = Gather(input="dtmf", num_digits=1, timeout=_WAIT_FOR_KEY, action=on_key, method="POST")
    gather.say(script.opening, **voice)
    gather.say(script.message, **voice)
    gather.say(script.closing, **voice)
    response.append(gather)
    response.hangup()
    return str(response)


def stopped_twiml(words: str, language: Language) -> str:
    """The answer to key 9: says that it is done, and ends the call."""
    response = VoiceResponse()
    response.say(words, **_VOICES[language])
    response.hangup()
    return str(response)


def goodbye_twiml() -> str:
    """The answer to any other key: the call is over."""
    response = VoiceResponse()
    response.hangup()
    return str(response)
