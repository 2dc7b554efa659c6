"""Alert types and their wording, who wants which, and how far the rules have come."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from alerts.choices import EnrollmentState, FallbackState, Timing, Trigger
from billing.choices import Kind
from common.choices import Channel, Language, Purpose
from common.sentences import translated
from customers.models import Account
from delivery.choices import Lane
from delivery.models import Batch, Content, Message

MOST_DAYS_BEFORE = 14
MOST_DAYS = 60


def _channels(**options: Any) -> Any:
    return ArrayField(
        models.CharField(max_length=5, choices=Channel.choices), default=list, **options
    )


class AlertType(models.Model):
    """What is worth telling about one kind of fact, when, and how. A new one is a row, no code.

    Kept by alerts.types; the rules read it each time, so a change counts at once.
    """

    key = models.SlugField(_("key"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    name_es = models.CharField(_("name in Spanish"), max_length=80, blank=True)
    description = models.TextField(_("description"), blank=True)
    fact_kind = models.CharField(_("fact"), max_length=20, choices=Kind.choices)
    trigger = models.CharField(_("sent"), max_length=8, choices=Trigger.choices)
    enabled = models.BooleanField(_("on"), default=True)
    channels = _channels(verbose_name=_("channels offered"))
    # Channels that are on for an account that never chose. Text and voice only where the purpose
    # rests on the number itself (RULES 1, 2).
    starts_with = _channels(verbose_name=_("a new account starts with"), blank=True)
    may_turn_off = models.BooleanField(_("the member may turn it off"), default=True)

    # Calendar: the day is the fact's date, less or plus `days`, from `hour` on by the utility's
    # own clock.
    timing = models.CharField(
        _("timing"), max_length=6, choices=Timing.choices, default=Timing.BEFORE
    )
    days = models.PositiveSmallIntegerField(
        _("days"), default=0, validators=[MaxValueValidator(MOST_DAYS)]
    )
    member_chooses_days = models.BooleanField(_("the member chooses the days"), default=False)
    hour = models.PositiveSmallIntegerField(
        _("hour of the day"), default=9, validators=[MaxValueValidator(23)]
    )
    # Before: on the last working day; after: on the next one.
    business_days_only = models.BooleanField(_("on working days only"), default=False)
    # Its days were changed: the next run looks back for what they would have sent.
    look_back = models.BooleanField(default=False)
    # An event, or a day after the fact's date, that is longer ago is no news any more.
    stale_after_days = models.PositiveSmallIntegerField(_("no news after days"), default=5)

    # High usage: what counts as high for members who set nothing.
    threshold_kwh = models.PositiveIntegerField(_("kWh a day"), null=True, blank=True)
    threshold_percent = models.PositiveIntegerField(
        _("percent above the average"), null=True, blank=True
    )

    lane = models.CharField(_("lane"), max_length=6, choices=Lane.choices, default=Lane.BULK)
    purpose = models.CharField(
        _("purpose"), max_length=16, choices=Purpose.choices, default=Purpose.ACCOUNT
    )
    # The ebill: emails go to those of Email 1 and Email 2 that have a copy of the bill
    # (billing.ebills.copies), whatever is subscribed to.
    is_ebill = models.BooleanField(_("this is the ebill"), default=False)
    # A text that can't be delivered is followed by a call, an email, a task for a person.
    fallback = models.BooleanField(_("try other ways"), default=False)
    # A corrected fact alerts anew where one of these values differs (placeholders of the kind).
    retell_on = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    # All its messages; made with the first of them.
    batch = models.OneToOneField(
        Batch, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    position = models.PositiveSmallIntegerField(default=100)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering: ClassVar = ["position", "name"]
        permissions: ClassVar = [
            ("enroll_accounts", "Turn alerts on for many accounts at once"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def local_name(self) -> str:
        """In the language in use, as far as there is one."""
        return ((get_language() or "").startswith("es") and self.name_es) or self.name

    @property
    def local_description(self) -> str:
        """The same; those of the seeded types are in the catalogue."""
        return translated(self.description)


class AlertWording(models.Model):
    """A version of a type's words in one language. Never changed: a new version follows it."""

    type = models.ForeignKey(AlertType, on_delete=models.CASCADE, related_name="wordings")
    language = models.CharField(max_length=2, choices=Language.choices)
    version = models.PositiveIntegerField()
    subject = models.CharField(max_length=255)
    body = models.TextField()
    text_body = models.TextField(blank=True)
    voice_body = models.TextField(blank=True)
    is_current = models.BooleanField(default=True)
    # What messages of this version point to.
    content = models.OneToOneField(Content, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering: ClassVar = ["type", "language", "-version"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["type", "language", "version"], name="alert_wording_version"
            ),
            models.UniqueConstraint(
                fields=["type", "language"],
                condition=models.Q(is_current=True),
                name="alert_wording_current",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.language} v{self.version}"


class Subscription(models.Model):
    """Account × alert type: the channels that are on, and the member's own options.

    An account without a row has what the type starts with.
    """

    account = models.ForeignKey(
        Account, on_delete=models.CASCADE, related_name="subscriptions", db_index=False
    )
    # The unique index serves an account's table and the rules; a type's rows are never listed.
    type = models.ForeignKey(
        AlertType, on_delete=models.CASCADE, related_name="subscriptions", db_index=False
    )
    text = models.BooleanField(_("Text"), default=False)
    email = models.BooleanField(_("Email"), default=False)
    voice = models.BooleanField(_("Voice"), default=False)
    push = models.BooleanField(_("Push"), default=False)
    # NULL: as the type says.
    days_before = models.PositiveSmallIntegerField(
        _("days before"),
        null=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_DAYS_BEFORE)],
    )
    threshold_kwh = models.PositiveIntegerField(_("kWh a day"), null=True)
    threshold_percent = models.PositiveIntegerField(_("percent above your average"), null=True)
    # When somebody last chose, so that taking back an enrollment leaves what was chosen since.
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "type"], name="subscription_once"),
            models.CheckConstraint(
                condition=models.Q(days_before__isnull=True)
                | models.Q(days_before__range=(1, MOST_DAYS_BEFORE)),
                name="subscription_days_before",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} × {self.type_id}"


class FactMark(models.Model):
    """How far the rules have read one kind of fact.

    What lies before `changed_at`, `fact_pk` is settled: nobody can tell a fact there any more. From
    there to `read_at`, `read_pk` it was read once, and is read again for what came late.
    """

    kind = models.CharField(max_length=20, choices=Kind.choices, primary_key=True)
    changed_at = models.DateTimeField()
    fact_pk = models.BigIntegerField(default=0)
    read_at = models.DateTimeField()
    read_pk = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.kind} {self.changed_at}"


class CalendarRun(models.Model):
    """One day's run of a calendar type over the accounts, step by step."""

    type = models.ForeignKey(AlertType, on_delete=models.CASCADE, related_name="runs")
    # It sends what falls on the days after `after` up to `day`.
    day = models.DateField()
    after = models.DateField()
    # What was sent so far: accounts with ids up to this one.
    through_account = models.BigIntegerField(default=0)
    queued = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-day"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["type", "day"], name="calendar_run_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.type_id} {self.day}"


class AccountList(models.Model):
    """Accounts that somebody listed, by their keys (digits)."""

    # As they were given; read with care, for there may be as many as we have accounts.
    keys = ArrayField(models.TextField())
    count = models.PositiveIntegerField()
    # How many of them are not ours.
    unknown = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    def __str__(self) -> str:
        return f"{self.pk}: {self.count}"


class ListedAccount(models.Model):
    """An account of ours on a list."""

    list = models.ForeignKey(
        AccountList, on_delete=models.CASCADE, related_name="accounts", db_index=False
    )
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+", db_index=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["list", "account"], name="listed_account_once")
        ]

    def __str__(self) -> str:
        return f"{self.list_id}: {self.account_id}"


class Enrollment(models.Model):
    """An alert type turned on for many accounts at once, and whether that was taken back."""

    type = models.ForeignKey(AlertType, on_delete=models.CASCADE, related_name="enrollments")
    channels = _channels()
    # alerts.enrollment.Criteria as JSON.
    criteria = models.JSONField()
    account_list = models.ForeignKey(
        AccountList, null=True, on_delete=models.PROTECT, related_name="enrollments"
    )
    # alerts.enrollment.Reach as JSON: whom it reached, and who was left out, why.
    reach = models.JSONField(default=dict)
    state = models.CharField(
        max_length=8, choices=EnrollmentState.choices, default=EnrollmentState.CHECKING
    )
    # What its state asks for is done for accounts with ids up to this one.
    through_account = models.BigIntegerField(default=0)
    taken_back = models.PositiveIntegerField(default=0)
    # Of the dry run, then of the turning on: the moment that its consents and choices bear.
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.type} {self.created_at}"


class EnrolledSubscription(models.Model):
    """What an enrollment turned on for one account, so that it can be taken back exactly."""

    enrollment = models.ForeignKey(
        Enrollment, on_delete=models.CASCADE, related_name="rows", db_index=False
    )
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    # The channels that it turned on, and the addresses whose consent was recorded.
    channels = _channels()
    # The account had no row before.
    is_new = models.BooleanField()
    # The subscription's changed_at before and with the enrollment.
    changed_before = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["enrollment", "account"], name="enrolled_once")
        ]

    def __str__(self) -> str:
        return f"{self.enrollment_id} {self.account_id}"


class Fallback(models.Model):
    """A text of a marked type that could not be delivered, and what was tried instead."""

    type = models.ForeignKey(AlertType, on_delete=models.CASCADE, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="fallbacks")
    # The fact's row, as in Message.cause_id.
    fact_pk = models.BigIntegerField()
    # NULL: there was no number that could be texted.
    text = models.OneToOneField(
        Message, null=True, on_delete=models.DO_NOTHING, db_constraint=False
    )
    state = models.CharField(max_length=8, choices=FallbackState.choices)
    started_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    note = models.TextField(_("note"), blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(
                fields=["state", "id"],
                name="fallback_open",
                condition=models.Q(done_at__isnull=True),
            ),
            models.Index(
                fields=["-done_at"],
                name="fallback_done",
                condition=models.Q(state=FallbackState.DONE),
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["type", "account", "fact_pk"],
                condition=models.Q(text__isnull=True),
                name="fallback_without_text_once",
            )
        ]
        permissions: ClassVar = [("do_alert_tasks", "See to members whom no alert could reach")]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.get_state_display()}"


class FallbackStep(models.Model):
    """One thing that was tried after a text, each once; it stays as history."""

    fallback = models.ForeignKey(Fallback, on_delete=models.CASCADE, related_name="steps")
    state = models.CharField(max_length=8, choices=FallbackState.choices)
    # Why it came to this, in words without an address.
    reason = models.CharField(max_length=200, blank=True)
    # The messages of this step; empty for a task.
    messages = ArrayField(models.BigIntegerField(), default=list)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["fallback", "state"], name="fallback_step_once")
        ]

    def __str__(self) -> str:
        return f"{self.fallback_id}: {self.get_state_display()}"
