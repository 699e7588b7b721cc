"""Buying: bills, card charges, orders to vendors and the payments of bills."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from math import ceil

from .books import Books, Open, Week, due, settle
from .data import data
from .requests import Request, ref

STOCK_FOR_WEEKS = 3
USUAL_WEEK = 9
"""The invoices a week that the reorder points were written for."""


def restock(books: Books, week: Week) -> Iterator[Request]:
    """Bills for what runs out, one for each vendor: a week's sales are bought before they are sold."""
    scale = max(1.0, books.weekly / USUAL_WEEK)
    wanted: defaultdict[str, list[dict[str, object]]] = defaultdict(list)
    for product in books.products:
        point = ceil(product.reorder * scale)
        if books.stock[product.name] < point:
            quantity = point * STOCK_FOR_WEEKS - books.stock[product.name]
            books.stock[product.name] += quantity
            wanted[product.vendor].append({"ItemRef": ref(product.name), "Quantity": quantity, "Cost": product.cost})
    for vendor, lines in wanted.items():
        yield _bill(books, vendor, week.first, "ItemLineAdd", lines)


def bills(books: Books, week: Week) -> Iterator[Request]:
    """The bills of every month, and subcontractors' bills for jobs."""
    for number, vendor, account, amount, variation, memo in data("trade")["bills"]:
        for day in week.month_days(number):
            line = {"AccountRef": ref(account), "Amount": books.about(amount, variation), "Memo": memo}
            yield _bill(books, vendor, day, "ExpenseLineAdd", [{**line, "ClassRef": ref("Overhead")}])
    works = [buyer for buyer in books.buyers if ":" in buyer.name]
    if works and books.chance(55):
        vendor, account, amount, variation, memo = books.rng.choice(data("trade")["subcontracts"])
        line = {"AccountRef": ref(account), "Amount": books.about(amount, variation), "Memo": memo}
        job = {"CustomerRef": ref(books.rng.choice(works).name), "BillableStatus": "NotBillable"}
        yield _bill(books, vendor, week.day(3), "ExpenseLineAdd", [{**line, **job}])


def _bill(books: Books, vendor: str, day: date, kind: str, lines: list[dict[str, object]]) -> Request:
    initials = "".join(word[0] for word in vendor.split() if word[0].isalpha())
    number = f"{initials}-{books.rng.randint(1000, 9999)}"
    fields = {"VendorRef": ref(vendor), "TxnDate": day, "RefNumber": number, kind: lines}
    request = Request("BillAdd", fields, ("TxnID", "AmountDue"))
    pay_on = day + timedelta(days=books.rng.randint(9, 30))
    books.bills.append(Open(request, vendor, pay_on, "AmountDue"))
    return request


def bill_payments(books: Books, week: Week) -> Iterator[Request]:
    """One payment to each vendor whose bills fall due: by check, or by card."""
    paid = due(books.bills, week)
    for vendor, documents in paid.items():
        applied = [{"TxnID": one.id, "PaymentAmount": one.balance} for one in documents]
        fields = {"PayeeEntityRef": ref(vendor), "TxnDate": week.day(4), "AppliedToTxnAdd": applied}
        if books.chance(15):
            books.charged["Business Card"] += sum(one.balance for one in documents)
            card = {"CreditCardAccountRef": ref("Business Card")}
            yield Request("BillPaymentCreditCardAdd", {**fields, **card}, ("TxnID",))
        else:
            check = {"BankAccountRef": ref("Checking"), "RefNumber": books.number("check")}
            yield Request("BillPaymentCheckAdd", {**fields, **check}, ("TxnID",))
    books.bills = settle(books.bills, [one for documents in paid.values() for one in documents])


def charges(books: Books, week: Week) -> Iterator[Request]:
    """What is paid by card every week."""
    for card, payee, account, amount, variation, memo in data("trade")["charges"]:
        charged = books.about(amount, variation)
        books.charged[card] += charged
        fields = {"AccountRef": ref(card), "PayeeEntityRef": ref(payee), "TxnDate": week.day(2), "Memo": memo}
        line = {"AccountRef": ref(account), "Amount": charged}
        yield Request("CreditCardChargeAdd", {**fields, "ExpenseLineAdd": line}, ("TxnID",))


def orders(books: Books, week: Week) -> Iterator[Request]:
    """Purchase orders on their way: only the last weeks have any that have not arrived."""
    for product in books.rng.sample(books.products, 2):
        line = {"ItemRef": ref(product.name), "Quantity": product.reorder, "Rate": product.cost}
        fields = {"VendorRef": ref(product.vendor), "TxnDate": week.day(1), "PurchaseOrderLineAdd": line}
        arrives = {
            "ExpectedDate": week.last + timedelta(days=20),
            "RefNumber": books.number("purchase order"),
        }
        yield Request("PurchaseOrderAdd", {**fields, **arrives}, ("TxnID",))
