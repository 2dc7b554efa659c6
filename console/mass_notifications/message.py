"""Writing the message: words, placeholders, other words for texts and calls, Spanish."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from console.access import requires
from console.mass_notifications.forms import SPANISH, MessageForm
from console.mass_notifications.preview import preview_context
from console.mass_notifications.shared import CHANGE, RESULTS, deck_url, do, find, take_over
from mass_notifications import drafts, selectors
from mass_notifications.choices import EDITABLE
from mass_notifications.errors import Refused


@requires(CHANGE)
@require_http_methods(["GET", "POST"])
def write(request: HttpRequest, pk: int) -> HttpResponse:
    notification = find(pk)
    if notification.state not in EDITABLE:
        messages.error(request, _("The words can't be changed any more; members may have them."))
        return redirect(deck_url(notification))
    form = MessageForm(request.POST or None, instance=find(pk))
    if request.method == "POST" and form.is_valid():
        try:
            drafts.notification_update(notification=notification, changes=form.cleaned_data)
        except (Refused, ValidationError) as error:
            take_over(form, error)
        else:
            messages.success(request, _("The message is saved."))
            return redirect(deck_url(notification))
    summary = selectors.summary_of(notification)
    context = {
        "notification": notification,
        "form": form,
        "words": selectors.placeholders_of(notification),
        "missing": selectors.missing(notification),
        "spanish_open": any(form[name].value() for name in SPANISH),
        "spanish": [form[name] for name in SPANISH],
        "spanish_speakers": summary.languages.get("es", 0) if summary else 0,
        "writing": True,
    }
    if summary and summary.reached and request.user.has_perm(RESULTS):
        context |= preview_context(request, notification, summary)
    return render(request, "console/mass_notifications/message.html", context)


@requires(CHANGE)
@require_POST
def plain(request: HttpRequest, pk: int) -> HttpResponse:
    """ "Use a plain one": the characters that make every text dearer (RULES 13)."""
    notification = find(pk)

    def change() -> str:
        drafts.plain_quotes(notification=notification)
        return _("The plain characters are in the text message now.")

    return do(request, notification, change)
