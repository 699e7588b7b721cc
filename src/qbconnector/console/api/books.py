"""/api/company, of one company file: its lists, transactions, registers and everything in them, to read."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from qbconnector.console.api.parts import Stage
from qbconnector.console.companies import opened
from qbconnector.sandbox import browse

router = APIRouter(prefix="/company", tags=["books"])

File = Annotated[
    str, Query(description="A name in the data folder, or a full path; without it the company file that is open.")
]
Id = Annotated[str, Path(description="A ListID or TxnID.")]
Day = Annotated[str, Query(description="A day, as 2026-01-31, or nothing.")]
Size = Annotated[int, Query(ge=1, le=1000, description="How many rows the page has.")]
After = Annotated[str, Query(description="The page after this one: its `next`.")]
Before = Annotated[str, Query(description="The page before this one: its `previous`.")]


@router.get("/overview")
def show_overview(stage: Stage, file: File = "") -> browse.Overview:
    """A company file at a glance."""
    with opened(stage, file) as books:
        return browse.overview(books)


@router.get("/groups")
def list_groups(stage: Stage, file: File = "") -> tuple[browse.Group, ...]:
    """The lists and the kinds of transaction there are pages of, with how much is in them."""
    with opened(stage, file) as books:
        return browse.groups(books)


@router.get("/objects")
def list_objects(
    stage: Stage,
    kind: Annotated[str, Query(description="One of the groups.")],
    file: File = "",
    search: str = "",
    order: Annotated[str, Query(description='A column\'s name, led by "-" for the largest first.')] = "",
    active: bool | None = None,
    entity: Annotated[str, Query(description="Only what is with this customer, vendor or other name.")] = "",
    since: Day = "",
    until: Day = "",
    open: Annotated[bool, Query(description="Only what is not settled.")] = False,  # noqa: A002
    size: Size = 50,
    after: After = "",
    before: Before = "",
) -> browse.Page:
    """A page of a list, or of transactions."""
    place = browse.Place(size, after, before)
    with opened(stage, file) as books:
        return browse.page(books, browse.Wish(kind, search, order, active, entity, since, until, open, place))


@router.get("/objects/{id}")
def show_object(stage: Stage, id: Id, file: File = "") -> browse.Detail:  # noqa: A002
    """Everything about one object."""
    with opened(stage, file) as books:
        return browse.detail(books, id)


@router.get("/transactions/{id}")
def show_transaction(stage: Stage, id: Id, file: File = "") -> browse.Transaction:  # noqa: A002
    """One transaction with its lines, what it posted, and what it is linked with."""
    with opened(stage, file) as books:
        return browse.transaction(books, id)


@router.get("/registers/{id}")
def show_register(
    stage: Stage,
    id: Id,  # noqa: A002
    file: File = "",
    since: Day = "",
    until: Day = "",
    newest_first: bool = True,
    size: Size = 50,
    after: After = "",
    before: Before = "",
) -> browse.Register:
    """A page of the register of an account, or of what stands open with a customer, vendor or other name."""
    place = browse.Place(size, after, before)
    with opened(stage, file) as books:
        return browse.register(books, id, browse.Span(since, until, newest_first, place))


@router.get("/search")
def search(stage: Stage, text: str, file: File = "", most: Annotated[int, Query(ge=1, le=100)] = 20) -> browse.Found:
    """Find anything by a part of its name, its number or its amount; so many of each."""
    with opened(stage, file) as books:
        return browse.search(books, text, most)
