"""What the pages about alerts share: the permissions, and finding things."""

from django.shortcuts import get_object_or_404

from alerts.models import AlertType
from common.choices import Channel
from customers.models import Account

VIEW = "alerts.view_alerttype"
ADD = "alerts.add_alerttype"
CHANGE = "alerts.change_alerttype"
ENROLL = "alerts.enroll_accounts"
SEE_CHOICES = "alerts.view_subscription"
CHANGE_CHOICES = "alerts.change_subscription"
DO_TASKS = "alerts.do_alert_tasks"
TELL = "billing.add_payment"
COPIES = "billing.change_billcopies"

# The order of UPN's own table.
TABLE_ORDER = (Channel.TEXT, Channel.EMAIL, Channel.VOICE, Channel.PUSH)


def find_type(pk: int) -> AlertType:
    return get_object_or_404(AlertType, pk=pk)


def find_account(number: str) -> Account | None:
    """As people write it: 162033-001 or 162033001."""
    key = "".join(character for character in number if character.isalnum())
    return Account.objects.select_related("customer").filter(key=key).first() if key else None
