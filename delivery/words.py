"""What a text, a call and a push say: one source for sending, for previews and for the sandbox.

Pure functions of an `Outgoing` and the utility's own names in the settings. (An email's form is
`delivery.mime`.)
"""

import json
import re
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers
from django.conf import settings

from common.choices import Language
from common.text_segments import MOST_CHARACTERS, count_segments
from delivery.providers.base import ProviderError
from delivery.rendering import Outgoing
from delivery.speech import spoken

ELLIPSIS = "…"
# RULES 12. GSM-7 only, so that it never makes the text dearer than a line of plain ones.
HOW_TO_STOP = {
    Language.ENGLISH: "Reply STOP to end, HELP for help.",
    Language.SPANISH: "Responda STOP para terminar, HELP para ayuda.",
}
# RULES 10; the opt-out comes within two seconds of the name (47 CFR 64.1200(b)(3)). What the key
# stops is said as it is: texts too, as a revocation ends both (RULES 5).
OPENING = {
    Language.ENGLISH: "This is {name} with an automated message. "
    "To stop automated calls and texts, press 9 at any time.",
    Language.SPANISH: "Este es un mensaje automático de {name}. "
    "Para no recibir más llamadas ni mensajes de texto automáticos, marque 9 en cualquier momento.",
}
CLOSING = {
    Language.ENGLISH: "To hear this again, press 1. To reach us, call {number}. Thank you.",
    Language.SPANISH: "Para escuchar este mensaje otra vez, marque 1. "
    "Para comunicarse con nosotros, llame al {number}. Gracias.",
}
# An answering machine presses no key: the way out is to call back.
MACHINE_OPENING = {
    Language.ENGLISH: "This is {name} with an automated message.",
    Language.SPANISH: "Este es un mensaje automático de {name}.",
}
MACHINE_CLOSING = {
    Language.ENGLISH: "To reach us, call {number}. "
    "To stop automated calls and texts, call {stop_number} at any time. Thank you.",
    Language.SPANISH: "Para comunicarse con nosotros, llame al {number}. "
    "Para no recibir más llamadas ni mensajes de texto automáticos, llame al {stop_number} "
    "en cualquier momento. Gracias.",
}
STOPPED = {
    Language.ENGLISH: "You will get no more automated calls or texts from {name} at this number. "
    "Goodbye.",
    Language.SPANISH: "No recibirá más llamadas ni mensajes de texto automáticos de {name} "
    "en este número. Adiós.",
}
# Whoever calls the number back that opts out.
CALLED_BACK = {
    Language.ENGLISH: "This is {name}. To stop automated calls and texts to the number that you "
    "are calling from, press 9. To speak with us, call {number}.",
    Language.SPANISH: "Este es {name}. Para no recibir más llamadas ni mensajes de texto "
    "automáticos en el número desde el que llama, marque 9. "
    "Para hablar con nosotros, llame al {number}.",
}
# The same, where the telephone hides its number: nobody may hang up and think that it is done.
NOT_STOPPED = {
    Language.ENGLISH: "We can't see the number that you are calling from, so nothing was stopped. "
    "Please call again without hiding it, or call {number} and tell us.",
    Language.SPANISH: "No podemos ver el número desde el que llama, así que no se detuvo nada. "
    "Llame otra vez sin ocultarlo, o llame al {number} y díganos.",
}
# RULES 23 and 24: about 3 kB for a browser, 4,096 bytes for a phone, as JSON with its frame.
PUSH_TITLE_BYTES = 200
PUSH_BODY_BYTES = 2400

# What XML 1.0 cannot hold at all, and nobody can hear.
_UNSPEAKABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_SPACES = re.compile(r"\s+")
_LINE_ENDS = re.compile(r"[ \t]*\r?\n")
_BLANK_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class VoiceScript:
    """What a call says, in the order in which it says it, to a person and to a machine."""

    language: Language
    opening: str
    message: str
    closing: str
    machine_opening: str
    machine_closing: str

    @property
    def lines(self) -> tuple[str, str, str]:
        return self.opening, self.message, self.closing

    @property
    def machine_lines(self) -> tuple[str, str, str]:
        return self.machine_opening, self.message, self.machine_closing


@dataclass(frozen=True, slots=True)
class PushNote:
    title: str
    body: str
    url: str


def render_text(outgoing: Outgoing) -> str:
    """The text message, word for word.

    Raises ProviderError (permanent) where it is empty or longer than the carrier takes.
    """
    body = _tidy(outgoing.wording.text.fill(outgoing.context))
    if not body:
        raise ProviderError("The text has no words.", permanent=True, code="empty")
    if not _begins_with_our_name(body):
        body = f"{settings.UTILITY_SHORT_NAME}: {body}"
    if outgoing.first_text and not _says_how_to_stop(body):
        body = f"{body} {HOW_TO_STOP[_language(outgoing)]}"
    # Counted in UTF-16 units, as the carrier does: an emoji is two.
    length = len(body.encode("utf-16-le", "surrogatepass")) // 2
    if length > MOST_CHARACTERS:
        raise ProviderError(
            f"The text is {length:,} characters long with its placeholders filled in; "
            f"{MOST_CHARACTERS:,} is the most.",
            permanent=True,
            code="too_long",
        )
    return body


def segments_of(outgoing: Outgoing) -> int:
    """How many segments the text takes, which is what the carrier charges and paces by (RULES 13).

    1 where it can't be sent: its turn is used up all the same.
    """
    try:
        return count_segments(render_text(outgoing)).segments
    except ProviderError:
        return 1


def render_voice(outgoing: Outgoing) -> VoiceScript:
    """The script of a call (RULES 10). Raises ProviderError (permanent) where it says nothing."""
    language = _language(outgoing)
    written = _UNSPEAKABLE.sub(" ", outgoing.wording.voice.fill(outgoing.context))
    message = spoken(_SPACES.sub(" ", written).strip(), language)
    if not message:
        raise ProviderError("The call has no words.", permanent=True, code="empty")
    # A full stop makes the voice pause before the closing words.
    if message[-1].isalnum():
        message += "."
    names = {
        "name": settings.UTILITY_NAME,
        "number": spoken_number(settings.UTILITY_PHONE),
        "stop_number": spoken_number(settings.UTILITY_OPT_OUT_PHONE),
    }
    return VoiceScript(
        language=language,
        opening=OPENING[language].format(**names),
        message=message,
        closing=CLOSING[language].format(**names),
        machine_opening=MACHINE_OPENING[language].format(**names),
        machine_closing=MACHINE_CLOSING[language].format(**names),
    )


def stopped_words(language: Language) -> str:
    """What is said when key 9 was pressed, before the call ends."""
    return STOPPED[language].format(name=settings.UTILITY_NAME)


def called_back_words(language: Language) -> str:
    """What somebody hears who calls the opt-out number."""
    return CALLED_BACK[language].format(
        name=settings.UTILITY_NAME, number=spoken_number(settings.UTILITY_PHONE)
    )


def not_stopped_words(language: Language) -> str:
    """What somebody hears who presses 9 there and whose number is hidden."""
    return NOT_STOPPED[language].format(number=spoken_number(settings.UTILITY_PHONE))


def render_push(outgoing: Outgoing) -> PushNote:
    """The notification, cut at a word so that its payload fits every push service."""
    wording, context = outgoing.wording, outgoing.context
    title = _SPACES.sub(" ", wording.subject.fill(context)).strip()
    return PushNote(
        title=_cut(title or settings.UTILITY_SHORT_NAME, PUSH_TITLE_BYTES),
        body=_cut(_tidy(wording.text.fill(context)), PUSH_BODY_BYTES),
        url=f"{settings.PUBLIC_URL}/",
    )


@lru_cache(maxsize=16)
def spoken_number(number: str) -> str:
    """`+14785550100` digit by digit with pauses: `4 7 8, 5 5 5, 0 1 0 0`."""
    try:
        parsed = phonenumbers.parse(number, settings.PHONENUMBER_DEFAULT_REGION)
    except phonenumbers.NumberParseException:  # as written, then; a system check speaks of it
        return number
    digits = phonenumbers.national_significant_number(parsed)
    groups = [digits[:3], digits[3:6], digits[6:]] if len(digits) == 10 else [digits]
    return ", ".join(" ".join(group) for group in groups)


def _language(outgoing: Outgoing) -> Language:
    return Language.SPANISH if outgoing.wording.language == "es" else Language.ENGLISH


def _begins_with_our_name(body: str) -> bool:
    start = body.casefold()
    return any(
        start.startswith(name.casefold())
        for name in (settings.UTILITY_SHORT_NAME, settings.UTILITY_NAME)
    )


def _says_how_to_stop(body: str) -> bool:
    """The words that ask for a YES say it themselves."""
    return any(words.partition(" ")[2] in body for words in HOW_TO_STOP.values())


def _tidy(text: str) -> str:
    """Without control characters, trailing spaces and gaps of lines, which cost segments."""
    text = _UNSPEAKABLE.sub("", text)
    return _BLANK_LINES.sub("\n\n", _LINE_ENDS.sub("\n", text)).strip()


def _json_bytes(text: str) -> int:
    """At most so many bytes in JSON, whichever way it is escaped."""
    return len(json.dumps(text)) - 2


def _cut(text: str, limit: int) -> str:
    """`text`, or its first words and an ellipsis, in at most `limit` bytes of JSON."""
    if _json_bytes(text) <= limit:
        return text
    room = limit - _json_bytes(ELLIPSIS)
    end = used = 0
    while (used := used + _json_bytes(text[end])) <= room:
        end += 1
    kept = text[:end]
    words = kept.rsplit(None, 1)
    # One endless word is cut inside; else the last word, which may be half, is left off.
    if len(words) == 2 and not text[end].isspace():
        kept = words[0]
    return kept.rstrip() + ELLIPSIS
