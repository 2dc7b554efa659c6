"""Alert types: which there are, on or off, and everything about one but its words."""

from typing import Any

from django.contrib import messages
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from alerts.models import AlertType, AlertWording, Subscription
from alerts.types import type_save, type_switch
from billing.models import BillCopies
from common.choices import Language
from console.access import requires
from console.alerts.forms import NewTypeForm, TypeForm
from console.alerts.shared import ADD, CHANGE, VIEW, find_type
from console.mass_notifications.shared import take_over

_COUNTS_FOR = 60  # seconds; counting reads every subscription
_ANY = Q(text=True) | Q(email=True) | Q(voice=True) | Q(push=True)


@requires(VIEW)
@require_GET
def alert_types(request: HttpRequest) -> HttpResponse:
    counts = _subscribed()
    versions: dict[int, dict[str, int]] = {}
    for wording in AlertWording.objects.filter(is_current=True):
        versions.setdefault(wording.type_id, {})[wording.language] = wording.version
    lines = [
        {
            "type": type,
            "subscribed": counts.get(type.pk, 0),
            "versions": [
                (Language(language).label, version)
                for language, version in sorted(versions.get(type.pk, {}).items())
            ],
            "has_words": Language.ENGLISH in versions.get(type.pk, {}),
        }
        for type in AlertType.objects.all()
    ]
    return render(
        request,
        "console/alerts/types.html",
        {
            "lines": lines,
            "may_add": request.user.has_perm(ADD),
            "may_change": request.user.has_perm(CHANGE),
        },
    )


@requires(ADD)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    type = AlertType()
    form = NewTypeForm(request.POST or None, instance=type)
    if request.method == "POST" and form.is_valid():
        try:
            type_save(type=type)
        except ValidationError as error:
            take_over(form, error)
        else:
            messages.success(
                request,
                _("“%(name)s” is made, and off. Write its words, then turn it on.")
                % {"name": type.local_name},
            )
            return redirect("console:alert_words", type.pk, Language.ENGLISH)
    return render(request, "console/alerts/type_new.html", {"form": form})


@requires(CHANGE)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    type = find_type(pk)
    name = type.name
    form = TypeForm(request.POST or None, instance=type)
    if request.method == "POST" and form.is_valid():
        try:
            type_save(type=type)
        except ValidationError as error:
            take_over(form, error)
        else:
            messages.success(request, _("“%(name)s” is saved.") % {"name": type.local_name})
            return redirect("console:alert_type", type.pk)
    return render(
        request,
        "console/alerts/type.html",
        {"form": form, "type": type, "name": name, **sections_of(type, "settings")},
    )


@requires(CHANGE)
@require_POST
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    on = request.POST.get("on") == "1"
    with transaction.atomic():
        type = find_type(pk)
        if on and not type.wordings.filter(language=Language.ENGLISH, is_current=True).exists():
            messages.error(request, _("It has no English words yet. Write them, then turn it on."))
            return redirect("console:alert_words", type.pk, Language.ENGLISH)
        type_switch(type=type, on=on)
    words = (
        _("“%(name)s” is on.")
        if on
        else _("“%(name)s” is off. What waits to be sent waits until it is on again.")
    )
    messages.success(request, words % {"name": type.local_name})
    return redirect("console:alert_type", type.pk)


def sections_of(type: AlertType, here: str) -> dict[str, Any]:
    """The pages of one type, as tabs."""
    pages = [
        ("settings", _("Settings"), reverse("console:alert_type", args=[type.pk]), "gear"),
        *(
            (
                language.value,
                _("Words in %(language)s") % {"language": language.label},
                reverse("console:alert_words", args=[type.pk, language.value]),
                "pencil",
            )
            for language in Language
        ),
    ]
    return {
        "part_tabs": [
            {"href": href, "label": label, "icon": icon, "here": key == here, "count": None}
            for key, label, href, icon in pages
        ]
    }


def _subscribed() -> dict[int, int]:
    """Accounts that chose at least one channel of a type, by type."""
    found: dict[int, int] | None = cache.get("alerts.subscribed")
    if found is None:
        found = dict(
            Subscription.objects.filter(_ANY)
            .values_list("type_id")
            .annotate(n=Count("id"))
            .values_list("type_id", "n")
        )
        emailed = BillCopies.objects.filter(Q(email_1=True) | Q(email_2=True))
        for type in AlertType.objects.filter(is_ebill=True):
            otherwise = Subscription.objects.filter(_ANY, type=type).exclude(
                account__in=emailed.values("account")
            )
            found[type.pk] = emailed.count() + otherwise.count()
        cache.set("alerts.subscribed", found, _COUNTS_FOR)
    return found
