"""/users: who may use the connector."""

from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from qbconnector import clock
from qbconnector.accounts.users import USER, User, Users
from qbconnector.console.api.users import authorization
from qbconnector.console.pages.parts import render, stage
from qbconnector.settings.folders import SUFFIX


async def show_all(request: Request) -> Response:
    """Every user, and what is known of each since the start."""
    parts = stage(request)
    connected = parts.sessions.overview().connected  # asked for here: the sessions belong to the event loop
    users, standings = await run_in_threadpool(_standings, request)
    seen = {user.name: parts.requests.seen(user.name) for user in users}
    return render(
        request, "users.html", users=users, standings=standings, connected=connected, seen=seen, now=clock.now()
    )


def _standings(request: Request) -> tuple[list[User], dict[str, Any]]:
    users = Users(stage(request).store).all()
    return users, {user.name: authorization(stage(request), user) for user in users}


def new(request: Request) -> Response:
    """The form for a new user."""
    return _form(request, User(""))


def edit(request: Request) -> Response:
    """The form for a user that is there."""
    return _form(request, Users(stage(request).store).get(request.path_params["name"]))


def _form(request: Request, user: User) -> Response:
    files = sorted(path.name for path in stage(request).folder.companies.glob(f"*{SUFFIX}"))
    standing = authorization(stage(request), user) if user.name else None
    return render(request, "user.html", user=user, files=files, fields=USER, standing=standing)


routes = [
    Route("/", show_all),
    Route("/users", show_all),
    Route("/users/new", new),
    Route("/users/edit/{name:path}", edit),
]
