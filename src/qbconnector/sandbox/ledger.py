"""Postings and balances: the books' arithmetic. Nothing else writes either table.

Amounts are in hundredths, a debit positive; quantities in hundred-thousandths. A transaction whose postings do not
add up to zero is refused here, whatever made them.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from qbconnector.errors import LedgerUnbalanced

from . import money
from .store import Store, Target, element

#: The types of account whose Balance is shown debit positive; the others are shown credit positive.
DEBIT_TYPES = frozenset(
    {
        "Bank",
        "AccountsReceivable",
        "OtherCurrentAsset",
        "FixedAsset",
        "OtherAsset",
        "CostOfGoodsSold",
        "Expense",
        "OtherExpense",
    }
)


#: The types of account an open balance of a customer or vendor stands on.
OPEN_TYPES = frozenset({"AccountsReceivable", "AccountsPayable"})

#: The types of account that hold an inventory item's value.
STOCK_TYPES = frozenset({"OtherCurrentAsset", "OtherAsset", "FixedAsset"})


class Posting(NamedTuple):
    """One line of the journal.

    An entity on a receivable or payable account moves that customer's or vendor's balance; an item on an asset
    account moves its value and, by `quantity`, what is on hand.
    """

    account: int
    amount: int
    entity: int | None = None
    item: int | None = None
    class_: int | None = None
    quantity: int = 0


class Balance(NamedTuple):
    """The running sums of one object: see the schema."""

    amount: int = 0
    total: int = 0
    quantity: int = 0


class Ledger:
    """The postings of one company file, and the balances that follow from them.

    `dirty` collects the objects whose stored text shows a balance that moved; `refresh` writes them.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self.dirty: set[int] = set()
        self._types: dict[int, str] = {}

    def forget(self) -> None:
        """Drop what a rollback may have made untrue."""
        self._types.clear()

    def post(self, txn: int, date: str, postings: Iterable[Posting]) -> None:
        """Enter a transaction's postings; they must balance. Those of nothing are left out."""
        rows = [posting for posting in postings if posting.amount or posting.quantity]
        difference = sum(posting.amount for posting in rows)
        if difference:
            raise LedgerUnbalanced(txn, money.amount(difference))
        self.store.connection.executemany(
            "INSERT INTO posting VALUES (?,?,?,?,?,?,?,?,?)",
            [(txn, line, *row[:1], *row[2:5], date, row[1], row[5]) for line, row in enumerate(rows)],
        )
        self._move(rows, 1)

    def unpost(self, txn: int) -> list[Posting]:
        """Take a transaction's postings back, and return them."""
        rows = self.postings(txn)
        if rows:
            self.store.connection.execute("DELETE FROM posting WHERE txn = ?", (txn,))
            self._move(rows, -1)
        return rows

    def postings(self, txn: int) -> list[Posting]:
        """A transaction's postings, in order."""
        rows = self.store.connection.execute(
            "SELECT account, amount, entity, item, class, quantity FROM posting WHERE txn = ? ORDER BY line",
            (txn,),
        )
        return [Posting(*row) for row in rows]

    def balance(self, key: int) -> Balance:
        """The running sums of an account, a customer or vendor, or an item."""
        row = self.store.connection.execute(
            "SELECT amount, total, quantity FROM balance WHERE object = ?", (key,)
        ).fetchone()
        return Balance(*row) if row else Balance()

    def account_type(self, key: int) -> str:
        """An account's AccountType."""
        found = self._types.get(key)
        if found is None:
            row = self.store.connection.execute("SELECT head FROM object WHERE id = ?", (key,)).fetchone()
            if row is None:  # not stored yet: nothing to remember
                return ""
            found = self._types[key] = element(row[0], "AccountType")
        return found

    def _move(self, rows: Iterable[Posting], sign: int) -> None:
        own: dict[int, int] = defaultdict(int)
        stock: dict[int, int] = defaultdict(int)
        for row in rows:
            kind = self.account_type(row.account)
            own[row.account] += sign * row.amount
            if row.entity is not None and kind in OPEN_TYPES:
                own[row.entity] += sign * row.amount
            if row.item is not None and kind in STOCK_TYPES:
                own[row.item] += sign * row.amount
                stock[row.item] += sign * row.quantity
        self.add({key: Balance(amount, amount, stock.get(key, 0)) for key, amount in own.items()})

    def add(self, changes: dict[int, Balance]) -> None:
        """Add to running sums, and to the totals of everything above."""
        moved = dict(changes)
        for key, change in changes.items():
            target = self.store.target(key)
            while change.total and target is not None and target.parent is not None:
                above = moved.get(target.parent, Balance())
                moved[target.parent] = above._replace(total=above.total + change.total)
                target = self.store.target(target.parent)
        self.store.connection.executemany(
            "INSERT INTO balance VALUES (?1, ?2, ?3, ?4) ON CONFLICT (object) DO UPDATE SET"
            " amount = amount + ?2, total = total + ?3, quantity = quantity + ?4",
            [(key, *change) for key, change in moved.items()],
        )
        self.dirty.update(moved)

    def move(self, key: int, before: int | None, after: int | None) -> None:
        """Take an element's total from one parent to another."""
        total = self.balance(key).total
        for parent, sign in ((before, -1), (after, 1)):
            if parent is not None:
                self.add({parent: Balance(total=sign * total)})

    def refresh(self, touched: int) -> None:
        """Write the balances that moved into the stored text of their objects.

        `touched` is when: a modified-date filter finds an item whose quantity moved, though its TimeModified stays.
        """
        for key in self.dirty:
            target = self.store.target(key)
            if target is not None:
                values = self.shown(target, self.balance(key))
                moved = touched if "QuantityOnHand" in values else None
                self.store.splice(key, values, touched=moved)
        self.dirty.clear()

    def shown(self, target: Target, balance: Balance) -> dict[str, str]:
        """The elements of a Ret that show its running sums."""
        if target.kind == "Account":
            sign = 1 if self.account_type(target.key) in DEBIT_TYPES else -1
            return {
                "Balance": money.amount(sign * balance.amount),
                "TotalBalance": money.amount(sign * balance.total),
            }
        if target.kind == "Customer":
            return {"Balance": money.amount(balance.amount), "TotalBalance": money.amount(balance.total)}
        if target.kind == "Vendor":
            return {"Balance": money.amount(-balance.amount)}
        if target.kind.startswith("ItemInventory"):
            return {
                "QuantityOnHand": money.quantity(balance.quantity),
                "AverageCost": money.price(average_cost(balance)),
            }
        return {}


def average_cost(balance: Balance) -> int:
    """What one of an item costs on average, in hundred-thousandths; 0 when none is on hand."""
    if balance.quantity <= 0:
        return 0
    return money.divide(balance.amount * money.SCALE * money.SCALE // 100, balance.quantity)
