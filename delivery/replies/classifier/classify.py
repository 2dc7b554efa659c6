"""What a text to us means. A table of rules, no guessing machine: each verdict names its rule."""

import re
from dataclasses import dataclass

from delivery.replies.choices import ReplyKind
from delivery.replies.classifier import english, spanish
from delivery.replies.classifier.keywords import (
    COURTEOUS_KINDS,
    DEFINITE,
    HELPING,
    KIND_OF,
    PERHAPS_REVOKING,
    POLITE,
    REVOKING,
    STARTING,
    UNCLEAR_WHEN_POLITE,
)
from delivery.replies.classifier.own_name import as_yall
from delivery.replies.classifier.plain import REACTED, STOP_SIGN, plain
from delivery.replies.classifier.rules import Rule
from delivery.replies.classifier.run_together import taken_apart
from delivery.replies.classifier.typos import WORDS_NEAR_STOP, corrected, is_nearly_optout
from delivery.replies.classifier.vocabulary import COURTESY, EXCLAMATIONS, OFFENSIVE
from delivery.replies.classifier.whole_texts import (
    agrees_to_nothing,
    has_to_cancel,
    is_somebody_else,
    may_be_a_cry,
    says_of_a_thing,
)

# The rules' names for a thumb up, and for pictures alone.
REACTION = "a reaction to our text"
NO_WORDS = "no words"
# Longer than the longest text that a carrier takes.
_MOST_CHARACTERS = 2_000
_NOT_MEANT_SO = (*english.NOT_MEANT_SO, *spanish.NOT_MEANT_SO)
_REVOKES = (*english.REVOKES, *spanish.REVOKES)
_ANOTHER_MEANING = (*english.ANOTHER_MEANING, *spanish.ANOTHER_MEANING)
_WEAK_REVOKES = (*english.WEAK_REVOKES, *spanish.WEAK_REVOKES)
_STARTS = (*english.STARTS, *spanish.STARTS)
_WHO_THEY_ARE = english.WHO_THEY_ARE
_UNCLEAR = (*english.UNCLEAR, *spanish.UNCLEAR)
_OF_A_PART = frozenset(rule.name for rule in (*english.PART_ONLY, *english.KEEPS_SOME)) | {
    "solo algunos"
}
_LEFT_OVER = (english.STOP_LEFT, spanish.LEFT)
_QUALIFIES = re.compile(f"{english.QUALIFIES}|{spanish.QUALIFIES}")
_OFFENSIVE = re.compile(OFFENSIVE)
_EXCLAMATIONS = re.compile(EXCLAMATIONS)
_POLITE = re.compile(r"\bpor favor\b")
_NUMBER = re.compile(r"\d+|number|num|x+")
_PASSED_OVER = " ~ "


@dataclass(frozen=True, slots=True)
class Verdict:
    kind: ReplyKind
    # The rule that decided, in words.
    rule: str

    @property
    def is_of_a_part(self) -> bool:
        """Whether it speaks of some messages only: "just the outages"."""
        return self.rule in _OF_A_PART


def classify(text: str) -> Verdict:
    """What a member means by a text (RULES 5, 12), in English, in Spanish or in both.

    What a reasonable person would read as a revocation is one; what may be one is unclear.
    """
    words = plain(text[:_MOST_CHARACTERS])
    if not words:
        return Verdict(ReplyKind.OTHER, NO_WORDS)
    if words == REACTED:
        return Verdict(ReplyKind.OTHER, REACTION)
    words = _EXCLAMATIONS.sub("please", as_yall(words))
    if is_somebody_else(text):
        return Verdict(ReplyKind.UNCLEAR, "says that they are somebody else")
    mended = corrected(taken_apart(words))
    return _as_keyword(words) or _as_keyword(mended, mended=True) or _as_a_sentence(mended)


def _as_keyword(words: str, *, mended: bool = False) -> Verdict | None:
    """A keyword and nothing else, but for courtesy, repetition and slips of the finger."""
    joined = words.replace(" | ", " ")
    if (
        joined in PERHAPS_REVOKING
        or joined in WORDS_NEAR_STOP
        or _trimmed(joined) in UNCLEAR_WHEN_POLITE
    ):
        return Verdict(ReplyKind.UNCLEAR, f"may be meant as a stop: {joined}")
    if says_of_a_thing(joined):
        return None
    if has_to_cancel(joined):
        return Verdict(ReplyKind.UNCLEAR, "has to cancel something")
    for candidate in (joined, _trimmed(joined), _without_courtesy(joined), _in_one(joined)):
        kind = KIND_OF.get(candidate)
        if kind is not None:
            return Verdict(kind, _name_of(candidate, mended=mended))
    return None


def _trimmed(joined: str) -> str:
    """Without the courtesy before and behind it."""
    said = joined.split()
    while said and said[0] in POLITE:
        del said[0]
    while said and said[-1] in POLITE:
        del said[-1]
    return " ".join(said)


def _in_one(joined: str) -> str:
    """The keyword that somebody wrote with spaces in it: "st op", "y e s", "otp out"."""
    whole = joined.replace(" ", "")
    if whole in REVOKING | STARTING | HELPING:
        return whole
    return "optout" if joined != whole and is_nearly_optout(whole) else ""


def _without_courtesy(joined: str) -> str:
    """The one keyword that is left when please, now, thank you and repetitions are taken away;
    "" where a sentence is left."""
    joined = _POLITE.sub("please", joined)
    rest = [word for word in joined.split() if word not in COURTESY]
    # "Yes, stop" is a stop; "yes thanks" is a yes.
    if not rest:
        said = [word for word in joined.split() if word in COURTEOUS_KINDS]
        return said[0] if len(set(said)) == 1 else ""
    kinds = {KIND_OF.get(word) for word in rest}
    if kinds == {ReplyKind.REVOKE} and len(rest) <= 6:
        return rest[0]
    # "STOP 2", "STOP 478-555-0100", "stop help".
    said = [word for word in rest if not _NUMBER.fullmatch(word)]
    meant = [word for word in said if word in DEFINITE]
    if meant and all(KIND_OF.get(word) in (ReplyKind.REVOKE, ReplyKind.HELP) for word in said):
        return meant[0]
    if kinds == {ReplyKind.HELP} and "thank" in joined:
        return ""  # thanks for the help
    whole = " ".join(rest)
    if whole in KIND_OF:
        return whole
    return rest[0] if len(set(rest)) == 1 and len(kinds) == 1 else ""


def _name_of(word: str, *, mended: bool) -> str:
    if mended:
        return f"mistyped keyword: {word}"
    if word in REVOKING | STARTING | HELPING:
        return f"keyword: {word}"
    return f"word: {word}"


def _as_a_sentence(words: str) -> Verdict:
    # Anger is left out of the sentence, so that the same rules read it; some of it is a rule itself.
    calm = _OFFENSIVE.sub("", f"{words} ").strip()
    rest, passed = _pass_over(calm, _NOT_MEANT_SO)
    part = _first(rest, english.PART_ONLY)
    found = None if part else _revocation(rest, _REVOKES)
    if part is None and found is None:
        rest, more = _pass_over(rest, _ANOTHER_MEANING)
        passed = passed or more
        found = _revocation(rest, _WEAK_REVOKES) or _bare_keyword(rest)
        if found is not None and may_be_a_cry(words):
            found = Verdict(ReplyKind.UNCLEAR, "stop, beside an emergency or a disconnection")
    if found is not None:
        kept = _first(rest, english.KEEPS_SOME)
        return Verdict(kept.kind, kept.name) if kept else found
    if part is not None:
        return Verdict(part.kind, part.name)
    if (agreed := _agreement(rest)) is not None:
        return Verdict(agreed.kind, agreed.name)
    left = rest if passed else words
    rule = _first(left, _UNCLEAR) or _first(rest, _LEFT_OVER)
    if rule is None and (passed is None or passed.kind == ReplyKind.UNCLEAR):
        rule = _first(left, _WHO_THEY_ARE)
    if rule is not None:
        return Verdict(rule.kind, rule.name)
    return Verdict(passed.kind, passed.name) if passed else Verdict(ReplyKind.OTHER, "no rule fits")


def _pass_over(words: str, rules: tuple[Rule, ...]) -> tuple[str, Rule | None]:
    """The words without what these rules know to mean something else; and the first such rule."""
    first = None
    for rule in rules:
        left = rule.pattern.sub(_PASSED_OVER, words)
        if left != words:
            first = rule if first is None or rule.kind == ReplyKind.UNCLEAR else first
            words = re.sub(r"\s+", " ", left).strip()
    return words, first


def _revocation(words: str, rules: tuple[Rule, ...]) -> Verdict | None:
    """A clause that revokes without a condition decides; one with a condition is unclear."""
    unsure = None
    for clause in words.split(" | "):
        rule = _first(clause, rules)
        if rule is None:
            continue
        found = rule.pattern.search(clause)
        if rule.always or not _QUALIFIES.search(clause, found.start() if found else 0):
            return Verdict(rule.kind, rule.name)
        unsure = Verdict(ReplyKind.UNCLEAR, f"{rule.name}, but perhaps not always")
    if unsure is None and (rule := _first(words, rules)) is not None:
        return Verdict(rule.kind, rule.name)
    return unsure


def _agreement(words: str) -> Rule | None:
    rule = _first(words, _STARTS)
    if rule is None:
        return None
    clauses = [clause for clause in words.split(" | ") if rule.found_in(clause)] or [words]
    return None if all(agrees_to_nothing(clause) for clause in clauses) else rule


def _bare_keyword(words: str) -> Verdict | None:
    """A clause of a longer text that is a revoking keyword by itself."""
    for clause in words.split(" | "):
        said = [word for word in _POLITE.sub("please", clause).split() if word == STOP_SIGN]
        for word in (*said, clause, _trimmed(clause), _without_courtesy(clause)):
            if KIND_OF.get(word) == ReplyKind.REVOKE and word not in _TOO_COMMON:
                return Verdict(ReplyKind.REVOKE, f"by itself: {word}")
    return None


# Within a longer text these mean something else as often as not.
_TOO_COMMON = frozenset(
    ("para", "baja", "fin", "salir", "exit", "terminar", "termina", "equivocado", "bastante", "cancele","ya no", "no more")
)  # fmt: skip


def _first(words: str, rules: tuple[Rule, ...]) -> Rule | None:
    return next((rule for rule in rules if rule.found_in(words)), None)
