"""/status: how the connector is, what it does now, what it has done; and each of the last requests."""

from typing import Any, Final, get_args

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from qbconnector import clock
from qbconnector.accounts.users import Users
from qbconnector.activity.requests import KEPT
from qbconnector.console.api.log import LevelName
from qbconnector.console.api.status import SPANS, Span
from qbconnector.console.pages.charts import HEIGHT, drawn
from qbconnector.console.pages.parts import render, stage
from qbconnector.errors import ForgottenRequest

LEVELS: Final = get_args(LevelName)


async def show(request: Request) -> Response:
    """All of it. The log's lines come by themselves, and what changes comes again now and then."""
    shown = await run_in_threadpool(_settled, request)
    return render(request, "status.html", **_now(request), **shown)


def _settled(request: Request) -> dict[str, Any]:
    parts, asked = stage(request), request.query_params
    wanted = {"level": asked.get("level", ""), "user": asked.get("user", ""), "text": asked.get("text", "")}
    users = [user.name for user in Users(parts.store).all()]
    return {
        "url": parts.running.data_url,
        "log_level": parts.activity.level,
        "levels": LEVELS,
        "users": users,
        "wanted": wanted,
        **_charts(request),
    }


def _now(request: Request) -> dict[str, Any]:
    return {"overview": stage(request).sessions.overview()}


async def now(request: Request) -> Response:
    """The part about what is under way."""
    return render(request, "now.html", **_now(request))


def _charts(request: Request) -> dict[str, Any]:
    over: Span = "day" if request.query_params.get("over") == "day" else "hour"
    history, time = stage(request).requests.history, clock.now().timestamp()
    span = SPANS[over]
    return {"over": over, "height": HEIGHT, "drawn": drawn(history.points(time, *span), history.total(time, *span))}


def charts(request: Request) -> Response:
    """The part with the charts."""
    return render(request, "charts.html", **_charts(request))


async def health(request: Request) -> Response:
    """The part about how it is."""
    return render(request, "health.html", findings=await stage(request).running.health())


async def details(request: Request) -> Response:
    """One request: one of the last that are over, or one under way."""
    number = int(request.path_params["number"])
    if found := stage(request).requests.find(number):
        return render(request, "request.html", one=found, verbose=stage(request).requests.verbose)
    for running in stage(request).sessions.overview().requests:
        if running.number == number:
            return render(request, "running.html", one=running)
    raise ForgottenRequest(number, KEPT)


routes = [
    Route("/status", show),
    Route("/status/now", now),
    Route("/status/charts", charts),
    Route("/status/health", health),
    Route("/status/requests/{number:int}", details),
]
