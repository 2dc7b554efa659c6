"""For demonstrations: some addresses were verified, and a few numbers were asked to reply YES."""

from django.db import connection, transaction
from django.db.models.functions import Mod

from alerts.verification.double_opt_in import ask
from customers.addresses import normal_address
from customers.choices import ConsentSource
from customers.models import Customer

# With its line in the ledger, after the one that says that the address was given.
_CONFIRM = """
WITH chosen AS MATERIALIZED (
    SELECT DISTINCT ON (address, channel) c.id AS customer_id, way.address, way.channel
    FROM customers_customer c CROSS JOIN LATERAL (VALUES
        (lower(c.email_1), 'email', c.id % 2 = 0),
        (c.mobile_number, 'text', c.id % 3 = 0)
    ) AS way(address, channel, chosen)
    WHERE way.chosen AND way.address <> '' AND c.id <= (
        SELECT min(id) + 20000 FROM customers_customer)
        AND NOT EXISTS (SELECT FROM customers_suppression s WHERE s.address = way.address)
    ORDER BY address, channel, c.id
), heard AS (
    INSERT INTO customers_addressevent (address, channel, kind, code, words, source, cause, at)
    SELECT address, channel, 'confirmed', '', '',
        CASE channel WHEN 'email' THEN 'email_link' ELSE 'csr' END, gen_random_uuid(),
        clock_timestamp()
    FROM chosen
)
INSERT INTO customers_consentevent (at, customer_id, address, channel, action, purpose, source,
    words)
SELECT clock_timestamp(), customer_id, address, channel, 'verified', '',
    CASE channel WHEN 'email' THEN 'email_link' ELSE 'csr' END, ''
FROM chosen
"""
_ASKED = 6


@transaction.atomic
def load_verifications() -> None:
    """Once, after the members are there."""
    with connection.cursor() as cursor:
        cursor.execute(_CONFIRM)
    unverified = (
        Customer.objects.exclude(mobile_number="")
        .filter(do_not_call=False)
        .alias(third=Mod("pk", 3))
        .filter(third=1)
        .order_by("pk")[:_ASKED]
    )
    for customer in unverified:
        ask(
            number=normal_address(customer.mobile_number),
            customer=customer,
            source=ConsentSource.CSR,
            words="Payment Received: asked for on the phone",
        )
