"""What the two commands share: channels as people write them, the check as JSON, a bar."""

import json
from argparse import ArgumentTypeError
from collections.abc import Iterator
from typing import Any, TextIO

from django.db import connection

from common.choices import Channel
from mass_notifications.summary import Summary

ALL_GOOD, SOME_NOT, UNUSABLE = 0, 1, 2
_ALSO = {"sms": "text", "phone": "voice", "call": "voice", "mail": "email"}
_AT_ONCE = 1_000
_BAR = 30


def channels_of(text: str) -> list[str]:
    """`email,sms` as channels, in their own order. For argparse."""
    asked = [word.strip().lower() for word in text.split(",") if word.strip()]
    chosen = {_ALSO.get(word, word) for word in asked}
    if unknown := chosen - set(Channel.values):
        raise ArgumentTypeError(
            f"no such channel: {', '.join(sorted(unknown))} (there are email, sms, voice and push)"
        )
    if not chosen:
        raise ArgumentTypeError("name at least one of email, sms, voice and push")
    return [channel for channel in Channel.values if channel in chosen]


def check_as_json(summary: Summary, problems: Iterator[dict[str, Any]]) -> Iterator[str]:
    """One JSON object in pieces: a file may have half a million problems."""
    figures = {"rows": summary.rows, "good": summary.good}
    rest = {
        "left_out": summary.left_out_anywhere,
        "left_out_by_channel": {
            channel: found.left_out for channel, found in summary.channels.items()
        },
        "unmatched": summary.unmatched,
        "reached": summary.reached,
        "messages": {channel: found.messages for channel, found in summary.channels.items()},
    }
    yield json.dumps(figures)[:-1] + ', "problems": ['
    for place, problem in enumerate(problems):
        yield ("" if place == 0 else ",") + "\n  " + json.dumps(problem, ensure_ascii=False)
    yield "], " + json.dumps(rest)[1:] + "\n"


def problems_in(table: str, notification_id: int) -> Iterator[dict[str, Any]]:
    """row, column, value and problem of each unusable cell, in the order of the file."""
    after = -1
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                f'SELECT "row", problems::text FROM {table} '  # noqa: S608
                'WHERE notification_id = %s AND NOT good AND "row" > %s ORDER BY "row" LIMIT %s',
                [notification_id, after, _AT_ONCE],
            )
            rows = cursor.fetchall()
        for row, problems in rows:
            after = row
            for found in json.loads(problems or "[]"):
                problem = {name: found.get(name) or "" for name in ("column", "value", "problem")}
                if suggestion := found.get("suggestion"):
                    problem["suggestion"] = suggestion
                yield {"row": row, **problem}
        if len(rows) < _AT_ONCE:
            return


class ProgressBar:
    """One line on a terminal, written over again; nothing where the output goes elsewhere."""

    def __init__(self, output: TextIO) -> None:
        self._output = output
        self._on = bool(getattr(output, "isatty", lambda: False)())
        self._shown = False

    def words(self, text: str) -> None:
        if self._on:
            self._output.write(f"\r\x1b[K{text}")
            self._output.flush()
            self._shown = True

    def share(self, done: int, total: int, text: str) -> None:
        filled = _BAR * done // total if total else 0
        bar = "█" * filled + "░" * (_BAR - filled)
        self.words(f"{bar} {done:,} of {total:,} {text}")

    def check(self, phase: str, rows: int) -> None:
        """As `checking.Progress`."""
        if phase == "reading":
            self.words(f"Reading: {rows:,} rows")
        else:
            self.words({"matching": "Looking members up", "counting": "Counting"}.get(phase, "…"))

    def done(self) -> None:
        if self._shown:
            self._output.write("\r\x1b[K")
            self._output.flush()
            self._shown = False
