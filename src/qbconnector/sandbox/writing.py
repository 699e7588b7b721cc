"""Making and changing an object of any kind: convert, complete, identify, store, post, link.

The verbs Add and Mod come through here, and so do behaviours that make another object (an opening balance, say).
"""

from functools import cache

from qbconnector.qbxml import Aggregate, ElementDecl, dialect, too_long

from . import ids, naming
from .books import Behavior, Books
from .kinds import Kind, is_reference
from .merge import drop_empty, merge
from .refusal import refuse
from .shape import convert, shape
from .store import Record

#: Where a transaction's entity stands, in the order of preference.
_ENTITIES = ("CustomerRef", "VendorRef", "PayeeEntityRef", "EntityRef")

#: What a leaf that every Ret of a kind has shows when nobody said anything.
_DEFAULTS = {"BOOL": "false", "AMT": "0.00", "QUAN": "0", "PRICE": "0.00", "PERCENT": "0.00", "INT": "0"}


def create(books: Books, kind: Kind, behavior: Behavior, request: Aggregate) -> Record:
    """Store a new object; `request` holds the children of the Add. Returns it as stored."""
    _check_lengths(kind, "Add", request)
    fields = convert(books, request, shape(kind.name, "Add"), kind, kind.name)
    drop_empty(fields)
    for name in _demanded(kind.name):
        if fields.child(name) is None:
            refuse(3150, element=name)
    record = Record(kind, fields, created=books.epoch, sequence=books.epoch)
    record.key = new_key(books, kind)
    record.ref_id = ids.ref_id(record.key, record.created)
    if kind.is_transaction:
        fields.put("TxnNumber", str(books.store.take("TxnNumber")))
    _complete(books, record, behavior, request)
    books.store.insert(record)
    _post(books, record, behavior, request)
    behavior.added(books, record, request)
    if macro := request.text("@defMacro"):
        books.macros[macro] = record.ref_id
    return record


def change(books: Books, kind: Kind, behavior: Behavior, request: Aggregate) -> Record:
    """Change an object; `request` holds the children of the Mod. Returns it as stored."""
    _check_lengths(kind, "Mod", request)
    record = find(books, kind, request.text(kind.id_name))
    if request.text("EditSequence") != str(record.sequence):
        refuse(3200, sequence=request.text("EditSequence"))
    before, before_sort = books.store.target(record.key), record.sort
    converted = convert(books, request, shape(kind.name, "Mod"), kind, kind.name)
    merge(kind, record.fields, behavior.changes(books, record, converted))
    record.sequence = max(books.epoch, record.sequence + 1)
    if kind.is_transaction:
        books.ledger.unpost(record.key)
    _complete(books, record, behavior, request)
    books.store.update(record)
    if kind.name_element and before is not None:
        naming.carry(books, before, before_sort, record)
    _post(books, record, behavior, request)
    if record.open is not None:
        books.links.dirty.add(record.key)
    books.facts.clear()
    return record


def find(books: Books, kind: Kind, text: str) -> Record:
    """The object of this kind with this ListID or TxnID; status 3000 or 3120 when there is none."""
    key = ids.key_of(text)
    if key is None:
        refuse(3000, value=text, field=kind.id_name)
    record = books.store.read(key)
    if record is None or record.ref_id != text or record.kind is not kind:
        refuse(3120, id=text)
    return record


def new_key(books: Books, kind: Kind) -> int:
    """The next free key: transactions share a counter with their lines, lists have one of their own."""
    if kind.is_transaction:
        return books.store.take("Txn")
    return ids.LIST_BASE + books.store.take("List")


def _complete(books: Books, record: Record, behavior: Behavior, request: Aggregate) -> None:
    """Everything a Ret shows that the request did not say, and the row's own columns."""
    kind, fields = record.kind, record.fields
    if kind.is_transaction and not fields.text("TxnDate") and "TxnDate" in kind.elements:
        fields.put("TxnDate", books.today)
    behavior.fill(books, record, request)
    if kind.is_transaction:
        record.sort = fields.text("TxnDate") or books.today
        record.number = fields.text("RefNumber") or None
        record.entity = _entity(fields)
        _number_lines(books, record, fields)
    elif kind.name_element:
        naming.name(books, record)
    if "IsActive" in kind.elements:
        record.active = (fields.text("IsActive") or "true") == "true"
        fields.put("IsActive", "true" if record.active else "false")
    for name in kind.required:
        if (default := _DEFAULTS.get(kind.elements[name].type)) and fields.get(name) is None:
            fields.put(name, default)
    fields.put(kind.id_name, record.ref_id)
    fields.put("TimeCreated", books.timestamp(record.created))
    fields.put("TimeModified", books.timestamp(record.sequence))
    fields.put("EditSequence", str(record.sequence))


@cache
def _demanded(kind: str) -> tuple[str, ...]:
    """The references an Add cannot be without: the schema demands the element, but takes an empty one."""
    add = dialect("qbxml").messages[f"{kind}AddRq"].content.elements[f"{kind}Add"]
    assert add.content is not None
    items = [item for item in add.content.items if isinstance(item, ElementDecl)]
    return tuple(item.name for item in items if item.min and is_reference(item))


def _entity(fields: Aggregate) -> int | None:
    for name in _ENTITIES:
        if reference := fields.child(name):
            return ids.key_of(reference.text("ListID"))
    return None


def _number_lines(books: Books, record: Record, fields: Aggregate) -> None:
    """Give every new line its TxnLineID, in document order, and remember what macros call it."""
    for name, value in fields:
        if isinstance(value, Aggregate) and (name in record.kind.line_ids):
            if value.text("TxnLineID") in {"", "-1"}:
                line_id = ids.ref_id(books.store.take("Txn"), record.created)
                value.put("TxnLineID", line_id)
                if macro := value.text("@defMacro"):
                    books.macros[macro] = line_id
            value.drop("@defMacro")
            _number_lines(books, record, value)


def _post(books: Books, record: Record, behavior: Behavior, request: Aggregate) -> None:
    if record.kind.is_transaction:
        books.ledger.post(record.key, record.sort, behavior.postings(books, record))
        links = behavior.links(books, record, request)
        if links is not None:
            books.links.remove(record.key, by_payment=True)
            books.links.add(links)


def _check_lengths(kind: Kind, verb: str, request: Aggregate) -> None:
    """Status 3070 for the first text that is longer than its element allows."""
    decl = dialect("qbxml").messages[f"{kind.name}{verb}Rq"].content.elements[f"{kind.name}{verb}"]
    if found := too_long(decl, request):
        refuse(3070, value=found[1], field=found[0])
