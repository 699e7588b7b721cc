"""The API as one application, described at /api/openapi.json."""

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from qbconnector.console.api import (
    administration,
    answers,
    books,
    certificate,
    company,
    language,
    log,
    settings,
    status,
    users,
)
from qbconnector.console.backstage import Backstage
from qbconnector.console.problems import MEDIA_TYPE, of_http, of_ours, of_shape
from qbconnector.errors import QbConnectorError

ABOUT = """\
What the console's pages do, for scripts. Send a token of `qbconnector console token NAME` with each request, as
`Authorization: Bearer …`. What goes wrong is told as problem details (RFC 9457), with a `remedy` where there is one.
"""
PROBLEM = {
    "description": "What went wrong, and what to do.",
    "content": {
        MEDIA_TYPE: {
            "schema": {
                "type": "object",
                "required": ["title", "status", "detail"],
                "properties": {
                    "title": {"type": "string"},
                    "status": {"type": "integer"},
                    "detail": {"type": "string"},
                    "remedy": {"type": "string"},
                    "field": {"type": "string"},
                    "offer": {"type": "object"},
                },
            }
        }
    },
}
ROUTERS = (
    users.router,
    status.router,
    log.router,
    company.router,
    books.router,
    settings.router,
    certificate.router,
    administration.router,
    language.router,
    answers.router,
)


def api(stage: Backstage) -> FastAPI:
    """The application, to be mounted at /api."""
    app = FastAPI(
        title="qbconnector console",
        version=stage.version,
        description=ABOUT,
        docs_url=None,  # they load scripts from elsewhere
        redoc_url=None,
        root_path_in_servers=False,
        servers=[{"url": "/api"}],
        responses={"4XX": PROBLEM, "5XX": PROBLEM},
        separate_input_output_schemas=False,
    )
    app.state.backstage = stage
    for router in ROUTERS:
        app.include_router(router)
    app.add_exception_handler(QbConnectorError, of_ours)
    app.add_exception_handler(OSError, of_ours)
    app.add_exception_handler(RequestValidationError, of_shape)
    app.add_exception_handler(HTTPException, of_http)
    return app
