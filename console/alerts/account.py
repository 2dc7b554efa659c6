"""An account's Alerts & Reminders, set by staff on the member's behalf."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods

from alerts.contact_changes import contacts_of
from alerts.models import MOST_DAYS_BEFORE
from alerts.subscriptions import Line, Options, number_for, subscription_set, table_of
from alerts.verification.double_opt_in import is_waiting
from billing.choices import Kind
from billing.ebills.copies import copies_of
from common.choices import Channel
from common.clock import now
from console.access import requires
from console.alerts.shared import (
    CHANGE_CHOICES,
    COPIES,
    SEE_CHOICES,
    TABLE_ORDER,
    TELL,
    find_account,
)
from console.customers.shared import SEE as SEE_CUSTOMER
from console.mass_notifications.shared import person
from customers.choices import ConsentSource, EmailSlot, NumberSlot
from customers.models import Account
from customers.quiet_hours import hours_words, own_hours_of

MESSAGES = "delivery.view_message"
CHANGE_CUSTOMER = "customers.change_customer"


class HowForm(forms.Form):
    """How the member told us; it goes into the consent ledger."""

    how = forms.ChoiceField(
        label=gettext_lazy("How did the member tell us?"),
        choices=[
            ("phone", gettext_lazy("On the phone")),
            ("counter", gettext_lazy("At the counter")),
            ("writing", gettext_lazy("In writing")),
        ],
        help_text=gettext_lazy("It is kept with the consent, with your name and the time."),
    )


class LineForm(forms.Form):
    """One line of the table."""

    channels = forms.MultipleChoiceField(choices=Channel.choices, required=False)
    days_before = forms.IntegerField(min_value=1, max_value=MOST_DAYS_BEFORE, required=False)
    threshold_kwh = forms.IntegerField(min_value=1, max_value=100_000, required=False)
    threshold_percent = forms.IntegerField(min_value=1, max_value=100_000, required=False)

    def __init__(self, line: Line, data: Any) -> None:
        super().__init__(data, prefix=line.type.key)
        self.line = line
        self.was = (set(line.on), line.options)

    @property
    def asks_days(self) -> bool:
        return self.line.type.member_chooses_days

    @property
    def asks_thresholds(self) -> bool:
        return self.line.type.fact_kind == Kind.USAGE_READ

    @property
    def cells(self) -> list[dict[str, Any]]:
        on = self._typed_channels() if self.is_bound else set(self.line.on)
        return [
            {
                "channel": channel,
                "name": self.add_prefix("channels"),
                "offered": channel.value in self.line.type.channels,
                "on": channel in on,
                "fixed": channel in self.line.fixed,
                "by_copies": self.line.by_copies and channel is Channel.EMAIL,
            }
            for channel in TABLE_ORDER
        ]

    def shown(self, name: str) -> Any:
        return self[name].value() if self.is_bound else getattr(self.line.options, name)

    @property
    def days_shown(self) -> Any:
        return self.shown("days_before") or self.line.days_before or ""

    @property
    def kwh_shown(self) -> Any:
        return self.shown("threshold_kwh") or ""

    @property
    def percent_shown(self) -> Any:
        return self.shown("threshold_percent") or ""

    @property
    def problems(self) -> list[str]:
        return [str(words) for found in self.errors.values() for words in found]

    def chosen(self) -> tuple[set[Channel], Options]:
        """Of a form that is valid. Days that are the type's own stay the type's."""
        data = self.cleaned_data
        channels = {Channel(one) for one in data["channels"]} | set(self.line.fixed)
        days = data["days_before"] if self.asks_days else None
        if self.line.options.days_before is None and days == self.line.type.days:
            days = None
        thresholds = self.asks_thresholds
        return channels, Options(
            days_before=days,
            threshold_kwh=data["threshold_kwh"] if thresholds else None,
            threshold_percent=data["threshold_percent"] if thresholds else None,
        )

    def _typed_channels(self) -> set[Channel]:
        typed = self["channels"].value() or []
        return {Channel(one) for one in typed if one in Channel.values} | set(self.line.fixed)


@requires(SEE_CHOICES)
@require_GET
def find(request: HttpRequest) -> HttpResponse:
    """To an account by its number."""
    wanted = request.GET.get("account", "").strip()
    account = find_account(wanted) if wanted else None
    if account is not None:
        return redirect("console:account_alerts", account.number)
    return render(request, "console/alerts/find_account.html", {"wanted": wanted})


@requires(SEE_CHOICES)
@require_http_methods(["GET", "POST"])
def alerts(request: HttpRequest, number: str) -> HttpResponse:
    account = account_or_404(number)
    may_change = request.user.has_perm(CHANGE_CHOICES)
    how = HowForm(request.POST or None)
    lines = [LineForm(line, request.POST or None) for line in table_of(account)]
    if request.method == "POST":
        if not may_change:
            raise PermissionDenied(_("Your role does not include changing what members are told."))
        wrong = [form for form in (*lines, how) if not form.is_valid()]
        if not wrong and (saved := _save(request, account, lines, how)) is not None:
            messages.success(request, saved)
            return redirect("console:account_alerts", account.number)
    return render(
        request,
        "console/alerts/account.html",
        {
            **account_context(request, account, "alerts"),
            "lines": lines,
            "how": how,
            "channels": TABLE_ORDER,
            "may_change": may_change,
            "copies": copies_of(account),
            "may_choose_copies": request.user.has_perm(COPIES),
            "has_problems": any(line.is_bound and line.errors for line in lines),
        },
    )


def account_or_404(number: str) -> Account:
    account = find_account(number)
    if account is None:
        raise Http404
    return account


def account_context(request: HttpRequest, account: Account, here: str) -> dict[str, Any]:
    """What the pages of an account share: who it is, how to reach them, the tabs."""
    customer = account.customer
    pages = [
        ("alerts", _("Alerts & Reminders"), "console:account_alerts", "bell", SEE_CHOICES),
        ("history", _("What was sent"), "console:account_history", "list", MESSAGES),
    ]
    tabs = [
        {
            "href": reverse(url, args=[account.number]),
            "label": label,
            "icon": icon,
            "here": key == here,
            "count": None,
        }
        for key, label, url, icon, permission in pages
        if request.user.has_perm(permission)
    ]
    return {
        "account": account,
        "customer": customer,
        "part_tabs": tabs,
        "may_tell": request.user.has_perm(TELL),
        "may_see_customer": request.user.has_perm(SEE_CUSTOMER),
        # The second email and the home number are nothing that everybody has.
        "may_change_hours": request.user.has_perm(CHANGE_CUSTOMER),
        "hours": hours_words(customer),
        "has_own_hours": own_hours_of(customer) is not None,
        "reached_by": [
            contact
            for contact in contacts_of(customer, now=now())
            if contact.address or contact.slot in (EmailSlot.EMAIL_1, NumberSlot.MOBILE)
        ],
    }


def _save(
    request: HttpRequest, account: Account, lines: list[LineForm], how: HowForm
) -> str | None:
    """All lines or none; None where one was refused, with the words beside it."""
    told = dict(how.fields["how"].choices)[how.cleaned_data["how"]]  # type: ignore[attr-defined]
    changed = 0
    with transaction.atomic():
        for line in lines:
            channels, options = line.chosen()
            if (channels, options) == line.was:
                continue
            try:
                with transaction.atomic():
                    subscription_set(
                        account=account,
                        type=line.line.type,
                        channels=channels,
                        options=options,
                        source=ConsentSource.CSR,
                        taken_by=person(request),
                        words=f"{line.line.type.name}: on for account {account.number} ({told})",
                    )
            except ValidationError as error:
                line.add_error(None, error.messages)
            changed += 1
        if any(line.errors for line in lines):
            transaction.set_rollback(True)
            return None
    if not changed:
        return _("Nothing was changed.")
    if settings.SMS_DOUBLE_OPT_IN and is_waiting(number_for(account.customer, Channel.TEXT)):
        messages.info(
            request, _("The number is asked to reply YES first; its texts begin with that.")
        )
    return ngettext("One alert is changed.", "%(n)d alerts are changed.", changed) % {"n": changed}
