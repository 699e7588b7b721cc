"""ListMerge: one list element becomes another, in everything that was ever entered."""

import json
from collections.abc import Mapping

from qbconnector.qbxml import Aggregate, escape
from qbconnector.sandbox import rets
from qbconnector.sandbox.answer import Answer, Call, Handler
from qbconnector.sandbox.books import Books
from qbconnector.sandbox.kinds import kinds
from qbconnector.sandbox.ledger import Balance
from qbconnector.sandbox.refusal import refuse
from qbconnector.sandbox.store import Record
from qbconnector.sandbox.writing import find

#: Columns that hold the keys of list elements, by table.
_COLUMNS = {
    "posting": ("account", "entity", "item", "class"),
    "link": ("discount_account", "discount_class"),
    "object": ("entity",),
}

# MEMORY: unverified.
_ITSELF = "An element cannot be merged with itself."
_BELOW = "Elements with others below them cannot be merged."
_OTHER_TYPE = "The accounts are not of the same type."


def merge(call: Call) -> Answer:
    """Merge one element of a list into another of the same list; the first is deleted."""
    books, fields = call.books, call.request.fields
    kind_name = fields.text("ListMergeType")
    source = _element(books, kind_name, fields.child("MergeFrom") or Aggregate())
    target = _element(books, kind_name, fields.child("MergeTo") or Aggregate())
    _check(books, source, target)
    _move(books, source, target)
    books.store.delete(source.key)
    books.connection.execute(
        "INSERT INTO deleted (kind, ref_id, name, created, at) VALUES (?, ?, ?, ?, ?)",
        (kind_name, source.ref_id, source.name, source.created, books.epoch),
    )
    books.forget()
    gone = [
        ("ListID", source.ref_id),
        ("TimeDeleted", books.timestamp(books.epoch)),
        ("FullName", source.name),
    ]
    stays = [
        ("ListID", target.ref_id),
        ("TimeCreated", books.timestamp(target.created)),
        ("TimeModified", books.timestamp(target.sequence)),
        ("EditSequence", str(target.sequence)),
        ("FullName", target.name),
    ]
    return rets.children(
        call,
        [("ListMergeType", kind_name), ("MergedFrom", Aggregate(gone)), ("MergedTo", Aggregate(stays))],
    )


def _element(books: Books, kind_name: str, named: Aggregate) -> Record:
    record = find(books, kinds()[kind_name], named.text("ListID"))
    if named.text("EditSequence") != str(record.sequence):
        refuse(3200, sequence=named.text("EditSequence"))
    return record


def _check(books: Books, source: Record, target: Record) -> None:
    if source.key == target.key:
        refuse(3210, field="MergeFrom", value=source.ref_id, reason=_ITSELF)
    if books.store.children(source.key):
        refuse(3210, field="MergeFrom", value=source.ref_id, reason=_BELOW)
    if source.fields.text("AccountType") != target.fields.text("AccountType"):
        refuse(3210, field="MergeFrom", value=source.ref_id, reason=_OTHER_TYPE)


def _move(books: Books, source: Record, target: Record) -> None:
    """Take everything that names the source to the target: text, references, postings, balances."""
    books.flush()
    run = books.connection.execute
    old, new = (
        f"<ListID>{one.ref_id}</ListID>\n<FullName>{escape(one.name)}</FullName>".encode("ascii")
        for one in (source, target)
    )
    run(
        "UPDATE object SET head = CAST(replace(head, ?1, ?2) AS BLOB),"
        " lines = CAST(replace(lines, ?1, ?2) AS BLOB), tail = CAST(replace(tail, ?1, ?2) AS BLOB),"
        " hidden = replace(hidden, ?4, ?5) WHERE id IN (SELECT source FROM uses WHERE target = ?3)",
        (old, new, source.key, json.dumps(source.ref_id), json.dumps(target.ref_id)),
    )
    run("UPDATE OR IGNORE uses SET target = ? WHERE target = ?", (target.key, source.key))
    run("DELETE FROM uses WHERE target = ?", (source.key,))
    for table, columns in _COLUMNS.items():
        for column in columns:
            run(f"UPDATE {table} SET {column} = ?1 WHERE {column} = ?2", (target.key, source.key))  # noqa: S608
    shows = "SELECT payment FROM link WHERE discount_account = ?1 OR discount_class = ?1"
    books.links.dirty.update(key for (key,) in run(shows, (target.key,)))
    moved = books.ledger.balance(source.key)
    books.ledger.add({source.key: Balance(*(-value for value in moved))})
    books.ledger.add({target.key: moved})
    run("DELETE FROM balance WHERE object = ?", (source.key,))


HANDLERS: Mapping[str, Handler] = {"ListMergeRq": merge}
