"""The accounts QuickBooks itself posts to: found by their SpecialAccountType, created when first needed.

Owns what each is called and which type it has. Which transaction needs which is the behaviours' business.
That an ordinary account of the right name and type becomes the special one, unless there is one already, is the
sandbox's own rule: charts of accounts are often brought in whole.
"""

from collections.abc import Mapping
from typing import NamedTuple

from qbconnector.qbxml import Aggregate

from . import ids
from .books import Behavior, Books
from .kinds import kinds
from .store import Record
from .writing import create


class Special(NamedTuple):
    """What QuickBooks calls a special account, and its AccountType."""

    name: str
    account_type: str


#: By SpecialAccountType. Some names differ between years of QuickBooks; those of rarer ones are MEMORY.
SPECIAL: Mapping[str, Special] = {
    "AccountsPayable": Special("Accounts Payable", "AccountsPayable"),
    "AccountsReceivable": Special("Accounts Receivable", "AccountsReceivable"),
    "CondenseItemAdjustmentExpenses": Special("Condense Item Adjustments", "Expense"),
    "CostOfGoodsSold": Special("Cost of Goods Sold", "CostOfGoodsSold"),
    "DirectDepositLiabilities": Special("Direct Deposit Liabilities", "OtherCurrentLiability"),
    "Estimates": Special("Estimates", "NonPosting"),
    "ExchangeGainLoss": Special("Exchange Gain or Loss", "OtherExpense"),
    "InventoryAssets": Special("Inventory Asset", "OtherCurrentAsset"),
    "ItemReceiptAccount": Special("Item Receipts", "OtherCurrentLiability"),
    "OpeningBalanceEquity": Special("Opening Balance Equity", "Equity"),
    "PayrollExpenses": Special("Payroll Expenses", "Expense"),
    "PayrollLiabilities": Special("Payroll Liabilities", "OtherCurrentLiability"),
    "PettyCash": Special("Petty Cash", "Bank"),
    "PurchaseOrders": Special("Purchase Orders", "NonPosting"),
    "ReconciliationDifferences": Special("Reconciliation Discrepancies", "Expense"),
    "RetainedEarnings": Special("Retained Earnings", "Equity"),
    "SalesOrders": Special("Sales Orders", "NonPosting"),
    "SalesTaxPayable": Special("Sales Tax Payable", "OtherCurrentLiability"),
    "UncategorizedExpenses": Special("Uncategorized Expenses", "Expense"),
    "UncategorizedIncome": Special("Uncategorized Income", "Income"),
    "UndepositedFunds": Special("Undeposited Funds", "OtherCurrentAsset"),
}

#: Special accounts that every account of their type may stand in for, whatever it is called.
_BY_TYPE = frozenset({"AccountsPayable", "AccountsReceivable"})

#: The part of the cash flow statement an account belongs to (MEMORY: unverified); income and the like have none.
_CASH_FLOW: Mapping[str, str] = {
    "Bank": "NotApplicable",
    "AccountsReceivable": "Operating",
    "OtherCurrentAsset": "Operating",
    "FixedAsset": "Investing",
    "OtherAsset": "Investing",
    "AccountsPayable": "Operating",
    "CreditCard": "Operating",
    "OtherCurrentLiability": "Operating",
    "LongTermLiability": "Financing",
    "Equity": "Financing",
    "NonPosting": "NotApplicable",
}


def account(books: Books, special_type: str) -> int:
    """The key of the account with this SpecialAccountType; it is created where the file has none."""
    found = find(books, special_type)
    if found is None:
        found = make(books, special_type).key
        books.facts[special_type, 0] = found
    return found


def find(books: Books, special_type: str) -> int | None:
    """The same, but None where the file has none: for those that only read."""
    cached = books.facts.get((special_type, 0))
    if isinstance(cached, int):
        return cached
    row = books.connection.execute(
        "SELECT id FROM object WHERE kind = 'Account' AND instr(head, ?) ORDER BY sort LIMIT 1",
        (f"\n<SpecialAccountType>{special_type}</SpecialAccountType>\n".encode("ascii"),),
    ).fetchone()
    if row is None:
        return None
    key = books.facts[special_type, 0] = int(row[0])
    return key


def make(books: Books, special_type: str) -> Record:
    """Create a special account. Where its name is taken by another account, an asterisk follows it."""
    name, account_type = SPECIAL[special_type]
    while books.store.named("Account", name) is not None:
        name += "*"
    request = Aggregate([("Name", name), ("AccountType", account_type)])
    return create(books, kinds()["Account"], _Made(special_type), request)


def claim(books: Books, fields: Aggregate) -> None:
    """Make an account that is being added the special one, where it is one and the file has none yet."""
    for special_type, (name, account_type) in SPECIAL.items():
        if account_type == fields.text("AccountType") and (
            special_type in _BY_TYPE or name.lower() == fields.text("Name").lower()
        ):
            if not fields.child("ParentRef") and find(books, special_type) is None:
                fields.put("SpecialAccountType", special_type)
            return


def complete(fields: Aggregate) -> None:
    """What the Ret of every account shows."""
    for name in ("Balance", "TotalBalance"):
        if fields.get(name) is None:
            fields.put(name, "0.00")
    fields.put("CashFlowClassification", _CASH_FLOW.get(fields.text("AccountType"), "None"))


class _Made(Behavior):
    """An account made because it was needed."""

    def __init__(self, special_type: str) -> None:
        self._special_type = special_type

    def fill(self, books: Books, record: Record, request: Aggregate) -> None:
        record.fields.put("SpecialAccountType", self._special_type)
        complete(record.fields)


def preferred(books: Books, section: str, reference: str) -> int | None:
    """The key of a list element that the preferences name: a default item, code, account or way to ship."""
    preferences = books.preferences.child(section)
    named = preferences.child(reference) if preferences is not None else None
    key = ids.key_of(named.text("ListID")) if named is not None else None
    return key if key is not None and books.store.target(key) is not None else None
