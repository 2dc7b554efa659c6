"""The console's own pages: where it starts, and the page that shows every component."""

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from common.choices import Channel
from common.templatetags.components import BarPart
from console.access import requires
from console.navigation import READ_MASS, sections_for

_SEND = (
    "mass_notifications.change_massnotification",
    "mass_notifications.approve_massnotification",
)


@requires(READ_MASS, "customers.view_customer", "auth.view_user")
def home(request: HttpRequest) -> HttpResponse:
    """Who writes or approves sendings starts there; others with the rail's first page of theirs."""
    if any(request.user.has_perm(permission) for permission in _SEND):
        return redirect("console:mass_list")
    return redirect(sections_for(request)[0].links[0].href)


class SampleForm(forms.Form):
    name = forms.CharField(label="Name", help_text="What the list shows.")
    email = forms.EmailField(label="Email", required=False)
    words = forms.CharField(label="Body", widget=forms.Textarea, required=False)
    kind = forms.ChoiceField(label="Kind", choices=[("a", "Once"), ("b", "Weekly")])
    channels = forms.MultipleChoiceField(
        label="Channels", choices=Channel.choices, widget=forms.CheckboxSelectMultiple
    )
    good = forms.BooleanField(label="Send the good rows", required=False)


@requires(READ_MASS)
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component once, for those who build pages."""
    parts = [
        BarPart("ok", 4981, _("will be reached")),
        BarPart("none", 198, _("left out")),
        BarPart("warn", 35, _("with a problem")),
    ]
    lane = [
        BarPart("ok", 620, _("delivered")),
        BarPart("wait", 210, _("on their way")),
        BarPart("bad", 12, _("failed")),
    ]
    return render(
        request,
        "console/styleguide.html",
        {
            "parts": parts,
            "lane": lane,
            "blank": SampleForm(),
            "wrong": SampleForm({"email": "opal@exmaple"}),
            "page": Paginator(range(1, 430), 25).get_page(request.GET.get("page", 4)),
            "tab_items": [
                {"href": "#a", "label": _("Email"), "icon": "email", "count": 4302, "here": True},
                {"href": "#b", "label": _("Text"), "icon": "text", "count": 3877},
                {"href": "#c", "label": _("Voice"), "icon": "voice", "count": 0},
            ],
            "icons": [
                "search email text voice push bell megaphone check check-circle warn x x-circle",
                "stop info question file table upload download play pause retry clock calendar",
                "moon user people bolt home flag list chart gear tag eye left right up down sort",
                "menu plus pencil trash columns copy lock key door globe money send box gauge",
            ],
            "tones": [
                ("ok", "check", _("Delivered")),
                ("info", "play", _("Sending")),
                ("warn", "clock", _("Waiting")),
                ("bad", "x", _("Bounced")),
                ("", "pencil", _("Draft")),
            ],
        },
    )
