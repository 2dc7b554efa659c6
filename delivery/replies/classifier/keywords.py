"""Texts that are a keyword and nothing else but courtesy (RULES 12), and their Spanish sisters."""

from delivery.replies.choices import ReplyKind


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# The carriers' own, which Twilio acts on too.
REVOKING = _words(
    "stop stopall unsubscribe cancel end quit revoke optout"
) | {"opt out", "stop all"}  # fmt: skip
# No number and no cry for help beside them makes them mean anything else.
DEFINITE = frozenset({"stop", "stopall", "unsubscribe", "optout"})
STARTING = frozenset({"start", "yes", "unstop"})
HELPING = frozenset({"help", "info"})

# What people write in their place.
ALSO_REVOKING = _words(
    "unsub desist halt remove exit octagon arret alto pare paren parar para parale parenle paralo "
    "basta baja cancelar cancela cancele cancelen cancelenlo detener detengan detenga deten "
    "detente detenganse fin finalizar terminar termina salir dejen desuscribir desuscribirme "
    "desuscribanme desinscribir anular eliminar eliminenme borrenme quitar quitenme quiteme "
    "saquenme saqueme sacame equivocado removerme remuevanme remueva revocar bastante "
    "revoco cease discontinue nomas unsubscribed unsubscribeme optoutall dnc parense parele"
) | {
    "cease and desist", "que paren", "que pare", "dejen en paz", "que paren ya", "do not contact", "no mas", "ya no", "ya no quiero", "ya no mas", "ya basta", "ya estuvo",
    "no more", "no texts", "no text", "no texting", "no calls", "no sms", "no messages",
    "no contact", "opt me out", "opting out", "dar de baja", "darme de baja", "no mensajes",
    "equivocado de numero", "numero equivocado", "numero incorrecto", "persona equivocada", "wrong number", "wrong person",
    "stop it", "stop this", "stop these", "stop them", "stop everything", "quit it", "quit this",
    "end this", "end these", "cancel this", "cancel these", "end all", "cancel all", "do not text",
    "do not call", "do not call list", "remove me", "take me off", "not me stop",
}  # fmt: skip
ALSO_STARTING = _words(
    "si comenzar comienzo empezar iniciar inicio reanudar alta activar subscribe resubscribe "
    "suscribir suscribirme optin restart resume startall continuar"
) | {"opt in", "opt me in", "sign me up", "yes start", "start again", "undo stop", "un stop"}  # fmt: skip
ALSO_HELPING = _words(
    "ayuda ayudame ayudenme informacion information helpme asistencia"
) | {
    "more info", "more information", "need help", "i need help", "help me", "can you help me",
    "can you help", "necesito ayuda", "mas informacion", "mas info", "me ayudan", "me pueden ayudar",
    "pueden ayudarme", "me puede ayudar", "puede ayudarme", "help info", "info help", "quiero ayuda", "quiero informacion",
}  # fmt: skip

KIND_OF = {
    **dict.fromkeys(REVOKING | ALSO_REVOKING, ReplyKind.REVOKE),
    **dict.fromkeys(STARTING | ALSO_STARTING, ReplyKind.START),
    **dict.fromkeys(HELPING | ALSO_HELPING, ReplyKind.HELP),
}
# Alone, and addressed to nobody, these may be meant as STOP.
PERHAPS_REVOKING = _words(
    "no nope nah block blocked blocking spam scam delete off enough deceased fraud "
    "scammer scammers bloquear bloqueado estafa nunca never nel suficiente terminate terminated "
    "desactivar desactiven remover borrar harassment harassing mute reported uninterested nada junk"
) | {"no thanks", "no thx", "no ty", "no thank u", "no ok", "no thank you", "no gracias", "i quit", "im done", "cancel it", "cancel that",
     "end it", "end that", "not interested", "no me interesa", "no autorizo", "not me", "fuck you", "screw you",
     "fuck u", "fu", "count me out", "make it stop", "enough with this", "enough with these", "enough of this", "fewer of these",
     "can i get fewer of these", "delete my info", "delete my information", "delete my data", "this is my work phone",
     "me tienen harto", "me tienen harta", "no paren", "no pare", "no parar", "youre blocked", "no me gusta", "junk text", "do not want", "dont want", "go to hell", "dont", "no no"}  # fmt: skip
# "Cancel it please" is plainer than "cancel it": the rules read it.
UNCLEAR_WHEN_POLITE = PERHAPS_REVOKING - {
    "no", "never", "dont", "nada", "delete", "off", "end it", "end that", "cancel it",
}  # fmt: skip
# Taken away from both ends of a phrase: "please no more", "no mas gracias".
POLITE = _words(
    "please pls kindly just thanks thank you u ok okay hi hello hey sir maam now sorry ty thx gracias hola por "
    "favor porfa bye also"
)
# Words of courtesy that mean something where nothing else is said.
COURTEOUS_KINDS = {
    "yes": ReplyKind.START,
    "si": ReplyKind.START,
    "octagon": ReplyKind.REVOKE,
    "no": ReplyKind.UNCLEAR,
}
