"""The seam between the connector and whatever executes qbXML.

The names are those of Intuit's request processor (QBXMLRP2). One ``RequestProcessor`` object is one
connection of one application, as one COM object is. It is asynchronous because the sandbox drains its own
queue and COM lives on a thread of its own; whoever calls it does not need to know which.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from qbconnector.accounts.users import Product
from qbconnector.health import Finding


class FileMode(Enum):
    """How a session wants the company file open; the values are the manual's words for ConnectionMode."""

    DONT_CARE = "DontCare"
    SINGLE = "Single"
    MULTI = "Multi"


@dataclass(frozen=True, slots=True)
class Application:
    """Who connects, as the company file's authorizations know it."""

    name: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class Access:
    """What a session may do: read only or all; with which editions (AuthFlags, 0: any); stay between requests."""

    read_only: bool = False
    auth_flags: int = 0
    lasting: bool = False


class Chunks(Protocol):
    """An answer, in pieces. `aclose` is called in any case, also before the last piece; more often does no harm."""

    def __aiter__(self) -> AsyncIterator[bytes]: ...

    def __anext__(self) -> Awaitable[bytes]: ...

    def aclose(self) -> Awaitable[None]: ...


class RequestProcessor(Protocol):
    """One application's connection. Every method raises ``RequestProcessorError`` where COM would raise."""

    @property
    def concurrency(self) -> int:
        """How many sessions of one company file may process at once; 1 for COM."""
        ...

    @property
    def alive(self) -> bool:
        """Whether it can still be used: false once the process that it lives in has ended."""
        ...

    async def open_connection(self, app: Application) -> None:
        """Say who connects; comes before every session."""
        ...

    async def begin_session(self, company_file: str, mode: FileMode, access: Access) -> str:
        """Open a company file ("" for the one that is open now) and return the session's ticket."""
        ...

    def process_request(self, ticket: str, request: bytes) -> Chunks:
        """Execute one qbXML document; the answer comes in chunks.

        The first chunk decides: what fails as a whole raises before it. What breaks later raises from the
        iterator, and the answer is then incomplete.
        """
        ...

    async def end_session(self, ticket: str) -> None:
        """Close the session; its iterators end with it."""
        ...

    async def close_connection(self) -> None:
        """Take leave; sessions that are still open end."""
        ...

    async def current_company_file(self, ticket: str) -> str:
        """The full path of the session's company file."""
        ...

    async def supported_versions(self, ticket: str) -> list[str]:
        """Every qbXML version the session understands, oldest first, as in ``13.0``."""
        ...

    async def process_subscription(self, request: bytes) -> bytes:
        """Execute a subscription document; needs a connection but no session."""
        ...

    async def aclose(self) -> None:
        """Let go of everything, in whatever state the connection is; never raises."""
        ...


ProcessorFactory = Callable[[Product], RequestProcessor]


class Backend(Protocol):
    """Where request processors come from, and the program behind them all."""

    def processor(self) -> RequestProcessor:
        """A new connection."""
        ...

    async def stop(self) -> None:
        """Stop the program's process, whatever it is doing; the next session starts it again."""

    async def findings(self) -> list[Finding]:
        """What there is to say of the program, for whoever asks how it is."""
        ...

    async def sweep(self) -> None:
        """What has to be done about once a second."""

    async def aclose(self) -> None:
        """Let go of everything."""
