"""The SQL of an import: what the file says is staged, then told apart from what we have.

`import_row` has a line for each good row of the file, `import_member` one for each member in it.
Where the rows of a member differ, the last that says something counts. An empty text means that
the file says nothing, and what we have stays: a blank cell never erases.
"""

from customers.billing_import.rows import StagedRow

MEMBERS_A_SLICE = 10_000

CREATE_ROWS = (
    "CREATE TEMP TABLE import_row (slice int, outcome text NOT NULL DEFAULT '', "
    + ", ".join(
        f"{name} {'int' if name == 'row' else 'text'} NOT NULL" for name in StagedRow._fields
    )
    + ")"
)
COPY_ROWS = f"COPY import_row ({', '.join(StagedRow._fields)}) FROM STDIN"

# An account that we know belongs to whom we know, however the file divides its digits.
KNOWN_ACCOUNTS = """
UPDATE import_row AS incoming SET number = customer.number, separator = account.separator
FROM customers_account AS account JOIN customers_customer AS customer
    ON customer.id = account.customer_id
WHERE account.key = incoming.key
    AND (customer.number, account.separator) <> (incoming.number, incoming.separator)
"""

_CONTACTS = ("email_1", "email_2", "home_number", "mobile_number")
_SAID = (
    "name",
    "first_name",
    "last_name",
    *_CONTACTS,
    "language",
    "is_key_account",
    "do_not_call",
    "zone",
    "zone_of_number",
)
CREATE_MEMBERS = f"""
CREATE TEMP TABLE import_member AS
SELECT number, (row_number() OVER (ORDER BY number) - 1) / {MEMBERS_A_SLICE} AS slice,
    NULL::bigint AS customer_id, false AS is_new, false AS is_changed,
    {
    ", ".join(
        f"coalesce((array_agg({name} ORDER BY row DESC) FILTER (WHERE {name} <> ''))[1], '')"
        f" AS {name}"
        for name in _SAID
    )
}
FROM import_row GROUP BY number
"""  # noqa: S608  (names of our own columns)
PREPARE = (
    "CREATE INDEX ON import_member (slice)",
    "CREATE UNIQUE INDEX ON import_member (number)",
    "UPDATE import_row SET slice = member.slice FROM import_member AS member"
    " WHERE member.number = import_row.number",
    "CREATE INDEX ON import_row (slice)",
    "ANALYZE import_row, import_member",
)
DROP = "DROP TABLE IF EXISTS import_row, import_member"

FIND_MEMBERS = """
UPDATE import_member AS member SET customer_id = customer.id
FROM customers_customer AS customer
WHERE member.slice = %(slice)s AND customer.number = member.number
"""
MAKE_MEMBERS = """
WITH made AS (
    INSERT INTO customers_customer (number, name, first_name, last_name, email_1, email_2,
        home_number, mobile_number, do_not_call, language, time_zone, is_key_account,
        created_at, updated_at)
    SELECT number, name, first_name, last_name, email_1,
        CASE WHEN lower(email_2) = lower(email_1) THEN '' ELSE email_2 END,
        home_number, mobile_number, false, coalesce(nullif(language, ''), 'en'),
        coalesce(nullif(zone, ''), nullif(zone_of_number, ''), %(default_zone)s),
        is_key_account = 't', now(), now()
    FROM import_member
    WHERE slice = %(slice)s AND customer_id IS NULL AND name <> ''
    ON CONFLICT (number) DO NOTHING
    RETURNING id, number
)
UPDATE import_member AS member SET customer_id = made.id, is_new = true
FROM made WHERE member.number = made.number
"""
# Before the members are changed: what differs from what we have was given to us now (RULES 1).
RECORD_GIVEN = """
INSERT INTO customers_consentevent
    (at, customer_id, address, channel, action, purpose, source, words)
SELECT now(), customer.id, lower(given.address), given.channel, 'given', '', 'billing',
    given.column_of_it || %(of_file)s
FROM import_member AS member
JOIN customers_customer AS customer ON customer.id = member.customer_id
CROSS JOIN LATERAL (VALUES
    (member.email_1, customer.email_1, 'email', 'Email 1'),
    (member.email_2, customer.email_2, 'email', 'Email 2'),
    (member.mobile_number, customer.mobile_number, 'text', 'Mobile number'),
    (member.mobile_number, customer.mobile_number, 'voice', 'Mobile number'),
    (member.home_number, customer.home_number, 'voice', 'Home number')
) AS given (address, before, channel, column_of_it)
WHERE member.slice = %(slice)s AND given.address <> ''
    AND (member.is_new OR given.address <> given.before)
"""


def _kept(name: str) -> str:
    return f"coalesce(nullif(member.{name}, ''), customer.{name})"


_MEMBER_VALUES = {
    "name": _kept("name"),
    "first_name": _kept("first_name"),
    "last_name": _kept("last_name"),
    "email_1": _kept("email_1"),
    "email_2": (
        f"CASE WHEN lower({_kept('email_2')}) = lower({_kept('email_1')})"
        f" THEN '' ELSE {_kept('email_2')} END"
    ),
    "home_number": _kept("home_number"),
    "mobile_number": _kept("mobile_number"),
    "language": _kept("language"),
    "time_zone": "coalesce(nullif(member.zone, ''), customer.time_zone)",
    "is_key_account": "CASE member.is_key_account WHEN 't' THEN true WHEN 'f' THEN false"
    " ELSE customer.is_key_account END",
}
CHANGE_MEMBERS = f"""
WITH changed AS (
    UPDATE customers_customer AS customer SET
        {", ".join(f"{name} = {value}" for name, value in _MEMBER_VALUES.items())},
        updated_at = now()
    FROM import_member AS member
    WHERE member.slice = %(slice)s AND customer.id = member.customer_id AND NOT member.is_new
        AND ({", ".join(f"customer.{name}" for name in _MEMBER_VALUES)})
            IS DISTINCT FROM ({", ".join(_MEMBER_VALUES.values())})
    RETURNING customer.id
)
UPDATE import_member AS member SET is_changed = true
FROM changed WHERE member.customer_id = changed.id
"""  # noqa: S608

_ACCOUNT_NAMES = (
    "status",
    "service_address",
    "city",
    "state",
    "zip_code",
    "meter",
    "cycle",
    "recurring_payment",
)
_ACCOUNT_VALUES = {
    name: f"coalesce(nullif(incoming.{name}, ''), account.{name})" for name in _ACCOUNT_NAMES
}
CHANGE_ACCOUNTS = f"""
WITH changed AS (
    UPDATE customers_account AS account SET
        {", ".join(f"{name} = {value}" for name, value in _ACCOUNT_VALUES.items())}
    FROM import_row AS incoming
    WHERE incoming.slice = %(slice)s AND account.key = incoming.key
        AND ({", ".join(f"account.{name}" for name in _ACCOUNT_NAMES)})
            IS DISTINCT FROM ({", ".join(_ACCOUNT_VALUES.values())})
    RETURNING account.key
)
UPDATE import_row AS incoming SET outcome = 'changed'
FROM changed WHERE incoming.slice = %(slice)s AND incoming.key = changed.key
"""  # noqa: S608
MAKE_ACCOUNTS = """
WITH made AS (
    INSERT INTO customers_account (customer_id, separator, key, status, service_address, city,
        state, zip_code, meter, cycle, recurring_payment)
    SELECT member.customer_id, incoming.separator, incoming.key,
        coalesce(nullif(incoming.status, ''), 'active'), incoming.service_address, incoming.city,
        incoming.state, incoming.zip_code, incoming.meter, incoming.cycle,
        coalesce(nullif(incoming.recurring_payment, ''), 'none')
    FROM import_row AS incoming JOIN import_member AS member USING (number)
    WHERE incoming.slice = %(slice)s AND member.customer_id IS NOT NULL
    ON CONFLICT DO NOTHING
    RETURNING key
)
UPDATE import_row AS incoming SET outcome = 'new'
FROM made WHERE incoming.slice = %(slice)s AND incoming.key = made.key
"""
# Do Not Call is turned on by a file and never lifted by one: that is the member's word (RULES 4).
NEW_DO_NOT_CALL = """
UPDATE import_member AS member SET is_changed = true
FROM customers_customer AS customer
WHERE member.slice = %(slice)s AND member.do_not_call = 't' AND customer.id = member.customer_id
    AND customer.mobile_number <> '' AND NOT EXISTS (
        SELECT FROM customers_suppression
        WHERE address = customer.mobile_number AND reason = 'do_not_call' AND channel = 'text'
    )
RETURNING customer.mobile_number
"""
TOUCHED = """
SELECT customer_id FROM import_member
WHERE slice = %(slice)s AND customer_id IS NOT NULL AND (is_new OR is_changed)
"""
REFUSED = """
SELECT row, key FROM import_row JOIN import_member AS member USING (number)
WHERE import_row.slice = %(slice)s AND member.customer_id IS NULL
"""
COUNTS = """
SELECT
    count(*) FILTER (WHERE outcome = 'new'),
    count(*) FILTER (WHERE outcome <> 'new' AND customer_id IS NOT NULL
        AND (outcome = 'changed' OR is_changed)),
    count(*) FILTER (WHERE outcome = '' AND customer_id IS NOT NULL AND NOT is_changed),
    count(*) FILTER (WHERE customer_id IS NULL)
FROM import_row JOIN import_member USING (number)
WHERE import_row.slice = %(slice)s
"""
NEW_MEMBERS = "SELECT count(*) FROM import_member WHERE slice = %(slice)s AND is_new"
SLICES = "SELECT coalesce(max(slice) + 1, 0) FROM import_member"
