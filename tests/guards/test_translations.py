"""That all which people read has its Spanish, and that no sentence forgot to ask for it."""

import ast
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import translation
from django.utils.translation.template import templatize
from django.utils.translation.trans_real import catalog

from common.accounts import read_account
from common.emails import read_email
from common.phones import read_phone
from common.sentences import translated

ROOT = Path(__file__).parent.parent.parent
CATALOGUES = sorted(
    path
    for path in ROOT.glob("**/locale/es/LC_MESSAGES/django.po")
    if not path.relative_to(ROOT).parts[0].startswith((".", "var"))
)
# Whose marked sentences are looked up, each of them.
COMPLETE = (
    *(
        path
        for room in ("alerts", "billing", "common", "console", "customers", "delivery", "portal")
        for path in (ROOT / room).rglob("*.py")
    ),
    *(ROOT / "mass_notifications").glob("*.py"),
    # The style guide shows parts to those who build pages.
    *(path for path in (ROOT / "templates").rglob("*.html") if path.name != "styleguide.html"),
)
# Where the sentences are made that a check keeps, or that a person is refused something with.
SAID_IN = (
    *(ROOT / "common" / name for name in ("accounts.py", "emails.py", "headings.py", "phones.py")),
    *(ROOT / "common" / "spreadsheets").glob("*.py"),
    *(ROOT / "mass_notifications").glob("*.py"),
    *(ROOT / "alerts").glob("*.py"),
    *(ROOT / "billing" / "facts").glob("*.py"),
    *(ROOT / "billing" / "fact_files").glob("*.py"),
    *(ROOT / "console" / "alerts").glob("*.py"),
    *(ROOT / "console" / "billing").glob("*.py"),
    ROOT / "console" / "people.py",
    ROOT / "console" / "invitations.py",
)
# Where it is said what became of a message: kept in English, read on pages by `translated`.
REASONS_IN = (
    *(ROOT / "delivery" / "providers").rglob("*.py"),
    *(ROOT / "delivery" / "calls").glob("*.py"),
    *(ROOT / "delivery" / name for name in ("doubts.py", "windows.py", "last_words.py")),
    ROOT / "delivery" / "webhooks" / "readings.py",
    ROOT / "delivery" / "lookup" / "numbers.py",
    ROOT / "delivery" / "bounces" / "taking.py",
)
# Of how a site is set up, for who does that.
OF_SETTINGS = {"checks.py", "services.py", "url.py", "vapid.py", "received.py"}
MARKS = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext"}
# For programmers, and for the command line, which is English; what a demonstration's people wrote;
# the words of seeded alerts, which stand there in both languages; what the ledger keeps.
NOT_FOR_PAGES = {
    *("command_line.py", "results.py", "apps.py", "demo.py"),
    *("seed_words.py", "address_repairs.py"),
}
_SENTENCE = re.compile(r"(?!CASE |DROP )[A-Z%{][^\n]* [^\n]* [^\n]*[.?]")


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_in_the_spanish_catalogue_is_untranslated_or_doubtful(catalogue: Path) -> None:
    entries = catalogue.read_text(encoding="utf-8").split("\n\n")[1:]
    lacking = [
        entry
        for entry in entries
        if not entry.startswith("#~")
        and ("fuzzy" in entry.split("msgid")[0] or re.search(r'^msgstr\S* ""(?!\n")', entry, re.M))
    ]
    assert lacking == []


def test_every_marked_sentence_has_its_spanish() -> None:
    with translation.override("es"):
        known = {
            message if isinstance(message, str) else message[0]
            for message in set(catalog()._catalog.keys())  # type: ignore[attr-defined]
        }
    lacking = {
        f"{path.relative_to(ROOT)}: {message}"
        for path in COMPLETE
        for message in _marked(path)
        if message not in known
    }
    assert sorted(lacking) == []


def _marked(path: Path) -> set[str]:
    """The sentences that a file asks the catalogue for."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".html":
        return _marked_in_template(text)
    return {
        call.args[0].value
        for call in ast.walk(ast.parse(text))
        if isinstance(call, ast.Call)
        and getattr(call.func, "id", "") in MARKS
        and call.args
        and isinstance(call.args[0], ast.Constant)
        and isinstance(call.args[0].value, str)
    }


def _marked_in_template(text: str) -> set[str]:
    """By Django's own reader of templates, which writes ` _('…') ` where one is marked."""
    found = re.findall(
        r"""(?:_|gettext)\(u?('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")""", templatize(text)
    )
    return {ast.literal_eval(one) for one in found}


def test_the_reader_of_templates_finds_what_is_marked() -> None:
    text = (
        "{% load i18n %}{% translate 'Due' %}{{ x|default:_('None') }}"
        '{% blocktranslate count n=n %}One "bill"{% plural %}{{ n }} bills{% endblocktranslate %}'
    )
    assert _marked_in_template(text) == {"Due", "None", 'One "bill"'}


def _sentences(path: Path, *, but: Callable[[ast.AST], bool]) -> list[str]:
    """Those in a file's code, values written {x}; docstrings, and what `but` is true of, aside."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    aside: set[int] = set()
    for node in ast.walk(tree):
        is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if is_docstring or but(node):
            aside |= {id(inner) for inner in ast.walk(node)}
        elif isinstance(node, ast.JoinedStr):
            aside |= {id(inner) for inner in ast.walk(node) if inner is not node}
    return [
        _text(node)
        for node in ast.walk(tree)
        if id(node) not in aside
        and isinstance(node, ast.Constant | ast.JoinedStr)
        and _SENTENCE.fullmatch(_text(node))
    ]


def _is_for_the_log(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and (
        ast.unparse(node.func).startswith("log.") or "RuntimeError" in ast.unparse(node.func)
    )


def _is_set_aside(node: ast.AST) -> bool:
    is_marked = isinstance(node, ast.Call) and getattr(node.func, "id", "") in MARKS
    return is_marked or _is_for_the_log(node)


@pytest.mark.parametrize("path", REASONS_IN, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_reason_has_its_spanish(path: Path) -> None:
    if path.name in OF_SETTINGS:
        return
    said = [one.replace("{x}", "7") for one in _sentences(path, but=_is_for_the_log)]
    with translation.override("es"):
        assert [one for one in said if translated(one) == one] == []


@pytest.mark.parametrize("path", SAID_IN, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_sentence_is_marked_for_translation(path: Path) -> None:
    if path.name in NOT_FOR_PAGES:
        return
    forgotten = _sentences(path, but=_is_set_aside)
    assert forgotten == []


def _text(node: ast.Constant | ast.JoinedStr) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(
            _text(part) if isinstance(part, ast.Constant) else "{x}" for part in node.values
        )
    return node.value if isinstance(node.value, str) else ""


@pytest.mark.parametrize(
    ("english", "spanish"),
    [
        (read_phone("4785550").problem, "Falta el código de área. Escriba los diez dígitos."),
        (
            read_phone("47855").problem,
            "Faltan dígitos: hay 5, y un número de teléfono tiene diez.",
        ),
        (
            read_email("mae@exmaple.com").problem,
            "No existe el dominio de correo exmaple.com. ¿Quisieron decir example.com?",
        ),
        (read_account("9" * 40).problem, "Un número de cuenta tiene como máximo 20 dígitos."),
        (
            '"100% of members.csv" is a PDF, not a spreadsheet. Save the list as CSV or as an '
            "Excel workbook (.xlsx) and upload that.",
            '"100% of members.csv" es un PDF, no una hoja de cálculo. Guarde la lista como CSV o '
            "como libro de Excel (.xlsx) y súbala así.",
        ),
        (
            '"Phone" (column C) looks like Mobile number too, and is used for placeholders only.',
            "«Phone» (columna C) también parece ser «Número móvil», y solo se usa para insertar "
            "en el mensaje.",
        ),
    ],
)
def test_a_sentence_that_was_kept_in_english_is_read_in_spanish(english: str, spanish: str) -> None:
    with translation.override("es"):
        assert translated(english) == spanish
    with translation.override("en"):
        assert translated(english) == english


def test_words_that_the_catalogue_does_not_know_stay_as_they_are() -> None:
    with translation.override("es"):
        assert translated("550 mailbox unavailable") == "550 mailbox unavailable"
