import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0001_initial"),
        ("customers", "0002_ledger_is_append_only"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BillingMessage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        help_text="For staff; not printed.", max_length=80, verbose_name="name"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("general", "Every bill that it fits"),
                            ("no_email", "Members without an email address on file"),
                        ],
                        default="general",
                        max_length=8,
                        verbose_name="on",
                    ),
                ),
                ("text_en", models.CharField(max_length=230, verbose_name="text in English")),
                (
                    "text_es",
                    models.CharField(
                        blank=True,
                        help_text="Without it, members who read Spanish get the English text.",
                        max_length=230,
                        verbose_name="text in Spanish",
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="from")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="to")),
                (
                    "cycles",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=6),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "classes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("key_account", "Key accounts"),
                                ("member", "Members other than key accounts"),
                                ("bank_draft", "Paid by recurring bank draft"),
                                ("card", "Paid by recurring card"),
                                ("no_recurring", "No recurring payment"),
                            ],
                            max_length=12,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "priority",
                    models.PositiveSmallIntegerField(
                        default=50,
                        help_text="1 comes first. A bill has room for four.",
                        verbose_name="priority",
                    ),
                ),
                ("active", models.BooleanField(default=True, verbose_name="in use")),
            ],
            options={
                "verbose_name": "billing message",
                "ordering": ["priority", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on__isnull", True),
                            ("ends_on__gte", models.F("starts_on")),
                            _connector="OR",
                        ),
                        name="billing_message_ends_after_it_starts",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="BillCopies",
            fields=[
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="bill_copies",
                        serialize=False,
                        to="customers.account",
                    ),
                ),
                ("paper", models.BooleanField(default=True, verbose_name="paper bill")),
                ("email_1", models.BooleanField(default=False, verbose_name="emailed to Email 1")),
                ("email_2", models.BooleanField(default=False, verbose_name="emailed to Email 2")),
                (
                    "changed_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="last changed"
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("billing", "Billing system"),
                            ("portal", "Member portal"),
                            ("csr", "Member services"),
                            ("text_reply", "Text reply"),
                            ("voice_key", "Key pressed in a call"),
                            ("email_link", "Link in an email"),
                            ("provider", "Provider's report"),
                            ("import", "Import"),
                        ],
                        max_length=12,
                        verbose_name="changed by way of",
                    ),
                ),
                (
                    "taken_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "bill copies",
                "verbose_name_plural": "bill copies",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("paper", True), ("email_1", True), ("email_2", True), _connector="OR"
                        ),
                        name="at_least_one_bill_copy",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="BillExport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("date", models.DateField(verbose_name="bill date")),
                ("cycle", models.CharField(blank=True, max_length=6, verbose_name="billing cycle")),
                ("sha256", models.CharField(max_length=64)),
                ("bills", models.PositiveIntegerField(verbose_name="bills")),
                ("amount_cents", models.BigIntegerField(verbose_name="amount")),
                ("manifest", models.JSONField()),
                ("path", models.CharField(blank=True, max_length=200)),
                (
                    "first_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="first exported"
                    ),
                ),
                (
                    "last_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="last exported"
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "export for the print vendor",
                "ordering": ["-last_at", "-id"],
                "permissions": [("export_bills", "Export bills for the print vendor")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("date", "cycle", "sha256"), name="bill_export_once_a_file"
                    )
                ],
            },
        ),
    ]
