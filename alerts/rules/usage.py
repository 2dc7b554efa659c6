"""Daily reads: more than the member's own threshold, or than their own average."""

from alerts.rules.base import FactKind
from alerts.rules.values import Value, date_value, number, number_value
from billing.choices import Kind

AVERAGE_DAYS = 30
# With fewer reads an average says nothing.
FEWEST_READS = 7

_AVERAGE = f"""
LEFT JOIN LATERAL (
    SELECT avg(u.kwh) AS kwh, count(*) AS reads FROM billing_usageread u
    WHERE u.account_id = f.account_id AND u.day < f.day AND u.day >= f.day - {AVERAGE_DAYS}
) average ON true
"""  # noqa: S608
# A member who set one threshold has not chosen the other.
_KWH = (
    "coalesce(s.threshold_kwh, CASE WHEN s.threshold_percent IS NULL "
    "THEN %(threshold_kwh)s::int END)"
)
_PERCENT = (
    "coalesce(s.threshold_percent, CASE WHEN s.threshold_kwh IS NULL "
    "THEN %(threshold_percent)s::int END)"
)

USAGE = FactKind(
    kind=Kind.USAGE_READ,
    table="billing_usageread",
    calendar_day="f.day",
    event_day="f.day",
    joins=_AVERAGE,
    wanted=(
        f"f.kwh > {_KWH} OR (average.reads >= {FEWEST_READS} "
        f"AND f.kwh > average.kwh * (1 + {_PERCENT} / 100.0))"
    ),
    values={
        "kwh": number_value("f.kwh", words="kWh of the day", example="84"),
        "day": date_value("f.day", words="The day", example="November 21, 2026"),
        "average": Value(
            f"coalesce({number('average.kwh')}, '')", words="Your 30-day average", example="41.5"
        ),
        "percent": Value(
            "coalesce(round((f.kwh / nullif(average.kwh, 0) - 1) * 100)::text, '')",
            words="Percent above the average",
            example="102",
        ),
    },
    retell_on=("kwh",),
)
