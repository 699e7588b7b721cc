"""Data extensions: which are defined, for which objects, and how a value of one is written.

Owns the table of definitions. The values stand in the objects' own text, as DataExtRet.
"""

from typing import NamedTuple

from qbconnector.qbxml import Aggregate, dialect, render_element
from qbconnector.qbxml.values import CONVERTERS

from .books import Books
from .refusal import refuse
from .store import read_ret

CUSTOM_FIELDS = "0"
"""The owner of custom fields; every other one is the GUID of an application."""

#: The lists whose custom fields transactions show as well: the customer's at their head, the item's on lines.
_LENDERS = frozenset({"Customer", "Employee", "Item", "Vendor"})

#: The longest text of the types that are text.
_LENGTHS = {"STR255TYPE": 255, "STR1024TYPE": 1024}

_COLUMNS = "id, owner, name, type, fragment"


class Definition(NamedTuple):
    """A custom field or private datum: its number, owner, name and DataExtType, the children of its Ret."""

    key: int
    owner: str
    name: str
    type: str
    fields: Aggregate

    def takes(self, kind: str) -> bool:
        """Whether objects of this kind may have it."""
        objects = self.fields.texts("AssignToObject")
        lends = self.owner == CUSTOM_FIELDS and subject(kind) not in _LISTS
        return subject(kind) in objects or (lends and bool(_LENDERS.intersection(objects)))


#: The lists that may have data extensions; everything else that may is a transaction, or the company.
_LISTS = frozenset({"Account", "Company", "Customer", "Employee", "Item", "OtherName", "Vendor"})


def subject(kind: str) -> str:
    """What AssignToObject calls a kind of object: all items are one."""
    return "Item" if kind.startswith("Item") and kind != "ItemReceipt" else kind


def find(books: Books, owner: str, name: str) -> Definition | None:
    """The definition of this owner and name; upper and lower case are the same."""
    row = books.connection.execute(
        f"SELECT {_COLUMNS} FROM dataext_definition WHERE owner = ? AND name = ?",  # noqa: S608
        (owner.lower(), name),
    ).fetchone()
    return _definition(*row) if row else None


def definitions(books: Books) -> list[Definition]:
    """Every definition, in the order in which they were made."""
    rows = books.connection.execute(f"SELECT {_COLUMNS} FROM dataext_definition ORDER BY id")  # noqa: S608
    return [_definition(*row) for row in rows]


def _definition(key: int, owner: str, name: str, data_type: str, fragment: bytes) -> Definition:
    return Definition(key, owner, name, data_type, read_ret(fragment))


def define(books: Books, fields: Aggregate, key: int | None = None) -> None:
    """Store a definition, new or (with its key) changed; `fields` are the children of its DataExtDefRet."""
    if key is None:
        key = books.store.take("DataExt")
        fields.put("DataExtID", str(key))
    fragment = render_element(dialect("qbxml").element("DataExtDefRet"), fields).encode("ascii")
    books.connection.execute(
        "INSERT OR REPLACE INTO dataext_definition VALUES (?, ?, ?, ?, ?)",
        (
            key,
            fields.text("OwnerID").lower(),
            fields.text("DataExtName"),
            fields.text("DataExtType"),
            fragment,
        ),
    )


def remove(books: Books, definition: Definition) -> None:
    """Forget a definition."""
    books.connection.execute("DELETE FROM dataext_definition WHERE id = ?", (definition.key,))


def value(books: Books, given: Aggregate, kind: str) -> Aggregate:
    """The DataExtRet of an object of this kind; `given` holds OwnerID, DataExtName and DataExtValue.

    Status 3140 where nothing of that name is defined for such objects, 3070 and 3210 for a value that is not of
    its type (the texts are MEMORY: unverified).
    """
    name = given.text("DataExtName")
    definition = find(books, given.text("OwnerID"), name)
    if definition is None or not definition.takes(kind):
        refuse(3140, kind="DataExtDef", value=name, where=kind)
    return Aggregate(
        [
            ("OwnerID", given.text("OwnerID")),
            ("DataExtName", definition.name),
            ("DataExtType", definition.type),
            ("DataExtValue", _canonical(definition.type, given.text("DataExtValue"))),
        ]
    )


def _canonical(data_type: str, text: str) -> str:
    if len(text) > _LENGTHS.get(data_type, len(text)):
        refuse(3070, value=text, field="DataExtValue")
    convert = CONVERTERS.get(data_type.removesuffix("TYPE"))
    try:
        return convert(text) if convert else text
    except ValueError as error:
        refuse(3210, field="DataExtValue", value=text, reason=f"The value must be {error}.")
