"""Whom a bulk enrollment is for: the criteria as people fill them in, and a list of accounts."""

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from alerts.enrollment import Criteria, read_accounts
from alerts.models import AlertType
from billing.choices import PaymentMethod
from common.choices import Channel
from common.headings import Field, match_headings
from common.spreadsheets import Limits, SpreadsheetError, open_sheet
from customers.choices import RecurringPayment

# What the page carries from the dry run to the real one, within DATA_UPLOAD_MAX_MEMORY_SIZE.
MOST_ACCOUNTS = 50_000
_LIMITS = Limits(max_bytes=10 * 1024 * 1024, max_rows=MOST_ACCOUNTS)
_RECURRING = [choice for choice in RecurringPayment.choices if choice[0] != RecurringPayment.NONE]


def _several(label: Any, choices: Any, help_text: Any = "") -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        choices=choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=help_text,
    )


class EnrollmentForm(forms.Form):
    type = forms.ModelChoiceField(
        label=gettext_lazy("Alert"),
        queryset=AlertType.objects.filter(enabled=True),
        empty_label=gettext_lazy("Choose an alert"),
    )
    channels = forms.MultipleChoiceField(
        label=gettext_lazy("Turn it on for"),
        choices=Channel.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one channel.")},
    )
    recurring_payments = _several(gettext_lazy("Recurring payment by"), _RECURRING)
    payment_methods = _several(gettext_lazy("Paid in the last 90 days by"), PaymentMethod.choices)
    cycles = forms.CharField(
        label=gettext_lazy("Billing cycles"),
        required=False,
        max_length=400,
        help_text=gettext_lazy("Separated by commas: 03, 04, 11"),
    )
    key_accounts = forms.ChoiceField(
        label=gettext_lazy("Class"),
        required=False,
        choices=[
            ("", gettext_lazy("Everybody")),
            ("yes", gettext_lazy("Key accounts alone")),
            ("no", gettext_lazy("All but key accounts")),
        ],
    )
    accounts = forms.CharField(
        label=gettext_lazy("Accounts"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("One on each line, as 162033-001 or 162033001."),
    )
    file = forms.FileField(
        label=gettext_lazy("Or a file with a column of accounts"),
        required=False,
        help_text=gettext_lazy("CSV, Excel or OpenDocument. It takes the place of the list above."),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx,.xlsm,.xls,.ods"}),
    )

    @property
    def what(self) -> list[forms.BoundField]:
        return [self["type"], self["channels"]]

    @property
    def whom(self) -> list[forms.BoundField]:
        names = ("recurring_payments", "payment_methods", "cycles", "key_accounts", "accounts")
        return [*(self[name] for name in names), self["file"]]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        file = data.get("file")
        if file is not None:
            try:
                data["accounts"] = "\n".join(_accounts_of(file))
            except SpreadsheetError as error:
                self.add_error("file", str(error))
                return data
            # The next request, which does it, carries the list and not the file.
            carried = QueryDict(mutable=True)
            carried.update(self.data)
            carried["accounts"] = data["accounts"]
            self.data = carried
        keys, bad = read_accounts(data.get("accounts", "").splitlines())
        if bad:
            self.add_error(
                "accounts",
                ngettext(
                    "%(n)d line is no account number. Correct it or take it out.",
                    "%(n)d lines are no account numbers. Correct them or take them out.",
                    bad,
                )
                % {"n": bad},
            )
        if len(keys) > MOST_ACCOUNTS:
            self.add_error(
                "accounts",
                _("At most %(most)s accounts at once. Split the list.")
                % {"most": f"{MOST_ACCOUNTS:,}"},
            )
        data["keys"] = keys
        return data

    def chosen(self) -> tuple[AlertType, list[Channel], Criteria]:
        """Of a form that is valid."""
        data = self.cleaned_data
        key_accounts = {"yes": True, "no": False}.get(data["key_accounts"])
        given = bool(data["accounts"].strip())
        criteria = Criteria(
            recurring_payments=tuple(data["recurring_payments"]),
            payment_methods=tuple(data["payment_methods"]),
            cycles=tuple(one.strip() for one in data["cycles"].split(",") if one.strip()),
            key_accounts=key_accounts,
            accounts=tuple(data["keys"]) if given else None,
        )
        return data["type"], [Channel(one) for one in data["channels"]], criteria

    def fingerprint(self) -> str:
        """Of what is chosen: what was not looked at is not done."""
        type, channels, criteria = self.chosen()
        text = json.dumps([type.pk, sorted(channels), asdict(criteria)], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def _accounts_of(file: "UploadedFile[Any]") -> list[str]:
    """The cells of the column of accounts. Raises SpreadsheetError, in words."""
    name = file.name or "file"
    with NamedTemporaryFile(suffix=Path(name).suffix[:8]) as copy:
        for chunk in file.chunks():
            copy.write(chunk)
        copy.flush()
        sheet = open_sheet(copy.name, limits=_LIMITS)
        found = [
            at for at, field in match_headings(sheet.headings).items() if field is Field.ACCOUNT
        ]
        if not found and len(sheet.headings) == 1:
            found = [0]
        if not found:
            raise SpreadsheetError(
                _("No column of this file is called Account. It has: %(names)s.")
                % {"names": ", ".join(sheet.headings)}
            )
        return [cells[found[0]].strip() for _row, cells in sheet.rows() if cells[found[0]].strip()]
