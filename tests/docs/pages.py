"""The documentation as data: pages, their fenced blocks, links and headings.

A block in `sh` or `python` is run by the tests, one in `xml` is a document that must parse; what is only
to be looked at says `console`, `powershell`, `http` or `text`. `<!-- file: NAME -->` before a block saves it.
"""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])

FENCE = re.compile(
    r"(?:<!-- file: (?P<file>\S+) -->\s*\n)?^```(?P<kind>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)
LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, its text, and the file it is saved as, or ""."""

    kind: str
    text: str
    file: str


def name(page: Path) -> str:
    """The page's path in the repository, as the tests' id."""
    return page.relative_to(ROOT).as_posix()


def blocks(page: Path) -> list[Block]:
    """The fenced blocks of a page in order."""
    found = FENCE.finditer(page.read_text("utf-8"))
    return [Block(one["kind"], one["text"], one["file"] or "") for one in found]


def rows(page: str, row: str) -> list[str]:
    """What a pattern of one group finds in the tables of a page below docs/."""
    return re.findall(rf"^\| {row} \|", (ROOT / "docs" / page).read_text("utf-8"), re.MULTILINE)


def prose(page: Path) -> str:
    """The page without its fenced blocks."""
    return FENCE.sub("", page.read_text("utf-8"))


def links(page: Path) -> list[str]:
    """The targets of the page's links, as written."""
    return LINK.findall(prose(page))


def anchors(page: Path) -> set[str]:
    """What a link to a heading of the page may say after its #."""
    headings = HEADING.findall(prose(page))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}
