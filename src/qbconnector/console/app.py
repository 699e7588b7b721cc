"""The console as one ASGI application: pages, the API, and what monitoring asks for, behind the gate.

``/healthz`` and ``/metrics`` name no user, no file and no body: nobody has to sign in for them.
"""

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from qbconnector.activity.metrics import CONTENT_TYPE
from qbconnector.console.api.app import api
from qbconnector.console.backstage import Backstage
from qbconnector.console.gate import Gate, SignIns
from qbconnector.console.pages import advanced, books, company, explorer, signin, status, users
from qbconnector.console.pages.parts import STATIC, render, stage, static_root
from qbconnector.console.problems import status_of
from qbconnector.errors import QbConnectorError

PAGES = (
    *signin.routes,
    *users.routes,
    *status.routes,
    *company.routes,
    *books.routes,
    *explorer.routes,
    *advanced.routes,
)


class Assets(StaticFiles):
    """Static files, for browsers to keep: their addresses change with their content."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """See StaticFiles."""
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


async def health(request: Request) -> JSONResponse:
    """Whether the data port takes requests."""
    status, code = ("ok", 200) if stage(request).running.listening else ("stopping", 503)
    return JSONResponse({"status": status, "version": stage(request).version}, code)


async def figures(request: Request) -> Response:
    """The figures that Prometheus reads."""
    return Response(stage(request).metrics.text(), headers={"Content-Type": CONTENT_TYPE})


async def missing(request: Request, error: Exception) -> Response:
    """The page for what is not there, or cannot be asked so."""
    assert isinstance(error, HTTPException)
    return render(request, "error.html", error.status_code, problem=error.detail, remedy="")


async def failed(request: Request, error: Exception) -> Response:
    """The page for what went wrong."""
    assert isinstance(error, QbConnectorError)
    return render(request, "error.html", status_of(error), problem=str(error), remedy=error.remedy)


def application(parts: Backstage) -> Starlette:
    """The ASGI application for the parts of one connector."""
    sign_ins = SignIns(parts.administrator)
    app = Starlette(
        routes=[
            Route("/healthz", health),
            Route("/metrics", figures),
            Mount(static_root(), Assets(directory=STATIC)),
            Mount("/api", api(parts)),
            *PAGES,
        ],
        middleware=[Middleware(Gate, administrator=parts.administrator, sign_ins=sign_ins)],
        exception_handlers={HTTPException: missing, QbConnectorError: failed},
    )
    app.state.backstage = parts
    app.state.sign_ins = sign_ins
    return app
