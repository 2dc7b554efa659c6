"""Email 1 and Email 2: 40 characters each, refused in words beyond that, never cut (RULES 22)."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models

from common.emails import LONGEST_EMAIL, read_email

if TYPE_CHECKING:
    Base = models.EmailField[str, str]
else:
    Base = models.EmailField


class ContactEmailField(Base):
    """An address as `common.emails` reads it: its domain in lower case, its faults in words."""

    # Syntax and length are judged in to_python, by one function and in one sentence.
    default_validators: list[Any] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", LONGEST_EMAIL)
        super().__init__(*args, **kwargs)

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        return super().clean(_read(value), model_instance)

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(
            **{"form_class": ContactEmailFormField, **kwargs, "max_length": None}
        )


class ContactEmailFormField(forms.EmailField):
    """Without the HTML attribute `maxlength`: a browser cuts what is pasted, and says nothing."""

    default_validators: list[Any] = []

    def to_python(self, value: Any) -> Any:
        return _read(super().to_python(value))


def _read(value: Any) -> str:
    result = read_email(str(value or ""))
    if result.problem:
        raise ValidationError(result.problem, code="email")
    return result.address
