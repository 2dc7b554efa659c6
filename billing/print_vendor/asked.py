"""Exports that people ask for on the page: a worker writes them into the default storage."""

import shutil
from pathlib import Path
from uuid import uuid4

from django.contrib.auth.models import AbstractBaseUser
from django.core.files.storage import default_storage
from django.db import transaction

from billing.choices import ExportState
from billing.print_vendor.export import ExportError, export_bills
from billing.print_vendor.models import BillExport, ExportRequest
from billing.print_vendor.run import Run
from common.hints import hint

FOLDER = "bill-exports"
EXPORT_TASK = "billing.export_bills"


def ask_for_export(*, run: Run, by: AbstractBaseUser | None = None) -> ExportRequest:
    """A worker begins once the caller's transaction is committed. Asked for again while it waits,
    a run is written once; where the broker was away, that sends the worker there again."""
    waiting = ExportRequest.objects.filter(
        date=run.date, cycle=run.cycle, state=ExportState.WAITING
    ).first()
    asked = waiting or ExportRequest.objects.create(
        date=run.date, cycle=run.cycle, asked_by_id=by.pk if by else None
    )
    transaction.on_commit(lambda: hint(EXPORT_TASK, asked.pk, queue="work"))
    return asked


def write_asked(request_id: int) -> None:
    """Write it, once: whoever moves it out of waiting does it."""
    mine = ExportRequest.objects.filter(pk=request_id, state=ExportState.WAITING)
    if not mine.update(state=ExportState.WRITING):
        return
    asked = ExportRequest.objects.get(pk=request_id)
    try:
        asked.export = _write(asked)
        asked.state = ExportState.DONE
    except ExportError as error:
        asked.state, asked.problem = ExportState.FAILED, str(error)
    except Exception:
        ExportRequest.objects.filter(pk=request_id).update(
            state=ExportState.FAILED, problem="Something broke. The log says what; ask again."
        )
        raise
    asked.save(update_fields=["state", "problem", "export"])


def _write(asked: ExportRequest) -> BillExport:
    run = Run(asked.date, asked.cycle)
    before = BillExport(date=run.date, cycle=run.cycle)
    name = f"{FOLDER}/{uuid4().hex}/{before.file_name}"
    path = Path(default_storage.path(name))
    path.parent.mkdir(parents=True, mode=0o700)
    old = set(_paths(run))
    try:
        export = export_bills(run=run, path=path, stored_as=name, by=asked.asked_by).export
    except BaseException:
        shutil.rmtree(path.parent, ignore_errors=True)
        raise
    for gone in old - set(_paths(run)):
        # The same bytes were written again: the older copy is of no use.
        shutil.rmtree(Path(default_storage.path(gone)).parent, ignore_errors=True)
    return export


def _paths(run: Run) -> list[str]:
    found = BillExport.objects.filter(date=run.date, cycle=run.cycle).exclude(path="")
    return list(found.values_list("path", flat=True))
