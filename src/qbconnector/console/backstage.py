"""What the console may see and use of the connector that runs beside it."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, field
from typing import Protocol

from starlette.requests import Request

from qbconnector.accounts.users import User
from qbconnector.activity.log import ActivityLog
from qbconnector.activity.metrics import Metrics
from qbconnector.activity.requests import Requests
from qbconnector.console.administrator import Administrator
from qbconnector.console.answers import Answers
from qbconnector.console.tasks import Tasks
from qbconnector.health import Finding
from qbconnector.sessions.sessions import Sessions
from qbconnector.settings.folders import DataFolder
from qbconnector.settings.store import SettingsStore
from qbconnector.settings.values import Settings


class Running(Protocol):
    """The connector as it runs now."""

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        ...

    @property
    def started(self) -> Settings:
        """The settings of the start: those that wait for the next one are in force as they are here."""
        ...

    @property
    def data_url(self) -> str:
        """Where requests go."""
        ...

    @property
    def listening(self) -> bool:
        """Whether the data port takes requests."""
        ...

    def health(self) -> Awaitable[list[Finding]]:
        """What there is to say of the connector and its machine."""
        ...

    def settle(self) -> Awaitable[None]:
        """Put what is stored in force now. Raises what keeps it from being so."""
        ...

    def test(self, user: User) -> Awaitable[str]:
        """Open the user's company file as a request would; its full path. Raises what a request would."""
        ...


@dataclass(frozen=True, slots=True)
class Backstage:
    """The parts of one connector, for pages and API."""

    version: str
    running: Running
    folder: DataFolder
    store: SettingsStore
    administrator: Administrator
    activity: ActivityLog
    metrics: Metrics
    requests: Requests
    sessions: Sessions
    answers: Answers
    tasks: Tasks = field(default_factory=Tasks)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)  # set when streams have to end


def address(request: Request) -> str:
    """Where a request to the console came from."""
    return request.client.host if request.client else ""


def backstage(request: Request) -> Backstage:
    """The parts, as the application has them."""
    found = request.app.state.backstage
    assert isinstance(found, Backstage)
    return found
