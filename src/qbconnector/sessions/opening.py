"""Opening sessions: connection and session in one step, and "close and retry" where QuickBooks does not open.

Only opening is ever tried again: QuickBooks has not seen the request before it has succeeded.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from qbconnector.accounts.users import Product
from qbconnector.activity.log import ActivityLog
from qbconnector.errors import RequestProcessorError
from qbconnector.processors.base import Access, Application, FileMode, ProcessorFactory, RequestProcessor
from qbconnector.processors.com import CANNOT_START, com_error
from qbconnector.sessions import instance_file
from qbconnector.sessions.deadlines import Deadlines
from qbconnector.settings.values import Settings

EVERY_ERROR: Final = "*"


class Way(NamedTuple):
    """How a session is opened, and of which product; who opens in the same way may share it."""

    company_file: str
    application: str
    mode: str
    read_only: bool
    product: Product = Product.DESKTOP


@dataclass(slots=True)
class Figures:
    """What the sessions have done so far; seconds are sums. ``waiting`` and ``open`` are of now."""

    opens: int = 0
    retries: int = 0
    waiting: int = 0
    open: int = 0
    requests: int = 0
    waited: float = 0
    busy: float = 0


class Opener:
    """Opens and closes sessions. ``stop`` stops a product's process; without it there is nothing to retry."""

    def __init__(
        self,
        factory: ProcessorFactory,
        stop: Callable[[Product], Awaitable[None]] | None,
        deadlines: Deadlines,
        figures: Figures,
        activity: ActivityLog,
    ) -> None:
        self.settings = Settings()
        self._factory = factory
        self._stop = stop
        self._deadlines = deadlines
        self._figures = figures
        self._activity = activity
        self._stopping = asyncio.Lock()
        self._stops = dict.fromkeys(Product, 0)

    async def open(self, way: Way, *, lasting: bool) -> tuple[RequestProcessor, str]:
        """A processor and its session's ticket. Raises ``RequestProcessorError``."""
        if not self.settings.close_and_retry_connect or self._stop is None:
            return await self._connect(way, lasting)
        left = self.settings.close_and_retry_count
        while True:
            stops = self._stops[way.product]
            try:
                return await self._connect_in_time(way, lasting)
            except RequestProcessorError as error:
                if not self._worth_a_retry(error):
                    raise
                if not left:
                    tried = f"QuickBooks was stopped and tried again {self.settings.close_and_retry_count} times."
                    detail = f"{error.detail}\n{tried}".strip()
                    raise RequestProcessorError(error.hresult, error.text, detail) from None
                left -= 1
                self._figures.retries += 1
                self._activity.warning(f"QuickBooks did not open ({error}): it is stopped and tried again")
                await asyncio.shield(self._restart(way.product, stops))

    async def _connect_in_time(self, way: Way, lasting: bool) -> tuple[RequestProcessor, str]:
        seconds = self.settings.close_and_retry_timeout
        deadline = self._deadlines.within(seconds)
        try:
            opened = await self._connect(way, lasting)
        except BaseException as error:
            if deadline.end(error):
                raise com_error(CANNOT_START, f"It did not open within {seconds} seconds.") from None
            raise
        deadline.end()
        return opened

    async def _connect(self, way: Way, lasting: bool) -> tuple[RequestProcessor, str]:
        processor = self._factory(way.product)
        try:
            await processor.open_connection(Application(way.application))
            access = Access(way.read_only, self.settings.auth_flags, lasting)
            ticket = await processor.begin_session(way.company_file, FileMode(way.mode), access)
        except BaseException:
            await processor.aclose()
            raise
        self._figures.opens += 1
        self._figures.open += 1
        return processor, ticket

    def _worth_a_retry(self, error: RequestProcessorError) -> bool:
        listed = {one.strip().lower() for one in self.settings.close_and_retry_error_list.split(",")}
        return EVERY_ERROR in listed or f"0x{error.hresult:08x}" in listed or error.hresult == CANNOT_START

    async def _restart(self, product: Product, stops: int) -> None:
        """Stop the process, unless somebody else has stopped it since; its instance file must not remember it."""
        async with self._stopping:
            if stops != self._stops[product] or self._stop is None:
                return
            self._stops[product] += 1
            await self._stop(product)
            if self.settings.qb_instance_file and product is Product.DESKTOP:
                path = Path(self.settings.qb_instance_file)
                self._activity.warning(await asyncio.to_thread(instance_file.clear, path))

    async def close(self, processor: RequestProcessor, ticket: str) -> None:
        """End the session and let go of the processor."""
        self._figures.open -= 1
        try:
            await processor.end_session(ticket)
            await processor.close_connection()
        except RequestProcessorError:
            pass  # it is gone, one way or the other
        finally:
            await processor.aclose()
