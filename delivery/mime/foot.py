"""What stands below a mail: why one gets it, and how to get less (RULES 18, 20)."""

from dataclasses import dataclass

from common.choices import Language, Purpose
from delivery.lists import NOTICES, Offer, offer_of
from delivery.rendering import Wording

_EN, _ES = Language.ENGLISH.value, Language.SPANISH.value

_WHY: dict[str, dict[str, str]] = {
    Purpose.OUTAGE: {
        _EN: "You get this email because it is about power at an address that we serve for you.",
        _ES: "Recibe este correo porque trata de la electricidad en una dirección donde le damos "
        "servicio.",
    },
    Purpose.FIELD_WORK: {
        _EN: "You get this email because we work near an address that we serve for you.",
        _ES: "Recibe este correo porque trabajamos cerca de una dirección donde le damos servicio.",
    },
    Purpose.CURTAILMENT: {
        _EN: "You get this email because we must tell you when your service is at stake.",
        _ES: "Recibe este correo porque debemos avisarle cuando su servicio está en riesgo.",
    },
    Purpose.ASSISTANCE: {
        _EN: "You get this email because it is about help with your bills.",
        _ES: "Recibe este correo porque trata de ayuda con sus facturas.",
    },
    Purpose.DEMAND_RESPONSE: {
        _EN: "You get this email because it is about saving energy when many need it.",
        _ES: "Recibe este correo porque trata de ahorrar energía cuando muchos la necesitan.",
    },
    Purpose.ACCOUNT: {
        _EN: "You get this email because it is about your account with us.",
        _ES: "Recibe este correo porque trata de su cuenta con nosotros.",
    },
    Purpose.NEWSLETTER: {
        _EN: "You get this email because we send our newsletter to this address.",
        _ES: "Recibe este correo porque enviamos nuestro boletín a esta dirección.",
    },
    Purpose.MARKETING: {
        _EN: "You get this email because we send our offers and programs to this address.",
        _ES: "Recibe este correo porque enviamos nuestras ofertas y programas a esta dirección.",
    },
    Purpose.EMERGENCY: {
        _EN: "You get this email because it is about safety where we serve you.",
        _ES: "Recibe este correo porque trata de la seguridad donde le damos servicio.",
    },
    Purpose.VERIFICATION: {
        _EN: "You get this email because somebody asked for it just now.",
        _ES: "Recibe este correo porque alguien lo pidió hace un momento.",
    },
}
_ALERT = {
    _EN: "You get this email because this alert is on for your account.",
    _ES: "Recibe este correo porque este aviso está activado para su cuenta.",
}
_LINK = {
    Offer.ONE_CLICK: {
        _EN: "Stop these emails, or choose what we send you",
        _ES: "Deje de recibir estos correos o elija qué le enviamos",
    },
    Offer.PREFERENCES: {
        _EN: "Choose what we send you",
        _ES: "Elija qué le enviamos",
    },
}


@dataclass(frozen=True, slots=True)
class Foot:
    why: str
    # "" where there is nothing to choose.
    link_words: str
    one_click: bool


def foot_of(wording: Wording) -> Foot:
    language = _ES if wording.language == _ES else _EN
    offer = offer_of(purpose=wording.purpose, topic=wording.topic)
    is_alert = wording.topic not in ("", NOTICES)
    # A purpose that is not known here says nothing of itself.
    why = _ALERT if is_alert else _WHY.get(wording.purpose, _WHY[Purpose.ACCOUNT])
    return Foot(
        why=why[language],
        link_words=_LINK[offer][language] if offer in _LINK else "",
        one_click=offer is Offer.ONE_CLICK,
    )
