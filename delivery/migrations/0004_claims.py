"""A claim's own number, and doubt that is asked about again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("delivery", "0003_sandbox")]
    operations = [
        migrations.AddField("message", "claims", models.PositiveIntegerField(db_default=0)),
        migrations.RemoveIndex("message", "message_sending"),
        migrations.AddIndex(
            "message",
            models.Index(
                fields=["lease_until"],
                name="message_open",
                condition=models.Q(("status__in", ["sending", "unknown"])),
            ),
        ),
    ]
