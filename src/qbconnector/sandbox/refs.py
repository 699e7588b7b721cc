"""References between objects: resolving and checking them, and what a rename does to those who refer."""

from functools import cache

from qbconnector.qbxml import Aggregate, escape

from . import ids
from .kinds import FAMILIES, Kind, targets
from .refusal import refuse
from .store import Store, Target

_FAMILY_OF = {member: family for family, members in FAMILIES.items() for member in members}


@cache
def _spaces(kinds: tuple[str, ...]) -> tuple[str, ...]:
    """The name spaces of these kinds, each once."""
    return tuple(dict.fromkeys(_FAMILY_OF.get(kind, kind) for kind in kinds))


def plural(kind: str) -> str:
    """A list by the name that statuses give it: Customers, Classes."""
    return f"{kind}es" if kind.endswith("s") else f"{kind}s"


class Refs:
    """Who refers to whom in one company file."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def resolve(self, role: str, value: Aggregate, owner: Kind, where: str) -> Target | None:
        """The object that a reference names by ListID (which wins) or FullName; None for an empty reference.

        `where` completes the message of status 3140: "Invoice", "Invoice line".
        """
        list_id, name = value.text("ListID"), value.text("FullName")
        if not list_id and not name:
            return None
        kinds = targets(role, owner.name)
        if list_id:
            key = ids.key_of(list_id)
            if key is None:
                refuse(3000, value=list_id, field="ListID")
            found = self.store.target(key)
            if found is not None and found.ref_id != list_id:
                found = None
        else:
            found = self.find(kinds, name)
        if found is None or found.kind not in kinds:
            if role == "ParentRef":
                refuse(3130, parent=list_id or name, list=plural(owner.name))
            refuse(3140, kind=role.removesuffix("Ref"), value=list_id or name, where=where)
        return found

    def find(self, kinds: tuple[str, ...], name: str) -> Target | None:
        """The element of one of these lists with this full name."""
        for space in _spaces(kinds):
            found = self.store.named(space, name)
            if found is not None and found.kind in kinds:
                return found
        return None

    def reference(self, key: int) -> Aggregate:
        """The aggregate that refers to a list element, as a Ret shows it."""
        target = self.store.target(key)
        assert target is not None
        return Aggregate([("ListID", target.ref_id), ("FullName", target.name)])

    def in_use(self, key: int) -> bool:
        """Whether anything refers to this object, or stands below it."""
        find = self.store.connection.execute
        return (
            find("SELECT 1 FROM uses WHERE target = ? LIMIT 1", (key,)).fetchone() is not None
            or find("SELECT 1 FROM object WHERE parent = ? LIMIT 1", (key,)).fetchone() is not None
            or find("SELECT 1 FROM posting WHERE account = ? LIMIT 1", (key,)).fetchone() is not None
        )

    def renamed(self, target: Target, name: str) -> None:
        """Write an object's new full name into the stored text of everything that refers to it."""
        if name == target.name:
            return
        old, new = (
            f"<ListID>{target.ref_id}</ListID>\n<FullName>{escape(text)}</FullName>".encode("ascii")
            for text in (target.name, name)
        )
        self.store.connection.execute(
            "UPDATE object SET head = CAST(replace(head, ?1, ?2) AS BLOB),"
            " lines = CAST(replace(lines, ?1, ?2) AS BLOB), tail = CAST(replace(tail, ?1, ?2) AS BLOB)"
            " WHERE id IN (SELECT source FROM uses WHERE target = ?3"
            " UNION SELECT payment FROM link WHERE ?3 IN (discount_account, discount_class))",
            (old, new, target.key),
        )
