"""The requests Add and Mod of any kind of object: make or change it, and answer with it as it was stored."""

from qbconnector.sandbox.answer import Answer, Call
from qbconnector.sandbox.books import Behavior
from qbconnector.sandbox.kinds import kinds
from qbconnector.sandbox.store import Record
from qbconnector.sandbox.writing import change, create


def add(call: Call, behavior: Behavior) -> Answer:
    """Answer an Add request of any kind: the new object, as it was stored."""
    kind = kinds()[call.request.message.object]
    request = call.request.fields.child(f"{kind.name}Add")
    assert request is not None
    return _stored(call, create(call.books, kind, behavior, request))


def modify(call: Call, behavior: Behavior) -> Answer:
    """Answer a Mod request of any kind: the object as it is now."""
    kind = kinds()[call.request.message.object]
    request = call.request.fields.child(f"{kind.name}Mod")
    assert request is not None
    return _stored(call, change(call.books, kind, behavior, request))


def _stored(call: Call, record: Record) -> Answer:
    books, view = call.books, call.view
    row: tuple[object, ...] = (record.newest, record.extended, *record.pieces)
    if record.key in books.links.dirty or record.key in books.ledger.dirty:
        books.flush()
        row = books.connection.execute(
            f"SELECT {view.columns} FROM object WHERE id = ?",  # noqa: S608
            (record.key,),
        ).fetchone()
    return Answer(body=list(view.rows(record.kind, [row])))
