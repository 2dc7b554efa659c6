"""Details that changed in the billing system: the old contact is told too (RULES 27)."""

from alerts.rules.base import FactKind
from alerts.rules.values import Value, in_language
from billing.choices import ChangedDetail, Kind

DETAILS: dict[str, tuple[str, str]] = {
    ChangedDetail.NAME: ("name", "el nombre"),
    ChangedDetail.EMAIL_1: ("Email 1", "el correo electrónico 1"),
    ChangedDetail.EMAIL_2: ("Email 2", "el correo electrónico 2"),
    ChangedDetail.MOBILE_NUMBER: ("mobile number", "el número de celular"),
    ChangedDetail.HOME_NUMBER: ("home number", "el número de casa"),
    ChangedDetail.MAILING_ADDRESS: ("mailing address", "la dirección postal"),
    ChangedDetail.SERVICE_ADDRESS: ("service address", "la dirección de servicio"),
    ChangedDetail.RECURRING_PAYMENT: ("recurring payment", "el pago recurrente"),
}
_LOCAL_DAY = "(f.at AT TIME ZONE %(zone)s::text)::date"


def _details(language: int) -> str:
    cases = " ".join(f"WHEN '{key}' THEN '{words[language]}'" for key, words in DETAILS.items())
    return f"CASE f.what {cases} ELSE f.what END"


ACCOUNT_CHANGES = FactKind(
    kind=Kind.ACCOUNT_CHANGE,
    table="billing_accountchange",
    calendar_day=_LOCAL_DAY,
    event_day=_LOCAL_DAY,
    # What was changed here was told then; that the billing system has it now is no news.
    holds="""NOT EXISTS (
        SELECT FROM alerts_verification_toldchange told
        WHERE told.customer_id = a.customer_id AND told.what = f.what
            AND told.new = lower(btrim(f.new))
            AND f.changed_at BETWEEN told.at AND told.at + interval '10 days')""",
    values={
        "detail": Value(in_language(_details(0), _details(1)), "f.what", "What changed", "Email 1"),
    },
    more_ways=(
        # The old contact, whatever is subscribed; the new one in the same way where it is an
        # email, and by phone where the member chose that.
        "SELECT 'email', f.old WHERE f.what IN ('email_1', 'email_2') AND f.old LIKE '_%%@_%%'",
        "SELECT 'email', f.new WHERE f.what IN ('email_1', 'email_2') AND f.new LIKE '_%%@_%%'",
        "SELECT 'text', f.old WHERE f.what = 'mobile_number' AND f.old LIKE '+_%%'",
        "SELECT 'voice', f.old WHERE f.what = 'home_number' AND f.old LIKE '+_%%'",
        "SELECT 'text', f.new WHERE f.what = 'mobile_number' AND f.new LIKE '+_%%' AND {on_text}",
        "SELECT 'voice', f.new WHERE f.what = 'home_number' AND f.new LIKE '+_%%' AND {on_voice}",
    ),
    retell_on=("detail",),
)
