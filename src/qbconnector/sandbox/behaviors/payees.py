"""What a transaction copies from whom it pays: address and terms."""

from dataclasses import dataclass

from qbconnector.qbxml import Aggregate
from qbconnector.sandbox.books import Books
from qbconnector.sandbox.store import Record

from .facts import reference

_ADDRESSES = {
    "Customer": "BillAddress",
    "Employee": "EmployeeAddress",
    "OtherName": "OtherNameAddress",
    "Vendor": "VendorAddress",
}


@dataclass(frozen=True, slots=True)
class Payee:
    """A vendor, customer, employee or other name."""

    address: Aggregate | None
    terms: int | None


def payee(books: Books, key: int) -> Payee:
    """What there is to copy from one who is paid."""
    return books.fact(_payee, key)


def _payee(books: Books, record: Record) -> Payee:
    return Payee(
        record.fields.child(_ADDRESSES[record.kind.name]),
        reference(record.fields, "TermsRef"),
    )


def copy(fields: Aggregate, request: Aggregate, name: str, value: Aggregate | None) -> None:
    """Take one of the payee's elements over, unless the request says what stands there."""
    if not request.has(name):
        fields.drop(name)
        if value is not None:
            fields.append((name, value.clone()))
