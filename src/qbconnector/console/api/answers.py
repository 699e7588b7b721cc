"""/api/answers: send a request as a user, and look at the answer in several forms. The last answers are kept."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response, StreamingResponse

from qbconnector.accounts.users import Users
from qbconnector.console.answers import Answer
from qbconnector.console.api.language import DialectName
from qbconnector.console.api.parts import TEXT, Stage, attachment, binary, read_text, unless_gone
from qbconnector.console.backstage import address
from qbconnector.console.sending import Sent, send
from qbconnector.errors import AnswerGone, NotWhole, QbxmlRefused
from qbconnector.qbxml.assist import Head, Tables, heads, tabulate, tidy, to_csv, to_json

router = APIRouter(prefix="/answers", tags=["answers"])

BEGINNING: Final = 1024 * 1024  # bytes of an answer that a page shows
RESPONSES: Final = 500
ROWS: Final = 200  # of each table, that are shown unless more are wanted
MOST_ROWS: Final = 10_000

Number = Annotated[int, Path(description="The number of the request.")]


@dataclass(frozen=True, slots=True)
class Beginning:
    """The beginning of an answer, laid out; ``whole`` if that is all of it.

    ``responses`` is what each response of all of it says of itself, of the first ones if there are very many.
    """

    text: str
    whole: bool
    responses: list[Head]


@router.post("", status_code=201, openapi_extra=TEXT)
async def send_request(stage: Stage, request: Request, user: str) -> Sent:
    """Send the document that is the body, as a user, the way of every request. The answer is kept for a while."""
    found = Users(stage.store).get(user)
    most = 2 * stage.running.settings.max_request_size  # UTF-8 may take more bytes than the document's own encoding
    text = await read_text(request, most, "MaxRequestSize")
    return await unless_gone(request, send(stage, found, text, address(request)))


@router.get("/{number}", responses=binary("text/xml"), response_class=Response)
def show_answer(stage: Stage, number: Number) -> Response:
    """The whole of an answer, as it came."""
    answer = stage.answers.get(number)
    return _file(answer.chunks(), "text/xml", f"answer-{number}.xml")


@router.get("/{number}/beginning")
def show_beginning(stage: Stage, number: Number) -> Beginning:
    """The first MiB of an answer, for people to read."""
    answer = stage.answers.get(number)
    whole = answer.size <= BEGINNING
    text = answer.read(0, BEGINNING).decode(errors="replace")
    return Beginning(tidy(text, whole=False), whole, list(islice(heads(answer.chunks()), RESPONSES)))


@router.get("/{number}/json", responses=binary("application/json"), response_class=Response)
def show_json(stage: Stage, number: Number, dialect: DialectName = "qbxml") -> Response:
    """The whole of an answer as JSON."""
    answer = stage.answers.get(number)
    return _file(to_json(answer.chunks(), dialect), "application/json", f"answer-{number}.json")


@router.get("/{number}/tables")
def show_tables(
    stage: Stage,
    number: Number,
    dialect: DialectName = "qbxml",
    rows: Annotated[int, Query(ge=0, le=MOST_ROWS, description="How many rows of each.")] = ROWS,
) -> Tables:
    """An answer as tables: what each response says of itself, and the objects in it."""
    return _tables(stage.answers.get(number), dialect, rows)


@router.get("/{number}/tables/{table}", responses=binary("text/csv"), response_class=Response)
def show_table(
    stage: Stage, number: Number, table: Annotated[int, Path(ge=0)], dialect: DialectName = "qbxml"
) -> Response:
    """The whole of one table of an answer, counted from 0, as CSV."""
    answer = stage.answers.get(number)
    tables = _tables(answer, dialect, 0).tables
    if table >= len(tables):
        raise AnswerGone(number, table)
    name = re.sub(r"[^A-Za-z0-9]", "", tables[table].name)
    return _file(to_csv(answer.chunks(), tables[table], dialect), "text/csv", f"answer-{number}-{name}.csv")


def _tables(answer: Answer, dialect: str, rows: int) -> Tables:
    try:
        return tabulate(answer.chunks(), dialect, rows)
    except QbxmlRefused as error:
        raise NotWhole(error.problem, error.line, error.column) from None


def _file(pieces: Iterator[bytes] | Iterator[str], media_type: str, name: str) -> Response:
    """A file to be stored."""
    return StreamingResponse(pieces, media_type=media_type, headers=attachment(name))
