"""What the rules ask of the facts' tables: reading on from a mark, and the bills of an account
that are due in some days."""

from django.db import migrations

_TABLES = [
    "bill",
    "payment",
    "returnedcheck",
    "arrangement",
    "installment",
    "usageread",
    "pendingdisconnect",
    "accountchange",
]
CREATE = "\n".join(
    f"CREATE INDEX alerts_changed_{table} ON billing_{table} (changed_at, id);" for table in _TABLES
)
DROP = "\n".join(f"DROP INDEX alerts_changed_{table};" for table in _TABLES)
DUE = "CREATE INDEX alerts_due_bill ON billing_bill (account_id, due_date) WHERE balance_cents > 0;"


class Migration(migrations.Migration):
    dependencies = [("alerts", "0001_initial"), ("billing", "0001_initial")]
    operations = [
        migrations.RunSQL(CREATE, DROP),
        migrations.RunSQL(DUE, "DROP INDEX alerts_due_bill;"),
    ]
