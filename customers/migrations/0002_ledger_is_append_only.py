"""What the database itself guarantees: nobody rewrites what a person agreed to."""

from django.db import migrations

# TRUNCATE stays possible: only the owner of the table may, and the tests empty tables so.
APPEND_ONLY = """
CREATE FUNCTION customers_ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The consent ledger is append-only: add an event that says what changed.';
END $$;
CREATE TRIGGER ledger_is_append_only BEFORE UPDATE OR DELETE ON customers_consentevent
    FOR EACH ROW EXECUTE FUNCTION customers_ledger_is_append_only();
"""
DROP_APPEND_ONLY = """
DROP TRIGGER ledger_is_append_only ON customers_consentevent;
DROP FUNCTION customers_ledger_is_append_only;
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_initial")]
    operations = [migrations.RunSQL(APPEND_ONLY, DROP_APPEND_ONLY)]
