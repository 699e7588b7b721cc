"""Finding anything by a few letters: names in every list, numbers and amounts of transactions."""

from dataclasses import dataclass

from qbconnector.sandbox import money
from qbconnector.sandbox.books import Books

from . import names
from .lists import amount
from .names import Link

MOST = 20
"""How many of each are shown, when nothing else is said."""


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found; `date` and `amount` are a transaction's, else ""."""

    link: Link
    title: str
    date: str = ""
    amount: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What was found: list elements by their names, transactions by their numbers and by their amounts."""

    names: tuple[Hit, ...] = ()
    numbers: tuple[Hit, ...] = ()
    amounts: tuple[Hit, ...] = ()


def search(books: Books, text: str, most: int = MOST) -> Found:
    """The best hits: names that begin with the text before those that contain it, exact numbers before longer ones
    that begin so, the newest transactions first."""
    text = text.strip()
    if not text:
        return Found()
    lower, cents = text.lower(), amount(text)
    return Found(
        names=_hits(
            books,
            "space IS NOT NULL AND instr(name_key, ?1) ORDER BY instr(name_key, ?1) > 1, name_key",
            lower,
            most=most,
        ),
        # The collation stands at both ends of the range: without it the index serves only one of them.
        numbers=_hits(
            books,
            "number COLLATE NOCASE >= ?1 AND number COLLATE NOCASE < ?2 ORDER BY length(number), id DESC",
            text,
            text + "\U0010ffff",
            most=most,
        ),
        amounts=()
        if cents is None
        else _hits(books, "total IN (?1, ?2) ORDER BY sort DESC, id DESC", cents, -cents, most=most),
    )


def _hits(books: Books, where: str, *parameters: object, most: int) -> tuple[Hit, ...]:
    keys = books.connection.execute(f"SELECT id FROM object WHERE {where} LIMIT {int(most)}", parameters)
    return tuple(hit(books, key) for (key,) in keys.fetchall())


def hit(books: Books, key: int) -> Hit:
    """An object as something found."""
    row = books.connection.execute("SELECT kind, space, sort, total FROM object WHERE id = ?", (key,)).fetchone()
    kind, space, sort, total = row
    link = names.link(books, key)
    assert link is not None
    if space is not None:
        return Hit(link, names.title(kind))
    return Hit(link, names.title(kind), sort, "" if total is None else money.amount(total))
