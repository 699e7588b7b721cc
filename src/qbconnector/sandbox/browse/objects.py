"""One object as a whole: its Ret as a tree and as text, and what is around it."""

from dataclasses import dataclass

from qbconnector.qbxml import Aggregate
from qbconnector.sandbox import ids
from qbconnector.sandbox.books import Books
from qbconnector.sandbox.store import read_ret

from . import names
from .lists import MOST
from .names import Link

CHILDREN = 200
"""How many of the elements below one are listed; a page of the list shows more."""


@dataclass(frozen=True, slots=True)
class Node:
    """An element of a Ret: its text or its children, and the object it names."""

    name: str
    text: str = ""
    link: Link | None = None
    children: tuple["Node", ...] = ()


@dataclass(frozen=True, slots=True)
class Detail:
    """An object. `raw` is its Ret as the newest version returns it; `users` is how many objects refer to it, up to
    `MOST`."""

    link: Link
    title: str
    active: bool
    created: str
    modified: str
    tree: tuple[Node, ...]
    raw: str
    users: int
    parent: Link | None
    children: tuple[Link, ...]


def detail(books: Books, id_: str) -> Detail:
    """The object with this ListID or TxnID. Raises NothingThere."""
    key, kind = names.find(books, id_)
    find = books.connection.execute
    active, parent, head, links, lines, tail = find(
        "SELECT active, parent, head, links, lines, tail FROM object WHERE id = ?", (key,)
    ).fetchone()
    raw = b"".join((head, links, lines, tail))
    fields = read_ret(raw)
    (users,) = find(
        "SELECT count(*) FROM (SELECT DISTINCT source FROM uses WHERE target = ? LIMIT ?)", (key, MOST)
    ).fetchone()
    below = find("SELECT id FROM object WHERE parent = ? ORDER BY sort LIMIT ?", (key, CHILDREN))
    return Detail(
        link=_present(books, key),
        title=names.title(kind.name),
        active=bool(active),
        created=fields.text("TimeCreated"),
        modified=fields.text("TimeModified"),
        tree=_tree(books, fields),
        raw=raw.decode("ascii"),
        users=users,
        parent=names.link(books, parent),
        children=tuple(_present(books, row[0]) for row in below.fetchall()),
    )


def named(books: Books, fields: Aggregate) -> Link | None:
    """The object that an aggregate refers to by its ListID or TxnID."""
    key = ids.key_of(fields.text("ListID") or fields.text("TxnID"))
    return names.link(books, key)


def _present(books: Books, key: int) -> Link:
    found = names.link(books, key)
    assert found is not None
    return found


def _tree(books: Books, fields: Aggregate) -> tuple[Node, ...]:
    return tuple(_node(books, name, value) for name, value in fields)


def _node(books: Books, name: str, value: str | Aggregate) -> Node:
    if isinstance(value, str):
        return Node(name, value)
    link = named(books, value)
    if {child for child, _ in value} <= {"ListID", "FullName"}:  # a reference says no more than the link
        return Node(name, value.text("FullName"), link)
    return Node(name, link=link, children=_tree(books, value))
