"""/api/status/log: the recent lines of the activity log, at once or as they come."""

from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Header, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field

from qbconnector import clock
from qbconnector.activity.log import RECENT, ActivityLog, Batch, Event, Filter, Level
from qbconnector.console.api.parts import Stage, attachment, binary
from qbconnector.console.api.streams import MEDIA_TYPE, EventStream, event

router = APIRouter(prefix="/status/log", tags=["status"])

AT_ONCE: Final = 100  # lines in one event
FIRST: Final = 500  # lines that who begins to read gets, at most
LAST_NUMBER: Final = 2**53

LevelName = Literal["Verbose", "Info", "Warning", "Error"]


class Line(BaseModel):
    """One line; ``request`` is the number of the request it is about, or 0."""

    number: int
    when: str = Field(json_schema_extra={"format": "date-time"})
    level: LevelName
    user: str
    request: int
    text: str


class Lines(BaseModel):
    """Lines, oldest first; ``last`` is the number to go on after, ``dropped`` how many are left out before them."""

    lines: list[Line]
    last: int
    dropped: int = 0


def wanted(
    level: Annotated[LevelName, Query(description="This and worse.")] = "Verbose",
    user: Annotated[str, Query(max_length=200)] = "",
    text: Annotated[str, Query(max_length=200, description="What stands in the line, in any case.")] = "",
) -> Filter:
    """Which lines."""
    return Filter(Level[level.upper()], user.strip(), text)


Wanted = Annotated[Filter, Depends(wanted)]
After = Annotated[int, Query(ge=0, le=LAST_NUMBER, description="Only what came after the line of this number.")]


@router.get("")
def list_lines(
    stage: Stage, only: Wanted, after: After = 0, newest: Annotated[int, Query(ge=1, le=RECENT)] = FIRST
) -> Lines:
    """The recent lines, and of those at most the newest so many."""
    return _shown(_newest(stage.activity.after(after, only), newest, after))


@router.get("/file", responses=binary("text/plain"), response_class=Response)
def download_lines(stage: Stage, only: Wanted) -> Response:
    """The recent lines as a file, in the form of the log's own."""
    text = "".join(f"{one}\n" for one in stage.activity.after(0, only).events)
    headers = attachment(f"activity-{clock.now():%Y-%m-%d-%H%M}.txt")
    return Response(text, media_type="text/plain", headers=headers)


@router.delete("", status_code=204, response_class=Response)
def clear_lines(stage: Stage) -> None:
    """Forget the recent lines. What was written to files stays."""
    stage.activity.forget()


STREAM: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "Events named `lines`, without end: the lines as the list of them has them, in `data`.",
        "content": {MEDIA_TYPE: {"schema": {"type": "string"}}},
    }
}


@router.get("/stream", responses=STREAM, response_class=Response)
async def follow_lines(
    stage: Stage,
    only: Wanted,
    after: After = 0,
    last_event_id: Annotated[int | None, Header(ge=0, le=LAST_NUMBER)] = None,
) -> Response:
    """The recent lines, then those that come, as server-sent events. It ends now and then: ask for what came after."""
    number = after if last_event_id is None else last_event_id
    return EventStream(_events(stage.activity, number, only), stage.stopping)


async def _events(activity: ActivityLog, number: int, only: Filter) -> AsyncGenerator[bytes, None]:
    async with aclosing(activity.follow(number, only)) as batches:
        async for batch in batches:
            for part in _parts(_newest(batch, FIRST, number)):
                yield event("lines", part.last, _shown(part).model_dump_json())
            number = batch.last


def _newest(batch: Batch, most: int, after: int) -> Batch:
    """The batch without its oldest lines, which count as dropped; but who begins has missed nothing."""
    left_out = max(0, len(batch.events) - most)
    return batch._replace(events=batch.events[left_out:], dropped=batch.dropped + left_out if after else 0)


def _parts(batch: Batch) -> Iterator[Batch]:
    """The batch in handy pieces; the number of a piece is its last line's."""
    events, dropped = batch.events, batch.dropped
    while len(events) > AT_ONCE:
        yield Batch(events[:AT_ONCE], events[AT_ONCE - 1].number, dropped)
        events, dropped = events[AT_ONCE:], 0
    if events or dropped:
        yield Batch(events, batch.last, dropped)


def _shown(batch: Batch) -> Lines:
    return Lines(lines=[_line(one) for one in batch.events], last=batch.last, dropped=batch.dropped)


def _line(one: Event) -> Line:
    return Line.model_construct(
        number=one.number,
        when=one.when.isoformat(timespec="milliseconds"),
        level=one.level.name.capitalize(),
        user=one.user,
        request=one.request,
        text=one.plain,
    )
