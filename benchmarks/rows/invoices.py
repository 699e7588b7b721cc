"""Invoices added durably over HTTP, against raw SQLite writing the same rows, a commit each."""

from benchmarks.corpus import document, invoices
from benchmarks.figures import Figure, Goal, percent
from benchmarks.lab import Lab
from benchmarks.measuring import compare, seconds

DIFFERENT = 200
"""Requests that the clients send in turn."""


def measure(lab: Lab) -> list[Figure]:
    """Invoices a second, of sixteen clients and of one."""
    return [_clients(lab, 16, percent(90)), _clients(lab, 1, percent(35))]


def _clients(lab: Lab, count: int, goal: Goal) -> Figure:
    writes = lab.writes
    target = lab.target("shop", *(document(one) for one in invoices(DIFFERENT, seed=2)))

    def raw() -> float:
        path = lab.fresh_shop("raw")
        return len(writes.invoices) / seconds(lambda: writes.replay(path, 1))

    found = compare(lab.scale.rounds, lambda: lab.drive(target, count).rate, raw)
    work = f"InvoiceAdd, 5 lines, durable, {count} HTTP client{'s' * (count > 1)}"
    return Figure("invoices", work, "invoices/s", found.figure, goal, found.floor, found.ratio)
