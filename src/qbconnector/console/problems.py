"""How the console's API says that something went wrong: problem details (RFC 9457), with a remedy.

One table says which HTTP status an error of ours has.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

from qbconnector import errors

STATUSES: Final[dict[type[Exception], int]] = {
    errors.UnknownSetting: 404,
    errors.UnknownUser: 404,
    errors.UnknownToken: 404,
    errors.ForgottenRequest: 404,
    errors.AlreadyEnded: 404,
    errors.UnknownTask: 404,
    errors.NothingThere: 404,
    errors.NoRegister: 404,
    errors.InvalidView: 422,
    errors.CompanyFileMissing: 404,
    errors.UnknownPlace: 422,
    errors.TooManyTasks: 503,
    errors.UserExists: 409,
    errors.TokenExists: 409,
    errors.CompanyFileError: 409,
    errors.StartupError: 409,
    errors.SettingsError: 422,
    errors.UserError: 422,
    errors.ConsoleError: 422,
    errors.UnknownLanguage: 404,
    errors.AnswerGone: 404,
    errors.TextTooLarge: 413,
    errors.AnswerTooLarge: 502,
    errors.ExplorerError: 422,
    errors.CertificateError: 422,
    errors.RequestProcessorError: 502,
    errors.QueueFull: 503,
    OSError: 422,
}
"""An error has the status of the first class here that it is of."""

MEDIA_TYPE: Final = "application/problem+json"


def status_of(error: Exception) -> int:
    """The HTTP status of an error of ours."""
    return next((status for kind, status in STATUSES.items() if isinstance(error, kind)), 500)


def problem(
    status: int, detail: str, remedy: str = "", headers: Mapping[str, str] | None = None, **more: Any
) -> JSONResponse:
    """The answer that tells of a problem; ``more`` are members of its own."""
    body = {"title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    if remedy:
        body["remedy"] = remedy
    return JSONResponse(body | more, status, headers, MEDIA_TYPE)


def of_ours(request: Request, error: Exception) -> JSONResponse:
    """The answer to an error of ours; a setting that is wrong is named as ``field``."""
    status = status_of(error)
    more: dict[str, Any] = {}
    if isinstance(error, errors.InvalidSetting):
        more["field"] = error.name
    if isinstance(error, errors.NotAdministrator):
        more["offer"] = offer(error)
    if isinstance(error, errors.RequestProcessorError):
        more |= {"hresult": f"0x{error.hresult:08X}", "explanation": error.detail}
    if isinstance(error, OSError):
        return problem(status, f"{error.filename or ''}: {error.strerror or error}".lstrip(": "))
    return problem(status, str(error), getattr(error, "remedy", ""), **more)


def offer(error: errors.NotAdministrator) -> dict[str, Any]:
    """What would mend it, for a page to offer: a button's label, and what it asks of the API before it asks again."""
    return {
        "label": "Open it so, and answer",
        "method": "POST",
        "url": "/api/company/open",
        "body": {"file": str(error.path)},
    }


def of_http(request: Request, error: Exception) -> JSONResponse:
    """The answer to what the framework refuses."""
    assert isinstance(error, HTTPException)
    return problem(error.status_code, error.detail, headers=error.headers)


def of_shape(request: Request, error: Exception) -> JSONResponse:
    """The answer to a request of the wrong shape: the first thing that is wrong with it, and all of them."""
    assert isinstance(error, RequestValidationError)
    found = [(_place(one["loc"]), str(one["msg"])) for one in error.errors()]
    place, message = found[0]
    listed = [{"field": where, "detail": what} for where, what in found]
    return problem(422, f"{place}: {message}." if place else f"{message}.", field=place, errors=listed)


def _place(parts: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in parts[1:])  # the first says body, query or path
