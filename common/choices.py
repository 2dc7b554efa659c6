"""The words that every room shares."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    EMAIL = "email", _("Email")
    TEXT = "text", _("Text")
    VOICE = "voice", _("Voice")
    PUSH = "push", _("Push")


class Language(models.TextChoices):
    ENGLISH = "en", _("English")
    SPANISH = "es", _("Spanish")


class Purpose(models.TextChoices):
    """Why a message is sent; it decides whose consent it needs (RULES 1 to 3)."""

    OUTAGE = "outage", _("Outage and restoration")
    FIELD_WORK = "field_work", _("Field work")
    CURTAILMENT = "curtailment", _("Trouble that threatens service")
    ASSISTANCE = "assistance", _("Help with bills")
    DEMAND_RESPONSE = "demand_response", _("Demand response")
    ACCOUNT = "account", _("Account alert")
    NEWSLETTER = "newsletter", _("Newsletter")
    MARKETING = "marketing", _("Marketing")
    EMERGENCY = "emergency", _("Emergency")
    VERIFICATION = "verification", _("Verification")


# The number that a member gave is consent enough for these (RULES 1).
SERVICE_PURPOSES = frozenset(
    {
        Purpose.OUTAGE,
        Purpose.FIELD_WORK,
        Purpose.CURTAILMENT,
        Purpose.ASSISTANCE,
        Purpose.DEMAND_RESPONSE,
    }
)
# These need the person's own recorded consent (RULES 2, 3).
OWN_CONSENT_PURPOSES = frozenset({Purpose.NEWSLETTER, Purpose.MARKETING})
