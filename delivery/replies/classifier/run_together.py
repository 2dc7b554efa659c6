"""Words that somebody wrote without spaces: stoptextingme, wrongnumber, nomore."""

import re

_PARTS = ["stop", "please", "pls", "plz", "now", "all", "it", "this", "these", "the", "text", "texts", "texting", "txt", "txting", "message", "messages", "messaging", "msg", "msgs", "calls", "calling", "sending", "sms", "alerts", "me", "my", "us", "off", "out", "do", "not", "dont", "no", "more", "mas", "remove", "delete", "lose", "take", "leave", "alone", "opt", "unsubscribe", "cancel", "end", "quit", "wrong", "number", "person", "list", "ok", "thanks", "thankyou", "from", "your", "ya", "basta", "mensajes", "numero", "equivocado"]  # fmt: skip
_WORD = re.compile(r"(?<![a-z0-9])[a-z]{6,40}(?![a-z0-9])")
# Keywords of their own.
_WORDS = frozenset({"stopall", "optout", *_PARTS})
# A word is taken apart only where one of these is in it.
_TELLING = re.compile(
    "stop|text|txt|messag|msg|remove|delete|opt|wrong|equivocado|nomore|alone|takeme|leaveme"
)


def taken_apart(words: str) -> str:
    """The text with a space between such words."""
    return _WORD.sub(lambda found: _parts_of(found[0]), words)


def _parts_of(word: str) -> str:
    if word in _WORDS or not _TELLING.search(word):
        return word
    # The fewest parts that make each beginning of the word, by its length.
    best: list[list[str] | None] = [[]] + [None] * len(word)
    for start in range(len(word)):
        before = best[start]
        if before is None:
            continue
        for part in _PARTS:
            end = start + len(part)
            if word.startswith(part, start):
                so_far = best[end]
                if so_far is None or len(so_far) > len(before) + 1:
                    best[end] = [*before, part]
    whole = best[-1]
    return " ".join(whole) if whole else word
