"""What we answer, in the language of the member or of the text. No marketing (RULES 6)."""

from enum import Enum

import phonenumbers
from django.conf import settings
from django.utils.translation import override

from common.choices import Language, Purpose


class Answer(Enum):
    STOPPED = "stopped"
    STOPPED_KIND = "stopped kind"
    NARROWED = "narrowed"
    PAUSED = "paused"
    STARTED = "started"
    STARTED_AGAIN = "started again"
    DO_NOT_CALL = "do not call"
    HELP = "help"
    STANDARD = "standard"


_EN, _ES = Language.ENGLISH, Language.SPANISH
_ONLY_THIS_KIND = {
    _EN: ' If you meant only "{kind}", reply 1.',
    _ES: ' Si solo se refería a «{kind}», responda 1.',
}  # fmt: skip
_ANSWERS = {
    (Answer.STOPPED, _EN): "{us}: You will get no more texts or automated calls at this number. "
    "Reply START to get texts again.",
    (Answer.STOPPED, _ES): "{us}: No recibirá más mensajes ni llamadas automáticas en este número. "
    "Responda START para volver a recibir mensajes.",
    (Answer.STOPPED_KIND, _EN): '{us}: You will get no more texts or automated calls of the kind '
    '"{kind}" at this number. Reply STOP again to end all of them.',
    (Answer.STOPPED_KIND, _ES): "{us}: No recibirá más mensajes ni llamadas automáticas de "
    "«{kind}» en este número. Responda STOP otra vez para terminar todos.",
    (Answer.NARROWED, _EN): '{us}: Only "{kind}" is stopped; you will get our other messages. '
    "Reply STOP to end all.",
    (Answer.NARROWED, _ES): "{us}: Solo se detuvo «{kind}»; recibirá nuestros demás mensajes. "
    "Responda STOP para terminar todos.",
    (Answer.PAUSED, _EN): "{us}: We were not sure what you meant, so we stopped texts and "
    "automated calls to this number for now. Reply START to get texts again, or call {phone}.",
    (Answer.PAUSED, _ES): "{us}: No entendimos bien su mensaje, así que por ahora no enviaremos "
    "mensajes ni llamadas automáticas a este número. Responda START para recibirlos o llame al "
    "{phone}.",
    (Answer.STARTED, _EN): "{us}: You will get our texts. Reply STOP to end, HELP for help.",
    (Answer.STARTED, _ES): "{us}: Recibirá nuestros mensajes. Responda STOP para terminar, HELP "
    "para ayuda.",
    (Answer.STARTED_AGAIN, _EN): "{us}: You will get our texts again. Reply STOP to end, HELP for "
    "help.",
    (Answer.STARTED_AGAIN, _ES): "{us}: Volverá a recibir nuestros mensajes. Responda STOP para "
    "terminar, HELP para ayuda.",
    (Answer.DO_NOT_CALL, _EN): "{us}: Do Not Call is on for this number, so we send it nothing. "
    "To change that, call {phone}.",
    (Answer.DO_NOT_CALL, _ES): "{us}: Este número está marcado como «No llamar», así que no le "
    "enviamos nada. Para cambiarlo, llame al {phone}.",
    (Answer.HELP, _EN): "{us}: For help call {phone}. Reply STOP to end.",
    (Answer.HELP, _ES): "{us}: Para ayuda llame al {phone}. Responda STOP para terminar.",
    (Answer.STANDARD, _EN): "{us}: Thank you. This number is not read around the clock. For an "
    "outage or a question, call {phone}. Reply STOP to end, HELP for help.",
    (Answer.STANDARD, _ES): "{us}: Gracias. Este número no se lee a toda hora. Si no tiene luz o "
    "tiene una pregunta, llame al {phone}. Responda STOP para terminar, HELP para ayuda.",
}  # fmt: skip


def words_of(
    answer: Answer, language: Language, *, about: str = "", may_narrow: bool = False
) -> str:
    """The answer, ready to send. `about` is a `Purpose`, for what is said of one kind alone."""
    template = _ANSWERS[answer, language]
    if answer == Answer.STANDARD and (own := settings.REPLY_STANDARD_ANSWERS[language]):
        template = "{us}: " + own.replace("{", "{{").replace("}", "}}")
    if answer == Answer.STOPPED and may_narrow and about:
        template += _ONLY_THIS_KIND[language]
    return template.format(
        us=settings.UTILITY_SHORT_NAME, phone=_our_phone(), kind=_kind(about, language)
    )


def has_asked(answer: str, about: str) -> bool:
    """Whether that answer asked if only this kind was meant."""
    return any(
        words.format(kind=_kind(about, language)) in answer
        for language, words in _ONLY_THIS_KIND.items()
    )


def _kind(about: str, language: Language) -> str:
    if not about:
        return ""
    with override(language):
        return str(Purpose(about).label)


def _our_phone() -> str:
    """As people dial it."""
    number = settings.UTILITY_PHONE
    try:
        parsed = phonenumbers.parse(number, "US")
    except phonenumbers.NumberParseException:
        return str(number)
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)
