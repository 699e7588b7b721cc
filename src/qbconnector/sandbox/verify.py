"""Recomputes whatever in a company file follows from something else, and says where the two differ."""

from collections import defaultdict
from collections.abc import Callable, Iterator

from . import money, orders
from .books import Books
from .ledger import OPEN_TYPES, STOCK_TYPES, Balance
from .links import shown
from .store import element


def faults(books: Books, progress: Callable[[int, int], None] | None = None) -> list[str]:
    """What is wrong, a line each; none in a sound file. `progress` is told how many of how many checks are done."""
    checks = (_file, _postings, _balances, _stored, _open_amounts, _orders)
    found: list[str] = []
    for done, check in enumerate(checks, start=1):
        found += check(books)
        if progress:
            progress(done, len(checks))
    return found


def _file(books: Books) -> Iterator[str]:
    for (line,) in books.connection.execute("PRAGMA integrity_check"):
        if line != "ok":
            yield f"SQLite: {line}"


def _postings(books: Books) -> Iterator[str]:
    rows = books.connection.execute("SELECT txn, sum(amount) FROM posting GROUP BY txn HAVING sum(amount) <> 0")
    for txn, difference in rows:
        yield f"transaction {_name(books, txn)}: its postings are out of balance by {money.amount(difference)}"
    rows = books.connection.execute(
        "SELECT DISTINCT txn FROM posting WHERE NOT EXISTS (SELECT 1 FROM object WHERE id = txn)"
    )
    for (txn,) in rows:
        yield f"transaction {txn:X}: it has postings and is not there"


def _balances(books: Books) -> Iterator[str]:
    """The running sums against the postings they are sums of."""
    right = _sums(books)
    kept = {
        row[0]: Balance(*row[1:])
        for row in books.connection.execute("SELECT object, amount, total, quantity FROM balance")
    }
    for key in right.keys() | kept.keys():
        if right.get(key, Balance()) != kept.get(key, Balance()):
            yield f"{_name(books, key)}: kept {kept.get(key)}, postings say {right.get(key, Balance())}"


def _sums(books: Books) -> dict[int, Balance]:
    own: dict[int, int] = defaultdict(int)
    stock: dict[int, int] = defaultdict(int)
    for account, entity, item, amount, quantity in books.connection.execute(
        "SELECT account, entity, item, sum(amount), sum(quantity) FROM posting GROUP BY account, entity, item"
    ):
        kind = books.ledger.account_type(account)
        own[account] += amount
        if entity is not None and kind in OPEN_TYPES:
            own[entity] += amount
        if item is not None and kind in STOCK_TYPES:
            own[item] += amount
            stock[item] += quantity
    total: dict[int, int] = defaultdict(int)
    for key, amount in own.items():
        target = books.store.target(key)
        while target is not None:
            total[target.key] += amount
            target = books.store.target(target.parent) if target.parent is not None else None
    return {key: Balance(own.get(key, 0), total[key], stock.get(key, 0)) for key in total}


def _stored(books: Books) -> Iterator[str]:
    """The balances in the stored text against the running sums."""
    rows = books.connection.execute(
        "SELECT id, head FROM object WHERE kind IN ('Account', 'Customer', 'Vendor', 'ItemInventory',"
        " 'ItemInventoryAssembly')"
    )
    for key, head in rows:
        target = books.store.target(key)
        assert target is not None
        for name, text in books.ledger.shown(target, books.ledger.balance(key)).items():
            stored = element(head, name)
            if stored not in {text, ""}:
                yield f"{_name(books, key)}: {name} shows {stored}, should be {text}"


def _open_amounts(books: Books) -> Iterator[str]:
    """What remains open of transactions against what settles them."""
    rows = books.connection.execute("SELECT id, total, open, head, tail FROM object WHERE open IS NOT NULL")
    for key, total, remaining, head, tail in rows:
        right = total - books.links.settled(key)
        if right != remaining:
            yield f"{_name(books, key)}: {money.amount(remaining)} is open, should be {money.amount(right)}"
        for name, text in shown(total, right).items():
            stored = element(head, name) or element(tail, name)
            if stored not in {text, ""}:
                yield f"{_name(books, key)}: {name} shows {stored}, should be {text}"


def _orders(books: Books) -> Iterator[str]:
    """What orders show of what has arrived against the links of their lines."""
    kinds = ", ".join(f"'{name}'" for name in orders.ORDERS)
    for (key,) in books.connection.execute(f"SELECT id FROM object WHERE kind IN ({kinds})").fetchall():  # noqa: S608
        record = books.store.read(key)
        assert record is not None
        stored = record.fields.clone()
        orders.complete(record.fields, books.links.arrived(key))
        if stored != record.fields:
            yield f"{_name(books, key)}: it does not show what has arrived of it"
    rows = books.connection.execute("SELECT id, head FROM object WHERE kind LIKE 'ItemInventory%'").fetchall()
    for key, head in rows:
        right = money.quantity(orders.on_order(books.store, key))
        stored_text = element(head, "QuantityOnOrder")
        if stored_text not in {right, ""}:
            yield f"{_name(books, key)}: QuantityOnOrder shows {stored_text}, should be {right}"


def _name(books: Books, key: int) -> str:
    row = books.connection.execute("SELECT kind, ref_id FROM object WHERE id = ?", (key,)).fetchone()
    return f"{row[0]} {row[1]}" if row else f"object {key:X}"
