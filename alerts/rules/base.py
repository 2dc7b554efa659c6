"""A fact kind as the rules see it, and the SELECT that makes messages of its facts.

One statement for any number of facts: it decides who wants the alert (subscription, or what the
type starts with), which contact serves each channel, in which language, and under which key. An
account that is closed by now gets nothing. What must not be used is left out here, and looked at
again at the hand-over.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from alerts.choices import Timing, Trigger
from alerts.models import MOST_DAYS_BEFORE, AlertType
from alerts.rules.values import OF_EVERYBODY, Value
from billing.choices import Kind
from billing.ebills.copies import WANTS_EMAIL
from common.choices import Channel
from common.headings import placeholder_key

NO_EARLIER = 31  # days that a calendar alert looks back for what it has missed


@dataclass(frozen=True, slots=True)
class FactKind:
    """Where a kind of fact lies and what can be said of it. All fragments are the program's own."""

    kind: Kind
    table: str
    # A date: what a calendar type counts from, and the day that an event belongs to.
    calendar_day: str
    event_day: str
    values: Mapping[str, Value]
    # Without it nothing is said: neither at once nor on a day.
    holds: str = "true"
    # What a calendar type asks for besides: still to be paid, not yet resolved.
    outstanding: str = "true"
    joins: str = ""
    # Whom it concerns, by the member's own options (`s`) and the type's (parameters).
    wanted: str = "true"
    # Branches of the contacts: SELECT channel, address. `{on_text}` and its like may be used.
    more_ways: tuple[str, ...] = ()
    retell_on: tuple[str, ...] = field(default=())

    def placeholders(self) -> dict[str, Value]:
        """Key → value, for wordings and for the console's list."""
        return {**OF_EVERYBODY, **{placeholder_key(key): v for key, v in self.values.items()}}


def switch_of(type: AlertType, channel: Channel) -> str:
    """SQL: whether the account (subscription `s`, which may be missing) has the channel on."""
    if channel not in type.channels:
        return "false"
    starts = channel in type.starts_with
    if starts and not type.may_turn_off:
        return "true"
    return f"coalesce(s.{channel.value}, {'true' if starts else 'false'})"


def _ways(kind: FactKind, type: AlertType) -> str:
    on = {f"on_{channel.value}": switch_of(type, channel) for channel in Channel}
    branches = []
    if Channel.EMAIL in type.channels:
        for slot, wanted in WANTS_EMAIL.items():
            wish = wanted if type.is_ebill else on["on_email"]
            branches.append(f"SELECT 'email', c.{slot} WHERE {wish} AND c.{slot} <> ''")
    if Channel.TEXT in type.channels:
        branches.append(
            f"SELECT 'text', c.mobile_number WHERE {on['on_text']} AND c.mobile_number <> ''"
        )
    if Channel.VOICE in type.channels:
        branches.append(
            "SELECT 'voice', coalesce(nullif(c.home_number, ''), c.mobile_number) "
            f"WHERE {on['on_voice']} AND (c.home_number <> '' OR c.mobile_number <> '')"
        )
    if Channel.PUSH in type.channels:
        devices = "customers_device d WHERE d.customer_id = c.id AND d.enabled"
        branches.append(f"SELECT 'push', 'device:' || d.id FROM {devices} AND {on['on_push']}")  # noqa: S608
    branches += [way.format(**on) for way in kind.more_ways]
    return " UNION ALL ".join(branches) or "SELECT '', '' WHERE false"


def _send_day(kind: FactKind, type: AlertType) -> str:
    """SQL: the day on which a calendar alert falls due."""
    days = "%(days)s::int"
    if type.member_chooses_days and type.timing == Timing.BEFORE:
        days = f"coalesce(s.days_before, {days})"
    sign = "-" if type.timing == Timing.BEFORE else "+"
    return f"({kind.calendar_day} {sign} {days})"


def _calendar_condition(kind: FactKind, type: AlertType) -> str:
    """The day has come, and what it is about has not passed. The first line is for the index."""
    day, send_day = kind.calendar_day, _send_day(kind, type)
    conditions = [f"({kind.outstanding})"]
    if type.timing == Timing.BEFORE:
        most = max(type.days, MOST_DAYS_BEFORE) if type.member_chooses_days else type.days
        conditions += [
            f"{day} >= %(today)s::date",
            f"{day} > %(after)s::date",
            f"{day} <= %(through)s::date + {int(most)}",
        ]
    else:
        conditions += [
            f"{day} > %(after)s::date - %(days)s::int",
            f"{day} <= %(through)s::date - %(days)s::int",
        ]
    conditions.append(f"{send_day} > %(after)s::date AND {send_day} <= %(through)s::date")
    return " AND ".join(conditions)


def _event_condition(kind: FactKind) -> str:
    return f"{kind.event_day} >= %(today)s::date - %(stale)s::int"


def context_sql(kind: FactKind, used: frozenset[str]) -> str:
    """The jsonb of the values that the type's wordings take."""
    pairs = [
        f"'{key}', {value.shown}"
        for key, value in sorted(kind.placeholders().items())
        if key in used
    ]
    return f"jsonb_build_object({', '.join(pairs)})" if pairs else "'{}'::jsonb"


def _told(kind: FactKind, type: AlertType) -> str:
    """SQL: what of the fact makes it a new alert where it is corrected."""
    known = kind.placeholders()
    keys = sorted({placeholder_key(key) for key in type.retell_on})
    raw = [known[key].raw for key in keys if key in known and known[key].raw]
    return f"md5(concat_ws('|', {', '.join(raw)}))" if raw else "''"


def select(kind: FactKind, type: AlertType, *, used: frozenset[str], where: str) -> str:
    """The SELECT of `delivery.outbox.COLUMNS` for the facts that `where` picks.

    Parameters: those of `alerts.rules.telling`.
    """
    return f"""
SELECT md5('alert:' || %(key)s || ':' || f.id || ':' || {_told(kind, type)} || ':' || a.id || ':'
        || way.channel || ':' || lower(way.address))::uuid,
    %(batch)s::bigint,
    CASE WHEN c.language = 'es' THEN %(content_es)s::bigint ELSE %(content_en)s::bigint END,
    CASE way.channel WHEN 'email' THEN %(sender_email)s::bigint
        WHEN 'text' THEN %(sender_text)s::bigint WHEN 'voice' THEN %(sender_voice)s::bigint
        ELSE %(sender_push)s::bigint END,
    c.id, a.id, f.id, way.channel, %(lane)s::text, %(purpose)s::text, way.address,
    {context_sql(kind, used)}, c.time_zone, %(now)s::timestamptz, %(now)s::timestamptz
{_facts(kind, type)}
CROSS JOIN LATERAL ({_ways(kind, type)}) AS way(channel, address)
WHERE {where} AND {_news(kind, type)} AND {_usable(type)}
"""


def select_unreached(kind: FactKind, type: AlertType, *, where: str) -> str:
    """Fact, account, and whether texts are on, where a fact that would be told has no number to
    text, or no address at all that may be used; and no message says otherwise.

    Parameters: those of `select`.
    """
    text_on = switch_of(type, Channel.TEXT)
    any_on = " OR ".join(switch_of(type, Channel(channel)) for channel in type.channels)
    told = """SELECT FROM delivery_message m WHERE m.customer_id = c.id
        AND m.batch_id = %(batch)s AND m.cause_id = f.id AND m.account_id = a.id"""
    return f"""
SELECT f.id, a.id, {text_on}
{_facts(kind, type)}
WHERE {where} AND {_news(kind, type)} AND (({text_on} AND c.mobile_number = ''
    AND NOT EXISTS ({told} AND m.channel = 'text'))
    OR (({any_on}) AND NOT EXISTS ({told}) AND NOT EXISTS (
        SELECT FROM ({_ways(kind, type)}) AS way(channel, address) WHERE {_usable(type)})))
    AND NOT EXISTS (SELECT FROM alerts_fallback x
        WHERE x.type_id = %(type)s AND x.account_id = a.id AND x.fact_pk = f.id)
"""  # noqa: S608  (as above)


def _facts(kind: FactKind, type: AlertType) -> str:
    """The facts, with whose they are and what was chosen."""
    copies = "LEFT JOIN billing_billcopies k ON k.account_id = a.id" if type.is_ebill else ""
    return f"""FROM {kind.table} f
JOIN customers_account a ON a.id = f.account_id AND a.status <> 'closed'
JOIN customers_customer c ON c.id = a.customer_id
LEFT JOIN alerts_subscription s ON s.account_id = a.id AND s.type_id = %(type)s
{copies} {kind.joins}"""


def _news(kind: FactKind, type: AlertType) -> str:
    """SQL: the fact is to be told now, to those whom it concerns."""
    if type.trigger == Trigger.CALENDAR:
        condition = _calendar_condition(kind, type)
    else:
        condition = _event_condition(kind)
    return f"{condition} AND ({kind.holds}) AND ({kind.wanted})"


def _usable(type: AlertType) -> str:
    """SQL: the way may be gone. What can't be texted must be found by the fallback, so it is
    queued and turned away there."""
    texts = "way.channel = 'text' OR " if type.fallback else ""
    return f"""way.address <> '' AND ({texts}NOT EXISTS (
        SELECT FROM customers_suppression x
        WHERE x.address = lower(way.address) AND x.channel = way.channel
            AND x.purpose IN ('', %(purpose)s, %(topic)s)))"""
