"""Whom a bulk enrollment is for: the criteria as people fill them in, and a list of accounts."""

from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.models import User
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from alerts.enrollment import Criteria, account_list_make, read_accounts
from alerts.models import AccountList, AlertType, Enrollment
from billing.choices import PaymentMethod
from common.choices import Channel
from common.headings import Field, match_headings
from common.sentences import translated
from common.spreadsheets import Limits, SpreadsheetError, open_sheet
from customers.choices import RecurringPayment

MOST_ACCOUNTS = 1_000_000
# So many are shown again in the box where an enrollment is changed.
FEW_ACCOUNTS = 1_000
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
        cells, field = data.get("accounts", "").splitlines(), "accounts"
        file = data.get("file")
        if file is not None:
            field = "file"
            try:
                cells = _accounts_of(file)
            except SpreadsheetError as error:
                self.add_error("file", translated(error.message))
                return data
        keys, bad = read_accounts(cells)
        if bad:
            self.add_error(
                field,
                ngettext(
                    "%(n)d line is no account number. Correct it or take it out.",
                    "%(n)d lines are no account numbers. Correct them or take them out.",
                    bad,
                )
                % {"n": bad},
            )
        if len(keys) > MOST_ACCOUNTS:
            self.add_error(
                field,
                _("At most %(most)s accounts at once. Split the list.")
                % {"most": f"{MOST_ACCOUNTS:,}"},
            )
        data["keys"] = keys if file is not None or any(cell.strip() for cell in cells) else None
        return data

    def chosen(self, *, by: User) -> tuple[AlertType, list[Channel], Criteria]:
        """Of a form that is valid. A list of accounts is kept, for a worker to read."""
        data = self.cleaned_data
        keys = data["keys"]
        listed = None if keys is None else account_list_make(keys=keys, by=by)
        criteria = Criteria(
            recurring_payments=tuple(data["recurring_payments"]),
            payment_methods=tuple(data["payment_methods"]),
            cycles=tuple(one.strip() for one in data["cycles"].split(",") if one.strip()),
            key_accounts={"yes": True, "no": False}.get(data["key_accounts"]),
            account_list=listed.pk if listed else None,
            account_count=listed.count if listed else 0,
        )
        return data["type"], [Channel(one) for one in data["channels"]], criteria


def start_from(enrollment: Enrollment) -> dict[str, Any]:
    """What the form begins with where an enrollment is changed; a long list is not shown."""
    criteria = enrollment.criteria
    key_accounts = {True: "yes", False: "no"}.get(criteria.get("key_accounts"), "")
    few = AccountList.objects.filter(
        pk=enrollment.account_list_id or 0, count__lte=FEW_ACCOUNTS
    ).first()
    return {
        "type": enrollment.type_id,
        "channels": enrollment.channels,
        "recurring_payments": criteria["recurring_payments"],
        "payment_methods": criteria["payment_methods"],
        "cycles": ", ".join(criteria["cycles"]),
        "key_accounts": key_accounts,
        "accounts": "\n".join(few.keys) if few else "",
    }


def _accounts_of(file: "UploadedFile[Any]") -> list[str]:
    """The cells of the column of accounts. Raises SpreadsheetError, in words."""
    name = file.name or "file"
    with NamedTemporaryFile(suffix=Path(name).suffix[:8]) as copy:
        for chunk in file.chunks():
            copy.write(chunk)
        copy.flush()
        limits = Limits(max_bytes=settings.UPN_MAX_FILE_BYTES, max_rows=MOST_ACCOUNTS)
        sheet = open_sheet(copy.name, name=name, limits=limits)
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
