"""A new company file: what every company has before anything is entered, and what there is to say of a file.

The names of lists that users see are our own where QuickBooks' would be its sentences.
"""

from qbconnector.qbxml import Aggregate, Value, dialect, render_element

from . import ids, naming
from .behaviors import lists
from .books import GENERIC, Behavior, Books
from .kinds import kinds
from .store import Record
from .writing import create, new_key

#: What is due when, and the discount for paying early: name, days due, days of discount, percent.
_TERMS = (
    ("Due on receipt", 0, 0, 0),
    ("Net 15", 15, 0, 0),
    ("Net 30", 30, 0, 0),
    ("Net 60", 60, 0, 0),
    ("1% 10 Net 30", 30, 10, 1),
    ("2% 10 Net 30", 30, 10, 2),
)

_PAYMENT_METHODS = (
    ("American Express", "AmericanExpress"),
    ("Cash", "Cash"),
    ("Check", "Check"),
    ("Debit Card", "DebitCard"),
    ("Discover", "Discover"),
    ("E-Check", "ECheck"),
    ("Gift Card", "GiftCard"),
    ("MasterCard", "MasterCard"),
    ("Visa", "Visa"),
)

_SHIP_METHODS = ("DHL", "Federal Express", "UPS", "US Mail")

_MESSAGES = ("Thank you for your order.", "Please pay by the due date.")

_TEMPLATES = (
    ("Standard Credit Memo", "CreditMemo"),
    ("Standard Estimate", "Estimate"),
    ("Standard Invoice", "Invoice"),
    ("Standard Purchase Order", "PurchaseOrder"),
    ("Standard Sales Order", "SalesOrder"),
    ("Standard Sales Receipt", "SalesReceipt"),
)

#: The sales tax of those who pay none.
_NO_TAX = "Out of State"


def fill(books: Books, name: str, *, sample: bool = False) -> None:
    """Put into an empty file what a new company called `name` has; part of the caller's transaction."""
    codes = _lists(books)
    _write(books, "Company", _company(name, sample=sample))
    _write(books, "Preferences", _preferences(books, codes))
    books.flush()


def describe(books: Books) -> dict[str, str]:
    """What `company info` shows: the company, the newest version, the file's size, the objects by kind."""
    company = books.singleton("Company")
    pages, size = (books.connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
    facts = {
        "Company": company.text("CompanyName"),
        "Sample company": "yes" if company.text("IsSampleCompany") == "true" else "no",
        "qbXML": str(dialect("qbxml").versions[-1]),
        "Size": f"{pages * size / 1_000_000:.1f} MB",
    }
    counts = dict(books.connection.execute("SELECT kind, count(*) FROM object GROUP BY kind").fetchall())
    return facts | {kind: str(counts[kind]) for kind in kinds() if kind in counts}


def _lists(books: Books) -> dict[str, int]:
    """The lists every company has; returns the keys of what the preferences name."""
    for name, due, days, percent in _TERMS:
        pairs = {"StdDueDays": str(due), "StdDiscountDays": str(days), "DiscountPct": f"{percent}.00"}
        _add(books, "StandardTerms", Name=name, **pairs)
    for name, method in _PAYMENT_METHODS:
        _add(books, "PaymentMethod", Name=name, PaymentMethodType=method)
    for name in _SHIP_METHODS:
        _add(books, "ShipMethod", Name=name)
    for name in _MESSAGES:
        _add(books, "CustomerMsg", Name=name)
    for name, kind in _TEMPLATES:
        _template(books, name, kind)
    return {
        "DefaultTaxableSalesTaxCodeRef": _add(
            books, "SalesTaxCode", Name="Tax", IsTaxable="true", Desc="Taxable sales"
        ),
        "DefaultNonTaxableSalesTaxCodeRef": _add(
            books, "SalesTaxCode", Name="Non", IsTaxable="false", Desc="Non-taxable sales"
        ),
        "DefaultItemSalesTaxRef": _add(
            books, "ItemSalesTax", Name=_NO_TAX, ItemDesc="Sales outside the state", TaxRate="0.00"
        ),
        "HomeCurrencyRef": _add(books, "Currency", Name="US Dollar", CurrencyCode=lists.HOME_CURRENCY),
    }


def _add(books: Books, kind: str, **children: str) -> int:
    behavior: Behavior = lists.BEHAVIORS.get(kind, GENERIC)
    return create(books, kinds()[kind], behavior, Aggregate(children.items())).key


def _template(books: Books, name: str, template_type: str) -> None:
    """A template: no request makes one, so it is written as it stands."""
    kind = kinds()["Template"]
    fields = Aggregate([("Name", name), ("IsActive", "true"), ("TemplateType", template_type)])
    record = Record(kind, fields, key=new_key(books, kind), created=books.epoch, sequence=books.epoch)
    record.ref_id = ids.ref_id(record.key, record.created)
    naming.name(books, record)
    time = books.timestamp(books.epoch)
    for element, text in (
        ("ListID", record.ref_id),
        ("TimeCreated", time),
        ("TimeModified", time),
        ("EditSequence", str(record.sequence)),
    ):
        fields.put(element, text)
    books.store.insert(record)


def _write(books: Books, name: str, fields: Aggregate) -> None:
    """Store what there is one of, as the text its query answers with."""
    text = render_element(dialect("qbxml").element(f"{name}Ret"), fields).encode("ascii")
    books.connection.execute("INSERT INTO singleton VALUES (?, ?)", (name, text))


def _company(name: str, *, sample: bool) -> Aggregate:
    return Aggregate(
        [
            ("IsSampleCompany", "true" if sample else "false"),
            ("CompanyName", name[:59]),
            ("LegalCompanyName", name[:59]),
            ("FirstMonthFiscalYear", "January"),
            ("FirstMonthIncomeTaxYear", "January"),
            ("TaxForm", "OtherOrNone"),
            ("AccountantCopy", Aggregate([("AccountantCopyExists", "false")])),
        ]
    )


def _preferences(books: Books, named: dict[str, int]) -> Aggregate:
    """A new company's preferences: what the sandbox does is on, what it does not is off."""
    return Aggregate((section, _section(books, named, children)) for section, children in _PREFERENCES.items())


def _section(books: Books, named: dict[str, int], children: dict[str, "str | dict[str, str]"]) -> Aggregate:
    fields = Aggregate()
    for name, text in children.items():
        value: Value = text if isinstance(text, str) else Aggregate(text.items())
        fields.append((name, books.refs.reference(named[name]) if name in named else value))
    return fields


_PREFERENCES: dict[str, dict[str, str | dict[str, str]]] = {
    "AccountingPreferences": {
        "IsUsingAccountNumbers": "false",
        "IsRequiringAccounts": "true",
        "IsUsingClassTracking": "true",
        "IsUsingAuditTrail": "true",
        "IsAssigningJournalEntryNumbers": "true",
    },
    "FinanceChargePreferences": {
        "AnnualInterestRate": "0.00",
        "MinFinanceCharge": "0.00",
        "GracePeriod": "0",
        "IsAssessingForOverdueCharges": "false",
        "CalculateChargesFrom": "DueDate",
        "IsMarkedToBePrinted": "false",
    },
    "JobsAndEstimatesPreferences": {
        "IsUsingEstimates": "true",
        "IsUsingProgressInvoicing": "false",
        "IsPrintingItemsWithZeroAmounts": "false",
    },
    "MultiCurrencyPreferences": {"IsMultiCurrencyOn": "false", "HomeCurrencyRef": ""},
    "MultiLocationInventoryPreferences": {
        "IsMultiLocationInventoryAvailable": "true",
        "IsMultiLocationInventoryEnabled": "false",
    },
    "PurchasesAndVendorsPreferences": {
        "IsUsingInventory": "true",
        "DaysBillsAreDue": "10",
        "IsAutomaticallyUsingDiscounts": "false",
    },
    "ReportsPreferences": {"AgingReportBasis": "AgeFromDueDate", "SummaryReportBasis": "Accrual"},
    "SalesAndCustomersPreferences": {
        "DefaultMarkup": "0.00",
        "IsTrackingReimbursedExpensesAsIncome": "false",
        "IsAutoApplyingPayments": "true",
        "PriceLevels": {"IsUsingPriceLevels": "true", "IsRoundingSalesPriceUp": "false"},
    },
    "SalesTaxPreferences": {
        "DefaultItemSalesTaxRef": "",
        "PaySalesTax": "Monthly",
        "DefaultTaxableSalesTaxCodeRef": "",
        "DefaultNonTaxableSalesTaxCodeRef": "",
    },
    "TimeTrackingPreferences": {"FirstDayOfWeek": "Monday"},
    "CurrentAppAccessRights": {
        "IsAutomaticLoginAllowed": "true",
        "AutomaticLoginUserName": "Admin",
        "IsPersonalDataAccessAllowed": "true",
    },
    "ItemsAndInventoryPreferences": {
        "EnhancedInventoryReceivingEnabled": "false",
        "IsTrackingSerialOrLotNumber": "None",
        "FIFOEnabled": "false",
        "IsBarcodeEnabled": "true",
    },
}
