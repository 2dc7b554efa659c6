"""How it stands with a contact, beside it."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from alerts.contact_changes import Contact, Standing
from common.templatetags.components import chip
from console.templatetags.console import when

register = template.Library()

CHIPS = {
    Standing.CONFIRMED: ("ok", "check"),
    Standing.OPTED_IN: ("ok", "check"),
    Standing.NOT_VERIFIED: ("", "question"),
    Standing.WAITING: ("warn", "clock"),
    Standing.NO_ANSWER: ("warn", "clock"),
    Standing.TROUBLE: ("warn", "warn"),
    Standing.BAD: ("bad", "x"),
    Standing.OPTED_OUT: ("bad", "stop"),
    Standing.DO_NOT_CALL: ("bad", "stop"),
}


@register.simple_tag
def standing(contact: Contact) -> SafeString:
    """Confirmed · since when; nothing where there is no address."""
    if not contact.address:
        return SafeString("")
    state = chip(*CHIPS[contact.standing], contact.standing.label)
    if contact.since is None:
        return state
    return format_html(
        '{} <span class="small nowrap">{} {}</span>', state, _("since"), when(contact.since)
    )
