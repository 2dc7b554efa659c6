"""The rail: which pages there are, and who sees which."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from alerts.person_tasks import open_tasks
from delivery.replies.reviews import waiting as unclear_replies


@dataclass(frozen=True)
class Entry:
    words: str | Promise
    icon: str
    url_name: str
    permission: str
    # How many wait there for a person.
    count: Callable[[], int] | None = None


@dataclass(frozen=True)
class Section:
    title: str | Promise
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Link:
    words: str | Promise
    icon: str
    href: str
    here: bool
    count: int = 0


@dataclass(frozen=True)
class LinkedSection:
    title: str | Promise
    links: list[Link]


READ_MASS = "mass_notifications.view_massnotification"

SECTIONS = (
    Section(
        _("Members"),
        (
            Entry(_("Find a member"), "search", "console:customers", "customers.view_customer"),
            Entry(
                _("Alerts of an account"),
                "user",
                "console:find_account",
                "alerts.view_subscription",
            ),
            Entry(_("Bills"), "money", "console:bills", "billing.view_bill"),
            Entry(
                _("Replies"),
                "text",
                "console:replies",
                "delivery_replies.view_inboundtext",
                lambda: unclear_replies().count(),
            ),
            Entry(_("Bad addresses"), "warn", "console:bad_addresses", "customers.view_customer"),
            Entry(
                _("Members to call"),
                "voice",
                "console:alert_tasks",
                "alerts.do_alert_tasks",
                lambda: open_tasks().count(),
            ),
            Entry(_("Held messages"), "moon", "console:held", "delivery.view_message"),
            Entry(
                _("Consent ledger"),
                "lock",
                "console:consent_find",
                "customers.view_consentevent",
            ),
        ),
    ),
    Section(
        _("Control options"),
        (
            Entry(_("Mass notifications"), "megaphone", "console:mass_list", READ_MASS),
            Entry(_("Notification types"), "tag", "console:mass_types", READ_MASS),
            Entry(
                _("Approvals"),
                "check-circle",
                "console:mass_approvals",
                "mass_notifications.approve_massnotification",
            ),
            Entry(_("Alert types"), "bell", "console:alert_types", "alerts.view_alerttype"),
            Entry(
                _("Bulk enrollment"),
                "people",
                "console:alert_enrollments",
                "alerts.enroll_accounts",
            ),
            Entry(_("Files of facts"), "upload", "console:fact_files", "billing.import_facts"),
            Entry(
                _("Billing messages"),
                "text",
                "console:bill_messages",
                "billing.view_billingmessage",
            ),
        ),
    ),
    Section(
        _("Settings"),
        (
            Entry(_("Print vendor"), "file", "console:bill_exports", "billing.export_bills"),
            Entry(_("Senders and limits"), "gauge", "console:senders", "delivery.view_sender"),
            Entry(_("People"), "people", "console:people", "auth.view_user"),
            Entry(_("Sandbox"), "box", "sandbox:index", "delivery.view_sandbox"),
        ),
    ),
)


def sections_for(request: HttpRequest) -> list[LinkedSection]:
    """The sections with the pages that exist and that this person may open."""
    linked = []
    for section in SECTIONS:
        links = [link for entry in section.entries if (link := _link(entry, request))]
        if links:
            linked.append(LinkedSection(section.title, links))
    _mark_the_nearest(linked, request.path)
    return linked


def _link(entry: Entry, request: HttpRequest) -> Link | None:
    if not request.user.has_perm(entry.permission):
        return None
    try:
        href = reverse(entry.url_name)
    except NoReverseMatch:
        return None  # a room that this site does not have
    count = entry.count() if entry.count else 0
    return Link(entry.words, entry.icon, href, here=False, count=count)


def _mark_the_nearest(sections: list[LinkedSection], path: str) -> None:
    """The longest address that starts this page's is where we are."""
    everything = [link for section in sections for link in section.links]
    fitting = [link for link in everything if path.startswith(link.href)]
    if not fitting:
        return
    nearest = max(fitting, key=lambda link: len(link.href))
    for section in sections:
        section.links[:] = [
            Link(link.words, link.icon, link.href, link is nearest, link.count)
            for link in section.links
        ]
