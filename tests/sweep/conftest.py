"""The prepared company, made once in each process and copied for each test, under a clock that stands still."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from qbconnector import clock
from qbconnector.qbxml import Responses, parse_response
from qbconnector.sandbox.company import Company
from tests.sandbox.conftest import Clock

from .world import REQUESTS, World


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, World]:
    """The company file that company.xml makes, closed, and what it holds."""
    path = tmp_path_factory.mktemp("sweep") / "template.qbsandbox"
    clock.set_clock(Clock())
    try:
        with Company.create(path, name="Sweep Company") as company:
            answer = parse_response(b"".join(company.execute(REQUESTS.read_bytes())))
            refused = [one.attributes for one in answer.responses if one.attributes["statusCode"] != "0"]
            assert not refused, refused[0]
            return path, World(company)
    finally:
        clock.set_clock(None)


@pytest.fixture
def world(template: tuple[Path, World]) -> World:
    """What the prepared company holds."""
    return template[1]


@pytest.fixture
def time() -> Iterator[Clock]:
    """A minute after the company was made."""
    moving = Clock()
    moving.pass_(60)
    clock.set_clock(moving)
    yield moving
    clock.set_clock(None)


@pytest.fixture
def company(template: tuple[Path, World], tmp_path: Path, time: Clock) -> Iterator[Company]:
    """A copy of the prepared company."""
    path = tmp_path / "company.qbsandbox"
    shutil.copy(template[0], path)
    with Company.open(path) as opened:
        yield opened


Answer = Callable[[bytes, str], Responses]


@pytest.fixture
def answer(company: Company) -> Answer:
    """Sends a document; its answer, which must be valid in the version it was asked in."""

    def send(body: bytes, version: str) -> Responses:
        return parse_response(b"".join(company.execute(body)), version=version)

    return send
