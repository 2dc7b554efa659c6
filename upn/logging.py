"""Logs: one JSON object a line, or plain lines at a terminal; never an address in clear."""

import logging
from datetime import datetime
from typing import Any

from celery import signals
from django.http import HttpRequest
from pythonjsonlogger.json import JsonFormatter

from common.log_context import current_log_context, log_context
from common.masking import mask_addresses

REQUEST_HEADER = "upn_request"
_open: dict[str, Any] = {}


class ContextFilter(logging.Filter):
    """Give each record the ids of the work that it belongs to."""

    def filter(self, record: logging.LogRecord) -> bool:
        fields = current_log_context()
        for name, value in fields.items():
            if not hasattr(record, name):
                setattr(record, name, value)
        record.ids = " ".join(f"{name}={value}" for name, value in fields.items())
        return True


class RouteFilter(logging.Filter):
    """Django's own lines on a request name its path, in which a link of a mail has its token: the
    route is written instead, as in our lines."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        if not isinstance(request, HttpRequest):
            return True
        match = request.resolver_match
        route = match.route if match else "(no such page)"
        if isinstance(record.args, tuple):
            record.args = tuple(
                route if one in (request.path, request.get_full_path()) else one
                for one in record.args
            )
        # Written out, it is its path again.
        record.__dict__.pop("request")
        return True


class MaskedJsonFormatter(JsonFormatter):
    def __init__(self) -> None:
        super().__init__(
            "%(levelname)s %(name)s %(message)s",
            rename_fields={"levelname": "level", "name": "logger"},
            timestamp="at",
        )

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        log_data.pop("ids", None)
        return {name: _masked(value) for name, value in log_data.items()}


class MaskedLineFormatter(logging.Formatter):
    def __init__(self) -> None:
        super().__init__("{asctime} {levelname:7} {name}: {message}", style="{")

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802
        return datetime.fromtimestamp(record.created).astimezone().strftime("%H:%M:%S")

    def format(self, record: logging.LogRecord) -> str:
        ids = getattr(record, "ids", "")
        return mask_addresses(super().format(record) + (f" [{ids}]" if ids else ""))


def logging_settings(*, format: str, level: str) -> dict[str, Any]:
    """Django's LOGGING. `format` is "json" or "plain"."""
    formatters = {"json": MaskedJsonFormatter, "plain": MaskedLineFormatter}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"context": {"()": ContextFilter}, "route": {"()": RouteFilter}},
        "formatters": {"lines": {"()": formatters[format]}},
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": "lines",
                "filters": ["context", "route"],
            }
        },
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # Django's own mail to the administrators would hold whole requests.
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.server": {"handlers": [], "propagate": True},
            # A line for each hand-over and each poll is too many.
            "httpx": {"level": "WARNING"},
            "celery.app.trace": {"level": "WARNING"},
            "celery.worker.strategy": {"level": "WARNING"},
            "celery.beat": {"level": "WARNING"},
            "celery.worker.consumer.connection": {"level": "WARNING"},
        },
    }


def follow_work_into_celery() -> None:
    """Tasks carry the id of the request that caused them; a worker logs as the web does."""
    signals.setup_logging.connect(_keep_our_logging, weak=False, dispatch_uid="upn.logging.setup")
    signals.before_task_publish.connect(_send_ids, weak=False, dispatch_uid="upn.logging.send")
    signals.task_prerun.connect(_take_ids, weak=False, dispatch_uid="upn.logging.take")
    signals.task_postrun.connect(_drop_ids, weak=False, dispatch_uid="upn.logging.drop")


def _keep_our_logging(**_kwargs: Any) -> None:
    """Celery configures nothing where this signal has a receiver: Django's LOGGING stands."""


def _send_ids(headers: dict[str, Any], **_kwargs: Any) -> None:
    request = current_log_context().get("request_id")
    if request:
        headers[REQUEST_HEADER] = request


def _take_ids(task_id: str, task: Any, **_kwargs: Any) -> None:
    fields: dict[str, str | int] = {"task": task.name}
    request = (task.request.get("headers") or {}).get(REQUEST_HEADER) or task.request.get(
        REQUEST_HEADER
    )
    if request:
        fields["request_id"] = str(request)
    context = _open[task_id] = log_context(**fields)
    context.__enter__()


def _drop_ids(task_id: str, **_kwargs: Any) -> None:
    context = _open.pop(task_id, None)
    if context is not None:
        context.__exit__(None, None, None)


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return mask_addresses(value)
    if isinstance(value, dict):
        return {key: _masked(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(item) for item in value]
    return value
