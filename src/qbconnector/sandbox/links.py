"""What settles what: payments and credits applied to invoices and bills, and what remains open of each.

Owns the link table and the parts of a stored Ret that follow from it: LinkedTxn, AppliedToTxnRet, BalanceRemaining,
IsPaid and their like. Postings are the ledger's.
"""

from collections.abc import Iterable
from typing import NamedTuple

from qbconnector.qbxml import Aggregate, render_element

from . import money, orders
from .kinds import kinds
from .refs import Refs
from .store import Store


class Link(NamedTuple):
    """`source` (a payment or credit) settles `amount` of `target`, and `discount` beside it, both in hundredths.

    `payment` is the transaction that made the link: the source itself, or the payment that applied a credit.
    """

    source: int
    target: int
    type: str
    amount: int
    discount: int = 0
    discount_account: int | None = None
    discount_class: int | None = None
    payment: int = 0


APPLIED = "AMTTYPE"
"""The LinkType of money applied; the only one that settles."""

RECEIVED = "QUANTYPE"
"""The LinkType of goods that arrived: the target is the line of an order and the payment that order; the amount is a
quantity in hundred-thousandths, and what it cost stands where a discount stands otherwise."""

DEPOSITED = "DEPOSIT"
"""Ours alone: a payment that a deposit took to the bank. It settles nothing and no Ret shows it."""

_COLUMNS = "source, target, type, amount, discount, discount_account, discount_class, payment"


class Links:
    """The links of one company file.

    `dirty` collects the transactions whose open amount or arrivals moved, `ordered` the items of which other
    quantities may be on order.
    """

    def __init__(self, store: Store, refs: Refs) -> None:
        self.store = store
        self.refs = refs
        self.dirty: set[int] = set()
        self.ordered: set[int] = set()

    def add(self, links: Iterable[Link]) -> None:
        """Make links; the amounts were checked by whoever makes them."""
        rows = list(links)
        insert = f"INSERT INTO link ({_COLUMNS}) VALUES (?,?,?,?,?,?,?,?)"  # noqa: S608
        self.store.connection.executemany(insert, rows)
        self._touch(rows)

    def remove(self, txn: int, *, by_payment: bool = False) -> list[Link]:
        """Undo the links a transaction made, or with `by_payment` False all it takes part in; return them."""
        where = "payment = ?1" if by_payment else "source = ?1 OR target = ?1 OR payment = ?1"
        rows = self._select(where, txn)
        self.store.connection.execute(f"DELETE FROM link WHERE {where}", (txn,))  # noqa: S608
        self._touch(rows)
        return rows

    def of_source(self, txn: int) -> list[Link]:
        """What a payment or credit settles."""
        return self._select("source = ?1 AND type = 'AMTTYPE'", txn)

    def of_target(self, txn: int) -> list[Link]:
        """What settles an invoice or bill."""
        return self._select("target = ?1 AND type = 'AMTTYPE'", txn)

    def deposited(self, txn: int) -> bool:
        """Whether a deposit took this payment to the bank."""
        return bool(self._select("source = ?1 AND type = 'DEPOSIT'", txn))

    def _select(self, where: str, txn: int) -> list[Link]:
        rows = self.store.connection.execute(f"SELECT {_COLUMNS} FROM link WHERE {where}", (txn,))  # noqa: S608
        return [Link(*row) for row in rows]

    def _touch(self, rows: Iterable[Link]) -> None:
        for row in rows:
            if row.type == APPLIED:
                self.dirty |= {row.source, row.target}
            elif row.type == RECEIVED:
                self.dirty |= {row.source, row.payment}

    def settled(self, txn: int) -> int:
        """How much of a transaction is settled or used up, discounts included."""
        row = self.store.connection.execute(
            "SELECT (SELECT ifnull(sum(amount + discount), 0) FROM link WHERE target = ?1 AND type = 'AMTTYPE')"
            " + (SELECT ifnull(sum(amount), 0) FROM link WHERE source = ?1 AND type = 'AMTTYPE')",
            (txn,),
        ).fetchone()
        return int(row[0])

    def refresh(self) -> None:
        """Write open amounts, linked transactions and applied amounts that changed into the stored text."""
        waiting = set(self.dirty)
        for txn in self.dirty:
            waiting.update(link.source for link in self.of_target(txn))
        for txn in waiting:
            self._refresh(txn)
        self.dirty.clear()
        for item in self.ordered:
            self.store.splice(item, {"QuantityOnOrder": money.quantity(orders.on_order(self.store, item))})
        self.ordered.clear()

    def _refresh(self, txn: int) -> None:
        find = self.store.connection.execute
        row = find("SELECT kind, total, open FROM object WHERE id = ?", (txn,)).fetchone()
        if row is None:
            return
        kind, total, remaining = row
        if kind in orders.ORDERS:
            self._refresh_order(txn)
            return
        if remaining is not None:
            remaining = total - self.settled(txn)
            find("UPDATE object SET open = ? WHERE id = ?", (remaining, txn))
            self.store.splice(txn, shown(total, remaining))
        if kind in APPLIERS:
            find("UPDATE object SET lines = ? WHERE id = ?", (self.applied(txn, kind), txn))
        else:
            find("UPDATE object SET links = ? WHERE id = ?", (self.linked(txn, kind), txn))

    def _refresh_order(self, txn: int) -> None:
        """Write what has arrived of an order into its stored text."""
        record = self.store.read(txn)
        assert record is not None
        orders.complete(record.fields, self.arrived(txn))
        self.ordered |= orders.items(record.fields)
        head, _, lines, tail = record.kind.render(record.fields)
        self.store.connection.execute(
            "UPDATE object SET head = ?, links = ?, lines = ?, tail = ? WHERE id = ?",
            (head, self.linked(txn, record.kind.name), lines, tail, txn),
        )

    def arrived(self, txn: int) -> dict[int, orders.Fulfilled]:
        """What has arrived of an order, by the keys of its lines."""
        rows = self.store.connection.execute(
            "SELECT target, sum(amount), sum(iif(object.kind = 'ItemReceipt', 0, amount)) FROM link"
            " JOIN object ON object.id = source WHERE payment = ? AND type = 'QUANTYPE' GROUP BY target",
            (txn,),
        )
        return {line: orders.Fulfilled(*sums) for line, *sums in rows}

    def linked(self, txn: int, kind: str) -> bytes:
        """The LinkedTxn elements of a transaction."""
        decl = kinds()[kind].elements.get("LinkedTxn")
        if decl is None:
            return b""
        parts = [
            render_element(decl, self._linked_txn(link.source, -(link.amount + link.discount)))
            for link in self.of_target(txn)
        ]
        parts += [render_element(decl, self._linked_txn(link.target, link.amount)) for link in self.of_source(txn)]
        arrived = self.store.connection.execute(
            "SELECT iif(payment = ?1, source, payment) AS other, sum(discount) FROM link"
            " WHERE (payment = ?1 OR source = ?1) AND type = 'QUANTYPE' GROUP BY other ORDER BY other",
            (txn,),
        )
        parts += [render_element(decl, self._linked_txn(other, -cost, RECEIVED)) for other, cost in arrived]
        return "".join(parts).encode("ascii")

    def _linked_txn(self, other: int, amount: int, type_: str = APPLIED) -> Aggregate:
        return Aggregate([*self._transaction(other), ("LinkType", type_), ("Amount", money.amount(amount))])

    def applied(self, txn: int, kind: str) -> bytes:
        """The AppliedToTxnRet elements of a payment."""
        decl = kinds()[kind].elements["AppliedToTxnRet"]
        return "".join(render_element(decl, self._applied(link)) for link in self.of_source(txn)).encode("ascii")

    def _applied(self, link: Link) -> Aggregate:
        row = self.store.connection.execute("SELECT total FROM object WHERE id = ?", (link.target,)).fetchone()
        fields = Aggregate(self._transaction(link.target))
        fields.append(("BalanceRemaining", money.amount((row[0] or 0) - self.settled(link.target))))
        fields.append(("Amount", money.amount(link.amount)))
        if link.discount:
            fields.append(("DiscountAmount", money.amount(link.discount)))
        if link.discount_account is not None:
            fields.append(("DiscountAccountRef", self.refs.reference(link.discount_account)))
        if link.discount_class is not None:
            fields.append(("DiscountClassRef", self.refs.reference(link.discount_class)))
        return fields

    def _transaction(self, key: int) -> list[tuple[str, str]]:
        row = self.store.connection.execute(
            "SELECT ref_id, kind, sort, number FROM object WHERE id = ?", (key,)
        ).fetchone()
        pairs = [("TxnID", row[0]), ("TxnType", row[1]), ("TxnDate", row[2]), ("RefNumber", row[3] or "")]
        return [(name, text) for name, text in pairs if text]


#: Payments show what they were applied to as lines.
APPLIERS = frozenset({"ReceivePayment", "BillPaymentCheck", "BillPaymentCreditCard"})


def shown(total: int, remaining: int) -> dict[str, str]:
    """The elements that show what remains of a transaction; each Ret has some of them.

    That AppliedAmount is negative, and which sign LinkedTxn's Amount has, is MEMORY: unverified.
    """
    return {
        "AppliedAmount": money.amount(remaining - total),
        "BalanceRemaining": money.amount(remaining),
        "IsPaid": "false" if remaining else "true",
        "CreditRemaining": money.amount(remaining),
        "UnusedPayment": money.amount(remaining),
        "OpenAmount": money.amount(remaining),
    }
