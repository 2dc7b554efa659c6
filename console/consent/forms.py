"""What people say about being texted, called and written to, as somebody here writes it down."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.choices import Channel, Purpose
from customers.choices import SPOKEN_SOURCES, ConsentSource
from customers.ledger.reading import read_address
from customers.ledger.standing import channels_of

LONGEST_WORDS = 2_000
# A letter may lie about for a while, not for longer.
OLDEST_DAYS = 3 * 366


def _sources() -> list[tuple[str, Any]]:
    return [(source.value, source.label) for source in SPOKEN_SOURCES]


class FindForm(forms.Form):
    address = forms.CharField(
        label=_("Phone number, email or account"),
        max_length=254,
        help_text=_("As 478-555-0123, mae@example.com or 162033-001."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class AddressForm(forms.Form):
    """What every form here is about. Sent in the body, so that no address is in a URL or a log."""

    address = forms.CharField(max_length=254, widget=forms.HiddenInput)

    def clean_address(self) -> str:
        address = read_address(self.cleaned_data["address"])
        if not address:
            raise ValidationError(_("This is no phone number and no email."))
        return address


class NumberForm(AddressForm):
    def clean_address(self) -> str:
        address = super().clean_address()
        if "@" in address:
            raise ValidationError(_("Do Not Call is for phone numbers."))
        return address


class ToldForm(forms.Form):
    """How a person's word came, when, and what it was."""

    source = forms.ChoiceField(label=_("How did it come?"), choices=_sources)
    day = forms.DateField(
        label=_("When did it come?"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The day that it reached us: the date stamp of a letter, not today."),
    )
    words = forms.CharField(
        label=_("What did they say?"),
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("In their words. It is kept for good and shown to them if they ask."),
    )

    def clean_day(self) -> Any:
        day = self.cleaned_data["day"]
        today = timezone.localdate()
        if day > today:
            raise ValidationError(_("This day is still to come. Give the day that it reached us."))
        if (today - day).days > OLDEST_DAYS:
            raise ValidationError(_("This is more than three years ago. Look at the date again."))
        return day

    def clean_words(self) -> str:
        words: str = self.cleaned_data["words"].replace("\x00", "")
        if not any(character.isalnum() for character in words):
            raise ValidationError(_("Write down what they said."))
        return words

    @property
    def told_by(self) -> ConsentSource:
        return ConsentSource(self.cleaned_data["source"])

    @property
    def said_at(self) -> datetime | None:
        """Noon of the day, on the utility's clock; None for today: the line's own time says it."""
        day = self.cleaned_data["day"]
        if day == timezone.localdate():
            return None
        return timezone.make_aware(datetime.combine(day, time(12)))


class RevocationForm(AddressForm, ToldForm):
    """RULES 7."""

    channels = forms.MultipleChoiceField(
        label=_("What should stop?"), widget=forms.CheckboxSelectMultiple
    )
    purpose = forms.ChoiceField(label=_("Which messages?"), required=False)
    field_order = ("address", "channels", "purpose", "source", "day", "words")

    def __init__(self, address: str, data: Any = None) -> None:
        channels = channels_of(address)
        super().__init__(
            data,
            prefix="revocation",
            initial={
                "address": address,
                "channels": [channel.value for channel in channels],
                "source": ConsentSource.PHONE.value,
                "day": timezone.localdate(),
            },
        )
        self.fields["channels"].choices = [  # type: ignore[attr-defined]
            (channel.value, channel.label) for channel in channels
        ]
        self.fields["purpose"].choices = [("", _("All of them")), *Purpose.choices]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> list[Channel]:
        return [Channel(channel) for channel in self.cleaned_data["channels"]]


class TurnOnForm(NumberForm):
    """One click; the reason is there already, and may be changed."""

    source = forms.ChoiceField(label=_("How did they ask?"), choices=_sources)
    words = forms.CharField(label=_("Why?"), max_length=LONGEST_WORDS)

    def __init__(self, address: str = "", data: Any = None) -> None:
        super().__init__(
            data,
            prefix="silence",
            initial={
                "address": address,
                "source": ConsentSource.PHONE.value,
                "words": str(_("Asked us not to text or call this number.")),
            },
        )


class LiftForm(NumberForm, ToldForm):
    """RULES 4: only the member's word lifts it."""

    field_order = ("address", "source", "day", "words")

    def __init__(self, address: str = "", data: Any = None) -> None:
        super().__init__(
            data, prefix="lift", initial={"address": address, "day": timezone.localdate()}
        )
        self.fields["source"].choices = [("", _("Choose")), *_sources()]  # type: ignore[attr-defined]
        self.fields["words"].help_text = _(
            "The member's own words, as “You may text me again”. Without them it stays on."
        )
