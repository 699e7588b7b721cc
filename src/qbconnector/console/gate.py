"""The gate in front of the console: who has signed in, what a browser may do with that, and what it may load.

A browser signs in with the administrator's password or a one-time link and has a cookie from then on; every
change it asks for also carries the session's own secret, so that no other page can ask in its name. Scripts
bring a token. It owns nothing of what is behind it.
"""

import asyncio
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qbconnector import clock
from qbconnector.accounts.failures import Failures
from qbconnector.console.administrator import Administrator
from qbconnector.console.problems import problem

IDLE: Final = 4 * 3600.0  # seconds after which who does nothing is signed out
LASTS: Final = 24 * 3600.0  # and everybody after so many
SESSIONS: Final = 256
NAME: Final = "administrator"  # by which failures are counted
OPEN: Final = ("/healthz", "/metrics", "/signin", "/static/")
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
OURS: Final = frozenset({"same-origin", "none"})  # of Sec-Fetch-Site
CSRF: Final = "x-csrf-token"

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


@dataclass(slots=True)
class SignedIn:
    """One browser; ``csrf`` is the secret that its changes carry, ``edition`` that of the password."""

    edition: str
    begun: float
    used: float
    csrf: str = field(default_factory=lambda: secrets.token_urlsafe(24))


class SignIns:
    """Everybody who has signed in to one console. The cookies' values are kept in memory only."""

    def __init__(self, administrator: Administrator, monotonic: Callable[[], float] = clock.monotonic) -> None:
        self.failures = Failures(monotonic)
        self._administrator = administrator
        self._monotonic = monotonic
        self._known: dict[str, SignedIn] = {}

    async def by_password(self, password: str, address: str) -> str | None:
        """The cookie of a new sign-in, or None. It takes its time after failures."""
        if self.failures.locked_out(NAME, address):
            return None
        if await asyncio.to_thread(self._administrator.check, password):
            self.failures.forgive(NAME, address)
            return self._begin()
        await self.failures.failed(NAME, address)
        return None

    async def by_link(self, secret: str) -> str | None:
        """The cookie of a new sign-in, or None."""
        return self._begin() if await asyncio.to_thread(self._administrator.redeem, secret) else None

    def _begin(self) -> str:
        if len(self._known) >= SESSIONS:
            del self._known[min(self._known, key=lambda one: self._known[one].used)]
        cookie, now = secrets.token_urlsafe(32), self._monotonic()
        self._known[cookie] = SignedIn(self._administrator.edition, now, now)
        return cookie

    def get(self, cookie: str) -> SignedIn | None:
        """Whose cookie this is, while it is good."""
        found, now = self._known.get(cookie), self._monotonic()
        if found is None:
            return None
        if now - found.used > IDLE or now - found.begun > LASTS or found.edition != self._administrator.edition:
            del self._known[cookie]
            return None
        found.used = now
        return found

    def end(self, cookie: str) -> None:
        """Sign out."""
        self._known.pop(cookie, None)


def cookie_name(connection: HTTPConnection) -> str:
    """The cookie's name: cookies know no ports, and there may be several consoles on a machine."""
    return f"qbconnector-{connection.url.port or 0}"


class Gate:
    """ASGI middleware: lets in who may come in, and says in each answer what a browser may do with it."""

    def __init__(self, app: ASGIApp, administrator: Administrator, sign_ins: SignIns) -> None:
        self._app = app
        self._administrator = administrator
        self._sign_ins = sign_ins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        refusal = self._refusal(scope)
        await (refusal or self._app)(scope, receive, guarded)

    def _refusal(self, scope: Scope) -> Response | None:
        """The answer to who may not come in; None to who may."""
        connection = HTTPConnection(scope)
        path, headers = connection.url.path, connection.headers
        state = scope.setdefault("state", {})
        state["signed_in"] = None
        safe = scope["method"] in SAFE
        if not safe and headers.get("sec-fetch-site", "none") not in OURS:
            return problem(403, "Another site asked for this.", "Ask from the console's own pages.")
        if path.startswith(OPEN):
            return None
        if (token := _bearer(headers)) is not None:
            if self._administrator.owner(token):
                return None
            return problem(401, "The token is none of this console's.", "`qbconnector console token NAME` makes one.")
        signed_in = self._sign_ins.get(connection.cookies.get(cookie_name(connection), ""))
        if signed_in is None:
            return _outside(connection)
        if not safe and not hmac.compare_digest(headers.get(CSRF, "").encode(), signed_in.csrf.encode()):
            return problem(403, "The request does not carry this session's secret.", "Load the page again.")
        state["signed_in"] = signed_in
        return None


def _bearer(headers: Headers) -> str | None:
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def _outside(connection: HTTPConnection) -> Response:
    path = connection.url.path
    if path.startswith("/api/") or connection.scope["method"] not in SAFE:
        return problem(
            401, "Nobody has signed in.", "Send a token: Authorization: Bearer …", {"WWW-Authenticate": "Bearer"}
        )
    wanted = path + (f"?{connection.url.query}" if connection.url.query else "")
    target = "/signin" if wanted == "/" else f"/signin?next={quote(wanted)}"
    if connection.headers.get("hx-request"):  # a part of a page: the whole of it goes to the sign-in
        return Response(status_code=401, headers={"HX-Redirect": "/signin"})
    return RedirectResponse(target, 303)
