"""Notification types that a co-operative has: for looking around."""

from typing import Any

from common.choices import Channel, Purpose
from mass_notifications.choices import Frequency
from mass_notifications.models import NotificationType
from mass_notifications.types import type_save

_TYPES: tuple[dict[str, Any], ...] = (
    {
        "name": "Planned outage",
        "purpose": Purpose.OUTAGE,
        "channels": [Channel.EMAIL, Channel.TEXT, Channel.VOICE],
        "subject": "Your power will be off for planned work",
        "body": "Hello {{ first_name }},\n\nWe will work on the line at pole {{ pole }}. Your "
        "power will be off on {{ date }} from {{ from }} to {{ to }}.\n\nWe are sorry.",
        "text_body": "Planned work: your power will be off on {{ date }}, {{ from }} to {{ to }}.",
        "subject_es": "No tendrá electricidad por un trabajo programado",
        "body_es": "Hola {{ first_name }}:\n\nTrabajaremos en la línea del poste {{ pole }}. No "
        "tendrá electricidad el {{ date }}, de {{ from }} a {{ to }}.\n\nDisculpe la molestia.",
        "text_body_es": "Trabajo programado: sin electricidad el {{ date }}, de {{ from }} a "
        "{{ to }}.",
    },
    {
        "name": "Tree trimming",
        "purpose": Purpose.FIELD_WORK,
        "channels": [Channel.EMAIL, Channel.VOICE],
        "subject": "We will trim trees near your line",
        "body": "Hello {{ first_name }},\n\nOur crew will trim trees along {{ road }} in the week "
        "of {{ week }}. They will knock before they come onto your land.",
    },
    {
        "name": "Meter change",
        "purpose": Purpose.FIELD_WORK,
        "channels": [Channel.EMAIL, Channel.TEXT],
        "subject": "We will change your meter",
        "body": "Hello {{ first_name }},\n\nWe will change your meter on {{ date }}. Your power "
        "will be off for about ten minutes. Nobody needs to be at home.",
        "text_body": "We will change your meter on {{ date }}. Power off for about 10 minutes.",
    },
    {
        "name": "Peak hours",
        "purpose": Purpose.DEMAND_RESPONSE,
        "channels": [Channel.TEXT, Channel.PUSH],
        "subject": "Please use less from 5 to 8 PM",
        "body": "Power is dear and scarce from 5 to 8 PM today. Run the washer and the dryer "
        "later, and set the air conditioner a few degrees higher. Thank you.",
    },
)


def load_types() -> int:
    """Those that are not there yet; returns how many."""
    new = 0
    for fields in _TYPES:
        if not NotificationType.objects.filter(name=fields["name"]).exists():
            type_save(type=NotificationType(frequency=Frequency.ONCE, **fields))
            new += 1
    return new
