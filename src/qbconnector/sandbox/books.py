"""One connection's view of a company file: the store, the references, the ledger and the links, and the time it is.

Everything a verb or behaviour may touch is reached from here; what a behaviour is, is declared here too.
"""

import sqlite3
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, tzinfo
from functools import cached_property
from typing import TypeVar, cast

from qbconnector import clock
from qbconnector.qbxml import Aggregate, read_fragment

from . import ids
from .ledger import Ledger, Posting
from .links import Link, Links
from .refs import Refs
from .store import Record, Store

T = TypeVar("T")


class Books:
    """What one writer or reader works on. Not for two threads at once."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.store = Store(connection)
        self.refs = Refs(self.store)
        self.ledger = Ledger(self.store)
        self.links = Links(self.store, self.refs)
        self.macros: dict[str, str] = {}
        self.facts: dict[tuple[object, int], object] = {}
        self.now: datetime = clock.now()
        self._data_version = 0

    def begin(self) -> None:
        """Start a message set: its time, and no macros."""
        self.now = clock.now()
        self.macros.clear()

    @property
    def epoch(self) -> int:
        """The message set's time in seconds since 1970."""
        return int(self.now.timestamp())

    @property
    def zone(self) -> tzinfo:
        zone = self.now.tzinfo
        assert zone is not None
        return zone

    @property
    def today(self) -> str:
        return self.now.date().isoformat()

    def timestamp(self, epoch: int) -> str:
        return ids.timestamp(epoch, self.zone)

    def flush(self) -> None:
        """Bring the stored text and the counters up to date; before every commit and before a read by the writer."""
        if self.links.dirty or self.links.ordered:
            self.links.refresh()
        if self.ledger.dirty:
            self.ledger.refresh(self.epoch)
        self.store.write_counters()

    def catch_up(self) -> None:
        """Drop what was read before another connection changed the file."""
        version = self.connection.execute("PRAGMA data_version").fetchone()[0]
        if version != self._data_version:
            self._data_version = version
            self.forget()
            self.store.forget_counters()

    def forget(self) -> None:
        """Drop what the rollback of a request made untrue. Dirty objects stay so: to refresh one more is harmless."""
        self.store.forget()
        self.ledger.forget()
        self.facts.clear()
        self.__dict__.pop("preferences", None)

    def singleton(self, name: str) -> Aggregate:
        """What there is one of: "Company", "Preferences", …; empty when the file has none."""
        row = self.connection.execute("SELECT fragment FROM singleton WHERE name = ?", (name,)).fetchone()
        found = read_fragment(row[0]).child(f"{name}Ret") if row else None
        return found if found is not None else Aggregate()

    @cached_property
    def preferences(self) -> Aggregate:
        """The children of PreferencesRet."""
        return self.singleton("Preferences")

    def fact(self, make: Callable[["Books", Record], T], key: int) -> T:
        """What `make` says of an object, remembered until any list element changes or a rollback."""
        found = self.facts.get((make, key))
        if found is None:
            record = self.store.read(key)
            assert record is not None
            found = self.facts[make, key] = make(self, record)
        return cast("T", found)


class Behavior:
    """What one kind of object does beyond storing itself. This one does nothing: the generic behaviour.

    `writing` calls, in this order: `changes` (for a Mod), `fill`, for transactions `postings` and `links`, and, for
    what is new, `added`.
    """

    def changes(self, books: Books, record: Record, changes: Aggregate) -> Aggregate:
        """The converted children of a Mod, in the terms of the Ret they are merged into."""
        return changes

    def fill(self, books: Books, record: Record, request: Aggregate) -> None:
        """Check the children, and set those that follow from others: defaults, line amounts, totals.

        `record.fields` are the children of the Ret to be; `request` the children of the Add or Mod, for what a Ret
        does not show.
        """

    def postings(self, books: Books, record: Record) -> Iterable[Posting]:
        """What the transaction enters in the ledger."""
        return ()

    def links(self, books: Books, record: Record, request: Aggregate) -> Iterable[Link] | None:
        """What the transaction settles from now on; None leaves what it settled before as it is."""
        return None

    def added(self, books: Books, record: Record, request: Aggregate) -> None:
        """After a new object was stored: what follows elsewhere (an opening balance's transaction, say)."""


GENERIC = Behavior()
Behaviors = Mapping[str, Behavior]
