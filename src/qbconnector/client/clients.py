"""The two clients: one connection pool each, one method for each interaction type.

Every method raises ``RequestProcessorError`` (with number, text and detail) for what the connector answers
with 517, ``RequestRejected`` for any other refusal, and ``Unreachable`` when there is no answer.
"""

from types import TracebackType
from typing import Any, Self

import httpx

from qbconnector.client import exchange
from qbconnector.errors import Unreachable

URL = "http://127.0.0.1:8167/"
TIMEOUT = 120.0


class Client:
    """A client that blocks. ``url`` is the data port's; ``options`` go to ``httpx.Client``."""

    def __init__(
        self, url: str = URL, user: str = "", password: str = "", timeout: float = TIMEOUT, **options: Any
    ) -> None:
        self._url = url
        self._http = httpx.Client(auth=_auth(user, password), timeout=timeout, **options)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def send(self, interaction: int, request: bytes | str = b"", delay: float = 0) -> bytes:
        """Any interaction type: the answer's body.

        ``delay`` is in seconds, after the company file was opened.
        """
        try:
            answer = self._http.post(
                self._url, content=exchange.content(request), headers=exchange.headers(interaction, delay)
            )
        except httpx.HTTPError as error:
            raise Unreachable(self._url, _reason(error)) from error
        return exchange.check(answer.status_code, answer.reason_phrase, answer.content)

    def execute(self, request: bytes | str) -> bytes:
        """Execute one qbXML document; the answering document."""
        return self.send(exchange.EXECUTE, request)

    def company_file(self) -> str:
        """The full path of the company file that requests go to."""
        return exchange.lines(self.send(exchange.COMPANY_FILE))[0]

    def open(self) -> None:
        """Open a persistent connection; iterators need one."""
        self.send(exchange.OPEN)

    def close(self) -> None:
        """Close the persistent connection."""
        self.send(exchange.CLOSE)

    def versions(self) -> list[str]:
        """Every qbXML version that is understood, oldest first."""
        return exchange.lines(self.send(exchange.VERSIONS))

    def authorized(self) -> bool:
        """Whether the user may access the company file."""
        return exchange.confirmed(self.send(exchange.AUTHORIZED))

    def accessible(self) -> bool:
        """Whether the company file can be opened."""
        return exchange.confirmed(self.send(exchange.ACCESSIBLE))


class AsyncClient:
    """A client for asyncio. ``url`` is the data port's; ``options`` go to ``httpx.AsyncClient``."""

    def __init__(
        self, url: str = URL, user: str = "", password: str = "", timeout: float = TIMEOUT, **options: Any
    ) -> None:
        self._url = url
        self._http = httpx.AsyncClient(auth=_auth(user, password), timeout=timeout, **options)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def send(self, interaction: int, request: bytes | str = b"", delay: float = 0) -> bytes:
        """Any interaction type: the answer's body.

        ``delay`` is in seconds, after the company file was opened.
        """
        try:
            answer = await self._http.post(
                self._url, content=exchange.content(request), headers=exchange.headers(interaction, delay)
            )
        except httpx.HTTPError as error:
            raise Unreachable(self._url, _reason(error)) from error
        return exchange.check(answer.status_code, answer.reason_phrase, answer.content)

    async def execute(self, request: bytes | str) -> bytes:
        """Execute one qbXML document; the answering document."""
        return await self.send(exchange.EXECUTE, request)

    async def company_file(self) -> str:
        """The full path of the company file that requests go to."""
        return exchange.lines(await self.send(exchange.COMPANY_FILE))[0]

    async def open(self) -> None:
        """Open a persistent connection; iterators need one."""
        await self.send(exchange.OPEN)

    async def close(self) -> None:
        """Close the persistent connection."""
        await self.send(exchange.CLOSE)

    async def versions(self) -> list[str]:
        """Every qbXML version that is understood, oldest first."""
        return exchange.lines(await self.send(exchange.VERSIONS))

    async def authorized(self) -> bool:
        """Whether the user may access the company file."""
        return exchange.confirmed(await self.send(exchange.AUTHORIZED))

    async def accessible(self) -> bool:
        """Whether the company file can be opened."""
        return exchange.confirmed(await self.send(exchange.ACCESSIBLE))


def _auth(user: str, password: str) -> tuple[bytes, bytes] | None:
    return (user.encode(), password.encode()) if user else None


def _reason(error: httpx.HTTPError) -> str:
    return str(error).rstrip(".") or type(error).__name__
