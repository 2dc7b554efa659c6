"""The nine alert types that a site starts with. What exists is left as it was made."""

from typing import Any

from django.db import connections, transaction
from django.utils.translation import gettext_noop as _

from alerts.choices import Timing, Trigger
from alerts.models import AlertType
from alerts.seed_words import WORDS
from alerts.types import contents_follow, type_save, wording_save
from billing.choices import Kind
from common.choices import Channel, Purpose
from delivery.choices import Lane

_ALL = [Channel.TEXT.value, Channel.EMAIL.value, Channel.VOICE.value, Channel.PUSH.value]
_SEEDS: list[dict[str, Any]] = [
    {
        "key": "due_date_reminder",
        "name": "Due Date Reminder",
        "name_es": "Recordatorio de vencimiento",
        "description": _("Some days before a bill is due."),
        "fact_kind": Kind.BILL,
        "trigger": Trigger.CALENDAR,
        "timing": Timing.BEFORE,
        "days": 3,
        "member_chooses_days": True,
        "hour": 9,
        "retell_on": ["balance", "due_date"],
    },
    {
        "key": "past_due",
        "name": "Past Due",
        "name_es": "Factura vencida",
        "description": _("The day after a bill was due and is not paid."),
        "fact_kind": Kind.BILL,
        "trigger": Trigger.CALENDAR,
        "timing": Timing.AFTER,
        "days": 1,
        "hour": 10,
        "business_days_only": True,
        "retell_on": ["balance", "due_date"],
    },
    {
        "key": "returned_check",
        "name": "Returned Check",
        "name_es": "Cheque devuelto",
        "description": _("A check came back from the bank."),
        "fact_kind": Kind.RETURNED_CHECK,
        "trigger": Trigger.EVENT,
        "lane": Lane.URGENT,
    },
    {
        "key": "profile_change",
        "name": "Account Profile Change",
        "name_es": "Cambio de datos",
        "description": _("A contact detail changed; the old contact is told as well."),
        "fact_kind": Kind.ACCOUNT_CHANGE,
        "trigger": Trigger.EVENT,
        "lane": Lane.URGENT,
        "starts_with": [Channel.EMAIL.value],
        "may_turn_off": False,
    },
    {
        "key": "payment_received",
        "name": "Payment Received",
        "name_es": "Pago recibido",
        "description": _("A payment arrived."),
        "fact_kind": Kind.PAYMENT,
        "trigger": Trigger.EVENT,
        "lane": Lane.URGENT,
    },
    {
        "key": "high_usage",
        "name": "High Usage",
        "name_es": "Consumo alto",
        "description": _("A day's kWh is above the member's mark, or above their own average."),
        "fact_kind": Kind.USAGE_READ,
        "trigger": Trigger.EVENT,
        "threshold_percent": 50,
    },
    {
        "key": "pending_disconnect",
        "name": "Pending Auto Disconnect",
        "name_es": "Desconexión pendiente",
        "description": _("Service ends on a day unless an amount is paid."),
        "fact_kind": Kind.PENDING_DISCONNECT,
        "trigger": Trigger.EVENT,
        "lane": Lane.URGENT,
        "purpose": Purpose.CURTAILMENT,
        "starts_with": [Channel.EMAIL.value, Channel.TEXT.value],
        "may_turn_off": False,
        "fallback": True,
    },
    {
        "key": "installment_due",
        "name": "Arrangement Installment Due",
        "name_es": "Cuota por vencer",
        "description": _("Some days before an installment of a payment arrangement is due."),
        "fact_kind": Kind.INSTALLMENT,
        "trigger": Trigger.CALENDAR,
        "timing": Timing.BEFORE,
        "days": 3,
        "member_chooses_days": True,
        "hour": 9,
    },
    {
        "key": "bill_ready",
        "name": "Bill Ready",
        "name_es": "Factura lista",
        "description": _("A new bill can be seen: the ebill."),
        "fact_kind": Kind.BILL,
        "trigger": Trigger.EVENT,
        "stale_after_days": 10,
        "is_ebill": True,
    },
]
KEYS = [seed["key"] for seed in _SEEDS]


def seed_types() -> int:
    """Make those of the nine that are missing; returns how many."""
    known = set(AlertType.objects.filter(key__in=KEYS).values_list("key", flat=True))
    missing = [(at, seed) for at, seed in enumerate(_SEEDS) if seed["key"] not in known]
    with transaction.atomic():
        for at, seed in missing:
            type = type_save(type=AlertType(channels=_ALL, position=10 * (at + 1), **seed))
            for language, words in WORDS[type.key].items():
                wording_save(type=type, language=language, words=words)
    return len(missing)


def topics_follow() -> None:
    """Give the words of a site that is older than its topics theirs."""
    for type in AlertType.objects.all():
        with transaction.atomic():
            contents_follow(type)


def seed_after_migrate(*, using: str, **_more: Any) -> None:
    """Receiver of post_migrate; a migration back before the first has no tables to fill."""
    wanted = {"alerts_alertwording", "delivery_content", "delivery_batch"}
    if wanted <= set(connections[using].introspection.table_names()):
        seed_types()
        topics_follow()
