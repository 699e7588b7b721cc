"""One transaction: its lines, what it posted, and the transactions it is linked with, from either side."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from qbconnector.errors import NothingThere
from qbconnector.qbxml import Aggregate
from qbconnector.sandbox import money
from qbconnector.sandbox.books import Books
from qbconnector.sandbox.kinds import Kind
from qbconnector.sandbox.links import APPLIED, DEPOSITED, RECEIVED
from qbconnector.sandbox.store import read_ret

from . import names
from .names import Link
from .objects import Detail, detail, named


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it was entered; `level` is 1 inside a group. `title` is what kind of line it is."""

    title: str
    level: int
    item: Link | None
    account: Link | None
    entity: Link | None
    class_: Link | None
    text: str
    quantity: str
    price: str
    amount: str


@dataclass(frozen=True, slots=True)
class Posted:
    """What was posted to one account: a debit or a credit."""

    account: Link | None
    entity: Link | None
    item: Link | None
    class_: Link | None
    quantity: str
    debit: str
    credit: str


@dataclass(frozen=True, slots=True)
class Linked:
    """A transaction linked with this one, by what this one is to it; `discount` is beside the amount."""

    relation: str
    link: Link
    title: str
    date: str
    amount: str
    discount: str


@dataclass(frozen=True, slots=True)
class Transaction:
    """A transaction. What does not apply to its kind is "", None or empty."""

    detail: Detail
    date: str
    number: str
    entity: Link | None
    memo: str
    amount: str
    open: str
    lines: tuple[Line, ...]
    postings: tuple[Posted, ...]
    linked: tuple[Linked, ...]


def transaction(books: Books, id_: str) -> Transaction:
    """The transaction with this TxnID. Raises NothingThere."""
    key, kind = names.find(books, id_)
    if not kind.is_transaction:
        raise NothingThere(id_)
    row = books.connection.execute(
        "SELECT sort, number, entity, total, open, head, lines, tail FROM object WHERE id = ?", (key,)
    ).fetchone()
    fields = read_ret(b"".join(row[5:]))
    return Transaction(
        detail=detail(books, id_),
        date=row[0],
        number=row[1] or "",
        entity=names.link(books, row[2]),
        memo=fields.text("Memo"),
        amount=_amount(row[3]),
        open=_amount(row[4]),
        lines=tuple(_lines(books, kind, fields)),
        postings=tuple(_postings(books, key)),
        linked=tuple(_linked(books, key)),
    )


def _amount(cents: int | None) -> str:
    return "" if cents is None else money.amount(cents)


#: Where a line names its item, account, entity and class, and says the rest.
_ITEMS = ("ItemRef", "ItemGroupRef", "ItemServiceRef", "ItemInventoryRef")
_ACCOUNTS = ("AccountRef",)
_ENTITIES = ("CustomerRef", "EntityRef")
_CLASSES = ("ClassRef",)
_TEXTS = ("Desc", "Memo")
_PRICES = ("Rate", "Cost", "RatePercent")
_QUANTITIES = ("Quantity", "QuantityDifference")
_AMOUNTS = ("Amount", "TotalAmount", "ValueDifference")


def _lines(books: Books, kind: Kind, fields: Aggregate, level: int = 0) -> Iterator[Line]:
    for name, value in fields:
        if name not in kind.line_ids or not isinstance(value, Aggregate):
            continue

        def link(roles: tuple[str, ...], line: Aggregate = value) -> Link | None:
            return next((named(books, one) for role in roles if (one := line.child(role))), None)

        def text(elements: tuple[str, ...], line: Aggregate = value) -> str:
            return next(filter(None, map(line.text, elements)), "")

        yield Line(
            title=names.title(name.removesuffix("Ret").removeprefix(kind.name)),
            level=level,
            item=link(_ITEMS),
            account=link(_ACCOUNTS),
            entity=link(_ENTITIES),
            class_=link(_CLASSES),
            text=text(_TEXTS),
            quantity=text(_QUANTITIES),
            price=text(_PRICES),
            amount=text(_AMOUNTS),
        )
        yield from _lines(books, kind, value, level + 1)


def _postings(books: Books, key: int) -> Iterator[Posted]:
    for posting in books.ledger.postings(key):
        yield Posted(
            account=names.link(books, posting.account),
            entity=names.link(books, posting.entity),
            item=names.link(books, posting.item),
            class_=names.link(books, posting.class_),
            quantity=money.quantity(posting.quantity) if posting.quantity else "",
            debit=money.amount(posting.amount) if posting.amount > 0 else "",
            credit=money.amount(-posting.amount) if posting.amount < 0 else "",
        )


#: What this transaction is to the other, by the link's type and by which of its ends this one is.
_RELATIONS: Mapping[tuple[str, str], str] = {
    (APPLIED, "source"): "Applied to",
    (APPLIED, "target"): "Settled by",
    ("CREDIT", "payment"): "Applied the credit",
    ("CREDIT", "source"): "Credit applied by",
    (DEPOSITED, "source"): "Deposited by",
    (DEPOSITED, "target"): "Deposits",
    (RECEIVED, "source"): "Receives",
    (RECEIVED, "payment"): "Received by",
}

#: The links of a transaction, seen from it. Goods received are linked with a line of their order, which stands where
#: the payment does otherwise, and what they cost where the discount does; a credit that a payment applied is linked
#: with what it settles, and seen from the payment too.
_SEEN = """
    SELECT type, 'source' AS "end", target AS other, amount, discount FROM link WHERE source = ?1 AND type <> 'QUANTYPE'
    UNION ALL SELECT type, 'target', source, amount, discount FROM link WHERE target = ?1 AND type <> 'QUANTYPE'
    UNION ALL SELECT type, 'source', payment, discount, 0 FROM link WHERE source = ?1 AND type = 'QUANTYPE'
    UNION ALL SELECT type, 'payment', source, discount, 0 FROM link WHERE payment = ?1 AND type = 'QUANTYPE'
    UNION ALL SELECT 'CREDIT', 'source', payment, amount, 0 FROM link
        WHERE source = ?1 AND type = 'AMTTYPE' AND payment <> ?1
    UNION ALL SELECT 'CREDIT', 'payment', source, amount, 0 FROM link
        WHERE payment = ?1 AND type = 'AMTTYPE' AND source <> ?1
"""


def _linked(books: Books, key: int) -> Iterator[Linked]:
    found = books.connection.execute(
        f'SELECT type, "end", other, sum(amount), sum(discount), kind, sort FROM ({_SEEN}) JOIN object ON id = other'
        ' GROUP BY type, "end", other ORDER BY sort, id',
        (key,),
    )
    for type_, end, other, cents, discount, kind, date in found.fetchall():
        link = names.link(books, other)
        assert link is not None
        yield Linked(
            relation=_RELATIONS[type_, end],
            link=link,
            title=names.title(kind),
            date=date,
            amount=money.amount(cents),
            discount=money.amount(discount) if discount else "",
        )
