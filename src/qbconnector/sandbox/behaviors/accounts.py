"""Accounts: their numbers, types and opening balances, and the special ones on request."""

from qbconnector.qbxml import Aggregate
from qbconnector.sandbox import money, rets, special
from qbconnector.sandbox.answer import Answer, Call, Handler
from qbconnector.sandbox.books import Behavior, Books
from qbconnector.sandbox.ledger import DEBIT_TYPES, OPEN_TYPES
from qbconnector.sandbox.refusal import refuse
from qbconnector.sandbox.store import Record, element

from . import opening
from .facts import reference

#: The types of account that have a balance to open with.
_OPENING_TYPES = frozenset(
    {
        "Bank",
        "OtherCurrentAsset",
        "FixedAsset",
        "OtherAsset",
        "CreditCard",
        "OtherCurrentLiability",
        "LongTermLiability",
        "Equity",
    }
)

#: Types that an account never takes or leaves once it is there (MEMORY: unverified).
_FIXED_TYPES = OPEN_TYPES | {"NonPosting"}

#: The lines of the income tax form "other or none", which has none.
TAX_LINES = {"0": "<Unassigned>"}

# The texts of these refusals are MEMORY but for the first: unverified.
_NUMBER_IN_USE = "The account number is already in use."
_OTHER_TYPE = "The account type must be that of the parent account."
_TYPE_STAYS = "The type of this account cannot be changed."
_NO_OPENING = "Accounts of this type have no opening balance."


class Account(Behavior):
    """An account of the chart of accounts."""

    def fill(self, books: Books, record: Record, request: Aggregate) -> None:
        fields = record.fields
        _check_number(books, record)
        _check_type(books, record)
        _tax_line(fields)
        if request.has("EditSequence"):
            self._changed(books, record, request)
        else:
            special.claim(books, fields)
        special.complete(fields)
        if money.cents(request.text("OpenBalance")) and fields.text("AccountType") not in _OPENING_TYPES:
            refuse(3210, field="OpenBalance", value=request.text("OpenBalance"), reason=_NO_OPENING)

    def _changed(self, books: Books, record: Record, request: Aggregate) -> None:
        """What a Mod may have to take along: the sign of the balances, an opening balance given late."""
        if request.text("OpenBalance"):
            row = books.connection.execute("SELECT 1 FROM posting WHERE account = ?", (record.key,)).fetchone()
            if row is not None:
                refuse(3210, field="OpenBalance", value=request.text("OpenBalance"), reason=_NO_OPENING)
            self.added(books, record, request)
        if request.has("AccountType"):
            books.ledger.forget()
            books.ledger.dirty.add(record.key)

    def added(self, books: Books, record: Record, request: Aggregate) -> None:
        amount = money.cents(request.text("OpenBalance"))
        if amount:
            sign = 1 if record.fields.text("AccountType") in DEBIT_TYPES else -1
            opening.account(books, record, sign * amount, request.text("OpenBalanceDate"))


def _check_number(books: Books, record: Record) -> None:
    number = record.fields.text("AccountNumber")
    if not number:
        return
    rows = books.connection.execute(
        "SELECT id, head FROM object WHERE kind = 'Account' AND instr(head, '<AccountNumber>') AND id <> ?",
        (record.key,),
    )
    if any(element(head, "AccountNumber") == number for _, head in rows):
        name = record.fields.text("Name")
        refuse(3180, what=f'a Accounts list, element "{name}"', reason=_NUMBER_IN_USE)


def _check_type(books: Books, record: Record) -> None:
    """An account is of its parent's type, and may not become what its postings forbid."""
    fields = record.fields
    account_type = fields.text("AccountType")
    above = reference(fields, "ParentRef")
    if above is not None and books.ledger.account_type(above) != account_type:
        refuse(3210, field="AccountType", value=account_type, reason=_OTHER_TYPE)
    before = books.ledger.account_type(record.key)
    if before in {"", account_type}:
        return
    if {before, account_type} & _FIXED_TYPES or fields.has("SpecialAccountType"):
        refuse(3210, field="AccountType", value=account_type, reason=_TYPE_STAYS)
    if books.store.children(record.key):
        refuse(3210, field="AccountType", value=account_type, reason=_OTHER_TYPE)


def _tax_line(fields: Aggregate) -> None:
    line = fields.text("TaxLineID")
    if not line:
        return
    if line not in TAX_LINES:
        refuse(3140, kind="TaxLine", value=line, where="Account")
    fields.put("TaxLineInfoRet", _tax_line_info(line))


def _tax_line_info(line: str) -> Aggregate:
    return Aggregate([("TaxLineID", line), ("TaxLineName", TAX_LINES[line])])


def add_special(call: Call) -> Answer:
    """SpecialAccountAdd: the account with this SpecialAccountType; status 3100 when there is one already."""
    books = call.books
    request = call.request.fields.child("SpecialAccountAdd")
    assert request is not None
    special_type = request.text("SpecialAccountType")
    found = special.find(books, special_type)
    if found is not None:
        refuse(3100, name=books.refs.reference(found).text("FullName"))
    return rets.stored(call, special.make(books, special_type))


def tax_lines(call: Call) -> Answer:
    """AccountTaxLineInfoQuery: the lines an account may be put on."""
    return rets.several(call, (_tax_line_info(key) for key in TAX_LINES))


BEHAVIORS = {"Account": Account()}
HANDLERS: dict[str, Handler] = {
    "SpecialAccountAddRq": add_special,
    "AccountTaxLineInfoQueryRq": tax_lines,
}
