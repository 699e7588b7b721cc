"""Customers and jobs, vendors, employees, other names, leads and sales representatives."""

from qbconnector.qbxml import Aggregate
from qbconnector.sandbox import ids, money, special
from qbconnector.sandbox.books import Behavior, Books
from qbconnector.sandbox.refusal import refuse
from qbconnector.sandbox.store import Record

from . import opening
from .addresses import blocks

#: The numbers of what has no ListID of its own: notes, leads' contacts and places.
_NUMBERED = {
    "AdditionalNotesRet": "NoteID",
    "LeadContactsRet": "LeadContactID",
    "LocationsRet": "LocationID",
}


class Customer(Behavior):
    """A customer, or a job below one."""

    def fill(self, books: Books, record: Record, request: Aggregate) -> None:
        fields = record.fields
        if not request.has("EditSequence") and not fields.has("ParentRef"):
            _sales_tax(books, fields)
        defaults = {
            "Balance": "0.00",
            "TotalBalance": "0.00",
            "JobStatus": "None",
            "PreferredDeliveryMethod": "None",
        }
        _default(fields, defaults)
        blocks(fields, ("BillAddress", "ShipAddress"))
        _mask_card(fields)
        _people(books, record)

    def added(self, books: Books, record: Record, request: Aggregate) -> None:
        if amount := money.cents(request.text("OpenBalance")):
            opening.customer(books, record, amount, request.text("OpenBalanceDate"))


class Vendor(Behavior):
    """A vendor."""

    def fill(self, books: Books, record: Record, request: Aggregate) -> None:
        fields = record.fields
        if not request.has("EditSequence"):
            fields.put("NameOnCheck", fields.text("NameOnCheck") or fields.text("CompanyName") or fields.text("Name"))
        _default(fields, {"Balance": "0.00", "IsVendorEligibleFor1099": "false"})
        blocks(fields, ("VendorAddress",))
        _people(books, record)

    def added(self, books: Books, record: Record, request: Aggregate) -> None:
        if amount := money.cents(request.text("OpenBalance")):
            opening.vendor(books, record, amount, request.text("OpenBalanceDate"))


class Employee(Behavior):
    """An employee, called by first, middle and last name."""

    def fill(self, books: Books, record: Record, request: Aggregate) -> None:
        fields = record.fields
        names = [fields.text(part) for part in ("FirstName", "MiddleName", "LastName")]
        if not any(names) and not fields.text("Name"):
            refuse(3150, element="FirstName")
        if any(names):
            fields.put("Name", " ".join(name for name in names if name))
        pay = fields.child("EmployeePayrollInfo")
        if pay is not None and pay.has("ClearEarnings"):
            pay.drop("ClearEarnings", *(["Earnings"] if pay.text("ClearEarnings") == "true" else []))
        _default(fields, {"EmployeeType": "Regular", "PrintAs": fields.text("Name")})
        _people(books, record)


class OtherName(Behavior):
    """A name that is neither customer nor vendor nor employee."""

    def fill(self, books: Books, record: Record, request: Aggregate) -> None:
        blocks(record.fields, ("OtherNameAddress",))


class Lead(Behavior):
    """A lead; the first of its locations is the main one."""

    def fill(self, books: Books, record: Record, request: Aggregate) -> None:
        fields = record.fields
        _default(fields, {"Status": "Hot"})
        for number, place in enumerate(fields.children("LocationsRet")):
            place.put("MainAddress", "true" if number == 0 else "false")
        _people(books, record)


def _default(fields: Aggregate, texts: dict[str, str]) -> None:
    """Set what is not there."""
    for name, text in texts.items():
        if not fields.has(name):
            fields.append((name, text))


def _sales_tax(books: Books, fields: Aggregate) -> None:
    """A new customer is taxed as the preferences say (MEMORY: unverified), a job as the customer above it."""
    defaults = {
        "SalesTaxCodeRef": "DefaultTaxableSalesTaxCodeRef",
        "ItemSalesTaxRef": "DefaultItemSalesTaxRef",
    }
    for name, preference in defaults.items():
        if not fields.has(name):
            key = special.preferred(books, "SalesTaxPreferences", preference)
            if key is not None:
                fields.append((name, books.refs.reference(key)))


def _mask_card(fields: Aggregate) -> None:
    """Of a credit card's number only the last four digits are kept (that QuickBooks masks it so is MEMORY)."""
    card = fields.child("CreditCardInfo")
    if card is not None and (number := card.text("CreditCardNumber")):
        card.put("CreditCardNumber", "x" * (len(number) - 4) + number[-4:])


def _people(books: Books, record: Record) -> None:
    """Identify contacts, notes and places; those that a Mod brings back keep what identifies them."""
    for contact in record.fields.children("ContactsRet"):
        _identify_contact(books, record, contact)
    for name, identity in _NUMBERED.items():
        rows = record.fields.children(name)
        last = max((int(row.text(identity) or 0) for row in rows), default=0)
        for row in rows:
            if not row.text(identity):
                last += 1
                row.put(identity, str(last))
            if name == "AdditionalNotesRet" and not row.has("Date"):
                row.put("Date", books.today)


def _identify_contact(books: Books, record: Record, contact: Aggregate) -> None:
    now = books.epoch
    if not contact.text("ListID"):
        key = ids.LIST_BASE + books.store.take("List")
        contact.put("ListID", ids.ref_id(key, now))
    if ids.key_of(contact.text("ListID")) is None:
        refuse(3000, value=contact.text("ListID"), field="ListID")
    created = int(contact.text("ListID").rpartition("-")[2])
    contact.put("TimeCreated", books.timestamp(created))
    if not contact.text("TimeModified"):
        contact.put("TimeModified", books.timestamp(max(now, created)))
        contact.put("EditSequence", str(max(now, created)))
    names = (contact.text(part) for part in ("FirstName", "MiddleName", "LastName"))
    contact.put("Contact", " ".join(name for name in names if name))


BEHAVIORS = {
    "Customer": Customer(),
    "Vendor": Vendor(),
    "Employee": Employee(),
    "OtherName": OtherName(),
    "Lead": Lead(),
}
