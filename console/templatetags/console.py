"""What every staff page shows around its content."""

from typing import Any

from django import template
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from console.navigation import READ_MASS, LinkedSection, sections_for
from console.roles import Role

register = template.Library()


@register.simple_tag(takes_context=True)
def console_navigation(context: template.Context) -> list[LinkedSection]:
    return sections_for(context["request"])


@register.simple_tag(takes_context=True)
def console_search(context: template.Context) -> dict[str, Any] | None:
    """Where the search box leads, and what it says; nothing where this person has no lists."""
    request: HttpRequest = context["request"]
    if request.user.has_perm(READ_MASS):
        return {"href": reverse("console:mass_list"), "words": _("Find a mass notification")}
    return None


@register.simple_tag(takes_context=True)
def console_roles(context: template.Context) -> str:
    """The person's roles, in words."""
    names = context["request"].user.groups.order_by("name").values_list("name", flat=True)
    known = dict(Role.choices)
    return ", ".join(str(known.get(name, name)) for name in names)
