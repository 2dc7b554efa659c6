"""`make bench`: prints a table and writes bench-results/<time>.json.

Everything is measured on this machine in this run; the ratios are what to quote.
"""

import argparse
import dataclasses
import json
import os
import platform
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import checking, emails, payments, promptness, reminders
from bench.sink import sink
from bench.site import ROOT, processes, servers_running, worker_commands

# On one site, one after the other; the last two each on a fresh site of its own.
PARTS = ["emails", "checking", "promptness", "payments", "reminders", "webhooks", "stop", "ledger"]
_SITE = ("UPN_DATA_DIR", "DATABASE_URL", "REDIS_URL", "PORT")


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench BENCH_ARGS=…", description=__doc__)
    parser.add_argument("--messages", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=PARTS, action="append")
    parser.add_argument("--sizes", type=int, nargs="+", default=[5_000, 54_527, 200_000, 400_000])
    parser.add_argument("--first", type=int, nargs="+", default=[5_000, 100_000])
    parser.add_argument("--accounts", type=int, nargs="+", default=[33_000, 1_000_000])
    parser.add_argument("--seconds", type=int, default=60, help="of webhooks")
    parser.add_argument("--beside", type=int, nargs="+", default=[0, 50_000])
    options = parser.parse_args()
    only = options.only or PARTS
    results: dict[str, Any] = {
        "at": datetime.now(UTC).isoformat(),
        "machine": (
            f"{os.cpu_count()} cores, {platform.platform()}, Python {platform.python_version()}"
        ),
    }
    with servers_running() as folder, sink() as (port, name):
        results["sink"] = name
        if "emails" in only:
            print(f"Emails, to {name}:")
            results["emails"] = emails.measure(
                folder, port, messages=options.messages, rounds=options.rounds
            )
        if "checking" in only:
            print("Checking a CSV with email and phone in each row:")
            results["checking"] = [
                {**dataclasses.asdict(one), "per_second": one.per_second}
                for one in checking.measure(tuple(options.sizes))
            ]
        if "promptness" in only:
            print("Promptness:")
            with processes(
                *worker_commands(),
                environment={"EMAIL_URL": f"smtp://127.0.0.1:{port}"},
                log=folder / "bench-workers.log",
            ):
                found = promptness.measure(
                    sizes=tuple(options.first), busy_with=50_000, pace=200, pace_seconds=20
                )
            results["promptness"] = {
                **dataclasses.asdict(found),
                "pace_error": found.pace_error,
            }
        if "payments" in only:
            print("Payments told to the API:")
            results["payments"] = [
                dataclasses.asdict(one)
                for one in payments.run(
                    mail_port=port, rate=50, seconds=30, besides=tuple(options.beside)
                )
            ]
        if "reminders" in only:  # last, for it empties the tables
            print("Due-date reminders, from bills to committed rows:")
            results["reminders"] = [
                {**dataclasses.asdict(one), "microseconds_a_row": one.microseconds_a_row}
                for one in reminders.measure(tuple(options.accounts))
            ]
    if "webhooks" in only:
        print("Webhooks:")
        results["webhooks"] = _apart("bench.webhooks", f"--seconds={options.seconds}")
    if "stop" in only:
        print("A STOP with 50,000 texts queued:")
        results["stop"] = _apart("bench.stop")
    if "ledger" in only:
        print("The consent ledger:")
        results["ledger"] = _apart("bench.ledger")
    print("\n" + table(results))
    target = ROOT / "bench-results"
    target.mkdir(exist_ok=True)
    path = target / f"{results['at'][:19].replace(':', '')}.json"
    Path(path).write_text(json.dumps(results, indent=2, default=str))
    print(f"\nWritten to {path.relative_to(ROOT)}")


def _apart(module: str, *arguments: str) -> Any:
    """Run a measurement in a process and on a site of its own; its figures."""
    with tempfile.TemporaryDirectory() as folder:
        figures = Path(folder) / "figures.json"
        environment = {name: value for name, value in os.environ.items() if name not in _SITE}
        subprocess.run(  # noqa: S603
            [sys.executable, "-m", module, *arguments, f"--json={figures}"],
            cwd=ROOT,
            env=environment,
            check=True,
        )
        return json.loads(figures.read_text())


def table(results: dict[str, Any]) -> str:
    lines = [results["machine"]]
    if "emails" in results:
        base = results["emails"]["a bare smtplib loop"]["per_second"]
        lines.append(f"\n{'emails':38}{'a second':>10}{'of (a)':>8}{'messages':>10}")
        lines += [
            f"{name:38}{one['per_second']:>10,.0f}{one['per_second'] / base:>8.2f}"
            f"{one['messages']:>10,}"
            for name, one in results["emails"].items()
        ]
    if "checking" in results:
        lines.append(
            f"\n{'checking':>12}{'rows/s':>10}{'seconds':>10}{'command s':>11}"
            f"{'MB here':>9}{'MB pg':>8}"
        )
        lines += [
            f"{one['rows']:>12,}{one['per_second']:>10,.0f}{one['seconds']:>10.2f}"
            f"{one['command_seconds']:>11.2f}{one['command_mb']:>9.0f}{one['postgres_mb']:>8.0f}"
            for one in results["checking"]
        ]
    if "promptness" in results:
        one = results["promptness"]
        lines.append("")
        lines += [
            f"first of {size:,}: {seconds:.2f} s after Process"
            for size, seconds in one["first_message"].items()
        ]
        lines.append(
            f"cancel: {one['cancel']:.2f} s, {one['sent_after_cancel']:,} messages still went"
        )
        lines.append(f"urgent amid 50,000: at most {max(one['urgent']):.2f} s")
        lines.append(
            f"pace: {one['pace_kept']:.2f} a second of {one['pace_set']:.0f} "
            f"({one['pace_error']:.2%} off)"
        )
    if "payments" in results:
        lines.append(
            f"\n{'payments beside':>16}{'answered p99':>14}{'handed half':>13}{'handed p99':>12}"
        )
        lines += [
            f"{one['beside']:>16,}{one['answered_p99']:>12.2f} s{one['handed_p50']:>11.2f} s"
            f"{one['handed_p99']:>10.2f} s"
            for one in results["payments"]
        ]
    if "reminders" in results:
        lines.append(f"\n{'accounts':>12}{'rows':>10}{'seconds':>10}{'µs a row':>10}{'MB':>6}")
        lines += [
            f"{one['accounts']:>12,}{one['rows']:>10,}{one['seconds']:>10.1f}"
            f"{one['microseconds_a_row']:>10.0f}{one['memory_after']:>6.0f}"
            for one in results["reminders"]
        ]
    if "webhooks" in results:
        lines.append(f"\n{'webhooks a second':>20}{'p50':>9}{'p99':>9}{'lost':>6}")
        lines += [
            f"{one['per_second']:>20,.0f}{one['p50'] * 1000:>6.0f} ms{one['p99'] * 1000:>6.0f} ms"
            f"{one['lost']:>6}"
            for one in results["webhooks"]
        ]
    if "stop" in results:
        one = results["stop"]
        lines.append(
            f"\nSTOP: answered after {one['answered']:.2f} s, last hand-over after "
            f"{one['last_handed_over']:.2f} s, shown after {one['shown']:.2f} s"
        )
    if "ledger" in results:
        one = results["ledger"]
        lines.append(
            f"\nConsent ledger of {one['lines']:,} lines: sealed in {one['seal_seconds']:.0f} s, "
            f"verified in {one['verify_seconds']:.0f} s, {one['megabytes']:.0f} MB"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
