"""A small query through HTTP, against the barest answer an ASGI server gives."""

from benchmarks.corpus import SMALL_QUERY
from benchmarks.figures import Figure, percent
from benchmarks.lab import Lab
from benchmarks.measuring import compare

CONNECTIONS = 16


def measure(lab: Lab) -> list[Figure]:
    """Requests a second, sixteen connections kept busy."""
    query, hello = lab.target("customers", SMALL_QUERY), lab.hello()
    found = compare(
        lab.scale.rounds,
        lambda: lab.drive(query, CONNECTIONS).rate,
        lambda: lab.drive(hello, CONNECTIONS).rate,
    )
    work = f"small query, HTTP, {CONNECTIONS} connections"
    return [Figure("small-query", work, "requests/s", found.figure, percent(60), found.floor, found.ratio)]
