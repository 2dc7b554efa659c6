"""The Spanish rules, in the same order as the English ones. Patterns have no accents."""

from delivery.replies.classifier.rules import other, revoke, start, unclear
from delivery.replies.classifier.vocabulary import BETWEEN, MESSAGES, UTILITY_THINGS

_SEND = r"(?:mand(?:en|es|e|ar|ando|an|as)|envi(?:en|es|e|ar|ando|an)|escrib(?:an|as|a|ir|iendo)|llam(?:en|es|e|ar|ando|an)|te?xte(?:en|es|e|ar|ando|an)|mensaje(?:en|ar|ando)|molest(?:en|es|e|ar|ando|an)|contact(?:en|es|e|ar|ando)|marqu(?:en|es|e)|marc(?:ar|ando)|fastidi(?:en|es|e|ar|ando)|acos(?:en|ar|ando)|jod(?:an|as|er|iendo)|chingu?(?:en|es|ar|ando)|chingando|comuni(?:quen|que|car|carse)|notifi(?:quen|que|car|cando)|avis(?:en|es|e|ar|ando)|busquen|insist(?:an|ir|iendo))"
_PRONOUN = r"(?:me|nos|le|les|se)"
_CEASE = r"(?:dej(?:en|a|e|ar|es|enme|ame|eme|enos)|par(?:en|e|ar|a|enle|ele)|ces(?:en|e|ar)|termin(?:en|e|ar)|basta|favor)"
_PERHAPS_NOT = r"(?:ya |por favor |favor |que |porque |les pido que |le pido que |quiero que |pido que |necesito que )*"

NOT_MEANT_SO = (
    other("basta, de la falta de luz", r"(?:^|\| )(?:ya )?basta(?: ya)?(?: \|)? (?=[^~]*\b(?:sin (?:luz|servicio|electricidad|corriente)|arregl\w+|repar\w+|se (?:fue|va|va a ir) la luz|apagon\w*)\b)(?![^~]*\b(?:mensaj\w*|te?xt\w+|mand\w+|llam\w+|escrib\w+|molest\w+|envi\w+|stop|numero)\b)[^~]*"),
    other("que no paren", r"\bno (?:me )?(?:dejen|deje|dejes|paren|pare|pares|cesen|quiero (?:dejar|parar|que (?:paren|dejen|cancelen))|cancelen|cancele|dejo|deja|dejan|quiero cancelar|me (?:quiten|saquen|borren|den de baja|eliminen))\b(?! (?:alto|molest|mas))[^|]*"),
    other("lo mande por error", r"\b(?:por error|sin querer|me equivoque|equivocacion mia|accidentalmente|por accidente)\b[^|]*"),
    other("por que me quitaron",  r"\bpor ?que me (?:quitaron|sacaron|dieron de baja|borraron)\b[^|]*"),
    other("dejaron de mandar", r"\b(?:por ?que|cuando|ya|me|nos|han|habian) (?:ya )?(?:me |nos )?(?:dejaron|dejo|pararon|paro|dejado) (?:de )?[^|]*"),
    other("papel o personas", r"\b(?:no|dejen de|ya no|paren de)\s+(?:me |nos |quiero |recibir |que )*(?:mand\w*|envi\w*)?\s*(?:me |nos |mas |el |la |los |las |mi |un |una |a )*(?:facturas? (?:en|de) papel|recibos? (?:en|de) papel|papel\w*|cartas?|correo postal|cuadrilla\w*|camion\w*|tecnic\w*|nadie|gente|trabajadores)\b[^|]*"),
    other("no mas cortes", rf"\b(?:basta|alto|no mas|ya no mas|hart[oa]s?|cansad[oa]s?)\s+(?:de |a |con |ya )*(?:(?:los|las|el|la|estos|estas|esos|tantos|tantas|sus)\s+)*{UTILITY_THINGS}\b(?!\s+(?:de |por )?{MESSAGES}\b)[^|]*"),
    other("baja de otra cosa", rf"\b(?:dar|dar(?:me|le|nos)|den(?:me|le)?|deme|de|doy) de baja\s+(?:a |de |del |en )?(?:(?:el|la|los|las|mi|mis|un|una|este|esta|mi)\s+)*{UTILITY_THINGS}\b(?!\s+(?:de )?{MESSAGES}\b)[^|]*"),
    other("quitar otra cosa", rf"\b(?:quit(?:en|e|ar|enme|eme|arme)|sa(?:quen|que|car)(?:me)?|elimin(?:en|ar|e)(?:me)?|borr(?:en|ar|e)(?:me)?|cancel(?:en|ar|e|o|a)|parar|paren|pare|terminar|terminen|detener|detengan|suspend(?:er|an))\s+(?:de |del )?(?:(?:el|la|los|las|mi|mis|un|una|este|esta|ese|al)\s+)*{UTILITY_THINGS}\b(?!\s+(?:de |por )?{MESSAGES}\b)[^|]*"),
)  # fmt: skip

REVOKES = (
    revoke("dejen de mandar", rf"\b{_CEASE}\s+(?:ya |por favor |con )*de\s+(?:estar(?:me)? |seguir(?:me)? |favor |tanto )?{_SEND}(?:me|nos|le|les)?\b"),
    revoke("no me manden", rf"\b(?:no|nunca|ni|jamas)\s+(?:vuelvan? a |vuelvas? a |sigan? |sigas |esten |este |estes |quiero que |deseo que |mas |me |nos |les |le |ya )*{_SEND}(?:me|nos|le)?\s*(?:(?:mas|nada|ningun\w*|ya|estos?|esos?|esto|eso|los|las|sus|tantos|otro|otra|a este numero|a este|a ese|al|por favor|a mi|mi)\s*)*(?:$|\||(?:{MESSAGES}|cel\w*|telefono|numero|cosas|tonterias|porquerias|pendejadas|mamadas|basura|propaganda|publicidad|gracias)\b)"),
    revoke("no quiero mensajes", rf"\b(?:no|ya no|nunca|tampoco)\s+(?:quiero|deseo|queremos|deseamos|quisiera|necesito|autorizo|autorice|acepto|me interesa|pedi)\s+(?:(?:mas|recibir|que|me|nos|sus|estos|estas|esos|los|las|tener|de|ningun|ninguna|tantos|seguir|recibiendo|sigan|lleguen|manden|envien|llamen|escriban|texteen|sus|saber)\s+)*(?:{MESSAGES}|nada|esto|eso|recibirlos|recibir|recibirlas|manden|envien|llamen|escriban|texteen|molesten|contacten|ser contactad\w)(?=\s|$)(?! (?:que ver|raro))"),
    revoke("no mas mensajes", rf"\b(?:no|ya no|basta de|alto a|paren|pare|cancel(?:en|e|ar|a|enme)|det(?:engan|enga|ener|en)|suspend(?:an|a|er)|elimin(?:en|e|ar)|par(?:ar|en|e)|dejen|termin(?:en|ar)|anul(?:en|ar)|bloque(?:en|ar)|desactiv(?:en|ar|e)|apag(?:uen|ue|ar))\s+(?:(?:mas|ya|con|por favor|de|todos?|todas?|el|la|envio|ya)\s+)*{BETWEEN}(?:mensaj(?:es?|itos)|te?xtos?|te?xt\w*|llamadas?|avisos?|alertas?|notificaciones|recordatorios|suscripcion|sms)(?=\s|$)"),
    revoke("quitenme de la lista", r"\b(?:quit(?:en|e|a|ar|es)(?:me|nos)|s[aá](?:quen|que|ca|car)(?:me|nos)|borr(?:en|e|a|ar)(?:me|nos)|elimin(?:en|e|a|ar)(?:me|nos)|remuevan?(?:me|nos)|remover(?:me|nos)|retir(?:en|e|ar)(?:me|nos)|tach(?:en|e)me|excluy(?:an|a)me|desinscrib\w+|desuscri\w+|des ?suscri\w+|desafili\w+)\b(?! (?:el|la|los|las|un|una|ese|esa|este|mi) (?!lista|numero|telefono|cel))"),
    revoke("ya les dije que paren", r"\b(?:dije|digo|pedi|pido|dicho|decir|pedido|pedimos) que (?:ya )?(?:paren|pare|dejen|basta|no mas)\b"),
    revoke("quitenme de la lista", r"\bme (?:borren|quiten|saquen|eliminen|remuevan|retiren|desuscriban)\b(?! (?:el|la|los|las|un|una|ese|esa|este|mi) (?!lista|numero|telefono|cel))"),
    revoke("quiten mi numero", r"\b(?:quit(?:en|e|a|ar)|bloqueen|bloquee|saquen|saque|borr(?:en|e|a|ar)|elimin(?:en|e|a|ar)|remuevan?|remover|retir(?:en|ar)|olvid(?:en|e|ense de)|pierdan|tachen)\s+(?:ya |de )?(?:mi|este|el|ese|nuestro) (?:numero|telefono|celular|cel|nombre|contacto)\b"),
    revoke("quiten mi numero", r"(?:^|\| )(?:por favor )?(?:eliminar|borrar|quitar|remover|eliminen|borren|quiten) (?:numero|telefono|cel)(?: por favor)?\s*(?:$|\|)"),
    revoke("como dejo de recibir", rf"\bcomo (?:(?:puedo|hago|hacer|para|le|se|yo|me)\s+)*(?:(?:cancelo|cancelar|dejo de recibir|dejar de recibir|no recibir|paro|parar|detengo|detener|bloqueo|quito|quitar|apago|elimino|eliminar)\s+(?:{BETWEEN}{MESSAGES}|esto|estos)(?=\s|$)|(?:salgo|quito|borro|salirme|quitarme|borrarme)\b)"),
    revoke("dar de baja", r"\b(?:dar(?:me|nos)?|den(?:me|nos)?|deme|dame|doy|quiero(?: la)?|solicito(?: la)?|pido(?: la)?|como (?:me )?doy|dese) (?:de )?baja\b|\bbaja de (?:la|su|esta) lista\b|\bde la lista\b"),
    revoke("dejenme en paz", r"\b(?:dej(?:en|a|e)(?:me|nos)|dejarme|dejen de (?:estar )?)\s+(?:ya )?(?:en paz|tranquil\w|de molestar|de una vez|solo|sola)\b|\bno (?:me |nos )?(?:moleste\w*|molesten|fastidien|jodan|chinguen|(?:esten )?freguen|esten (?:molestando|fregando))\b|\blargense\b|\bvayanse\b|\bya parenle\b|\bya (?:estuvo )?(?:basta|parenle|paren)\b|\bcallense\b"),
    revoke("numero equivocado", r"\b(?:numero|telefono|persona|celular) (?:es(?:ta)? |era )?(?:equivocad[oa]|incorrect[oa]|erroneo|errad[oa])\b(?! (?:en|de) (?:mi|la) (?:factura|recibo))|\b(?:se|te) equivoc(?:aron|o|aste|an)\b|(?:^|\| )(?:usted |ustedes |creo que )?(?:estan|esta) equivocad[oa]s?(?: de (?:numero|persona|telefono))?\b|\bya no (?:tiene|usa) (?:este|ese) (?:numero|telefono|celular|cel)\b|\b(?:este|ese) (?:numero|telefono|celular|cel) (?:ya )?no (?:es|le pertenece|pertenece)\b|\bno es (?:el|mi|su|la) (?:numero|telefono|persona)(?: (?:de(?! (?:\w+ )?(?:cuenta|medidor|contador|reporte|orden|contrato|cliente|factura|recibo|confirmacion|caso)\b)|correct[oa]|que)|\s*(?:$|\|))"),
    revoke("revoco", r"\b(?:revoco|retiro|anulo|cancelo)\s+(?:mi |el |todo )*(?:consentimiento|permiso|autorizacion|suscripcion)\b|\bsin mi (?:consentimiento|permiso|autorizacion)\b|\bno (?:doy|di|les di|tienen|autorizo) (?:mi |el )?(?:consentimiento|permiso|autorizacion)\b"),
    revoke("alto a los mensajes", rf"\b(?:stop|alto|basta)\s+(?:ya |por favor |con |a |de |los |las |estos |sus |tantos |mandar |enviar |mandando |enviando )*(?:{MESSAGES}|{_SEND}(?:me|nos)?|molest\w+)(?=\s|$)"),
)  # fmt: skip
QUALIFIES = r"\b(?:antes de (?!que)|despues de|hasta|durante|tan (?:tarde|temprano|seguido)|tantos?|tantas|de noche|(?:por|en) la (?:noche|manana|madrugada)|excepto|menos los|solo (?:cuando|si|manden|los|las)|en vez de|a las \d+|de madrugada|en el trabajo|los (?:sabados|domingos|fines)|pero (?:si|solo|sigan|quiero))\b"  # fmt: skip

ANOTHER_MEANING = (
    other("cuando para", r"\b(?:cuando|hasta cuando|a que hora|donde|por ?que)\b[^|]{0,30}\b(?:para|paran|parara|parar|termina\w*|deja\w*|acaba\w*|fin|cancela\w*)\b[^|]*"),
    other("dejo de", r"\b(?:dejo|dejan?|dejaron|paro|ha dejado) de (?!mand|envi|llam|molest|escrib|text)\w+"),
    other("dejen de otra cosa", rf"\b(?:dejen|deje|dejes|deja|paren|pare|para) de (?:estar )?(?!{_SEND})\w+(?:ar|er|ir|ando|iendo)(?:me|nos|le)?\b[^|]*"),
    other("fin de algo", r"\bfin de (?:mes|semana|ano|ciclo)\b|\bal fin\b|\bpor fin\b|\ben fin\b"),
    other("no mas cortes", rf"\bno (?:mas|corten|me corten|nos corten|desconecten|me desconecten)\s+(?:{UTILITY_THINGS})\b(?!\s+(?:de |por ){MESSAGES}\b)|\bno (?:me |nos )?(?:corten|desconecten|quiten)\b[^|]*"),
    other("para algo", r"\b(?<!es )(?:para|parada|pare)\s+(?!(?:ya|por favor|de|porfa|con|esto|mandar|stop|$|\|))\w+"),
    other("no contesta a nadie", r"\bno me (?:llamo|llamaron|han llamado|llaman|avisaron|mandaron|contestan|llego|llega|llegan|avisan|ha llegado)\b[^|]*"),
)  # fmt: skip
WEAK_REVOKES = (
    revoke("stop, and Spanish behind it", r"(?:^|\| )(?:ya |por favor |favor de )*(?:stop|alto|paren|pare|parele|parenle|basta|detenganse)\s+(?:ya|por favor|porfa|de|con|esto|no|me|mandando|enviando|a|eso|gracias|de una vez|inmediatamente|mensajes)\b"),
    revoke("favor de parar", r"\b(?:favor de|quiero|deseo|pueden|podrian|puede|necesito|quisiera|como puedo|como) (?:que )?(?:parar|paren|pare|dejar de recibir|cancelen esto|parar esto|cancelar esto|detener esto|dejar esto|dejen de|paren esto)\b"),
    revoke("ya no mas", r"(?:^|\| )(?:por favor |porfa |gracias |hola |oiga )*(?:(?:ya )?no (?:mas|ma|mass)|ya no)(?: por favor| porfa| gracias| ya| de esto| esto)*\s*(?:$|\|)"),
)  # fmt: skip
STARTS = (
    start("quiero los mensajes", rf"\b(?<!no )(?:quiero|deseo|quisiera|vuelvan a|vuelva a|empiecen a|comiencen a|reanud(?:en|ar)|activ(?:en|ar|e)|reactiv(?:en|ar)|sigan|comenzar|empezar|iniciar|recomenzar)\s+(?:(?:volver a|seguir|otra vez|de nuevo|que me|me|a|los|las|sus|mis|mandar|mandarme|enviar|enviarme|mandando|enviando|mandandome|enviandome|recibir|recibiendo|manden|envien)\s+)*(?:{MESSAGES}|mandarme|enviarme|recibirlos)(?=\s|$)"),
    start("suscribanme", r"\b(?:suscrib(?:an|a|ir)me|inscrib(?:an|a|ir)me|denme de alta|darme de alta|dar de alta)\b(?! (?:el|la|mi) (?:servicio|luz|cuenta))"),
)  # fmt: skip
UNCLEAR = (
    unclear("solo algunos", r"(?:^|\| )(?:por favor |quiero |mejor )*(?:solo|solamente|unicamente|nada mas|mejor) (?:(?:por|de|los|las|mensajes|avisos|alertas|el|la|un|en) )*(?:correo\w*|e ?mail|emergencia\w*|apagon\w*|cortes?|facturas?|recibos?|pagos?|mensajes|avisos|alertas)\b(?! (?:cuando|de que))"),
    unclear("no mas facturas por texto", r"\bno (?:mas|quiero(?: mas)?) (?:\w+ ){1,2}por (?:mensaj\w+|te?xtos?|sms)(?=\s|$)"),
    unclear("menos mensajes", rf"\b(?:menos|demasiad[oa]s|tant[oa]s|much[oa]s)\s+{MESSAGES}(?=\s|$)"),
    unclear("ya no vivo ahi", r"\b(?:ya no|no) (?:vivo|vive|estoy) (?:ahi|alli|aqui|en)\b|\bno soy (?:(?:el|la|su|un|una) )?(?:client\w+|duen\w+|miembro|titular|esa persona|quien)\b|\bno soy yo\b(?! quien)|\baqui no (?:vive|hay)\b|\bno vive (?:nadie (?:con|de) ese|aqui|ahi|mas)\b|\bno es (?:mi cuenta|mi[ao]|para mi)\s*(?:$|\|)|\b(?:esa|esta) (?:cuenta )?no es (?:mi cuenta|mia)\b|\bya (?:dejenme|dejame)\b|\bno tengo (?:una )?cuenta\b|\bme (?:mude|cambie de casa)\b|\bvendi la casa\b|\bno conozco a\b|\bno soy la persona\b|\bno soy es[ae] \w+|\b(?:casa|propiedad) (?:ya )?se vendio\b"),
    unclear("fallecio", r"\b(?:fallecio|murio|fallecid[oa]|difunt[oa])\b"),
    unclear("amenaza", r"\b(?:demanda\w*|abogad[oa]|reportar(?:los|e)?|denunci\w+|bloque(?:o|are|ados?|arlos)|acoso)\b"),
    unclear("harto", rf"\b(?:hart[oa]s?|cansad[oa]s?|fastidiad[oa]s?) (?:de|con)\b|\b(?:molest(?:os|an|ia)|fastidian|odio)\b[^|]*(?:{MESSAGES})?|\bque molest\w+"),
    unclear("no me interesa", r"\bno (?:me|nos) interesan?\b|\bno (?:estoy|estamos) interesad\w+|\bno necesit(?:o|amos) (?:mas )?(?:esto|estos|(?:mensajes|textos|alertas|avisos))(?=\s|$)|\bes (?:una )?(?:estafa|fraude)\b|\bno (?:gracias|quiero)(?: mas)?\s*(?:$|\|)|\b(?:no|nunca) me (?:inscribi|registre|suscribi)\b|\bno (?:pedi|solicite)\b"),
    unclear("grosero", r"\b(?:chinguen|chinga|vayanse a la|a la verga|pinches?|pendej\w+|malditos?|hijos de)\b"),
    unclear("cancelar, que?", r"(?:^|\| )(?:por favor |quiero |deseo |favor de )*(?:cancelar|cancelen|cancele|eliminar|borrar|quitar|terminar|anular)(?:lo|la|los|las)?(?: todo| esto| eso| por favor)*\s*(?:$|\|)"),
    unclear("a veces no", rf"\bno (?:me |nos )?{_SEND}\b[^|]*(?:{QUALIFIES})"),
)  # fmt: skip
LEFT = unclear(
    "parar, que?",
    r"(?:^|\| )(?:alto (?!consumo|voltaje|costo|precio|recibo)|paren|basta|detengan|dejen de)\b",
)
