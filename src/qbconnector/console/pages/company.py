"""/company: what the sandbox's QuickBooks has open, whom it lets in, and the company files there are."""

from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from qbconnector import clock
from qbconnector.console.api.company import authorizations, listed, state
from qbconnector.console.companies import short
from qbconnector.console.pages.parts import render, stage
from qbconnector.sandbox.quickbooks import ADMINISTRATOR, ASKING, EDITIONS, SINGLE

STOP_POLLING = 286  # htmx's own status
RECENT = timedelta(minutes=10)  # after which what a task came to is shown no more


def show(request: Request) -> Response:
    """Everything about QuickBooks and its company files."""
    now, found = state(stage(request)), authorizations(stage(request))
    return render(
        request,
        "company/show.html",
        **_files(request),
        part=False,
        state=now,
        questions=[one for one in found if one.answer in {"", ASKING}],
        answered=[one for one in found if one.answer not in {"", ASKING}],
        at_hand=now.file if (now.mode, now.user) == (SINGLE, ADMINISTRATOR) else "",
        editions=EDITIONS,
        processor=stage(request).running.started.request_processor,
    )


def tasks(request: Request) -> Response:
    """The part of the page that says how far the work with company files is; asked for until there is none, and then
    with the company files as they are after it."""
    context = _files(request)
    return render(request, "company/tasks.html", 200 if context["running"] else STOP_POLLING, **context, part=True)


def _files(request: Request) -> dict[str, Any]:
    here, now = stage(request), clock.now()
    tasks = [task for task in here.tasks.all() if task.ended is None or now - task.ended < RECENT]
    return {
        "tasks": tasks,
        "running": any(task.ended is None for task in tasks),
        "files": listed(here),  # after that: what has ended is in it
        "verified": here.tasks.verified,
        "short": lambda path: short(here, path),
    }


routes = [
    Route("/company", show),
    Route("/company/tasks", tasks),
]
