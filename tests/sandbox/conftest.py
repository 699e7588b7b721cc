"""A company file of its own for each test, under a clock that stands still until it is moved."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from qbconnector import clock
from qbconnector.qbxml import Aggregate, parse_response
from qbconnector.sandbox.company import Company

EST = timezone(timedelta(hours=-5))


class Clock:
    """The time of the tests: it moves only when told to."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 16, 9, 30, tzinfo=UTC).astimezone(EST)

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, seconds: int = 1) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def time() -> Iterator[Clock]:
    moving = Clock()
    clock.set_clock(moving)
    yield moving
    clock.set_clock(None)


@pytest.fixture
def company(tmp_path: Path, time: Clock) -> Iterator[Company]:
    with Company.create(tmp_path / "test.qbsandbox", name="Test Company") as opened:
        yield opened


class Answers(list[tuple[str, Mapping[str, str], Aggregate]]):
    """What a message set was answered: name, attributes and children of each Rs, in order."""

    @property
    def codes(self) -> list[int]:
        return [int(attributes["statusCode"]) for _, attributes, _ in self]

    @property
    def messages(self) -> list[str]:
        return [attributes["statusMessage"] for _, attributes, _ in self]

    def ret(self, index: int = -1) -> Aggregate:
        """The first Ret of one answer; the last answer's, when no number is given."""
        _, attributes, children = self[index]
        assert children, attributes
        value = children[0][1]
        assert isinstance(value, Aggregate)
        return value


Ask = Callable[..., Answers]


def document(requests: str, version: str = "16.0", on_error: str = "continueOnError", more: str = "") -> bytes:
    """A request document around some requests."""
    return (
        f'<?xml version="1.0"?><?qbxml version="{version}"?><QBXML>'
        f'<QBXMLMsgsRq onError="{on_error}"{more}>{requests}</QBXMLMsgsRq></QBXML>'
    ).encode()


@pytest.fixture
def ask(company: Company) -> Ask:
    """Sends requests to the company and returns its answers, each of them valid against the specification."""

    def send(requests: str, version: str = "16.0", on_error: str = "continueOnError", more: str = "") -> Answers:
        body = b"".join(company.execute(document(requests, version, on_error, more)))
        return Answers(parse_response(body, version=version).responses)

    return send
