"""The kinds of facts that the billing system tells, and the words within them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """In the order in which they build on each other: a payment may name a bill."""

    BILL = "bill", _("Bill")
    PAYMENT = "payment", _("Payment")
    RETURNED_CHECK = "returned_check", _("Returned check")
    ARRANGEMENT = "arrangement", _("Payment arrangement")
    INSTALLMENT = "installment", _("Installment of an arrangement")
    USAGE_READ = "usage_read", _("Usage read")
    PENDING_DISCONNECT = "pending_disconnect", _("Pending disconnect")
    ACCOUNT_CHANGE = "account_change", _("Account change")


class PaymentMethod(models.TextChoices):
    BANK_DRAFT = "bank_draft", _("Bank draft")
    CARD = "card", _("Card")
    KIOSK = "kiosk", _("Kiosk")
    PHONE_APP = "phone_app", _("Phone app")
    TEXT = "text", _("Text")
    COUNTER = "counter", _("Counter")
    MAIL = "mail", _("Mail")


class ChangedDetail(models.TextChoices):
    """What of the account or its member changed."""

    NAME = "name", _("Name")
    EMAIL_1 = "email_1", _("Email 1")
    EMAIL_2 = "email_2", _("Email 2")
    MOBILE_NUMBER = "mobile_number", _("Mobile number")
    HOME_NUMBER = "home_number", _("Home number")
    MAILING_ADDRESS = "mailing_address", _("Mailing address")
    SERVICE_ADDRESS = "service_address", _("Service address")
    RECURRING_PAYMENT = "recurring_payment", _("Recurring payment")


class MessageKind(models.TextChoices):
    """Which bills a billing message is meant for, beyond cycle and class."""

    GENERAL = "general", _("Every bill that it fits")
    NO_EMAIL = "no_email", _("Members without an email address on file")


class AccountClass(models.TextChoices):
    """What a billing message can choose accounts by. An account has one of the first two and one
    of the last three."""

    KEY_ACCOUNT = "key_account", _("Key accounts")
    MEMBER = "member", _("Members other than key accounts")
    BANK_DRAFT = "bank_draft", _("Paid by recurring bank draft")
    CARD = "card", _("Paid by recurring card")
    NO_RECURRING = "no_recurring", _("No recurring payment")


class ExportState(models.TextChoices):
    """Of an export for the print vendor that somebody asked for on the page."""

    WAITING = "waiting", _("Waiting")
    WRITING = "writing", _("Being written")
    DONE = "done", _("Written and verified")
    FAILED = "failed", _("Failed")


class FactFileState(models.TextChoices):
    """Of a file of facts that somebody uploaded."""

    CHECKING = "checking", _("Being looked through")
    CHECKED = "checked", _("Looked through")
    IMPORTING = "importing", _("Being imported")
    DONE = "done", _("Imported")
    FAILED = "failed", _("Can't be used")
