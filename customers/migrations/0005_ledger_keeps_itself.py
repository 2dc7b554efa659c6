"""What the database itself guarantees of the ledger, whoever asks (docs/adr/0009).

- Lines and seals are never changed, removed or emptied, by the tables' owner either.
- Each line leaves a digest of itself, in its own transaction, that waits for the seal.
"""

from django.db import migrations

# The text that is hashed: see customers/ledger/digests.py, which says the same in Python.
DIGESTS = """
CREATE FUNCTION customers_ledger_part(value text) RETURNS text LANGUAGE sql IMMUTABLE
    AS $$ SELECT coalesce(octet_length(value)::text || ':' || value, '~') $$;

CREATE FUNCTION customers_ledger_time(moment timestamptz) RETURNS text LANGUAGE sql STABLE
    AS $$ SELECT (extract(epoch FROM moment) * 1000000)::bigint::text $$;

CREATE FUNCTION customers_ledger_digest(
    id bigint, at timestamptz, customer_id bigint, address text, channel text, action text,
    purpose text, source text, words text, taken_by_id bigint, said_at timestamptz,
    corrects_id bigint
) RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT sha256(convert_to('1'
        || customers_ledger_part(id::text)
        || customers_ledger_part(customers_ledger_time(at))
        || customers_ledger_part(customer_id::text)
        || customers_ledger_part(address)
        || customers_ledger_part(channel)
        || customers_ledger_part(action)
        || customers_ledger_part(purpose)
        || customers_ledger_part(source)
        || customers_ledger_part(words)
        || customers_ledger_part(taken_by_id::text)
        || customers_ledger_part(customers_ledger_time(said_at))
        || customers_ledger_part(corrects_id::text), 'UTF8'))
$$;

CREATE FUNCTION customers_ledger_digests_wait() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO customers_ledgerwaiting (event_id, digest)
    SELECT id, customers_ledger_digest(id, at, customer_id, address, channel, action, purpose,
        source, words, taken_by_id, said_at, corrects_id)
    FROM new_lines;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_digests_wait AFTER INSERT ON customers_consentevent
    REFERENCING NEW TABLE AS new_lines
    FOR EACH STATEMENT EXECUTE FUNCTION customers_ledger_digests_wait();

-- What was written before there were seals is sealed as it is found.
INSERT INTO customers_ledgerwaiting (event_id, digest)
SELECT id, customers_ledger_digest(id, at, customer_id, address, channel, action, purpose,
    source, words, taken_by_id, said_at, corrects_id)
FROM customers_consentevent;
"""
DROP_DIGESTS = """
DROP TRIGGER ledger_digests_wait ON customers_consentevent;
DROP FUNCTION customers_ledger_digests_wait;
DROP FUNCTION customers_ledger_digest;
DROP FUNCTION customers_ledger_time;
DROP FUNCTION customers_ledger_part;
"""

APPEND_ONLY = """
CREATE TRIGGER ledger_is_never_emptied BEFORE TRUNCATE ON customers_consentevent
    FOR EACH STATEMENT EXECUTE FUNCTION customers_ledger_is_append_only();
CREATE TRIGGER ledger_is_append_only BEFORE UPDATE OR DELETE ON customers_ledgerseal
    FOR EACH ROW EXECUTE FUNCTION customers_ledger_is_append_only();
CREATE TRIGGER ledger_is_never_emptied BEFORE TRUNCATE ON customers_ledgerseal
    FOR EACH STATEMENT EXECUTE FUNCTION customers_ledger_is_append_only();
CREATE TRIGGER ledger_is_append_only BEFORE UPDATE ON customers_ledgerwaiting
    FOR EACH ROW EXECUTE FUNCTION customers_ledger_is_append_only();
CREATE TRIGGER ledger_is_never_emptied BEFORE TRUNCATE ON customers_ledgerwaiting
    FOR EACH STATEMENT EXECUTE FUNCTION customers_ledger_is_append_only();
"""
DROP_APPEND_ONLY = """
DROP TRIGGER ledger_is_never_emptied ON customers_consentevent;
DROP TRIGGER ledger_is_append_only ON customers_ledgerseal;
DROP TRIGGER ledger_is_never_emptied ON customers_ledgerseal;
DROP TRIGGER ledger_is_append_only ON customers_ledgerwaiting;
DROP TRIGGER ledger_is_never_emptied ON customers_ledgerwaiting;
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0004_ledger_is_sealed")]
    operations = [
        migrations.RunSQL(DIGESTS, DROP_DIGESTS),
        migrations.RunSQL(APPEND_ONLY, DROP_APPEND_ONLY),
    ]
