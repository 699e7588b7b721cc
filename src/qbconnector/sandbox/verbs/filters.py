"""The filters of queries: each element of a Query request that narrows it, as a condition on the object table."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from qbconnector.qbxml import Aggregate, Value, escape
from qbconnector.sandbox import ids, money
from qbconnector.sandbox.books import Books
from qbconnector.sandbox.kinds import ENTITIES, ITEMS, Kind
from qbconnector.sandbox.periods import Period, period
from qbconnector.sandbox.refusal import refuse

_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]

#: Where a transaction names whom it is with.
_ENTITY_ROLES = {"CustomerRef", "VendorRef", "PayeeEntityRef", "EntityRef"}

_OPERATORS = {
    "LessThan": "<",
    "LessThanEqual": "<=",
    "Equal": "=",
    "GreaterThan": ">",
    "GreaterThanEqual": ">=",
}


@dataclass
class Selection:
    """Which objects a query is about: SQL conditions on the object table, or the very keys."""

    books: Books
    kinds: tuple[Kind, ...]
    conditions: list[str] = field(default_factory=list)
    parameters: list[object] = field(default_factory=list)
    keys: list[int] | None = None
    missing: list[str] = field(default_factory=list)

    def where(self, condition: str, *parameters: object) -> None:
        self.conditions.append(condition)
        self.parameters.extend(parameters)

    def among(self, column: str, keys: Iterable[int]) -> None:
        """The column is one of these keys."""
        self.where(f"{column} IN ({','.join(str(key) for key in keys)})")

    @property
    def sql(self) -> str:
        """The conditions, each led by AND."""
        return "".join(f" AND ({condition})" for condition in self.conditions)


Filter = Callable[[Selection, Value], None]


def referred(selection: Selection, value: Value, kinds: tuple[str, ...]) -> list[int]:
    """The keys that an EntityFilter, AccountFilter, … names: by id or full name, with children where asked."""
    books = selection.books
    found: list[int] = []
    assert isinstance(value, Aggregate)
    for name, text in value:
        if not isinstance(text, str) or not name.startswith(("ListID", "FullName")):
            continue
        if name.startswith("ListID"):
            key = ids.key_of(text)
            target = books.store.target(key) if key is not None else None
            if key is None:
                refuse(3000, value=text, field="ListID")
        else:
            target = books.refs.find(kinds, text)
        if target is None or target.kind not in kinds:
            selection.missing.append(text)
        elif name.endswith("WithChildren"):
            found += books.store.descendants([target.key])
        else:
            found.append(target.key)
    return found


def _used(kinds: tuple[str, ...], *roles: str) -> Filter:
    """Objects that refer to one of the elements named, in one of these roles (any, when none is given)."""

    def apply(selection: Selection, value: Value) -> None:
        keys = ",".join(map(str, referred(selection, value, kinds)))
        role = f" AND role IN ({','.join(repr(role) for role in roles)})" if roles else ""
        selection.where(f"id IN (SELECT source FROM uses WHERE target IN ({keys}){role})")

    return apply


def _account(selection: Selection, value: Value) -> None:
    assert isinstance(value, Aggregate)
    if kind := value.text("AccountTypeFilter"):
        accounts = f"SELECT id FROM object WHERE kind = 'Account' AND {_account_types(kind)}"
    else:
        accounts = ",".join(map(str, referred(selection, value, ("Account",))))
    selection.where(
        f"id IN (SELECT txn FROM posting WHERE account IN ({accounts}))"
        f" OR id IN (SELECT source FROM uses WHERE target IN ({accounts}))"
    )


def _account_types(filter_name: str) -> str:
    """A condition on accounts for an AccountTypeFilter: a type, or one of QuickBooks' groups of types."""
    types = ACCOUNT_GROUPS.get(filter_name, (filter_name,))
    return "(" + " OR ".join(f"instr(head, CAST('<AccountType>{one}<' AS BLOB))" for one in types) + ")"


#: AccountTypeFilter's groups (MEMORY: which types some of them hold is unverified).
_INCOME = ("Income", "OtherIncome")
_EXPENSES = ("Expense", "OtherExpense")
_CURRENT_ASSETS = ("Bank", "AccountsReceivable", "OtherCurrentAsset")
_ASSETS = (*_CURRENT_ASSETS, "FixedAsset", "OtherAsset")
_CURRENT_LIABILITIES = ("AccountsPayable", "CreditCard", "OtherCurrentLiability")
_LIABILITIES = (*_CURRENT_LIABILITIES, "LongTermLiability")
ACCOUNT_GROUPS: Mapping[str, tuple[str, ...]] = {
    "AllowedFor1099": ("Expense", "CostOfGoodsSold", "OtherExpense"),
    "APAndSalesTax": ("AccountsPayable", "OtherCurrentLiability"),
    "APOrCreditCard": ("AccountsPayable", "CreditCard"),
    "ARAndAP": ("AccountsReceivable", "AccountsPayable"),
    "Asset": _ASSETS,
    "BalanceSheet": (*_ASSETS, *_LIABILITIES, "Equity"),
    "BankAndARAndAPAndUF": ("Bank", "AccountsReceivable", "AccountsPayable", "OtherCurrentAsset"),
    "BankAndUF": ("Bank", "OtherCurrentAsset"),
    "CostOfSales": ("CostOfGoodsSold",),
    "CurrentAsset": _CURRENT_ASSETS,
    "CurrentAssetAndExpense": (*_CURRENT_ASSETS, *_EXPENSES),
    "CurrentLiability": _CURRENT_LIABILITIES,
    "EquityAndIncomeAndExpense": ("Equity", *_INCOME, *_EXPENSES),
    "ExpenseAndOtherExpense": _EXPENSES,
    "IncomeAndExpense": (*_INCOME, *_EXPENSES),
    "IncomeAndOtherIncome": _INCOME,
    "Liability": _LIABILITIES,
    "LiabilityAndEquity": (*_LIABILITIES, "Equity"),
    "OrdinaryExpense": ("Expense",),
    "OrdinaryIncome": ("Income",),
    "OrdinaryIncomeAndCOGS": ("Income", "CostOfGoodsSold"),
    "OrdinaryIncomeAndExpense": ("Income", "CostOfGoodsSold", "Expense"),
    "OtherIncomeOrExpense": ("OtherIncome", "OtherExpense"),
}


def _entity(selection: Selection, value: Value) -> None:
    """Whom a transaction is with; one without an entity of its own (a deposit, a journal entry) has its lines'."""
    assert isinstance(value, Aggregate)
    if kind := value.text("EntityTypeFilter"):
        wanted, parameters = "SELECT id FROM object WHERE kind = ?", [kind]
    else:
        wanted, parameters = ",".join(map(str, referred(selection, value, ENTITIES))), []
    if all(_ENTITY_ROLES & one.elements.keys() for one in selection.kinds):
        selection.where(f"entity IN ({wanted})", *parameters)
    else:
        in_lines = f"SELECT source FROM uses WHERE role = 'EntityRef' AND target IN ({wanted})"
        selection.where(f"entity IN ({wanted}) OR entity IS NULL AND id IN ({in_lines})", *parameters, *parameters)


#: ItemTypeFilter and ItemTypeFilter's groups, as the kinds of item they mean.
ITEM_GROUPS: Mapping[str, tuple[str, ...]] = {
    "AllExceptFixedAsset": tuple(kind for kind in ITEMS if kind != "ItemFixedAsset"),
    "Assembly": ("ItemInventoryAssembly",),
    "InventoryAndAssembly": ("ItemInventory", "ItemInventoryAssembly"),
    "Sales": ("ItemService", "ItemNonInventory", "ItemOtherCharge", "ItemInventory", "ItemInventoryAssembly"),
}


def _item(selection: Selection, value: Value) -> None:
    assert isinstance(value, Aggregate)
    if kind := value.text("ItemTypeFilter"):
        kinds = ",".join(repr(one) for one in ITEM_GROUPS.get(kind, (f"Item{kind}",)))
        selection.where(
            "id IN (SELECT source FROM uses JOIN object AS item ON item.id = target"
            f" WHERE role = 'ItemRef' AND item.kind IN ({kinds}))"
        )
    else:
        _used(ITEMS)(selection, value)


def _matching(column: str, child: str) -> Filter:
    """MatchCriterion StartsWith, Contains or EndsWith, without regard to case."""
    patterns = {"StartsWith": "{}%", "Contains": "%{}%", "EndsWith": "%{}"}

    def apply(selection: Selection, value: Value) -> None:
        assert isinstance(value, Aggregate)
        text = value.text(child).lower()
        for special in ("\\", "%", "_"):
            text = text.replace(special, f"\\{special}")
        pattern = patterns[value.text("MatchCriterion")].format(text)
        selection.where(f"lower({column}) LIKE ? ESCAPE '\\'", pattern)

    return apply


def _name_range(selection: Selection, value: Value) -> None:
    assert isinstance(value, Aggregate)
    first, last = value.text("FromName").lower(), value.text("ToName").lower()
    if first and last and first > last:
        refuse(3031, field="NameRangeFilter")
    if first:
        selection.where("name_key >= ?", first)
    if last:
        selection.where("name_key <= ? OR name_key LIKE ? || ':%'", last, last)


def _number_range(selection: Selection, value: Value) -> None:
    """Numbers are compared as numbers when both ends are, else as text without regard to case."""
    assert isinstance(value, Aggregate)
    first, last = value.text("FromRefNumber"), value.text("ToRefNumber")
    numeric = all(text.isdecimal() for text in (first, last) if text)
    if first and last and (int(first) > int(last) if numeric else first.lower() > last.lower()):
        refuse(3031, field="RefNumberRangeFilter")
    column = "CAST(number AS INTEGER)" if numeric else "number COLLATE NOCASE"
    if numeric:
        selection.where("number NOT GLOB '*[^0-9]*'")
    for text, operator in ((first, ">="), (last, "<=")):
        if text:
            selection.where(f"{column} {operator} ?", int(text) if numeric else text)


def days(books: Books, value: Aggregate, first: str, last: str) -> Period:
    """A date range filter's days; status 3030 when they are the wrong way round."""
    if macro := value.text("DateMacro"):
        return period(macro, books.now.date(), fiscal_month(books))
    start, end = (date.fromisoformat(text) if (text := value.text(name)) else None for name in (first, last))
    if start and end and start > end:
        refuse(3030)
    return start, end


def fiscal_month(books: Books) -> int:
    """The company's first fiscal month, 1 to 12."""
    name = books.singleton("Company").text("FirstMonthFiscalYear") or "January"
    return _MONTHS.index(name) + 1


def _transaction_dates(selection: Selection, value: Value) -> None:
    assert isinstance(value, Aggregate)
    start, end = days(selection.books, value, "FromTxnDate", "ToTxnDate")
    if start:
        selection.where("sort >= ?", start.isoformat())
    if end:
        selection.where("sort <= ?", end.isoformat())


def modified_range(books: Books, value: Aggregate, what: str = "Modified") -> tuple[int | None, int | None]:
    """A From…Date/To…Date or DateMacro filter in seconds since 1970; status 3030 the wrong way round."""
    if value.text("DateMacro"):
        first, last = (day.isoformat() if day else "" for day in days(books, value, "", ""))
    else:
        first, last = value.text(f"From{what}Date"), value.text(f"To{what}Date")
    since = ids.epoch(first, books.zone) if first else None
    until = ids.epoch(last, books.zone, end=True) if last else None
    if since is not None and until is not None and since > until:
        refuse(3030)
    return since, until


def _modified(selection: Selection, value: Value) -> None:
    assert isinstance(value, Aggregate)
    since, until = modified_range(selection.books, value)
    if since is not None:
        selection.where("touched >= ?", since)
    if until is not None:
        selection.where("touched <= ?", until)


def _one_sided(name: str) -> Filter:
    """The flat From/ToModifiedDate of list queries; `select` checks that they are the right way round."""
    return lambda selection, value: _modified(selection, Aggregate([(name, value)]))


def _open(states: Mapping[str, str]) -> Filter:
    def apply(selection: Selection, value: Value) -> None:
        if condition := states.get(str(value)):
            selection.where(condition)

    return apply


def _total_balance(selection: Selection, value: Value) -> None:
    assert isinstance(value, Aggregate)
    operator = _OPERATORS[value.text("Operator")]
    sign = "-" if selection.kinds[0].name == "Vendor" else ""
    selection.where(
        f"{sign}ifnull((SELECT total FROM balance WHERE object = id), 0) {operator} ?",
        money.cents(value.text("Amount")),
    )


def _shows(*choices: str) -> Filter:
    """The stored text shows this leaf with this text; `choices` parts "PendingOnly" and its like."""
    element, *states = choices

    def apply(selection: Selection, value: Value) -> None:
        text = dict(zip(states[::2], states[1::2], strict=True)).get(str(value)) if states else str(value)
        if text is not None:
            leaf = f"<{element}>{escape(text)}</{element}>\n".encode("ascii")
            selection.where("instr(head, ?) > 0", leaf)

    return apply


def _effective(operator: str) -> Filter:
    return lambda selection, value: selection.where(
        "EXISTS (SELECT 1 WHERE instr(head, CAST('<CurrentEffectiveDate>' AS BLOB)) > 0 AND substr(head, instr(head,"
        f" CAST('<CurrentEffectiveDate>' AS BLOB)) + 22, 10) {operator} CAST(? AS BLOB))",
        str(value),
    )


def _active(selection: Selection, value: Value) -> None:
    if value != "All":
        selection.where("active = ?", int(value != "InactiveOnly"))


FILTERS: Mapping[str, Filter] = {
    "ActiveStatus": _active,
    "FromModifiedDate": _one_sided("FromModifiedDate"),
    "ToModifiedDate": _one_sided("ToModifiedDate"),
    "ModifiedDateRangeFilter": _modified,
    "TransactionModifiedDateRangeFilter": _modified,
    "TxnDateRangeFilter": _transaction_dates,
    "TransactionDateRangeFilter": _transaction_dates,
    "NameFilter": _matching("name_key", "Name"),
    "NameRangeFilter": _name_range,
    "RefNumberFilter": _matching("number", "RefNumber"),
    "RefNumberRangeFilter": _number_range,
    "EntityFilter": _entity,
    "TimeTrackingEntityFilter": _entity,
    "TransactionEntityFilter": _entity,
    "AccountFilter": _account,
    "TransactionAccountFilter": _account,
    "ItemFilter": _item,
    "TransactionItemFilter": _item,
    "ItemRef": _used(ITEMS),
    "ClassFilter": _used(("Class",)),
    "TransactionClassFilter": _used(("Class",)),
    "CurrencyFilter": _used(("Currency",)),
    "SiteFilter": _used(("InventorySite",)),
    "PaidStatus": _open({"PaidOnly": "open = 0", "NotPaidOnly": "open <> 0"}),
    "TransactionPaidStatusFilter": _open({"Closed": "open = 0", "Open": "open <> 0"}),
    "TransactionPostingStatusFilter": _open(
        {
            "Posting": "EXISTS (SELECT 1 FROM posting WHERE txn = id)",
            "NonPosting": "NOT EXISTS (SELECT 1 FROM posting WHERE txn = id)",
        }
    ),
    "TotalBalanceFilter": _total_balance,
    "PendingStatus": _shows("IsPending", "PendingOnly", "true", "NotPendingOnly", "false"),
    "DoneStatus": _shows("IsDone", "DoneOnly", "true", "NotDoneOnly", "false"),
    "AccountType": _shows("AccountType"),
    "PaymentMethodType": _shows("PaymentMethodType"),
    "FromEffectiveDate": _effective(">="),
    "ToEffectiveDate": _effective("<="),
}
