"""Unclear replies, oldest first, and all that members texted to us."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from common.phones import display_phone
from console.access import requires
from console.mass_notifications.shared import person
from delivery.as_sent import outgoing_of
from delivery.models import Message
from delivery.providers.base import ProviderError
from delivery.replies.choices import ReplyKind, Review
from delivery.replies.models import InboundText
from delivery.replies.reviews import (
    AlreadyDecidedError,
    decide_not_a_stop,
    decide_stop,
    waiting,
)
from delivery.replies.selectors import last_messages_to
from delivery.words import render_text, render_voice

SEE = "delivery_replies.view_inboundtext"
DECIDE = "delivery_replies.review_inboundtext"
_A_PAGE = 10
_ALL_A_PAGE = 50


class DecisionForm(forms.Form):
    """What the member said to us; it goes into the consent ledger with the decision."""

    words = forms.CharField(
        label=gettext_lazy("How do you know?"),
        max_length=200,
        required=False,
        help_text=gettext_lazy(
            "What the member said to you, or why their text can mean only this. It is kept with "
            "the consent, with your name and the time. Needed to lift the stop."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


@requires(SEE)
@require_GET
def unclear(request: HttpRequest) -> HttpResponse:
    return _queue(request)


@requires(SEE)
@require_GET
def everything(request: HttpRequest) -> HttpResponse:
    kind = request.GET.get("kind", "")
    texts = InboundText.objects.prefetch_related("customers").order_by("-id")
    if kind in ReplyKind.values:
        texts = texts.filter(kind=kind)
    page = Paginator(texts, _ALL_A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "console/replies/all.html",
        {
            "page": page,
            "rows": [
                {"text": text, "number": display_phone(text.number), "members": _members(text)}
                for text in page
            ],
            "kinds": ReplyKind.choices,
            "kind": kind,
            "part_tabs": _tabs("all"),
        },
    )


@requires(DECIDE)
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    text = get_object_or_404(InboundText, pk=pk)
    form = DecisionForm(request.POST, prefix=str(text.pk))
    if not form.is_valid():
        return _queue(request, refused=form, refused_pk=pk)
    words, by = form.cleaned_data["words"].strip(), person(request)
    number = display_phone(text.number)
    try:
        if request.POST.get("decision") == "stop":
            decide_stop(text=text, by=by, words=words)
            messages.success(request, _("%(number)s stays off.") % {"number": number})
        elif request.POST.get("decision") == "lift":
            if not words:
                form.add_error("words", _("Say how you know: lifting a stop needs a reason."))
                return _queue(request, refused=form, refused_pk=pk)
            if decide_not_a_stop(text=text, by=by, words=words):
                messages.success(
                    request,
                    _(
                        "%(number)s gets our messages again. "
                        "What was left out meanwhile is not sent."
                    )
                    % {"number": number},
                )
            else:
                messages.warning(
                    request,
                    _("Decided, but %(number)s stays off: it was turned off in another way, too.")
                    % {"number": number},
                )
        else:
            form.add_error(None, _("Choose one of the two buttons."))
            return _queue(request, refused=form, refused_pk=pk)
    except AlreadyDecidedError as already:
        messages.warning(request, str(already))
    return redirect("console:replies")


def _queue(
    request: HttpRequest, *, refused: DecisionForm | None = None, refused_pk: int = 0
) -> HttpResponse:
    page = Paginator(waiting().prefetch_related("customers__accounts"), _A_PAGE).get_page(
        request.GET.get("page")
    )
    return render(
        request,
        "console/replies/unclear.html",
        {
            "page": page,
            "cards": [
                {
                    "text": text,
                    "number": display_phone(text.number),
                    "members": _members(text),
                    "sent": [
                        (message, _words(message)) for message in last_messages_to(text.number)
                    ],
                    "form": refused
                    if refused is not None and text.pk == refused_pk
                    else DecisionForm(prefix=str(text.pk)),
                }
                for text in page
            ],
            "may_decide": request.user.has_perm(DECIDE),
            "part_tabs": _tabs("unclear"),
        },
        status=422 if refused is not None else 200,
    )


def _members(text: InboundText) -> list[dict[str, Any]]:
    """Who held the number when the text came."""
    return [
        {"name": member.name, "href": reverse("console:customer", args=[member.number])}
        for member in text.customers.all()
    ]


def _words(message: Message) -> str:
    """As it was sent; where it could not be, the reason for that."""
    try:
        if message.channel == "voice":
            return " ".join(render_voice(outgoing_of(message)).lines)
        return render_text(outgoing_of(message))
    except ProviderError as error:
        return str(error)


def _tabs(here: str) -> list[dict[str, Any]]:
    return [
        {
            "href": reverse("console:replies"),
            "label": _("Unclear"),
            "icon": "question",
            "count": InboundText.objects.filter(review=Review.WAITING).count(),
            "here": here == "unclear",
        },
        {
            "href": reverse("console:replies_all"),
            "label": _("All replies"),
            "icon": "list",
            "count": None,
            "here": here == "all",
        },
    ]
