"""Items of every kind: the accounts they need, their bar codes and members, the stock they open with."""

from collections.abc import Mapping

from qbconnector.qbxml import Aggregate
from qbconnector.sandbox import ids, money, rets, special
from qbconnector.sandbox.answer import Answer, Call, Handler
from qbconnector.sandbox.books import Behavior, Books
from qbconnector.sandbox.kinds import ITEMS, kinds
from qbconnector.sandbox.ledger import OPEN_TYPES, STOCK_TYPES
from qbconnector.sandbox.refusal import refuse
from qbconnector.sandbox.store import Record, element
from qbconnector.sandbox.writing import create

from . import opening
from .facts import reference

_OTHER_TYPE = "The account is of a type that this field does not take."
"""MEMORY: unverified, as is which types QuickBooks takes."""

_BAR_CODE_IN_USE = "The bar code is already in use."
"""MEMORY: unverified."""

#: Types of account that nothing is sold or bought through.
_NEVER = OPEN_TYPES | {"NonPosting"}

#: Which types of account a reference takes; those not listed take all but `_NEVER`.
_ACCOUNT_TYPES: Mapping[str, frozenset[str]] = {
    "AssetAccountRef": STOCK_TYPES,
    "COGSAccountRef": frozenset({"CostOfGoodsSold", "Expense", "OtherExpense"}),
}

#: A choice inside an aggregate that a Mod may change: what is said now displaces what was said before.
_RIVALS = (("Price", "PricePercent"),)

#: What the flags of Mod end with that post what was sold and bought before to another account.
_REPOSTS = "ToExistingTxns"


class Item(Behavior):
    """Any item. `accounts` are the references that an item of the kind must have."""

    def __init__(self, *accounts: str, tax_code: str = "") -> None:
        self._accounts = accounts
        self._tax_code = tax_code

    def fill(self, books: Books, record: Record, request: Aggregate) -> None:
        fields = record.fields
        _bar_code(books, record)
        trade = fields.child("SalesOrPurchase") or fields.child("SalesAndPurchase") or fields
        said = request.child("SalesOrPurchaseMod") or request.child("SalesAndPurchaseMod") or request
        _displace(trade, said)
        self._check_accounts(books, record, trade)
        if self._tax_code and not request.has("EditSequence") and not fields.has("SalesTaxCodeRef"):
            key = special.preferred(books, "SalesTaxPreferences", self._tax_code)
            if key is not None:
                fields.append(("SalesTaxCodeRef", books.refs.reference(key)))
        if request.text("ClearItemsInGroup") == "true":
            fields.drop("ItemGroupLine", "ItemInventoryAssemblyLine")

    def added(self, books: Books, record: Record, request: Aggregate) -> None:
        if code := record.fields.text("BarCodeValue"):
            _bar_codes(books)[code] = record.key

    def _check_accounts(self, books: Books, record: Record, trade: Aggregate) -> None:
        needed = _needed(trade, self._accounts)
        for name in needed:
            if reference(trade, name) is None:
                refuse(3150, element=name)
        for name, value in trade:
            if not name.endswith("AccountRef") or not isinstance(value, Aggregate):
                continue
            key = reference(trade, name)
            account_type = books.ledger.account_type(key) if key is not None else ""
            if account_type not in _ACCOUNT_TYPES.get(name, {account_type}) or account_type in _NEVER:
                refuse(3210, field=name, value=value.text("FullName"), reason=_OTHER_TYPE)


def _needed(trade: Aggregate, accounts: tuple[str, ...]) -> tuple[str, ...]:
    """What is bought and sold needs two accounts where what is either needs one."""
    if accounts == ("AccountRef",) and (trade.has("IncomeAccountRef") or trade.has("ExpenseAccountRef")):
        return ("IncomeAccountRef", "ExpenseAccountRef")
    return accounts


class Stocked(Item):
    """An item that QuickBooks counts and values."""

    def fill(self, books: Books, record: Record, request: Aggregate) -> None:
        super().fill(books, record, request)
        if not request.has("EditSequence"):
            record.fields.drop("TotalValue", "InventoryDate").put("QuantityOnHand", "0")
            for name, text in (
                ("AverageCost", "0.00"),
                ("QuantityOnOrder", "0"),
                ("QuantityOnSalesOrder", "0"),
            ):
                record.fields.put(name, text)

    def added(self, books: Books, record: Record, request: Aggregate) -> None:
        super().added(books, record, request)
        quantity = money.units(request.text("QuantityOnHand"))
        if not quantity:
            return
        cost = money.units(request.text("PurchaseCost"))
        value = request.text("TotalValue") or money.amount(money.product(quantity, cost))
        opening.item(books, record, money.quantity(quantity), value, request.text("InventoryDate"))


class TaxGroup(Item):
    """A group of sales taxes, of which no group may be one."""

    def fill(self, books: Books, record: Record, request: Aggregate) -> None:
        super().fill(books, record, request)
        for tax in record.fields.children("ItemSalesTaxRef"):
            key = ids.key_of(tax.text("ListID"))
            target = books.store.target(key) if key is not None else None
            if target is None or target.kind != "ItemSalesTax":
                refuse(3140, kind="ItemSalesTax", value=tax.text("FullName"), where="ItemSalesTaxGroup")


def _displace(trade: Aggregate, said: Aggregate) -> None:
    """Drop what a Mod says otherwise now: a price as an amount or as a percentage.

    Posting what was bought and sold before to another account is refused: the sandbox does not do it.
    """
    for rivals in _RIVALS:
        for rival in rivals:
            if said.has(rival):
                trade.drop(*(other for other in rivals if other != rival))
    for name in [name for name, _ in trade if name.endswith(_REPOSTS)]:
        if trade.text(name) == "true":
            refuse(3250)
        trade.drop(name)


def _bar_code(books: Books, record: Record) -> None:
    """Take an item's bar code out of its request; two items share one only where the request allows it."""
    given = record.fields.child("BarCode")
    if given is None:
        return
    code = given.text("BarCodeValue")
    if not code:
        record.fields.drop("BarCodeValue")
        return
    if given.text("AssignEvenIfUsed") != "true" and _bar_codes(books).get(code, record.key) != record.key:
        name = record.fields.text("Name")
        refuse(3180, what=f'a Items list, element "{name}"', reason=_BAR_CODE_IN_USE)
    record.fields.put("BarCodeValue", code)


def _bar_codes(books: Books) -> dict[str, int]:
    """The items that have bar codes, by their code: read once, and again after a list element changed."""
    known = books.facts.get((_bar_codes, 0))
    if not isinstance(known, dict):
        names = ",".join(repr(name) for name in ITEMS)
        rows = books.connection.execute(
            f"SELECT id, head FROM object WHERE kind IN ({names}) AND instr(head, '<BarCodeValue>')"  # noqa: S608
        )
        known = {element(head, "BarCodeValue"): key for key, head in rows}
        books.facts[_bar_codes, 0] = known
    return known


#: What SpecialItemAdd makes: its kind and what QuickBooks calls it (MEMORY: unverified).
_SPECIAL_ITEMS = {
    "FinanceCharge": ("ItemOtherCharge", "Fin Chg"),
    "ReimbursableExpenseGroup": ("ItemGroup", "Reimb Group"),
    "ReimbursableExpenseSubtotal": ("ItemSubtotal", "Reimb Subt"),
}


class _Special(Item):
    """A special item on its way."""

    def __init__(self, special_type: str) -> None:
        super().__init__()
        self._special_type = special_type

    def fill(self, books: Books, record: Record, request: Aggregate) -> None:
        super().fill(books, record, request)
        record.fields.put("SpecialItemType", self._special_type)


def add_special(call: Call) -> Answer:
    """SpecialItemAdd: an item for finance charges or reimbursed expenses; status 3100 the second time."""
    books, given = call.books, call.request.fields.child("SpecialItemAdd")
    assert given is not None
    special_type = given.text("SpecialItemType")
    kind, name = _SPECIAL_ITEMS[special_type]
    request = Aggregate([("Name", name)])
    request.extend(pair for pair in given if pair[0] != "SpecialItemType")
    if kind == "ItemOtherCharge":
        income = books.refs.reference(special.account(books, "UncategorizedIncome"))
        request.append(("SalesOrPurchase", Aggregate([("AccountRef", income)])))
    return rets.stored(call, create(books, kinds()[kind], _Special(special_type), request))


_TAXABLE, _UNTAXED = "DefaultTaxableSalesTaxCodeRef", "DefaultNonTaxableSalesTaxCodeRef"
_STOCK = ("IncomeAccountRef", "COGSAccountRef", "AssetAccountRef")

#: Which sales tax code an item has that names none is MEMORY: unverified.
BEHAVIORS: Mapping[str, Behavior] = {
    "ItemService": Item("AccountRef", tax_code=_UNTAXED),
    "ItemNonInventory": Item("AccountRef", tax_code=_TAXABLE),
    "ItemOtherCharge": Item("AccountRef", tax_code=_TAXABLE),
    "ItemInventory": Stocked(*_STOCK, tax_code=_TAXABLE),
    "ItemInventoryAssembly": Stocked(*_STOCK, tax_code=_TAXABLE),
    "ItemFixedAsset": Item("AssetAccountRef"),
    "ItemSubtotal": Item(),
    "ItemDiscount": Item("AccountRef", tax_code=_TAXABLE),
    "ItemPayment": Item(),
    "ItemSalesTax": Item(),
    "ItemSalesTaxGroup": TaxGroup(),
    "ItemGroup": Item(),
}

HANDLERS: Mapping[str, Handler] = {"SpecialItemAddRq": add_special}
