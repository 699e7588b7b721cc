"""What the console's port answers. It names no user, no file and no body: nobody has to sign in for it."""

from collections.abc import Callable
from html import escape

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from qbconnector.activity.metrics import CONTENT_TYPE

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>qbconnector {version}</title>
<h1>qbconnector {version}</h1>
<p>Requests go to <code>{url}</code>. Users, settings and the log are managed with the
<code>qbconnector</code> command. </html>
"""


def application(
    version: str, data_url: Callable[[], str], metrics: Callable[[], bytes], listening: Callable[[], bool]
) -> Starlette:
    """The ASGI application.

    ``data_url`` tells the data port's address of the moment, ``metrics`` the figures, ``listening`` whether
    the data port takes requests.
    """

    async def index(request: Request) -> HTMLResponse:
        return HTMLResponse(PAGE.format(version=escape(version), url=escape(data_url())))

    async def health(request: Request) -> JSONResponse:
        status, code = ("ok", 200) if listening() else ("stopping", 503)
        return JSONResponse({"status": status, "version": version}, code)

    async def figures(request: Request) -> Response:
        return Response(metrics(), headers={"Content-Type": CONTENT_TYPE})

    return Starlette(routes=[Route("/", index), Route("/healthz", health), Route("/metrics", figures)])
