"""How a setting is declared: once, as a dataclass field that carries the manual's name, its kind and its help.

It owns kinds and conversion, both ways; it knows no particular setting and no file.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Protocol, TypeVar

from qbconnector.errors import InvalidSetting, UnknownSetting

R = TypeVar("R")

Stored = bool | int | str  # what a file holds


class Kind(Protocol):
    """A kind of value. ``wanted`` describes it in a sentence that begins "it takes"."""

    @property
    def wanted(self) -> str: ...

    def read(self, value: object) -> Any:
        """The value that a file or a command line says. Raises ``ValueError``."""

    def write(self, value: Any) -> Stored:
        """The value as a file holds it, and as people read it."""
        ...


@dataclass(frozen=True, slots=True)
class Text:
    """Any line of text."""

    wanted: str = "one line of text"

    def read(self, value: object) -> str:
        text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
        if not isinstance(text, str) or any(ord(letter) < 0x20 for letter in text):
            raise ValueError(value)
        return text

    def write(self, value: Any) -> Stored:
        return str(value)


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false; the registry's 1 and 0 too."""

    wanted: str = "true or false"

    def read(self, value: object) -> bool:
        try:
            return {"true": True, "1": True, "false": False, "0": False}[str(value).strip().lower()]
        except KeyError:
            raise ValueError(value) from None

    def write(self, value: Any) -> Stored:
        return bool(value)


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number within bounds; hexadecimal with 0x."""

    lowest: int
    highest: int

    @property
    def wanted(self) -> str:
        return f"a whole number from {self.lowest} to {self.highest}"

    def read(self, value: object) -> int:
        if isinstance(value, bool):
            raise ValueError(value)
        number = value if isinstance(value, int) else int(str(value).strip(), 0)
        if not self.lowest <= number <= self.highest:
            raise ValueError(value)
        return number

    def write(self, value: Any) -> Stored:
        return int(value)


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few words that the manual numbers from 0; the number will do as well.

    The value is the number.
    """

    words: tuple[str, ...]

    @property
    def wanted(self) -> str:
        return ", ".join(self.words[:-1]) + f" or {self.words[-1]}"

    def read(self, value: object) -> int:
        text = str(value).strip().lower()
        words = [word.lower() for word in self.words]
        number = words.index(text) if text in words else int(text)
        if isinstance(value, bool) or not 0 <= number < len(words):
            raise ValueError(value)
        return number

    def write(self, value: Any) -> Stored:
        return self.words[int(value)]


@dataclass(frozen=True, slots=True)
class Word:
    """One of a few words, in any case. The value is the word."""

    words: tuple[str, ...]

    @property
    def wanted(self) -> str:
        return ", ".join(self.words[:-1]) + f" or {self.words[-1]}"

    def read(self, value: object) -> str:
        return {word.lower(): word for word in self.words}.get(str(value).strip().lower()) or self._refuse(value)

    def _refuse(self, value: object) -> str:
        raise ValueError(value)

    def write(self, value: Any) -> Stored:
        return str(value)


@dataclass(frozen=True, slots=True)
class Bits:
    """A sum of powers of two, each at most once, as a number or hexadecimal with 0x; nothing is 0."""

    mask: int

    @property
    def wanted(self) -> str:
        return f"a sum of {', '.join(f'{bit:#x}' for bit in self._bits())}"

    def _bits(self) -> list[int]:
        return [1 << place for place in range(self.mask.bit_length()) if self.mask >> place & 1]

    def read(self, value: object) -> int:
        if isinstance(value, bool):
            raise ValueError(value)
        number = value if isinstance(value, int) else int(str(value).strip() or "0", 0)
        if number & ~self.mask:  # negative numbers too
            raise ValueError(value)
        return number

    def write(self, value: Any) -> Stored:
        return int(value)


@dataclass(frozen=True, slots=True)
class Listed:
    """Entries parted by commas, each as ``pattern`` has it. The value is the text."""

    pattern: str
    wanted: str

    def read(self, value: object) -> str:
        text = Text().read(value)
        if not all(re.fullmatch(self.pattern, entry.strip()) for entry in text.split(",") if entry.strip()):
            raise ValueError(value)
        return text

    def write(self, value: Any) -> Stored:
        return str(value)


@dataclass(frozen=True, slots=True)
class Declaration:
    """One setting: the manual's name, the field that holds it, and what there is to know about it."""

    name: str
    key: str
    kind: Kind
    default: Any
    about: str
    secret: bool
    restart: bool  # takes effect only when the connector starts
    ours: bool  # the manual does not have it

    def read(self, value: object) -> Any:
        """The value of what a file or a command line says. Raises ``InvalidSetting``."""
        try:
            return self.kind.read(value)
        except ValueError:
            raise InvalidSetting(self.name, "…" if self.secret else value, self.kind.wanted) from None


def declare(
    name: str,
    kind: Kind,
    default: object,
    about: str,
    *,
    secret: bool = False,
    restart: bool = False,
    ours: bool = False,
) -> Any:
    """A dataclass field for the setting that the manual calls ``name``."""
    return field(
        default=default,
        metadata={"name": name, "kind": kind, "about": about, "secret": secret, "restart": restart, "ours": ours},
    )


def declarations(record: type[Any]) -> dict[str, Declaration]:
    """Every declared field of a record, by the manual's name, in the order of declaration."""
    return {
        one.metadata["name"]: Declaration(key=one.name, default=one.default, **one.metadata)
        for one in fields(record)
        if one.metadata
    }


def find(known: Mapping[str, Declaration], name: str) -> Declaration:
    """The declaration with this name, in any case. Raises ``UnknownSetting``."""
    for one in known.values():
        if one.name.casefold() == name.casefold():
            return one
    raise UnknownSetting(name, known)


def waiting(before: object, after: object) -> list[str]:
    """The names of what differs between two records of one kind and takes effect only when the connector starts."""
    return [
        one.name
        for one in declarations(type(after)).values()
        if one.restart and getattr(before, one.key) != getattr(after, one.key)
    ]


def read_record(record: type[R], table: Iterable[tuple[str, object]], **others: object) -> R:
    """A record from a file's names and values; what the file leaves out has its default.

    Raises ``UnknownSetting`` and ``InvalidSetting``.
    """
    known = declarations(record)
    values = {}
    for name, value in table:
        declaration = find(known, name)
        values[declaration.key] = declaration.read(value)
    return record(**values, **others)


def write_record(record: object) -> dict[str, Stored]:
    """What a file has to hold for this record: only what differs from the default."""
    return {
        one.name: one.kind.write(value)
        for one in declarations(type(record)).values()
        if (value := getattr(record, one.key)) != one.default
    }
