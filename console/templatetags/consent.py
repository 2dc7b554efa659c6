"""Do Not Call beside a mobile number, wherever one is shown to staff."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.http import HttpRequest
from phonenumber_field.phonenumber import PhoneNumber

from common.phones import display_phone, read_phone
from console.consent.forms import TurnOnForm
from customers.addresses import normal_address
from customers.ledger.reading import first_line
from customers.ledger.standing import DoNotCall, do_not_call_of, taker

register = template.Library()
register.filter("taker", taker)


@register.filter
def hex(value: bytes | memoryview) -> str:
    return bytes(value).hex()


@register.inclusion_tag("console/consent/_do_not_call.html", takes_context=True)
def do_not_call(
    context: template.Context,
    number: str | PhoneNumber,
    show_number: bool = True,
    back: str = "",
) -> dict[str, Any]:
    """The number with its state: on, with who, when and why, or a click that turns it on and leads
    `back` (to this page).

    Asks the database for each: for one person's page, not for lists.
    """
    request: HttpRequest = context["request"]
    key = normal_address(number or "")
    return {
        "request": request,
        "csrf_token": context.get("csrf_token"),
        "back": back or request.get_full_path(),
        "number": key,
        "shown": display_phone(key) if show_number else "",
        "state": do_not_call_of([key]).get(key) if key else None,
        "line": first_line(key) if key else None,
        "may_see": request.user.has_perm("customers.view_consentevent"),
        "may_change": request.user.has_perm("customers.change_consent"),
        "form": TurnOnForm(key),
    }


@register.simple_tag
def do_not_call_among(rows: Iterable[Any], attribute: str) -> dict[str, DoNotCall]:
    """For a list: of the numbers that `attribute` (dots allowed) of its rows holds, those where it
    is on. In two queries, however many rows; email addresses among them are passed over."""
    variable = template.Variable(f"row.{attribute}")
    context = template.Context()
    found = []
    for row in rows:
        context["row"] = row
        found.append(_number(variable.resolve(context)))
    return do_not_call_of([number for number in found if number.startswith("+")])


@register.inclusion_tag("console/consent/_do_not_call_note.html")
def do_not_call_note(among: Mapping[str, DoNotCall], number: str | PhoneNumber) -> dict[str, Any]:
    """Beside a number of that list: who turned it on, when and why."""
    return {"state": among.get(_number(number))}


def _number(value: str | PhoneNumber | None) -> str:
    """E.164, also of what is written as people read it; "" for what is no number."""
    text = normal_address(value or "")
    return text if text.startswith("+") or "@" in text else read_phone(text).number
