"""Email by SMTP."""

import asyncio
import logging
from collections.abc import Sequence

from django.conf import settings as site

from common.choices import Channel
from delivery.providers.base import Outcome, Provider, ProviderError
from delivery.providers.smtp.conversation import converse
from delivery.providers.smtp.opening import Opener
from delivery.providers.smtp.pool import Pool
from delivery.providers.smtp.url import SmtpSettings, parse_email_url
from delivery.providers.smtp.window import ExtraHeaders, Window
from delivery.rendering import Outgoing

log = logging.getLogger(__name__)

# A connection more for so many messages.
_SHARE = 8


class SmtpProvider(Provider):
    """Hands windows over on connections that stay open between them.

    It may be used from one event loop at a time; where the loop changes, connections are opened
    anew. `extra_headers` gives a message's further headers (RULES 20).
    """

    name = "smtp"
    channel = Channel.EMAIL

    def __init__(
        self, settings: SmtpSettings | None = None, *, extra_headers: ExtraHeaders | None = None
    ) -> None:
        self.settings = settings or parse_email_url(site.EMAIL_URL.strip())
        self._opener = Opener(self.settings, public_url=site.PUBLIC_URL)
        self._extra_headers = extra_headers
        self._pool: Pool | None = None

    async def hand_over(self, window: Sequence[Outgoing]) -> list[Outcome]:
        if not window:
            return []
        pool = self._pool_of_this_loop()
        under_way = Window(window, extra_headers=self._extra_headers)
        wanted = pool.worth_trying(-(-len(window) // _SHARE))
        if wanted == 1:
            await self._carry(pool, under_way)
            return under_way.outcomes()
        workers = {asyncio.ensure_future(self._carry(pool, under_way)) for _ in range(wanted)}
        try:
            pending = workers
            while pending:
                _, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
                if under_way.finished and pending and pool.opening:
                    # Nothing is left to carry: don't wait for connections that are slow to open.
                    pool.be_content()
                    break
        finally:
            await _ended(workers)
        return under_way.outcomes()

    async def close(self) -> None:
        if self._pool is not None:
            self._pool.close()
            self._pool = None
            await asyncio.sleep(0)

    def _pool_of_this_loop(self) -> Pool:
        if self._pool is not None and self._pool.loop is not asyncio.get_running_loop():
            self._pool.abandon()
            self._pool = None
        if self._pool is None:
            self._pool = Pool(
                self._opener,
                size=self.settings.connections,
                per_connection=self.settings.per_connection,
            )
        return self._pool

    async def _carry(self, pool: Pool, window: Window) -> None:
        """One connection after another, as long as there is something to carry and they do."""
        while window.waiting:
            try:
                link = await pool.take()
            except ProviderError as error:
                window.trouble = error
                return
            was_idle, carried = link.reused, link.carried
            try:
                await converse(link, window, most=self.settings.per_connection)
            except Exception:
                log.exception("smtp: a conversation went wrong")
                link.end("An unforeseen error; see the log.")
                return
            except BaseException:
                link.end("Cancelled.")
                raise
            finally:
                pool.give_back(link)
            if link.ended and link.carried == carried and not was_idle:
                # A new connection that carried nothing: the next would not either.
                window.trouble = ProviderError(
                    link.ended, permanent=False, retry_after=link.retry_after, down=True
                )
                return


async def _ended(workers: set["asyncio.Task[None]"]) -> None:
    for worker in workers:
        worker.cancel()
    await asyncio.gather(*workers, return_exceptions=True)
