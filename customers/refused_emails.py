"""How many addresses were too long for us, counted for the administrator (RULES 22)."""

from django.db import connection
from django.utils import timezone

from customers.choices import ConsentSource

_COUNT = """
INSERT INTO customers_refusedemail (day, source, count) VALUES (%s, %s, %s)
ON CONFLICT (day, source) DO UPDATE SET count = customers_refusedemail.count + EXCLUDED.count
"""


def count_refused_emails(*, source: ConsentSource, count: int = 1) -> None:
    """Add to today's count. The addresses themselves are kept nowhere."""
    if count:
        with connection.cursor() as cursor:
            cursor.execute(_COUNT, [timezone.localdate(), str(source), count])
