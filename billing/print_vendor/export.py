"""Writing the print vendor's file and the manifest beside it.

Nothing of the moment of writing is in either: the same bills give the same bytes. Both are written
under other names and get their own only when the file, read back from the disk, agrees with the
manifest, whose totals come from a query of their own.
"""

import hashlib
import json
import os
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import connection, transaction
from django.utils import timezone

from billing.messages import BillingMessage, MessageBoard
from billing.print_vendor import layout
from billing.print_vendor.models import BillExport
from billing.print_vendor.run import CHOSEN, FELL_BACK, PaperBill, Run, Totals, paper_bills, totals
from billing.print_vendor.verify import problems_of
from common.choices import Language


class ExportError(Exception):
    """The file was not made; the message says why. What stood there before still stands."""


@dataclass(frozen=True)
class Exported:
    export: BillExport
    # The last file of the same run, where it had other bytes: something was corrected since.
    before: BillExport | None


def manifest_path(path: Path) -> Path:
    return path.with_name(path.name + ".manifest.json")


def export_bills(
    *, run: Run, path: Path, stored_as: str = "", by: AbstractBaseUser | None = None
) -> Exported:
    """Write the run's paper bills to `path`, verified, and record it. `stored_as`: the name in the
    default storage, where `path` is there. Raises ExportError."""
    if not path.parent.is_dir():
        raise ExportError(f"There is no folder {path.parent}.")
    parts: list[Path] = []
    try:
        part = _part_of(path, parts)
        manifest = _write(run, part, path.name)
        if problems := problems_of(part, manifest):
            raise ExportError("The file does not add up: " + "; ".join(problems))
        manifest_part = _part_of(manifest_path(path), parts)
        manifest_part.write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n")
        exported = _record(run, manifest, stored_as, by)
        # The manifest last: where it is, the file is whole.
        part.replace(path)
        manifest_part.replace(manifest_path(path))
    except layout.LayoutError as error:
        raise ExportError(str(error)) from error
    finally:
        for part in parts:
            part.unlink(missing_ok=True)
    return exported


def _part_of(path: Path, parts: list[Path]) -> Path:
    """A new file beside `path`, for its owner alone: names and amounts are nobody else's."""
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    os.close(descriptor)
    parts.append(Path(name))
    return parts[-1]


def _write(run: Run, part: Path, name: str) -> dict[str, Any]:
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        if is_outermost:
            # Totals and bills are of one moment, also while facts are coming in.
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        told = totals(run)
        if not told.in_run:
            of_cycle = f" in cycle {run.cycle}" if run.cycle else ""
            raise ExportError(f"No bill is dated {run.date:%Y-%m-%d}{of_cycle}. Nothing written.")
        with part.open("wb") as file:
            written = _Writer(file, run)
            written.all()
            file.flush()
            os.fsync(file.fileno())
    return _manifest(run, told, written, name)


class _Writer:
    """Writes the records and counts them."""

    def __init__(self, file: BinaryIO, run: Run) -> None:
        self._file = file
        self._run = run
        self._board = MessageBoard(run.date, run.date)
        self.digest = hashlib.sha256()
        self.bytes = 0
        self.records: Counter[str] = Counter()
        self.why: Counter[str] = Counter()
        self.messages: Counter[tuple[int, str]] = Counter()
        self.amount = 0
        self.balance = 0

    def all(self) -> None:
        header = {"layout": layout.VERSION, "utility": settings.UTILITY_NAME}
        self._put("HDR", header | {"bill_date": self._run.date, "cycle": self._run.cycle})
        for sequence, bill in enumerate(paper_bills(self._run), start=1):
            try:
                self._bill(sequence, bill)
            except layout.LayoutError as error:
                raise ExportError(f"Bill {bill.fact_id}: {error}") from error
        self._put(
            "TRL",
            {
                "bills": self.records["BIL"],
                "names": self.records["NAM"],
                "services": self.records["SVC"],
                "usages": self.records["USE"],
                "messages": self.records["MSG"],
                "records": self.records.total() + 1,
                "amount_cents": self.amount,
                "balance_cents": self.balance,
            },
        )

    def _bill(self, sequence: int, bill: PaperBill) -> None:
        messages = self._board.of(bill.fits)
        for record, values in _records(bill, messages):
            self._put(record, values | {"sequence": sequence})
        self.why[CHOSEN if bill.chosen else FELL_BACK] += 1
        self.amount += bill.amount_cents
        self.balance += bill.balance_cents
        self.messages.update((message.pk, message.name) for message in messages)

    def _put(self, record: str, values: dict[str, layout.Value]) -> None:
        line = layout.line(record, values)
        self._file.write(line)
        self.digest.update(line)
        self.bytes += len(line)
        self.records[record] += 1


def _records(
    bill: PaperBill, messages: list[BillingMessage]
) -> Iterator[tuple[str, dict[str, layout.Value]]]:
    yield (
        "BIL",
        {
            "account": bill.account,
            "bill_number": bill.number,
            "bill_date": bill.bill_date,
            "due_date": bill.due_date,
            "period_start": bill.period_start,
            "period_end": bill.period_end,
            "kwh_thousandths": None if bill.kwh is None else int(bill.kwh * 1000),
            "amount_cents": bill.amount_cents,
            "balance_cents": bill.balance_cents,
            "meter": bill.meter,
            "language": bill.language,
            "recurring_payment": bill.recurring_payment,
            "why_printed": CHOSEN if bill.chosen else FELL_BACK,
            "messages": len(messages),
        },
    )
    yield "NAM", {"name": bill.name}
    yield (
        "SVC",
        {
            "service_address": bill.service_address,
            "city": bill.city,
            "state": bill.state,
            "zip_code": bill.zip_code,
        },
    )
    if bill.usage:
        yield "USE", _usage(bill.usage)
    for number, message in enumerate(messages, start=1):
        is_spanish = bill.language == Language.SPANISH and bool(message.text_es)
        language = Language.SPANISH if is_spanish else Language.ENGLISH
        text = message.text(bill.language)
        yield "MSG", {"number": number, "language": language.value, "text": text}


def _usage(past: list[str]) -> dict[str, layout.Value]:
    values: dict[str, layout.Value] = {"count": len(past)}
    for number in range(1, layout.PAST_BILLS + 1):
        month, _, kwh = past[number - 1].partition(" ") if number <= len(past) else ("", "", "")
        values[f"month_{number}"] = month
        values[f"kwh_thousandths_{number}"] = int(kwh.replace(".", "")) if kwh else None
    return values


def _manifest(run: Run, told: Totals, written: _Writer, name: str) -> dict[str, Any]:
    """The totals are the database's; the file has to agree with them."""
    why = (written.why[CHOSEN], written.why[FELL_BACK])
    if why != (told.chosen, told.fell_back):
        raise ExportError(
            f"The database counts {told.chosen} paper bills by choice and {told.fell_back} because "
            f"no email reaches; {why[0]} and {why[1]} were written."
        )
    return {
        "layout": layout.VERSION,
        "file": name,
        "bill_date": run.date.isoformat(),
        "cycle": run.cycle,
        "bytes": written.bytes,
        "sha256": written.digest.hexdigest(),
        "records": dict(sorted(written.records.items())),
        "bills": {
            "in_run": told.in_run,
            "printed": told.printed,
            "by_choice": told.chosen,
            "because_no_email_reaches": told.fell_back,
            "emailed_only": told.in_run - told.printed,
        },
        "amount_cents": {
            "in_run": told.amount_in_run,
            "printed": told.amount_printed,
            "emailed_only": told.amount_in_run - told.amount_printed,
        },
        "balance_cents": {
            "in_run": told.balance_in_run,
            "printed": told.balance_printed,
            "emailed_only": told.balance_in_run - told.balance_printed,
        },
        "messages": [
            {"id": pk, "name": name, "bills": count}
            for (pk, name), count in sorted(written.messages.items())
        ],
    }


def _record(
    run: Run, manifest: dict[str, Any], stored_as: str, by: AbstractBaseUser | None
) -> Exported:
    same_run = BillExport.objects.filter(date=run.date, cycle=run.cycle)
    last = same_run.order_by("-last_at", "-id").first()
    values: dict[str, Any] = {"last_at": timezone.now(), "manifest": manifest}
    if stored_as:
        values |= {"path": stored_as}
    export, _is_new = BillExport.objects.update_or_create(
        date=run.date,
        cycle=run.cycle,
        sha256=manifest["sha256"],
        defaults=values,
        create_defaults={
            **values,
            "bills": manifest["bills"]["printed"],
            "amount_cents": manifest["amount_cents"]["printed"],
            "made_by_id": by.pk if by else None,
        },
    )
    is_other = last is not None and last.sha256 != export.sha256
    return Exported(export, last if is_other else None)
