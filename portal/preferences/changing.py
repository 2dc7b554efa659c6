"""Stop and start, with the words that the person saw, for the ledger."""

from collections.abc import Collection, Sequence

from django.utils.translation import gettext as _

from delivery.models import Message
from delivery.unsubscribing import begin_lists, end_lists, list_of_mail
from portal.preferences.rows import Row, Section


def stop(message: Message, *, rows: Sequence[Row], button: str) -> list[str]:
    """Returns the lists that were not stopped before."""
    return end_lists(message, words={row.list: pressed(row, button) for row in rows})


def start(
    message: Message, *, rows: Sequence[Row], button: str, everything: Collection[Row]
) -> list[str]:
    return begin_lists(
        message,
        words={row.list: pressed(row, button) for row in rows},
        known=[row.list for row in everything],
    )


def pressed(row: Row, button: str) -> str:
    """“Newsletter: Stop these”, as the page said it."""
    return _("On the page “%(page)s”, beside “%(name)s”: “%(button)s”") % {
        "page": _("What we send to this address"),
        "name": row.name,
        "button": button,
    }


def one_click(message: Message, sections: Sequence[Section]) -> bool:
    """RFC 8058: the reader's mail program ends this list alone. False where it can't be ended."""
    name = list_of_mail(message)
    if not name:
        return False
    names = [row.name for section in sections for row in section.rows if row.list == name]
    words = _("“Unsubscribe” in the mail program, at the mail “%(subject)s” (%(list)s)") % {
        "subject": message.content.subject,
        "list": names[0] if names else name,
    }
    end_lists(message, words={name: words})
    return True
