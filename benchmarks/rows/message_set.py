"""One message set of many invoices in process, against raw SQLite writing the same rows, a commit per hundred."""

from benchmarks.corpus import document, execute, invoices
from benchmarks.figures import Figure, at_most, percent
from benchmarks.lab import Lab
from benchmarks.measuring import Memory, compare, seconds
from qbconnector.sandbox.company import Company

COMMIT = 100


def measure(lab: Lab) -> list[Figure]:
    """Invoices a second, and megabytes of memory while a set ten times as long is carried out."""
    count, writes = lab.scale.message_set, lab.writes
    body = document("".join(invoices(count, seed=3)))
    with Company.open(lab.fresh_shop("message-set")) as company:

        def raw() -> float:
            path = lab.fresh_shop("raw")
            return len(writes.invoices) / seconds(lambda: writes.replay(path, COMMIT))

        found = compare(lab.scale.rounds, lambda: count / seconds(lambda: execute(company, body)), raw)
        growth = _memory(company, document("".join(invoices(10 * count, seed=4)))) / 1e6
    work = f"one message set of {count:,} InvoiceAdd"
    return [
        Figure("message-set", work, "invoices/s", found.figure, percent(25), found.floor, found.ratio),
        Figure("message-set", f"  memory grows in a set of {10 * count:,} by", "MB", growth, at_most(16)),
    ]


def _memory(company: Company, body: bytes) -> int:
    memory = Memory()
    for _ in company.execute(body):
        memory.sample()
    return memory.growth
