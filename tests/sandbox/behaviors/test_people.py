"""Customers, vendors, employees, other names and leads: what they show, and what they owe from the start."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbconnector.qbxml import Aggregate
from qbconnector.sandbox.behaviors.addresses import block
from qbconnector.sandbox.company import Company
from tests.sandbox.conftest import Ask, Clock, document


def add(kind: str, children: str) -> str:
    return f"<{kind}AddRq><{kind}Add>{children}</{kind}Add></{kind}AddRq>"


def mod(kind: str, ret: Aggregate, children: str) -> str:
    head = f"<ListID>{ret.text('ListID')}</ListID><EditSequence>{ret.text('EditSequence')}</EditSequence>"
    return f"<{kind}ModRq><{kind}Mod>{head}{children}</{kind}Mod></{kind}ModRq>"


ADDRESS = "<Addr1>Fern</Addr1><City>Marlow</City><State>OH</State><PostalCode>44000</PostalCode>"


def test_a_customer_shows_balances_status_and_taxes(ask: Ask) -> None:
    ret = ask(add("Customer", "<Name>Fern</Name>")).ret()
    assert [ret.text(name) for name in ("Balance", "TotalBalance", "JobStatus")] == ["0.00", "0.00", "None"]
    code, tax = ret.child("SalesTaxCodeRef"), ret.child("ItemSalesTaxRef")
    assert code is not None
    assert tax is not None
    assert (code.text("FullName"), tax.text("FullName")) == ("Tax", "Out of State")


def test_addresses_have_their_block(ask: Ask, time: Clock) -> None:
    ret = ask(add("Customer", f"<Name>Fern</Name><BillAddress>{ADDRESS}</BillAddress>")).ret()
    assert ret.child("BillAddressBlock") == [("Addr1", "Fern"), ("Addr2", "Marlow, OH 44000")]
    ret = ask(mod("Customer", ret, "<BillAddress><City>York</City></BillAddress>")).ret()
    assert ret.child("BillAddressBlock") == [("Addr1", "Fern"), ("Addr2", "York, OH 44000")]
    ret = ask(
        mod("Customer", ret, "<BillAddress><Addr1></Addr1><City></City><State></State><PostalCode/></BillAddress>")
    ).ret()
    assert not ret.has("BillAddressBlock")


@given(
    st.fixed_dictionaries(
        {},
        optional=dict.fromkeys(
            ["Addr1", "Addr2", "Addr3", "Addr4", "Addr5", "City", "State", "PostalCode", "Country"],
            st.text("abc ", min_size=1).map(str.strip),
        ),
    )
)
def test_a_block_has_no_empty_lines_and_at_most_five(address: dict[str, str]) -> None:
    lines = block(Aggregate(address.items()))
    assert len(lines) <= 5
    assert [name for name, _ in lines] == [f"Addr{number + 1}" for number in range(len(lines))]
    assert all(lines.texts(name)[0] for name, _ in lines)


@pytest.mark.parametrize(("state", "line"), [("OH", "Marlow, OH 44000"), ("", "Marlow 44000")])
def test_the_line_of_the_city(state: str, line: str) -> None:
    address = Aggregate([("City", "Marlow"), ("State", state), ("PostalCode", "44000")])
    assert block(address) == [("Addr1", line)]


def test_a_customers_opening_balance_is_an_open_invoice(ask: Ask, company: Company) -> None:
    given = "<OpenBalance>12.00</OpenBalance><OpenBalanceDate>2026-02-01</OpenBalanceDate>"
    ret = ask(add("Customer", f"<Name>Fern</Name>{given}")).ret()
    assert ret.text("Balance") == "12.00"
    invoice = ask("<InvoiceQueryRq/>").ret()
    assert (invoice.text("BalanceRemaining"), invoice.text("TxnDate")) == ("12.00", "2026-02-01")
    assert company.verify() == []


def test_a_jobs_opening_balance_is_in_its_customers_total(ask: Ask, company: Company) -> None:
    job = "<Name>Job</Name><ParentRef><FullName>Fern</FullName></ParentRef><OpenBalance>7.00</OpenBalance>"
    ask(add("Customer", "<Name>Fern</Name>") + add("Customer", job))
    ret = ask("<CustomerQueryRq><FullName>Fern</FullName></CustomerQueryRq>").ret()
    assert (ret.text("Balance"), ret.text("TotalBalance")) == ("0.00", "7.00")
    assert company.verify() == []


@pytest.mark.parametrize(("amount", "query"), [("20.00", "BillQueryRq"), ("-20.00", "VendorCreditQueryRq")])
def test_a_vendors_opening_balance_is_a_bill_or_a_credit(ask: Ask, company: Company, amount: str, query: str) -> None:
    ret = ask(add("Vendor", f"<Name>Mill</Name><OpenBalance>{amount}</OpenBalance>")).ret()
    assert ret.text("Balance") == amount
    assert ask(f"<{query}/>").codes == [0]
    assert company.verify() == []


def test_a_credit_balance_of_a_customer_is_a_credit_memo(ask: Ask, company: Company) -> None:
    ret = ask(add("Customer", "<Name>Fern</Name><OpenBalance>-3.00</OpenBalance>")).ret()
    assert ret.text("Balance") == "-3.00"
    assert ask("<CreditMemoQueryRq/>").codes == [0]
    assert company.verify() == []


def test_contacts_and_notes_are_identified(ask: Ask, time: Clock) -> None:
    more = "<Contacts><FirstName>Ida</FirstName></Contacts><AdditionalNotes><Note>Knock.</Note></AdditionalNotes>"
    ret = ask(add("Customer", f"<Name>Fern</Name>{more}")).ret()
    contact, note = ret.child("ContactsRet"), ret.child("AdditionalNotesRet")
    assert contact is not None
    assert note is not None
    assert (contact.text("Contact"), note.text("NoteID"), note.text("Date")) == ("Ida", "1", "2026-03-16")
    time.pass_()
    again = (
        f"<ContactsMod><ListID>{contact.text('ListID')}</ListID><EditSequence>1</EditSequence>"
        "<FirstName>Ida</FirstName><LastName>Moss</LastName></ContactsMod>"
    )
    changed = ask(mod("Customer", ret, again)).ret().child("ContactsRet")
    assert changed is not None
    assert changed.text("Contact") == "Ida Moss"
    assert changed.text("TimeCreated") == contact.text("TimeCreated")
    assert changed.text("EditSequence") > contact.text("EditSequence")


def test_a_contact_is_named_by_a_list_id(ask: Ask) -> None:
    ret = ask(add("Customer", "<Name>Fern</Name>")).ret()
    contact = "<ContactsMod><ListID>none</ListID><EditSequence>1</EditSequence><FirstName>A</FirstName></ContactsMod>"
    assert ask(mod("Customer", ret, contact)).codes == [3000]


def test_of_a_card_the_last_digits_remain(ask: Ask) -> None:
    card = "<CreditCardInfo><CreditCardNumber>4111111111111111</CreditCardNumber></CreditCardInfo>"
    shown = ask(add("Customer", f"<Name>Fern</Name>{card}")).ret().child("CreditCardInfo")
    assert shown is not None
    assert shown.text("CreditCardNumber") == "xxxxxxxxxxxx1111"


@pytest.mark.parametrize(
    ("more", "name"),
    [
        ("", "Mill"),
        ("<CompanyName>Mill Inc.</CompanyName>", "Mill Inc."),
        ("<CompanyName>Mill Inc.</CompanyName><NameOnCheck>M.</NameOnCheck>", "M."),
    ],
)
def test_the_name_on_a_vendors_check(ask: Ask, more: str, name: str) -> None:
    assert ask(add("Vendor", f"<Name>Mill</Name>{more}")).ret().text("NameOnCheck") == name


def test_an_employee_is_called_by_all_names(ask: Ask, time: Clock) -> None:
    parts = "<FirstName>Ida</FirstName><MiddleName>B.</MiddleName><LastName>Moss</LastName>"
    ret = ask(add("Employee", parts)).ret()
    assert (ret.text("Name"), ret.text("PrintAs"), ret.text("EmployeeType")) == (
        "Ida B. Moss",
        "Ida B. Moss",
        "Regular",
    )
    ret = ask(mod("Employee", ret, "<MiddleName></MiddleName><LastName>Fern</LastName>")).ret()
    assert ret.text("Name") == "Ida Fern"
    assert ask(add("Employee", "<Phone>555-0100</Phone>")).codes == [3150]


def test_an_other_name_has_its_block(ask: Ask) -> None:
    ret = ask(add("OtherName", f"<Name>Guild</Name><OtherNameAddress>{ADDRESS}</OtherNameAddress>")).ret()
    assert ret.has("OtherNameAddressBlock")


def test_the_first_place_of_a_lead_is_the_main_one(ask: Ask) -> None:
    places = "<Locations><Location>Yard</Location></Locations><Locations><Location>Shop</Location></Locations>"
    ret = ask(add("Lead", f"<FullName>Moss</FullName>{places}")).ret()
    found = [(one.text("LocationID"), one.text("MainAddress")) for one in ret.children("LocationsRet")]
    assert found == [("1", "true"), ("2", "false")]
    assert ret.text("Status") == "Hot"


def test_initials_belong_to_one_sales_representative(ask: Ask) -> None:
    rep = add("SalesRep", "<Initial>IM</Initial><SalesRepEntityRef><FullName>Ida Moss</FullName></SalesRepEntityRef>")
    person = add("Employee", "<FirstName>Ida</FirstName><LastName>Moss</LastName>")
    assert ask(person + rep + rep).codes == [0, 0, 3100]


def test_all_of_them_are_entities(ask: Ask) -> None:
    ask(
        add("Customer", "<Name>A</Name>")
        + add("Employee", "<FirstName>B</FirstName>")
        + add("OtherName", "<Name>C</Name>")
        + add("Vendor", "<Name>D</Name>")
    )
    kinds = [name for name, _ in ask("<EntityQueryRq/>")[0][2]]
    assert kinds == ["CustomerRet", "EmployeeRet", "OtherNameRet", "VendorRet"]


def test_a_vendor_with_terms_keeps_its_own_name(ask: Ask, company: Company, tmp_path: Path) -> None:
    ask(add("Vendor", "<Name>Mill</Name><TermsRef><FullName>Net 30</FullName></TermsRef>"))
    company.copy(tmp_path / "copy.qbsandbox")
    bill = "<VendorRef><FullName>Mill</FullName></VendorRef>"
    with Company.open(tmp_path / "copy.qbsandbox") as copy:
        answer = b"".join(copy.execute(document(add("Bill", bill) + "<BillQueryRq/>")))
    assert answer.count(b"<FullName>Mill</FullName>") == 2


def test_the_jobs_of_an_inactive_customer_are_inactive(ask: Ask, time: Clock) -> None:
    job = "<Name>Job</Name><ParentRef><FullName>Fern</FullName></ParentRef>"
    ret = ask(add("Customer", "<Name>Fern</Name>") + add("Customer", job)).ret(0)
    ret = ask(mod("Customer", ret, "<IsActive>false</IsActive>")).ret()
    assert ask("<CustomerQueryRq/>").codes == [1]
    time.pass_()
    ask(mod("Customer", ret, "<IsActive>true</IsActive>"))
    everyone = ask("<CustomerQueryRq><ActiveStatus>All</ActiveStatus></CustomerQueryRq>")[0][2]
    assert [one.text("IsActive") for one in everyone.children("CustomerRet")] == ["true", "false"]
