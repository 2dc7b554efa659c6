"""Quoted-printable (RFC 2045) and encoded words (RFC 2047), made so that pieces can be joined.

Each encoded piece begins and ends at the start of a line, so that pieces encoded apart can be put
one after another. No line is longer than 76 characters, and none begins with a dot (there is
nothing left to dot-stuff) or with "From " (which some mail stores change).
"""

import base64
import re

_TOKENS = [
    chr(byte) if (33 <= byte <= 126 and byte != ord("=")) or byte in b" \t" else f"={byte:02X}"
    for byte in range(256)
]
# Leaves room for a hidden leading dot and the "=" of a soft line break.
_WIDTH = 72
SOFT_BREAK = b"=\r\n"
_PLAIN_VALUE = re.compile(r"(?![. ]|From )[!-<>-~ ]{0,71}[!-<>-~]").fullmatch

_LINE_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
_NOT_IN_A_LINE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def cleaned(text: str) -> str:
    """Every kind of line break as a newline, without control characters."""
    if text.isprintable():
        return text
    return _CONTROLS.sub("", _LINE_BREAKS.sub("\n", text))


def one_line(text: str) -> str:
    """Line breaks and control characters as a space: nothing can begin a header of its own."""
    return text.strip() if text.isprintable() else _NOT_IN_A_LINE.sub(" ", text).strip()


def quoted_printable(text: str) -> bytes:
    """Encoded, with newlines as CRLF; nothing after the last line."""
    return "\r\n".join([_encoded_line(line) for line in text.split("\n")]).encode("ascii")


def quoted_printable_piece(text: str) -> bytes:
    """Encoded so that the next piece begins on a line of its own, joined to this one."""
    if _PLAIN_VALUE(text):
        return text.encode("ascii") + SOFT_BREAK
    if not text:
        return b""
    encoded = quoted_printable(text)
    return encoded if text.endswith("\n") else encoded + SOFT_BREAK


def _encoded_line(line: str) -> str:
    encoded = "".join([_TOKENS[byte] for byte in line.encode("utf-8", "replace")])
    if encoded.endswith((" ", "\t")):
        encoded = f"{encoded[:-1]}={ord(encoded[-1]):02X}"
    if len(encoded) <= _WIDTH:
        return _safe_start(encoded)
    pieces = []
    start = 0
    while len(encoded) - start > _WIDTH:
        end = start + _WIDTH
        # Never inside "=XX".
        if encoded[end - 1] == "=":
            end -= 1
        elif encoded[end - 2] == "=":
            end -= 2
        pieces.append(_safe_start(encoded[start:end]))
        start = end
    pieces.append(_safe_start(encoded[start:]))
    return "=\r\n".join(pieces)


def _safe_start(line: str) -> str:
    if line.startswith("."):
        return "=2E" + line[1:]
    return "=46" + line[1:] if line.startswith("From ") else line


_WORD = re.compile(r"[!-~]{1,60}(?: [!-~]{1,60})*").fullmatch
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+").fullmatch
# 75 characters a word, of which "=?utf-8?b?" and "?=" take 12; base64 turns 3 bytes into 4.
_WORD_BYTES = 45
_LINE = 76


def header_text(text: str, *, used: int) -> str:
    """Free text for a header (a subject), after `used` characters of its first line; folded."""
    text = one_line(text)
    if not text:
        return ""
    if "=?" in text or not _WORD(text):
        return encoded_words(text, used=used)
    if used + len(text) <= _LINE:
        return text
    lines = []
    line = ""
    room = _LINE - used
    for word in text.split(" "):
        if line and len(line) + 1 + len(word) > room:
            lines.append(line)
            line, room = word, _LINE - 1
        else:
            line = f"{line} {word}" if line else word
    return "\r\n ".join([*lines, line])


def encoded_words(text: str, *, used: int) -> str:
    words: list[str] = []
    room = max((_WORD_BYTES * 4 // 3 - used) // 4 * 3, 4)
    chunk = b""
    for character in text:
        encoded = character.encode("utf-8", "replace")
        if len(chunk) + len(encoded) > room:
            words.append(_encoded_word(chunk))
            chunk, room = b"", _WORD_BYTES
        chunk += encoded
    words.append(_encoded_word(chunk))
    return "\r\n ".join(words)


def _encoded_word(chunk: bytes) -> str:
    return f"=?utf-8?b?{base64.b64encode(chunk).decode('ascii')}?="


def header_mailbox(name: str, address: str, *, used: int) -> str:
    """`Name <address>`, the name quoted or encoded as it needs."""
    name = one_line(name)
    if not name:
        return address
    if "=?" in name or not _WORD(name):
        phrase = encoded_words(name, used=used)
    elif _ATOMS(name):
        phrase = name
    else:
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        phrase = f'"{escaped}"'
    last_line = used + len(phrase) if "\r\n" not in phrase else len(phrase.rpartition("\r\n")[2])
    fold = "\r\n " if last_line + len(address) + 3 > _LINE else " "
    return f"{phrase}{fold}<{address}>"
