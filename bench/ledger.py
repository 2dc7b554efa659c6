"""The consent ledger: how long a million lines take to seal and to verify, in how much memory.

`python -m bench.ledger` measures it alone; `--lines 100000` fewer.
"""

import argparse
import dataclasses
import json
import resource
import time
from dataclasses import dataclass
from pathlib import Path

from bench.site import servers_running

_LINES = """
INSERT INTO customers_consentevent (at, customer_id, address, channel, action, purpose, source,
    words)
SELECT clock_timestamp(), n, 'sam' || n %% 250000 || '@example.com', 'email',
    CASE n %% 10 WHEN 0 THEN 'revoked' WHEN 5 THEN 'granted' ELSE 'given' END, '', 'portal',
    'Yes, write to me when my payment arrives. I may stop that at any time.'
FROM generate_series(1, %s) n
"""
_OFF = """
INSERT INTO customers_suppression (address, channel, purpose, reason, since)
SELECT DISTINCT address, channel, '', 'opted_out', now() FROM customers_consentevent
WHERE action = 'revoked'
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """`megabytes`: the most that this process had."""

    lines: int
    seal_seconds: float
    verify_seconds: float
    verify_cpu_seconds: float
    megabytes: float


def measure(lines: int) -> Measured:
    """Django is set up on an empty database."""
    from django.db import connection

    from customers.ledger.chain import seal_waiting
    from customers.ledger.verifying import verify

    with connection.cursor() as cursor:
        cursor.execute(_LINES, [lines])
        cursor.execute(_OFF)
    began, sealed = time.perf_counter(), 0
    while sealed < lines:
        sealed += seal_waiting()
        if time.perf_counter() - began > 600:
            raise AssertionError(f"Only {sealed:,} lines were sealed.")
    seal_seconds = time.perf_counter() - began
    with connection.cursor() as cursor:  # as autovacuum would have by and by
        cursor.execute("VACUUM ANALYZE")
    began, cpu_before = time.perf_counter(), time.process_time()
    verdict = verify(first=1, anchors={})
    if not verdict.is_whole or verdict.sealed != lines:
        raise AssertionError("The ledger is not whole.")
    found = Measured(
        lines,
        seal_seconds,
        time.perf_counter() - began,
        time.process_time() - cpu_before,
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    )
    print(
        f"  {lines:,} lines: sealed in {found.seal_seconds:.1f} s, verified in "
        f"{found.verify_seconds:.1f} s ({found.verify_cpu_seconds:.1f} s of processor here), "
        f"{found.megabytes:.0f} MB",
        flush=True,
    )
    return found


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--json", type=Path, help="write the figures there too")
    options = parser.parse_args()
    with servers_running():
        found = measure(options.lines)
    if options.json:
        options.json.write_text(json.dumps(dataclasses.asdict(found)))
