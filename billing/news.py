"""Telling the rooms above what is new: once, and also after a process died in between."""

import logging
from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone

from billing.choices import Kind
from billing.models import News
from billing.signals import facts_told

# Facts in one signal.
AT_ONCE = 5_000
# So few are told of within the transaction that tells them: a payment waits for one commit alone.
FEW = 20
# News that old were not told by the process that wrote them.
_FORGOTTEN_AFTER = timedelta(seconds=30)
_SWEPT_AT_ONCE = 100

log = logging.getLogger("upn.billing")


def announce(*, kind: Kind, ids: Sequence[int]) -> None:
    """Facts that are new or were corrected. In the caller's transaction; told within it where they
    are few, on its commit where they are many."""
    if 0 < len(ids) <= FEW and _tell_now(kind, list(ids)):
        return
    for start in range(0, len(ids), AT_ONCE):
        news = News.objects.create(kind=kind, ids=list(ids[start : start + AT_ONCE]))
        transaction.on_commit(partial(_tell, news.pk))


def tell_forgotten_news() -> int:
    """What a process that died has left. Returns how many are told now."""
    before = timezone.now() - _FORGOTTEN_AFTER
    left = News.objects.filter(at__lt=before).values_list("pk", flat=True)[:_SWEPT_AT_ONCE]
    return sum(_tell(pk) for pk in list(left))


def _tell_now(kind: Kind, ids: list[int]) -> bool:
    try:
        with transaction.atomic():
            facts_told.send(sender=News, kind=kind, ids=ids)
    except Exception:
        # The facts are taken all the same, and stay news.
        log.exception("News of billing facts could not be told; they are told again.")
        return False
    return True


def _tell(pk: int) -> bool:
    try:
        with transaction.atomic():
            news = News.objects.select_for_update(skip_locked=True).filter(pk=pk).first()
            if news is None:
                return False
            facts_told.send(sender=News, kind=news.kind, ids=news.ids)
            news.delete()
    except Exception:
        # The facts are committed, and whoever told them cannot help it: the sweep tries again.
        log.exception("News of billing facts could not be told; they stay for the next sweep.")
        return False
    return True
