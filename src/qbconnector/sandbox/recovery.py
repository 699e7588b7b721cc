"""Error recovery: message sets that carry an identifier are answered once, however often they are sent.

A set's answers are stored with the effects they report, in the same transaction; a set that was cut short goes on
where it stopped (behaviour facts, section 3).
"""

import json
from dataclasses import dataclass, field

from qbconnector.qbxml import Document

from .books import Books

OK, NOTHING_STORED, OTHER_CONTENT, NO_RESPONSE, TOO_LONG = 0, 600, 9001, 9002, 9004

#: The longest identifier QuickBooks takes (it is documented as 23 and as "greater than 24": unverified).
MAX_LENGTH = 24

CLEAR_ALL = "ClearAllMessageSets"


@dataclass
class Recovery:
    """What the identifiers of one message set ask for."""

    document: Document
    checksum: bytes
    status: int = OK
    stored: bytes = b""
    """Answers given before, to be repeated."""
    done: int = 0
    """How many requests those answer."""
    execute: bool = True
    macros: dict[str, str] = field(default_factory=dict)

    @property
    def new_id(self) -> str | None:
        return self.document.attributes.get("newMessageSetID")

    @property
    def attributes(self) -> dict[str, str]:
        """What QBXMLMsgsRs says of the recovery."""
        identity = {"newMessageSetID": self.new_id} if self.new_id is not None else {}
        return {**identity, "messageSetStatusCode": str(self.status)}

    def consult(self, books: Books) -> None:
        """Find out what is stored and whether there is anything left to carry out."""
        old_id, new_id = self.document.attributes.get("oldMessageSetID"), self.new_id
        if any(len(identity) > MAX_LENGTH for identity in (old_id, new_id) if identity and identity != CLEAR_ALL):
            self._refuse(TOO_LONG)
            return
        row = self._row(books, new_id) if new_id else None
        if row is not None:
            self._repeat(row)
        elif not self.document.names:
            known = old_id == CLEAR_ALL or (old_id is not None and self._row(books, old_id) is not None)
            self._refuse(NO_RESPONSE if new_id else OK if known else NOTHING_STORED)
        if old_id and old_id != new_id:
            where = "" if old_id == CLEAR_ALL else " WHERE id = ?1"
            books.connection.execute(f"DELETE FROM message_set{where}", (old_id,) if where else ())  # noqa: S608

    def _refuse(self, status: int) -> None:
        self.status, self.execute = status, False

    def _row(self, books: Books, identity: str) -> tuple[bytes, int, int, str, bytes] | None:
        row: tuple[bytes, int, int, str, bytes] | None = books.connection.execute(
            "SELECT checksum, done, complete, macros, response FROM message_set WHERE id = ?", (identity,)
        ).fetchone()
        return row

    def _repeat(self, row: tuple[bytes, int, int, str, bytes]) -> None:
        checksum, done, complete, macros, response = row
        if self.document.names and checksum != self.checksum:
            self._refuse(OTHER_CONTENT)
            return
        self.stored, self.done, self.macros = response, done, json.loads(macros)
        self.execute = bool(self.document.names) and not complete

    def remember(self, books: Books, answers: bytes, done: int, *, complete: bool) -> None:
        """Store the answers of a slice with its effects."""
        if self.new_id is not None:
            books.connection.execute(
                "INSERT INTO message_set VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (id) DO UPDATE SET done = ?3,"
                " complete = ?4, macros = ?5, response = CAST(response || ?6 AS BLOB)",
                (self.new_id, self.checksum, done, complete, json.dumps(books.macros), answers),
            )
