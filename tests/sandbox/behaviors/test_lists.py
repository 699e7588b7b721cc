"""The smaller lists: what they show without being told, and the prices they work out."""

import pytest

from tests.sandbox.conftest import Ask, Clock

ITEM = (
    "<AccountAddRq><AccountAdd><Name>Sales</Name><AccountType>Income</AccountType></AccountAdd></AccountAddRq>"
    "<ItemServiceAddRq><ItemServiceAdd><Name>Mending</Name><SalesAndPurchase><SalesPrice>40.00</SalesPrice>"
    "<IncomeAccountRef><FullName>Sales</FullName></IncomeAccountRef><PurchaseCost>25.00</PurchaseCost>"
    "<ExpenseAccountRef><FullName>Sales</FullName></ExpenseAccountRef></SalesAndPurchase></ItemServiceAdd>"
    "</ItemServiceAddRq>"
)
MENDING = "<ItemRef><FullName>Mending</FullName></ItemRef>"


FOOT = "<BaseUnit><Name>foot</Name><Abbreviation>ft</Abbreviation></BaseUnit>"


def add(kind: str, children: str) -> str:
    return f"<{kind}AddRq><{kind}Add>{children}</{kind}Add></{kind}AddRq>"


@pytest.mark.parametrize(
    ("kind", "children", "shown"),
    [
        ("StandardTerms", "", {"StdDueDays": "0", "DiscountPct": "0.00"}),
        ("DateDrivenTerms", "<DayOfMonthDue>10</DayOfMonthDue>", {"DueNextMonthDays": "0"}),
        ("PaymentMethod", "", {"PaymentMethodType": "Other", "IsActive": "true"}),
        ("Vehicle", "<Desc>Red</Desc>", {"Desc": "Red", "IsActive": "true"}),
        ("Class", "", {"FullName": "A", "Sublevel": "0"}),
        ("CustomerType", "", {"FullName": "A", "Sublevel": "0"}),
        ("InventorySite", "", {"IsDefaultSite": "true"}),
        ("Currency", "<CurrencyCode>EUR</CurrencyCode>", {"IsUserDefinedCurrency": "true"}),
        ("SalesTaxCode", "<IsTaxable>true</IsTaxable>", {"IsTaxable": "true"}),
        (
            "UnitOfMeasureSet",
            f"<UnitOfMeasureType>Length</UnitOfMeasureType>{FOOT}",
            {"UnitOfMeasureType": "Length"},
        ),
    ],
)
def test_what_an_element_shows(ask: Ask, kind: str, children: str, shown: dict[str, str]) -> None:
    ret = ask(add(kind, f"<Name>A</Name>{children}")).ret()
    assert {name: ret.text(name) for name in shown} == shown


def test_a_note_is_for_today_and_not_done(ask: Ask) -> None:
    ret = ask(add("ToDo", "<Notes>Call</Notes>")).ret()
    shown = [ret.text(name) for name in ("IsDone", "ReminderDate", "Type", "Priority")]
    assert shown == ["false", "2026-03-16", "Task", "Low"]
    assert ask("<ToDoQueryRq><DoneStatus>DoneOnly</DoneStatus></ToDoQueryRq>").codes == [1]


def test_a_fixed_price_level(ask: Ask) -> None:
    level = "<Name>A</Name><PriceLevelFixedPercentage>-10</PriceLevelFixedPercentage>"
    assert ask(add("PriceLevel", level)).ret().text("PriceLevelType") == "FixedPercentage"


@pytest.mark.parametrize(
    ("how", "price"),
    [
        ("<CustomPrice>31.00</CustomPrice>", "31.00"),
        ("<AdjustPercentage>10</AdjustPercentage><AdjustRelativeTo>StandardPrice</AdjustRelativeTo>", "44.00"),
        ("<AdjustPercentage>-10</AdjustPercentage><AdjustRelativeTo>Cost</AdjustRelativeTo>", "22.50"),
    ],
)
def test_a_price_level_works_out_its_prices(ask: Ask, how: str, price: str) -> None:
    level = f"<Name>A</Name><PriceLevelPerItem>{MENDING}{how}</PriceLevelPerItem>"
    ret = ask(ITEM + add("PriceLevel", level)).ret()
    line = ret.child("PriceLevelPerItemRet")
    assert line is not None
    assert (ret.text("PriceLevelType"), line.text("CustomPrice")) == ("PerItem", price)


def test_a_billing_rate_works_out_its_rates(ask: Ask) -> None:
    how = (
        "<AdjustPercentage>50</AdjustPercentage><AdjustBillingRateRelativeTo>StandardRate</AdjustBillingRateRelativeTo>"
    )
    rate = f"<Name>A</Name><BillingRatePerItem>{MENDING}{how}</BillingRatePerItem>"
    line = ask(ITEM + add("BillingRate", rate)).ret().child("BillingRatePerItemRet")
    assert line is not None
    assert line.text("CustomRate") == "60.00"
    fixed = ask(add("BillingRate", "<Name>B</Name><FixedBillingRate>70.00</FixedBillingRate>")).ret()
    assert fixed.text("BillingRateType") == "FixedRate"


def test_an_adjusted_price_needs_an_item(ask: Ask) -> None:
    how = "<AdjustPercentage>10</AdjustPercentage><AdjustRelativeTo>Cost</AdjustRelativeTo>"
    level = f"<Name>A</Name><PriceLevelPerItem><ItemRef></ItemRef>{how}</PriceLevelPerItem>"
    assert ask(add("PriceLevel", level)).codes == [3150]


def test_only_the_first_site_is_the_default(ask: Ask) -> None:
    answers = ask(add("InventorySite", "<Name>Barn</Name>") + add("InventorySite", "<Name>Shed</Name>"))
    assert [answers.ret(index).text("IsDefaultSite") for index in (0, 1)] == ["true", "false"]


def test_the_rates_of_a_workers_compensation_code(ask: Ask, time: Clock) -> None:
    def entry(rate: str, day: str) -> str:
        return f"<RateEntry><Rate>{rate}</Rate><EffectiveDate>{day}</EffectiveDate></RateEntry>"

    rates = entry("1.00", "2025-01-01") + entry("2.00", "2026-03-16") + entry("3.00", "2026-07-01")
    ret = ask(add("WorkersCompCode", f"<Name>8810</Name>{rates}")).ret()
    names = ("CurrentRate", "CurrentEffectiveDate", "NextRate", "NextEffectiveDate")
    assert [ret.text(name) for name in names] == ["2.00", "2026-03-16", "3.00", "2026-07-01"]
    time.pass_()
    head = f"<ListID>{ret.text('ListID')}</ListID><EditSequence>{ret.text('EditSequence')}</EditSequence>"
    mod = f"<WorkersCompCodeMod>{head}{entry('2.50', '2026-03-16')}</WorkersCompCodeMod>"
    ret = ask(f"<WorkersCompCodeModRq>{mod}</WorkersCompCodeModRq>").ret()
    assert ret.text("CurrentRate") == "2.50"
    assert len(ret.children("RateHistory")) == 3


def test_codes_are_found_by_their_effective_day(ask: Ask) -> None:
    rate = "<RateEntry><Rate>1</Rate><EffectiveDate>2025-01-01</EffectiveDate></RateEntry>"
    ask(add("WorkersCompCode", f"<Name>8810</Name>{rate}"))
    query = "<WorkersCompCodeQueryRq><FromEffectiveDate>{}</FromEffectiveDate></WorkersCompCodeQueryRq>"
    assert ask(query.format("2025-01-01") + query.format("2025-01-02")).codes == [0, 1]
