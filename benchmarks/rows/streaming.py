"""A query of every customer streamed over HTTP, against a constant stream of the same size."""

import statistics

from benchmarks.corpus import EVERY_CUSTOMER
from benchmarks.figures import Figure, at_most, percent
from benchmarks.lab import Lab
from benchmarks.load import Stream
from benchmarks.measuring import compare


def measure(lab: Lab) -> list[Figure]:
    """Megabytes a second, milliseconds to the first byte, megabytes of memory meanwhile."""
    target = lab.target("customers", EVERY_CUSTOMER, close=True)
    streams: list[Stream] = [lab.read(target, lab.connector).result()]
    constant = lab.constant(streams[0].bytes)

    def stream() -> float:
        streams.append(lab.read(target, lab.connector).result())
        return streams[-1].bytes / streams[-1].seconds / 1e6

    def floor() -> float:
        found = lab.read(constant, lab.floor).result()
        return found.bytes / found.seconds / 1e6

    found = compare(lab.scale.rounds, stream, floor)
    work = f"the same streamed over HTTP, {streams[0].bytes / 1e6:.0f} MB"
    first = statistics.median(one.first for one in streams) * 1000
    growth = max(one.growth for one in streams) / 1e6
    return [
        Figure("streaming", work, "MB/s", found.figure, percent(30), found.floor, found.ratio),
        Figure("streaming", "  its first byte", "ms", first, at_most(10)),
        Figure("streaming", "  the server's memory grows by", "MB", growth, at_most(16)),
    ]
