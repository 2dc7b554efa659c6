import time

import pytest
from celery import current_app

from common.hints import hint
from common.steps import run_each


def test_a_hint_reaches_its_queue() -> None:
    assert hint("some.task", 1, queue="nobody.listens")
    with current_app.connection_for_read() as broker:
        queue = broker.SimpleQueue("nobody.listens")
        assert queue.get(block=False).headers["task"] == "some.task"


def test_nobody_waits_for_a_broker_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    url = "redis+socket:///nowhere/at/all.sock"
    monkeypatch.setattr(current_app.conf, "broker_write_url", url)
    start = time.monotonic()
    assert not any(hint("some.task", queue="nobody.listens") for _ in range(5))
    assert time.monotonic() - start < 2


def test_a_step_that_fails_leaves_the_next_ones() -> None:
    done = []

    def broken() -> None:
        raise ZeroDivisionError

    run_each((broken, lambda: done.append(1)))
    assert done == [1]
