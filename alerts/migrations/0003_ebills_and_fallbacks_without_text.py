"""Bill Ready becomes the ebill; a fallback may begin without a text."""

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def bill_ready_is_the_ebill(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    types = apps.get_model("alerts", "AlertType").objects.filter(key="bill_ready")
    for type in types:
        type.starts_with = [channel for channel in type.starts_with if channel != "email"]
        type.is_ebill = "email" in type.channels
        type.save(update_fields=["starts_with", "is_ebill"])


class Migration(migrations.Migration):
    dependencies = [("alerts", "0002_reading_facts")]

    operations = [
        migrations.AddField(
            model_name="alerttype",
            name="is_ebill",
            field=models.BooleanField(default=False, verbose_name="this is the ebill"),
        ),
        migrations.RunPython(bill_ready_is_the_ebill, migrations.RunPython.noop, elidable=True),
        migrations.AlterField(
            model_name="fallback",
            name="text",
            field=models.OneToOneField(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                to="delivery.message",
            ),
        ),
        migrations.AddIndex(
            model_name="fallback",
            index=models.Index(
                condition=models.Q(("state", "done")), fields=["-done_at"], name="fallback_done"
            ),
        ),
        migrations.AddConstraint(
            model_name="fallback",
            constraint=models.UniqueConstraint(
                condition=models.Q(("text__isnull", True)),
                fields=("type", "account", "fact_pk"),
                name="fallback_without_text_once",
            ),
        ),
    ]
