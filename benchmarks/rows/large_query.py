"""A query of every customer in process, against copying the stored texts out of the same file."""

from contextlib import closing

from benchmarks.corpus import EVERY_CUSTOMER
from benchmarks.figures import Figure, percent
from benchmarks.lab import Lab
from benchmarks.measuring import compare, seconds
from qbconnector import database
from qbconnector.sandbox.company import Company


def measure(lab: Lab) -> list[Figure]:
    """Megabytes a second."""
    with (
        Company.open(lab.customers) as company,
        closing(database.connect(lab.customers, read_only=True)) as connection,
    ):
        size = 0

        def query() -> None:
            nonlocal size
            size = sum(map(len, company.execute(EVERY_CUSTOMER)))

        def copy() -> None:
            rows = connection.execute(
                "SELECT head, links, lines, tail FROM object WHERE kind = 'Customer' ORDER BY sort, id"
            )
            assert sum(len(b"".join(row)) for row in rows) > size * 0.9

        query()
        found = compare(lab.scale.rounds, lambda: size / seconds(query) / 1e6, lambda: size / seconds(copy) / 1e6)
    work = f"query of {lab.scale.customers:,} customers, {size / 1e6:.0f} MB, in process"
    return [Figure("large-query", work, "MB/s", found.figure, percent(65), found.floor, found.ratio)]
