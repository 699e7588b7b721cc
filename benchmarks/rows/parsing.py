"""Reading and checking a document, against expat reading the same bytes with no handlers."""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from xml.parsers import expat

from benchmarks.corpus import document, invoices
from benchmarks.figures import Figure, at_most, times
from benchmarks.lab import Lab
from benchmarks.measuring import Compared, Memory, compare, seconds
from qbconnector.qbxml import parse

SMALL = 2_000
"""Bytes of the small document."""


def measure(lab: Lab) -> list[Figure]:
    """Microseconds for a small document, milliseconds for a large one, and what the large one takes in memory."""
    small, large = _of_size(SMALL), _of_size(lab.scale.document)
    often = max(1, lab.scale.document // SMALL // 10)
    found = _compare(lab, small, often)
    work = f"parse and validate {len(small) / 1000:.1f} KB"
    figures = [
        Figure("parsing", work, "µs", found.figure * 1e6, times(6), found.floor * 1e6, found.ratio),
    ]
    found = _compare(lab, large, 1)
    work = f"parse and validate {len(large) / 1e6:.1f} MB"
    figures.append(Figure("parsing", work, "ms", found.figure * 1e3, times(8), found.floor * 1e3, found.ratio))
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as other:
        growth = other.submit(memory, large).result() / len(large)
    return [*figures, Figure("parsing", "  its memory, in times its bytes", "×", growth, at_most(2))]


def _of_size(size: int) -> bytes:
    """A document of about this size; not one that only queries, for those are remembered."""
    made = invoices(1)
    return document("".join(made * max(1, round(size / len(made[0])))))


def _compare(lab: Lab, body: bytes, often: int) -> Compared:
    """Seconds a document."""

    def ours() -> None:
        for _ in range(often):
            parse(body)

    def bare() -> None:
        for _ in range(often):
            expat.ParserCreate().Parse(body, True)

    return compare(lab.scale.rounds, lambda: seconds(ours) / often, lambda: seconds(bare) / often)


def memory(body: bytes) -> int:
    """By how many bytes a process grows that checks a document and reads all its requests, its bytes included."""
    parse(document(invoices(1)[0]))
    watch = Memory()
    for _ in parse(body).requests:
        pass
    watch.sample()
    return watch.growth + len(body)
