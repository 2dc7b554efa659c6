"""Mails in a file: one, or many as mbox has them."""

import re

# mbox's own line. Its date is looked for, since a mail's text may begin a line with "From " too.
_FROM_LINE = re.compile(
    rb"(?:\A|\r?\n\r?\n)From [^\r\n]*\d\d:\d\d[^\r\n]*\d{4}[^\r\n]*\r?\n(?=[A-Za-z][\w-]*[ \t]*:|>)"
)
# A pipe from a mail server begins so, whatever follows.
_FIRST_LINE = re.compile(rb"\AFrom [^\r\n]*\r?\n")


def mails_in(data: bytes) -> list[bytes]:
    """The mails of a file, one at least (an empty file is one empty mail)."""
    data = data.lstrip(b"\r\n\xef\xbb\xbf") if not data.startswith(b"From ") else data
    if not data.startswith(b"From "):
        return [data]
    starts = [match.end() for match in _FROM_LINE.finditer(data)]
    if not starts or starts[0] != _end_of_first(data):
        starts.insert(0, _end_of_first(data))
    ends = [match.start() for match in _FROM_LINE.finditer(data) if match.start() > 0]
    return [
        _unescaped(data[start:end]) for start, end in zip(starts, [*ends, len(data)], strict=False)
    ]


def _end_of_first(data: bytes) -> int:
    match = _FIRST_LINE.match(data)
    return match.end() if match else len(data)


def _unescaped(mail: bytes) -> bytes:
    return re.sub(rb"^>(>*From )", rb"\1", mail, flags=re.MULTILINE)
