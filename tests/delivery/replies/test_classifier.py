"""What a member's text is read as (RULES 5, 12)."""

import json
import subprocess
import sys
import time
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.replies.choices import ReplyKind
from delivery.replies.classifier import Verdict, classify
from delivery.replies.classifier.keywords import HELPING, REVOKING, STARTING
from tests.delivery.replies.phrasings import HELP, OTHER, REVOKE, START, UNCLEAR, texts_of
from tests.processes import process_environment
from tests.session import ROOT

PHRASINGS = {
    kind: texts_of(block)
    for kind, block in (
        ("revoke", REVOKE),
        ("other", OTHER),
        ("unclear", UNCLEAR),
        ("start", START),
        ("help", HELP),
    )
}
KEYWORDS = {"revoke": REVOKING, "start": STARTING, "help": HELPING}


def mistakes(texts: Iterable[str], kind: str) -> list[tuple[str, Verdict]]:
    """Those of the texts that are read as something else."""
    return [
        (text, verdict)
        for text in texts
        if (verdict := classify(text)).kind != kind or not verdict.rule
    ]


@pytest.mark.parametrize("kind", PHRASINGS)
def test_texts_are_read_as_people_mean_them(kind: str) -> None:
    assert mistakes(PHRASINGS[kind], kind) == []


def test_there_are_enough_phrasings() -> None:
    everything = [text for texts in PHRASINGS.values() for text in texts]
    assert len(everything) == len(set(everything)) >= 150
    assert len(PHRASINGS["other"]) >= 75


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


def test_a_revocation_stays_one_after_a_friendly_sentence() -> None:
    texts = [f"Hello, my lights are on again. {text}" for text in PHRASINGS["revoke"]]
    wrong = mistakes(texts, "revoke")
    assert len(wrong) <= len(texts) // 50


@pytest.mark.parametrize("text", ["", "   ", "\n", "…", "👍", "😀😀", "\u200b", "\x00", "?!"])
def test_a_text_without_words_is_nothing_to_act_on(text: str) -> None:
    assert classify(text).kind == ReplyKind.OTHER


@given(st.text(max_size=400))
def test_any_text_gets_a_verdict_with_a_rule(text: str) -> None:
    verdict = classify(text)
    assert verdict.kind in ReplyKind
    assert 0 < len(verdict.rule) <= 120


WORDS = ("stop", "by", "no", "the", "text", "me", "please", "|", "ya", "para", "(", ".", "'", "of")


@given(st.lists(st.sampled_from(WORDS)))
def test_no_text_takes_long(words: list[str]) -> None:
    started = time.process_time()
    classify(" ".join(words * 20))
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    "text", ["stop " * 400, "no " * 600, "a" * 2000, "dont " * 400, "x. " * 600]
)
def test_a_long_text_is_read_quickly(text: str) -> None:
    started = time.process_time()
    classify(text)
    assert time.process_time() - started < 1


def command(*arguments: str, given: str = "") -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", "classify_reply", *arguments],
        cwd=ROOT,
        env=process_environment(),
        input=given,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


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
