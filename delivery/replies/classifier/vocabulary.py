"""Groups of words that the rules are made of. All as `plain` writes them: dont, quitenme."""

# What we send, as a thing or as a doing.
MESSAGES = (
    r"(?:te?xts?|te?xt(?:ing|in|ed)|te?xt messag\w*|mess?ages?|messagin\w*|msgs?|msging|sms|mms"
    r"|calls?|callin\w*|robo ?\w*calls?|contact(?:ing)?|notif(?:y|ying|ications?|s)"
    r"|alerts?|alerting|reminders?|reminding|notices|updates?|spam\w*|bother\w*|harass\w*"
    r"|bugging|annoying me|pestering|blowing up|blowin up|hitting up|hitting me|writing me|pinging"
    r"|blow(?:ing|in)? (?:me |my (?:phone|cell|line) )?up|soliciting|subscriptions?|communicat\w+|promos?|promotions?|advertis\w+|ads|bombarding"
    r"|mensaj(?:es?|itos?)|te?xtos?|llamad(?:as?|itas)|avisos?|alertas?|notificaciones"
    r"|recordatorios?|mandando\w*|enviando\w*|llamando\w*|molestando\w*|te?xteando\w*"
    r"|escribiendo\w*|suscripcion)"
)
# What may stand between "stop" and that.
BETWEEN = (
    r"(?:(?:any and all|all|any|every|more|the|these|this|that|those|them|your|yall|yalls|ur|my|his|her|our|of"
    r"|with|sending|send|getting|receiving|giving|me|us|out|from|automated|auto|automatic|text|txt"
    r"|phone|so|many|constant|constantly|stupid|annoying|electric|energy|power|outage|outages|bill"
    r"|billing|payment|pay|due|date|account|usage|daily|weekly|monthly|future|further|spam|junk"
    r"|unwanted|unsolicited|random|dumb|to|always|this|company|coop|repeated|sms"
    r"|marketing|sales|service|push|both|about|los|las|estos|estas|esos|sus|mis|mi|su|la|el|de|con|mas"
    r"|tantos|mandar|enviar|mandarme|enviarme|recibir)\s+){0,7}"
)
# Sent to us, at this number.
ME = r"(?:me|us|my (?:\w+ )?(?:phone|cell|number|mobile|line|wife|husband|mom|kids?)|this (?:phone|number|cell|line)|here|it(?=\s*(?:$|\||(?:any|again|ever)\b)))"
# Nothing comes behind it that gives it another meaning.
END = r"(?=\s*(?:$|\||(?:please|anymore|any more|any longer|any further|again|ever|now|no more|thanks|thank you|asap|right now|immediately|today|already|period|at all|at once|or|and|because|cause|ty|thx|sir|maam|por favor|nunca mas|ya|mas)\b))"
# Things that a utility starts, stops and takes people off, and that are no messages.
UTILITY_THINGS = (
    r"(?:services?|power|electric(?:ity|al)?|electric service|water|gas|internet|fiber|billing"
    r"|bills?|statements?|invoices?|estimat\w+|payments?|autopay|auto ?pay|auto ?draft|auto"
    r"|drafts?|bank|recurring|disconnect\w*|shut ?offs?|cut ?offs?|reconnect\w*|orders?|tickets?"
    r"|requests?|appointments?|appt|visits?|install\w*|inspections?|checks?|trucks?|crews?|leaks?"
    r"|trimming|trees?|limbs?|cutting|digging|noise|meters?|readings?|charges?|fees?|deposits?"
    r"|rates?|increases?|outages?|flicker\w*|surges?|alarms?|beeping|buzzing|paperless|paper|mail"
    r"|ebills?|e bills?|plan|budget|levelized|level pay|programs?|contract|lease|membership"
    r"|accounts?|lights?|street ?lights?|pumps?|ac|heat|heater|rain|storms?|flood\w*|bleeding"
    r"|fires?|transformers?|scam\w*|thieves|theft|cars?|traffic|dogs?|generator|delivery|transfer"
    r"|mailing|smart meters?|solar|hold|late fees?|name|cards?|job|work|line|poles?|lines|move|wifi"
    r"|enrollment in|arrangement|extension|address|gate|lawn|mowing|spraying|sale|purchase"
    r"|servicio|luz|agua|factura\w*|recibo\w*|cuenta|pagos?|cobr\w+|cita|corte\w*|orden|contrato"
    r"|medidor|arbol\w*|postes?|apagon\w*|tarjeta|deposito|debito|reconexion|desconexion|ruido"
    r"|excuses|ami|amr|tou|time of use|lluvia|fuga|trabajo\w*|internet|domiciliacion|papel|linea|lineas|lampara|plan)"
)
# Between "stop" and one of them: nothing with which a sentence of its own begins, as in
# "stop my power is on", "stop i paid my bill".
BEFORE_A_THING = (
    r"(?:(?!(?:i|im|ive|id|ill|we|weve|were|you|youre|u|yall|he|she|they|theyre|he?s|who|is|are|am|was"
    r"|isnt|arent|wasnt|has|have|had|havent|hasnt|do|dont|not|no|never|already|paid|because|cause|bc"
    r"|but|and|or|if|please|thanks)\b)\w+ ){0,3}?"
)
NOT_A_SENTENCE = (
    r"(?!\s+(?:is|are|was|were|isnt|arent|wasnt|werent|has|have|had|hasnt|never|came|comes|works?|went"
    r"|got|did|didnt|does|doesnt|already|stayed)\b)"
)
# What is done in people's yards, and is no message either.
YARD_WORK = (
    r"(?:cut|cutting|trim\w*|spray\w*|dig|digging|enter\w*|come|coming|property|land|yard|fence)"
)
# Of one of those, a few words on.
NOT_OF_A_THING = rf"(?!(?: (?!te?xt|messag|call|alert)\w+){{0,4}}? (?:{UTILITY_THINGS}|{YARD_WORK})\b(?! (?:\w+ )?{MESSAGES}))"
# The clause ends, or goes on without meaning.
ENDS = r"(?=\s*(?:$|\||(?:please|now|already|and|you|yall|from me|thanks|forever|ok)\b))"
# Somebody aims a word at us and not at the weather.
NOT_OTHERS = (
    r"(?<!\bi )(?<!\byou )(?<!\bu )(?<!\bthey )(?<!\bwe )(?<!\bwho )(?<!\bhe )(?<!\bshe )(?<!\bit )"
    r"(?<!\bpeople )(?<!\byall )(?<!\bwhy )(?<!\blights )(?<!\bguys )(?<!\bthat )(?<!\bif )"
)
# Words that change nothing about a keyword.
_COURTESY_WORDS = (
    "please pls now just ok okay hey hi hello yo so thanks thank you ty thx kindly u can could "
    "would will yall guys people sir maam ma am dude bro man everyone everybody already again "
    "immediately asap right away forever permanently today anymore all everything em fucking "
    "fuckin fing effing effin freaking freakin frickin damn dammit goddamn god hell the heck bitch "
    "bitches assholes asshole shit really seriously very much need must have got gotta to i we im "
    "want wanna wish would like said say saying that this these those it them "
    "me my for love sake at once good day morning evening night y favor ya gracias "
    "esto eso hola buenas buenos dias tardes noches senor senora oigan oiga oye "
    "inmediatamente ahora mismo completamente quiero octagon lol omg wtf smh reply word "
    "keyword sorry yes si no lmao lmfao bye whoever oh jesus christ geez ffs alright aight fr "
    "bruh yea yeah yep type answer re fwd idiot idiots moron morons enough"
)
COURTESY = frozenset(_COURTESY_WORDS.split())
# Danger to life.
EMERGENCY = (
    r"\b(?:on fire|house fire|burning|sparks?|sparking|arcing|smoking|electrocut\w+|shocked|explod\w+"
    r"|explosion|blew up|(?:wires?|lines?|poles?|trees?) (?:is |are )?(?:down|on fire|fell)"
    r"|downed (?:wires?|lines?)|(?:trees?|limbs?|branch(?:es)?) on (?:the |a |my |our )?(?:power )?(?:lines?|wires?)"
    r"|(?:lines?|wires?) (?:is |are )?(?:on|in|across) (?:the |my |our )?(?:ground|roads?|street|yard|driveway|house|car)"
    r"|911|emergency|oxygen|ventilator"
    r"|fuego|incendio|quemando|chispas|humo|cables? (?:esta |estan )?(?:caidos?|tirados?|en (?:el suelo|la calle)))\b"
)
# Said to add weight, and nothing else; in the middle of a sentence too.
EXCLAMATIONS = (
    r"\b(?:for (?:the )?(?:love of )?(?:god|gods|christs?|petes?|goodness|heavens?|fucks?|crying out)"
    r"(?: sakes?| loud)?|for the (?:last|final|\w+th|third|second|hundredth) time|once and for all"
    r"|por (?:el )?(?:amor de )?dios|de una (?:buena )?vez(?: por todas)?)\b"
)
OFFENSIVE = (
    r"\b(?:f+u+c+k+(?:in+g?|ing)|fing|effing?|freakin?g?|frickin?g?|god ?damn(?:ed)?|damn(?:ed)?"
    r"|bloody|motherfuckin?g?|the hell|the heck|the fuck|tf|pinches?|malditos?|jodidos?)\s+"
)
