"""From the rows of a file to recipients, set by set, inside the database.

`STAGING` holds the normalised rows of one file, or a few of them that are read again.
`match_rows` joins them to the members, to what they agreed to and to each other, and writes each
recipient row once: whom an earlier good row reaches is left out of the later ones.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext_noop as _

from common.choices import OWN_CONSENT_PURPOSES, Channel, Language
from mass_notifications.choices import LeftOut
from mass_notifications.placeholders import topic_of

STAGING = "mass_staging"
ROWS = "mass_notifications_recipientrow"
# A check that leaves nothing behind writes here instead of ROWS.
SCRATCH = "mass_scratch_rows"

# In the order of `reading`'s COPY lines.
STAGING_COLUMNS = (
    ("row", "integer NOT NULL"),
    ("account", "text NOT NULL"),
    ("name", "text NOT NULL"),
    ("first_name", "text NOT NULL"),
    ("emails", "text[] NOT NULL"),
    ("mobile", "text NOT NULL"),
    ("home", "text NOT NULL"),
    ("has_details", "boolean NOT NULL"),
    ("language", "text NOT NULL"),
    ("time_zone", "text NOT NULL"),
    ("context", "jsonb NOT NULL"),
    ("problems", "jsonb"),
    ("cells", "jsonb"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Matching:
    """What a matching depends on besides the rows."""

    notification_id: int
    channels: Collection[str]
    purpose: str
    # The file's column with the account, for the words about a row without anybody.
    account_column: int | None
    account_heading: str
    table: str = ROWS
    # Some rows of the file are there already, and keep whom they reach.
    beside_others: bool = False


@contextmanager
def staging() -> Iterator[None]:
    """The staging table, for the rest of the transaction or of the block."""
    with connection.cursor() as cursor:
        columns = ", ".join(f'"{name}" {kind}' for name, kind in STAGING_COLUMNS)
        cursor.execute(f"CREATE TEMP TABLE {STAGING} ({columns}) ON COMMIT DROP")
        # Hashes of half a million addresses stay in memory.
        cursor.execute("SET LOCAL work_mem = '48MB'")
        yield
        cursor.execute(f"DROP TABLE {STAGING}")


def scratch_rows() -> None:
    """A table like that of the recipient rows, for the rest of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{SCRATCH}")
        cursor.execute(f"CREATE TEMP TABLE {SCRATCH} (LIKE {ROWS}) ON COMMIT DROP")


def analyze(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {table}")


NOBODY = _(
    "No member has this account number, and the row has no email address or phone "
    "number. Correct the number, or add how to reach them."
)
NOTHING = _("There is no account number, email address or phone number in this row.")


def match_rows(matching: Matching) -> int:
    """Write the recipient rows of what is staged. Returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            _insert(matching),
            {
                "notification": matching.notification_id,
                "purpose": matching.purpose,
                "topic": topic_of(matching.purpose),
                "time_zone": settings.TIME_ZONE,
                "account_heading": matching.account_heading,
                "account_column": matching.account_column,
                "nobody": NOBODY,
                "nothing": NOTHING,
            },
        )
        return int(cursor.rowcount)


# One row an address and channel: the reason that weighs most.
_SUPPRESSED = """
SELECT address, (array_agg(reason ORDER BY array_position(
    ARRAY['do_not_call', 'opted_out', 'bad_address', 'waiting_yes'], reason::text)))[1] AS reason
FROM customers_suppression
WHERE channel = '{channel}' AND purpose IN ('', %(purpose)s, %(topic)s) GROUP BY address
"""
# The last word on this purpose, or on all of them, was yes (RULES 2, 3).
_AGREED = """
EXISTS (
    SELECT FROM (
        SELECT e.action FROM customers_consentevent e
        WHERE e.address = {address} AND e.channel = '{channel}' AND e.purpose IN ('', %(purpose)s)
          AND e.action IN ('granted', 'revoked')
          AND NOT EXISTS (SELECT FROM customers_consentevent c WHERE c.corrects_id = e.id)
        ORDER BY e.id DESC LIMIT 1
    ) last WHERE last.action = 'granted'
)
"""


# Whoever is in several rows: the place of the first good one. Rows that are there already come
# before all others.
_NEW = 1 << 31
_FIRST = (
    "{alias} AS (SELECT key, min(place) AS place FROM ({places}) p GROUP BY 1 HAVING count(*) > 1)"
)
_PLACES = "SELECT {key} AS key, x.place FROM x WHERE x.good AND {key} IS NOT NULL"
_OTHER_PLACES = """
SELECT {key}, x."row"::bigint FROM {table} x
WHERE x.notification_id = %(notification)s AND {key} IS NOT NULL
"""


def _insert(matching: Matching) -> str:
    """One INSERT that joins only what the chosen channels need."""
    channels = set(matching.channels)
    joins: list[str] = []
    reasons: list[str] = []  # per channel: jsonb of what is left out, or NULL
    firsts: list[str] = []
    again: list[str] = []  # as `reasons`, of whom an earlier row reaches

    def first(alias: str, *keys: str) -> None:
        places = [_PLACES.format(key=key) for key in keys]
        if matching.beside_others:
            places += [_OTHER_PLACES.format(key=key, table=matching.table) for key in keys]
        firsts.append(_FIRST.format(alias=alias, places=" UNION ALL ".join(places)))

    emails, text, voice, devices = "'{}'::text[]", "''", "''", "'{}'::bigint[]"
    if Channel.EMAIL in channels:
        first("first_email", "lower(x.emails[1])", "lower(x.emails[2])")
        for place in (1, 2):
            joins.append(
                f"LEFT JOIN ({_SUPPRESSED.format(channel='email')}) e{place} "
                f"ON e{place}.address = lower(x.emails[{place}])"
            )
            reasons.append(
                f"CASE WHEN e{place}.reason IS NOT NULL THEN "
                f"{_left_out('email', f'x.emails[{place}]', f'e{place}.reason')} END"
            )
            joins.append(
                f"LEFT JOIN first_email fe{place} ON fe{place}.key = lower(x.emails[{place}]) "
                f"AND fe{place}.place < x.place"
            )
            again.append(
                f"CASE WHEN fe{place}.place IS NOT NULL AND e{place}.reason IS NULL THEN "
                f"{_duplicate('email', f'x.emails[{place}]', f'fe{place}')} END"
            )
        reasons.append(
            "CASE WHEN coalesce(cardinality(x.emails), 0) = 0 THEN "
            f"{_left_out('email', None, None)} END"
        )
        usable = [f"e{place}.reason IS NULL AND fe{place}.place IS NULL" for place in (1, 2)]
        emails = (
            f"CASE WHEN {usable[0]} AND {usable[1]} THEN x.emails ELSE array_remove("
            f"ARRAY[CASE WHEN {usable[0]} THEN x.emails[1] END, "
            f"CASE WHEN {usable[1]} THEN x.emails[2] END], NULL) END"
        )
    if Channel.TEXT in channels:
        first("first_text", "nullif(x.text_number, '')")
        text = _phone("text", "x.text_number", "t", matching, joins, reasons, again)
    if Channel.VOICE in channels:
        first("first_voice", "nullif(x.voice_number, '')")
        voice = _phone("voice", "x.voice_number", "v", matching, joins, reasons, again)
    if Channel.PUSH in channels:
        joins.append(
            "LEFT JOIN (SELECT d.customer_id, array_agg(d.id ORDER BY d.id) AS ids "
            "FROM customers_device d WHERE d.enabled AND NOT EXISTS ("
            "SELECT FROM customers_suppression s WHERE s.address = 'device:' || d.id "
            "AND s.channel = 'push' AND s.purpose IN ('', %(purpose)s)) "
            "GROUP BY d.customer_id) d ON d.customer_id = x.customer_id"
        )
        reasons.append(f"CASE WHEN d.ids IS NULL THEN {_left_out('push', None, None)} END")
        # Devices are a member's; whoever has none is left out for that, not for being twice.
        first("first_push", "x.customer_id")
        joins.append(
            "LEFT JOIN first_push fd ON fd.key = x.customer_id AND fd.place < x.place "
            "AND d.ids IS NOT NULL"
        )
        again.append(f"CASE WHEN fd.place IS NOT NULL THEN {_duplicate('push', None, 'fd')} END")
        devices = "CASE WHEN fd.place IS NULL THEN coalesce(d.ids, '{}') ELSE '{}' END"
    return f"""
WITH x AS (
    SELECT s."row", s."row" + {_NEW} AS place, s.account, a.customer_id, a.id AS account_id,
        CASE WHEN s.name <> '' THEN s.name ELSE coalesce(c.name, '') END AS name,
        CASE WHEN c.first_name <> '' THEN c.first_name ELSE s.first_name END AS first_name,
        CASE WHEN s.has_details THEN s.emails
             WHEN c.id IS NULL THEN '{{}}'
             WHEN lower(c.email_2) = lower(c.email_1) THEN array_remove(ARRAY[c.email_1], '')
             ELSE array_remove(ARRAY[c.email_1, c.email_2], '') END::text[] AS emails,
        CASE WHEN s.has_details THEN s.mobile
             ELSE coalesce(c.mobile_number, '') END AS text_number,
        CASE WHEN s.has_details THEN coalesce(nullif(s.home, ''), s.mobile)
             ELSE coalesce(nullif(c.home_number, ''), c.mobile_number, '') END AS voice_number,
        a.id IS NOT NULL AND NOT s.has_details AS from_record,
        s.has_details OR a.id IS NOT NULL OR s.problems IS NOT NULL AS reachable,
        s.problems IS NULL AND (s.has_details OR a.id IS NOT NULL) AS good,
        CASE WHEN s.language <> '' THEN s.language
             ELSE coalesce(c.language, '{Language.ENGLISH.value}') END AS language,
        coalesce(nullif(c.time_zone, ''), nullif(s.time_zone, ''), %(time_zone)s) AS time_zone,
        s.context, s.problems, s.cells
    FROM {STAGING} s
    LEFT JOIN customers_account a ON a.key = s.account
    LEFT JOIN customers_customer c ON c.id = a.customer_id
){"".join(f", {one}" for one in firsts)}
INSERT INTO {matching.table} (
    notification_id, "row", account_text, customer_id, account_id, name, first_name,
    emails, text_number, voice_number, devices, from_record, language, time_zone,
    context, good, problems, cells, left_out)
SELECT %(notification)s, y."row", y.account, y.customer_id, y.account_id, y.name, y.first_name,
    CASE WHEN y.good THEN y.emails ELSE '{{}}' END,
    CASE WHEN y.good THEN y.text_number ELSE '' END,
    CASE WHEN y.good THEN y.voice_number ELSE '' END,
    CASE WHEN y.good THEN y.devices ELSE '{{}}' END,
    y.from_record, y.language, y.time_zone, y.context, y.good,
    CASE WHEN y.reachable THEN y.problems ELSE coalesce(y.problems, '[]') || jsonb_build_array(
        jsonb_build_object('column', %(account_heading)s::text, 'index', %(account_column)s::int,
            'value', y.account, 'suggestion', '', 'addresses', '[]'::jsonb, 'problem',
            CASE WHEN y.account = '' THEN %(nothing)s::text ELSE %(nobody)s::text END)) END,
    y.cells,
    CASE WHEN y.good AND cardinality(y.reasons) > 0 THEN to_jsonb(y.reasons) END
FROM (
    SELECT x."row", x.account, x.customer_id, x.account_id, x.name, x.first_name,
        x.from_record, x.language, x.time_zone, x.context, x.problems, x.cells, x.reachable,
        x.good, {emails} AS emails, {text} AS text_number, {voice} AS voice_number,
        {devices} AS devices,
        array_remove(ARRAY[{", ".join(reasons + again) or "NULL"}]::jsonb[], NULL) AS reasons
    FROM x
    {" ".join(joins)}
) y
ORDER BY y."row"
"""  # noqa: S608  (names and fragments of this module; every value is a parameter)


def _phone(
    channel: str,
    number: str,
    alias: str,
    matching: Matching,
    joins: list[str],
    reasons: list[str],
    again: list[str],
) -> str:
    """Adds the joins and reasons of a telephone channel; the number that is left to use."""
    joins.append(
        f"LEFT JOIN ({_SUPPRESSED.format(channel=channel)}) {alias} ON {alias}.address = {number}"
    )
    reasons.append(
        f"CASE WHEN {alias}.reason IS NOT NULL THEN "
        f"{_left_out(channel, number, f'{alias}.reason')} "
        f"WHEN {number} = '' THEN {_left_out(channel, None, None)} END"
    )
    usable = f"{alias}.reason IS NULL AND f{alias}.place IS NULL"
    joins.append(
        f"LEFT JOIN first_{channel} f{alias} ON f{alias}.key = {number} "
        f"AND f{alias}.place < x.place"
    )
    listed_again = f"f{alias}.place IS NOT NULL AND {alias}.reason IS NULL"
    if matching.purpose in OWN_CONSENT_PURPOSES:
        agreed = _AGREED.format(address=number, channel=channel)
        reasons.append(
            f"CASE WHEN {alias}.reason IS NULL AND {number} <> '' AND NOT {agreed} THEN "
            f"{_left_out(channel, number, repr(LeftOut.NO_CONSENT.value))} END"
        )
        usable += f" AND {agreed}"
        listed_again += f" AND {agreed}"
    again.append(f"CASE WHEN {listed_again} THEN {_duplicate(channel, number, f'f{alias}')} END")
    return f"CASE WHEN {usable} THEN {number} ELSE '' END"


def _left_out(channel: str, address: str | None, reason: str | None) -> str:
    address = address or "''"
    reason = reason or repr(LeftOut.NO_ADDRESS.value)
    return f"jsonb_build_object('channel', '{channel}', 'address', {address}, 'reason', {reason})"


def _duplicate(channel: str, address: str | None, first: str) -> str:
    address = address or "''"
    return (
        f"jsonb_build_object('channel', '{channel}', 'address', {address}, "
        f"'reason', '{LeftOut.DUPLICATE.value}', 'first', {first}.place & {_NEW - 1})"
    )
