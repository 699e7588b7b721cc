"""A short soak; ``make soak`` is the long one."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Command, Serving
from tests.soak.soaking import request, soak

QUERY = (
    b'<?xml version="1.0"?><?qbxml version="13.0"?><QBXML><QBXMLMsgsRq onError="stopOnError">'
    b"<CompanyQueryRq/></QBXMLMsgsRq></QBXML>"
)


@pytest.fixture
def qb(tmp_path: Path) -> Command:
    return Command(tmp_path / "data")


@pytest.fixture
def serving(qb: Command) -> Iterator[Serving]:
    assert qb("company", "create", "shop").code == 0
    assert qb("company", "open", "shop").code == 0
    assert qb("company", "authorize", "shop").code == 0
    assert qb("user", "add", "anna", "--password", "one").code == 0
    process = qb.start("serve", "--host", "127.0.0.1", "--port", "0", "--console-port", "0")
    assert process.stdout is not None
    line = process.stdout.readline().split()
    yield Serving(process, line[1], line[3])
    process.kill()
    process.communicate()


def test_connections_are_held_and_clients_served(serving: Serving) -> None:
    port = int(serving.url.rstrip("/").rpartition(":")[2])
    asked = request("anna", "one", QUERY)
    done = asyncio.run(soak(serving.process.pid, port, asked, seconds=1.5, held=200, clients=16))
    assert done.errors == []
    assert done.answers >= 216
    assert done.end - done.warm < 32
    code, err = serving.stop()
    assert code == 0
    assert "Traceback" not in err
