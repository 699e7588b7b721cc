"""A small query while a large answer streams, against the same query when nothing else goes on."""

from benchmarks.corpus import EVERY_CUSTOMER, SMALL_QUERY
from benchmarks.figures import Figure, times
from benchmarks.lab import Lab
from benchmarks.measuring import compare


def measure(lab: Lab) -> list[Figure]:
    """The median milliseconds of an answer."""
    query = lab.target("shop", SMALL_QUERY)
    large = lab.target("customers", EVERY_CUSTOMER, close=True)
    pause = lab.scale.seconds / 4

    def idle() -> float:
        return lab.drive(query, 1, pause).latency

    def busy() -> float:
        stream = lab.read(large, lab.connector)
        latency = idle()
        stream.result()
        return latency

    idle()
    found = compare(lab.scale.rounds, busy, idle)
    work = "small query while a large answer streams"
    return [Figure("busy", work, "ms", found.figure, times(2), found.floor, found.ratio)]
