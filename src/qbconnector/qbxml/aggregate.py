"""The document model: an aggregate is an ordered list of names and values. It owns no rules of the language."""

from typing import Self


class Macro(str):
    """A leaf that stands for the value of an earlier defMacro; its text is the macro's name, TxnID:X."""

    __slots__ = ()


class Aggregate(list[tuple[str, "Value"]]):
    """An XML aggregate: its children in order, each a name with a text or another aggregate.

    Texts are canonical (see `values`). XML attributes are pairs that stand first, named "@defMacro".
    """

    __slots__ = ()

    def get(self, name: str) -> "Value | None":
        """The first child of this name."""
        for key, value in self:
            if key == name:
                return value
        return None

    def text(self, name: str, default: str = "") -> str:
        """The text of the first child of this name, `default` if there is none."""
        for key, value in self:
            if key == name and isinstance(value, str):
                return value
        return default

    def child(self, name: str) -> "Aggregate | None":
        """The first aggregate of this name."""
        for key, value in self:
            if key == name and isinstance(value, Aggregate):
                return value
        return None

    def all(self, name: str) -> "list[Value]":
        """Every child of this name."""
        return [value for key, value in self if key == name]

    def texts(self, name: str) -> list[str]:
        """The text of every leaf of this name."""
        return [value for key, value in self if key == name and isinstance(value, str)]

    def children(self, name: str) -> "list[Aggregate]":
        """Every aggregate of this name."""
        return [value for key, value in self if key == name and isinstance(value, Aggregate)]

    def has(self, name: str) -> bool:
        """Whether a child of this name stands here, even an empty one."""
        return any(key == name for key, _ in self)

    def put(self, name: str, value: "Value") -> Self:
        """Replace the first child of this name where it stands, or append it."""
        for index, (key, _) in enumerate(self):
            if key == name:
                self[index] = (name, value)
                return self
        self.append((name, value))
        return self

    def drop(self, *names: str) -> Self:
        """Remove every child of these names."""
        self[:] = [pair for pair in self if pair[0] not in names]
        return self

    def clone(self) -> "Aggregate":
        """A deep copy."""
        return Aggregate((name, value.clone() if isinstance(value, Aggregate) else value) for name, value in self)


Value = str | Aggregate
