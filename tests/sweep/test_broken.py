"""Documents with one fault are refused whole: where it is and what it is, and nothing of them is carried out."""

import itertools
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from qbconnector.errors import QbxmlRefused
from qbconnector.qbxml import Aggregate, Content, ElementDecl, Message, dialect, newest, parse
from qbconnector.sandbox.company import Company
from tests.qbxml.generate import document, requests

from .world import NEWEST, Chooser, World, whole

MESSAGES = [message for message in requests() if message.message_set == "QBXMLMsgsRq"]

#: For each type, a text that is not of it.
NONSENSE = {
    "AMT": "12,5O",
    "BOOL": "maybe",
    "DATE": "yesterday",
    "DATETIME": "yesterday",
    "ENUM": "NoSuchValue",
    "FLOAT": "much",
    "GUID": "{1}",
    "INT": "many",
    "PERCENT": "half",
    "PRICE": "cheap",
    "QUAN": "few",
    "TIMEINTERVAL": "long",
}

Break = Callable[[Message, Aggregate], Iterator[bytes]]


def places(decl: ElementDecl, fields: Aggregate) -> Iterator[tuple[Content, Aggregate]]:
    """Every aggregate of a request, itself included, with what may stand in it."""
    assert decl.content is not None
    yield decl.content, fields
    for name, value in fields:
        if isinstance(value, Aggregate):
            yield from places(decl.elements[name], value)


def unknown_element(message: Message, fields: Aggregate) -> Iterator[bytes]:
    """An element that the language does not have, at the end of each aggregate in turn."""
    body = document([(message, fields)])
    for end in re.finditer(rb"</(?!QBXML)(\w+)>\n(?=<)", body):
        if body.count(b"<%s>\n" % end[1]):
            yield body[: end.start()] + b"<Nonsense>1</Nonsense>\n" + body[end.start() :]


def out_of_order(message: Message, fields: Aggregate) -> Iterator[bytes]:
    """Two neighbours of different rank, the wrong way round. The renderer would sort them, so the text is turned."""
    body = document([(message, fields)]).decode()
    for content, place in places(message.element, fields):
        rank = content.rank
        for (first, one), (second, other) in itertools.pairwise(place):
            texts = isinstance(one, str) and isinstance(other, str)
            if texts and rank[first] < rank[second] and not _free(content, first, second):
                a, b = f"<{first}>{one}</{first}>\n", f"<{second}>{other}</{second}>\n"
                if body.count(a + b) == 1:
                    yield body.replace(a + b, b + a).encode()
                    break


def _free(content: Content, first: str, second: str) -> bool:
    """Whether the language lets the second stand before the first elsewhere."""
    names = [decl.name for decl in content.elements.values()]
    return names.index(second) < names.index(first)


def missing(message: Message, fields: Aggregate) -> Iterator[bytes]:
    """Each element that has to be there, left out."""
    for content, place in places(message.element, fields):
        for item in content.items:
            if isinstance(item, ElementDecl) and item.min and item.since <= NEWEST and place.has(item.name):
                kept = list(place)
                place.drop(item.name)
                yield document([(message, fields)])
                place[:] = kept


def nonsense(message: Message, fields: Aggregate) -> Iterator[bytes]:
    """For each type, its first leaf with a text that is not of it."""
    seen: set[str] = set()
    for content, place in places(message.element, fields):
        for index, (name, value) in enumerate(place):
            kind = content.elements[name].type
            if kind in NONSENSE and kind not in seen:
                seen.add(kind)
                place[index] = name, NONSENSE[kind]
                yield document([(message, fields)])
                place[index] = name, value


def too_new(message: Message, fields: Aggregate) -> Iterator[bytes]:
    """The request under a version that one of its elements is too new for."""
    needed = max(newest(message.element, fields), message.since)
    older = [version for version in dialect("qbxml").versions if version < needed]
    if older:
        yield document([(message, fields)], older[-1])


def unknown_attribute(message: Message, fields: Aggregate) -> Iterator[bytes]:
    """An attribute that the language does not have, on the request and on the first element in it."""
    body = document([(message, fields)])
    for name in (message.name, *[name for name, _ in fields[:1]]):
        yield re.sub(rb"<%s\b" % name.encode(), b'<%s nonsense="1"' % name.encode(), body, count=1)


BREAKS: list[Break] = [unknown_element, out_of_order, missing, nonsense, too_new, unknown_attribute]

CANARY = b"<CustomerAddRq><CustomerAdd><Name>Canary</Name></CustomerAdd></CustomerAddRq>"


@pytest.fixture(scope="module")
def shared(template: tuple[Path, World], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """One copy of the company for all: nothing is ever stored in it."""
    path = tmp_path_factory.mktemp("broken") / "company.qbsandbox"
    shutil.copy(template[0], path)
    with Company.open(path) as company:
        yield company
        found = b"".join(company.execute(_query_canary()))
        assert b'statusCode="500"' in found, "part of a refused document was carried out"


def _query_canary() -> bytes:
    message = dialect("qbxml").messages["CustomerQueryRq"]
    return document([(message, Aggregate([("FullName", "Canary")]))])


@pytest.mark.parametrize("break_", BREAKS, ids=lambda function: function.__name__)
@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message.name)
def test_a_fault_refuses_the_document(shared: Company, world: World, message: Message, break_: Break) -> None:
    for body in break_(message, whole(message, Chooser(world, message))):
        with pytest.raises(QbxmlRefused) as refused:
            b"".join(shared.execute(body.replace(b'onError="stopOnError">', b'onError="stopOnError">' + CANARY, 1)))
        error = refused.value
        assert error.hresult == 0x80040400
        assert error.line > 1
        assert error.column >= 1
        assert error.path.startswith("QBXML/QBXMLMsgsRq")


@pytest.mark.parametrize("version", ["17.0", "0.9", "13", "thirteen", ""])
def test_a_version_that_nobody_speaks_is_refused(version: str) -> None:
    body = f'<?xml version="1.0"?><?qbxml version="{version}"?><QBXML><QBXMLMsgsRq onError="stopOnError"/></QBXML>'
    with pytest.raises(Exception, match="0x80040423"):
        parse(body.encode())
