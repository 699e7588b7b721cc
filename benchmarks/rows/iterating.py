"""Paging through customers with an iterator, against qbwc-kit's FakeQuickBooks on the same data."""

import re
from collections.abc import Callable

from qbwc_kit.testing import FakeQuickBooks

from benchmarks import corpus
from benchmarks.figures import Figure, faster
from benchmarks.lab import Lab
from benchmarks.measuring import compare, seconds
from qbconnector.qbxml import Aggregate, parse_response
from qbconnector.sandbox.company import Company

PAGE = 500

_ITERATOR = re.compile(r'iteratorRemainingCount="(\d+)" iteratorID="([^"]*)"')


def measure(lab: Lab) -> list[Figure]:
    """Customers a second."""
    count = lab.scale.iterated
    path = lab.folder / "iterated.qbsandbox"
    corpus.customers(path, count)
    with Company.open(path) as company:
        fake = FakeQuickBooks({"Customer": _records(corpus.execute(company, corpus.EVERY_CUSTOMER))})
        session = company.session()

        def ours(request: str) -> str:
            return b"".join(company.execute(corpus.document(request), session)).decode("ascii")

        def theirs(request: str) -> str:
            return str(fake(corpus.document(request).decode("ascii")))

        found = compare(
            lab.scale.rounds,
            lambda: count / seconds(lambda: _iterate(ours, count)),
            lambda: count / seconds(lambda: _iterate(theirs, count)),
        )
    work = f"iterating {count:,} customers by pages of {PAGE}"
    return [Figure("iterating", work, "customers/s", found.figure, faster(15), found.floor, found.ratio)]


def _iterate(ask: Callable[[str], str], count: int) -> None:
    attributes, pages, left = 'iterator="Start"', 0, count
    while left:
        answer = ask(f"<CustomerQueryRq {attributes}>\n<MaxReturned>{PAGE}</MaxReturned>\n</CustomerQueryRq>\n")
        found = _ITERATOR.search(answer, 0, 1000)
        assert found is not None, answer[:1000]
        attributes, left = f'iterator="Continue" iteratorID="{found[2]}"', int(found[1])
        pages += 1
    assert pages == -(-count // PAGE)


def _records(answer: bytes) -> list[dict[str, object]]:
    (response,) = parse_response(answer, version=corpus.VERSION).responses
    return [_record(value) for _, value in response.fields if isinstance(value, Aggregate)]


def _record(fields: Aggregate) -> dict[str, object]:
    return {name: _record(value) if isinstance(value, Aggregate) else value for name, value in fields}
