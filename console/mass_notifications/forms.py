"""What a communicator fills in. The rules live in `mass_notifications`; forms only ask."""

from datetime import datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.choices import Channel, Purpose
from mass_notifications.models import MassNotification, NotificationType

# Nobody picks these by hand: a verification is asked for by the person just now (RULES 3).
PURPOSES = [choice for choice in Purpose.choices if choice[0] != Purpose.VERIFICATION]

PURPOSE_HELP = _(
    "It decides whose consent is needed, and at which hours texts and calls may go out."
)
ENGLISH = ("subject", "body", "text_body", "voice_body")
SPANISH = ("subject_es", "body_es", "text_body_es", "voice_body_es")
LABELS: dict[str, Any] = {
    "subject": _("Subject"),
    "body": _("Message"),
    "text_body": _("Other words for text messages"),
    "voice_body": _("Other words for calls"),
    "subject_es": _("Subject in Spanish"),
    "body_es": _("Message in Spanish"),
    "text_body_es": _("Other words for text messages, in Spanish"),
    "voice_body_es": _("Other words for calls, in Spanish"),
}


def channels_field() -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=_("Send it by"),
        choices=Channel.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one way to send it.")},
    )


class NewForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        help_text=_("For your colleagues; members don't see it. “Storm restoration, Lake Commons”"),
    )
    type = forms.ModelChoiceField(
        label=_("Type"),
        queryset=NotificationType.objects.filter(active=True),
        required=False,
        empty_label=_("No type: start from an empty page"),
        help_text=_("It brings its wording, channels and purpose along."),
    )
    purpose = forms.ChoiceField(
        label=_("Purpose"),
        choices=[("", _("As the type says")), *PURPOSES],
        required=False,
        help_text=PURPOSE_HELP,
    )
    channels = forms.MultipleChoiceField(
        label=_("Send it by"),
        choices=Channel.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Choose none to keep what the type says."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not NotificationType.objects.filter(active=True).exists():
            del self.fields["type"]
            self.fields["purpose"] = forms.ChoiceField(
                label=_("Purpose"), choices=PURPOSES, help_text=PURPOSE_HELP
            )
            self.fields["channels"] = channels_field()
            self.initial.setdefault("channels", [Channel.EMAIL.value])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "type" in self.fields and data.get("type") is None:
            if not data.get("purpose"):
                self.add_error("purpose", _("Without a type, choose what this message is for."))
            if not data.get("channels"):
                self.add_error("channels", _("Without a type, choose at least one way to send it."))
        return data


class SettingsForm(forms.ModelForm[MassNotification]):
    channels = channels_field()
    purpose = forms.ChoiceField(label=_("Purpose"), choices=PURPOSES, help_text=PURPOSE_HELP)

    class Meta:
        model = MassNotification
        fields: ClassVar = ["name", "channels", "purpose", "emergency_reason"]
        help_texts: ClassVar = {
            "emergency_reason": _("Only for emergencies. It is kept with the record."),
        }
        widgets: ClassVar = {"emergency_reason": forms.Textarea(attrs={"rows": 3})}


def _words_field(name: str, *, rows: int) -> forms.Textarea:
    attrs: dict[str, Any] = {"rows": rows, "data-takes-words": True}
    if name.endswith("_es"):
        attrs["lang"] = "es"
    return forms.Textarea(attrs=attrs)


class MessageForm(forms.ModelForm[MassNotification]):
    class Meta:
        model = MassNotification
        fields: ClassVar = [*ENGLISH, *SPANISH]
        labels: ClassVar = LABELS
        widgets: ClassVar = {
            "subject": forms.TextInput(attrs={"data-takes-words": True}),
            "subject_es": forms.TextInput(attrs={"data-takes-words": True, "lang": "es"}),
            **{
                name: _words_field(name, rows=9 if name.startswith("body") else 4)
                for name in (*ENGLISH, *SPANISH)
                if not name.startswith("subject")
            },
        }
        help_texts: ClassVar = {
            "text_body": _("Shorter is cheaper. Empty: texts say what the message says."),
            "voice_body": _(
                "Write as one speaks. Empty: the call reads the text message, or the message. Who "
                "is calling, the call-back number and “press 9 to opt out” are said by themselves."
            ),
            "body_es": _(
                "Members whose language is Spanish get this one. Empty: they get the English one."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Emptiness is a reason not to process, not a reason not to save for later.
        for field in self.fields.values():
            field.required = False


class ScheduleForm(forms.Form):
    """Date and time on the utility's clock."""

    day = forms.DateField(
        label=_("Day"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    time = forms.TimeField(label=_("Time"), widget=forms.TimeInput(attrs={"type": "time"}))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("day") and data.get("time"):
            at = datetime.combine(data["day"], data["time"], ZoneInfo(settings.TIME_ZONE))
            if at <= timezone.now():
                self.add_error("time", _("That moment has passed. Choose one to come."))
            data["at"] = at
        return data


class TestForm(forms.Form):
    """Where a test goes: one field for each channel of the notification that has an address."""

    def __init__(self, *args: Any, channels: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if Channel.EMAIL in channels:
            self.fields[Channel.EMAIL] = forms.EmailField(label=_("Email address"), required=False)
        if Channel.TEXT in channels:
            self.fields[Channel.TEXT] = _phone(_("Mobile number for the text"))
        if Channel.VOICE in channels:
            self.fields[Channel.VOICE] = _phone(_("Number to call"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not any(data.values()):
            raise forms.ValidationError(_("Give at least one address or number."))
        return data


def _phone(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )


DAY_OF_FIRST_RUN: dict[str, Any] = {"type": "date", "aria-label": _("Day of the first run")}
TIME_OF_FIRST_RUN: dict[str, Any] = {"type": "time", "aria-label": _("Time of the first run")}


class TypeForm(forms.ModelForm[NotificationType]):
    channels = channels_field()
    purpose = forms.ChoiceField(label=_("Purpose"), choices=PURPOSES, help_text=PURPOSE_HELP)
    first_run = forms.SplitDateTimeField(
        label=_("First run"),
        required=False,
        help_text=_("Day and time on the utility's clock. The later ones follow from it."),
        widget=forms.SplitDateTimeWidget(
            date_attrs=DAY_OF_FIRST_RUN,
            time_attrs=TIME_OF_FIRST_RUN,
            date_format="%Y-%m-%d",
            time_format="%H:%M",
        ),
    )

    class Meta:
        model = NotificationType
        fields: ClassVar = [
            "name", "purpose", "channels", "frequency", "first_run", "auto_process", "active",
            *ENGLISH, *SPANISH,
        ]  # fmt: skip
        labels: ClassVar[dict[str, Any]] = {
            **LABELS,
            "active": _("In use"),
            "auto_process": _("Process it by itself where every row of the file is good"),
        }
        widgets: ClassVar = MessageForm.Meta.widgets
        help_texts: ClassVar = MessageForm.Meta.help_texts

    @property
    def about(self) -> list[forms.BoundField]:
        return [self[name] for name in ("name", "purpose", "channels")]

    @property
    def timing(self) -> list[forms.BoundField]:
        return [self[name] for name in ("frequency", "auto_process", "active")]
