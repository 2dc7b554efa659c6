"""Real servers for the whole run, and the fixtures that every room's tests share."""

import contextlib
import os
from collections.abc import Callable, Generator, Iterator

import pytest
from django.db import connections
from django.utils import translation
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests import browsers
from tests.processes import Workers, empty_broker
from tests.session import SessionLock, session_folder, sweep_dead_sessions
from tests.wire import HttpEndpoint, SmtpSink, http_server, smtp_server
from upn.embedded import servers
from upn.embedded.leftovers import remove

SERVERS = pytest.StashKey[contextlib.ExitStack]()
WORKERS = pytest.StashKey[Workers]()


def pytest_configure(config: pytest.Config) -> None:
    """Start PostgreSQL and Valkey once for the run; its xdist workers share them."""
    if hasattr(config, "workerinput"):
        return
    folder = session_folder()
    stack = config.stash[SERVERS] = contextlib.ExitStack()
    lock = SessionLock(folder)
    stack.callback(lock.release)
    stack.callback(remove, folder)
    sweep_dead_sessions()
    # A test's data need not outlive the machine's own crash; a killed server's data still do.
    stack.enter_context(servers.running(folder, postgres_settings={"fsync": "off"}))


def pytest_unconfigure(config: pytest.Config) -> None:
    if SERVERS in config.stash:
        config.stash[SERVERS].close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that start workers or a browser take longest: they go first, so that at the end no
    process is left alone with one."""
    slow = {
        item.path
        for item in items
        if {"workers", "browser"} & set(getattr(item, "fixturenames", ()))
        or item.get_closest_marker("chaos")
    }
    items.sort(key=lambda item: item.path not in slow)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With UPN_CI set, a skipped test is a failed one: nothing may be missing there."""
    report = yield
    if os.environ.get("UPN_CI") and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, which the CI does not allow: {report.longrepr}"
    return report


@pytest.fixture(autouse=True)
def fresh_broker(request: pytest.FixtureRequest) -> None:
    """Each test begins with an empty broker and cache: no queue, no pacing, no counted attempts.

    Workers of an earlier test are gone, unless this one asks for them: they would take its work.
    """
    live = request.config.stash.get(WORKERS, None)
    if live is not None and "workers" not in request.fixturenames:
        live.stop()
    empty_broker()


@pytest.fixture(autouse=True)
def own_language() -> Iterator[None]:
    """A request leaves its language behind in the thread; no test inherits another's."""
    translation.deactivate()
    yield
    translation.deactivate()


@pytest.fixture(scope="session")
def _workers(django_db_setup: None, pytestconfig: pytest.Config) -> Iterator[Workers]:
    # Set up after the test database, so that they are gone before it is dropped.
    workers = pytestconfig.stash[WORKERS] = Workers()
    yield workers
    workers.stop()


@pytest.fixture
def workers(_workers: Workers, transactional_db: None) -> Iterator[Workers]:
    """Real Celery workers on the test's database: `workers.start()`, `.kill("bulk")`, …"""
    yield _workers
    _workers.settle()


@pytest.fixture(scope="session")
def _smtp_sink() -> Iterator[SmtpSink]:
    with smtp_server() as sink:
        yield sink


@pytest.fixture
def smtp_sink(_smtp_sink: SmtpSink) -> SmtpSink:
    """An SMTP server that records; `smtp_sink.url` is fit for EMAIL_URL."""
    _smtp_sink.clear()
    return _smtp_sink


@pytest.fixture(scope="session")
def _http_endpoint() -> Iterator[HttpEndpoint]:
    with http_server() as endpoint:
        yield endpoint


@pytest.fixture
def http_endpoint(_http_endpoint: HttpEndpoint) -> HttpEndpoint:
    """An HTTP server that records and answers as told, for Twilio, push services and FCM."""
    _http_endpoint.clear()
    return _http_endpoint


@pytest.fixture(scope="module")
def browser(django_db_setup: None) -> Iterator[Browser]:
    """An installed Chromium or Chrome, headless; where there is none, the test is left out.

    For a module at most: while Playwright runs, its event loop does, and `asyncio.run` elsewhere
    could not. Within the loop Django has other connections than outside it: the database is made
    before, and theirs are closed, or it could not be dropped in the end.
    """
    path = browsers.find()
    if path is None:
        pytest.skip(browsers.MISSING)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=browsers.arguments())
        yield chromium
        chromium.close()
        connections.close_all()


@pytest.fixture
def new_context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Open a browser context, as `browser.new_context` does; closed after the test."""
    with contextlib.ExitStack() as stack:

        def open_context(**options: object) -> BrowserContext:
            context = browser.new_context(**options)  # type: ignore[arg-type]
            context.set_default_timeout(10_000)
            stack.callback(context.close)
            return context

        yield open_context


@pytest.fixture
def page(new_context: Callable[..., BrowserContext]) -> Page:
    """A fresh page, 1280 px wide. `live_server` (pytest-django) serves the project for it."""
    return new_context(viewport={"width": 1280, "height": 900}).new_page()
