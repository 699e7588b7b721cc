"""QuickBooks over COM, from an HTTP client to the sandbox that Windows starts as QuickBooks' COM server, and back."""

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

if sys.platform != "win32":
    pytest.skip("only Windows has it: make windows-test", allow_module_level=True)

import os
import re
import sqlite3
from xml.etree import ElementTree as ET

import requests

from qbconnector.processors.programs import Program
from qbconnector.processors.winprograms import running
from tests.cli.conftest import Command, Serving, qb, serve
from tests.cli.test_serve import until

from .com import HEAD, ONE_CUSTOMER, Shop, add, document, forget, program, registered, script

__all__ = ["qb", "serve"]

HOST = Program("QBHOST.EXE", "", re.compile(r"QBHOST\.EXE"))


class Desktop(Shop):
    """A shop and its connector, which has QuickBooks Desktop behind it."""

    connector: Serving

    def start(self, serve: Callable[..., Serving], **settings: Any) -> None:
        program(HOST.title)
        self.set(Timeout=100, **settings)
        assert self.qb("user", "add", "anna", "--password", "pencil").code == 0
        self.connector = serve()
        assert self.send("", 103).text == "16.0\r\n"
        assert bool(running(HOST)) == ("HostPython" in settings)

    def set(self, **settings: Any) -> None:
        for name, value in settings.items():
            assert self.qb("config", "set", name, str(value)).code == 0

    def send(self, body: str | bytes, interaction: int = 0) -> requests.Response:
        body = body.encode() if isinstance(body, str) else body
        headers = {"X-AcctSyncInteractionType": str(interaction)}
        return requests.post(self.connector.url, data=body, auth=("anna", "pencil"), headers=headers, timeout=110)

    def end(self) -> None:
        """Stop the connector; QuickBooks ends too, once it has been left alone for a while."""
        assert self.connector.stop()[0] == 0
        assert self.held() == []
        until(lambda: not self.processes())


@pytest.fixture(params=[{"RequestProcessor": "Desktop"}])
def desktop(
    request: pytest.FixtureRequest, qb: Command, serve: Callable[..., Serving], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Desktop]:
    with registered(qb, monkeypatch) as shop:
        desktop = Desktop(shop.qb)
        desktop.start(serve, **request.param)
        yield desktop
        desktop.end()


def both(**settings: Any) -> pytest.MarkDecorator:
    """In the connector's own process and in another, by another Python; with these settings."""
    ways = {
        "Desktop": {"RequestProcessor": "Desktop", **settings},
        "DesktopProcess": {
            "RequestProcessor": "DesktopProcess",
            "HostPython": Path(sys.executable).with_name(HOST.title),
            **settings,
        },
    }
    return pytest.mark.parametrize("desktop", ways.values(), ids=ways.keys(), indirect=True)


@both()
def test_requests_go_over_com_and_come_back(desktop: Desktop) -> None:
    with ThreadPoolExecutor() as pool:  # two processors
        answers = list(pool.map(desktop.send, [ONE_CUSTOMER] * 4))
    assert [answer.status_code for answer in answers] == [200] * 4
    assert all('statusMessage="Status OK"' in answer.text and "<CustomerRet>" in answer.text for answer in answers)
    assert desktop.send("", 1).text == f"{desktop.file}\r\n"
    assert desktop.send("", 104).text.splitlines()[-2:] == ["15.0", "16.0"]
    assert desktop.send("", 105).text == "0\r\n"

    declared = HEAD.replace('"1.0"?', '"1.0" encoding="windows-1252"?', 1)
    assert desktop.send(document(add("Bücher &amp; Söhne"), declared).encode("cp1252")).status_code == 200
    assert desktop.send(document(add("Žluťoučký 🐎")).encode("utf-16")).status_code == 200
    found = desktop.send(document("<CustomerQueryRq><IncludeRetElement>Name</IncludeRetElement></CustomerQueryRq>"))
    names = {one.text for one in ET.fromstring(found.content).iter("Name")}
    assert names >= {"Bücher & Söhne", "Žluťoučký 🐎"}

    large = document(f"<!--{'x' * 10_000_000}-->{add('Last')}")
    assert 'statusCode="0"' in desktop.send(large).text

    assert desktop.send("", 101).status_code == 200
    assert len(desktop.held()) == 1
    assert desktop.send(ONE_CUSTOMER).status_code == 200
    assert desktop.send("", 102).status_code == 200
    assert desktop.held() == []
    until(lambda: not desktop.processes())  # nobody holds it any more


def test_curl_is_a_client_be_it_on_the_linux_beneath(desktop: Desktop, tmp_path: Path) -> None:
    answer = tmp_path / "answer.xml"
    linux = Path("Z:/usr/bin/curl").exists()
    curl = ["start", "/unix", "/usr/bin/curl"] if linux else ["curl"]
    beneath = f"{os.environ.get('WINEPREFIX')}/drive_c/{answer.relative_to('C:/').as_posix()}"
    place = beneath if linux else str(answer)
    headers = "X-AcctSyncInteractionType: 0"
    script(*curl, "-s", "-u", "anna:pencil", "-H", headers, "-d", ONE_CUSTOMER, "-o", place, desktop.connector.url)
    until(lambda: answer.exists() and "</QBXML>" in answer.read_text("utf-8"))
    assert "<CustomerRet>" in answer.read_text("utf-8")


def test_errors_come_through(desktop: Desktop) -> None:
    refused = desktop.send(document("<CustomerQueryRq><Nonsense/></CustomerQueryRq>"))
    assert refused.status_code == 517
    first, _, rest = refused.text.partition("\r\n")
    assert first == "0x80040400: QuickBooks found an error when parsing the provided XML text stream."
    assert "Nonsense" in rest
    assert desktop.send(b"\xff").text.startswith("0x80040400: ")
    desktop.qb("company", "dialog", "Do you want to update?")
    assert desktop.send(ONE_CUSTOMER).text.startswith("0x80040414: A modal dialog box is showing")
    desktop.qb("company", "dialog", "--dismiss")
    desktop.qb("company", "fault", "0x80040408")
    assert desktop.send(ONE_CUSTOMER).text.startswith("0x80040408: Could not start QuickBooks.")
    desktop.qb("company", "fault", "--clear")
    assert desktop.send(ONE_CUSTOMER).status_code == 200
    assert desktop.held() == []


def test_a_request_that_takes_too_long_is_left_behind(desktop: Desktop) -> None:
    assert desktop.send("", 101).status_code == 200
    desktop.set(Timeout=1)
    with closing(sqlite3.connect(desktop.file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        until(lambda: desktop.send(document(add("Late"))).text.startswith("0x800705B4: "))
    desktop.set(Timeout=100)
    until(lambda: "Late" in desktop.send(document("<CustomerQueryRq/>")).text)
    assert desktop.send("", 102).status_code == 200
    until(lambda: not desktop.held())


@both()
def test_a_process_that_ends_leaves_an_unknown_outcome(desktop: Desktop) -> None:
    assert desktop.send("", 101).status_code == 200
    many = document("".join(add(f"Lost {number}") for number in range(5000)))
    with ThreadPoolExecutor() as pool, closing(sqlite3.connect(desktop.file)) as books:
        begun = books.execute("SELECT count(*) FROM object").fetchone()
        answer = pool.submit(desktop.send, many)
        until(lambda: books.execute("SELECT count(*) FROM object").fetchone() != begun)
        desktop.kill()
        said = answer.result()
    assert said.status_code == 517
    assert said.text.startswith("0x800706BE: The QuickBooks process ended before it had answered.")
    assert "query before you repeat it" in said.text
    again = desktop.send(ONE_CUSTOMER)
    assert again.status_code == 200, again.text


@both(CloseAndRetryConnect=True, CloseAndRetryTimeout=20, CloseAndRetryCount=100, CloseAndRetryErrorList="*")
def test_a_start_that_hangs_is_ended_and_tried_again(desktop: Desktop) -> None:
    desktop.qb("company", "fault", "hang")
    with ThreadPoolExecutor() as pool:
        answer = pool.submit(desktop.send, ONE_CUSTOMER)
        until(lambda: bool(desktop.processes()))
        first = desktop.processes()
        until(lambda: not first & desktop.processes(), 60)
        desktop.qb("company", "fault", "--clear")
        forget()
        assert answer.result().status_code == 200, answer.result().text
    assert not first & desktop.processes()
