"""Requests sent from the console, and their answers in several forms."""

import asyncio
import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request

from qbconnector.console import answers
from qbconnector.console.answers import KEPT, Answers
from qbconnector.console.api.parts import unless_gone
from qbconnector.errors import AnswerGone, AnswerTooLarge
from qbconnector.qbxml.assist import template
from tests.console.conftest import Console
from tests.console.test_status import running

QUERY = template("CustomerQueryRq")


def send(console: Console, text: str, user: str = "demo") -> httpx.Response:
    return console.api.post("/api/answers", params={"user": user}, content=text.encode())


def test_a_request_goes_the_way_of_every_request(console: Console) -> None:
    sent = send(console, QUERY)
    assert (sent.status_code, sent.json()["number"], sent.json()["hint"]) == (201, 1, "")
    figures = console.api.get("/metrics").text
    assert 'qbconnector_requests_total{interaction="0",status="200"} 1.0' in figures
    answer = console.api.get("/api/answers/1")
    assert len(answer.content) == sent.json()["size"]
    headers = {"X-AcctSyncInteractionType": "0"}
    direct = httpx.post(console.data, auth=("demo", "demo"), headers=headers, content=QUERY, trust_env=False)
    assert answer.content == direct.content
    told = {one["number"]: one for one in console.api.get("/api/status/requests").json()}
    assert (told[1]["note"], told[2]["note"]) == ("sent from the console", "")
    assert [told[1][name] == told[2][name] for name in ("user", "messages", "codes", "sent")] == [True] * 4
    assert answer.headers["content-disposition"] == 'attachment; filename="answer-1.xml"'


def test_an_answer_is_read_as_text_tables_csv_and_json(console: Console) -> None:
    number = send(console, template("InvoiceQueryRq")).json()["number"]
    beginning = console.api.get(f"/api/answers/{number}/beginning").json()
    assert (beginning["whole"], "\n        <TxnID>" in beginning["text"]) == (True, True)
    tables = console.api.get(f"/api/answers/{number}/tables", params={"rows": 3}).json()
    assert tables["responses"][0]["attributes"]["statusCode"] == "0"
    invoices, lines = tables["tables"]
    assert (invoices["name"], invoices["total"], len(invoices["rows"])) == ("InvoiceRet", 10, 3)
    assert (lines["name"], lines["columns"][0]) == ("InvoiceLineRet", "InvoiceRet.TxnID")
    sheet = console.api.get(f"/api/answers/{number}/tables/1")
    assert sheet.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(sheet.text)))
    assert len(rows) == lines["total"]
    assert rows[0]["ItemRef.FullName"] == lines["rows"][0]["ItemRef.FullName"]
    results = console.api.get(f"/api/answers/{number}/json").json()["responses"][0]["results"]
    assert [one["TxnID"] for one in results[:3]] == [row["TxnID"] for row in invoices["rows"]]


def test_who_may_only_read_writes_nothing_here_either(console: Console) -> None:
    console.api.patch("/api/users/demo", json={"ReadOnly": True})
    refused = send(console, template("CustomerAddRq"))
    assert (refused.status_code, refused.json()["hresult"]) == (502, "0x80070005")
    assert send(console, QUERY).status_code == 201


def test_what_is_refused_is_said_and_logged(console: Console) -> None:
    refused = send(console, QUERY.replace("MaxReturned>", "Most>")).json()
    assert (refused["status"], refused["hresult"]) == (502, "0x80040400")
    assert "line 6" in refused["explanation"]
    assert send(console, QUERY, "nobody").status_code == 404
    console.api.patch("/api/settings", json={"MaxRequestSize": 1024})
    large = send(console, QUERY + " " * 1024)
    assert (large.status_code, large.json()["remedy"]) == (413, "The setting MaxRequestSize says so.")
    assert console.api.get("/api/answers/1").status_code == 404
    assert console.api.get("/api/answers/7/tables").json()["detail"] == "There is no answer to request 7."


def test_a_lost_iterator_is_explained(console: Console) -> None:
    begun = QUERY.replace("<CustomerQueryRq", '<CustomerQueryRq iterator="Start"')
    number = send(console, begun).json()["number"]
    responses = console.api.get(f"/api/answers/{number}/tables").json()["responses"]
    identity = responses[0]["attributes"]["iteratorID"]
    lost = send(console, begun.replace('"Start"', f'"Continue" iteratorID="{identity}"')).json()
    assert "lives as long as the session" in lost["hint"]


def test_a_browser_that_goes_away_takes_its_request_with_it(console: Console) -> None:
    console.hang()
    with pytest.raises(httpx.ReadTimeout):
        console.api.post("/api/answers", params={"user": "demo"}, content=QUERY.encode(), timeout=1)
    running(console, 0)
    (told,) = console.api.get("/api/status/requests").json()
    assert (told["status"], told["note"]) == (0, "sent from the console; the browser went away")


def test_the_last_answers_are_kept(tmp_path: Path) -> None:
    kept = Answers(tmp_path)
    for number in range(KEPT + 1):
        answer = kept.begin(number)
        answer.write(b"%d" % number)
        kept.keep(answer)
    assert b"".join(kept.get(KEPT).chunks()) == b"%d" % KEPT
    with pytest.raises(AnswerGone):
        kept.get(0)
    assert kept.get(1).read(0, 5) == b"1"


def test_one_that_was_being_read_is_read_to_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "CHUNK", 2)
    kept = Answers(tmp_path)
    answer = kept.begin(0)
    answer.write(b"abcd")
    kept.keep(answer)
    chunks = kept.get(0).chunks()
    assert next(chunks) == b"ab"
    del answer
    for number in range(1, KEPT + 1):
        kept.keep(kept.begin(number))
    assert next(chunks) == b"cd"


def test_an_answer_has_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "LARGEST", 4)
    answer = Answers(tmp_path).begin(1)
    answer.write(b"abcd")
    with pytest.raises(AnswerTooLarge):
        answer.write(b"e")


def test_work_that_nobody_waits_for_is_cancelled() -> None:
    ended: list[str] = []
    gone = asyncio.Event()

    async def receive() -> Mapping[str, Any]:
        await gone.wait()
        return {"type": "http.disconnect"}

    async def work() -> str:
        gone.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            ended.append("cancelled")
            raise
        return "done"

    async def done() -> str:
        return "done"

    async def both() -> None:
        request = Request({"type": "http"}, receive)  # type: ignore[arg-type]
        assert await unless_gone(request, done()) == "done"
        with pytest.raises(HTTPException):
            await unless_gone(request, work())

    asyncio.run(both())
    assert ended == ["cancelled"]
