"""What the connector does and has done, by the API."""

from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.console.conftest import Console

QUERY = (
    b'<?xml version="1.0"?><?qbxml version="13.0"?><QBXML><QBXMLMsgsRq onError="stopOnError">'
    b"<CustomerQueryRq><MaxReturned>1</MaxReturned></CustomerQueryRq></QBXMLMsgsRq></QBXML>"
)


def running(console: Console, count: int) -> list[dict[str, Any]]:
    """The requests under way, when there are so many."""
    while True:
        found: list[dict[str, Any]] = console.api.get("/api/status").json()["requests"]
        if len(found) == count:
            return found


def test_a_request_is_told_of_with_where_its_time_went(console: Console) -> None:
    console.api.patch("/api/settings", json={"LogLevel": "Verbose"})
    assert console.send(QUERY).status_code == 200
    (one,) = console.api.get("/api/status/requests").json()
    assert (one["number"], one["user"], one["interaction"], one["status"]) == (1, "demo", "0", 200)
    assert (one["messages"], one["codes"]) == (["CustomerQueryRq"], ["0"])
    whole = console.api.get("/api/status/requests/1").json()
    assert "<MaxReturned>1" in whole["request"]
    assert "<CustomerRet>" in whole["answer"]
    assert sum(whole["spent"].values()) <= whole["seconds"]
    assert console.api.get("/api/status/requests", params={"level": "Error"}).json() == []
    gone = console.api.get("/api/status/requests/99")
    assert (gone.status_code, "last 1,000" in gone.json()["detail"], bool(gone.json()["remedy"])) == (404, True, True)


def test_the_last_hour_and_day_are_counted(console: Console) -> None:
    console.send(interaction="1")
    console.send(interaction="1", password="wrong")
    for over, steps in (("hour", 60), ("day", 96)):
        points = console.api.get(f"/api/status/history/{over}").json()
        assert len(points) == steps
        assert sum(one["requests"] for one in points) == 2
        assert sum(one["refused"] for one in points) == 1
    assert console.api.get("/api/status/history/year").status_code == 422


def test_health_says_what_is_well(console: Console) -> None:
    found = console.api.get("/api/status/health").json()
    assert all(one["well"] for one in found), found
    assert any("The data port listens" in one["text"] for one in found)


def test_a_request_that_hangs_is_shown_and_cancelled(console: Console) -> None:
    console.hang()
    with ThreadPoolExecutor() as pool:
        answer: Future[httpx.Response] = pool.submit(console.send, QUERY)
        (one,) = running(console, 1)
        assert (one["user"], one["state"]) == ("demo", "opening")
        assert console.api.delete(f"/api/status/running/{one['number']}").status_code == 204
        assert answer.result().status_code == 517
        assert "cancelled" in answer.result().text
    again = console.api.delete(f"/api/status/running/{one['number']}")
    assert (again.status_code, again.json()["detail"]) == (404, "There is no request #1 that could be ended now.")


def test_a_persistent_session_is_shown_and_closed(console: Console) -> None:
    console.send(interaction="101")
    (session,) = console.api.get("/api/status").json()["sessions"]
    assert (session["owners"], session["users"]) == (["demo"], 0)
    assert 0 < session["expires"] <= 120
    url = f"/api/status/sessions/{session['number']}"
    assert console.api.delete(url).status_code == 204
    assert console.api.get("/api/status").json()["sessions"] == []
    assert console.api.delete(url).status_code == 404


@pytest.mark.parametrize("page", ["/status", "/status/now", "/status/charts", "/status/health", "/status/requests/1"])
def test_pages_and_their_parts_ask_for_the_password(console: Console, page: str) -> None:
    with console.client() as client:
        assert client.get(page).status_code == 303
        assert client.get(page, headers={"HX-Request": "true"}).headers["hx-redirect"] == "/signin"
