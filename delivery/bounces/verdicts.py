"""RULES 21 and 30: the one table from a code, a kind or a server's words to our verdict.

`judge` is asked by everything that hears of a refused address: returned mail, the mail server's
replies in a conversation, and the reports of email services.

The code decides wherever RULES 21 names it. Its subject is the last word: `550 5.7.1 User unknown`
is policy, since servers hide behind "unknown" when they refuse whoever sends. Words decide only
where the code says nothing (none, X.0.0, X.1.0, 5.5.x, 5.6.x, one that is not in the table), and
what speaks of policy in them is looked for first: an address that is given up wrongly costs a
member their messages, one that is given up late costs us a mail.
"""

import re
from typing import NamedTuple

from delivery.bounces.choices import Verdict

ENHANCED = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.]*\d)")
_SMTP = re.compile(r"^[45]\d\d$")

# RULES 21, code by code, then subject by subject. "*": whatever comes here.
_BY_CODE: dict[str, Verdict] = {
    "5.1.1": Verdict.BAD,
    "5.1.2": Verdict.BAD,
    "5.1.3": Verdict.BAD,
    "5.1.6": Verdict.BAD,
    "5.2.0": Verdict.SOFT,
    "5.2.1": Verdict.SOFT,
    "5.2.2": Verdict.SOFT,
    "5.3.*": Verdict.SOFT,
    "5.4.*": Verdict.SOFT,
    "5.7.*": Verdict.POLICY,
    "4.*.*": Verdict.SOFT,
    "2.*.*": Verdict.NOT_A_BOUNCE,
    # Not in RULES 21. Exchange says 5.1.10 of a recipient that it can't find; elsewhere it is a
    # domain that says of itself that it takes no mail (RFC 7505). Nobody is there in either case.
    "5.1.10": Verdict.BAD,
    # The sender's address, or a message that the next server can't take: ours to mend.
    "5.1.7": Verdict.POLICY,
    "5.1.8": Verdict.POLICY,
    "5.1.9": Verdict.POLICY,
    "5.2.3": Verdict.POLICY,
}
# Where neither code nor words say anything.
_UNSAID: tuple[tuple[str, Verdict], ...] = (
    # The protocol's and the content's trouble, but for the undefined 5.5.0.
    ("5.5.0", Verdict.SOFT),
    ("5.5.", Verdict.POLICY),
    ("5.6.", Verdict.POLICY),
    ("", Verdict.SOFT),
)


class Meaning(NamedTuple):
    """What words mean, and the code that they stand for where a server gave none."""

    verdict: Verdict
    code: str


# Searched in this order; the first that is found decides.
_BY_WORDS: tuple[tuple[str, Verdict, str], ...] = (
    (
        r"\bspam(?!trap user)|\bunsolicited\b|\bbulk mail\b|\bphish|\bvirus\b|\bmalware\b"
        r"|\bblack ?list|\bblock ?list|\bdeny ?list|\bdnsbl\b|\brbl\b|spamhaus|barracuda|spamcop"
        r"|\bproofpoint\b|\bsorbs\b|senderscore|\breputation\b|\bspf\b|\bdkim\b|\bdmarc\b"
        r"|reverse dns|\bptr record|\bpolic(y|ies)\b|\bprohibited\b|\bblocked\b|\bbanned\b"
        r"|not (authori[sz]ed|permitted|allowed)|\bunauthori[sz]ed\b|\bunauthenticated\b"
        r"|authentication (is )?required|must authenticate|relay(ing)? (access )?denied"
        r"|unable to relay|we do not relay|(content|message) (was )?reject|sender (address )?reject"
        r"|\bsender\b.{0,30}\b(denied|invalid|unknown)|(sending|your) (ip|host|server|domain)\b"
        r"|access denied|message refused|only accepts (mail|email|messages)"
        r"|not accepting (mail|messages) from"
        r"|restricted (recipient|group|sender)|\bhigh.probability\b|\bcontent filter",
        Verdict.POLICY,
        "5.7.1",
    ),
    (
        r"(over|exceed\w*|out of|beyond)\b.{0,25}\b(quota|storage|space|limit)|quota.{0,25}"
        r"(exceed|full|reach)|(mail ?box|inbox|account|user).{0,25}\b(is )?(full|over ?quota)\b"
        r"|insufficient (system |disk )?(storage|space)|\bdisk full\b|buz[oó]n.{0,30}llen[oa]"
        r"|quota violation|exceeds? (the )?allowed size|bo[iî]te.{0,30}pleine"
        r"|postfach.{0,30}\b([uü]ber)?(voll|f[uü]llt)",
        Verdict.SOFT,
        "5.2.2",
    ),
    (
        r"(account|mail ?box|user|recipient|address|inbox)\b.{0,40}\b(disabled|inactive|suspended"
        r"|deactivated|discontinued|locked|expired|not active|no longer active|on hold|dormant)\b"
        r"|\b(disabled|inactive|suspended|deactivated) (user|account|mail ?box|recipient)",
        Verdict.SOFT,
        "5.2.1",
    ),
    (
        # A domain, not a mailbox.
        r"(host|domain|dns|mx)\b.{0,60}\b(not found|unknown|does ?n[o']t exist|no such|unresolv\w*"
        r"|can ?not be (found|resolved)|could ?n[o']t be (found|resolved)|non.?existent"
        r"|nxdomain|invalid)\b|\b(no such|unknown|unrouteable|unroutable|invalid|non.?existent) "
        r"(mail )?(host|domain)|\bnxdomain\b|null mx|(couldn'?t|could not|cannot|can't) find any "
        r"host named|all relevant mx records point to non-existent hosts|unrouteable mail domain"
        r"|does not accept (any )?(mail|email)\b.{0,20}nullmx",
        Verdict.BAD,
        "5.1.2",
    ),
    (
        r"(user|recipient|mail ?box|address|account|alias|inbox|person|employee|destinatario"
        r"|usuario|cuenta)\b.{0,60}?\b(is |was |are )?(unknown|not found|not known|not exist"
        r"|does ?n[o']t exist|do ?n[o']t exist|did not exist|no existe|non.?existent"
        r"|not recogni[sz]ed|not valid|invalid|undeliverable|unroutable|desconocid[oa]"
        r"|could ?n[o']t be found|was ?n[o']t found|can(no|')t be found|no longer (exists?|valid"
        r"|available|in use|with|works|on server|here|has|accept\w*)|not listed"
        r"|not a (valid|known|local)"
        r"|not our customer|has been (deleted|removed|closed)|was (deleted|closed|terminated)"
        r"|terminated|no encontrad[oa])\b"
        r"|\b(no such|unknown|invalid|non.?existent|unrouteable|unroutable|bad|not a valid"
        r"|undeliverable|incorrect) (local |final )?(e-?mail )?(user|recipient|mail ?box|address"
        r"|account|destination|person|alias|part|rcpt)"
        r"|does ?n[o']t have (an?|any) .{0,40}\b(account|mail ?box)|no mail ?box (here )?(by|with)"
        r"|(there is )?no (one|user|person|mail ?box|account|addressee|recipient)\b.{0,20}"
        r"\b(by|with|named|called|at) (that|this|the)|user unknown|unknown user"
        r"|no such (user|person|address)"
        r"|not (found|listed) in .{0,30}(directory|address ?book|users?)|recipientnotfound"
        r"|no existe (el|la|este|esta|un|una|ese)|isn'?t (in|on) (our|their|my)|(has|have) moved"
        r"|no longer (works?|employed|employee|with us|with the company)"
        r"|destination address required|is ?n[o']t a known user|mail ?box (is )?unavailable"
        r"|mail ?box not available|address ?(couldn'?t|could not) be found"
        r"|didn'?t find|wasn'?t found|unable to find (the )?recipient"
        r"|not our customer|(utente|indirizzo|usu[aá]rio|endere[cç]o|buz[oó]n)\b.{0,40}"
        r"\b(sconosciut[oa]|inesistente|non esiste|desconhecid[oa]|desconocid[oa]|n[aã]o existe"
        r"|inexistente)"
        r"|addressee unknown|invalid (final delivery )?user ?id|not a valid user"
        r"|(adresse|utilisateur|destinataire|bo[iî]te)\b.{0,60}\b(inconnue?|n'existe (pas|plus))"
        r"|unbekannte[rs]? (empf[aä]e?nger|benutzer|adresse)|(empf[aä]e?nger|benutzer|adresse"
        r"|postfach)\b.{0,40}\b(unbekannt|nicht bekannt|existiert nicht|nicht gefunden)",
        Verdict.BAD,
        "5.1.1",
    ),
    (
        r"timed? ?out|time-?out|connection (refused|reset|lost)|could not (be )?connect|greylist"
        r"|gray ?list|try (again )?later|temporar|retry|too (many|busy|much)|rate limit|throttl"
        r"|loops? back|mail loop|too many hops|hop count|local configuration error|out of memory"
        r"|network (is )?unreachable|no route to host|server (is )?(busy|down|unavailable)",
        Verdict.SOFT,
        "5.4.0",
    ),
)
_WORDS = tuple((re.compile(p, re.IGNORECASE | re.DOTALL), v, c) for p, v, c in _BY_WORDS)
# Standing alone among soft reasons, so that "temporary" in words can make a code of class 4.
_FOR_NOW = re.compile(
    r"temporar|try (again )?later|greylist|gray ?list|will (be )?(retr|continue|keep)|delayed",
    re.IGNORECASE,
)

# RULES 30: the kinds in Constant Contact's export of bounces, matched loosely.
KINDS: dict[str, Verdict] = {
    "nonexistent": Verdict.BAD,
    "undeliverable": Verdict.BAD,
    "suspended": Verdict.BAD,
    "blocked": Verdict.SOFT,
    "mailboxfull": Verdict.SOFT,
    "other": Verdict.SOFT,
    "vacation": Verdict.NOT_A_BOUNCE,
}


def judge(code: str, words: str = "") -> Verdict:
    """What a refusal means. `code`: an enhanced status code, an SMTP reply's three digits, a kind
    of RULES 30, or ""; `words`: what the server said."""
    code = code.strip()
    kind = KINDS.get(re.sub(r"[^a-z]", "", code.lower()))
    if kind is not None:
        return kind
    if enhanced := ENHANCED.fullmatch(code):
        return _judge_enhanced(*enhanced.groups(), words=words)
    if _SMTP.match(code) and code[0] == "4":
        return Verdict.SOFT
    if found := ENHANCED.search(words):
        return _judge_enhanced(*found.groups(), words=words)
    return _by_words(words, otherwise="")


def meaning_of(words: str) -> Meaning | None:
    """What a server's words mean, without any code; None where they say nothing that we know."""
    for pattern, verdict, code in _WORDS:
        if pattern.search(words):
            return Meaning(verdict, code)
    return None


def code_for(smtp: str, words: str) -> str:
    """The enhanced status code for a reply that has none: by its words, in the reply's own class;
    X.0.0 where they say nothing."""
    meaning = meaning_of(words)
    group = smtp[0] if _SMTP.match(smtp) else "4" if _FOR_NOW.search(words) else "5"
    return f"{group}{meaning.code[1:]}" if meaning else f"{group}.0.0"


def is_generic(code: str) -> bool:
    """Whether a code names no more than its class, or class and subject: X.0.0, X.1.0, …"""
    return code.endswith(".0") or not code


def _judge_enhanced(group: str, subject: str, detail: str, *, words: str) -> Verdict:
    subject, detail = str(int(subject)), str(int(detail))
    code = f"{group}.{subject}.{detail}"
    for known in (code, f"{group}.{subject}.*", f"{group}.*.*"):
        if known in _BY_CODE:
            verdict = _BY_CODE[known]
            # "553 5.3.0 DNSBL": a large service says so of every address that it holds.
            undefined = group == "5" and detail == "0" and verdict is Verdict.SOFT
            if undefined and _by_words(words, otherwise="") is Verdict.POLICY:
                return Verdict.POLICY
            return verdict
    return _by_words(words, otherwise=code)


def _by_words(words: str, *, otherwise: str) -> Verdict:
    if meaning := meaning_of(words):
        return meaning.verdict
    return next(verdict for start, verdict in _UNSAID if otherwise.startswith(start))
