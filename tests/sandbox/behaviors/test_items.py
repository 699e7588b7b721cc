"""Items: the accounts they need, bar codes, members, opening stock."""

import pytest

from qbconnector.qbxml import Aggregate
from qbconnector.sandbox.company import Company
from tests.sandbox.conftest import Ask, Clock

ACCOUNTS = "".join(
    f"<AccountAddRq><AccountAdd><Name>{name}</Name><AccountType>{kind}</AccountType></AccountAdd></AccountAddRq>"
    for name, kind in (
        ("Sales", "Income"),
        ("Goods", "CostOfGoodsSold"),
        ("Stock", "OtherCurrentAsset"),
        ("Debtors", "AccountsReceivable"),
        ("Bank", "Bank"),
    )
)


def ref(name: str, target: str) -> str:
    return f"<{name}><FullName>{target}</FullName></{name}>"


def item(kind: str, name: str, children: str) -> str:
    return f"<{kind}AddRq><{kind}Add><Name>{name}</Name>{children}</{kind}Add></{kind}AddRq>"


def mod(kind: str, ret: Aggregate, children: str) -> str:
    head = f"<ListID>{ret.text('ListID')}</ListID><EditSequence>{ret.text('EditSequence')}</EditSequence>"
    return f"<{kind}ModRq><{kind}Mod>{head}{children}</{kind}Mod></{kind}ModRq>"


def service(account: str = "Sales") -> str:
    return f"<SalesOrPurchase><Price>40.00</Price>{ref('AccountRef', account)}</SalesOrPurchase>"


def stocked(income: str = "Sales", cogs: str = "Goods", asset: str = "Stock", more: str = "") -> str:
    return (
        f"<SalesPrice>9.00</SalesPrice>{ref('IncomeAccountRef', income)}<PurchaseCost>5.00</PurchaseCost>"
        f"{ref('COGSAccountRef', cogs)}{ref('AssetAccountRef', asset)}{more}"
    )


@pytest.fixture(autouse=True)
def _accounts(ask: Ask) -> None:
    assert set(ask(ACCOUNTS).codes) == {0}


@pytest.mark.parametrize(
    ("kind", "children", "missing"),
    [
        ("ItemService", "<SalesOrPurchase><Price>1.00</Price></SalesOrPurchase>", "AccountRef"),
        (
            "ItemNonInventory",
            f"<SalesAndPurchase>{ref('IncomeAccountRef', 'Sales')}</SalesAndPurchase>",
            "ExpenseAccountRef",
        ),
        ("ItemInventory", f"{ref('IncomeAccountRef', 'Sales')}{ref('COGSAccountRef', 'Goods')}", "AssetAccountRef"),
        ("ItemDiscount", "<DiscountRate>1.00</DiscountRate>", "AccountRef"),
    ],
)
def test_an_item_needs_its_accounts(ask: Ask, kind: str, children: str, missing: str) -> None:
    answers = ask(item(kind, "A", children))
    assert answers.codes == [3150]
    assert answers.messages == [f'There is a missing element: "{missing}".']


@pytest.mark.parametrize(
    ("kind", "children"),
    [
        ("ItemService", service("Debtors")),
        ("ItemInventory", stocked(income="Debtors")),
        ("ItemInventory", stocked(cogs="Sales")),
        ("ItemInventory", stocked(asset="Bank")),
    ],
)
def test_accounts_are_of_a_type_that_fits(ask: Ask, kind: str, children: str) -> None:
    assert ask(item(kind, "A", children)).codes == [3210]


def test_an_inventory_item_shows_what_there_is(ask: Ask) -> None:
    ret = ask(item("ItemInventory", "Bolt", stocked())).ret()
    names = ("QuantityOnHand", "AverageCost", "QuantityOnOrder", "QuantityOnSalesOrder")
    assert [ret.text(name) for name in names] == ["0", "0.00", "0", "0"]


@pytest.mark.parametrize(("total", "average"), [("", "5.00"), ("<TotalValue>60.00</TotalValue>", "6.00")])
def test_opening_stock_is_an_adjustment(ask: Ask, company: Company, total: str, average: str) -> None:
    more = f"<QuantityOnHand>10</QuantityOnHand>{total}<InventoryDate>2026-01-31</InventoryDate>"
    ret = ask(item("ItemInventory", "Bolt", stocked(more=more))).ret()
    assert (ret.text("QuantityOnHand"), ret.text("AverageCost")) == ("10", average)
    assert ask("<InventoryAdjustmentQueryRq/>").ret().text("TxnDate") == "2026-01-31"
    assert company.verify() == []


def test_what_is_on_hand_survives_a_change(ask: Ask, company: Company, time: Clock) -> None:
    ret = ask(item("ItemInventory", "Bolt", stocked(more="<QuantityOnHand>10</QuantityOnHand>"))).ret()
    time.pass_()
    ret = ask(mod("ItemInventory", ret, "<SalesPrice>8.00</SalesPrice>")).ret()
    assert (ret.text("QuantityOnHand"), ret.text("SalesPrice")) == ("10", "8.00")
    assert company.verify() == []


@pytest.mark.parametrize(
    ("kind", "children", "code"),
    [("ItemService", service(), "Non"), ("ItemNonInventory", service(), "Tax"), ("ItemInventory", stocked(), "Tax")],
)
def test_the_sales_tax_code_of_an_item_that_names_none(ask: Ask, kind: str, children: str, code: str) -> None:
    reference = ask(item(kind, "A", children)).ret().child("SalesTaxCodeRef")
    assert reference is not None
    assert reference.text("FullName") == code


def test_a_bar_code_belongs_to_one_item(ask: Ask) -> None:
    code = "<BarCode><BarCodeValue>4006381</BarCodeValue>{}</BarCode>"
    shared = code.format("<AssignEvenIfUsed>true</AssignEvenIfUsed>")
    answers = ask(
        item("ItemService", "A", code.format("") + service())
        + item("ItemService", "B", code.format("") + service())
        + item("ItemService", "C", shared + service())
    )
    assert answers.codes == [0, 3180, 0]
    assert answers.ret(2).text("BarCodeValue") == "4006381"


def test_a_bar_code_may_be_taken_off(ask: Ask) -> None:
    code = "<BarCode><BarCodeValue>4006381</BarCodeValue></BarCode>"
    ret = ask(item("ItemService", "A", code + service())).ret()
    ret = ask(mod("ItemService", ret, "<BarCode><BarCodeValue></BarCodeValue></BarCode>")).ret()
    assert not ret.has("BarCodeValue")


def test_a_price_is_an_amount_or_a_percentage(ask: Ask) -> None:
    ret = ask(item("ItemService", "A", service())).ret()
    change = "<SalesOrPurchaseMod><PricePercent>5</PricePercent></SalesOrPurchaseMod>"
    trade = ask(mod("ItemService", ret, change)).ret().child("SalesOrPurchase")
    assert trade is not None
    assert (trade.text("PricePercent"), trade.has("Price"), trade.has("AccountRef")) == ("5.00", False, True)


@pytest.mark.parametrize(("flag", "code"), [("false", 0), ("true", 3250)])
def test_what_was_posted_stays_where_it_is(ask: Ask, flag: str, code: int) -> None:
    ret = ask(item("ItemService", "A", service())).ret()
    change = (
        f"<SalesOrPurchaseMod>{ref('AccountRef', 'Sales')}<ApplyAccountRefToExistingTxns>{flag}"
        "</ApplyAccountRefToExistingTxns></SalesOrPurchaseMod>"
    )
    assert ask(mod("ItemService", ret, change)).codes == [code]


def test_a_group_of_taxes_has_taxes_as_members(ask: Ask) -> None:
    state = item("ItemSalesTax", "State", "<TaxRate>6.5</TaxRate>")
    group = item("ItemSalesTaxGroup", "Both", ref("ItemSalesTaxRef", "State") + ref("ItemSalesTaxRef", "Out of State"))
    nested = item("ItemSalesTaxGroup", "More", ref("ItemSalesTaxRef", "Both"))
    answers = ask(state + group + nested)
    assert answers.codes == [0, 0, 3140]
    assert len(answers.ret(1).children("ItemSalesTaxRef")) == 2


def test_a_group_may_lose_its_members(ask: Ask) -> None:
    line = f"<ItemGroupLine>{ref('ItemRef', 'A')}<Quantity>2</Quantity></ItemGroupLine>"
    ret = ask(item("ItemService", "A", service()) + item("ItemGroup", "Kit", line)).ret()
    assert len(ret.children("ItemGroupLine")) == 1
    ret = ask(mod("ItemGroup", ret, "<ClearItemsInGroup>true</ClearItemsInGroup>")).ret()
    assert not ret.has("ItemGroupLine")


def test_every_kind_of_item_is_in_the_list_of_items(ask: Ask) -> None:
    fixed = (
        "<AcquiredAs>New</AcquiredAs><PurchaseDesc>Lathe</PurchaseDesc><PurchaseDate>2026-01-01</PurchaseDate>"
        + ref("AssetAccountRef", "Stock")
    )
    member = f"{ref('ItemInventoryRef', 'Bolt')}<Quantity>3</Quantity>"
    line = f"<ItemInventoryAssemblyLine>{member}</ItemInventoryAssemblyLine>"
    made = ask(
        item("ItemService", "Mending", service())
        + item("ItemNonInventory", "Paint", service())
        + item("ItemOtherCharge", "Freight", service())
        + item("ItemInventory", "Bolt", stocked())
        + item("ItemInventoryAssembly", "Frame", stocked(more=line))
        + item("ItemFixedAsset", "Lathe", fixed)
        + item("ItemSubtotal", "Sum", "")
        + item("ItemDiscount", "Less", "<DiscountRatePercent>10</DiscountRatePercent>" + ref("AccountRef", "Sales"))
        + item("ItemPayment", "Paid", "")
        + item("ItemSalesTax", "State", "<TaxRate>6.5</TaxRate>")
        + item("ItemSalesTaxGroup", "Taxes", ref("ItemSalesTaxRef", "State"))
        + item("ItemGroup", "Kit", f"<ItemGroupLine>{ref('ItemRef', 'Bolt')}</ItemGroupLine>")
    )
    assert set(made.codes) == {0}
    _, _, rets = ask("<ItemQueryRq/>")[0]
    kinds = list(dict.fromkeys(name for name, _ in rets))
    assert len(kinds) == 12
    assert kinds[0] == "ItemServiceRet"
    assert kinds[-1] == "ItemGroupRet"


@pytest.mark.parametrize(
    ("special", "name"),
    [
        ("FinanceCharge", "Fin Chg"),
        ("ReimbursableExpenseGroup", "Reimb Group"),
        ("ReimbursableExpenseSubtotal", "Reimb Subt"),
    ],
)
def test_special_items_are_made_once(ask: Ask, special: str, name: str) -> None:
    given = f"<SpecialItemType>{special}</SpecialItemType>"
    add = f"<SpecialItemAddRq><SpecialItemAdd>{given}</SpecialItemAdd></SpecialItemAddRq>"
    answers = ask(add + add)
    assert answers.codes == [0, 3100]
    assert (answers.ret(0).text("Name"), answers.ret(0).text("SpecialItemType")) == (name, special)
