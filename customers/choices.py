"""The states of an account, a consent event and a suppression."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AccountStatus(models.TextChoices):
    ACTIVE = "active", _("Active")
    PENDING = "pending", _("Pending")
    DISCONNECTED = "disconnected", _("Disconnected")
    CLOSED = "closed", _("Closed")


class RecurringPayment(models.TextChoices):
    NONE = "none", _("None")
    BANK_DRAFT = "bank_draft", _("Bank draft")
    CARD = "card", _("Card")


class EmailSlot(models.TextChoices):
    """The field of Customer that holds it."""

    EMAIL_1 = "email_1", _("Email 1")
    EMAIL_2 = "email_2", _("Email 2")


class NumberSlot(models.TextChoices):
    MOBILE = "mobile_number", _("Mobile number")
    HOME = "home_number", _("Home number")


class DeviceKind(models.TextChoices):
    WEB_PUSH = "web_push", _("Browser")
    FCM = "fcm", _("Phone app")


class ConsentAction(models.TextChoices):
    # The number or address itself, which is consent to messages about the service (RULES 1).
    GIVEN = "given", _("Given to us")
    GRANTED = "granted", _("Agreed")
    REVOKED = "revoked", _("Opted out")
    DO_NOT_CALL_ON = "do_not_call_on", _("Do Not Call turned on")
    DO_NOT_CALL_OFF = "do_not_call_off", _("Do Not Call lifted")
    BAD_ADDRESS = "bad_address", _("Address found bad")
    ADDRESS_REPAIRED = "address_repaired", _("Address good again")
    # Another line was an error of ours; `corrects` says which. That line stays, and counts no more.
    UNDONE = "undone", _("Entry taken back")
    # A code was typed or a link followed: who has the address is the one who gave it to us.
    VERIFIED = "verified", _("Verified")
    # A number was asked to reply YES; its answer is a line of its own.
    ASKED = "asked", _("Asked to agree")


class ConsentSource(models.TextChoices):
    """The way a person's word came to us (RULES 7)."""

    BILLING = "billing", _("Billing system")
    PORTAL = "portal", _("Member portal")
    CSR = "csr", _("Member services")
    TEXT_REPLY = "text_reply", _("Text reply")
    VOICE_KEY = "voice_key", _("Key pressed in a call")
    EMAIL_LINK = "email_link", _("Link in an email")
    PROVIDER = "provider", _("Provider's report")
    IMPORT = "import", _("Import")
    PHONE = "phone", _("Phone call")
    VOICEMAIL = "voicemail", _("Voicemail")
    EMAIL = "email", _("Email from the member")
    LETTER = "letter", _("Letter")
    COUNTER = "counter", _("At the counter")


# How a member's word comes to people who work here, rather than to a machine (RULES 7).
SPOKEN_SOURCES = (
    ConsentSource.PHONE,
    ConsentSource.VOICEMAIL,
    ConsentSource.EMAIL,
    ConsentSource.LETTER,
    ConsentSource.COUNTER,
)


class SuppressionReason(models.TextChoices):
    DO_NOT_CALL = "do_not_call", _("Do Not Call is on")
    OPTED_OUT = "opted_out", _("Opted out")
    BAD_ADDRESS = "bad_address", _("Bad address")
    WAITING_YES = "waiting_yes", _("Waiting for YES")


class AddressState(models.TextChoices):
    """How it stands with an address on a channel: derived by address_health.py, stored nowhere."""

    NEVER_VERIFIED = "never_verified", _("Never verified")
    CONFIRMED = "confirmed", _("Confirmed")
    SOFT_BOUNCING = "soft_bouncing", _("Soft-bouncing")
    BAD = "bad", _("Bad")
    OPTED_OUT = "opted_out", _("Opted out")


class AddressEventKind(models.TextChoices):
    """What was heard of an address."""

    CONFIRMED = "confirmed", _("Confirmed")
    BAD = "bad", _("Refused for good")
    SOFT = "soft", _("Not reached just now")
    # A warning about a message that the server still tries to deliver.
    DELAYED = "delayed", _("Delayed")
    POLICY = "policy", _("Refused by policy")
    # A returned mail that may be forged: it names no message that we sent there.
    UNMATCHED = "unmatched", _("Returned mail that may not be ours")
    COMPLAINT = "complaint", _("Marked as spam")


class RepairKind(models.TextChoices):
    """What a CSR did about a bad address."""

    SUGGESTION = "suggestion", _("Suggestion used")
    CONFIRMED = "confirmed", _("Confirmed by the member")
    REMOVED = "removed", _("Removed")
    HOME_NUMBER = "home_number", _("Made the home number")


class LineType(models.TextChoices):
    MOBILE = "mobile", _("Mobile")
    LANDLINE = "landline", _("Landline")
    VOIP = "voip", _("VoIP")
    TOLL_FREE = "toll_free", _("Toll-free")
    OTHER = "other", _("Other")
    UNKNOWN = "unknown", _("Unknown")
    NOT_A_NUMBER = "not_a_number", _("Not a number in use")
