"""The HTML part of an email, made from the plain wording.

The writer types plain text: blank lines make paragraphs, http(s) addresses become links, and
everything else is shown as it was typed, HTML included. A layout is a list of pieces: text that
is the same for everybody, and holes for the personal parts.
"""

import html
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from delivery.mime.encoding import cleaned, one_line
from delivery.mime.foot import Foot
from delivery.rendering import Template
from delivery.tracking.numbering import MOST_LINKS, OPEN


@dataclass(frozen=True, slots=True)
class Hole:
    """Where a personal value goes, and how it is written there."""

    key: str
    write: Callable[[str], str]


Piece = str | Hole

# The token in a message's own links. No placeholder has such a key, so no wording can name it.
LINK_KEY = "\0link"
LINK = Hole(LINK_KEY, str)


@dataclass(slots=True)
class Counted:
    """The links of a mail whose opens and clicks are counted: they lead through our own host."""

    public_url: str
    # Where link 1, 2, … leads, with its holes.
    targets: list[Template] = field(default_factory=list)

    @staticmethod
    def key(link: int) -> str:
        return f"\0counted{link}"

    def link(self, url: str, inside: list[str]) -> Iterator[Piece]:
        """The address of the link instead of its target."""
        self.targets.append(Template(tuple(url.split(_HOLE)), tuple(inside), tuple(inside)))
        yield html.escape(f"{self.public_url}/l/")
        yield Hole(self.key(len(self.targets)), str)

    def target(self, link: int, context: Mapping[str, str]) -> str:
        """Where a link leads for one person; "" where there is no such link."""
        if not 1 <= link <= len(self.targets):
            return ""
        return self.targets[link - 1].fill(context, _quoted)

    def picture(self) -> Iterator[Piece]:
        yield f'<img src="{html.escape(self.public_url)}/o/'
        yield Hole(self.key(OPEN), str)
        yield '.gif" width="1" height="1" alt="" style="display:block;border:0">\n'


_HOLE = "\0"
_URL = re.compile(r"https?://[\w\0\[][^\s<>\"“”]*", re.IGNORECASE)
# A value that is an address becomes a link where the link would end with the value.
_ENDS_A_LINK = re.compile(r"[.,;:!?)\]}'\"’”]*(?:\s|$)")
_BLANK_LINES = re.compile(r"\n[ \t]*\n\s*")
_PREHEADER_LENGTH = 140
_SHORTEST_PREHEADER = 60

# Outlook's own way to hide is the last.
_HIDDEN = (
    "display:none;max-height:0;max-width:0;overflow:hidden;opacity:0;font-size:1px;line-height:1px;"
    "mso-hide:all"
)
# Fills up what an inbox shows, which would go on with the utility's name and the greeting.
_NOTHING_MORE = "&#8199;&#65279;&#847; " * 40
_FONT = "font-family:ui-sans-serif,system-ui,-apple-system,'Segoe UI',Roboto,Arial,sans-serif"
_LINK = ' style="color:#0c6b4e;text-decoration:underline;overflow-wrap:anywhere">'
_FOOT = '<p class="foot" style="margin:16px 0 0;font-size:14px;color:#566576">'
_PARAGRAPH = '<p dir="auto" style="margin:0 0 16px">'
_DARK = (
    "@media (prefers-color-scheme:dark){"
    ".page{background:#0e161d!important;color:#e9eef2!important}"
    ".sheet{background:#15202a!important;border-color:#25323e!important}"
    ".name{color:#5cc9a1!important}"
    ".foot{color:#9aa8b6!important}"
    "a{color:#5cc9a1!important}}"
)


def html_pieces(
    *,
    subject: Template,
    body: Template,
    language: str,
    utility_name: str,
    utility_address: str,
    foot: Foot,
    link_start: str,
    counted: Counted | None = None,
) -> list[Piece]:
    """The whole document. Colors are those of `static/css/tokens.css`: mail reads no stylesheet.

    `link_start`: the address that the message's token completes. `counted` gets the links that
    are counted, where they are.
    """
    name = html.escape(one_line(utility_name))
    address = "<br>\n".join(html.escape(line) for line in cleaned(utility_address).split("\n"))
    return [
        f'<!doctype html>\n<html lang="{html.escape(language)}">\n<head>\n'
        '<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width,initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        '<meta name="supported-color-schemes" content="light dark">\n<title>',
        *_filled(_marked(subject, one_line), iter(subject.keys), _escaped_line),
        f"</title>\n<style>:root{{color-scheme:light dark}}{_DARK}</style>\n</head>\n"
        '<body class="page" style="margin:0;padding:0;background:#f7f6f2;color:#13263a">\n'
        f'<div style="{_HIDDEN}">',
        *_preheader(body),
        f"{_NOTHING_MORE}</div>\n"
        f'<div class="page" style="padding:24px 12px;background:#f7f6f2;color:#13263a;{_FONT};'
        'font-size:16px;line-height:1.5">\n'
        '<div style="max-width:600px;margin:0 auto">\n'
        '<p class="name" style="margin:0 0 12px;font-weight:600;color:#0c6b4e">'
        f"{name}</p>\n"
        '<div class="sheet" style="padding:24px 24px 8px;background:#ffffff;'
        'border:1px solid #e1e0d9;border-radius:8px">\n',
        *_paragraphs(body, counted),
        f"</div>\n{_FOOT}{html.escape(foot.why)}",
        *_link_to_choices(foot, link_start),
        f"</p>\n{_FOOT}{name}<br>\n{address}</p>\n</div>\n</div>\n",
        *(counted.picture() if counted else ()),
        "</body>\n</html>\n",
    ]


def text_pieces(body: Template) -> list[Piece]:
    """The body as plain text. A value within an address is written so that the address stays whole,
    as in the HTML part."""
    marked = _marked(body, cleaned)
    keys = iter(body.keys)
    pieces: list[Piece] = []

    def add(text: str, write: Callable[[str], str]) -> None:
        first, *rest = text.split(_HOLE)
        pieces.append(first)
        for literal in rest:
            pieces.extend((Hole(next(keys), write), literal))

    at = 0
    for match in _URL.finditer(marked):
        url = _without_closing_marks(match.group())
        add(marked[at : match.start()], cleaned)
        add(url, _quoted)
        at = match.start() + len(url)
    add(marked[at:], cleaned)
    return pieces


def _link_to_choices(foot: Foot, link_start: str) -> Iterator[Piece]:
    if foot.link_words:
        yield f'<br>\n<a href="{html.escape(link_start)}'
        yield LINK
        yield f'"{_LINK}{html.escape(foot.link_words)}</a>'


def _marked(template: Template, clean: Callable[[str], str]) -> str:
    """The wording as one text, with a mark for each hole."""
    if clean is one_line:
        # Spaces around a hole stay.
        return _HOLE.join(one_line(f"|{literal}|")[1:-1] for literal in template.literals)
    return _HOLE.join(clean(literal) for literal in template.literals)


def _paragraphs(body: Template, counted: Counted | None) -> Iterator[Piece]:
    keys = iter(body.keys)
    for paragraph in _BLANK_LINES.split(_marked(body, cleaned).strip()):
        if paragraph == _HOLE:
            # Without a value there is no paragraph.
            yield Hole(next(keys), _paragraph)
        elif paragraph:
            yield _PARAGRAPH
            yield from _linked_text(paragraph, keys, counted)
            yield "</p>\n"


def _preheader(body: Template) -> Iterator[Piece]:
    """What an inbox shows beside the subject: the first paragraph that is more than a greeting."""
    text = _marked(body, cleaned).strip()
    keys = list(body.keys)
    paragraphs = [paragraph for paragraph in _BLANK_LINES.split(text) if paragraph]
    if len(paragraphs) > 1 and len(paragraphs[0]) < _SHORTEST_PREHEADER:
        keys = keys[paragraphs[0].count(_HOLE) :]
        paragraphs = paragraphs[1:]
    words = " ".join(paragraphs[0].split()) if paragraphs else ""
    if len(words) > _PREHEADER_LENGTH:
        words = words[:_PREHEADER_LENGTH].rpartition(" ")[0] or words[:_PREHEADER_LENGTH]
        words += " …"
    yield from _filled(words, iter(keys), _escaped_line)


def _linked_text(text: str, keys: Iterator[str], counted: Counted | None = None) -> Iterator[Piece]:
    at = 0
    for match in _URL.finditer(text):
        url = _without_closing_marks(match.group())
        yield from _plain_text(text[at : match.start()], keys, text[match.start() :])
        inside = [next(keys) for _ in range(url.count(_HOLE))]
        yield '<a href="'
        if counted and len(counted.targets) < MOST_LINKS:
            yield from counted.link(url, inside)
        else:
            yield from _filled(url, iter(inside), _in_href)
        yield '"' + _LINK
        yield from _filled(url, iter(inside), _escaped_line)
        yield "</a>"
        at = match.start() + len(url)
    yield from _plain_text(text[at:], keys, "")


def _plain_text(text: str, keys: Iterator[str], following: str) -> Iterator[Piece]:
    first, *rest = text.split(_HOLE)
    if first:
        yield _escaped(first)
    after = text + following
    at = len(first)
    for literal in rest:
        at += 1
        yield Hole(next(keys), _linked if _ENDS_A_LINK.match(after, at) else _escaped)
        if literal:
            yield _escaped(literal)
        at += len(literal)


def _filled(text: str, keys: Iterator[str], write: Callable[[str], str]) -> Iterator[Piece]:
    """Literals escaped, holes written by `write`."""
    first, *rest = text.split(_HOLE)
    yield html.escape(first)
    for literal in rest:
        yield Hole(next(keys), write)
        yield html.escape(literal)


def _without_closing_marks(url: str) -> str:
    """ "(see https://example.com/a.)" links to https://example.com/a."""
    while url[-1] in ".,;:!?'*_]}’" or (url[-1] == ")" and url.count(")") > url.count("(")):
        url = url[:-1]
    return url


# How a value is written into a hole.


def _escaped(value: str) -> str:
    return html.escape(cleaned(value)).replace("\n", "<br>\n")


def _escaped_line(value: str) -> str:
    return html.escape(" ".join(one_line(value).split("\n")))


def _linked(value: str) -> str:
    if "://" not in value:
        return _escaped(value)
    text = cleaned(value)
    return "".join(piece for piece in _linked_text(text, iter(())) if isinstance(piece, str))


def _paragraph(value: str) -> str:
    return f"{_PARAGRAPH}{_linked(value)}</p>\n" if value.strip() else ""


def _in_href(value: str) -> str:
    return html.escape(_quoted(value))


def _quoted(value: str) -> str:
    return quote(one_line(value), safe="-._~/:?&=%+,;@!$()*#", errors="replace")
