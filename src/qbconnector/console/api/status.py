"""/api/status: what the connector does now, what it has done, how it is; and ending what hangs."""

from datetime import datetime
from itertools import islice
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict

from qbconnector import clock
from qbconnector.activity.history import Point
from qbconnector.activity.requests import KEPT
from qbconnector.console.api.log import LAST_NUMBER, Wanted
from qbconnector.console.api.parts import Stage
from qbconnector.errors import AlreadyEnded, ForgottenRequest
from qbconnector.health import Finding
from qbconnector.sessions.overview import Overview

router = APIRouter(prefix="/status", tags=["status"])

Span = Literal["hour", "day"]
Number = Annotated[int, Path(ge=1, le=LAST_NUMBER)]

SPANS: Final[dict[Span, tuple[int, int]]] = {"hour": (60, 1), "day": (24 * 60, 15)}
"""How many minutes, and in steps of how many."""


class Times(BaseModel):
    """Where a request's time went, in seconds."""

    model_config = ConfigDict(from_attributes=True)

    waiting: float
    opening: float
    executing: float
    sending: float


class Request(BaseModel):
    """A request that is over; ``status`` 0: its client was gone before the answer."""

    model_config = ConfigDict(from_attributes=True)

    number: int
    started: datetime
    seconds: float
    spent: Times
    client: str
    user: str
    application: str
    company_file: str
    interaction: str
    messages: tuple[str, ...]
    status: int
    codes: tuple[str, ...]
    received: int
    sent: int
    note: str


class Whole(Request):
    """A request with the beginnings of its bodies, as far as a verbose log has kept them."""

    request: str
    answer: str


@router.get("")
async def show_overview(stage: Stage) -> Overview:
    """Requests under way, sessions that stay open, and queues. Times are in seconds."""
    return stage.sessions.overview()


@router.get("/health")
async def show_health(stage: Stage) -> list[Finding]:
    """What is well and what is wrong, and what to do about it."""
    return await stage.running.health()


@router.get("/history/{over}")
def show_history(stage: Stage, over: Span) -> list[Point]:
    """What happened in each minute of the last hour, or quarter of an hour of the last day; the last one goes on.

    ``median`` and ``slow``, which 95 of 100 did not exceed, are in seconds.
    """
    return stage.requests.history.points(clock.now().timestamp(), *SPANS[over])


@router.get("/requests")
async def list_requests(
    stage: Stage, only: Wanted, newest: Annotated[int, Query(ge=1, le=KEPT)] = 100
) -> list[Request]:
    """The last requests that are over, newest first; those whose line in the log is wanted."""
    return [Request.model_validate(one) for one in islice(stage.requests.newest(only), newest)]


@router.get("/requests/{number}")
async def show_request(stage: Stage, number: Number) -> Whole:
    """One of the last requests that are over."""
    found = stage.requests.find(number)
    if found is None:
        raise ForgottenRequest(number, KEPT)
    return Whole.model_validate(found)


@router.delete("/running/{number}", status_code=204, response_class=Response)
async def cancel_request(stage: Stage, number: Number) -> None:
    """Cancel a request under way; its client gets a 517 that says so, and whether QuickBooks may have seen it."""
    if not stage.sessions.cancel(number):
        raise AlreadyEnded("request", number)
    stage.activity.warning(f"the administrator cancelled request #{number}")


@router.delete("/sessions/{number}", status_code=204, response_class=Response)
async def close_session(stage: Stage, number: Number) -> None:
    """Close a persistent session, after its last use; the iterators in it end with it."""
    if not stage.sessions.end(number):
        raise AlreadyEnded("session", number)
    stage.activity.warning(f"the administrator closed the persistent session {number}")
