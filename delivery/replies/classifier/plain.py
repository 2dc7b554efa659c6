"""A text as the rules read it: small letters, no accents, one space between words, "|" between
clauses. What was quoted (our own words, mostly) is left out.
"""

import re
import unicodedata

# Letters of other scripts that look like ours, a trick of keyboards and of the phones' own fonts.
_LOOK_ALIKES = str.maketrans("аесорхуіѕтκοø", "aecopxyistkoo")
_QUOTES = str.maketrans(
    {"‘": "'", "’": "'", "ʼ": "'", "`": "'", "´": "'", "“": '"', "”": '"', "«": '"', "»": '"'}
)
# A phone tells a reaction in words, with our text behind it: Liked “…”, A Ana le gustó “…”.
_REACTION = re.compile(
    r"^\W*(?:(?:loved|liked|disliked|laughed at|emphasi[sz]ed|questioned|removed an? .{1,20} from"
    r"|reacted .{1,12} to|le (?:gusto|encanto|dio risa)|no le gusto|destaco|cuestiono"
    r"|reacciono .{1,16}|.{1,4} (?:to|a))\s*[:]?\s*\"(?P<quoted>.*)\"?\W*)$",
    re.DOTALL,
)
_QUOTED_LINE = re.compile(
    r"^\s*(?:>.*|(?:on|el) .{4,80} (?:wrote|escribio):\s*|-{3,}.*(?:original|mensaje).*)$", re.M
)
# What we write ourselves below our texts, word for word or nearly so.
_OUR_OWN_WORDS = re.compile(
    r"(?:reply|text|txt|responda|envie) stop (?:to (?:end|stop|quit|cancel|unsubscribe|opt.?out)"
    r"|para (?:terminar|cancelar|salir))(?:[,.;]? ?(?:reply |responda )?help (?:for|para)"
    r" (?:help|ayuda|info))?\.?"
)
# What a phone or a mail program adds below what was written.
_SIGNATURE = re.compile(
    r"(?:sent from (?:my|a|the|yahoo|outlook|mail|samsung|android|at&t|iphone|ipad)\b"
    r"|get outlook for |enviado desde (?:mi|el|outlook|yahoo)\b|obtener outlook para ).{0,60}$",
    re.M,
)
_SPELLED_OUT = re.compile(r"(?<!\w)(?:[a-z0-9][ .\-_*]{1,2}){3,}[a-z0-9](?!\w)")
_BETWEEN_CLAUSES = re.compile(r"[.!?;,:\n\r()\"…¡¿]+|(?<=\s)[-–—]+(?=\s)|[–—]")
_STOP_SIGNS = re.compile("[\N{OCTAGONAL SIGN}]")
_NOT_A_WORD = re.compile(r"[^a-z0-9|]+")
_LONG_DRAWN = re.compile(r"([a-z])\1{2,}")
_SPACES = re.compile(r"\s+")
# What a reaction is read as; no rule fits it.
REACTED = "reacted to a text"
# How the sign 🛑 is written.
STOP_SIGN = "octagon"
# Digits and signs for letters, inside a word that has letters besides.
_LEET = str.maketrans("0$@", "osa")
_WITH_LEET = re.compile(r"(?<![\w$@])(?=[\w$@]*[a-z])[a-z0$@]*[0$@][a-z0$@]*(?![\w$@])")


def plain(text: str) -> str:
    """The words of a text, ready for the rules; "" where it has none."""
    words = _letters(text)
    reaction = _REACTION.match(words)
    if reaction:
        return REACTED
    words = _QUOTED_LINE.sub("\n", words)
    words = _OUR_OWN_WORDS.sub(" | ", words)
    words = _SIGNATURE.sub(" | ", words)
    words = _STOP_SIGNS.sub(f" {STOP_SIGN} ", words)
    words = _WITH_LEET.sub(lambda found: found[0].translate(_LEET), words)
    words = _SPELLED_OUT.sub(lambda found: re.sub(r"[^a-z0-9]", "", found[0]), words)
    # don't → dont: the rules spell it so, as many people do.
    words = words.replace("'", "").replace("#", " number ")
    words = _BETWEEN_CLAUSES.sub(" | ", words)
    words = _NOT_A_WORD.sub(" ", words)
    words = _LONG_DRAWN.sub(r"\1", words)
    clauses = [_SPACES.sub(" ", clause).strip() for clause in words.split("|")]
    return " | ".join(clause for clause in clauses if clause)


def _letters(text: str) -> str:
    """Small letters without accents, curly quotes, invisible characters and strange fonts."""
    text = unicodedata.normalize("NFKC", text).translate(_QUOTES).casefold()
    text = text.translate(_LOOK_ALIKES)
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(c for c in decomposed if unicodedata.category(c) not in ("Mn", "Cf"))
