"""Selling: estimates, orders, invoices, sales receipts, credit memos and the payments for them."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from .books import Books, Open, Week, due, settle
from .catalog import Product
from .data import data
from .people import Customer
from .requests import Request, ref

Line = dict[str, object]
MOST_LINES = 5


def invoices(books: Books, week: Week, number: int) -> Iterator[Request]:
    """So many invoices, each for somebody who will pay it, most of them, some weeks later."""
    for day in _days(books, week, number):
        buyer = books.rng.choice(books.buyers)
        document = _document(books, day, buyer, "InvoiceLineAdd")
        if books.chance(6):
            kit = books.rng.choice(data("items")["groups"])
            if _kit_in_stock(books, kit):
                document["InvoiceLineGroupAdd"] = {"ItemGroupRef": ref(kit["name"]), "Quantity": 1}
        terms = ref(buyer.terms) if buyer.terms else ref("Net 15")
        fields = {**document, "RefNumber": books.number("invoice"), "TermsRef": terms}
        if buyer.business and books.chance(40):
            fields["PONumber"] = f"PO-{books.rng.randint(2000, 9899)}"
        request = Request("InvoiceAdd", fields, ("TxnID", "BalanceRemaining", "SalesTaxTotal"))
        books.taxed.append(request)
        if not books.chance(2):
            wait = books.rng.randint(14, 55) if buyer.business else books.rng.randint(4, 32)
            pay_on = request.day + timedelta(days=wait)
            books.invoices.append(Open(request, buyer.name, pay_on, "BalanceRemaining", books.chance(9)))
        yield request


def receipts(books: Books, week: Week, number: int) -> Iterator[Request]:
    """So many sales paid on the spot; the money waits to be deposited."""
    for day in _days(books, week, number):
        document = _document(books, day, books.rng.choice(books.buyers), "SalesReceiptLineAdd")
        fields = {**document, "RefNumber": books.number("receipt"), "PaymentMethodRef": _method(books)}
        request = Request("SalesReceiptAdd", fields, ("TxnID", "TotalAmount", "SalesTaxTotal"))
        books.taxed.append(request)
        books.undeposited.append(request)
        yield request


def credit_memos(books: Books, week: Week) -> Iterator[Request]:
    """Now and then a credit for somebody who owes more than it; it is used up with the next payment."""
    for invoice in books.invoices:
        asked = invoice.known and invoice.balance > 400 and invoice.party not in books.credits
        if asked and invoice.pay_on > week.last and books.chance(1.2):
            line = {"ItemRef": ref("Feeding"), "Quantity": 1}
            fields = {"CustomerRef": ref(invoice.party), "TxnDate": week.day(2), "CreditMemoLineAdd": line}
            fields |= {"RefNumber": books.number("credit"), "Memo": "Visit not made"}
            request = Request("CreditMemoAdd", fields, ("TxnID", "CreditRemaining", "TotalAmount"))
            books.credits[invoice.party] = Open(request, invoice.party, week.last, "TotalAmount")
            yield request


def payments(books: Books, week: Week) -> Iterator[Request]:
    """One payment of each customer whose invoices fall due: in full, by halves, with a credit."""
    settled = []
    for party, documents in due(books.invoices, week).items():
        applied, total = [], Decimal(0)
        for document in documents:
            line, amount = _apply(books, document, week)
            applied.append(line)
            total += amount
        settled += [document for document in documents if document.balance <= 0]
        when = max(week.within(document.pay_on) for document in documents)
        fields = {
            "CustomerRef": ref(party),
            "TxnDate": when,
            "TotalAmount": total,
            "AppliedToTxnAdd": applied,
        }
        yield _payment(books, fields)
    books.invoices = settle(books.invoices, settled)
    if books.buyers and books.chance(8):
        buyer = books.rng.choice(books.buyers)
        fields = {"CustomerRef": ref(buyer.name), "TxnDate": week.day(3), "TotalAmount": "150.00"}
        yield _payment(books, {**fields, "Memo": "Payment on account", "IsAutoApply": False})


def _payment(books: Books, fields: dict[str, object]) -> Request:
    numbered = {**fields, "RefNumber": str(books.rng.randint(1100, 9999)), "PaymentMethodRef": _method(books)}
    request = Request("ReceivePaymentAdd", numbered, ("TxnID", "TotalAmount"))
    books.undeposited.append(request)
    return request


def _apply(books: Books, document: Open, week: Week) -> tuple[Line, Decimal]:
    """The line that pays a document, and how much money it takes."""
    credit = books.credits.get(document.party)
    if document.halves:
        document.halves = False
        document.pay_on = week.last + timedelta(days=21)
        amount = (document.balance / 2).quantize(Decimal("1.00"))
        document.paid += amount
        return {"TxnID": document.id, "PaymentAmount": amount}, amount
    amount = document.balance
    document.paid += amount
    if credit and credit.known and credit.balance < amount:
        del books.credits[document.party]
        use = {"CreditTxnID": credit.id, "AppliedAmount": credit.balance}
        amount -= credit.balance
        return {"TxnID": document.id, "PaymentAmount": amount, "SetCredit": use}, amount
    return {"TxnID": document.id, "PaymentAmount": amount}, amount


def estimates(books: Books, week: Week) -> Iterator[Request]:
    """One or two estimates a week, for somebody's plans."""
    for day in _days(books, week, books.rng.randint(1, 2)):
        document = _document(books, day, books.rng.choice(books.buyers), "EstimateLineAdd", reserve=False)
        document.pop("ShipMethodRef", None)
        fields = {**document, "RefNumber": books.number("estimate"), "Memo": "Valid for 30 days"}
        yield Request("EstimateAdd", fields, ("TxnID",))


def orders(books: Books, week: Week) -> Iterator[Request]:
    """Sales orders: only the last weeks have any that are still to be delivered."""
    for day in _days(books, week, 2):
        document = _document(books, day, books.rng.choice(books.buyers), "SalesOrderLineAdd", reserve=False)
        yield Request("SalesOrderAdd", {**document, "RefNumber": books.number("order")}, ("TxnID",))


def _days(books: Books, week: Week, number: int) -> list[date]:
    """As many working days of the week, in order: numbers of documents rise with their dates."""
    return [week.day(day) for day in sorted(books.rng.randint(0, 5) for _ in range(number))]


def _document(books: Books, day: date, buyer: Customer, line_name: str, reserve: bool = True) -> dict[str, object]:
    """What every sales document says. ``reserve`` takes what is sold out of the stock."""
    labor = [_labor(books) for _ in range(books.rng.randint(1, 3))]
    goods = [_goods(books, reserve) for _ in range(books.rng.randint(0, MOST_LINES - len(labor)))]
    lines = [line for line in (*labor, *goods) if line]
    document: dict[str, object] = {
        "CustomerRef": ref(buyer.name),
        "ClassRef": ref("Maintenance:Commercial" if buyer.business else "Maintenance:Residential"),
        "TxnDate": day,
        "ItemSalesTaxRef": ref(buyer.tax),
    }
    if goods and books.chance(30):
        lines.append({"ItemRef": ref("Delivery"), "Quantity": 1})
        document["ShipMethodRef"] = ref("Our Truck")
    if books.chance(8):
        discount = books.rng.choice(["Senior Discount", "Repeat Customer"])
        lines += [{"ItemRef": ref("Subtotal")}, {"ItemRef": ref(discount)}]
    if books.chance(25):
        document["CustomerMsgRef"] = ref(books.rng.choice(data("lists")["customer_messages"]))
    return {**document, line_name: lines}


def _labor(books: Books) -> Line:
    name, text, *_ = books.rng.choice(data("items")["services"])
    hours = books.rng.choice((1.5, 2, 2.5, 3, 4, 5, 6, 8)) if "per hour" in text else 1
    return {"ItemRef": ref(name), "Quantity": hours}


def _goods(books: Books, reserve: bool) -> Line | None:
    """Some of an inventory item that is in stock, or of a material that is not kept in stock."""
    if books.chance(30):
        material = books.rng.choice(data("items")["non_inventory"])[0]
        return {"ItemRef": ref(material), "Quantity": books.rng.choice((1, 1.5, 2, 3, 5))}
    product: Product = books.rng.choice(books.products)
    quantity = books.rng.randint(1, product.largest)
    if reserve:
        if books.stock[product.name] < quantity:
            return None
        books.stock[product.name] -= quantity
    return {"ItemRef": ref(product.name), "Quantity": quantity}


def _kit_in_stock(books: Books, kit: dict[str, list[list[object]]]) -> bool:
    kept = {product.name for product in books.products}
    needed = {str(name): int(str(quantity)) for name, quantity in kit["lines"] if name in kept}
    if any(books.stock[name] < quantity for name, quantity in needed.items()):
        return False
    for name, quantity in needed.items():
        books.stock[name] -= quantity
    return True


def _method(books: Books) -> dict[str, str]:
    return ref(books.rng.choice(["Check", "Check", "Check", "Visa", "MasterCard", "Cash", "Bank Transfer"]))
