"""What alert pages say of messages and of the steps of a fallback."""

import re

from django import template
from django.utils.translation import gettext as _

from common.choices import Channel
from common.phones import display_phone
from common.sentences import translated
from delivery.models import Message

register = template.Library()

_END = re.compile(r"(?<=[.?!]) ")
_LABELS = re.compile(r"([\w ]+): ([\w ]+)\.")


@register.filter
def message_to(message: Message) -> str:
    """To whom, as people read it."""
    if message.channel == Channel.PUSH:
        return _("a device")
    address = message.address
    return address if message.channel == Channel.EMAIL else display_phone(address)


@register.filter
def sentences(words: str) -> str:
    """Several kept sentences, in the language of who reads them."""
    return " ".join(_sentence(one) for one in _END.split(words))


def _sentence(words: str) -> str:
    said = translated(words)
    if said == words and (labels := _LABELS.fullmatch(words)):
        return f"{translated(labels[1])}: {translated(labels[2])}."
    return said
