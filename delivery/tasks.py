"""Celery's way in. Thin: each task calls one function."""

import asyncio
import logging
from functools import cache

import psycopg
import uvloop
from celery import shared_task
from django.db import close_old_connections

from common.choices import Channel
from delivery.bounces.fetching import FetchError, is_configured
from delivery.bounces.fetching import fetch_bounces as take_new_bounces
from delivery.choices import Lane
from delivery.drain import Drain, Ended
from delivery.lanes import DRAIN_TASK, kick_now
from delivery.last_words import ask_for_last_words
from delivery.lookup.numbers import look_up_numbers as look_up_some
from delivery.models import Sender
from delivery.providers import provider_for
from delivery.providers.base import Provider
from delivery.sweep import sweep as sweep_now

log = logging.getLogger(__name__)

# A drain works so long at a time; then the lane is handed to whoever is free, so that a worker
# that is told to stop does so soon.
_SECONDS = 10.0


@cache
def _runner() -> asyncio.Runner:
    """The process's event loop, kept between drains with the providers' open connections."""
    return asyncio.Runner(loop_factory=uvloop.new_event_loop)


@cache
def _provider(channel: Channel) -> Provider:
    return provider_for(channel)


@shared_task(name=DRAIN_TASK)
def drain(sender_id: int, lane: str) -> None:
    """Empty a lane, as far as it goes; a lane that has its drains already needs no more."""
    close_old_connections()
    sender = Sender.objects.filter(pk=sender_id).first()
    if sender is None:
        return
    channel = Channel(sender.channel)
    try:
        worker = Drain(sender, Lane(lane), _provider(channel))
    except psycopg.OperationalError:
        return  # the database is away: the sweep starts the lane when it is back
    try:
        while worker.enter():
            ended = _runner().run(worker.run(_SECONDS))
            worker.leave()
            if ended is Ended.TIME_UP:
                kick_now(sender_id, channel, lane)
                return
            if ended is Ended.BLOCKED or not worker.has_work():
                return
    finally:
        worker.close()


@shared_task(name="delivery.sweep")
def sweep() -> None:
    close_old_connections()
    sweep_now()


@shared_task(name="delivery.ask_last_words")
def ask_last_words() -> None:
    close_old_connections()
    ask_for_last_words()


@shared_task(name="delivery.fetch_bounces")
def fetch_bounces() -> None:
    if not is_configured():
        return
    close_old_connections()
    try:
        take_new_bounces()
    except FetchError as error:
        log.warning("Returned mails could not be fetched: %s", error)


@shared_task(name="delivery.look_up_numbers")
def look_up_numbers() -> None:
    close_old_connections()
    done = look_up_some()
    if done.trouble:
        log.warning("Numbers could not be looked up: %s", done.trouble)
