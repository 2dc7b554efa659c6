"""What a member's text to us means, and what we answer.

Only the carriers' exact keywords (RULES 12) are known here.
"""

import re
from enum import Enum

from django.conf import settings

from common.choices import Language


class Word(Enum):
    STOP = "stop"
    START = "start"
    HELP = "help"


_KEYWORDS = {
    **dict.fromkeys(
        ("stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"), Word.STOP
    ),
    **dict.fromkeys(("start", "yes", "unstop"), Word.START),
    **dict.fromkeys(("help", "info"), Word.HELP),
}
_NOT_A_LETTER = re.compile(r"[\W_]+")
_ANSWERS = {
    (Word.STOP, Language.ENGLISH): "{us}: You will get no more texts or automated calls at this "
    "number. Reply START to get texts again.",
    (Word.STOP, Language.SPANISH): "{us}: No recibirá más mensajes ni llamadas automáticas en "
    "este número. Responda START para volver a recibir mensajes.",
    (Word.START, Language.ENGLISH): "{us}: You will get our texts again. Reply STOP to end, "
    "HELP for help.",
    (Word.START, Language.SPANISH): "{us}: Volverá a recibir nuestros mensajes. Responda STOP "
    "para terminar, HELP para ayuda.",
    (Word.HELP, Language.ENGLISH): "{us}: For help call {phone}. Reply STOP to end.",
    (
        Word.HELP,
        Language.SPANISH,
    ): "{us}: Para ayuda llame al {phone}. Responda STOP para terminar.",
}


def word_in(body: str) -> Word | None:
    """The keyword that a text consists of; case, spaces and punctuation do not matter."""
    return _KEYWORDS.get(_NOT_A_LETTER.sub("", body).casefold())


def answer_to(word: Word, language: Language) -> str:
    return _ANSWERS[word, language].format(
        us=settings.UTILITY_SHORT_NAME, phone=settings.UTILITY_PHONE
    )
