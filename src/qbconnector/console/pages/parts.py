"""What the pages share: templates, the address of static files, the navigation."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from qbconnector.console.backstage import Backstage, backstage
from qbconnector.console.pages.saying import FILTERS
from qbconnector.sandbox.quickbooks import Permission

STATIC: Final = Path(__file__).parent.parent / "static"

NAVIGATION: Final = (
    ("/users", "Users"),
    ("/status", "Status"),
    ("/company", "Company"),
    ("/explorer", "Explorer"),
    ("/advanced", "Advanced"),
)
"""The pages, in the order of the manual's tabs and then ours."""

ENVIRONMENT: Final = Environment(
    loader=PackageLoader("qbconnector.console"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
ENVIRONMENT.filters |= FILTERS

ANSWERS: Final = (
    (Permission.ALWAYS, "Yes, always", "even if QuickBooks is not running"),
    (Permission.WHEN_OPEN, "Yes, whenever this company file is open", "but not when QuickBooks is closed"),
    (Permission.ASK, "Yes, this time", "and ask again the next time"),
    (Permission.NO, "No", "the application gets error 0x80040420"),
)
"""The four answers that QuickBooks offers its administrator."""
ENVIRONMENT.globals["answers"] = ANSWERS


@cache
def static_root() -> str:
    """Where the static files are: it changes with what they hold, so that browsers may keep them.

    It is one for all of them, so that scripts find each other by their relative addresses.
    """
    digest = hashlib.sha256()
    for path in sorted(STATIC.rglob("*")):
        if path.is_file():
            digest.update(path.name.encode() + path.read_bytes())
    return f"/static/{digest.hexdigest()[:12]}"


def asset(name: str) -> str:
    """The address of a static file. Raises if there is none."""
    assert (STATIC / name).is_file(), name
    return f"{static_root()}/{name}"


ENVIRONMENT.globals["asset"] = asset
ENVIRONMENT.filters |= FILTERS


def stage(request: Request) -> Backstage:
    """The parts of the connector."""
    return backstage(request)


def render(request: Request, template: str, status: int = 200, **context: Any) -> HTMLResponse:
    """A page, or a part of one, made of a template."""
    signed_in = request.state.signed_in
    text = ENVIRONMENT.get_template(template).render(
        context,
        version=stage(request).version,
        navigation=NAVIGATION,
        here=f"/{request.url.path.split('/')[1]}",
        csrf=signed_in.csrf if signed_in else "",
    )
    return HTMLResponse(text, status)
