"""The bank and the general ledger: deposits, checks, card statements, payroll and month ends."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from .books import Books, Week, cents
from .data import data
from .requests import Request, ref

LINES_OF_A_DEPOSIT = 50
PAY_EVERY_DAYS = 14
PAYDAY = 3
STATEMENT_DAY = 27


def opening(day: date) -> Request:
    """The journal entry the books begin with."""
    amounts = {account: Decimal(amount) for account, amount in data("trade")["opening"]}
    return _journal(day, "Opening balances", amounts)


def deposits(books: Books, week: Week) -> Iterator[Request]:
    """Takes the money that was received up to last week to the bank."""
    waiting = [request for request in books.undeposited if request.answer]
    books.undeposited = [request for request in books.undeposited if not request.answer]
    for start in range(0, len(waiting), LINES_OF_A_DEPOSIT):
        part = waiting[start : start + LINES_OF_A_DEPOSIT]
        lines = [{"PaymentTxnID": request.answer["TxnID"]} for request in part]
        fields = {"TxnDate": week.first, "DepositToAccountRef": ref("Checking"), "DepositLineAdd": lines}
        yield Request("DepositAdd", fields, ("TxnID",))


def checks(books: Books, week: Week) -> Iterator[Request]:
    """The checks of every month, and one to each card for what was charged to it."""
    for number, payee, memo, splits in data("trade")["checks"]:
        for day in week.month_days(number):
            yield _check(books, day, payee, memo, dict(splits))
    for day in week.month_days(STATEMENT_DAY):
        for card, charged in books.charged.items():
            yield _check(books, day, "First Marlow Bank", f"{card} statement", {card: str(charged)})
        books.charged.clear()


def sales_tax(books: Books, week: Week) -> Iterator[Request]:
    """Every month a check for the sales tax of everything sold up to last week."""
    agency = data("trade")["sales_tax"]
    for day in week.month_days(agency["day"]):
        sold = [request for request in books.taxed if request.answer]
        books.taxed = [request for request in books.taxed if not request.answer]
        tax = sum((Decimal(request.answer.get("SalesTaxTotal", "0")) for request in sold), Decimal(0))
        if tax > 0:
            yield _check(books, day, agency["payee"], "Sales tax", {agency["account"]: str(tax)})


def _check(books: Books, day: date, payee: str, memo: str, splits: dict[str, str]) -> Request:
    lines = [{"AccountRef": ref(account), "Amount": amount} for account, amount in splits.items()]
    fields = {"AccountRef": ref("Checking"), "PayeeEntityRef": ref(payee), "TxnDate": day, "Memo": memo}
    fields |= {"RefNumber": books.number("check"), "ExpenseLineAdd": lines}
    return Request("CheckAdd", fields, ("TxnID",))


def payroll(week: Week, opened: date) -> Iterator[Request]:
    """Wages every other week as a journal entry: gross, what is withheld and what is paid."""
    if (week.first - opened).days % PAY_EVERY_DAYS:
        return
    day = week.day(PAYDAY)
    hours, percent = data("trade")["hours"][day.month - 1], data("trade")["withheld_percent"]
    gross = sum(Decimal(wage) * hours for *_, wage in data("people")["employees"])
    withheld = cents(gross * percent / 100)
    taxes = cents(gross * Decimal("0.0765"))
    amounts = {"Payroll:Wages": gross, "Payroll:Payroll Taxes": taxes}
    amounts |= {"Payroll Liabilities": -(withheld + taxes), "Checking": withheld - gross}
    yield _journal(day, "Payroll", amounts)


def month_end(week: Week) -> Iterator[Request]:
    """Depreciation and insurance used, on the last day of the month."""
    for first in week.month_days(1):
        for debit, credit, amount, memo in data("trade")["month_end"]:
            value = Decimal(amount)
            yield _journal(first - timedelta(days=1), memo, {debit: value, credit: -value})


def _journal(day: date, memo: str, amounts: dict[str, Decimal]) -> Request:
    """A journal entry of signed amounts, debits positive, that add up to nothing."""
    lines: dict[str, list[dict[str, object]]] = {"JournalDebitLine": [], "JournalCreditLine": []}
    for account, amount in amounts.items():
        side = "JournalDebitLine" if amount > 0 else "JournalCreditLine"
        lines[side].append({"AccountRef": ref(account), "Amount": abs(cents(amount)), "Memo": memo})
    return Request("JournalEntryAdd", {"TxnDate": day, **lines}, ("TxnID",))
