"""What the console's port answers. It names no user, no file and no body: nobody has to sign in for it."""

from collections.abc import Callable
from html import escape

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse
from starlette.routing import Route

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>qbconnector {version}</title>
<h1>qbconnector {version}</h1>
<p>Requests go to <code>{url}</code>. Users, settings and the log are managed with the
<code>qbconnector</code> command. </html>
"""


def application(version: str, data_url: Callable[[], str]) -> Starlette:
    """The ASGI application; ``data_url`` tells the data port's address of the moment."""

    async def index(request: Request) -> HTMLResponse:
        return HTMLResponse(PAGE.format(version=escape(version), url=escape(data_url())))

    async def health(request: Request) -> JSONResponse:
        return JSONResponse({"status": "ok", "version": version})

    return Starlette(routes=[Route("/", index), Route("/healthz", health)])
