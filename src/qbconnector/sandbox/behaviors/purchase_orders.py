"""Purchase orders: what is asked of a vendor. They post nothing; what has arrived of them follows from links."""

from qbconnector.qbxml import Aggregate
from qbconnector.sandbox import money, orders
from qbconnector.sandbox.books import Behavior, Books
from qbconnector.sandbox.refusal import refuse
from qbconnector.sandbox.store import Record

from . import facts, purchase_lines
from .addresses import blocks
from .facts import reference
from .numbering import number
from .payees import copy, payee
from .purchase_lines import ORDERED
from .sales import template

#: What an order says when nobody else does. That it is to be printed is MEMORY: unverified.
_DEFAULTS = {"IsManuallyClosed": "false", "IsToBePrinted": "true", "IsToBeEmailed": "false"}


class PurchaseOrder(Behavior):
    """A purchase order."""

    def changes(self, books: Books, record: Record, changes: Aggregate) -> Aggregate:
        """Note what was on order before: a Mod may take it off."""
        books.links.ordered |= orders.items(record.fields)
        return changes

    def fill(self, books: Books, record: Record, request: Aggregate) -> None:
        fields = record.fields
        number(books, record, request, record.kind.name)
        self._head(books, record, request)
        if not (fields.has(ORDERED.item) or fields.has(ORDERED.group)):
            refuse(3150, element="PurchaseOrderLineAdd")
        for group in fields.children(ORDERED.group):
            key = reference(group, "ItemGroupRef")
            prints = key is not None and facts.item(books, key).prints_lines
            group.put("IsPrintItemsInGroup", "true" if prints else "false")
        record.total = purchase_lines.complete(books, fields, request, ORDERED)
        fields.put("TotalAmount", money.amount(record.total))
        books.links.dirty.add(record.key)

    def _head(self, books: Books, record: Record, request: Aggregate) -> None:
        """Set what follows from the vendor, the company and the date."""
        fields = record.fields
        vendor = reference(fields, "VendorRef")
        if vendor is not None and vendor != record.entity:
            known = payee(books, vendor)
            copy(fields, request, "VendorAddress", known.address)
            copy(fields, request, "TermsRef", books.refs.reference(known.terms) if known.terms else None)
        if not fields.has("ShipAddress") and not fields.has("ShipToEntityRef"):
            copy(fields, request, "ShipAddress", books.singleton("Company").child("Address"))
        form = template(books, record.kind.name)
        if form is not None and not fields.has("TemplateRef"):
            fields.append(("TemplateRef", books.refs.reference(form)))
        blocks(fields, ("VendorAddress", "ShipAddress"))
        texts = {**_DEFAULTS, "DueDate": fields.text("TxnDate"), "ExpectedDate": fields.text("TxnDate")}
        for name, text in texts.items():
            if not fields.has(name):
                fields.append((name, text))


BEHAVIORS = {"PurchaseOrder": PurchaseOrder()}
