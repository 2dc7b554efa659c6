"""What the database itself guarantees: counts that cannot drift, wording that never changes."""

from django.db import migrations

# A message is updated twice in a second (sending, then its outcome): leave room on the page.
STORAGE = """
ALTER TABLE delivery_message SET (
    fillfactor = 70,
    autovacuum_vacuum_scale_factor = 0.05,
    autovacuum_vacuum_cost_delay = 0
);
ALTER TABLE delivery_tally SET (autovacuum_vacuum_scale_factor = 0.0, autovacuum_vacuum_threshold = 1000);
"""

# One trigger call a statement, whatever the number of rows. Insert-only, so that nobody waits
# for a counter's lock: a long enqueueing transaction must not hold up the drains.
COUNTS = """
CREATE FUNCTION delivery_tally_insert() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO delivery_tally (batch_id, channel, status, count)
    SELECT batch_id, channel, status, count(*) FROM new_rows GROUP BY 1, 2, 3;
    RETURN NULL;
END $$;
CREATE FUNCTION delivery_tally_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO delivery_tally (batch_id, channel, status, count)
    SELECT batch_id, channel, status, sum(n) FROM (
        SELECT batch_id, channel, status, count(*) AS n FROM new_rows GROUP BY 1, 2, 3
        UNION ALL
        SELECT batch_id, channel, status, -count(*) FROM old_rows GROUP BY 1, 2, 3
    ) AS changes GROUP BY 1, 2, 3 HAVING sum(n) <> 0;
    RETURN NULL;
END $$;
CREATE FUNCTION delivery_tally_delete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO delivery_tally (batch_id, channel, status, count)
    SELECT batch_id, channel, status, -count(*) FROM old_rows GROUP BY 1, 2, 3;
    RETURN NULL;
END $$;
CREATE TRIGGER tally_insert AFTER INSERT ON delivery_message
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION delivery_tally_insert();
CREATE TRIGGER tally_update AFTER UPDATE ON delivery_message
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION delivery_tally_update();
CREATE TRIGGER tally_delete AFTER DELETE ON delivery_message
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION delivery_tally_delete();
"""
DROP_COUNTS = """
DROP TRIGGER tally_insert ON delivery_message;
DROP TRIGGER tally_update ON delivery_message;
DROP TRIGGER tally_delete ON delivery_message;
DROP FUNCTION delivery_tally_insert, delivery_tally_update, delivery_tally_delete;
"""

IMMUTABLE = """
CREATE FUNCTION delivery_content_is_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The wording of messages is never changed: make a new row.';
END $$;
CREATE TRIGGER content_is_immutable BEFORE UPDATE ON delivery_content
    FOR EACH ROW EXECUTE FUNCTION delivery_content_is_immutable();
"""
DROP_IMMUTABLE = """
DROP TRIGGER content_is_immutable ON delivery_content;
DROP FUNCTION delivery_content_is_immutable;
"""


class Migration(migrations.Migration):
    dependencies = [("delivery", "0001_initial")]
    operations = [
        migrations.RunSQL(STORAGE, migrations.RunSQL.noop),
        migrations.RunSQL(COUNTS, DROP_COUNTS),
        migrations.RunSQL(IMMUTABLE, DROP_IMMUTABLE),
    ]
