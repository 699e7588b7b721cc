"""/company/…, of one company file: what is in it at a glance, its lists and transactions, registers, single objects."""

from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from qbconnector.console.companies import located, opened, quickbooks, short
from qbconnector.console.pages.parts import render, stage
from qbconnector.errors import InvalidView
from qbconnector.sandbox import browse
from qbconnector.sandbox.books import Books
from qbconnector.sandbox.kinds import ENTITIES, kinds

SIZES = (25, 50, 100, 500)
MOST = 20  # of what is found, by name, by number and by amount
ACTIVE = {"": None, "yes": True, "no": False}


def overview(request: Request) -> Response:
    """The company file at a glance."""
    path = located(stage(request), _asked(request, "file"))
    with opened(stage(request), str(path)) as books:
        found, groups = browse.overview(books), browse.groups(books)
        return _render(
            request,
            books,
            "company/overview.html",
            overview=found,
            groups=groups,
            path=path,
            is_open=str(path) == quickbooks(stage(request)).state().file,
            verified=stage(request).tasks.verified(path),
        )


def objects(request: Request) -> Response:
    """A page of a list or of transactions: the whole of it, or only its rows for who types a search."""
    asked = {name: _asked(request, name) for name in ("search", "order", "active", "entity", "since", "until", "open")}
    with opened(stage(request), _asked(request, "file")) as books:
        wish = browse.Wish(
            request.path_params["kind"],
            asked["search"],
            asked["order"],
            ACTIVE.get(asked["active"]),
            asked["entity"],
            asked["since"],
            asked["until"],
            bool(asked["open"]),
            _place(request),
        )
        page = browse.page(books, wish)
        entity = browse.detail(books, wish.entity).link if wish.entity else None
        return _render(
            request,
            books,
            "company/rows.html" if _is_part(request) else "company/objects.html",
            page=page,
            asked=asked,
            entity=entity,
            path_kind=wish.kind,
            is_transaction=page.columns[0].name == "date",
            is_filtered=any(value for name, value in asked.items() if name != "order"),
        )


def thing(request: Request) -> Response:
    """One object; a transaction with its lines, what it posted and what it is linked with."""
    id_ = request.path_params["id"]
    with opened(stage(request), _asked(request, "file")) as books:
        detail = browse.detail(books, id_)
        if kinds()[detail.link.kind].is_transaction:
            found = browse.transaction(books, id_)
            return _render(request, books, "company/transaction.html", detail=detail, transaction=found)
        return _render(
            request,
            books,
            "company/object.html",
            detail=detail,
            has_register=detail.link.kind in {"Account", *ENTITIES},
            is_entity=detail.link.kind in ENTITIES,
        )


def register(request: Request) -> Response:
    """What was posted to an account, or stands open with a customer or vendor, with the balance after each."""
    asked = {name: _asked(request, name) for name in ("since", "until", "first", "mark")}
    span = browse.Span(asked["since"], asked["until"], asked["first"] != "oldest", _place(request))
    with opened(stage(request), _asked(request, "file")) as books:
        found = browse.register(books, request.path_params["id"], span)
        return _render(
            request,
            books,
            "company/entries.html" if _is_part(request) else "company/register.html",
            register=found,
            asked=asked,
            is_account=found.link.kind == "Account",
        )


def find(request: Request) -> Response:
    """Anything by a part of its name, its number or its amount."""
    text = _asked(request, "text")
    with opened(stage(request), _asked(request, "file")) as books:
        template = "company/found.html" if _is_part(request) else "company/find.html"
        return _render(request, books, template, text=text, found=browse.search(books, text, MOST), most=MOST)


def _render(request: Request, books: Books, template: str, **context: Any) -> Response:
    here = stage(request)
    file = short(here, located(here, _asked(request, "file")))
    return render(
        request,
        template,
        file=file,
        company=books.singleton("Company").text("CompanyName"),
        part=_is_part(request),
        title_of=browse.titles,
        size=_size(request),
        sizes=sorted({*SIZES, _size(request)}),
        address=lambda path, **query: _address(path, file=file, **query),
        again=lambda **changes: _again(request, file, changes),
        **context,
    )


def _address(path: str, **query: str) -> str:
    return f"{path}?{urlencode({name: value for name, value in query.items() if value})}"


def _again(request: Request, file: str, changes: dict[str, str]) -> str:
    """This page's own address, with some of what it asks for changed, from the first rows on."""
    kept = {name: value for name, value in request.query_params.items() if name not in {"after", "before"}}
    return _address(request.url.path, **{**kept, "file": file, **changes})


def _asked(request: Request, name: str) -> str:
    return request.query_params.get(name, "").strip()


def _is_part(request: Request) -> bool:
    """Whether a page that is there already asks for its changing part."""
    return "hx-request" in request.headers and "hx-history-restore-request" not in request.headers


def _size(request: Request) -> int:
    text = _asked(request, "size") or str(SIZES[1])
    if not (text.isdecimal() and len(text) < 5):
        raise InvalidView(f'"{text}" is no number of rows')
    return int(text)


def _place(request: Request) -> browse.Place:
    return browse.Place(_size(request), _asked(request, "after"), _asked(request, "before"))


routes = [
    Route("/company/overview", overview),
    Route("/company/list/{kind}", objects),
    Route("/company/object/{id}", thing),
    Route("/company/register/{id}", register),
    Route("/company/find", find),
]
