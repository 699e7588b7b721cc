"""/signin and /signout."""

from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from qbconnector.console.backstage import address
from qbconnector.console.gate import SignIns, cookie_name
from qbconnector.console.pages.parts import render, stage

WRONG: Final = "That is not the password. After several failures an answer takes longer, and then you have to wait."
USED: Final = "This link has been used, or is too old. `qbconnector console open` makes another."


def _sign_ins(request: Request) -> SignIns:
    found = request.app.state.sign_ins
    assert isinstance(found, SignIns)
    return found


def _inside(request: Request, wanted: str) -> str:
    """Where to go after the sign-in: a page of ours, wherever the address came from."""
    plain = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and "\\" not in wanted
    return wanted if plain else "/"


async def ask(request: Request) -> Response:
    """The page that asks for the password; a one-time link signs in at once."""
    if secret := request.query_params.get("link"):
        cookie = await _sign_ins(request).by_link(secret)
        return _welcome(request, cookie, "/") if cookie else render(request, "signin.html", 401, error=USED, next="/")
    return render(request, "signin.html", error="", next=request.query_params.get("next", "/"))


async def sign_in(request: Request) -> Response:
    """Sign in with the password."""
    async with request.form(max_fields=2, max_part_size=4096) as form:
        password, wanted = str(form.get("password", "")), str(form.get("next", "/"))
    cookie = await _sign_ins(request).by_password(password, address(request))
    if cookie is None:
        stage(request).activity.warning(f"{address(request)} gave a wrong password to the console")
        return render(request, "signin.html", 401, error=WRONG, next=wanted)
    return _welcome(request, cookie, _inside(request, wanted))


def _welcome(request: Request, cookie: str, target: str) -> Response:
    response = RedirectResponse(target, 303)
    secure = request.url.scheme == "https"
    response.set_cookie(cookie_name(request), cookie, httponly=True, samesite="strict", secure=secure)
    stage(request).activity.info(f"the administrator signed in to the console from {address(request)}")
    return response


async def sign_out(request: Request) -> Response:
    """Sign out."""
    name = cookie_name(request)
    _sign_ins(request).end(request.cookies.get(name, ""))
    response = Response(status_code=204)
    response.delete_cookie(name)
    return response


routes = [
    Route("/signin", ask, methods=["GET"]),
    Route("/signin", sign_in, methods=["POST"]),
    Route("/signout", sign_out, methods=["POST"]),
]
