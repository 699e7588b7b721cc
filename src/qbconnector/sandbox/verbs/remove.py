"""ListDel, TxnDel and TxnVoid of any object, and the queries of what was deleted."""

import json

from qbconnector.qbxml import Aggregate, ElementDecl, Request, render_element
from qbconnector.sandbox import orders
from qbconnector.sandbox.answer import Answer, Call, answer
from qbconnector.sandbox.books import Books
from qbconnector.sandbox.kinds import kinds
from qbconnector.sandbox.ledger import OPEN_TYPES
from qbconnector.sandbox.links import APPLIED, Link
from qbconnector.sandbox.refusal import refuse
from qbconnector.sandbox.store import Record
from qbconnector.sandbox.writing import find

from .filters import modified_range

_FOREVER = 1 << 62


def delete(call: Call) -> Answer:
    """Delete a list element or a transaction; status 3160 while something refers to it."""
    books, request = call.books, call.request
    kind = kinds()[request.fields.text(_type_element(request))]
    record = find(books, kind, request.fields.text(kind.id_name))
    if kind.is_transaction:
        _release(books, record)
    elif books.refs.in_use(record.key):
        refuse(3160, id=record.ref_id)
    books.store.delete(record.key)
    books.connection.execute(
        "INSERT INTO deleted (kind, ref_id, name, created, at) VALUES (?, ?, ?, ?, ?)",
        (kind.name, record.ref_id, record.number or record.name, record.created, books.epoch),
    )
    books.connection.execute("DELETE FROM balance WHERE object = ?", (record.key,))
    books.facts.clear()
    return _answer(
        request,
        [
            (_type_element(request), kind.name),
            (kind.id_name, record.ref_id),
            ("TimeDeleted", books.timestamp(books.epoch)),
            ("FullName", record.name),
            ("RefNumber", record.number or ""),
        ],
    )


def void(call: Call) -> Answer:
    """Void a transaction: it stays, with every amount zero and "VOID:" before its memo."""
    books, request = call.books, call.request
    kind = kinds()[request.fields.text("TxnVoidType")]
    record = find(books, kind, request.fields.text("TxnID"))
    _release(books, record)
    _zero(kind.ret, record.fields)
    memo = record.fields.text("Memo")
    if "Memo" in kind.elements and not memo.startswith("VOID:"):
        record.fields.put("Memo", f"VOID: {memo}".rstrip())
    record.sequence = max(books.epoch, record.sequence + 1)
    record.fields.put("TimeModified", books.timestamp(record.sequence))
    record.fields.put("EditSequence", str(record.sequence))
    record.fields.drop("LinkedTxn")
    record.fields.drop("AppliedToTxnRet")
    record.total = record.total and 0
    record.open = record.open and 0
    if "IsPaid" in kind.elements:
        record.fields.put("IsPaid", "true")
    books.store.update(record)
    return _answer(
        request,
        [
            ("TxnVoidType", kind.name),
            ("TxnID", record.ref_id),
            ("TimeCreated", books.timestamp(record.created)),
            ("TimeModified", books.timestamp(record.sequence)),
            ("RefNumber", record.number or ""),
        ],
    )


def _release(books: Books, record: Record) -> None:
    """Take a transaction out of the ledger and away from what it settled; a deposited payment stays (3175)."""
    if books.links.deposited(record.key):
        refuse(3175, object=record.kind.name)
    books.ledger.unpost(record.key)
    for link in books.links.remove(record.key):
        if link.type == APPLIED and link.discount and link.payment != record.key:
            _take_back_discount(books, link)
    if record.kind.name in orders.ORDERS:
        books.links.ordered |= orders.items(record.fields)


def _take_back_discount(books: Books, link: Link) -> None:
    """A discount goes with the invoice or bill it was given on: out of the postings of the payment that gave it."""
    rows = books.ledger.unpost(link.payment)
    given = next(row for row in rows if row.account == link.discount_account and abs(row.amount) >= link.discount)
    sign = 1 if given.amount > 0 else -1
    owed = next(row for row in rows if row.amount * sign < 0 and books.ledger.account_type(row.account) in OPEN_TYPES)
    date = books.connection.execute("SELECT sort FROM object WHERE id = ?", (link.payment,)).fetchone()[0]
    reversal = (given._replace(amount=-sign * link.discount), owed._replace(amount=sign * link.discount))
    books.ledger.post(link.payment, date, [*rows, *reversal])


#: What a voided transaction shows; that quantities are zero as well is MEMORY: unverified.
_ZEROS = {"AMT": "0.00", "QUAN": "0"}


def _zero(decl: ElementDecl, fields: Aggregate) -> None:
    for index, (name, value) in enumerate(fields):
        child = decl.elements.get(name)
        if child is not None and isinstance(value, Aggregate):
            _zero(child, value)
        elif child is not None and child.type in _ZEROS:
            fields[index] = (name, _ZEROS[child.type])


def _type_element(request: Request) -> str:
    return "TxnDelType" if "TxnDelType" in request.message.content.elements else "ListDelType"


def _answer(request: Request, children: list[tuple[str, str]]) -> Answer:
    """An answer whose Rs holds these leaves, those of them that it has."""
    known = request.message.response.elements
    text = "".join(render_element(known[name], value) for name, value in children if value and name in known)
    return Answer(body=(text.encode("ascii"),))


def deleted(call: Call) -> Answer:
    """ListDeletedQuery and TxnDeletedQuery: what was deleted, oldest first."""
    books, request = call.books, call.request
    decl = next(iter(request.message.response.elements.values()))
    element = next(name for name in decl.elements if name.endswith("DelType"))
    kind_names = [str(name) for name in request.fields.all(element)]
    first, last = modified_range(books, request.fields.child("DeletedDateRangeFilter") or Aggregate(), "Deleted")
    rows = books.connection.execute(
        "SELECT kind, ref_id, name, created, at FROM deleted WHERE kind IN (SELECT value FROM json_each(?))"
        " AND at >= ? AND at <= ? ORDER BY at, ref_id",
        (json.dumps(kind_names), first or 0, _FOREVER if last is None else last),
    ).fetchall()
    if request.attributes.get("metaData") == "MetaDataOnly":
        return Answer(attributes=(("retCount", str(len(rows))),))
    result = answer(0 if rows else 1)
    result.body = [render_element(decl, _deleted_ret(books, decl, element, row)).encode("ascii") for row in rows]
    return result


def _deleted_ret(books: Books, decl: ElementDecl, element: str, row: tuple[str, str, str, int, int]) -> Aggregate:
    kind, ref_id, name, created, at = row
    children = {
        element: kind,
        "ListID": ref_id,
        "TxnID": ref_id,
        "TimeCreated": books.timestamp(created),
        "TimeDeleted": books.timestamp(at),
        "FullName": name,
        "RefNumber": name,
    }
    known = decl.elements
    return Aggregate((child, text) for child, text in children.items() if text and child in known)
