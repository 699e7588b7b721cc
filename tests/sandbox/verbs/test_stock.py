"""Items by bar code, and what there is of each."""

import pytest

from qbconnector.sandbox.company import Company
from tests.sandbox.conftest import Ask

ACCOUNTS = "".join(
    f"<AccountAddRq><AccountAdd><Name>{name}</Name><AccountType>{kind}</AccountType></AccountAdd></AccountAddRq>"
    for name, kind in (("Sales", "Income"), ("Goods", "CostOfGoodsSold"), ("Stock", "OtherCurrentAsset"))
)


def bolt(name: str, code: str, more: str = "") -> str:
    return (
        f"<ItemInventoryAddRq><ItemInventoryAdd><Name>{name}</Name><BarCode><BarCodeValue>{code}</BarCodeValue></BarCode>"
        "<IncomeAccountRef><FullName>Sales</FullName></IncomeAccountRef><PurchaseCost>2.00</PurchaseCost>"
        "<COGSAccountRef><FullName>Goods</FullName></COGSAccountRef><AssetAccountRef><FullName>Stock</FullName>"
        f"</AssetAccountRef>{more}</ItemInventoryAdd></ItemInventoryAddRq>"
    )


@pytest.fixture(autouse=True)
def _items(ask: Ask) -> None:
    more = "<ReorderPoint>3</ReorderPoint><QuantityOnHand>10</QuantityOnHand>"
    assert set(ask(ACCOUNTS + bolt("Long", "A&amp;1") + bolt("Short", "B2", more)).codes) == {0}


@pytest.mark.parametrize(
    ("codes", "names"), [([], ["Long", "Short"]), (["A&amp;1"], ["Long"]), (["B2", "C3"], ["Short"]), (["C3"], [])]
)
def test_items_by_bar_code(ask: Ask, codes: list[str], names: list[str]) -> None:
    wanted = "".join(f"<BarCodeValue>{code}</BarCodeValue>" for code in codes)
    answers = ask(f"<BarCodeQueryRq>{wanted}</BarCodeQueryRq>")
    assert [one.text("FullName") for one in answers[0][2].children("BarCodeRet")] == names


def test_what_there_is_of_each_item(ask: Ask, company: Company) -> None:
    found = ask("<ItemSitesQueryRq/>")[0][2].children("ItemSitesRet")
    assert [one.text("QuantityOnHand") for one in found] == ["0", "10"]
    assert found[1].text("ReorderLevel") == "3"
    assert company.verify() == []


def test_what_there_is_of_one_item(ask: Ask) -> None:
    only = "<ItemSiteFilter><ItemFilter><FullName>Short</FullName></ItemFilter></ItemSiteFilter>"
    found = ask(f"<ItemSitesQueryRq>{only}</ItemSitesQueryRq>")[0][2].children("ItemSitesRet")
    assert [one.text("QuantityOnHand") for one in found] == ["10"]
    assert ask("<ItemSitesQueryRq><ItemTypeFilter>Assembly</ItemTypeFilter></ItemSitesQueryRq>").codes == [1]


def test_page_by_page(ask: Ask) -> None:
    start = ask('<ItemSitesQueryRq iterator="Start"><MaxReturned>1</MaxReturned></ItemSitesQueryRq>')
    assert start[0][1]["iteratorRemainingCount"] == "1"
