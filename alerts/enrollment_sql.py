"""The SQL of a bulk enrollment: who is meant, who is left out and why, and what is turned on.

Each statement looks at the accounts of one step, with ids after `after` up to `through`.
"""

from alerts.verification.double_opt_in import OPTED_IN

# One line an account and channel: the address that stands for it, and why it is left out or "".
# Email stands for both addresses: it is left out where none may be used.
DECIDE = """
WITH chosen AS MATERIALIZED (
    SELECT a.id, a.key, a.separator, a.status, c.id AS customer_id, c.email_1, c.email_2,
        c.mobile_number, c.home_number,
        s.id AS subscription_id, s.text, s.email, s.voice, s.push
    FROM customers_account a
    JOIN customers_customer c ON c.id = a.customer_id
    LEFT JOIN alerts_subscription s ON s.account_id = a.id AND s.type_id = %(type)s
    WHERE a.id > %(after)s AND a.id <= %(through)s
        AND (cardinality(%(recurring)s::text[]) = 0 OR a.recurring_payment = ANY(%(recurring)s))
        AND (cardinality(%(cycles)s::text[]) = 0 OR a.cycle = ANY(%(cycles)s))
        AND (%(key_accounts)s::boolean IS NULL OR c.is_key_account = %(key_accounts)s)
        AND (%(accounts)s::text[] IS NULL OR a.key = ANY(%(accounts)s))
        AND (%(account_list)s::bigint IS NULL OR a.id IN (
            SELECT l.account_id FROM alerts_listedaccount l WHERE l.list_id = %(account_list)s
                AND l.account_id > %(after)s AND l.account_id <= %(through)s))
        AND (cardinality(%(methods)s::text[]) = 0 OR EXISTS (
            SELECT FROM billing_payment p WHERE p.account_id = a.id
                AND p.at > now() - interval '90 days' AND p.method = ANY(%(methods)s)))
), way AS MATERIALIZED (
    SELECT x.id AS account_id, x.customer_id, x.status, w.channel, w.addresses,
        CASE WHEN x.subscription_id IS NULL THEN w.channel = ANY(%(starts)s::text[])
             ELSE w.is_on END AS is_on
    FROM chosen x CROSS JOIN LATERAL (VALUES
        ('email', array_remove(ARRAY[lower(x.email_1), lower(x.email_2)], ''), x.email),
        ('text', array_remove(ARRAY[x.mobile_number], ''), x.text),
        ('voice', array_remove(ARRAY[coalesce(nullif(x.home_number, ''), x.mobile_number)], ''),
            x.voice),
        ('push', ARRAY(SELECT 'device:' || d.id FROM customers_device d
            WHERE d.customer_id = x.customer_id AND d.enabled), x.push)
    ) AS w(channel, addresses, is_on)
    WHERE w.channel = ANY(%(channels)s::text[])
), judged AS MATERIALIZED (
    SELECT way.*, one.address, one.reason, one.agreed
    FROM way LEFT JOIN LATERAL (
        -- The best of the addresses: one that may be used, if there is any.
        SELECT address, refusal.reason, (way.channel NOT IN ('text', 'voice') OR EXISTS (
            SELECT FROM customers_consentevent e WHERE e.address = u.address
                AND e.channel = way.channel AND e.action IN ('given', 'granted')
                AND NOT EXISTS (
                    SELECT FROM customers_consentevent c WHERE c.corrects_id = e.id))) AS agreed
        FROM unnest(way.addresses) AS u(address)
        LEFT JOIN LATERAL (
            SELECT y.reason FROM customers_suppression y
            WHERE y.address = u.address AND y.channel = way.channel
                AND y.purpose IN ('', %(purpose)s)
            -- Do Not Call, then opted out, then a bad address; no YES yet is the least.
            ORDER BY y.reason = 'waiting_yes', y.reason = 'bad_address', y.reason = 'opted_out'
            LIMIT 1
        ) refusal ON true
        ORDER BY refusal.reason IS NOT NULL LIMIT 1
    ) one ON true
), decided AS MATERIALIZED (
    SELECT account_id, customer_id, channel, addresses, address, reason,
        CASE WHEN status = 'closed' THEN 'closed'
            WHEN is_on THEN 'already_on'
            WHEN address IS NULL THEN 'no_address'
            WHEN reason IS NOT NULL THEN reason
            WHEN NOT agreed THEN 'no_consent'
            WHEN %(must_ask)s AND channel = 'text' AND NOT {opted_in}
                THEN 'waiting_yes'
            ELSE '' END AS left_out
    FROM judged
)
""".replace("{opted_in}", OPTED_IN.format(number="judged.address"))
COUNT = """
SELECT channel, left_out, count(*) FROM decided GROUP BY channel, left_out
UNION ALL
SELECT '', '', count(DISTINCT account_id) FROM decided WHERE left_out = ''
"""
# Those of whom a YES is asked first: their texts are turned on as well, and begin with it.
TO_ASK = """
SELECT DISTINCT ON (d.address) d.address, c.id, c.language, c.time_zone
FROM decided d JOIN customers_customer c ON c.id = d.customer_id
WHERE d.left_out = 'waiting_yes' AND d.reason IS NULL
ORDER BY d.address, c.id
"""
TURN_ON = """
, on_for AS (
    SELECT account_id, array_agg(channel) AS channels FROM decided
    WHERE left_out IN ('', 'waiting_yes') GROUP BY account_id
), kept AS (
    INSERT INTO alerts_enrolledsubscription
        (enrollment_id, account_id, channels, is_new, changed_before)
    SELECT %(enrollment)s, o.account_id, o.channels, s.id IS NULL, s.changed_at
    FROM on_for o LEFT JOIN alerts_subscription s
        ON s.account_id = o.account_id AND s.type_id = %(type)s
    RETURNING account_id
), agreed AS (
    INSERT INTO customers_consentevent
        (at, customer_id, address, channel, action, purpose, source, words, taken_by_id)
    -- The ledger says when a line was written; the step may come long after the choice.
    SELECT statement_timestamp(), d.customer_id, u.address, d.channel, 'granted', %(purpose)s,
        %(source)s, %(words)s, %(by)s
    FROM decided d, unnest(d.addresses) AS u(address)
    WHERE d.left_out = '' AND NOT EXISTS (
        SELECT FROM customers_suppression y WHERE y.address = u.address
            AND y.channel = d.channel AND y.purpose IN ('', %(purpose)s))
), known AS (
    UPDATE alerts_subscription s SET
        text = s.text OR 'text' = ANY(o.channels), email = s.email OR 'email' = ANY(o.channels),
        voice = s.voice OR 'voice' = ANY(o.channels), push = s.push OR 'push' = ANY(o.channels),
        changed_at = %(now)s
    FROM on_for o WHERE s.account_id = o.account_id AND s.type_id = %(type)s
)
INSERT INTO alerts_subscription (account_id, type_id, text, email, voice, push, changed_at)
SELECT o.account_id, %(type)s,
    'text' = ANY(o.channels || %(starts)s::text[]), 'email' = ANY(o.channels || %(starts)s::text[]),
    'voice' = ANY(o.channels || %(starts)s::text[]), 'push' = ANY(o.channels || %(starts)s::text[]),
    %(now)s
FROM on_for o
ON CONFLICT (account_id, type_id) DO NOTHING
"""


UNDO = """
WITH mine AS MATERIALIZED (
    SELECT e.account_id, e.channels, e.is_new, e.changed_before, s.id, a.customer_id
    FROM alerts_enrolledsubscription e
    JOIN alerts_subscription s ON s.account_id = e.account_id AND s.type_id = %(type)s
    JOIN customers_account a ON a.id = e.account_id
    -- Who chose since keeps what they chose.
    WHERE e.enrollment_id = %(enrollment)s AND s.changed_at = %(created)s
        AND e.account_id > %(after)s AND e.account_id <= %(through)s
), gone AS (
    DELETE FROM alerts_subscription s USING mine WHERE s.id = mine.id AND mine.is_new
), back AS (
    UPDATE alerts_subscription s SET
        text = s.text AND NOT 'text' = ANY(mine.channels),
        email = s.email AND NOT 'email' = ANY(mine.channels),
        voice = s.voice AND NOT 'voice' = ANY(mine.channels),
        push = s.push AND NOT 'push' = ANY(mine.channels),
        changed_at = mine.changed_before
    FROM mine WHERE s.id = mine.id AND NOT mine.is_new
), said AS (
    INSERT INTO customers_consentevent
        (at, customer_id, address, channel, action, purpose, source, words, taken_by_id,
        corrects_id)
    SELECT DISTINCT ON (e.id) statement_timestamp(), e.customer_id, e.address, e.channel, 'undone',
        e.purpose, %(source)s, %(words)s, %(by)s, e.id
    FROM mine JOIN customers_consentevent e
        ON e.customer_id = mine.customer_id AND e.channel = ANY(mine.channels)
        AND e.action = 'granted' AND e.words = %(granted)s
        -- A member's other account may have been taken back by a step before.
        AND NOT EXISTS (SELECT FROM customers_consentevent c WHERE c.corrects_id = e.id)
)
SELECT count(*) FROM mine
"""
