"""The English rules. In a list, the first that fits decides.

Their order in `classify` is: not meant so → revocation → another meaning of stop → unclear.
"""

from delivery.replies.classifier.rules import other, revoke, start, unclear
from delivery.replies.classifier.vocabulary import (
    BEFORE_A_THING,
    BETWEEN,
    EMERGENCY,
    END,
    ENDS,
    ME,
    MESSAGES,
    NOT_A_SENTENCE,
    NOT_OF_A_THING,
    NOT_OTHERS,
    UTILITY_THINGS,
)

_STOP = r"(?:stop|quit|cease|end|halt|discontinue|terminate|cancel|cancell?ing|disable|deactivate|block|turn off|shut off|cut off|cut out|turn these off|knock off|stop it with)"
_NOT = r"(?:dont|do not|donot|dnt|never|not to|dont you|dont ever|do not ever)"
_VERB = r"(?:text|txt|message|msg|sms|call|phone|contact|notify|spam|harass|solicit|send texts to|reach out to|communicate with|robocall|bother|bug|hit (?=me up)|disturb|alert|remind|pester|hit up|annoy|write)"
_HARMLESS_STOP = r"(?:by|in(?!g)|over|off|at(?! once| all| this)|sign|signs|light|lights|work|loss|gap|watch|valve|and go|short|through|on(?! my)|to (?:see|pay|look|talk|pick|drop|check|get|fix|work)|outside|near|along|here and)"

# Said about a stop, but not asking for one: these words are passed over by all that follows.
NOT_MEANT_SO = (
    other("said stop by accident", r"\b(?:accidental\w*|by (?:accident|mistake)|mistakenly|oops)\b[^|]*\b(?:stop|stopped|unsubscribed?|opt(?:ed)? out|quit|cancel\w*)\b[^|]*"),
    other("said stop by accident", r"\b(?:stop|stopped|unsubscribed?|opt(?:ed)? out|quit|cancel\w*)\b[^|]{0,30}\b(?:accidental\w*|by (?:accident|mistake)|mistakenly|on accident)\b"),
    other("a phone's own answer", r"\b(?:with )?(?:do not disturb|dnd|focus)\b[^|]{0,30}\b(?:turned on|is on|mode)\b|\bnot receiving notifications\b"),
    other("takes a stop back", r"\bundo (?:the |my |that |a )?(?:stop|unsubscribe|opt out)\b"),
    other("asks why they were taken off", r"\b(?:i|we|my number|my phone) (?:was |were |got |have been |been |am |get |being |just )+(?:\w+ly )?(?:unsubscribed?|opted out|dropped|blocked|(?:removed|taken off)(?: (?:from |off )?(?:of )?(?:the|your|this|my) (?:\w+ )?(?:lists?|te?xts?|alerts?|messages))?)\b(?! please)"),
    other("asks why they were taken off", r"\b(?:why|how|when|did|was|were|am) (?:was |were |am |did |have )?(?:i|we|my number|my phone) (?:get |got |been |being |just |ever )*(?:unsubscribed?|opted out|dropped|blocked|(?:removed|taken off)(?: (?:from |off )?(?:of )?(?:the|your|this|my) (?:\w+ )?(?:lists?|te?xts?|alerts?|messages))?)\b(?! please)"),
    other("opts out of something else", rf"\b(?:opt(?:ing|ed|s)?(?: me| us| my (?:account|house|home))? out of|unsubscribe(?: me| us)? from|unenroll(?: me| us)? (?:from|in))\s+(?!{BETWEEN}(?:{MESSAGES}|this|these|those|it|that|everything|all|any|anything|your (?:\w+ )?lists?|the lists?|lists?|here|future|them|systems?|database|group|chat|mailing lists?|e ?mails?|you|yall|u|robo\w*)\b)\w+[^|]*"),
    other("somebody else shall stop", r"\b(?:(?:ask|tell)(?:ing)? (?:(?:him|her|them(?= to (?:stop|quit) \w))|(?:the|your|those|these|that|my|this) (?!te?xts?|messages?|calls?|alerts?)\w+(?: \w+)?)|(?:have|get|make) (?:the|your|those|these) (?:\w+ )?(?:crews?|guys|men|workers|people|contractors?|trucks?|drivers?)) (?:to )?(?:please )?(?:stop|quit)\b(?! (?:te?xt|call|messag|send|spam|harass|bother|contact|it\b|this|these|them))[^|]*"),
    other("did not ask for a code", r"\b(?:didnt|did not|never) (?:\w+ )?(?:request|ask for|change|make|order|send|try|reset|update)\b[^|]{0,30}\b(?:code|password|passcode|change|e ?mail|login|sign in|pin|account|address)\b[^|]*"),
    other("asks what a stop does", r"\bwhat (?:does|would|will|happens|happen)\b(?! it take)[^|]{0,30}\b(?:stop|unsubscribe|opt out)\b(?! (?:texting|calling|sending|messag))[^|]*"),
    other("asks why texts have ended", r"\b(?:why|when|how come|since when) (?:did |have |do )?(?:i|we) (?:just |suddenly )?stop(?:ped)? (?:getting|receiving)\b[^|]*"),
    other("did not mean to stop", rf"\b(?:didnt|did not|dont|do not|never|not) (?:mean|meant|intend|meaning|want|wanna|trying|try|plan|ask|asked)\b(?: (?:for|you|u|yall|guys|them|it|anyone|the|my|our|these|those|your|outage|power|all|any|{MESSAGES}))*? to (?:\w+ )?(?:stop|unsubscribe|opt out|cancel|quit|end|turn off|miss|lose|be (?:removed|unsubscribed|opted out|taken off))\b[^|]*"),
    other("did not mean to stop", rf"\b(?:didnt|did not|dont|do not|never|not) (?:mean|meant|meaning|want|wanna|need) (?:to )?(?:stop|unsubscribe|cancel|quit|(?:(?:the|my|these|your|any) )*{MESSAGES} (?:stopped|cancell?ed|turned off))\b[^|]*"),
    other("did not say stop", r"\b(?:didnt|did not|never|havent) (?:\w+ly )?(?:say|said|text|texted|reply|replied|send|sent|type|typed|write|wrote|mean|meant|press|hit|put|ask for|ask to|request|requested)(?: (?:the word|a|to|you|back|no|it to))* (?:stop|unsubscribe|opt out|cancel|quit|end)\b(?! (?:texting|calling|sending|messag|bother|contact))[^|]*"),
    other("did not unsubscribe", r"\b(?:i|we) (?:didnt|did not|havent|have not|never) (?:\w+ly |ever )?(?:unsubscribed?|opt(?:ed)? out|opt me out|stopp?(?:ed)? (?:these|the|my|your|getting|receiving))\b[^|]*"),
    other("do not stop", r"(?<!\byou )(?<!\bu )(?<!\byall )(?<!\btexts )(?<!\bmessages )(?<!\bcalls )(?<!\bwhy )\b(?:dont|do not|never|no need to|without|please not|plz not|not)\s+(?:ever |even |just |please |you |have to |need to )*(?:stop|stopping|quit|cancel|end|unsubscribe|opt (?:me |us )?out|opted (?:me )?out|turn off|take me off|remove me|block|discontinue)\b[^|]*"),
    other("asks whether they have stopped", r"(?<!\byou )(?<!\bu )(?<!\bi )(?<!\bthey )(?<!\bwe )\b(?:did|didnt|have|has|had|havent|hasnt|hadnt) (?:you|yall|u|they|it|the|my|these|those|this|we|our)\b(?! not)[^|]{0,30}\b(?:stop|stopped|stopping|quit|ended|cancell?ed|unsubscribed|opted out|turned off|blocked)\b[^|]*"),
    other("has stopped of itself", r"\b(?:texts?|messages?|alerts?|reminders?|notifications|updates|calls)\b (?:have |has |just |all |suddenly |already )*(?:stopped|quit|ended|stops)\b[^|]*"),
    other("paper or people, not texts", rf"\b(?:stop|quit|{_NOT}|no more|no need to|cancel)\s+(?:to )?(?:send|sending|mail|mailing|getting|receiving)?\s*(?:me |us |out |any |the |my |a |an |all |these |your |more |to )*(?:paper\w*|printed|mailed|letters?|postcards?|checks?|crews?|trucks?|techs?|technicians?|anyone|anybody|somebody|someone|people|linem[ae]n|workers|men|junk mail|snail mail|envelopes?)\b[^|]*"),
    other("a call that was asked for", r"\b(?:cancel|stop|end) (?:(?:my|the|a|that|our) )?(?:service |call ?back|trouble |repair )?\s?(?:call ?back|service call|trouble call|repair call|conference call)\b"),
    other("take me off something else", rf"\b(?:take|remove|drop|get|unenroll|un enroll|opt|opting|opted|unsubscribe|withdraw|cancel)\s+(?:\w+ ){{0,4}}?(?:off|from|out of|out from|out)\s+(?:of )?(?:(?:the|my|your|this|a|that|our|any|all|auto|bank|equal|joint|digital)\s+)*{UTILITY_THINGS}\b(?!\s+(?:\w+ )?(?:{MESSAGES}|list|lists)\b)[^|]*"),
    other("wrong number on paper", r"\b(?:account|bill|file|record|website|portal|statement)s? (?:has|have|shows?|lists?|got) (?:the |my |a |an )?wrong\b[^|]*"),
    other("wrong number on paper", r"\bwrong (?:phone )?number (?:of|on (?:my|the|our) (?:bill|meter|statement|account|check)|for (?:my|the) (?:account|meter|bill))\b[^|]*"),
    unclear("messages go on and on", rf"(?<!\bif )(?<!\bunless )(?<!\bwhy )\b(?:you|yall|u|{MESSAGES})\s+(?:just )?(?:wont|dont|never|do not|will not|doesnt|didnt|did not|cant|keep|still)\s+(?:ever )?(?:stop|quit|texting|calling|messaging|sending|coming|spamming)\b(?: (?:texting|calling|sending|messaging|me)\b)*"),
    other("unable to take it off", r"\b(?:do not|dont) (?:remove|cut|trim|touch|disconnect|drop)\b[^|]*"),
)  # fmt: skip

REVOKES = (
    revoke("threatens unless we stop", r"\b(?:if|unless) (?:you|yall|u|this|these|it|they)\b[^|]{0,20}\b(?:stop|quit|cease)\b"),
    revoke("asks why we do not stop", rf"\b(?:why|how come) (?:dont|wont|cant|havent|do|will|can) (?:you|yall|u) (?:not |just |please |ever )*(?:stop|quit)(?! {_HARMLESS_STOP})(?! (?!texting|calling|messag|spam|send|bother|harass|contact)\w+ing)"),
    revoke("honor it", r"\bhonou?r (?:my|the|this|our) (?:\w+ )?(?:stop|opt out|request|unsubscribe)\b"),
    revoke("says again to stop", r"\b(?:stop|quit)\b[^|]{0,30}\b(?:isnt working|does not work|doesnt work|did not work|didnt work)\b|\b(?:(?:keep|kept|still|repeatedly) (?:saying|say|texting|sending|replying|typing|asking|telling|asked|to)|(?:second|third|fourth|last|2nd|3rd|4th|5th|\d+) (?:time|request|notice|attempt))\b[^|]{0,25}\b(?:stop|unsubscribe|opt out)(?=\s*(?:$|\|))|^(?:stop|unsubscribe)\b(?: \w+){0,2} (?:second|third|fourth|last|2nd|3rd|4th|5th|\d+) (?:time|request|notice|attempt)s?\b", always=True),
    revoke("says again to stop", rf"\b(?:told|asked|tell|telling|asking|said|texted|replied|sent|typed|texting|wrote|begging|requested|say|requesting)\s+(?:(?:you|yall|u|ya|them|guys|people|already|to|please|for|that|it|the word|this|times|already|back|me|before)\s+)*(?:stop|quit|cease|unsubscribe)\b(?! {_HARMLESS_STOP})(?! (?:{UTILITY_THINGS})\b)(?! (?!texting|calling|messag|spam|send|bother|harass|contact)\w+ing\b)", always=True),
    revoke("stop it with my phone", r"\b(?:stop|quit) (?!charging|tracking)\w+ing (?:\w+ )?(?:my|this) (?:\w+ )?(?:phone|cell|cellphone)\b"),
    revoke("stop + messages", rf"\b{_STOP}\s+{BETWEEN}{MESSAGES}(?=\s|$)"),
    revoke("stop sending", r"\b(?:stop|quit|cease|discontinue|halt) (?:sending|messing|txt|sendin)(?: (?:me|us|my phone|to me|to us|to my phone|to this number|any|anything|all|this|these|those|that|them|it|of|stuff|things?|shit|crap|junk|bs|garbage|nonsense|to my \w+))*(?:\s*$|\s*\||\s+(?:please|anymore|any more|now|again|to|thanks|i|im|or|and|because)\b)"),
    revoke("stop with us", r"\b(?:stop|quit) (?:with|doing) (?:(?:this|these|that)\b(?! (?:work|job))|all (?:this|these|that|of)\b)"),
    revoke("messages shall stop", rf"\b(?:{MESSAGES}|this|these|them|you|yall|u|it all)\s+(?:(?:to|me|from|you|us|need|needs|must|has|have|got|gotta|better|should|please|just|at this number|on my phone|now)\s+)*(?:stop|cease|be stopped|to end|stopped)(?=\s*(?:$|\||please|now|immediately|asap|or|and|texting|sending|today|already|right))(?<!this stopped)(?<!you stopped)"),
    revoke("wants messages stopped", rf"\b(?:want|like|need|get|have|make|making)\s+{BETWEEN}(?:{MESSAGES}|this|these|them|those)\s+(?:to )?(?:be )?(?:all )?(?:stopped|stop|ended|end|cancell?ed|turned off|discontinued|removed|gone|shut off)\b"),
    revoke("asks how to stop", r"(?:^|\| )(?:hi |hello |so |ok )*how (?:do|can|to|would) (?:i |you |we |u )?(?:stop|unsubscribe|opt out)(?: please| thanks)*\s*(?:$|\|)"),
    revoke("wants to stop", rf"\b(?:how|way|where|what|who (?:do|can|should) (?:i|we))\b[^|]{{0,25}}\b(?:stop|cancel|end|turn off|get rid of|opt out of|block)\s+(?:this|these|those|it all|them|{BETWEEN}{MESSAGES})(?=\s*(?:$|\||please|from))"),
    revoke("no more messages", rf"\bno (?:more|further|longer send|mas)\s+{BETWEEN}(?:{MESSAGES}|of (?:this|these|that)|from you|this|these|sending)\b(?! (?:bill|outage|call))"),
    revoke("no messages", rf"(?:^|\| |please )no (?:more )?(?:te?xts?|texting|messages?|calls?|sms|contact|alerts|notifications|reminders|robo ?calls?|promos|promotions|marketing|ads|advertising|solicit\w*|spam|mensajes|textos|llamadas|avisos){END}"),
    revoke("do not text me", rf"{NOT_OTHERS}\b{_NOT}\s+(?:ever |you |yall |u |even |try to |again |keep |please |be )*{_VERB}(?:ing)?\s+{ME}(?! back (?:until|if))"),
    revoke("do not text me", rf"\b(?:could|can|would|will|please|pls|better|kindly|rather|must|should|may) (?:you |u |yall |ya |please )*not (?:ever |be )?{_VERB}(?:ing)?\s+{ME}|\b(?:refrain|desist|cease|abstain) from {_VERB}(?:ing)?\b|\brefrain from sending\b"),
    revoke("keep me off it", r"\b(?:keep|leave) (?:me|us|my number|this number) off\b|\b(?:dont|do not|stop) keep(?:ing)? (?:me|us|my number|this number) on (?:your|the|this|any) (?:\w+ )?lists?\b|\b(?:phone|number|cell)\b[^|]{0,30}\bplease remove\s*(?:$|\|)"),
    revoke("do not text", rf"{NOT_OTHERS}\b{_NOT}\s+(?:ever |you |yall |u |even |please )*(?:text|txt|message|msg|sms|call|contact|solicit|notify)(?:ing)?{END}"),
    revoke("do not send", rf"{NOT_OTHERS}\b(?:{_NOT}|no)\s+(?:ever |you |keep |please |be )*send(?:ing)?\s+(?:(?:me|us|my phone|to|this number|any|anymore|no|more|of|the|these|those|this|that|your|all|such|further|future|outage|billing|bill)\s+)*(?:{MESSAGES}|anything|anymore|nothing|this|these|those|stuff|shit|crap|junk|again|no more|(?:any |no )?more(?=\s*(?:$|\||please|ever))|me(?=\s*(?:$|\|)))"),
    revoke("said not to text", rf"\b(?:told|asked|said|tell|begged|want|need|like|rather)\s+(?:(?:you|yall|u|guys|people|that|already|would|to)\s+)*(?:not|dont|do not|to not|never)\s+(?:to )?(?:be )?(?:{_VERB}|send)(?:ed|ing|ted)?\b"),
    revoke("does not want messages", rf"\b(?:dont|do not|no longer|never|didnt|didnt ever|do nt|not)\s+(?:want|wish|care|desire|wanna|wishing|wanting|consent|agree|authorize|need)\s+(?:(?:to|you|yall|u|get|receive|receiving|have|be|getting|any|further|future|more|of|the|these|this|your|a|for|sending|send|me|us|those|such|hear|see|all|on|part|anymore|from|automated|text|outage|bill|billing|payment|account|power|no)\s+)*(?:{MESSAGES}|contacted|te?xted|called|messaged|notified|bothered|hear from|from (?:you|yall|u|this)|this list|your list|the list)\b(?! (?:back|to tell))"),
    revoke("does not want this", rf"\b(?:dont|do not|no longer)\s+(?:want|wanna|wish|want to get|want to receive|want to see)\s+(?:any of |any more of |no more of |to receive |to get |to see |get |receive |see |more of )?(?:this|these|those|them|any(?: more)?|anything|your crap|this crap|this shit|this stuff){END}"),
    revoke("rather not", rf"\b(?:rather not|prefer not|prefer no|rather you (?:not|didnt)|prefer (?:that )?you (?:not|dont))\b(?:[^|]{{0,25}}\b{MESSAGES}(?=\s|$)|\s+(?:to )?(?:get |receive |have )?(?:this|these|those|them){END})"),
    revoke("stop getting these", rf"\b(?:stop|quit) (?:getting|receiving|seeing)(?: (?:any |any of |all )?(?:this|these|those|them|anything))?{END}"),
    revoke("asks to be removed", r"\b(?:can|could|may|how do|how can|how) (?:i|we) (?:please )?(?:be|get) (?:removed|taken off|unsubscribed)\b" + rf"(?! from (?:the |my )?{UTILITY_THINGS})" + r"|\b(?:my|this|our) (?:\w+ )?(?:number|phone|cell) (?:to be |be )?(?:removed|deleted|taken off|unlisted)\b"),
    revoke("asks to be removed", r"\b(?:asked(?: \w+)?|want|need|like|wish|request\w*|please|ask(?:ing)?) (?:to )?be (?:removed|taken off|unsubscribed|left alone|deleted)\b(?! from (?:the |my )?(?:account|budget|autopay|draft))"),
    revoke("consent is withdrawn", r"\b(?:consent|permission|authori[sz]ation) (?:is |has been |was |hereby |now )*(?:revoked|withdrawn|rescinded|cancell?ed|denied|terminated)\b"),
    revoke("may not text", rf"\bnot (?:allowed|authori[sz]ed|permitted|welcome) to (?:{_VERB}|send)\b"),
    revoke("does not consent", r"\b(?:dont|do not|never|not|no|didnt|withdraw|withdrawing|withdrew|revoke|revoking|rescind)\s+(?:\w+ ){0,3}?(?:consent|permission|authori[sz]ation|authori[sz]e)\b" + NOT_OF_A_THING),
    revoke("take me off", r"(?<!\bdont )(?<!\bdo not )(?<!\bdid you )\b(?:take|remove|drop|get(?=[^|]*\b(?:off|out|from)\b)|scratch|pull|kick|delete|erase|strike|cut|unlist|wipe|scrub)\s+(?:me|us|him|her|them|(?:my|his|her|their|our) (?:\w+ )?(?:number|phone|cell|mobile|contact|contact info|name and number|name)|this (?:\w+ )?(?:number|phone|cell|line)|the number|that number|it|\d[\d ]{5,13}\d|name)\s*(?:(?:off|out|from|of|please|now|immediately)\s*)*(?:$|\||anymore|asap|right|today|thanks|thank|i |im |and(?! (?:put|add|use|change))|or|because|(?:(?:the|this|that|ur|your|yalls?|all|any|of|my|text|txt|texting|message|messaging|sms|call|calling|contact|phone|alert|alerts|notification|notifications|mailing|reminder|reminders|damn|email|marketing|automated|outage|these|those|future|stupid|here|system)\s+)*(?:lists?|te?xt\w*|messag\w*|call\w*|contacts?|alert\w*|notif\w*|systems?|database|data base|distribution|subscription|roster|files?|records|this|these|those|it|here|reminders?|group|chat|thread|updates|sms|spam)(?=\s|$))"),
    revoke("forget my number", r"\b(?:lose|loose|forget|delete|erase|burn|remove|discard|drop|trash|unsave)\s+(?:my|this|our|the|his|her|their|that)\s+(?:(?!old|other|previous|wrong|extra|second|account|meter)\w+ )?(?:number|digits|contact)\b(?! (?:from|off|on) (?:my|the) (?:bill|account))|\bforget (?:that )?(?:you|u|yall) (?:have|had|know) (?:this|my)\b|(?:^|\| )(?:please )?(?:remove|delete|erase|lose) (?:number|phone|\d[\d ]{5,13}\d)(?: please)?\s*(?:$|\|)"),
    revoke("off the list", r"\boff (?:of )?(?:this|your|the|ur|yalls?|that|any|whatever|every) (?:\w+ ){0,2}lists?\b"),
    revoke("do not call list", r"\b(?:add|put) (?:me|us|my \w+|this (?:number|phone)) (?:on|in|to|onto) (?:your |the |ur )?(?:dnc|do not (?:call|text|contact))\b|\b(?:do not|dont|no) (?:call|contact|text) (?:list|registry)\b"),
    revoke("leave me alone", r"\b(?:leave (?:me|us|my (?:phone|family|wife|husband|number)|this number)\s*(?:the (?:hell|fuck) )?(?:alone|be)\b|let me be\b|get off my (?:phone|line|back)\b|(?:go away|get lost|back off|buzz off|bugger off|lay off|knock it off|cut it out|give it a rest)\b" + ENDS + ")"),
    revoke("tells us to go", r"\b(?:f+u+c+k+|f|eff|piss|screw|sod|bug) off\b|\b(?:stfu|gtfo|shut (?:the \w+ )?up(?! about)|shut it(?=\s*(?:$|\|)))\b"),
    revoke("wrong number", r"\bwrong (?:phone |cell |telephone |freaking |mobile |damn )?(?:number|nbr|num|no|person|phone|guy|lady|man|woman|cell|party|contact|recipient|dude|customer|#)\b|\b(?:have|got|texting|texted|contacted|calling|called|reached) (?:the |a |an )?wrong(?=\s*(?:$|\||one\b))|\bnot the (?:right|correct) (?:number|person|phone|one)\b|(?:^|\| )(?:this (?:phone )?)?(?:is )?(?:an |the )?(?:incorrect number|number is (?:wrong|incorrect))\b|\b(?:te?xt(?:ing)?|call(?:ing)?|bother|meant for|reach|looking for) (?:someone|somebody) else\b"),
    revoke("not that person's number", r"\b(?:not|isnt|aint|no longer|never was|wasnt) (?:\w+ ){0,2}?(?:my|his|her|their|the|\w{2,}s) (?:(?!account|acct|meter|pole|order|ticket|reference|confirmation|card|house|routing|customer|member|service)\w+ )?(?:phone|cell|number|mobile)\b(?! (?:on|in) )|\bthis (?:phone |cell )?(?:number|phone|line)\b[^|]{0,15}\b(?:doesnt|does not|no longer|isnt|is not) (?:belongs?|his|hers|theirs|mine|owned)\b|\b(?:doesnt|does not|no longer|dont) (?:have|has|own|owns|use|uses) this (?:\w+ )?(?:number|phone|cell)\b"),
    revoke("somebody else's number now", r"\bthis (?:phone |cell )?(?:number|phone|line) (?:now )?(?:belongs to|is now|was given to|got reassigned|was reassigned) (?:someone|somebody|another|a different|a new|an?other person)\b"),
    revoke("unsubscribe", r"\b(?:unsubscrib\w*|unsub|desubscribe|unenroll|unregister|deregister|de enroll|un ?subscrib\w*)\b"),
    revoke("opt out", r"\bopt(?:ing|ed|s)?\s+(?:me |us |my number |my phone |this number )?out\b|\boptout\b|\bstopall\b"),
    revoke("cease and desist", r"\bcease (?:and|&|n) desist\b|\bcease (?:all )?(?:contact|communication)\b"),
    revoke("stop to this number", r"\bstop (?:to|on|at) (?:this|my) (?:\w+ )?(?:number|phone|cell|line|mobile)\b"),
    revoke("cancels messages", r"\bcancel (?:my |all |the |this |these )*(?:text|sms|alert|message|notification) \w+\b"),
    revoke("calls us off", rf"(?<!\bdid you )(?<!\bdid u )(?<!\bdid yall )(?<!\bwho )(?<!\bwhy did you )\bturn (?:all |the |these |this |those |my |off )*(?:{MESSAGES})\s+off\b|\bturn (?:these|them|this) off\b"),
)  # fmt: skip

# A revocation in the same clause with one of these may be meant for a part only.
QUALIFIES = (
    r"\b(?:before (?!i (?:sue|call|report|block|get|file|contact|have|take|lose|go|change|switch))\w"
    r"|after (?!this\b|today\b|that\b)\w|until|till|til|during|while|unless|except|but (?:keep|still|continue|not|do)"
    r"|only (?:text|call|send|want|when|if|for|need)|instead|so (?:late|early|often|much|many)"
    r"|this (?:late|early)|(?<!\bam )(?<!\bim )(?<!\bis )at (?:night|work|midnight|dinner|\d{1,2}(?: ?[ap] ?m)?\b)|in the (?:morning|middle|evening|night)"
    r"|late at|early in|on (?:sun|mon|tues|wednes|thurs|fri|satur)days?|on (?:the )?weekends?"
    r"|every (?:day|hour|morning|night|week|single|time)|duplicates?|twice|double|so many|too many"
    r"|both (?:of|my)|my other|my old|\d{1,2} ?[ap]m)\b"
)
PART_ONLY = (
    unclear("only some of them", r"\bkeep (?:\w+ ){0,3}?(?:te?xts?|alerts?|messages?|ones|outages?|emergenc\w+)\b[^|]{0,20}\bbut (?:not|no)\b[^|]*"),
    unclear("stop all but some", r"\b(?:stop|stopall|cancel|end|quit|no)\b[^|]{0,40}\b(?:but|except|besides|other than|apart from)\b(?! (?:i|im|you|u|it|they|we|he|she|the|my|still|now|nobody|nothing|no one)\b)"),
    unclear("only some of them", r"(?:^|\| )(?:please |i |we |hi |ok )*(?:(?:only|just) )?(?:want |need |send (?:me )?|get |text (?:me )?)?(?:only|just) (?:(?:the|my|for|about|power|emergency|important|bill|billing|payment) )*(?:outages?|te?xts?|alerts?|emergenc\w+|bills?|payments?|messages)(?: (?:te?xts?|alerts?|messages?|notifications?|updates|info|reminders))?(?: please| thanks)?\s*(?:$|\|)"),
    unclear("only some of them", r"\bonly (?:want|need|like|send) (?:\w+ )?(?:outages?|bills?|billing|payments?|power|emergency|emergencies|important)\b[^|]*|\bonly te?xts? (?:me |us )?(?:if|when|for|about|with)\b|(?:^|\| )(?:\w+ )?(?:outages?|emergenc\w+|bills?|billing|payments?|te?xts?|calls?)(?: (?:te?xts?|alerts?|messages?|notifications?|updates|info|reminders))? only(?: please| thanks| no \w+)?\s*(?:$|\|)"),
    unclear("another channel instead", r"\b(?:dont|do not|stop|quit|no)\s+(?:call|calling|text|texting|calls|texts)(?: me| please| anymore)*(?:\s*\|)?\s*(?:just |only |but |you can |please |instead )*(?:text|email|call|mail|e mail)\b(?: me| instead| only|\s*$|\s*\|)"),
    unclear("another channel instead", r"\b(?:text|call|email)\b[^|]{0,15}\b(?:instead of|rather than)\b[^|]*\b(?:text|call|messag)\w*"),
    unclear("only some of them", r"\bonly (?:text|call|contact|notify|message|alert|send) (?:me|us)\b"),
)  # fmt: skip

# Beside a revocation these say that it is not of everything.
KEEPS_SOME = (
    unclear("keep some of them", rf"\b(?:but|just|only|still|please)\s+(?:keep|want|need|send|text|continue)\b[^|]{{0,40}}\b(?:{MESSAGES}|outages?|bills?)\b[^|]*"),
)  # fmt: skip

# Another meaning of stop, quit, end and cancel: passed over by what follows.
ANOTHER_MEANING = (
    other("come by", rf"\bstop(?:s|ped|ping)? {_HARMLESS_STOP}\b"),
    other("a stop of another kind", r"\b(?:bus|truck|pit|rest|next|last|first|full|a|the|one|each|short|non|door|back|whistle|train|school|our|their|emergency|water|tree)\s+stops?\b|\bnonstop\b|\bstop payments?\b|\bstop(?:watch|light|sign|per|page|gap)\w*\b"),
    other("when does it stop", r"\b(?:when|where|what time|what day|how long|how soon|how many|how much longer|until|till|til|why|does|do|will|would|is|are|was|whether|once|as soon as|hope|hoping|wish|wonder\w*|think|thought|might|may|should|could|can|cant|should|if)\b[^|~]{0,40}?\b(?:it|they|power|rain\w*|storm\w*|wind|lights?|outages?|bus|crew\w*|work|service|noise|water|flicker\w*|trucks?|meter|alarm|beep\w*|buzz\w*|surg\w+|guys|men|everything|things|payments?|drafts?|autopay|we|he|she|trains?|billing|construction|project|road|digging|that|i|somebody|someone|anyone|anybody)\b[^|~]{0,30}?\b(?:stop|end|quit)\b(?! (?:texting|calling|messag|spam|sending|bother|harass|contact))"),
    other("why does it stop", r"\b(?:when|where|why|how long|how soon)\b[^|~]{0,30}\b(?:stop|stops|end|quit)\b[^|]*"),
    other("it does not stop", r"\b(?:cant|cannot|couldnt|wont|wouldnt|doesnt|does not|didnt|did not|never|not|couldnt|will not|isnt going to|unable to|able to|trying to|tried to|try to|going to|gonna|about to|had to|made me|make it|made it|makes it|has to|have to|didnt) (?:(?:ever|even|just|really|ever|seem to|going to|gonna|make it|get it to|fully|quite|completely) )?stop\b(?! (?:texting|calling|messag|spam|sending|bother|harass|contact))"),
    other("stop something of the utility's", rf"\b(?:stop|quit|end|cancel|halt|discontinue|turn off|shut off|cut off|disconnect|revoke)\s+(?!sending (?:me |us )?(?:the |your |my |any )?(?:bills?|statements?)\b(?! to\b))(?!(?:my )?(?:account|acct) (?:number )?\d){BEFORE_A_THING}{UTILITY_THINGS}\b(?!\s+(?:\w+ )?{MESSAGES}\b){NOT_A_SENTENCE}[^|]*"),
    other("something needs to stop", r"\b(?!(?:texting|calling|messaging|spamming|harassing|sending|contacting|bothering|this|these)\b)(?:\w+ing|outages?|power|noise|surges?|rates?|prices?|rain|winds?|storms?|snow|weather|thunder\w*|lights?|crews?|trucks?|blinking|leak|water|it|dogs?|increases?|charges?|bills?)\s+(?:ever |finally |just |really )?(?:to|needs? to|has to|have to|must|should|will|would|gonna|going to|did|does|do)\s+(?:finally |please )?(?:stop|end|quit)\b"),
    other("stop doing something else", r"\b(?:stop|quit)\s+(?:\w+ly )?(?!everything|anything|nothing|something|thing|being|blow|receiving|getting|texting|calling|messaging|sending|contacting|spamming|bothering|harassing|doing)\w{2,}ing\b(?! me)[^|]*|\b(?:stop|quit)\s+(?:over ?)?(?:charging|billing|estimating|overcharging|drafting|cutting|disconnecting|robbing|ripping|shutting)\b[^|]*"),
    other("make it stop", r"\bmake (?:the|my|that) (?!te?xt|messag|call|alert|remind|notif)\w+ (?:\w+ )?stop\b"),
    other("quit or ended of itself", r"\b(?:power|ac|lights?|meter|heater|pump|motor|internet|computer|phone|it|has|have|had|rain\w*|unit|fridge|freezer|service|he|she|they|everything|transformer|generator|breaker)\s+(?:just )?(?:quit|end|ended|stops)\b"),
    other("the end of something", r"\b(?:end of|ends? (?:at|on|in|up)|dead end|week ?end|in the end|end (?:user|date|time|unit|table|cap|meter)|the end|my end|your end|our end|that end|other end|deep end|at end|to end|by end)\b"),
    other("my own job", r"\bquit (?:my|his|her|the|smoking|drinking)\b"),
    other("cancels an outage report", r"(?:^|\| )(?:please |ok |you can )*cancel(?: (?:it|that|this|the call|the report|my call))?(?: please| now| thanks)*(?: \|)? (?:(?:the|my|our|all|we have|have) )*(?:power|lights?|electric\w*|everything|its|it) (?:is |are |came |just |now |all )*(?:back(?: on| up)?|on|restored|fixed)(?: now| again| thanks| thank you)*(?=\s*(?:$|\|))"),
    other("an emergency", rf"\bstop\b(?! (?:te?xt|messag|send|call))[^|]{{0,40}}?{EMERGENCY}[^|]*"),
    other("stop and do something", r"\bstop (?:and|to|n) (?:see|fix|pay|talk|charge|look|check|pick|visit|help|get|eat|think|let|turn|come|do|start|restart)\b[^|]*|\bstop what (?:you|u|yall|youre|ur|they|the)\b[^|]*\bdoing\b[^|]*"),
    other("has moved, and says where to", r"\bmov(?:ed|ing)\b[^~]{0,80}\b(?:update|new address|transfer|change (?:my|our|the) address|forward|need (?:service|power|lights))\b[^|]*"),
    other("a death, and what becomes of the account", r"\b(?:passed(?: away)?|died|deceased)\b[^~]{0,80}\b(?:transfer|in(?:to)? (?:my|our|his|her) name|change the name|name changed|final bill|close (?:the|his|her) account)\b[^|]*"),
    other("a thing has died", rf"\b(?:laptop|phone|cell|battery|batteries|fridge|refrigerator|freezer|oxygen|machine|cpap|concentrator|fan|modem|router|tv|computer|system|unit|breaker|plants?|fish|cows?|birds?|dogs?|cats?|horses?|chickens?|calf|calves|food|it|everything|{UTILITY_THINGS}) (?:just |has |have |all |is |are |went |completely )*(?:died|dead|passed on|passed away)\b"),
    other("cancelled something", r"\b(?:cancell?ed|cancell?ation)\b"),
)  # fmt: skip

# With stop, quit, end or cancel at one end of a clause and people's reasons at the other.
WEAK_REVOKES = (
    revoke("stop, with a reason", r"(?:^|\| )(?:please |just |ok |hey |yes |no |and |so |but |now )*(?:stop|unsubscribe|quit|stopall)\s+(?:i|im|ive|id|we|were|you|youre|yall|u|ur|my|not|no|wrong|this|these|he|she|they|who|whos|what|why|dont|do|never|please|pls|or|because|cause|bc|cuz|it|already|the hell|before i|now|and|me|asap|fool|lady|sir|la|por|ya|esto|mandando|mandar|enviar|enviando|de|con|all|immediately)\b(?!\s+(?:power|service|autopay|payment)\b(?!\s+(?:is|was|isnt|never|works|came|went)\b))"),
    revoke("no more", r"(?:^|\| )(?:please |ok |thanks |no )*no more(?: please| thanks| now| ok| thank you| of this| of these| por favor| gracias)*\s*(?:$|\|)"),
    revoke("ends in please stop", r"\b(?:please|pls|plz|just|now|and|so|but|then|you|yall|u|me|guys|want you to|need you to|like you to|need to|have to|got to|number|customer|person|interested|anymore|here|dude|you all|y all)\s+(?:please |just |now )?stop(?:\s+(?:please|now|it|this|ok|thanks|already|asap|immediately|thank you|today))*\s*(?:$|\|)"),
    revoke("stop this", r"\bstop (?:all )?(?:this|these|them|everything|all this|all of (?:this|these|it))(?:\s+(?:now|please|shit|crap|stuff|nonsense|bullshit|bs|mess|immediately|already|asap|today|foolishness))*\s*(?:$|\|)"),
)  # fmt: skip

STARTS = (
    start("start messages", rf"\b(?:start|restart|resume|continue|turn on|re ?activate|activate|enable|begin|re ?start|turn back on|un ?block)\s+(?:(?:back|up|on|to)\s+)*{BETWEEN}(?:te?xt\w*|messag\w*|msgs?|sms|alerts?|notifications?|reminders?|sending(?=\s*(?:$|\||(?:again|me)\b))|updates)(?=\s|$)(?! (?:i |was|are))"),
    start("yes, agrees", rf"^(?:yes|si|start) (?:\| )?(?:(?:i|we|yo) )?(?:agree|accept|consent|do|acepto|quiero|de acuerdo|estoy de acuerdo)(?: to (?:get |receive )?{BETWEEN}{MESSAGES})?\s*(?:$|\|)"),
    start("text me again", r"(?:^|\| )please te?xt me again(?: please| thanks)*\s*$"),
    start("signs up", r"\b(?:re ?subscribe|subscribe me|sign me (?:back )?up|opt(?:ing)? (?:me )?(?:back )?in|optin|add me (?:back)?|put me (?:back )?on|re ?enroll me|unstop)\b(?![^|]*\b(?:budget|autopay|auto|plan|hold|paperless|draft|bank|do not|dnc)\b)"),
    start("wants them back", rf"\b(?:want|like|need|get|turn|have|put)\s+{BETWEEN}(?:te?xts?|messages?|alerts?|notifications?|reminders?)\s+(?:turned |put |on |to be )?(?:back|again|on)\b"),
    start("wants to get them", rf"\b(?:i|we) (?:do |still |would )*(?:want|like) to (?:still |keep |start |continue |get back to )*(?:get|getting|receive|receiving)\s+{BETWEEN}(?:te?xts?|messages?|alerts?|notifications?|reminders?)(?=\s|$)"),
    start("starts again", r"(?:^|\| )(?:please |ok |yes )*(?:start|unstop|restart)(?: again| please| back| it again| me back up| over)*\s*(?:$|\|)"),
)  # fmt: skip

UNCLEAR = (
    unclear("email only", r"(?:^|\| )(?:(?:please|pls|i|prefer|just|only|send|use|contact me by|by|an|ill take|you can)\s+)*(?:e ?mails?|mail)(?: me| us| it)?(?: only| instead)+(?: please| of te?xts?)*\s*(?:$|\|)|(?:^|\| )(?:please |pls |ok )*(?:just|only|i prefer|prefer|use|rather)(?: use| have| get| an)? (?:e ?mails?)(?: me| us)?(?: please)*\s*(?:$|\|)|\bprefer (?:an )?e ?mails?\b(?! (?:bill|statement))|\bonly e ?mail (?:me|us)\b|\be ?mail (?:\w+ )?(?:\| )?not (?:a |by )?te?xts?\b"),
    unclear("somebody else instead", r"\b(?:te?xt|call|contact|message|notify|email|send (?:\w+ ){1,3}to) (?:(?:my|his|her|the|our) \w+|him|her|them|me|us|\d[\d ]+)(?: at [\d ]+| on [\d ]+)? instead(?: please| thanks| of (?:me|this)\b.*| at [\d ]+| [\d ]+)?\s*(?:$|\|)"),
    unclear("email, not texts", r"\b(?:stop|quit|cease|end|dont|do not|no more|no|cancel|never)\s+(?:\w+ ){0,4}?e ?mail\w*"),
    unclear("bills as texts or on paper", r"(?:\bno more|(?:^|\| )(?:please )?no) (?:\w+ ){1,2}(?:by|via|through|over) (?:te?xts?|sms|te?xt messages?)(?=\s|$)|\b(?:stop|quit|dont|do not|no more) (?:send|sending)\s+(?:\w+ ){0,3}?(?:bills?|statements?)\b"),
    unclear("tired of it", rf"\b(?:tired of|sick of|fed up with|had enough of|enough of|enough with|hate|hating|done with|over|so many|too many|annoyed (?:by|with|at))\s+{BETWEEN}(?:{MESSAGES}|this crap|this shit)(?=\s|$)|(?:^|\| )(?:this|it|thats|that|you) (?:is|are|must be)?(?: a| just| such| total| all)* ?(?:scams?|fraud|junk|scammers?)(?=\s*(?:$|\|))|(?<!is this )(?<!is it )(?<!is this a )\b(?:annoying|spam(?! calls?)|spamming|harass\w*)\b|\bwant out\b"),
    unclear("takes no texts", rf"\b(?:not accepting|(?:doesnt|does not|dont|do not) accept) {BETWEEN}{MESSAGES}(?=\s|$)"),
    unclear("fewer of them", rf"\bte?xt (?:me )?less\b|\btoo many of (?:these|them)\b|\bte?xt(?:ing)? (?:me |us )?(?:way )?(?:too|so) much\b|\b(?:less|fewer|too many|so many|reduce|limit|slow down)\b[^|]{{0,20}}\b{MESSAGES}(?=\s|$)"),
    unclear("did not ask for it", r"\bwho (?:signed|put|added|subscribed|enrolled) (?:me|us)\b|\b(?:never|didnt|did not|dont|havent)\b(?: remember)? (?:sign(?:ed|ing)? up|signed|ask(?:ed)? (?:for|to)|subscrib\w+|request(?:ed)?|agreed?|gave|give|authori[sz]ed?|enroll(?:ed)?)\b" + NOT_OF_A_THING),
    unclear("nobody of that name", r"\b(?:confused|mixed up|mistaken|mistaking)\b[^|]{0,15}\b(?:with|for) (?:someone|somebody|another)\b|\baccount (?:is not|isnt|aint) mine\b|\b(?:nobody|no one|noone|no body|anyone|anybody|no person|someone|somebody) (?:here )?(?:by|with|named|called|of) (?:that|this) name\b|\bno idea who (?:that|this|he|she|they|\w+) (?:is|are)\b|\bno such person\b|\bnobody (?:here )?(?:named|called) \w+"),
    unclear("not that person", r"\b(?:i am|im|this is|this isnt|thats|that is) (?:not )?(?<!this is )(?<!i am )(?<!im )(?<!thats )(?<!that is )(?:him|her|that person|the person|the one you|who you)\b|(?:^|\| )(?:sorry |hey |hi |um )*(?:this is not|this isnt) (?!right|correct|fair|good|working|ok|okay|true|accurate|acceptable|mine|my|a|an|the|what|how|over|about|it|possible|enough|funny|me|helpful|resolved|fixed|done|sure|cool|happening|\w+ing\b)\w+(?: \w+)?\s*(?:$|\|)|\b(?:dont|do not) know (?:who (?:this|that|she|he|you)|any|anyone named|anybody named|this person|that person)\b|\b(?:doesnt|does not|no longer) (?:live|work|stay|lives) (?:here|there|at this)"),
    unclear("not at this time", rf"\b(?:not|no|dont|do not|never)\b[^|]{{0,20}}\b(?:text|call|contact)\b[^|]{{0,15}}(?:{QUALIFIES})"),
    unclear("threatens", r"\b(?:(?:report|reporting|reported|sue|suing|block|blocking|blocked)\s+(?:(?!to\b)\w+ )?(?:you(?! (?:guys|all) did)|u|yall|these te?xts|this (?:number|te?xt|as)|as spam|the number|number|to the fcc)|(?:if|next time) (?:you|u|yall) (?:ever )?(?:te?xt|call|contact|message)\b[^|]*\b(?:again|one more time)|te?xt me (?:again|one more time) and|(?:to|will|ill|gonna|can|could|be) su(?:e|ing)(?! for)|fcc|tcpa|ftc|lawsuit|attorney general|legal action|(?:hear from|contact(?:ing)?|talk(?:ing)? to|get(?:ting)?|hir(?:e|ing)|call(?:ing)?|have) (?:my|an|a|our) (?:lawyer|attorney)(?! (?:at|about|for))|(?:this is|thats|its|it is|texting \w+ is|texts are|youre) illegal)\b"),
    unclear("not interested", r"\b(?:not|no longer|aint) (?:even )?interested\b|\bno interest\b"),
    unclear("is angry", r"\b(?:f+u+c+k+|screw|damn|eff|f) (?:you|u|yall|ya|this|off|ur|your)\b|\b(?:go to hell|kiss my|eat shit|up yours|bite me)\b"),
    unclear("off something", r"\b(?:take|remove|drop|get) (?:me|us|my \w+|this number)\s+(?:off|from)\b|\b(?:want|wants|let me) off\b|\blet me out\b"),
    unclear("does not need them", rf"\bno (?:more )?need (?:to (?:send|text|message)(?: me)?(?: any)?(?: more| anymore)?|for (?:(?:any|all|more|these|the|those|your|this) )*(?:{MESSAGES}|this|these)){END}|\b(?:dont|do not|no longer|didnt) need\s+{BETWEEN}(?:this|these|those|them|{MESSAGES}){END}"),
    unclear("disturbed", r"\b(?:do not|dont|stop|quit) (?:disturb|being)\b|\b(?:make|made) (?:it|this|them) stop\b"),
    unclear("end or cancel, of what?", r"(?:^|\| )(?:please |just |can you |i want to |want to |need to |id like to )*(?:end|cancel|quit|revoke|remove|block|delete|discontinue)(?: (?:it|that|this|these|everything|me|them|all))*(?: please| now| thanks)*\s*(?:$|\|)|\bcancel (?:everything|me|my (?:sub\w*|enrollment|registration|sign ?up))\b|\bi revoke\b"),
)  # fmt: skip
# Who they are, or are not: counts where the text asks for nothing else ("he died, close his account").
WHO_THEY_ARE = (
    unclear("not a customer", r"\b(?:not|isnt|never been|no longer|not even|aint|am not|havent been) (?:a |your |an |ur |one of your )*(?:customers?|members?|clients?)\b(?! (?:service|number|portal|rep))|\b(?:dont|do not|no longer|never) (?:have|had|has|own|even have|use)\s+(?:\w+ ){0,3}?(?:accounts?\b(?! (?:number|online))|(?:with|through|from) (?:you|u|yall|your)\b|(?:that|this|the|a|any) (?:house(?! phone)|home(?! phone)|property|place)\b)|\b(?:house|home|property|place) (?:was|is|got|has been|been) sold\b|\bnot the owner\b|\b(?:dont|do not|no longer|never|doesnt|does not) (?:even )?(?:live|lives|lived|stay|reside)\s+(?:\w+ ){0,2}?(?:there|here|at|with you|in (?:that|this|the|your|georgia|ga)\b|that (?:house|address))(?! (?:full|long|year|all|alone|but))(?![^~]*\b(?:power\w*|lights?|electric\w*)\b)|\bhavent lived (?:there|here|at|in)\b(?! long)|\bno longer with\b|\bsold (?:it|(?:the|that|my|our|this) (?:\w+ )?(?:house|home|property|place))(?=\s|$)|(?:^|\| |\b(?:i|we|he|she|renter|tenant|tenants|ex|husband|wife|son|daughter|roommate|has|have|just|already|ive|weve) )moved(?=\s*(?:$|\||(?:out|away|to|from|last|in|over|years|and|but|so|please|stop|not|two|three|a year)\b))(?! to the\b)"),
    unclear("another utility's", r"\b(?:im|i am|we are|were|i have) (?:with|on) \w+ (?:power|energy|electric|emc|edison)\b|\b(?:not|isnt|arent|aint|never) (?:my|our) (?:\w+ )?(?:power|electric|utility|energy|light) (?:company|provider|co|co ?op)\b|\b(?:not|isnt|dont live) (?:even )?in your (?:\w+ )?(?:area|territory|state)\b"),
    unclear("not theirs", r"(?:^|\| )(?:sorry |hey |hi |no )*(?:(?:this|that|it|its|thats|these|those)(?: is| are| isnt| arent| aint)? )?(?:not |isnt |aint |arent )?(?<=not |snt |int |ent )(?:mine|me|for me|my account|our account|meant for me|intended for me)(?: any ?more| sorry| thanks)*\s*(?:$|\|)|\b(?:this|that|these|it|thats|its)(?: is| are)? (?:not|isnt|aint|arent) (?:mine|me|for me|my account|meant for me|intended for me)\b(?! (?:number|balance|it|they|the|that|his|her))|\bnot my account any ?more\b"),
    unclear("somebody has died", r"\b(?:passed away|died|deceased|(?:he|she|husband|wife|mother|father|mom|dad|owner|customer|holder) (?:is dead|has passed|passed on)|(?:he|she|husband|wife|mother|father|mom|dad|mama|daddy|son|daughter|brother|sister|owner) passed(?! (?:by|the|out|me|it)\b)|late husband|late wife)\b"),
)  # fmt: skip
STOP_LEFT = unclear("stop, of what?", r"\bstop\b")
