"""/sandbox/: what was received, word for word, and what the sandbox is told to do."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.access import requires
from common.choices import Channel
from common.csp import FRAMED_MAIL, content_security_policy
from common.text_segments import count_segments
from delivery.calls.keys import AGAIN_KEY, STOP_KEY, Answer, press_key
from delivery.calls.models import Ending
from delivery.choices import Status
from delivery.models import Message
from delivery.providers import is_sandbox
from delivery.providers.sandbox.inbox import counts, newest, sandbox_clear
from delivery.providers.sandbox.magic import BEGINNINGS, CALLED_NUMBERS, NUMBERS
from delivery.providers.sandbox.models import SandboxBehaviour, SandboxMessage

LOOK = "delivery.view_sandbox"
_TONES = {
    Status.SENT: ("ok", "send"),
    Status.DELIVERED: ("ok", "check"),
    Status.OPENED: ("ok", "eye"),
    Status.FAILED: ("bad", "x"),
    Status.BOUNCED: ("bad", "x"),
    Status.UNKNOWN: ("warn", "question"),
}


class BehaviourForm(forms.ModelForm[SandboxBehaviour]):
    class Meta:
        model = SandboxBehaviour
        fields = (
            "down",
            "fail_percent",
            "fail_kind",
            "delay_ms",
            "callback",
            "callback_seconds",
        )


@requires(LOOK)
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """A channel's messages. A search is posted, so that no address gets into a log of URLs."""
    asked = request.POST if request.method == "POST" else request.GET
    sizes = counts()
    channel = _channel(asked.get("channel", "")) or _first_used(sizes)
    words = request.POST.get("words", "").replace("\x00", "").strip()[:254]
    before = asked.get("before", "")
    position = int(before) if before.isascii() and before.isdecimal() and len(before) < 19 else None
    here = reverse("sandbox:index")
    context: dict[str, Any] = {
        "channel": channel,
        "words": words,
        "slice": newest(channel, words=words, before=position),
        "is_newest": position is None,
        "is_live": position is None and not words,
        "is_in_use": is_sandbox(channel),
        "total": sum(sizes.values()),
        "behaviour": SandboxBehaviour.of(channel),
        "tabs": [
            {
                "href": f"{here}?channel={one}",
                "label": one.label,
                "icon": str(one),
                "count": sizes[one],
                "here": one == channel,
                "id": f"tab-{one}",
            }
            for one in Channel
        ],
    }
    return render(request, "sandbox/index.html", context)


@requires(LOOK)
@require_safe
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """A message as its recipient got it."""
    found = get_object_or_404(SandboxMessage, pk=pk)
    message = _message_of(found)
    tone, drawing = _TONES.get(Status(message.status), ("", "clock")) if message else ("", "")
    context = {
        "found": found,
        "message": message,
        "tone": tone,
        "icon": drawing,
        "segments": count_segments(found.text) if found.channel == Channel.TEXT else None,
        "call": _call(found),
        "may_press": found.channel == Channel.VOICE and message is not None,
        "headers": [line.partition(": ")[::2] for line in _unfolded(found.headers)],
        "newer": _neighbor(found, newer=True),
        "older": _neighbor(found, newer=False),
    }
    return render(request, "sandbox/one.html", context)


@requires(LOOK)
@content_security_policy(FRAMED_MAIL)
@require_safe
def html(request: HttpRequest, pk: int) -> HttpResponse:
    """An email's HTML part, for the frame on its page: nothing in it can act."""
    found = get_object_or_404(SandboxMessage, pk=pk, channel=Channel.EMAIL)
    return HttpResponse(found.html)


@requires(LOOK)
@require_http_methods(["GET", "HEAD", "POST"])
def behaviour(request: HttpRequest, channel: str) -> HttpResponse:
    """What the sandbox does with a channel's messages from now on."""
    chosen = _channel(channel)
    if chosen is None:
        return redirect("sandbox:index")
    form = BehaviourForm(request.POST or None, instance=SandboxBehaviour.of(chosen))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved. It counts from the next message on."))
        return HttpResponseRedirect(f"{reverse('sandbox:index')}?channel={chosen}")
    numbers = {**NUMBERS, **CALLED_NUMBERS} if chosen == Channel.VOICE else NUMBERS
    context = {"form": form, "channel": chosen, "beginnings": BEGINNINGS, "numbers": numbers}
    return render(request, "sandbox/behaviour.html", context)


@requires(LOOK)
@require_http_methods(["GET", "HEAD", "POST"])
def clear(request: HttpRequest) -> HttpResponse:
    """Forget everything that was received, once the person has said so twice."""
    if request.method != "POST":
        return render(request, "sandbox/clear.html", {"total": sum(counts().values())})
    sandbox_clear()
    messages.success(request, _("The sandbox is empty."))
    return redirect("sandbox:index")


@requires(LOOK)
@require_POST
def press(request: HttpRequest, pk: int) -> HttpResponse:
    """A key pressed in a call, as the person who was called would."""
    found = get_object_or_404(SandboxMessage, pk=pk, channel=Channel.VOICE)
    message = _message_of(found)
    digits = request.POST.get("digits", "")
    if message is not None and digits in (STOP_KEY, AGAIN_KEY):
        with transaction.atomic():
            after = press_key(message=message, digits=digits, heard=1)
        if after.answer is Answer.STOPPED:
            messages.success(request, after.words)
        else:
            messages.info(request, _("The call says its message again."))
    return redirect("sandbox:one", pk)


def _message_of(found: SandboxMessage) -> Message | None:
    """A later call of a message has a key of its own."""
    rows = Message.objects.select_related("content", "customer").filter(pk=found.message_id)
    if found.channel == Channel.VOICE:
        return rows.filter(channel=Channel.VOICE, address=found.address).first()
    return rows.filter(key=found.key).first()


def _call(found: SandboxMessage) -> dict[str, str] | None:
    """Which call of its message it was, and how it ended."""
    if found.channel != Channel.VOICE:
        return None
    told = dict(line.split(": ", 1) for line in found.headers.splitlines() if ": " in line)
    ended = told.get("Ended", "")
    label = str(Ending(ended).label) if ended in Ending.values else ""
    return {"number": told.get("Call", "1"), "ended": label}


def _channel(value: str) -> Channel | None:
    return Channel(value) if value in Channel.values else None


def _first_used(sizes: dict[str, int]) -> Channel:
    return next((channel for channel in Channel if sizes[channel]), Channel.EMAIL)


def _neighbor(found: SandboxMessage, *, newer: bool) -> int | None:
    rows = SandboxMessage.objects.filter(channel=found.channel)
    rows = (
        rows.filter(pk__gt=found.pk).order_by("pk")
        if newer
        else rows.filter(pk__lt=found.pk).order_by("-pk")
    )
    return rows.values_list("pk", flat=True).first()


def _unfolded(headers: str) -> list[str]:
    """One header a line (RFC 5322 folds long ones)."""
    return headers.replace("\n ", " ").replace("\n\t", " ").splitlines()
