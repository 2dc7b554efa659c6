"""Who may do what: one table. The groups are made from it after each migrate."""

from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """The name of a group. People may have several."""

    COMMUNICATOR = "communicator", _("Communicator")
    APPROVER = "approver", _("Approver")
    CSR = "csr", _("Member services")
    KEY_ACCOUNTS = "key accounts", _("Key accounts")
    ADMINISTRATOR = "administrator", _("Administrator")


DOES = {
    Role.COMMUNICATOR: _("Writes, checks and sends mass notifications."),
    Role.APPROVER: _("Approves large mass notifications that somebody else wrote."),
    Role.CSR: _("Looks members up, changes their contact details, records consent."),
    Role.KEY_ACCOUNTS: _("The same, for key accounts."),
    Role.ADMINISTRATOR: _("Everything, and people and senders too."),
}

_READ_SENDINGS = (
    "mass_notifications.view_massnotification",
    "mass_notifications.view_notificationtype",
)
_SERVE_MEMBERS = (
    "customers.view_customer",
    "customers.view_account",
    "customers.change_customer",
    "customers.view_consentevent",
    "customers.change_consent",
    "delivery.view_message",
    "delivery_replies.view_inboundtext",
    "delivery_replies.review_inboundtext",
    "billing.view_bill",
    "billing.change_billcopies",
    "alerts.view_alerttype",
    "alerts.view_subscription",
    "alerts.change_subscription",
    "alerts.do_alert_tasks",
)
_COMMUNICATE = (
    *_READ_SENDINGS,
    "billing.view_billingmessage",
    "billing.add_billingmessage",
    "billing.change_billingmessage",
    "mass_notifications.add_massnotification",
    "mass_notifications.change_massnotification",
    "mass_notifications.delete_massnotification",
    "mass_notifications.process_massnotification",
    "mass_notifications.view_results",
    "mass_notifications.add_notificationtype",
    "mass_notifications.change_notificationtype",
    "customers.view_customer",
    "customers.view_account",
    "delivery.view_message",
    "delivery.view_sender",
    "delivery.view_sandbox",
    "alerts.view_alerttype",
    "alerts.view_subscription",
    "alerts.enroll_accounts",
)
_APPROVE = (
    *_READ_SENDINGS,
    "mass_notifications.view_results",
    "mass_notifications.approve_massnotification",
    "delivery.view_message",
    "delivery.view_sandbox",
)
_ADMINISTER = (
    "billing.export_bills",
    "billing.import_facts",
    "mass_notifications.delete_notificationtype",
    "mass_notifications.send_emergency",
    "delivery.change_sender",
    "alerts.add_alerttype",
    "alerts.change_alerttype",
    "billing.add_payment",
    "auth.view_user",
    "auth.add_user",
    "auth.change_user",
)

PERMISSIONS: dict[Role, frozenset[str]] = {
    Role.COMMUNICATOR: frozenset(_COMMUNICATE),
    Role.APPROVER: frozenset(_APPROVE),
    Role.CSR: frozenset({*_SERVE_MEMBERS, *_READ_SENDINGS}),
    Role.KEY_ACCOUNTS: frozenset({*_SERVE_MEMBERS, *_READ_SENDINGS}),
    Role.ADMINISTRATOR: frozenset({*_COMMUNICATE, *_APPROVE, *_SERVE_MEMBERS, *_ADMINISTER}),
}


def make_groups(**_kwargs: Any) -> None:
    """Make the groups say what the table says. Runs after each migrate, when all rooms' permissions
    are there; what a room has not declared is left out (a test says so)."""
    known = {
        f"{app_label}.{codename}": pk
        for pk, app_label, codename in Permission.objects.values_list(
            "pk", "content_type__app_label", "codename"
        )
    }
    for role, permissions in PERMISSIONS.items():
        group, _is_new = Group.objects.get_or_create(name=role.value)
        group.permissions.set([known[name] for name in permissions if name in known])
