"""Mass notifications: their types, their files, and one row for each recipient in a file."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from common.choices import Channel, Language, Purpose
from delivery.models import Batch, Content
from mass_notifications.choices import Frequency, State


def _channels() -> list[str]:
    return [Channel.EMAIL.value]


class WordingFields(models.Model):
    """What is said, in English and, where a Spanish text is given, to those who prefer it."""

    subject = models.CharField(_("subject"), max_length=255, blank=True)
    body = models.TextField(_("body"), blank=True)
    # Where empty, text, voice and push are made from subject and body.
    text_body = models.TextField(_("text message"), blank=True)
    voice_body = models.TextField(_("what the call says"), blank=True)
    subject_es = models.CharField(_("subject in Spanish"), max_length=255, blank=True)
    body_es = models.TextField(_("body in Spanish"), blank=True)
    text_body_es = models.TextField(_("text message in Spanish"), blank=True)
    voice_body_es = models.TextField(_("what the call says in Spanish"), blank=True)
    channels = ArrayField(
        models.CharField(max_length=5, choices=Channel.choices),
        verbose_name=_("channels"),
        default=_channels,
    )
    purpose = models.CharField(
        _("purpose"), max_length=16, choices=Purpose.choices, default=Purpose.FIELD_WORK
    )

    class Meta:
        abstract = True


class NotificationType(WordingFields):
    """A kind of mass notification: what a new one starts with, and how often one is due."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    frequency = models.CharField(
        _("frequency"), max_length=7, choices=Frequency.choices, default=Frequency.ONCE
    )
    # The day and hour, on the utility's clock, that all later runs follow: the 31st stays the
    # 31st where a month has one, however many shorter months lie between.
    first_run = models.DateTimeField(_("first run"), null=True, blank=True)
    next_run = models.DateTimeField(_("next run"), null=True, blank=True)
    # Process a clean run without waiting for a person. Never done for emergencies (RULES 3).
    auto_process = models.BooleanField(_("process by itself if every row is good"), default=False)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class MassNotification(WordingFields):
    """One sending from one file, from the draft to its results."""

    type = models.ForeignKey(
        NotificationType,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="notifications",
    )
    # The run of the type that it was made for.
    run_for = models.DateTimeField(null=True, blank=True)
    name = models.CharField(_("name"), max_length=120)
    state = models.CharField(max_length=16, choices=State.choices, default=State.DRAFT)
    # RULES 3: an emergency needs a reason, which the audit keeps.
    emergency_reason = models.CharField(_("why this is an emergency"), max_length=400, blank=True)
    # Rows with a problem stay behind; without this they hold everything up.
    good_rows_only = models.BooleanField(_("send the good rows"), default=False)

    # What `checking` found (see summary.Summary), or, where the file could not be used, why.
    summary = models.JSONField(null=True, blank=True)
    check_error = models.TextField(blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    # Counted up with each check that is asked for, so that one which was overtaken gives way.
    check_number = models.PositiveIntegerField(default=0)

    scheduled_at = models.DateTimeField(_("scheduled for"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    processed_at = models.DateTimeField(null=True, blank=True)
    processed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    batch = models.OneToOneField(
        Batch, null=True, on_delete=models.PROTECT, related_name="mass_notification"
    )
    content_en = models.ForeignKey(Content, null=True, on_delete=models.PROTECT, related_name="+")
    content_es = models.ForeignKey(Content, null=True, on_delete=models.PROTECT, related_name="+")
    # The file's rows up to this one are in the outbox: where a killed worker's work goes on.
    enqueued_through = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["type", "run_for"], name="one_notification_a_run")
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["state"],
                name="mass_moving",
                condition=models.Q(state__in=["checking", "scheduled", "sending"]),
            )
        ]
        permissions: ClassVar = [
            ("process_massnotification", gettext_noop("Can process, schedule, pause and cancel")),
            (
                "approve_massnotification",
                gettext_noop("Can approve what somebody else wants to send"),
            ),
            ("send_emergency", gettext_noop("Can send emergency notifications")),
            ("view_results", gettext_noop("Can see recipients and download results")),
        ]

    def __str__(self) -> str:
        return self.name


class RecipientFile(models.Model):
    """The uploaded file, kept as it came, and how its columns are read."""

    notification = models.OneToOneField(
        MassNotification, on_delete=models.CASCADE, related_name="file"
    )
    # In the default storage.
    path = models.CharField(max_length=200)
    original_name = models.CharField(max_length=200)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)
    uploaded_at = models.DateTimeField(auto_now_add=True)
    # Found when it is opened.
    format = models.CharField(max_length=8, blank=True)
    encoding = models.CharField(max_length=60, blank=True)
    delimiter = models.CharField(max_length=4, blank=True)
    sheet = models.CharField(max_length=255, blank=True)
    headings = models.JSONField(default=list)
    # Column (0-based, as text) → common.headings.Field; null: as the headings say.
    mapping = models.JSONField(null=True)
    notes = models.JSONField(default=list)
    # Corrections that a person took over: row → column (0-based, as text) → the new values.
    fixes = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.original_name


class RecipientRow(models.Model):
    """A row of the file, ready to be sent. Written by COPY and SELECT alone.

    Its one index is the primary key, and its foreign keys carry no constraint: they are looked up
    from here, never the other way round, and a check writes 30,000 rows a second.
    """

    pk = models.CompositePrimaryKey("notification_id", "row")
    notification = models.ForeignKey(
        MassNotification,
        on_delete=models.CASCADE,
        db_constraint=False,
        db_index=False,
        related_name="rows",
    )
    # As the spreadsheet numbers it: the headings are row 1.
    row = models.PositiveIntegerField()
    account_text = models.CharField(max_length=26)
    customer_id = models.BigIntegerField(null=True)
    account_id = models.BigIntegerField(null=True)
    name = models.TextField()
    first_name = models.TextField()
    # Where messages will go: without what is left out.
    emails = ArrayField(models.CharField(max_length=254))
    text_number = models.CharField(max_length=16)
    voice_number = models.CharField(max_length=16)
    devices = ArrayField(models.BigIntegerField())
    # The file had nothing but the account: the details are those on record.
    from_record = models.BooleanField()
    language = models.CharField(max_length=2, choices=Language.choices)
    time_zone = models.CharField(max_length=40)
    # placeholder_key → value, of the columns that are no field of their own.
    context = models.JSONField()
    good = models.BooleanField()
    # Null, or [{"column", "index", "value", "problem", "suggestion", "addresses"}, …].
    problems = models.JSONField(null=True)
    # The cells as they came, of rows with a problem: what a correction starts from.
    cells = models.JSONField(null=True)
    # Null, or [{"channel", "address", "reason"}, …].
    left_out = models.JSONField(null=True)

    def __str__(self) -> str:
        return f"{self.notification_id} row {self.row}"
