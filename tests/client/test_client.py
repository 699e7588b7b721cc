"""The Python client against a data port that serves, and against one that does not."""

import asyncio
import socket
from collections.abc import Callable

import pytest

from qbconnector.client import AsyncClient, Client
from qbconnector.errors import RequestProcessorError, RequestRejected, Unreachable
from qbconnector.processors.base import RequestProcessor
from tests.wire.served import CHUNK, Echo, Served


@pytest.fixture
def url(served: Served) -> str:
    return f"http://127.0.0.1:{served.port.number}/"


def test_every_interaction(url: str) -> None:
    with Client(url, "anna", "se:cret") as client:
        assert client.execute("<é/>") == "<é/>".encode()
        assert client.execute(b"chunks 30") == CHUNK * 30
        assert client.company_file() == Echo.company_file
        assert client.versions() == ["1.0", "12.0", "13.0"]
        assert client.authorized()
        assert client.accessible()
        client.open()
        client.close()
        assert client.send(0, b"later", delay=0.001) == b"later"


def test_every_interaction_asynchronously(url: str) -> None:
    async def run() -> None:
        async with AsyncClient(url, "anna", "se:cret") as client:
            assert await client.execute("<é/>") == "<é/>".encode()
            assert await client.company_file() == Echo.company_file
            assert await client.versions() == ["1.0", "12.0", "13.0"]
            assert await client.authorized()
            assert await client.accessible()
            await client.open()
            await client.close()
            with pytest.raises(RequestProcessorError):
                await client.execute("fail")

    asyncio.run(run())


def test_a_517_is_the_processors_error(url: str) -> None:
    with Client(url, "anna", "se:cret") as client, pytest.raises(RequestProcessorError) as failed:
        client.execute("fail")
    assert failed.value.hresult == 0x80040400
    assert failed.value.text == "Parse error."
    assert failed.value.detail == "line 1, column 2: no\nexpected é"


def test_a_user_who_cannot_open_the_file_hears_no(url: str) -> None:
    with Client(url, "lost", "x") as client:
        assert not client.authorized()
        assert not client.accessible()


def test_another_refusal_is_named(url: str) -> None:
    with (
        Client(url, "anna", "wrong") as client,
        pytest.raises(RequestRejected, match="401 Authorization Required"),
    ):
        client.execute("x")


def test_nobody_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/"
    with Client(url) as client, pytest.raises(Unreachable, match="No answer from "):
        client.execute("x")


def test_the_echo_is_a_request_processor() -> None:
    factory: Callable[[], RequestProcessor] = Echo
    assert factory().concurrency == 8
