"""How many addresses were too long for us, counted for the administrator (RULES 22)."""

from django.db import connection
from django.utils import timezone

from customers.choices import ConsentSource

_COUNT = """
INSERT INTO customers_refusedemail (day, source, count) VALUES (%s, %s, %s)
ON CONFLICT (day, source) DO UPDATE SET count = customers_refusedemail.count + EXCLUDED.count
"""
_COUNT_AGAIN = """
INSERT INTO customers_refusedemail (day, source, count) VALUES (%s, %s, %s)
ON CONFLICT (day, source)
    DO UPDATE SET count = greatest(customers_refusedemail.count, EXCLUDED.count)
"""


def count_refused_emails(
    *, source: ConsentSource, count: int = 1, is_repeated: bool = False
) -> None:
    """Add to today's count. The addresses themselves are kept nowhere.

    `is_repeated`: the same file may come several times a day, and its addresses count once.
    """
    if count:
        with connection.cursor() as cursor:
            cursor.execute(
                _COUNT_AGAIN if is_repeated else _COUNT, [timezone.localdate(), str(source), count]
            )
