"""In which language somebody writes to us."""

import re
from collections.abc import Iterable

from common.choices import Language
from customers.models import Customer

_WORD = re.compile(r"[^\W\d_]+")
# Words that no English text has; "no", "me" and "para" prove nothing.
_SPANISH_WORDS = (
    "alto pare paren parar parale parenle basta baja cancelar cancelen cancele detener detengan "
    "más mas ya mensaje mensajes texto textos llamada llamadas llamen llame manden mande mandar "
    "mandarme envíen envien enviar enviarme quiero deseo recibir dejen deje dejar dejenme déjenme "
    "quítenme quitenme quiteme saquenme sáquenme lista número numero equivocado equivocada gracias "
    "favor ayuda información informacion sí si luz cuándo cuando cómo como dónde donde quién quien "
    "está esta estoy tengo tiene hay recibo factura pagar pago servicio hola buenos buenas días "
    "dias qué porqué por el la los las mi su sus y es un una nada molesten escriban necesito "
    "comenzar iniciar alta reanudar desuscribir desuscribirme avisos alertas"
)
_ENGLISH_WORDS = (
    "stop the you your please text texts texting me my is it and to of do not don't i when what "
    "who number list no thanks thank help"
)
_SPANISH = frozenset(_SPANISH_WORDS.split())
_ENGLISH = frozenset(_ENGLISH_WORDS.split())


def language_of(words: str, members: Iterable[Customer]) -> Language:
    """The text's own where it can be told, else the member's, else English."""
    # Each word once: "STOP STOP STOP" says nothing of the one who writes it.
    spoken = set(_WORD.findall(words.casefold()))
    spanish = sum(word in _SPANISH for word in spoken)
    english = sum(word in _ENGLISH for word in spoken)
    if spanish and spanish >= english:
        return Language.SPANISH
    if english >= 3:
        return Language.ENGLISH
    return next((Language(member.language) for member in members), Language.ENGLISH)
