"""What there is one of: the host, the company, its preferences and activity; and what is not there at all."""

from collections.abc import Mapping

from qbconnector.qbxml import Aggregate, dialect
from qbconnector.sandbox import ids, rets
from qbconnector.sandbox.answer import Answer, Call, Handler
from qbconnector.sandbox.books import Books

PRODUCT = "QuickBooks Enterprise Solutions 23.0 (qbconnector sandbox)"
"""What HostRet says it talks to: no QuickBooks, and one that programs take for the Enterprise edition."""

_MAJOR_VERSION, _MINOR_VERSION = "33", "0"
"""The numbers that go with that year's name (24.0 is captured for 2014; those since are MEMORY)."""

#: How many elements a list holds, _CAPACITY where nothing is said (MEMORY: unverified). Ours have no limits.
_CAPACITIES = {
    "Account": 100_000,
    "Class": 100_000,
    "Entity": 1_000_000,
    "Item": 1_000_000,
    "PriceLevel": 750,
}
_CAPACITY = 10_000


def host(call: Call) -> Answer:
    """HostQuery: the product, and the versions of the language it speaks."""
    fields = Aggregate(
        [
            ("ProductName", PRODUCT),
            ("MajorVersion", _MAJOR_VERSION),
            ("MinorVersion", _MINOR_VERSION),
            ("Country", "US"),
            *(("SupportedQBXMLVersion", str(version)) for version in dialect("qbxml").versions),
            ("IsAutomaticLogin", "true"),
            ("QBFileMode", "MultiUser"),
        ]
    )
    wanted = call.request.fields.child("IncludeListMetaData")
    if wanted is not None and wanted.text("IncludeMaxCapacity") == "true":
        fields.append(("ListMetaData", _capacities(call)))
    return rets.single(call, fields)


def _capacities(call: Call) -> Aggregate:
    content = rets.declaration(call).content
    inner = content.elements["ListMetaData"].content if content is not None else None
    capacities = Aggregate()
    for name in inner.elements if inner is not None else ():
        capacity = _CAPACITIES.get(name.removesuffix("MetaData"), _CAPACITY)
        capacities.append((name, Aggregate([("MaxCapacity", str(capacity))])))
    return capacities


def company(call: Call) -> Answer:
    """CompanyQuery."""
    return rets.single(call, call.books.singleton("Company"))


def activity(call: Call) -> Answer:
    """CompanyActivityQuery: what was never done was done in 1970 (MEMORY: unverified)."""
    never = call.books.timestamp(0)
    return rets.single(call, Aggregate([("LastRestoreTime", never), ("LastCondenseTime", never)]))


def preferences(call: Call) -> Answer:
    """PreferencesQuery: the elements that preferences name are shown by the names they have now."""
    shown = _current(call.books, call.books.preferences)
    taxes = shown.child("SalesTaxPreferences")
    if taxes is not None and not all(taxes.child(name) for name in _NEEDED):
        shown.drop("SalesTaxPreferences")
    return rets.single(call, shown)


#: Without these there are no sales tax preferences: somebody deleted the elements they named.
_NEEDED = ("DefaultItemSalesTaxRef", "DefaultTaxableSalesTaxCodeRef", "DefaultNonTaxableSalesTaxCodeRef")


def _current(books: Books, fields: Aggregate) -> Aggregate:
    """The same children with every reference brought up to date; those to nothing are left out."""
    shown = Aggregate()
    for name, value in fields:
        if not isinstance(value, Aggregate):
            shown.append((name, value))
        elif not name.endswith("Ref"):
            shown.append((name, _current(books, value)))
        else:
            key = ids.key_of(value.text("ListID"))
            if key is not None and books.store.target(key) is not None:
                shown.append((name, books.refs.reference(key)))
    return shown


HANDLERS: Mapping[str, Handler] = {
    "HostQueryRq": host,
    "CompanyQueryRq": company,
    "CompanyActivityQueryRq": activity,
    "PreferencesQueryRq": preferences,
}

_NO_WINDOWS = "the sandbox has no windows to show it in"
_NO_PAYROLL = "the sandbox calculates no payroll"
_US_BOOKS = "the sandbox keeps the books of a company in the United States"

#: Requests that are answered with status 3250, and why.
REFUSED: Mapping[str, str] = {
    "ListDisplayAddRq": _NO_WINDOWS,
    "ListDisplayModRq": _NO_WINDOWS,
    "TxnDisplayAddRq": _NO_WINDOWS,
    "TxnDisplayModRq": _NO_WINDOWS,
    "PayrollLastPeriodQueryRq": _NO_PAYROLL,
    "PayrollDetailReportQueryRq": _NO_PAYROLL,
    "PayrollSummaryReportQueryRq": _NO_PAYROLL,
    "Form1099CategoryAccountMappingModRq": "the sandbox prepares no tax forms",
    "Form1099CategoryAccountMappingQueryRq": "the sandbox prepares no tax forms",
    "SalesTaxReturnQueryRq": _US_BOOKS,
    "SalesTaxReturnLineQueryRq": _US_BOOKS,
}
