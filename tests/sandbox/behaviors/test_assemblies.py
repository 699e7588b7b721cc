"""Builds: what they take from the stock, what they add, and what waits."""

from typing import Any

import pytest

GATE = """<Name>Gate</Name><IncomeAccountRef><FullName>Sales</FullName></IncomeAccountRef>
<COGSAccountRef><FullName>Goods</FullName></COGSAccountRef><AssetAccountRef><FullName>Stock</FullName></AssetAccountRef>
<ItemInventoryAssemblyLine><ItemInventoryRef><FullName>Bolt</FullName></ItemInventoryRef><Quantity>3</Quantity>
</ItemInventoryAssemblyLine>"""
REF = "<ItemInventoryAssemblyRef><FullName>Gate</FullName></ItemInventoryAssemblyRef>"


@pytest.fixture
def yard(buyer: Any) -> Any:
    """Ten bolts at 6.00, and a gate that needs three."""
    buyer.do("ItemInventoryAssemblyAdd", GATE)
    line = "<ItemRef><FullName>Bolt</FullName></ItemRef><Quantity>10</Quantity><Cost>6.00</Cost>"
    buyer.do("BillAdd", f"<VendorRef><FullName>Mill</FullName></VendorRef><ItemLineAdd>{line}</ItemLineAdd>")
    return buyer


def build(quantity: str, more: str = "") -> str:
    return f"{REF}<QuantityToBuild>{quantity}</QuantityToBuild>{more}"


def stock(buyer: Any) -> tuple[str, str, str]:
    return (
        buyer.balance("ItemInventory", "Bolt", "QuantityOnHand"),
        buyer.balance("ItemInventoryAssembly", "Gate", "QuantityOnHand"),
        buyer.balance("ItemInventoryAssembly", "Gate", "AverageCost"),
    )


def test_a_build_moves_value_from_its_components(yard: Any) -> None:
    made = yard.do("BuildAssemblyAdd", build("2"))
    assert (made.text("IsPending"), made.text("QuantityCanBuild"), made.text("QuantityOnHand")) == ("false", "3", "2")
    assert stock(yard) == ("4", "2", "18.00")
    assert yard.balance("Account", "Stock") == "60.00"
    query = f"<TxnID>{made.text('TxnID')}</TxnID>"
    assert yard.query("BuildAssemblyQuery", query)[0].children("ComponentItemLineRet") == []
    query += "<IncludeComponentLineItems>true</IncludeComponentLineItems>"
    (line,) = yard.query("BuildAssemblyQuery", query)[0].children("ComponentItemLineRet")
    assert (line.text("QuantityOnHand"), line.text("QuantityNeeded")) == ("10", "6")
    assert yard.delete(made, "BuildAssembly") == 0
    assert stock(yard) == ("10", "0", "0.00")


def test_a_build_that_lacks_components_waits_if_it_may(yard: Any) -> None:
    assert yard.ask("BuildAssemblyAdd", build("4"))[0] == 3180
    made = yard.do("BuildAssemblyAdd", build("4", "<MarkPendingIfRequired>true</MarkPendingIfRequired>"))
    assert made.text("IsPending") == "true"
    assert stock(yard) == ("10", "0", "0.00")
    removed = "<RemovePending>true</RemovePending>"
    assert yard.ask("BuildAssemblyMod", yard.head(made) + removed)[0] == 3180
    made = yard.mod(made, "BuildAssembly", f"<QuantityToBuild>3</QuantityToBuild>{removed}")
    assert made.text("IsPending") == "false"
    assert stock(yard) == ("1", "3", "18.00")


def test_how_many_can_be_built(yard: Any) -> None:
    query = f"<ItemAssembliesCanBuildQueryRq>{REF}<TxnDate>2026-03-16</TxnDate></ItemAssembliesCanBuildQueryRq>"
    assert yard.codes(query) == [0]
    (found,) = yard.query("ItemAssembliesCanBuildQuery", REF + "<TxnDate>2026-03-16</TxnDate>")
    assert found.text("QuantityCanBuild") == "3"


def test_nothing_is_no_build(yard: Any) -> None:
    assert yard.ask("BuildAssemblyAdd", build("0"))[0] == 3210
