"""Any sequence of purchases, payments and their undoing leaves sound books, and nothing once all is gone."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

VENDORS = ("Mill", "Forge")
ACCOUNTS = ("Checking", "Card", "Stock", "Goods", "Rent", "Repairs", "Discounts", "Payables")
HUNDREDTHS = st.integers(1, 5_000).map(lambda cents: f"{cents // 100}.{cents % 100:02d}")


def ref(element: str, name: str) -> str:
    return f"<{element}><FullName>{name}</FullName></{element}>"


@st.composite
def lines(draw: st.DrawFn) -> str:
    """Expense lines and item lines, as a bill has them."""
    expense = [
        f"<ExpenseLineAdd>{ref('AccountRef', 'Rent')}<Amount>{amount}</Amount></ExpenseLineAdd>"
        for amount in draw(st.lists(HUNDREDTHS, max_size=2))
    ]
    item = [
        f"<ItemLineAdd>{ref('ItemRef', 'Bolt')}<Quantity>{quantity}</Quantity><Amount>{amount}</Amount></ItemLineAdd>"
        for quantity, amount in draw(st.lists(st.tuples(st.integers(1, 9), HUNDREDTHS), max_size=2))
    ]
    return "".join(expense + item)


STEPS = st.one_of(
    st.tuples(st.sampled_from(("Bill", "VendorCredit", "ItemReceipt")), st.sampled_from(VENDORS), lines()),
    st.tuples(st.sampled_from(("Check", "CreditCardCharge", "CreditCardCredit")), st.sampled_from(VENDORS), lines()),
    st.tuples(st.just("pay"), st.integers(0, 9), st.tuples(HUNDREDTHS, HUNDREDTHS)),
    st.tuples(st.just("adjust"), st.integers(-9, 9), st.none()),
    st.tuples(st.just("order"), st.sampled_from(VENDORS), st.integers(1, 9)),
    st.tuples(st.just("receive"), st.integers(0, 9), st.booleans()),
    st.tuples(st.just("owe"), st.sampled_from(VENDORS), HUNDREDTHS),
    st.tuples(st.sampled_from(("delete", "void", "clear")), st.integers(0, 30), st.none()),
)


class Run:
    """One sequence: what it made is what later steps pay, change and undo."""

    def __init__(self, buyer: Any) -> None:
        self.buyer = buyer
        self.made: list[tuple[str, Any]] = []

    def add(self, kind: str, children: str) -> None:
        """Make a transaction; one that is refused was nothing."""
        code, message, answer = self.buyer.ask(f"{kind}Add", children)
        assert code in {0, 3120, 3180, 3210}, message
        if code == 0:
            self.made.append((kind, answer[0][1]))

    def step(self, what: str, which: Any, more: Any) -> None:
        """Take one step; those that need something to work on pass where there is nothing."""
        if what == "pay":
            self.pay(which, *more)
        elif what == "adjust":
            line = f"{ref('ItemRef', 'Bolt')}<QuantityAdjustment><QuantityDifference>{which}</QuantityDifference>"
            line = f"<InventoryAdjustmentLineAdd>{line}</QuantityAdjustment></InventoryAdjustmentLineAdd>"
            self.add("InventoryAdjustment", ref("AccountRef", "Repairs") + line)
        elif what == "order":
            line = f"{ref('ItemRef', 'Bolt')}<Quantity>{more}</Quantity>"
            line = f"<PurchaseOrderLineAdd>{line}</PurchaseOrderLineAdd>"
            self.add("PurchaseOrder", ref("VendorRef", which) + line)
        elif what == "receive":
            self.receive(which, as_bill=more)
        elif what == "owe":
            debit = f"<JournalDebitLine>{ref('AccountRef', 'Rent')}<Amount>{more}</Amount></JournalDebitLine>"
            credit = f"{ref('AccountRef', 'Payables')}<Amount>{more}</Amount>{ref('EntityRef', which)}"
            self.add("JournalEntry", f"{debit}<JournalCreditLine>{credit}</JournalCreditLine>")
        elif what in {"delete", "void", "clear"}:
            if self.made:
                self.undo(what, which % len(self.made))
        elif what in {"Bill", "VendorCredit", "ItemReceipt"}:
            self.add(what, ref("VendorRef", which) + more)
        else:
            account = "Checking" if what == "Check" else "Card"
            self.add(what, ref("AccountRef", account) + ref("PayeeEntityRef", which) + more)

    def receive(self, which: int, *, as_bill: bool) -> None:
        """Receive what is still to come of an order."""
        ordered = [ret for kind, ret in self.made if kind == "PurchaseOrder"]
        if ordered:
            order = ordered[which % len(ordered)]
            head = ref("VendorRef", order.child("VendorRef").text("FullName"))
            link = f"<LinkToTxnID>{order.text('TxnID')}</LinkToTxnID>"
            self.add("Bill" if as_bill else "ItemReceipt", head + link)

    def pay(self, which: int, amount: str, discount: str) -> None:
        """Pay part of a bill, take a discount and use a credit, as far as the books allow."""
        bills = [ret for kind, ret in self.made if kind == "Bill"]
        credited = [ret for kind, ret in self.made if kind == "VendorCredit"]
        if not bills:
            return
        bill = bills[which % len(bills)]
        applied = f"<TxnID>{bill.text('TxnID')}</TxnID><PaymentAmount>{amount}</PaymentAmount>"
        if credited and which % 2:
            used = credited[which % len(credited)].text("TxnID")
            applied += f"<SetCredit><CreditTxnID>{used}</CreditTxnID><AppliedAmount>0.50</AppliedAmount></SetCredit>"
        if which % 3:
            applied += f"<DiscountAmount>{discount}</DiscountAmount>{ref('DiscountAccountRef', 'Discounts')}"
        vendor = bill.child("VendorRef").text("FullName")
        head = ref("PayeeEntityRef", vendor) + ref("BankAccountRef", "Checking") + "<IsToBePrinted>true</IsToBePrinted>"
        self.add("BillPaymentCheck", f"{head}<AppliedToTxnAdd>{applied}</AppliedToTxnAdd>")

    def undo(self, what: str, index: int) -> None:
        """Delete or void a transaction, or take its item lines out."""
        kind, ret = self.made[index]
        if what == "clear":
            if kind in {"Bill", "VendorCredit", "Check", "CreditCardCharge"}:
                now = self.buyer.txn(ret, kind)
                children = self.buyer.head(now) + "<ClearItemLines>true</ClearItemLines>"
                code, message, _ = self.buyer.ask(f"{kind}Mod", children)
                assert code in {0, 3210}, message
            return
        if what == "void" and kind == "PurchaseOrder":
            return
        assert getattr(self.buyer, what)(ret, kind) == 0
        if what == "delete":
            del self.made[index]

    def check(self) -> None:
        """The books are sound, and what is payable is what the vendors are owed."""
        assert self.buyer.faults() == []
        owed = sum(float(self.buyer.balance("Vendor", name)) for name in VENDORS)
        assert round(owed, 2) == float(self.buyer.balance("Account", "Payables"))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEPS, max_size=14))
def test_any_sequence_leaves_sound_books(buyer: Any, steps: list[tuple[str, Any, Any]]) -> None:
    run = Run(buyer)
    for step in steps:
        run.step(*step)
    run.check()
    while run.made:
        run.undo("delete", 0)
    run.check()
    assert {name: buyer.balance("Account", name) for name in ACCOUNTS} == dict.fromkeys(ACCOUNTS, "0.00")
    assert buyer.balance("ItemInventory", "Bolt", "QuantityOnHand") == "0"
