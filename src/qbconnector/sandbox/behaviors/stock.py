"""What inventory is worth: the average cost of what leaves the stock.

QuickBooks recomputes the cost of a sale when an older purchase changes. The sandbox does not: what a
transaction took from the stock keeps the worth it had when the transaction was last written.
"""

from qbconnector.sandbox import money
from qbconnector.sandbox.books import Books
from qbconnector.sandbox.ledger import Balance


class Stock:
    """The stock as one transaction finds it: what it takes or adds, its next lines see."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._moved: dict[int, Balance] = {}

    def on_hand(self, item: int) -> Balance:
        """An item's value (`amount`) and quantity."""
        found = self._moved.get(item)
        return found if found is not None else self._books.ledger.balance(item)

    def move(self, item: int, quantity: int, value: int) -> None:
        """Note what a line adds to the stock."""
        before = self.on_hand(item)
        self._moved[item] = Balance(before.amount + value, 0, before.quantity + quantity)

    def take(self, item: int, quantity: int, cost: int) -> int:
        """Take a quantity from the stock at average cost; returns its value in hundredths.

        Where none is on hand, one costs `cost` (the item's purchase cost). The last one takes what value is
        left, so that an empty stock is worth nothing.
        """
        before = self.on_hand(item)
        if quantity == before.quantity:
            value = before.amount
        elif before.quantity > 0:
            value = money.divide(before.amount * quantity, before.quantity)
        else:
            value = money.product(quantity, cost)
        self.move(item, -quantity, -value)
        return value
