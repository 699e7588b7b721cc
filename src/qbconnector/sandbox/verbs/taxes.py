"""SalesTaxPayableQuery: what sales tax is owed to whom."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from qbconnector.qbxml import Aggregate
from qbconnector.sandbox import money, rets
from qbconnector.sandbox.answer import Answer, Call, Handler
from qbconnector.sandbox.books import Books
from qbconnector.sandbox.special import find


def payable(call: Call) -> Answer:
    """What is owed for each tax item, by the vendor it is paid to, up to and with a day."""
    day = call.request.fields.text("AsOfDate") or call.books.today
    return rets.several(call, _agencies(call.books, day))


def _agencies(books: Books, day: str) -> Iterator[Aggregate]:
    owed: dict[int | None, list[tuple[int | None, int]]] = defaultdict(list)
    rows = books.connection.execute(
        "SELECT entity, item, -sum(amount) FROM posting WHERE account = ? AND date <= ?"
        " GROUP BY entity, item HAVING sum(amount) <> 0 ORDER BY entity, item",
        (find(books, "SalesTaxPayable"), day),
    )
    for vendor, item, amount in rows:
        owed[vendor].append((item, amount))
    for vendor, taxes in owed.items():
        lines = [("SalesTaxPayableLineRet", _line(books, item, amount)) for item, amount in taxes]
        total = money.amount(sum(amount for _, amount in taxes))
        yield Aggregate([*_reference(books, "PayeeEntityRef", vendor), ("Amount", total), *lines])


def _line(books: Books, item: int | None, amount: int) -> Aggregate:
    return Aggregate([*_reference(books, "ItemSalesTaxRef", item), ("Amount", money.amount(amount))])


def _reference(books: Books, name: str, key: int | None) -> list[tuple[str, Aggregate]]:
    return [(name, books.refs.reference(key))] if key is not None else []


HANDLERS: Mapping[str, Handler] = {"SalesTaxPayableQueryRq": payable}
