"""Slips of the finger in the words that matter most: stpo, sotp, unsubcribe."""

import re
from functools import cache

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
# Slips that are words of their own: alone they may be meant as STOP, in a sentence they are not.
WORDS_NEAR_STOP = frozenset(
    {"atop", "top", "shop", "step", "stow", "slop", "sop", "strop", "stoop"}
)
_WORDS = WORDS_NEAR_STOP | {"stops", "spot", "stoep", "stomp", "stopt", "sto", "to", "so"}
_OTHERS = {
    "stahp": "stop",
    "stawp": "stop",
    "stopit": "stop it",
    "stopp": "stop",
    "stp": "stop",
    "wron": "wrong",
    "mor": "more",
    "hellp": "help",
    "sto": "stop",
    "qiut": "quit",
    "quti": "quit",
    "uqit": "quit",
    "cancle": "cancel",
    "cancell": "cancel",
    "cancal": "cancel",
    "cansel": "cancel",
    "canel": "cancel",
    "revok": "revoke",
    "revoque": "revoke",
    "edn": "end",
    "strat": "start",
    "satrt": "start",
    "optuot": "optout",
    "optou": "optout",
    "otpout": "optout",
    "hlep": "help",
    "hepl": "help",
    "txting": "texting",
    "textin": "texting",
    "txtng": "texting",
    "textng": "texting",
    "txtin": "texting",
    "testing me": "texting me",
    "massages": "messages",
    "rmv": "remove",
    "yess": "yes",
    "un stop": "unstop",
    "mssgs": "messages",
    "pls": "please",
    "plz": "please",
    "plse": "please",
    "pleas": "please",
    "plese": "please",
    "pleae": "please",
    "pleaae": "please",
    "xfavor": "por favor",
    "xfa": "por favor",
    "porfavor": "por favor",
    "porfa": "por favor",
    "wring number": "wrong number",
    "wrong numer": "wrong number",
    "wrong nubmer": "wrong number",
    "wrong numbr": "wrong number",
    "worng": "wrong",
    "wrog": "wrong",
    "rong number": "wrong number",
}
# Long words that no other word is like: one slip in them is mended.
_LONG = ("texting", "messages", "messaging", "receiving", "contacting", "notifications", "already", "number",
         "mensajes", "harassing", "revoking")  # fmt: skip
_NOT_A_SLIP = frozenset(
    {"testing", "message", "messages", "mensaje", "numbers", "deceiving", "contracting"}
)
_WORD = re.compile(r"[a-z]+")
_EQUIVOCADO = re.compile(r"\be[qk]u?i[bv]oca")


def is_nearly_optout(word: str) -> bool:
    return _is_one_slip(word, "optout")


def corrected(words: str) -> str:
    """Plain words with the slips mended that can mean one thing only."""
    words = _WORD.sub(lambda found: _one(found[0]), words)
    words = _EQUIVOCADO.sub("equivoca", words)
    for wrong, right in _OTHERS.items():
        if " " in wrong:
            words = re.sub(rf"\b{wrong}\b", right, words)
    return words


def _one(word: str) -> str:
    if word in _OTHERS:
        return _OTHERS[word]
    if word in slips_of("stop"):
        return "stop"
    if len(word) >= 5 and word not in _NOT_A_SLIP:
        for wanted in _LONG:
            if word[0] == wanted[0] and word != wanted and _is_one_slip(word, wanted):
                return wanted
    if len(word) >= 9 and word[0] in "uin" and "scri" in word and "sub" not in word[:3]:
        return "unsubscribe" if _is_near(word, "unsubscribe") else word
    if len(word) >= 9 and word[0] == "u" and _is_near(word, "unsubscribe"):
        return "unsubscribe"
    return word


@cache
def slips_of(word: str) -> frozenset[str]:
    """Two letters changed about, one twice, or one of its neighbours on the keyboard hit."""
    slips = set()
    for i in range(len(word)):
        if i + 1 < len(word):
            slips.add(word[:i] + word[i + 1] + word[i] + word[i + 2 :])
        slips.add(word[:i] + word[i] + word[i:])
        for near in _neighbours(word[i]):
            slips |= {word[:i] + near + word[i + 1 :], word[:i] + near + word[i:]}
            slips.add(word[: i + 1] + near + word[i + 1 :])
    return frozenset(slips - _WORDS - {word})


def _neighbours(letter: str) -> set[str]:
    found = set()
    for y, row in enumerate(_ROWS):
        x = row.find(letter)
        if x < 0:
            continue
        for dy in (-1, 0, 1):
            if 0 <= y + dy < len(_ROWS):
                near = _ROWS[y + dy][max(0, x - 1) : x + 2]
                found |= set(near) - {letter}
    return found


def _is_one_slip(word: str, wanted: str) -> bool:
    """A letter more, a letter less, another letter, or two neighbors changed about."""
    if abs(len(word) - len(wanted)) > 1:
        return False
    start = 0
    while start < min(len(word), len(wanted)) and word[start] == wanted[start]:
        start += 1
    rest, other = word[start:], wanted[start:]
    return (
        rest[1:] == other[1:]
        or rest[1:] == other
        or rest == other[1:]
        or (rest[:2] == other[1::-1] and rest[2:] == other[2:])
    )


def _is_near(word: str, wanted: str) -> bool:
    """Within two changes of a letter."""
    row = list(range(len(wanted) + 1))
    for i, letter in enumerate(word, 1):
        before, row = row, [i]
        for j, other in enumerate(wanted, 1):
            row.append(min(before[j] + 1, row[-1] + 1, before[j - 1] + (letter != other)))
    return row[-1] <= 2
