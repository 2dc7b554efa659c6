"""An XLSX's table of texts, held as one run of bytes.

A million texts are about 30 MB so; as a list of str they would be about 90 MB.
"""

import re
from array import array
from typing import IO

from django.utils.translation import gettext_noop as _

from common.spreadsheets.errors import SpreadsheetError
from common.spreadsheets.limits import size_in_words
from common.spreadsheets.xml_stream import CHUNK, new_parser


class SharedTexts:
    def __init__(self) -> None:
        self._bytes = bytearray()
        self._ends = array("I", [0])

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __getitem__(self, index: int) -> str:
        if index < 0:
            raise IndexError(index)
        return self._bytes[self._ends[index] : self._ends[index + 1]].decode()

    @classmethod
    def read(cls, stream: IO[bytes], *, shown: str, most_bytes: int) -> "SharedTexts":
        """The table of `sharedStrings.xml`. Raises SpreadsheetError above `most_bytes` of text."""
        table = cls()
        data, ends = table._bytes, table._ends
        parser = new_parser()
        parts: list[str] = []
        tag_item, tag_text, tag_phonetic = "si", "t", "rPh"
        phonetic = False

        def root(name: str, attributes: dict[str, str]) -> None:
            nonlocal tag_item, tag_text, tag_phonetic
            prefix, colon, _ = name.rpartition(":")
            tag_item, tag_text, tag_phonetic = (
                prefix + colon + tag for tag in (tag_item, tag_text, tag_phonetic)
            )
            parser.StartElementHandler = start

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal phonetic
            if name == tag_text:
                if not phonetic:
                    parser.CharacterDataHandler = parts.append
            elif name == tag_phonetic:
                phonetic = True

        def end(name: str) -> None:
            nonlocal phonetic
            if name == tag_text:
                parser.CharacterDataHandler = None
            elif name == tag_item:
                data.extend(unescaped("".join(parts)).encode())
                ends.append(len(data))
                parts.clear()
            elif name == tag_phonetic:
                phonetic = False

        parser.StartElementHandler = root
        parser.EndElementHandler = end
        while chunk := stream.read(CHUNK):
            parser.Parse(chunk, False)
            if len(data) + 4 * len(ends) > most_bytes:
                raise SpreadsheetError(
                    _(
                        "%(shown)s holds more than %(most)s of text. Remove the columns that you "
                        "do not need, or save it as CSV."
                    )
                    % {"shown": shown, "most": size_in_words(most_bytes)}
                )
        parser.Parse(b"", True)
        return table


_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


def unescaped(text: str) -> str:
    """Without Excel's own escapes: `_x000D_` is a carriage return."""
    if "_x" not in text:
        return text
    return _ESCAPE.sub(_character, text).replace("\x00", "")


def _character(escape: re.Match[str]) -> str:
    character = chr(int(escape.group(1), 16))
    return "\ufffd" if "\ud800" <= character <= "\udfff" else character
