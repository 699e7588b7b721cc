"""Inventory adjustments: differences of quantity and value, set against an account."""

from typing import Any

import pytest

HEAD = "<AccountRef><FullName>Repairs</FullName></AccountRef>"


def adjust(said: str, sort: str = "Quantity", item: str = "Bolt") -> str:
    return (
        f"<InventoryAdjustmentLineAdd><ItemRef><FullName>{item}</FullName></ItemRef>"
        f"<{sort}Adjustment>{said}</{sort}Adjustment></InventoryAdjustmentLineAdd>"
    )


@pytest.fixture
def stocked(buyer: Any) -> Any:
    """Ten bolts at 6.00."""
    line = "<ItemRef><FullName>Bolt</FullName></ItemRef><Quantity>10</Quantity><Cost>6.00</Cost>"
    buyer.do("BillAdd", f"<VendorRef><FullName>Mill</FullName></VendorRef><ItemLineAdd>{line}</ItemLineAdd>")
    return buyer


@pytest.mark.parametrize(
    ("line", "quantity", "value", "on_hand", "cost"),
    [
        (adjust("<NewQuantity>7</NewQuantity>"), "-3", "-18.00", "7", "6.00"),
        (adjust("<QuantityDifference>2</QuantityDifference>"), "2", "12.00", "12", "6.00"),
        (adjust("<NewQuantity>0</NewQuantity>"), "-10", "-60.00", "0", "0.00"),
        (adjust("<NewValue>50.00</NewValue>", "Value"), "0", "-10.00", "10", "5.00"),
        (adjust("<NewQuantity>8</NewQuantity><NewValue>40.00</NewValue>", "Value"), "-2", "-20.00", "8", "5.00"),
        (
            adjust("<QuantityDifference>2</QuantityDifference><ValueDifference>1.00</ValueDifference>", "Value"),
            "2",
            "1.00",
            "12",
            "5.08333",
        ),
    ],
)
def test_an_adjustment_is_a_difference(
    stocked: Any, line: str, quantity: str, value: str, on_hand: str, cost: str
) -> None:
    made = stocked.txn(stocked.do("InventoryAdjustmentAdd", HEAD + line), "InventoryAdjustment")
    (shown,) = made.children("InventoryAdjustmentLineRet")
    assert (shown.text("QuantityDifference"), shown.text("ValueDifference")) == (quantity, value)
    assert stocked.balance("ItemInventory", "Bolt", "QuantityOnHand") == on_hand
    assert stocked.balance("ItemInventory", "Bolt", "AverageCost") == cost
    assert stocked.delete(made, "InventoryAdjustment") == 0
    assert stocked.balance("ItemInventory", "Bolt", "QuantityOnHand") == "10"
    assert stocked.balance("Account", "Stock") == "60.00"
    assert stocked.balance("Account", "Repairs") == "0.00"


def test_a_mod_of_the_quantity_values_it_anew(stocked: Any) -> None:
    line = adjust("<QuantityDifference>-1</QuantityDifference>")
    made = stocked.txn(stocked.do("InventoryAdjustmentAdd", HEAD + line), "InventoryAdjustment")
    (shown,) = made.children("InventoryAdjustmentLineRet")
    change = (
        f"<InventoryAdjustmentLineMod><TxnLineID>{shown.text('TxnLineID')}</TxnLineID>"
        "<QuantityDifference>-4</QuantityDifference></InventoryAdjustmentLineMod>"
    )
    stocked.mod(made, "InventoryAdjustment", change)
    assert stocked.balance("Account", "Repairs") == "24.00"
    assert stocked.balance("ItemInventory", "Bolt", "QuantityOnHand") == "6"


def test_what_there_is_none_of_costs_its_purchase_cost(buyer: Any) -> None:
    buyer.do("InventoryAdjustmentAdd", HEAD + adjust("<NewQuantity>2</NewQuantity>"))
    assert buyer.balance("Account", "Stock") == "10.00"


def test_only_inventory_is_adjusted(buyer: Any) -> None:
    line = adjust("<NewQuantity>2</NewQuantity>", item="Mending")
    assert buyer.ask("InventoryAdjustmentAdd", HEAD + line)[0] == 3210
