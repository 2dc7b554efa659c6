"""What is sent to verify an address, in English and Spanish; and as content of the outbox."""

from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings

from common.choices import Language, Purpose
from common.phones import display_phone
from delivery.models import Content
from delivery.selectors import standing_content


class Note(StrEnum):
    LINK = "link"
    CODE = "code"
    ASK = "ask"
    REMIND = "remind"


@dataclass(frozen=True, slots=True)
class Words:
    subject: str
    body: str
    voice_body: str = ""


# They name nobody: the address may be a stranger's. Texts in GSM-7, one segment each: hence no
# accents but é and ñ, and "clave" for a code.
_WORDS: dict[tuple[Note, Language], Words] = {
    (Note.LINK, Language.ENGLISH): Words(
        subject="Please confirm your email address",
        body="Hello,\n\nthis address was given to {us} for messages about an account. Please "
        "confirm that it is yours: open this page and press the button.\n\n{{{{ link }}}}\n\n"
        "The link is good for 24 hours. If this is not about you, do nothing; the address is then "
        "not confirmed.\n\nQuestions? Call {phone}.",
    ),
    (Note.LINK, Language.SPANISH): Words(
        subject="Confirme su dirección de correo electrónico",
        body="Hola:\n\nDieron esta dirección a {us} para mensajes sobre una cuenta. Por favor, "
        "confirme que es suya: abra esta página y presione el botón.\n\n{{{{ link }}}}\n\n"
        "El enlace sirve por 24 horas. Si esto no tiene que ver con usted, no haga nada; la "
        "dirección quedará sin confirmar.\n\n¿Preguntas? Llame al {phone}.",
    ),
    (Note.CODE, Language.ENGLISH): Words(
        subject="Your code",
        body="{us}: Your code is {{{{ code }}}}. It is good for 10 minutes. If you did not ask for "
        "it, do nothing.",
        voice_body="You asked for a code. Your code is: {{{{ spoken }}}}. Once more: "
        "{{{{ spoken }}}}. It is good for ten minutes.",
    ),
    (Note.CODE, Language.SPANISH): Words(
        subject="Su clave",
        body="{us}: Su clave es {{{{ code }}}}. Sirve por 10 minutos. Si no la ha pedido usted, "
        "no haga nada.",
        voice_body="Usted pidió una clave. Su clave es: {{{{ spoken }}}}. Otra vez: "
        "{{{{ spoken }}}}. Sirve por diez minutos.",
    ),
    (Note.ASK, Language.ENGLISH): Words(
        subject="Texts about your account",
        body="{us}: Reply YES to get texts about your account at this number. "
        "Msg&data rates may apply. Reply STOP to end, HELP for help.",
    ),
    (Note.ASK, Language.SPANISH): Words(
        subject="Mensajes sobre su cuenta",
        body="{us}: Responda YES para recibir avisos de su cuenta. Pueden aplicar tarifas de "
        "mensajes. Responda STOP para terminar, HELP para ayuda.",
    ),
    (Note.REMIND, Language.ENGLISH): Words(
        subject="Texts about your account",
        body="{us}: Still want texts about your account? Reply YES. If not, do nothing. "
        "Msg&data rates may apply. Reply STOP to end, HELP for help.",
    ),
    (Note.REMIND, Language.SPANISH): Words(
        subject="Mensajes sobre su cuenta",
        body="{us}: Si desea avisos de su cuenta, responda YES. Pueden aplicar tarifas de "
        "mensajes. Responda STOP para terminar, HELP para ayuda.",
    ),
}


def content_of(note: Note, language: str) -> Content:
    """The words as the outbox keeps them; the same words are the same row."""
    spoken = Language.SPANISH if language == Language.SPANISH else Language.ENGLISH
    words = _WORDS[note, spoken]
    names = {"us": settings.UTILITY_SHORT_NAME, "phone": display_phone(settings.UTILITY_PHONE)}
    return standing_content(
        subject=words.subject,
        body=words.body.format(**names),
        voice_body=words.voice_body.format(**names),
        language=spoken,
        purpose=Purpose.VERIFICATION,
        resend_in_doubt=True,
    )
