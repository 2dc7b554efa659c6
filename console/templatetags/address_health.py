"""How it stands with an address, as pages show it beside the address."""

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from common.templatetags.components import chip
from customers.address_health import SOFT_MOST, Health
from customers.choices import AddressEventKind, AddressState
from delivery.bounces.explained import explained

register = template.Library()

STATES = {
    AddressState.NEVER_VERIFIED: ("", "question"),
    AddressState.CONFIRMED: ("ok", "check"),
    AddressState.SOFT_BOUNCING: ("warn", "warn"),
    AddressState.BAD: ("bad", "x"),
    AddressState.OPTED_OUT: ("", "stop"),
}


@register.simple_tag
def health_chip(health: Health) -> SafeString:
    label: object = health.state.label
    if health.state == AddressState.SOFT_BOUNCING and health.troubles >= SOFT_MOST:
        label = _("Not reached %(n)s times") % {"n": health.troubles}
    if health.doubt:
        return chip("warn", "warn", AddressEventKind.UNMATCHED.label)
    return chip(*STATES[health.state], label)


@register.inclusion_tag("console/addresses/_trouble.html")
def trouble(words: str, otherwise: str = "") -> dict[str, str]:
    """Why an address fails, in plain words, and what the server said. `otherwise`: where nothing
    was said."""
    plain, said = explained(words)
    return {"plain": plain or otherwise, "said": said}
