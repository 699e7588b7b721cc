"""DataExtDefAdd, Mod, Del and Query; DataExtAdd, Mod and Del of lists, transactions, lines and the company."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from qbconnector.qbxml import Aggregate, dialect, render_element
from qbconnector.sandbox import extensions, ids, rets
from qbconnector.sandbox.answer import Answer, Call, Handler
from qbconnector.sandbox.books import Books
from qbconnector.sandbox.extensions import CUSTOM_FIELDS, Definition
from qbconnector.sandbox.kinds import FAMILIES
from qbconnector.sandbox.refusal import refuse
from qbconnector.sandbox.store import Record

#: What DataExtDefRet shows of a definition that does not say it (the format's name is MEMORY: unverified).
_DEFAULTS = {"DataExtListRequire": "false", "DataExtTxnRequire": "false", "DataExtFormatString": "ANYTEXT"}

_DEFINED = "Attribute with specified name already exists."

#: MEMORY: unverified.
_HAS_VALUE = "This object has a value of that name already."


def add_definition(call: Call) -> Answer:
    """DataExtDefAdd: status 3180 where the owner has defined that name before."""
    fields = Aggregate(_children(call, "DataExtDefAdd"))
    _check_free(call.books, fields)
    for name, text in _DEFAULTS.items():
        if not fields.text(name):
            fields.put(name, text)
    extensions.define(call.books, fields)
    return rets.single(call, fields)


def change_definition(call: Call) -> Answer:
    """DataExtDefMod: another name, more objects or fewer."""
    given = _children(call, "DataExtDefMod")
    definition = _definition(call.books, given)
    fields = definition.fields
    if new_name := given.text("DataExtNewName"):
        if new_name.lower() != definition.name.lower():
            _check_free(call.books, Aggregate([("OwnerID", definition.owner), ("DataExtName", new_name)]))
        fields.put("DataExtName", new_name)
    objects = dict.fromkeys(fields.texts("AssignToObject") + given.texts("AssignToObject"))
    fields.drop("AssignToObject")
    fields.extend(("AssignToObject", one) for one in objects if one not in given.texts("RemoveFromObject"))
    for name in _DEFAULTS:
        if text := given.text(name):
            fields.put(name, text)
    extensions.define(call.books, fields, definition.key)
    return rets.single(call, fields)


def delete_definition(call: Call) -> Answer:
    """DataExtDefDel: the values that objects have of it stay with them until they are deleted themselves."""
    definition = _definition(call.books, call.request.fields)
    extensions.remove(call.books, definition)
    return rets.single(
        call,
        Aggregate(
            [
                ("OwnerID", call.request.fields.text("OwnerID")),
                ("DataExtName", definition.name),
                ("TimeDeleted", call.books.timestamp(call.books.epoch)),
            ]
        ),
    )


def query_definitions(call: Call) -> Answer:
    """DataExtDefQuery: all, those of some owners, or those for some kinds of object."""
    owners = {owner.lower() for owner in call.request.fields.texts("OwnerID")}
    objects = set(call.request.fields.texts("AssignToObject"))
    return rets.several(
        call,
        [
            one.fields
            for one in extensions.definitions(call.books)
            if (not owners or one.owner in owners)
            and (not objects or objects.intersection(one.fields.texts("AssignToObject")))
        ],
    )


def _children(call: Call, name: str) -> Aggregate:
    found = call.request.fields.child(name)
    assert found is not None
    return found


def _definition(books: Books, given: Aggregate) -> Definition:
    """The definition that a request names; status 3120 when there is none (MEMORY: unverified)."""
    found = extensions.find(books, given.text("OwnerID"), given.text("DataExtName"))
    if found is None:
        refuse(3120, id=given.text("DataExtName"))
    return found


def _named(given: Aggregate) -> str:
    """What status 3180 calls a data extension."""
    return f'a data extension named "{given.text("DataExtName")}"'


def _check_free(books: Books, given: Aggregate) -> None:
    if extensions.find(books, given.text("OwnerID"), given.text("DataExtName")) is not None:
        refuse(3180, what=_named(given), reason=_DEFINED)


# Values


@dataclass
class _Place:
    """Where a value stands: among which children, and how to write them back."""

    kind: str
    children: Aggregate
    save: Callable[[], None]

    def index(self, given: Aggregate) -> int | None:
        """The place of the value that `given` names."""
        for index, (name, value) in enumerate(self.children):
            if name == "DataExtRet" and isinstance(value, Aggregate) and _same(value, given):
                return index
        return None


def _same(value: Aggregate, given: Aggregate) -> bool:
    return all(value.text(name).lower() == given.text(name).lower() for name in ("OwnerID", "DataExtName"))


def add_value(call: Call) -> Answer:
    """DataExtAdd: status 3180 where the object has such a value."""
    given = _children(call, "DataExtAdd")
    place = _place(call.books, given)
    value = extensions.value(call.books, given, place.kind)
    if place.index(given) is not None:
        refuse(3180, what=_named(given), reason=_HAS_VALUE)
    place.children.append(("DataExtRet", value))
    place.save()
    return rets.single(call, value)


def change_value(call: Call) -> Answer:
    """DataExtMod: a custom field may be set this way too, private data must be there (MEMORY: unverified)."""
    given = _children(call, "DataExtMod")
    place = _place(call.books, given)
    value = extensions.value(call.books, given, place.kind)
    index = place.index(given)
    if index is not None:
        place.children[index] = ("DataExtRet", value)
    elif given.text("OwnerID") == CUSTOM_FIELDS:
        place.children.append(("DataExtRet", value))
    else:
        refuse(3120, id=given.text("DataExtName"))
    place.save()
    return rets.single(call, value)


def delete_value(call: Call) -> Answer:
    """DataExtDel: status 3120 where the object has no such value (MEMORY: unverified)."""
    given = _children(call, "DataExtDel")
    place = _place(call.books, given)
    index = place.index(given)
    if index is None:
        refuse(3120, id=given.text("DataExtName"))
    del place.children[index]
    place.save()
    deleted = Aggregate(given)
    deleted.append(("TimeDeleted", call.books.timestamp(call.books.epoch)))
    return rets.single(call, deleted)


def _place(books: Books, given: Aggregate) -> _Place:
    if given.has("OtherDataExtType"):
        return _company(books)
    if kind := given.text("TxnDataExtType"):
        record = _record(books, (kind,), given.text("TxnID"), "TxnID")
        line_id = given.text("TxnLineID")
        children = _line(record.fields, line_id) if line_id else record.fields
        if children is None:
            refuse(3120, id=line_id)
    else:
        record = _listed(books, given)
        children = record.fields
    return _Place(record.kind.name, children, lambda: _save(books, record, given))


def _listed(books: Books, given: Aggregate) -> Record:
    subject = given.text("ListDataExtType")
    names = FAMILIES.get(subject, (subject,))
    named = given.child("ListObjRef") or Aggregate()
    if list_id := named.text("ListID"):
        return _record(books, names, list_id, "ListID")
    target = books.refs.find(names, named.text("FullName"))
    if target is None:
        refuse(3140, kind=subject, value=named.text("FullName"), where="DataExt")
    return _record(books, names, target.ref_id, "ListID")


def _record(books: Books, names: tuple[str, ...], identity: str, field: str) -> Record:
    key = ids.key_of(identity)
    if key is None:
        refuse(3000, value=identity, field=field)
    record = books.store.read(key)
    if record is None or record.ref_id != identity or record.kind.name not in names:
        refuse(3120, id=identity)
    return record


def _line(fields: Aggregate, line_id: str) -> Aggregate | None:
    """The line with this id, at any depth."""
    for name, value in fields:
        if isinstance(value, Aggregate) and not name.endswith("Ref"):
            if value.text("TxnLineID") == line_id:
                return value
            if (found := _line(value, line_id)) is not None:
                return found
    return None


def _save(books: Books, record: Record, given: Aggregate) -> None:
    """Write the object back. A custom field changes its edit sequence, private data do not (MEMORY: unverified)."""
    if given.text("OwnerID") == CUSTOM_FIELDS:
        record.sequence = max(books.epoch, record.sequence + 1)
        record.fields.put("TimeModified", books.timestamp(record.sequence))
        record.fields.put("EditSequence", str(record.sequence))
    books.store.update(record)


def _company(books: Books) -> _Place:
    fields = books.singleton("Company")

    def save() -> None:
        text = render_element(dialect("qbxml").element("CompanyRet"), fields).encode("ascii")
        books.connection.execute("UPDATE singleton SET fragment = ? WHERE name = 'Company'", (text,))

    return _Place("Company", fields, save)


HANDLERS: Mapping[str, Handler] = {
    "DataExtDefAddRq": add_definition,
    "DataExtDefModRq": change_definition,
    "DataExtDefDelRq": delete_definition,
    "DataExtDefQueryRq": query_definitions,
    "DataExtAddRq": add_value,
    "DataExtModRq": change_value,
    "DataExtDelRq": delete_value,
}
