from celery import shared_task

from customers.ledger.anchors import keep_anchor
from customers.ledger.chain import seal_waiting


@shared_task(name="customers.seal_ledger", ignore_result=True)
def seal_ledger_task() -> None:
    seal_waiting(seconds=20)


@shared_task(name="customers.anchor_ledger", ignore_result=True)
def anchor_ledger_task() -> None:
    keep_anchor()
