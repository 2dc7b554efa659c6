"""What is filled in about an alert type. The rules live in `alerts.types`; forms only ask."""

from typing import Any, ClassVar

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alerts.choices import Trigger
from alerts.models import AlertType
from alerts.types import Words
from billing.choices import Kind
from common.choices import OWN_CONSENT_PURPOSES, Channel, Purpose

_NEVER = OWN_CONSENT_PURPOSES | {Purpose.EMERGENCY, Purpose.VERIFICATION}
PURPOSES = [choice for choice in Purpose.choices if choice[0] not in _NEVER]
PURPOSE_HELP = gettext_lazy(
    "It decides whose consent is needed, and at which hours texts and calls may go out."
)
KEY_LENGTH = 40


def _channels(label: Any, help_text: Any = "", **options: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        choices=Channel.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=help_text,
        error_messages={"required": gettext_lazy("Offer at least one channel.")},
        **options,
    )


class TypeForm(forms.ModelForm[AlertType]):
    """The settings of a type that exists; asked is what its fact and trigger have a use for."""

    channels = _channels(gettext_lazy("Channels offered"))
    starts_with = _channels(
        gettext_lazy("A new account starts with"),
        gettext_lazy("Texts and calls only where the purpose rests on the number itself."),
        required=False,
    )
    purpose = forms.ChoiceField(
        label=gettext_lazy("Purpose"), choices=PURPOSES, help_text=PURPOSE_HELP
    )

    class Meta:
        model = AlertType
        fields: ClassVar = [
            "name", "name_es", "description", "channels", "starts_with", "may_turn_off",
            "timing", "days", "member_chooses_days", "hour", "business_days_only",
            "stale_after_days", "threshold_kwh", "threshold_percent", "lane", "purpose",
            "fallback", "is_ebill",
        ]  # fmt: skip
        labels: ClassVar = {
            "timing": gettext_lazy("Counted"),
            "days": gettext_lazy("How many days"),
            "member_chooses_days": gettext_lazy("The member chooses how many"),
            "hour": gettext_lazy("From which hour on"),
            "business_days_only": gettext_lazy("On working days only"),
            "stale_after_days": gettext_lazy("No news any more after (days)"),
            "threshold_kwh": gettext_lazy("High above (kWh a day)"),
            "threshold_percent": gettext_lazy("High above (percent over the member's average)"),
            "lane": gettext_lazy("Lane"),
            "fallback": gettext_lazy("If a text can't be delivered, call, then email, then ask us"),
            "is_ebill": gettext_lazy("This is the ebill"),
        }
        help_texts: ClassVar = {
            "description": gettext_lazy("In the member's table, below the name."),
            "hour": gettext_lazy("0 to 23, on the utility's clock."),
            "business_days_only": gettext_lazy(
                "Neither weekends nor holidays: days before move to the working day before, days "
                "after to the next one."
            ),
            "stale_after_days": gettext_lazy("A fact that is told later than this alerts nobody."),
            "lane": gettext_lazy("Urgent messages never wait behind bulk ones."),
            "threshold_kwh": gettext_lazy("For members who set no mark of their own."),
            "is_ebill": gettext_lazy(
                "Its emails go to those of Email 1 and Email 2 that get a copy of the bill. Who "
                "has paper alone gets no email."
            ),
        }
        widgets: ClassVar = {
            "name_es": forms.TextInput(attrs={"lang": "es"}),
            "description": forms.Textarea(attrs={"rows": 2}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        type = self.instance
        if type.trigger != Trigger.CALENDAR:
            for name in ("timing", "days", "member_chooses_days", "hour", "business_days_only"):
                del self.fields[name]
        if type.fact_kind != Kind.USAGE_READ:
            del self.fields["threshold_kwh"], self.fields["threshold_percent"]
        if type.fact_kind != Kind.BILL or type.trigger != Trigger.EVENT:
            del self.fields["is_ebill"]

    def _some(self, *names: str) -> list[forms.BoundField]:
        return [self[name] for name in names if name in self.fields]

    @property
    def about(self) -> list[forms.BoundField]:
        return self._some("name", "name_es", "description")

    @property
    def offered(self) -> list[forms.BoundField]:
        return self._some("channels", "starts_with", "may_turn_off")

    @property
    def moments(self) -> list[forms.BoundField]:
        return self._some(
            "timing", "days", "member_chooses_days", "hour", "business_days_only",
            "stale_after_days", "threshold_kwh", "threshold_percent",
        )  # fmt: skip

    @property
    def sending(self) -> list[forms.BoundField]:
        return self._some("lane", "purpose", "fallback", "is_ebill")


class NewTypeForm(forms.ModelForm[AlertType]):
    """A type that follows from a kind of fact that exists. It is off until somebody turns it on."""

    channels = _channels(gettext_lazy("Channels offered"))
    purpose = forms.ChoiceField(
        label=gettext_lazy("Purpose"), choices=PURPOSES, help_text=PURPOSE_HELP
    )

    class Meta:
        model = AlertType
        fields: ClassVar = ["name", "name_es", "fact_kind", "trigger", "channels", "purpose"]
        labels: ClassVar = {
            "fact_kind": gettext_lazy("It follows from"),
            "trigger": gettext_lazy("It is sent"),
        }
        widgets: ClassVar = {"name_es": forms.TextInput(attrs={"lang": "es"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("channels", [channel.value for channel in Channel])
        self.initial.setdefault("purpose", Purpose.ACCOUNT.value)

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"]).strip()
        key = slugify(name).replace("-", "_")[:KEY_LENGTH]
        if not key:
            raise forms.ValidationError(_("Give it a name with letters."))
        if AlertType.objects.filter(key=key).exists():
            raise forms.ValidationError(_("There is an alert of this name. Choose another."))
        self.instance.key = key
        self.instance.enabled = False
        return name


class WordsForm(forms.Form):
    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=255)
    body = forms.CharField(label=gettext_lazy("Message"), widget=forms.Textarea(attrs={"rows": 9}))
    text_body = forms.CharField(
        label=gettext_lazy("Other words for text messages"),
        required=False,
        help_text=gettext_lazy("Shorter is cheaper. Empty: texts say what the message says."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    voice_body = forms.CharField(
        label=gettext_lazy("Other words for calls"),
        required=False,
        help_text=gettext_lazy(
            "Write as one speaks. Who is calling, the call-back number and “press 9 to opt out” "
            "are said by themselves."
        ),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs |= {"data-takes-words": True, "lang": language}

    def words(self) -> Words:
        """As typed, whether it may be saved or not; a preview shows both."""
        return Words(**{name: str(self[name].value() or "").strip() for name in self.fields})
