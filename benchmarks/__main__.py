"""`python -m benchmarks [ROW …] [--quick] [--json FILE]`: measures the rows and prints them as a table.

Rows share their company files and servers, so all of them together cost less than one by one. Linux only: the load
generator waits with epoll, and memory is read from /proc.
"""

import argparse
import json
import platform
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.figures import Figure, table
from benchmarks.lab import FULL, QUICK, Lab
from benchmarks.rows import (
    busy,
    invoices,
    iterating,
    large_query,
    message_set,
    parsing,
    small_query,
    streaming,
)

ROWS: Mapping[str, Callable[[Lab], list[Figure]]] = {
    "small-query": small_query.measure,
    "large-query": large_query.measure,
    "streaming": streaming.measure,
    "invoices": invoices.measure,
    "message-set": message_set.measure,
    "parsing": parsing.measure,
    "iterating": iterating.measure,
    "busy": busy.measure,
}


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Figures beside their floors.")
    parser.add_argument("rows", nargs="*", metavar="ROW", choices=[*ROWS, []], help=", ".join(ROWS))
    parser.add_argument("--quick", action="store_true", help="tiny sizes: to see that it runs, not how fast")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to a file as well")
    options = parser.parse_args()
    figures: list[Figure] = []
    with Lab(QUICK if options.quick else FULL) as lab:
        for name in options.rows or ROWS:
            lab.say(name)
            figures += ROWS[name](lab)
        lab.say("")
    print(table(figures))
    if options.json:
        options.json.write_text(json.dumps(_report(figures), indent=2) + "\n", "utf-8")


def _report(figures: list[Figure]) -> dict[str, object]:
    return {
        "measured": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": platform.platform(),
        "python": sys.version.split()[0],
        "figures": [figure.as_json() for figure in figures],
    }


if __name__ == "__main__":
    main()
