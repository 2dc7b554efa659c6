"""Which characters a text file's bytes stand for.

Byte order marks and UTF-8 that decodes from start to end are certain. What is neither is nearly
always Windows-1252 in this country; only where its characters make no sense is
charset-normalizer asked.
"""

import codecs
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from charset_normalizer import from_bytes
from django.utils.translation import gettext_noop as _

from common.spreadsheets.errors import SpreadsheetError
from common.spreadsheets.limits import MEGABYTE

_NOT_TEXT = _(
    "%(shown)s is not a spreadsheet and not text. Save the list as CSV or as an Excel workbook "
    "(.xlsx) and upload that."
)


@dataclass(frozen=True, slots=True)
class TextEncoding:
    codec: str
    """For open(encoding=…)."""
    label: str
    """For people."""
    errors: str = "strict"


_UTF_8 = TextEncoding("utf-8", "UTF-8")
_WINDOWS_1252 = TextEncoding("cp1252", "Windows-1252", "undefined-as-latin-1")
# Somebody joined two files, or a program wrote one column in another encoding than the rest.
_MIXED = TextEncoding("utf-8", "UTF-8 with some Windows-1252", "rest-as-windows-1252")
_UTF_16_LE = TextEncoding("utf-16-le", "UTF-16 LE")
_UTF_16_BE = TextEncoding("utf-16-be", "UTF-16 BE")
_MARKS = (
    (codecs.BOM_UTF8, TextEncoding("utf-8-sig", "UTF-8 with byte order mark")),
    (codecs.BOM_UTF32_LE, TextEncoding("utf-32", "UTF-32")),  # before UTF-16: it begins like it
    (codecs.BOM_UTF16_LE, TextEncoding("utf-16", "UTF-16 LE")),
    (codecs.BOM_UTF16_BE, TextEncoding("utf-16", "UTF-16 BE")),
)


def named_encoding(name: str) -> TextEncoding:
    """The encoding that a person chose. Raises SpreadsheetError for one that does not exist."""
    try:
        codec = codecs.lookup(name)
    except LookupError:
        codec = None
    if codec is None or not getattr(codec, "_is_text_encoding", True):
        raise SpreadsheetError(
            _('There is no text encoding "%(name)s". Choose one from the list.') % {"name": name}
        )
    if codec.name == "cp1252":
        return _WINDOWS_1252
    return TextEncoding("utf-8-sig" if codec.name == "utf-8" else codec.name, name, "replace")


def detect_encoding(path: Path, *, shown: str) -> TextEncoding:
    """The encoding of a text file. Raises SpreadsheetError for one that is not text."""
    with path.open("rb") as file:
        head = file.read(64 * 1024)
    marked = next((found for mark, found in _MARKS if head.startswith(mark)), None)
    guess = marked or _utf_16_without_mark(head)
    if guess is not None and guess.codec.startswith(("utf-16", "utf-32")):
        _check_decodes(path, guess, shown=shown)
        return guess
    if _looks_binary(head):
        raise SpreadsheetError(_NOT_TEXT % {"shown": shown})
    if _scan(path, shown=shown):
        return marked or _UTF_8
    return _not_utf_8(path)


def _utf_16_without_mark(head: bytes) -> TextEncoding | None:
    """UTF-16 shows in text that is mostly ASCII: every second byte is zero."""
    if len(head) < 4 or b"\x00" not in head:
        return None
    even, odd = head[0::2], head[1::2]
    zeros_even, zeros_odd = even.count(0) / len(even), odd.count(0) / len(odd)
    if zeros_odd > 0.8 and zeros_even == 0:
        return _UTF_16_LE
    if zeros_even > 0.8 and zeros_odd == 0:
        return _UTF_16_BE
    return None


def _looks_binary(head: bytes) -> bool:
    controls = len(head) - len(head.translate(None, _CONTROLS))
    return controls > max(2, len(head) // 50)


_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\r\f\x1a")


def _scan(path: Path, *, shown: str) -> bool:
    """Whether the whole file is UTF-8. Raises SpreadsheetError for NULs and endless lines."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_utf_8, lines = True, 1
    with path.open("rb") as file:
        while chunk := file.read(MEGABYTE):
            at = chunk.find(b"\x00")
            if at >= 0:
                lines += _line_ends(chunk[:at])
                raise SpreadsheetError(
                    _(
                        "%(shown)s is damaged: line %(line)s has a NUL byte in it. Open the file "
                        "in the program that made it, save it again as CSV, and upload that."
                    )
                    % {"shown": shown, "line": lines}
                )
            line_ends = _line_ends(chunk)
            if not line_ends and len(chunk) == MEGABYTE:
                raise SpreadsheetError(
                    _(
                        "%(shown)s is not a table: line %(line)s alone has more than a million "
                        "characters. Save the list as CSV with one row a line."
                    )
                    % {"shown": shown, "line": lines}
                )
            lines += line_ends
            if is_utf_8:
                try:
                    decoder.decode(chunk)
                except UnicodeDecodeError:
                    is_utf_8 = False
    if is_utf_8:
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            is_utf_8 = False
    return is_utf_8


def _line_ends(chunk: bytes) -> int:
    return max(chunk.count(b"\n"), chunk.count(b"\r"))


def _check_decodes(path: Path, encoding: TextEncoding, *, shown: str) -> None:
    line = 1
    try:
        with path.open(encoding=encoding.codec, newline="") as file:
            while chunk := file.read(MEGABYTE):
                at = chunk.find("\x00")
                if at >= 0:
                    line += chunk.count("\n", 0, at)
                    raise SpreadsheetError(
                        _(
                            "%(shown)s is damaged: line %(line)s has a NUL character in it. Open "
                            "the file in the program that made it and save it again."
                        )
                        % {"shown": shown, "line": line}
                    )
                found = max(chunk.count("\n"), chunk.count("\r"))
                if not found and len(chunk) == MEGABYTE:
                    raise SpreadsheetError(_NOT_TEXT % {"shown": shown})
                line += found
    except UnicodeError as error:
        raise SpreadsheetError(
            _(
                "%(shown)s is damaged near line %(line)s: it begins as %(encoding)s text and "
                "does not go on so. Save it again as CSV UTF-8 and upload that."
            )
            % {"shown": shown, "line": line, "encoding": encoding.label}
        ) from error


# In Windows-1252 these are letters and signs that stand in lists of people and places.
_SENSIBLE = frozenset(
    bytes(range(0xC0, 0x100)).translate(None, b"\xd7\xf7\xde\xfe\xf0\xd0")
    + b"\x80\x85\x91\x92\x93\x94\x95\x96\x97\x99\xa0\xa1\xa2\xa3\xa7\xa9\xaa\xab\xad\xae\xb0\xb4"
    + b"\xb7\xba\xbb\xbc\xbd\xbe\xbf"
)
_RUN = re.compile(rb"[\x80-\xff]+")


def _not_utf_8(path: Path) -> TextEncoding:
    utf_8_runs, other_runs = 0, 0
    seen: Counter[int] = Counter()
    sample = bytearray()
    with path.open("rb") as file:
        for line in file:
            if line.isascii():
                continue
            if len(sample) < 64 * 1024:
                sample += line
            for run in _RUN.findall(line):
                try:
                    run.decode()
                    utf_8_runs += 1
                except UnicodeDecodeError:
                    other_runs += 1
                    seen.update(run)
    if utf_8_runs >= max(1, other_runs // 4):
        return _MIXED
    senseless = sum(count for byte, count in seen.items() if byte not in _SENSIBLE)
    if senseless * 5 <= seen.total():
        return _WINDOWS_1252
    candidates = ["cp1252", "mac_roman", "cp850", "cp437"]
    best = from_bytes(bytes(sample), cp_isolation=candidates).best()
    if best is None or best.encoding == "cp1252":
        return _WINDOWS_1252
    labels = {"mac_roman": "Mac Roman", "cp850": "DOS 850", "cp437": "DOS 437"}
    return TextEncoding(best.encoding, labels.get(best.encoding, best.encoding), "replace")


def _rest_as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    bad = error.object[error.start : error.end]
    return bad.decode("cp1252", errors="undefined-as-latin-1"), error.end


def _undefined_as_latin_1(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("latin-1"), error.end


codecs.register_error("rest-as-windows-1252", _rest_as_windows_1252)
codecs.register_error("undefined-as-latin-1", _undefined_as_latin_1)
