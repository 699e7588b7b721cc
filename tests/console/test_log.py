"""The recent lines of the log, by the API."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from qbconnector.activity.log import ActivityLog, Batch
from qbconnector.console.api.log import AT_ONCE, _newest, _parts
from tests.console.conftest import Console


def lines(console: Console, **wanted: object) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = console.api.get("/api/status/log", params=dict(wanted)).json()["lines"]  # type: ignore[arg-type]
    return found


def batches(answer: httpx.Response) -> Iterator[tuple[int, dict[str, Any]]]:
    """The events of a stream: the number to go on after, and the lines."""
    number = 0
    for line in answer.iter_lines():
        name, _, value = line.partition(": ")
        if name == "id":
            number = int(value)
        if name == "data":
            yield number, json.loads(value)


def test_lines_are_filtered_by_level_user_and_text(console: Console) -> None:
    console.send(interaction="1")
    console.send(interaction="1", password="wrong")
    console.send(interaction="103")
    assert "serves http" in lines(console)[0]["text"]
    assert [one["request"] for one in lines(console, user="DEMO")] == [1, 3]
    (refused,) = lines(console, level="Warning")
    assert (refused["level"], refused["user"], refused["request"]) == ("Warning", "", 2)
    (third,) = lines(console, text="TYPE 103")
    assert third["text"].startswith("#3 127.0.0.1 demo")
    assert lines(console, after=third["number"]) == []
    assert lines(console, newest=1) == [third]
    assert console.api.get("/api/status/log", params={"level": "Loud"}).status_code == 422


def test_lines_are_downloaded_as_the_log_has_them_and_cleared(console: Console) -> None:
    console.send(interaction="1")
    file = console.api.get("/api/status/log/file", params={"user": "demo"})
    assert file.headers["content-disposition"].startswith('attachment; filename="activity-')
    (line,) = file.text.splitlines()
    assert line[24:].startswith("INFO    #1 127.0.0.1 demo")
    assert console.api.delete("/api/status/log").status_code == 204
    assert lines(console) == []
    console.send(interaction="1")
    assert [one["request"] for one in lines(console)] == [2]


def test_lines_come_as_they_are_written_and_go_on_where_they_ended(console: Console) -> None:
    url, wanted = "/api/status/log/stream", {"text": "type 1"}
    console.send(interaction="1")
    with console.api.stream("GET", url, params=wanted) as answer:
        coming = batches(answer)
        number, first = next(coming)
        assert [one["request"] for one in first["lines"]] == [1]
        console.send(interaction="103", password="wrong")  # not wanted: its type is never looked at
        console.send(interaction="1")
        _, second = next(coming)
        assert [one["request"] for one in second["lines"]] == [3]
    headers = {"Last-Event-ID": str(number)}
    with console.api.stream("GET", url, params=wanted | {"after": 0}, headers=headers) as answer:
        assert [one["request"] for one in next(batches(answer))[1]["lines"]] == [3]


def test_a_stream_ends_when_the_connector_stops(console: Console) -> None:
    with console.api.stream("GET", "/api/status/log/stream") as answer:
        coming = batches(answer)
        next(coming)
        console.served.stop()
        assert [one for _, batch in coming for one in batch["lines"] if "Traceback" in one["text"]] == []


def test_nobody_follows_without_signing_in(console: Console) -> None:
    with console.client() as client:
        assert client.get("/api/status/log/stream").status_code == 401


@pytest.mark.parametrize(("after", "dropped"), [(0, 0), (1, 50)])
def test_what_is_too_much_at_once_is_left_out_and_told_to_who_read_along(after: int, dropped: int) -> None:
    log = ActivityLog()
    for number in range(2 * AT_ONCE + 50):
        log.info(str(number))
    batch = _newest(log.after(0), 2 * AT_ONCE, after)
    parts = list(_parts(batch))
    assert [len(part.events) for part in parts] == [AT_ONCE, AT_ONCE]
    assert [part.dropped for part in parts] == [dropped, 0]
    assert [part.last for part in parts] == [part.events[-1].number for part in parts]
    assert list(_parts(Batch([], 7))) == []
