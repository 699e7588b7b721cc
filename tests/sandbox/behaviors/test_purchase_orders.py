"""Purchase orders, and the bills and item receipts that receive them."""

from typing import Any

import pytest

MILL = "<VendorRef><FullName>Mill</FullName></VendorRef>"


def line(item: str, quantity: str, more: str = "") -> str:
    return (
        f"<PurchaseOrderLineAdd><ItemRef><FullName>{item}</FullName></ItemRef><Quantity>{quantity}</Quantity>{more}"
        "</PurchaseOrderLineAdd>"
    )


@pytest.fixture
def order(buyer: Any) -> Any:
    """Ten bolts at 4.00 and one mending."""
    lines = line("Bolt", "10", "<Rate>4.00</Rate>") + line("Mending", "1")
    return buyer.do("PurchaseOrderAdd", MILL + lines)


def now(buyer: Any, order: Any) -> Any:
    query = f"<TxnID>{order.text('TxnID')}</TxnID><IncludeLineItems>true</IncludeLineItems>"
    return buyer.query("PurchaseOrderQuery", query + "<IncludeLinkedTxns>true</IncludeLinkedTxns>")[0]


def received(buyer: Any, order: Any) -> list[str]:
    return [one.text("ReceivedQuantity") for one in now(buyer, order).children("PurchaseOrderLineRet")]


def whole(order: Any) -> str:
    return f"<LinkToTxnID>{order.text('TxnID')}</LinkToTxnID>"


def part(buyer: Any, order: Any, quantity: str) -> str:
    first = now(buyer, order).children("PurchaseOrderLineRet")[0].text("TxnLineID")
    link = f"<LinkToTxn><TxnID>{order.text('TxnID')}</TxnID><TxnLineID>{first}</TxnLineID></LinkToTxn>"
    return f"<ItemLineAdd><Quantity>{quantity}</Quantity>{link}</ItemLineAdd>"


def test_an_order_posts_nothing(buyer: Any, order: Any) -> None:
    assert (order.text("TotalAmount"), order.text("RefNumber")) == ("80.00", "1")
    assert order.text("IsFullyReceived") == "false"
    assert order.child("VendorAddressBlock").text("Addr2") == "Marlow, OH 44000"
    bolts, mending = now(buyer, order).children("PurchaseOrderLineRet")
    assert (bolts.text("Amount"), bolts.text("Desc"), bolts.text("UnbilledQuantity")) == ("40.00", "A bolt", "10")
    assert (mending.text("Rate"), mending.text("ReceivedQuantity")) == ("40.00", "0")
    assert buyer.balance("Account", "Payables") == "0.00"


def test_a_group_is_written_out(buyer: Any) -> None:
    kit = "<ItemGroupRef><FullName>Kit</FullName></ItemGroupRef><Quantity>{}</Quantity>"
    group = f"<PurchaseOrderLineGroupAdd>{kit.format(2)}</PurchaseOrderLineGroupAdd>"
    order = now(buyer, buyer.do("PurchaseOrderAdd", MILL + group))
    (line,) = order.children("PurchaseOrderLineGroupRet")
    assert [one.text("Quantity") for one in line.children("PurchaseOrderLineRet")] == ["8", "1"]
    change = f"<TxnLineID>{line.text('TxnLineID')}</TxnLineID><Quantity>1</Quantity>"
    change = f"<PurchaseOrderLineGroupMod>{change}</PurchaseOrderLineGroupMod>"
    assert buyer.mod(order, "PurchaseOrder", change).text("TotalAmount") == "40.00"


def test_a_bill_takes_the_lines_of_an_order_over(buyer: Any, order: Any) -> None:
    bill = buyer.txn(buyer.do("BillAdd", MILL + whole(order)), "Bill")
    assert bill.text("AmountDue") == "80.00"
    assert [(one.text("Quantity"), one.text("Cost")) for one in bill.children("ItemLineRet")] == [
        ("10", "4.00"),
        ("1", "40.00"),
    ]
    (link,) = bill.children("LinkedTxn")
    assert (link.text("TxnType"), link.text("LinkType")) == ("PurchaseOrder", "QUANTYPE")
    done = now(buyer, order)
    assert done.text("IsFullyReceived") == "true"
    assert [one.text("IsBilled") for one in done.children("PurchaseOrderLineRet")] == ["true", "true"]
    assert [link.text("TxnID") for link in done.children("LinkedTxn")] == [bill.text("TxnID")]
    assert buyer.ask("BillAdd", MILL + whole(order))[0] == 3120
    assert buyer.balance("ItemInventory", "Bolt", "AverageCost") == "4.00"


def test_an_order_arrives_in_parts(buyer: Any, order: Any) -> None:
    receipt = buyer.do("ItemReceiptAdd", MILL + part(buyer, order, "3"))
    assert receipt.text("TotalAmount") == "12.00"
    assert received(buyer, order) == ["3", "0"]
    assert now(buyer, order).children("PurchaseOrderLineRet")[0].text("UnbilledQuantity") == "10"
    assert len(buyer.txn(receipt, "ItemReceipt").children("LinkedTxn")) == 1
    buyer.do("BillAdd", MILL + part(buyer, order, "2"))
    assert received(buyer, order) == ["5", "0"]
    rest = buyer.txn(buyer.do("BillAdd", MILL + whole(order)), "Bill")
    assert [one.text("Quantity") for one in rest.children("ItemLineRet")] == ["5", "1"]
    assert now(buyer, order).text("IsFullyReceived") == "true"


@pytest.mark.parametrize("undo", ["delete", "void"])
def test_an_order_waits_again_when_its_bill_is_gone(buyer: Any, order: Any, undo: str) -> None:
    bill = buyer.do("BillAdd", MILL + whole(order))
    assert getattr(buyer, undo)(bill, "Bill") == 0
    assert received(buyer, order) == ["0", "0"]
    assert now(buyer, order).text("IsFullyReceived") == "false"
    assert now(buyer, order).children("LinkedTxn") == []


def test_a_bill_survives_its_order_and_its_own_change(buyer: Any, order: Any) -> None:
    bill = buyer.do("BillAdd", MILL + part(buyer, order, "4"))
    bill = buyer.mod(bill, "Bill", "<Memo>Four came</Memo>")
    assert received(buyer, order) == ["4", "0"]
    assert buyer.delete(order, "PurchaseOrder") == 0
    assert buyer.txn(bill, "Bill").children("LinkedTxn") == []
    assert buyer.balance("Vendor", "Mill") == "16.00"


def test_only_open_orders_to_the_vendor_are_received(buyer: Any, order: Any) -> None:
    forge = MILL.replace("Mill", "Forge")
    assert buyer.ask("BillAdd", forge + whole(order))[0] == 3120
    assert buyer.ask("BillAdd", MILL + "<LinkToTxnID>nothing</LinkToTxnID>")[0] == 3000
    unknown = part(buyer, order, "1").replace("<TxnLineID>", "<TxnLineID>F")
    assert buyer.ask("BillAdd", MILL + unknown)[0] == 3120
    buyer.mod(now(buyer, order), "PurchaseOrder", "<IsManuallyClosed>true</IsManuallyClosed>")
    assert buyer.ask("BillAdd", MILL + whole(order))[0] == 3120


def test_a_closed_line_is_waited_for_no_more(buyer: Any, order: Any) -> None:
    found = now(buyer, order)
    bolts, mending = (one.text("TxnLineID") for one in found.children("PurchaseOrderLineRet"))
    closed = "<IsManuallyClosed>true</IsManuallyClosed>"
    lines = f"<PurchaseOrderLineMod><TxnLineID>{bolts}</TxnLineID>{closed}</PurchaseOrderLineMod>"
    lines += f"<PurchaseOrderLineMod><TxnLineID>{mending}</TxnLineID></PurchaseOrderLineMod>"
    buyer.mod(found, "PurchaseOrder", lines)
    bill = buyer.txn(buyer.do("BillAdd", MILL + whole(order)), "Bill")
    assert [one.text("Quantity") for one in bill.children("ItemLineRet")] == ["1"]
    assert now(buyer, order).text("IsFullyReceived") == "true"


def test_what_is_still_to_come_is_on_order(buyer: Any, order: Any) -> None:
    def on_order() -> str:
        return str(buyer.balance("ItemInventory", "Bolt", "QuantityOnOrder"))

    assert on_order() == "10"
    second = buyer.do("PurchaseOrderAdd", MILL + line("Bolt", "5"))
    assert on_order() == "15"
    bill = buyer.do("BillAdd", MILL + part(buyer, order, "4"))
    assert on_order() == "11"
    assert buyer.delete(second, "PurchaseOrder") == 0
    assert on_order() == "6"
    assert buyer.delete(bill, "Bill") == 0
    assert on_order() == "10"
    bolts, mending = (one.text("TxnLineID") for one in now(buyer, order).children("PurchaseOrderLineRet"))
    kept = f"<PurchaseOrderLineMod><TxnLineID>{mending}</TxnLineID></PurchaseOrderLineMod>"
    buyer.mod(order, "PurchaseOrder", kept)
    assert bolts
    assert on_order() == "0"
