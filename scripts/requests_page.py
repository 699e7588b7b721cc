"""Writes docs/requests.md: what the sandbox does with each request of the language, read off the registry.

It owns the page's form. That the page is up to date is checked by a test.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from qbconnector.qbxml import Message, dialect
from qbconnector.sandbox.registry import BEHAVIORS, HANDLERS, REFUSED, handler, refused

PAGE = Path(__file__).parents[1] / "docs" / "requests.md"
COMMAND = "python scripts/requests_page.py"

_HEAD = f"""# Requests

What the sandbox does with each request of qbXML. This page is generated: `{COMMAND}`.

- **own**: code of its own carries it out.
- **behavior**: the generic Add or Mod stores it, and the behavior of its kind of object does what QuickBooks does more.
- **generic**: the generic Add, Mod or Query does all of it from the specification.
- **refused**: it is valid, and answered with status 3250.

"""


def messages() -> list[Message]:
    """Every request of the default edition, by name."""
    spec = dialect("qbxml")
    here = (one for one in spec.messages.values() if one.name.endswith("Rq") and spec.editions[0] not in one.not_in)
    return sorted(here, key=lambda message: message.name)


def status(message: Message) -> tuple[str, str]:
    """How a request is carried out, and of a refused one why."""
    if handler(message.name) is refused:
        return "refused", REFUSED.get(message.name, "the sandbox does not do it yet")
    if message.name in HANDLERS:
        return "own", ""
    return ("behavior" if message.verb != "Query" and message.object in BEHAVIORS else "generic"), ""


def page() -> str:
    """The page's text."""
    return _HEAD + "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    rows = [(message, *status(message)) for message in messages()]
    counts = Counter(kind for _, kind, _ in rows)
    yield "| " + " | ".join(counts) + " | all |"
    yield "| --: " * (len(counts) + 1) + "|"
    yield "| " + " | ".join(str(count) for count in counts.values()) + f" | {len(rows)} |"
    yield ""
    yield "| request | since | carried out | |"
    yield "| --- | --- | --- | --- |"
    for message, kind, reason in rows:
        yield f"| {message.name} | {message.since} | {kind} | {reason} |"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
