"""TransactionQuery: transactions of every kind in one list, as totals, as their lines, or both."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from qbconnector.qbxml import Aggregate, Plan, cut, render_element
from qbconnector.sandbox import ids, money, rets
from qbconnector.sandbox.answer import Answer, Call, Handler, answer
from qbconnector.sandbox.books import Books
from qbconnector.sandbox.kinds import Kind, kinds
from qbconnector.sandbox.store import read_ret

from .query import Cursor, run, select

#: Where a transaction names the account it is listed under, in the order of preference.
_ACCOUNTS = (
    "DepositToAccountRef",
    "BankAccountRef",
    "CreditCardAccountRef",
    "RefundFromAccountRef",
    "TransferFromAccountRef",
    "AccountRef",
    "ARAccountRef",
    "APAccountRef",
)

_ENTITIES = ("CustomerRef", "VendorRef", "PayeeEntityRef", "EntityRef")


@dataclass
class _Transactions(Cursor):
    """A cursor over transactions that shows each as TransactionRet: kind by kind, each in order of date.

    The order, and that an amount is what the transaction debits to the account it is listed under, are
    MEMORY: unverified.
    """

    plan: Plan | None = None
    level: str = "SummaryOnly"

    def show(self, books: Books, kind: Kind, rows: list[tuple[object, ...]]) -> Iterable[bytes]:
        assert self.plan is not None
        for row in rows:
            ret = read_ret(b"".join(row[2:]))  # type: ignore[arg-type]
            shown = self._rets(books, kind, ret)
            text = "".join(render_element(self.plan.decl, one) for one in shown).encode("ascii")
            yield cut(text, self.plan)

    def _rets(self, books: Books, kind: Kind, ret: Aggregate) -> Iterator[Aggregate]:
        common = _common(kind, ret)
        if self.level != "AllExceptSummary":
            yield Aggregate([*common, *_summary(books, kind, ret)])
        if self.level != "SummaryOnly":
            for name, line in _lines(kind, ret):
                yield Aggregate([*common, *_line(name, line)])


def _common(kind: Kind, ret: Aggregate) -> list[tuple[str, str]]:
    children = {
        "TxnType": kind.name,
        "TxnID": ret.text("TxnID"),
        "TimeCreated": ret.text("TimeCreated"),
        "TimeModified": ret.text("TimeModified"),
        "TxnDate": ret.text("TxnDate"),
        "RefNumber": ret.text("RefNumber"),
    }
    return [(name, text) for name, text in children.items() if text]


def _summary(books: Books, kind: Kind, ret: Aggregate) -> Iterator[tuple[str, str | Aggregate]]:
    key = ids.key_of(ret.text("TxnID"))
    total = books.connection.execute("SELECT total FROM object WHERE id = ?", (key,)).fetchone()[0]
    entity = _first(ret, _ENTITIES)
    if entity is not None:
        yield "EntityRef", entity
    places = [ret, *(line for _, line in _lines(kind, ret))]
    account = next((found for place in places[:2] if (found := _first(place, _ACCOUNTS))), None)
    if account is not None:
        yield "AccountRef", account
        posted = books.connection.execute(
            "SELECT sum(amount) FROM posting WHERE txn = ? AND account = ?",
            (key, ids.key_of(account.text("ListID"))),
        ).fetchone()[0]
        total = total if posted is None else posted
    if total is not None:
        yield "Amount", money.amount(total)
    if memo := ret.text("Memo"):
        yield "Memo", memo


def _lines(kind: Kind, fields: Aggregate) -> Iterator[tuple[str, Aggregate]]:
    for name, value in fields:
        if name in kind.line_ids and isinstance(value, Aggregate):
            yield name, value
            yield from _lines(kind, value)


def _line(name: str, line: Aggregate) -> Iterator[tuple[str, str | Aggregate]]:
    yield "TxnLineID", line.text("TxnLineID")
    for target, names in (("EntityRef", _ENTITIES), ("AccountRef", _ACCOUNTS)):
        found = _first(line, names)
        if found is not None:
            yield target, found
    amount = line.text("Amount") or line.text("TotalAmount")
    if amount:
        yield "Amount", money.amount(-money.cents(amount)) if name == "JournalCreditLine" else amount
    if memo := line.text("Memo") or line.text("Desc"):
        yield "Memo", memo


def _first(fields: Aggregate, names: tuple[str, ...]) -> Aggregate | None:
    return next((found for name in names if (found := fields.child(name))), None)


def query(call: Call) -> Answer:
    """TransactionQuery."""
    request, view = call.request, call.view
    wanted = request.fields.child("TransactionTypeFilter") or Aggregate()
    types = wanted.texts("TxnTypeFilter")
    all_types = not types or "All" in types
    shown = rets.declaration(call)
    names = tuple(name for name in shown.elements["TxnType"].enum if name in kinds() and (all_types or name in types))
    if not names:
        return answer(1)
    level = request.fields.text("TransactionDetailLevelFilter") or "SummaryOnly"
    plan = Plan(shown, view.version, view.edition, view.include)

    def start() -> Cursor:
        selection = select(call.books, request, names)
        return _Transactions(selection, view, plan=plan, level=level)

    return run(call, start)


HANDLERS: Mapping[str, Handler] = {"TransactionQueryRq": query}
