"""The parts that pages are made of. `/console/styleguide/` shows them all.

Their markup is in `templates/components/`; nothing here writes a style attribute, because the
Content-Security-Policy forbids it: bars are SVG whose widths are attributes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BoundField
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

register = template.Library()

TONES = {"ok", "warn", "bad", "info", ""}
NOTE_ICONS = {"ok": "check-circle", "warn": "warn", "bad": "x-circle", "info": "info", "": "info"}


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """A drawing from `static/icons.svg`. It says nothing to screen readers: put words beside it."""
    return format_html(
        '<svg class="icon {}" viewBox="0 0 24 24" aria-hidden="true"><use href="{}#{}"/></svg>',
        css,
        static("icons.svg"),
        name,
    )


@register.simple_tag
def chip(tone: str, icon_name: str, words: object) -> SafeString:
    """A state: icon and word, never color alone."""
    return format_html(
        '<span class="chip {}">{}<span>{}</span></span>',
        f"tone-{tone}" if tone else "",
        icon(icon_name),
        words,
    )


@register.simple_block_tag
def button(
    content: SafeString,
    href: str = "",
    tone: str = "",
    icon_name: str = "",
    dialog: bool = False,
    **attrs: Any,
) -> SafeString:
    """A link that looks like a button, where `href` is given; else a `<button>`.

    `dialog=True`: with JavaScript the page behind the link opens in a dialog. Further arguments
    become attributes; `_` in their names is written `-`.
    """
    css = f"button {tone} {attrs.pop('css', '')}".strip()
    pairs = {name.replace("_", "-"): value for name, value in attrs.items()}
    if href and dialog:
        pairs |= {"hx-get": href, "hx-target": "#dialog-content", "hx-swap": "innerHTML"}
        pairs["aria-haspopup"] = "dialog"
    flat = "".join(
        format_html(" {}", name) if value is True else format_html(' {}="{}"', name, value)
        for name, value in pairs.items()
        if value not in (None, False)
    )
    drawing = icon(icon_name) if icon_name else ""
    words = mark_safe(content.strip())  # what the template rendered
    if href:
        return format_html(
            '<a class="{}" href="{}"{}>{}{}</a>', css, href, mark_safe(flat), drawing, words
        )
    if "type" not in pairs:
        flat = ' type="submit"' + flat
    return format_html('<button class="{}"{}>{}{}</button>', css, mark_safe(flat), drawing, words)


@register.simple_block_tag
def note(
    content: SafeString, tone: str = "info", icon_name: str = "", role: str = ""
) -> SafeString:
    """Something to know (info), to do (warn), that went wrong (bad) or well (ok)."""
    return format_html(
        '<div class="note tone-{}"{}>{}<div>{}</div></div>',
        tone,
        format_html(' role="{}"', role) if role else "",
        icon(icon_name or NOTE_ICONS[tone]),
        content,
    )


@dataclass(frozen=True)
class BarPart:
    """A part of a bar: how many, in which color, and what it is."""

    tone: str  # ok, wait, warn, bad, none
    count: int
    words: str = ""


def bar_parts(parts: Sequence[BarPart], total: int) -> list[dict[str, Any]]:
    """Start and width of each part in percent. What is there at all is at least 0.6 % wide."""
    total = max(total, sum(part.count for part in parts), 1)
    widths = [max(100 * part.count / total, 0.6) if part.count else 0.0 for part in parts]
    over = sum(widths)
    scale = 100 / over if over > 100 else 1.0
    placed, start = [], 0.0
    for part, width in zip(parts, widths, strict=True):
        placed.append(
            {
                "tone": part.tone,
                "words": part.words,
                "count": part.count,
                # A gap divides it from the part before.
                "after": start > 0 and width > 0,
                "x": f"{start:.2f}%",
                "width": f"{width * scale:.2f}%",
            }
        )
        start += width * scale
    return placed


@register.simple_tag
def bar(
    parts: Sequence[BarPart], total: int = 0, label: str = "", name: str = "bar", css: str = ""
) -> SafeString:
    """Parts of `total` (or of their own sum). `name` is unique on the page: it lets a bar that is
    swapped while we look at it move instead of jump. Without `label` the parts' words are said."""
    return render_to_string(
        "components/bar.html",
        {
            "parts": bar_parts(parts, total),
            "label": label or ", ".join(f"{part.count:,} {part.words}" for part in parts),
            "name": name,
            "css": css,
        },
    )


@register.inclusion_tag("components/legend.html")
def legend(parts: Sequence[BarPart]) -> dict[str, Any]:
    """What a bar's colors mean."""
    return {"parts": [part for part in parts if part.count]}


@register.inclusion_tag("components/field.html")
def field(
    bound: BoundField, help_text: str = "", label: str = "", say_optional: bool = True
) -> dict[str, Any]:
    """Label, help, input and what is wrong with it, tied together for screen readers."""
    widget = bound.field.widget
    kind = getattr(widget, "input_type", "")
    many = bound.use_fieldset
    return {
        "field": bound,
        "label": label or bound.label,
        "help_text": help_text or bound.help_text,
        "many": many,
        "single_check": kind == "checkbox" and not many,
        "hide_optional": not say_optional,
        "optional": not bound.field.required and kind != "checkbox" and not many,
    }


@register.inclusion_tag("components/empty.html")
def empty(
    icon_name: str, title: str, words: str = "", href: str = "", action: str = ""
) -> dict[str, Any]:
    """Nothing here yet: why, and the one next step."""
    return {
        "icon_name": icon_name,
        "title": title,
        "words": words,
        "href": href,
        "action": action,
    }


@register.inclusion_tag("components/breadcrumb.html")
def breadcrumb(*pairs: str) -> dict[str, Any]:
    """`{% breadcrumb url "Mass notifications" url2 "Storm" %}`: the pages above this one."""
    return {"crumbs": list(zip(pairs[::2], pairs[1::2], strict=True))}


@register.inclusion_tag("components/tabs.html")
def tabs(items: Iterable[Mapping[str, Any]], label: str, target: str = "") -> dict[str, Any]:
    """Links of which one is chosen. Items: `href`, `label`, and `icon`, `count`, `here`.

    `target`: a CSS selector of what htmx takes from the page behind the link, and replaces.
    """
    return {"items": items, "label": label, "target": target}


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(
    context: template.Context, page: "Page[Any]", target: str = "", parameter: str = "page"
) -> dict[str, Any]:
    """Which of how many, and the pages around this one. Keeps the rest of the query."""
    request: HttpRequest = context["request"]

    def link(number: int) -> str:
        query = request.GET.copy()
        query[parameter] = str(number)
        return f"{request.path}?{query.urlencode()}"

    paginator = page.paginator
    numbers = [
        {"number": number, "href": link(number) if isinstance(number, int) else ""}
        for number in paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    ]
    return {
        "page": page,
        "numbers": numbers,
        "previous": link(page.previous_page_number()) if page.has_previous() else "",
        "next": link(page.next_page_number()) if page.has_next() else "",
        "target": target,
    }


@register.simple_tag(takes_context=True)
def sort_header(
    context: template.Context, key: str, words: str, css: str = "", target: str = ""
) -> SafeString:
    """A `<th>` that sorts by `key`; the view reads `?sort=key` or `?sort=-key`."""
    request: HttpRequest = context["request"]
    now = request.GET.get("sort", "")
    state = {key: "ascending", f"-{key}": "descending"}.get(now, "")
    query = request.GET.copy()
    query["sort"] = f"-{key}" if state == "ascending" else key
    query.pop("page", None)
    drawing = {"ascending": "up", "descending": "down"}.get(state, "sort")
    href = f"{request.path}?{query.urlencode()}"
    live = (
        format_html(
            ' hx-get="{}" hx-target="{}" hx-select="{}" hx-swap="outerHTML" hx-push-url="true"',
            href,
            target,
            target,
        )
        if target
        else ""
    )
    return format_html(
        '<th scope="col" class="{}"{}><a class="sort" href="{}"{}>{}{}</a></th>',
        css,
        format_html(' aria-sort="{}"', state) if state else "",
        href,
        live,
        words,
        icon(drawing),
    )


@register.simple_tag(takes_context=True)
def with_query(context: template.Context, **changes: Any) -> str:
    """This page's address with parameters changed; None removes one."""
    request: HttpRequest = context["request"]
    query = request.GET.copy()
    for name, value in changes.items():
        if value in (None, ""):
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"{request.path}?{query.urlencode()}" if query else request.path


@register.filter
def dollars(cents: int | None) -> str:
    """Integer cents as people write them: $1,041.60."""
    if cents is None:
        return "–"
    return f"{'-' if cents < 0 else ''}${abs(cents) / 100:,.2f}"


@register.filter
def how_long(seconds: float | None) -> str:
    """About how long: "6 min", "2 h 5 min", "at once"."""
    if seconds is None:
        return "–"
    if seconds < 1:
        return _("at once")
    if seconds < 60:
        return _("%(n)d s") % {"n": round(seconds)}
    minutes = round(seconds / 60)
    if minutes < 60:
        return _("%(n)d min") % {"n": minutes}
    hours, minutes = divmod(minutes, 60)
    if hours >= 48:
        return _("%(n)d days") % {"n": round(hours / 24)}
    if not minutes:
        return _("%(n)d h") % {"n": hours}
    return _("%(h)d h %(m)d min") % {"h": hours, "m": minutes}


@register.filter
def lookup(mapping: Mapping[Any, Any], key: Any) -> Any:
    """`mapping[key]`, or nothing."""
    return mapping.get(key) if mapping else None
