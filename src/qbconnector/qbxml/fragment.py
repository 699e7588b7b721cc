"""Stored fragments: the text of a Ret as `render` writes it, one element per line. Reading back, and cutting.

It relies on that form and is no XML parser. An empty element with attributes is one line and a leaf.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache

from qbconnector.qbxml.aggregate import Aggregate
from qbconnector.qbxml.model import Content, ElementDecl, Version

_REFERENCE = re.compile(r"&(?:#(\d+)|(\w+));")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_EXTENSION = b"DataExtRet"


def unescape(text: str) -> str:
    """The text that `render.escape` wrote."""
    if "&" not in text:
        return text
    return _REFERENCE.sub(lambda found: chr(int(found[1])) if found[1] else _NAMED[found[2]], text)


def read_fragment(fragment: bytes) -> Aggregate:
    """The elements of a fragment: of a whole Ret one pair, its name and its Aggregate; of lines a pair each.

    Raise ValueError for a fragment whose tags do not pair.
    """
    top = container = Aggregate()
    around: list[Aggregate] = []
    for line in fragment.decode("ascii").split("\n"):
        close = line.find(">")
        if close < 0:
            continue
        if line[1] == "/":
            if not around:
                raise ValueError(f"{line} closes nothing")
            container = around.pop()
            continue
        name = line[1:close]
        if close == len(line) - 1:
            inside = Aggregate()
            container.append((name, inside))
            around.append(container)
            container = inside
        else:
            text = line[close + 1 : -len(name) - 3]
            container.append((name, unescape(text) if "&" in text else text))
    if around:
        raise ValueError(f"{len(around)} elements are not closed")
    return top


@dataclass(frozen=True, slots=True)
class Plan:
    """What of a stored Ret a reader gets.

    `decl` is the Ret. Elements newer than `version` or not of `edition` go; of the Ret's children all but
    `include` (None keeps all) go; every DataExtRet goes whose owner, "0" or a GUID, is not among `owners`.
    """

    decl: ElementDecl
    version: Version
    edition: str = "US"
    include: frozenset[str] | None = None
    owners: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Sieve:
    """What goes at one level, and the sieves of the levels below that need one."""

    drop: frozenset[bytes] = frozenset()
    inner: dict[bytes, "_Sieve"] = field(default_factory=dict)


_OPEN = _Sieve()


def cut(fragment: bytes, plan: Plan) -> bytes:
    """The fragment without what the plan leaves out; whole Rets or lines of one, as many as there are."""
    sieve = _sieve(plan)
    owners = frozenset(owner.lower().encode() for owner in plan.owners)
    around: list[_Sieve] = []
    kept: list[bytes] = []
    lines = iter(fragment.splitlines(keepends=True))
    for line in lines:
        name = line[1 : line.index(b">")]
        if name[:1] == b"/":
            kept.append(line)
            sieve = around.pop()
            continue
        opens = len(line) == len(name) + 3
        if name in sieve.drop or (name == _EXTENSION and owners):
            block = [line]
            if opens:
                end = b"</" + name + b">\n"
                while block[-1] != end:
                    block.append(next(lines))
            if name not in sieve.drop and _owner(block) in owners:
                kept += block
            continue
        kept.append(line)
        if opens:
            around.append(sieve)
            sieve = sieve.inner.get(name, _OPEN)
    return b"".join(kept)


def _owner(block: list[bytes]) -> bytes:
    """The owner of a data extension, in lower case; a custom field may go without: it is 0."""
    for line in block:
        if line.startswith(b"<OwnerID>"):
            return line[9:-11].lower()
    return b"0"


@lru_cache(maxsize=1024)
def _sieve(plan: Plan) -> _Sieve:
    content = plan.decl.content
    assert content is not None
    inside = _level(content, plan, plan.include)
    return _Sieve(inner={plan.decl.name.encode(): inside} | inside.inner, drop=_level(content, plan, None).drop)


def _level(content: Content, plan: Plan, include: frozenset[str] | None) -> _Sieve:
    sieve = _Sieve()
    drop: set[bytes] = set()
    for name, decl in content.elements.items():
        gone = decl.since > plan.version or plan.edition in decl.not_in
        if gone or (include is not None and name not in include) or (name == "DataExtRet" and not plan.owners):
            drop.add(name.encode())
        elif decl.content is not None:
            inner = _level(decl.content, plan, None)
            if inner.drop or inner.inner:
                sieve.inner[name.encode()] = inner
    sieve.drop = frozenset(drop)
    return sieve
