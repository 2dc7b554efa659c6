"""What a member's text is read as (RULES 5, 12)."""

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from delivery.replies.choices import ReplyKind
from delivery.replies.classifier import Verdict, classify
from delivery.replies.classifier.keywords import HELPING, REVOKING, STARTING
from tests.processes import process_environment
from tests.session import ROOT

_ESCAPE = re.compile(r"\\(n|t|u[0-9a-f]{4})")
_ESCAPES = {"n": "\n", "t": "\t"}


def texts_of(kind: str) -> list[str]:
    """What people write, by what it must be read as: one text a line, "##" before a heading, with
    \\n, \\t and \\u00a0 for what can't be seen."""
    lines = (Path(__file__).parent / "phrasings" / f"{kind}.txt").read_text("utf-8").split("\n")
    return [
        _ESCAPE.sub(lambda found: _ESCAPES.get(found[1]) or chr(int(found[1][1:], 16)), line)
        for line in lines
        if line and not line.startswith("## ")
    ]


PHRASINGS = {kind.value: texts_of(kind) for kind in ReplyKind}
KEYWORDS = {"revoke": REVOKING, "start": STARTING, "help": HELPING}


def mistakes(texts: Iterable[str], kind: str) -> list[tuple[str, Verdict]]:
    """Those of the texts that are read as something else."""
    return [
        (text, verdict)
        for text in texts
        if (verdict := classify(text)).kind != kind or not verdict.rule
    ]


def test_what_may_be_a_stop_turns_the_number_off() -> None:
    read = {text: classify(text) for text in texts_of("suppressed")}
    off = {ReplyKind.REVOKE, ReplyKind.UNCLEAR}
    assert {text: verdict for text, verdict in read.items() if verdict.kind not in off} == {}


@pytest.mark.parametrize("kind", PHRASINGS)
def test_texts_are_read_as_people_mean_them(kind: str) -> None:
    assert mistakes(PHRASINGS[kind], kind) == []


def test_there_are_enough_phrasings() -> None:
    everything = [text for texts in PHRASINGS.values() for text in texts]
    assert len(everything) == len(set(everything)) >= 4_000
    assert len(PHRASINGS["other"]) >= 2_000


@pytest.mark.parametrize("kind", KEYWORDS)
def test_keywords_count_in_any_case_and_punctuation(kind: str) -> None:
    written = ("{}", " {}. ", "{}!!", "«{}»", "“{}”", "\n{}\n", "{} 😡", "-{}-")
    texts = [
        form.format(spelled)
        for word in KEYWORDS[kind]
        for spelled in (word, word.upper(), word.title())
        for form in written
    ]
    assert mistakes(texts, kind) == []


# What phones, fingers and mail programs put around a word, and what cannot be seen.
AROUND = st.text(
    " .,!?-_*()\"'“”«»…\n\t\u00a0\u202f\u3000\u200b\u200d\ufeff\ufe0f😡🙏🏽👍", max_size=5
)
UNSEEN = st.text("\u200b\u200c\u200d\u2060\ufeff\u00ad", max_size=2)
ALL_KEYWORDS = sorted((word, kind) for kind, words in KEYWORDS.items() for word in words)


@settings(deadline=None)
@given(st.data(), st.sampled_from(ALL_KEYWORDS), AROUND, AROUND)
def test_a_keyword_is_itself_in_any_dress(
    data: st.DataObject, keyword: tuple[str, str], before: str, behind: str
) -> None:
    word, kind = keyword
    written = "".join(
        data.draw(UNSEEN) + (letter.upper() if data.draw(st.booleans()) else letter)
        for letter in word
    )
    if data.draw(st.booleans()):
        written = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in written)
    assert classify(before + written + behind).kind == kind


@settings(deadline=None)
@given(
    st.sampled_from(ALL_KEYWORDS),
    st.sampled_from(["Sent from my iPhone", "Get Outlook for iOS", "Enviado desde mi iPhone"]),
)
def test_a_signature_changes_nothing(keyword: tuple[str, str], signature: str) -> None:
    word, kind = keyword
    assert classify(f"{word}\n\n{signature}").kind == kind


@settings(deadline=None)
@given(
    st.sampled_from([text for text in PHRASINGS["start"] if not set(text) & set(',.!?"“\n')]),
    st.sampled_from(["don't ", "do not ", "Why did you ", "please never "]),
)
def test_consent_is_not_taken_from_a_no(text: str, no: str) -> None:
    assert classify(no + text).kind != ReplyKind.START


def test_a_revocation_stays_one_after_a_friendly_sentence() -> None:
    texts = [f"Hello, my lights are on again. {text}" for text in PHRASINGS["revoke"]]
    wrong = mistakes(texts, "revoke")
    assert len(wrong) <= len(texts) // 50


@pytest.mark.parametrize("text", ["", "   ", "\n", "…", "👍", "😀😀", "\u200b", "\x00", "?!"])
def test_a_text_without_words_is_nothing_to_act_on(text: str) -> None:
    assert classify(text).kind == ReplyKind.OTHER


@settings(deadline=None)
@given(st.text(max_size=400))
def test_any_text_gets_a_verdict_with_a_rule(text: str) -> None:
    verdict = classify(text)
    assert verdict.kind in ReplyKind
    assert 0 < len(verdict.rule) <= 120


WORDS = ("stop", "by", "no", "the", "text", "me", "please", "|", "ya", "para", "(", ".", "'", "of")


@settings(deadline=None)
@given(st.lists(st.sampled_from(WORDS)))
def test_no_text_takes_long(words: list[str]) -> None:
    started = time.process_time()
    classify(" ".join(words * 20))
    assert time.process_time() - started < 1


SEEDS = (
    *(
        "you ",
        "it ",
        "why do you ",
        "take me off the ",
        "no quiero ",
        "s t o p ",
        "stop all the these ",
    ),
    *("stoptext", "'", "\u200b", "\ufdfa", "> a\n", "0$@a", "dont want to ", 'liked "', "end of "),
)


@pytest.mark.parametrize(
    "text",
    [
        *("stop " * 400, "no " * 600, "a" * 2000, "dont " * 400, "x. " * 600),
        *((word * 100_000)[:length] for word in SEEDS for length in (1_600, 100_000)),
    ],
    ids=lambda text: f"{text[:12]!r}, {len(text)}",
)
def test_a_long_text_is_read_quickly(text: str) -> None:
    started = time.process_time()
    classify(text)
    assert time.process_time() - started < 1


def command(*arguments: str | bytes, given: str | bytes = "", **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", "classify_reply", *arguments],
        cwd=ROOT,
        env=process_environment() | environment,
        input=given if isinstance(given, bytes) else given.encode(),
        capture_output=True,
        check=True,
    )
    return done.stdout.decode()


def test_the_command_says_what_each_text_is_and_why() -> None:
    answer = json.loads(command("STOP!!", "stop by the office", "--json"))
    assert [(one["text"], one["verdict"], one["kind"]) for one in answer] == [
        ("STOP!!", "revoke", "revoke"),
        ("stop by the office", "other", "other"),
    ]
    assert answer[0]["rule"] == "keyword: stop"


def test_the_command_reads_lines_where_no_text_is_given() -> None:
    lines = command(given="ya no me manden\nhelp\n").splitlines()
    assert [line.split()[0] for line in lines] == ["revoke", "help"]


def test_the_command_takes_what_is_no_utf_8() -> None:
    given = b"\xef\xbb\xbfstop \xff\r\n\r\nquiten mi n\xc3\xbamero"
    answer = json.loads(command("--json", given=given, PYTHONIOENCODING="utf-8:strict"))
    assert [one["verdict"] for one in answer] == ["revoke", "other", "revoke"]
    [answer] = json.loads(command("--json", b"stop \xff", PYTHONIOENCODING="utf-8"))
    assert answer["verdict"] == "revoke"


def test_the_command_has_nothing_to_say_to_nothing() -> None:
    assert command() == ""
    assert json.loads(command("--json")) == []
