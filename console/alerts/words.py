"""The words of an alert type in one language: writing, the preview meanwhile, the versions."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from alerts.models import AlertType, AlertWording
from alerts.rules import KINDS
from alerts.rules.values import Value
from alerts.types import Words, placeholders_of, wording_save
from common.choices import Channel, Language
from common.headings import placeholder_key
from common.text_segments import count_segments, plain
from console.access import requires
from console.alerts.forms import WordsForm
from console.alerts.sample import sample, some_account, values_for
from console.alerts.shared import CHANGE, find_account, find_type
from console.alerts.types import sections_of
from console.mass_notifications.shared import person, take_over


@requires(CHANGE)
@require_http_methods(["GET", "POST"])
def write(request: HttpRequest, pk: int, language: str) -> HttpResponse:
    type, spoken = find_type(pk), _language(language)
    form = WordsForm(request.POST or None, language=spoken, initial=_start(request, type, spoken))
    if request.method == "POST":
        if "plain" in request.POST:
            form = _with_plain_characters(request, spoken)
        elif "show" not in request.POST and form.is_valid() and _save(request, type, spoken, form):
            return redirect("console:alert_words", type.pk, spoken)
    versions = list(
        type.wordings.filter(language=spoken).select_related("created_by").order_by("-version")
    )
    return render(
        request,
        "console/alerts/words.html",
        {
            "form": form,
            "type": type,
            "language": spoken.value,
            "language_label": spoken.label,
            "versions": versions,
            "current": next((version for version in versions if version.is_current), None),
            "placeholders": _placeholders(type),
            **sections_of(type, spoken.value),
            **preview_context(request, type, spoken, form.words()),
        },
    )


@requires(CHANGE)
@require_http_methods(["GET", "POST"])
def preview(request: HttpRequest, pk: int, language: str) -> HttpResponse:
    """The card alone. A POST brings the words that are being written; nothing is saved."""
    type, spoken = find_type(pk), _language(language)
    form = WordsForm(request.POST or None, language=spoken, initial=_start(request, type, spoken))
    return render(
        request,
        "console/alerts/_words_preview.html",
        preview_context(request, type, spoken, form.words()),
    )


def preview_context(
    request: HttpRequest, type: AlertType, language: Language, words: Words
) -> dict[str, Any]:
    wanted = (request.POST.get("account") or request.GET.get("account", "")).strip()
    account = find_account(wanted) if wanted else some_account(type)
    offered = [channel for channel in Channel if channel.value in type.channels]
    asked = request.GET.get("channel") or request.POST.get("channel", "")
    channel = next((one for one in offered if one.value == asked), offered[0])
    values, has_fact = values_for(type, account, language)
    shown = sample(
        type=type, words=words, language=language, channel=channel, values=values, account=account
    )
    page = reverse("console:alert_words", args=[type.pk, language])
    live = reverse("console:alert_words_preview", args=[type.pk, language])
    return {
        "type": type,
        "language": language.value,
        "preview_url": live,
        "preview_account": account,
        "preview_not_found": wanted if wanted and account is None else "",
        "preview_wanted": wanted,
        "preview_has_fact": has_fact,
        "preview_channel": channel.value,
        "preview_tabs": [
            {
                "href": f"{page}?channel={one.value}#preview",
                "live": f"{live}?channel={one.value}",
                "label": one.label,
                "icon": one.value,
                "here": one is channel,
            }
            for one in offered
        ],
        "shown": shown,
        "dear": count_segments(words.text_body or words.body).culprits
        if channel is Channel.TEXT
        else (),
    }


def _placeholders(type: AlertType) -> list[tuple[str, Value]]:
    """As people write them: `due_date` for the key `duedate`."""
    written = (*KINDS[type.fact_kind].values, "first_name", "service_address")
    names = {placeholder_key(name): name for name in written}
    return [(names.get(key, key), value) for key, value in placeholders_of(type.fact_kind).items()]


def _language(language: str) -> Language:
    if language not in Language.values:
        raise Http404
    return Language(language)


def _start(request: HttpRequest, type: AlertType, language: Language) -> dict[str, str]:
    """The current words, or those of the version that was asked for; else the English ones."""
    versions = type.wordings.filter(language=language)
    asked = request.GET.get("version", "")
    chosen: AlertWording | None = None
    if asked.isascii() and asked.isdigit():
        chosen = versions.filter(version=int(asked[:9])).first()
    chosen = chosen or versions.filter(is_current=True).first()
    if chosen is None:
        return {}
    return {name: getattr(chosen, name) for name in ("subject", "body", "text_body", "voice_body")}


def _with_plain_characters(request: HttpRequest, language: Language) -> WordsForm:
    """ "Use plain ones": the characters that make every text dearer (RULES 13)."""
    data = request.POST.copy()
    name = "text_body" if data.get("text_body", "").strip() else "body"
    data[name] = plain(data.get(name, ""))
    return WordsForm(data, language=language)


def _save(request: HttpRequest, type: AlertType, language: Language, form: WordsForm) -> bool:
    before = type.wordings.filter(language=language, is_current=True).first()
    try:
        wording = wording_save(type=type, language=language, words=form.words(), by=person(request))
    except ValidationError as error:
        take_over(form, error)
        return False
    if before is not None and before.pk == wording.pk:
        messages.info(request, _("Nothing was changed, so no new version was made."))
    else:
        messages.success(
            request,
            _("Version %(number)d is in use from now on.") % {"number": wording.version},
        )
    return True
