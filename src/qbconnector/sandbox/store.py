"""Objects in SQLite: a row each, with the qbXML it returns. Knows nothing of requests, references or money.

One `Store` belongs to one connection. What it caches of other objects (`Target`s) is dropped by `forget`, which
whoever rolls a savepoint back must call.
"""

import json
import re
import sqlite3
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from qbconnector.qbxml import Aggregate, ElementDecl, newest, read_fragment

from . import ids
from .kinds import Kind, kinds

#: How many other objects' identities the writer keeps in memory.
TARGETS = 50_000


@dataclass(frozen=True, slots=True)
class Target:
    """What one object needs to know of another it refers to."""

    key: int
    kind: str
    ref_id: str
    name: str
    parent: int | None
    active: bool


@dataclass(slots=True)
class Record:
    """An object while it is made or changed: the children of its Ret, in any order, and what the row adds.

    `fields` may hold children that the Ret does not have (an override account, a price level); those named in
    `Store.HIDDEN` survive in the row for the next Mod, the others are gone after the request.
    """

    kind: Kind
    fields: Aggregate
    key: int = 0
    ref_id: str = ""
    name: str = ""
    parent: int | None = None
    sort: str = ""
    active: bool = True
    number: str | None = None
    entity: int | None = None
    total: int | None = None
    open: int | None = None
    created: int = 0
    sequence: int = 0
    pieces: tuple[bytes, ...] = ()
    newest: int = 0
    extended: bool = False
    """The stored text, its newest element's version times ten, and whether it has data extensions: once written."""


class Store:
    """The objects of one company file, through one connection."""

    #: Children of requests that the Ret does not show and a later Mod needs.
    HIDDEN = frozenset({"OverrideItemAccountRef", "PriceLevelRef"})

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self._by_key: OrderedDict[int, Target] = OrderedDict()
        self._by_name: dict[tuple[str, str], int] = {}
        self._counters: dict[str, int] = {}
        self._written: dict[str, int] = {}

    # Caches

    def forget(self) -> None:
        """Drop what the rollback of a request may have made untrue. Its numbers stay taken."""
        self._by_key.clear()
        self._by_name.clear()

    def forget_counters(self) -> None:
        """Ask the file again which numbers are free: the transaction is gone, or others wrote."""
        self._counters.clear()
        self._written.clear()

    def _remember(self, target: Target, space: str | None) -> Target:
        self._by_key[target.key] = target
        if space is not None:
            self._by_name[space, target.name.lower()] = target.key
        if len(self._by_key) > TARGETS:
            self._by_key.clear()
            self._by_name.clear()
        return target

    # Counters

    def take(self, name: str, count: int = 1) -> int:
        """The next number of a counter, or the first of `count` numbers."""
        value = self._counters.get(name)
        if value is None:
            row = self.connection.execute("SELECT value FROM counter WHERE name = ?", (name,)).fetchone()
            value = self._written[name] = row[0] if row else 0
        self._counters[name] = value + count
        return value + 1

    def write_counters(self) -> None:
        """Store the counters that moved; part of every transaction that took a number."""
        for name, value in self._counters.items():
            if self._written.get(name) != value:
                self.connection.execute("INSERT OR REPLACE INTO counter VALUES (?, ?)", (name, value))
                self._written[name] = value

    # Identities

    def target(self, key: int) -> Target | None:
        """The object with this key."""
        found = self._by_key.get(key)
        return found if found is not None else self._look_up("id = ?", (key,))

    def named(self, space: str, name: str) -> Target | None:
        """The list element with this full name (upper and lower case are the same) in a name space."""
        lower = name.lower()
        key = self._by_name.get((space, lower))
        if key is not None:
            return self._by_key[key]
        return self._look_up("space = ? AND name_key = ?", (space, lower))

    def _look_up(self, where: str, parameters: tuple[object, ...]) -> Target | None:
        row = self.connection.execute(
            f"SELECT id, kind, ref_id, parent, active, space, head FROM object WHERE {where}",  # noqa: S608
            parameters,
        ).fetchone()
        if row is None:
            return None
        key, kind, ref_id, parent, active, space, head = row
        own = kinds()[kind]
        name = element(head, "FullName" if "FullName" in own.elements else own.name_element)
        return self._remember(Target(key, kind, ref_id, name, parent, bool(active)), space)

    # Objects

    def insert(self, record: Record) -> None:
        """Store a new object; its key, times and identifiers are set already."""
        uses = set(_references(record.fields))
        self.connection.execute(
            "INSERT INTO object (id, kind, ref_id, space, name_key, sort, parent, active, number, entity, total,"
            " open, sequence, touched, newest, extended, hidden, head, links, lines, tail)"
            " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
            (record.key, record.kind.name, record.ref_id, *self._row(record, uses)),
        )
        self._write_uses(record, uses)
        if record.kind.name_element:
            self._remember(self._as_target(record), record.kind.family)

    def update(self, record: Record) -> None:
        """Store a changed object."""
        uses = set(_references(record.fields))
        self.connection.execute(
            "UPDATE object SET space=?, name_key=?, sort=?, parent=?, active=?, number=?, entity=?, total=?,"
            " open=?, sequence=?, touched=?, newest=?, extended=?, hidden=?, head=?, links=?, lines=?, tail=?"
            " WHERE id=?",
            (*self._row(record, uses), record.key),
        )
        self.connection.execute("DELETE FROM uses WHERE source = ?", (record.key,))
        self._write_uses(record, uses)
        self.drop_target(record.key)

    def drop_target(self, key: int) -> None:
        """Forget what is cached of one object."""
        target = self._by_key.pop(key, None)
        if target is not None:
            self._by_name.pop((kinds()[target.kind].family, target.name.lower()), None)

    def delete(self, key: int) -> None:
        """Remove an object and what it said of others."""
        self.connection.execute("DELETE FROM uses WHERE source = ?", (key,))
        self.connection.execute("DELETE FROM object WHERE id = ?", (key,))
        self.drop_target(key)

    def _row(self, record: Record, uses: set[tuple[int, str]]) -> tuple[object, ...]:
        pieces = record.pieces = record.kind.render(record.fields)
        record.newest = _tenths(newest(record.kind.ret, record.fields))
        record.extended = any(b"<DataExtRet>" in piece for piece in pieces)
        hidden = any(role in self.HIDDEN for _, role in uses) and _hidden(record.kind.ret, record.fields)
        named = bool(record.kind.name_element)
        return (
            record.kind.family if named else None,
            record.name.lower() if named else None,
            record.sort,
            record.parent,
            record.active,
            record.number,
            record.entity,
            record.total,
            record.open,
            record.sequence,
            record.sequence,
            record.newest,
            record.extended,
            json.dumps(hidden) if hidden else None,
            *pieces,
        )

    def _write_uses(self, record: Record, uses: set[tuple[int, str]]) -> None:
        self.connection.executemany(
            "INSERT INTO uses VALUES (?, ?, ?)", [(key, record.key, role) for key, role in uses]
        )

    def _as_target(self, record: Record) -> Target:
        return Target(record.key, record.kind.name, record.ref_id, record.name, record.parent, record.active)

    def read(self, key: int) -> Record | None:
        """An object as a record, ready to be changed: its Ret parsed, its hidden state beside it."""
        row = self.connection.execute(
            "SELECT kind, ref_id, name_key, sort, parent, active, number, entity, total, open, sequence, hidden,"
            " head, links, lines, tail FROM object WHERE id = ?",
            (key,),
        ).fetchone()
        if row is None:
            return None
        kind_name, ref_id, _, sort, parent, active, number, entity, total, open_, sequence, hidden = row[:12]
        fields = read_ret(b"".join(row[12:]))
        if hidden:
            _restore(fields, json.loads(hidden))
        kind = kinds()[kind_name]
        return Record(
            kind=kind,
            fields=fields,
            key=key,
            ref_id=ref_id,
            name=fields.text("FullName") or fields.text(kind.name_element),
            parent=parent,
            sort=sort,
            active=bool(active),
            number=number,
            entity=entity,
            total=total,
            open=open_,
            created=int(ref_id.rpartition("-")[2]),
            sequence=sequence,
        )

    # Pieces of the stored text

    def splice(self, key: int, values: dict[str, str], *, touched: int | None = None) -> None:
        """Write what changed without a write to the object itself into its stored text."""
        row = self.connection.execute("SELECT head, tail FROM object WHERE id = ?", (key,)).fetchone()
        if row is None:
            return
        head, tail = row
        new_head, new_tail = replace(head, values), replace(tail, values)
        if touched is not None:
            self.connection.execute(
                "UPDATE object SET head = ?, tail = ?, touched = ? WHERE id = ?", (new_head, new_tail, touched, key)
            )
        elif new_head != head or new_tail != tail:
            self.connection.execute("UPDATE object SET head = ?, tail = ? WHERE id = ?", (new_head, new_tail, key))

    def children(self, key: int) -> list[int]:
        """The keys of the elements directly below a list element."""
        return [row[0] for row in self.connection.execute("SELECT id FROM object WHERE parent = ?", (key,))]

    def descendants(self, keys: Iterable[int]) -> list[int]:
        """These keys and those of everything below them."""
        found: list[int] = []
        waiting = list(keys)
        while waiting:
            found.append(waiting.pop())
            waiting.extend(self.children(found[-1]))
        return found


def read_ret(text: bytes) -> Aggregate:
    """The children of a stored Ret."""
    ((_, fields),) = read_fragment(text)
    assert isinstance(fields, Aggregate)
    return fields


def element(head: bytes, name: str) -> str:
    """The text of a top-level leaf in a piece of stored text, "" when it is not there."""
    if not name:
        return ""
    start = _find(head, name)
    if start < 0:
        return ""
    return unescape(head[start : head.index(b"<", start)].decode("ascii"))


_REFERENCE = re.compile(r"&(?:#(\d+)|(amp|lt|gt|quot|apos));")
_CHARACTERS = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


def unescape(text: str) -> str:
    """Stored text with its character references resolved."""
    if "&" not in text:
        return text
    return _REFERENCE.sub(lambda match: chr(int(match[1])) if match[1] else _CHARACTERS[match[2]], text)


def _find(piece: bytes, name: str) -> int:
    """Where the text of a top-level leaf begins in a piece of stored text; -1 when it is not there."""
    tag = b"<%s>" % name.encode()
    if piece.startswith(tag):
        return len(tag)
    start = piece.find(b"\n" + tag)
    return start + 1 + len(tag) if start >= 0 else -1


def replace(piece: bytes, values: dict[str, str]) -> bytes:
    """A piece of stored text with the texts of some of its top-level leaves replaced."""
    for name, text in values.items():
        start = _find(piece, name)
        if start >= 0:
            piece = piece[:start] + text.encode("ascii") + piece[piece.index(b"<", start) :]
    return piece


def _references(fields: Aggregate) -> Iterator[tuple[int, str]]:
    """The key and role of every reference among these children, lines included."""
    for name, value in fields:
        if isinstance(value, Aggregate):
            if name.endswith("Ref") and value and value[0][0] == "ListID":
                key = ids.key_of(value.text("ListID"))
                if key is not None:
                    yield key, name
            else:
                yield from _references(value)


def _tenths(version: tuple[int, int]) -> int:
    return version[0] * 10 + version[1]


def _hidden(decl: ElementDecl, fields: Aggregate, line: str = "") -> list[tuple[str, str, str]]:
    """The references that the Ret does not show: TxnLineID ("" at the top), name and ListID of each."""
    found: list[tuple[str, str, str]] = []
    for name, value in fields:
        if isinstance(value, Aggregate):
            child = decl.elements.get(name)
            if child is None:
                if name in Store.HIDDEN:
                    found.append((line, name, value.text("ListID")))
            elif inner := value.text("TxnLineID"):
                found += _hidden(child, value, inner)
    return found


def _restore(fields: Aggregate, hidden: list[tuple[str, str, str]], line: str = "") -> None:
    """Put hidden references back where `_hidden` found them; those that the Ret does show are there already."""
    for at, name, list_id in hidden:
        if at == line and not fields.has(name):
            fields.put(name, Aggregate([("ListID", list_id)]))
    for _, value in list(fields):
        if isinstance(value, Aggregate) and (inner := value.text("TxnLineID")):
            _restore(value, hidden, inner)
