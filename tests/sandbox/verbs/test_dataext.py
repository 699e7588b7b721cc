"""Data extensions: definitions, and values on lists, transactions, lines and the company."""

import pytest

from qbconnector.qbxml import Aggregate
from tests.sandbox.conftest import Ask, Clock

APP = "{6B063959-81B0-4622-85D6-F548C8CCB517}"


def define(name: str, objects: str, owner: str = "0", kind: str = "STR255TYPE") -> str:
    assigned = "".join(f"<AssignToObject>{one}</AssignToObject>" for one in objects.split())
    return (
        f"<DataExtDefAddRq><DataExtDefAdd><OwnerID>{owner}</OwnerID><DataExtName>{name}</DataExtName>"
        f"<DataExtType>{kind}</DataExtType>{assigned}</DataExtDefAdd></DataExtDefAddRq>"
    )


def value(verb: str, name: str, where: str, text: str = "", owner: str = "0") -> str:
    said = "" if verb == "Del" else f"<DataExtValue>{text}</DataExtValue>"
    return (
        f"<DataExt{verb}Rq><DataExt{verb}><OwnerID>{owner}</OwnerID><DataExtName>{name}</DataExtName>{where}{said}"
        f"</DataExt{verb}></DataExt{verb}Rq>"
    )


FERN = "<CustomerAddRq><CustomerAdd><Name>Fern</Name></CustomerAdd></CustomerAddRq>"
ON_FERN = "<ListDataExtType>Customer</ListDataExtType><ListObjRef><FullName>Fern</FullName></ListObjRef>"
COMPANY = "<OtherDataExtType>Company</OtherDataExtType>"


def values(ret: Aggregate) -> dict[str, str]:
    return {one.text("DataExtName"): one.text("DataExtValue") for one in ret.children("DataExtRet")}


def test_a_definition_is_made_changed_found_and_deleted(ask: Ask) -> None:
    ret = ask(define("Color", "Customer Bill")).ret()
    assert (ret.text("DataExtID"), ret.text("DataExtListRequire")) == ("1", "false")
    change = (
        "<DataExtDefModRq><DataExtDefMod><OwnerID>0</OwnerID><DataExtName>Color</DataExtName>"
        "<DataExtNewName>Hue</DataExtNewName><AssignToObject>Vendor</AssignToObject>"
        "<RemoveFromObject>Bill</RemoveFromObject></DataExtDefMod></DataExtDefModRq>"
    )
    assert ask(change).ret().texts("AssignToObject") == ["Customer", "Vendor"]
    assert ask("<DataExtDefQueryRq><OwnerID>0</OwnerID></DataExtDefQueryRq>").ret().text("DataExtName") == "Hue"
    delete = "<DataExtDefDelRq><OwnerID>0</OwnerID><DataExtName>{}</DataExtName></DataExtDefDelRq>"
    assert ask(delete.format("Color") + delete.format("hue")).codes == [3120, 0]
    assert ask("<DataExtDefQueryRq/>").codes == [1]


def test_definitions_are_found_by_object_and_counted(ask: Ask) -> None:
    ask(define("A", "Customer") + define("B", "Vendor Customer") + define("C", "Bill", owner=APP))
    query = "<DataExtDefQueryRq{}><AssignToObject>Customer</AssignToObject></DataExtDefQueryRq>"
    _, attributes, children = ask(query.format(' metaData="MetaDataAndResponseData"'))[0]
    assert (attributes["retCount"], len(children)) == ("2", 2)
    _, attributes, children = ask(query.format(' metaData="MetaDataOnly"'))[0]
    assert (attributes["retCount"], len(children)) == ("2", 0)


def test_a_name_is_defined_once_by_each_owner(ask: Ask) -> None:
    answers = ask(define("Color", "Customer") + define("COLOR", "Vendor") + define("Color", "Customer", owner=APP))
    assert answers.codes == [0, 3180, 0]
    assert "Attribute with specified name already exists." in answers.messages[1]


def test_a_value_of_a_list_element(ask: Ask, time: Clock) -> None:
    before = ask(define("Color", "Customer") + FERN).ret()
    time.pass_()
    assert ask(value("Add", "Color", ON_FERN, "red")).ret().text("DataExtValue") == "red"
    assert ask(value("Add", "Color", ON_FERN, "red")).codes == [3180]
    assert ask(value("Mod", "color", ON_FERN, "blue")).codes == [0]
    ret = ask("<CustomerQueryRq><OwnerID>0</OwnerID></CustomerQueryRq>").ret()
    assert values(ret) == {"Color": "blue"}
    assert ret.text("EditSequence") > before.text("EditSequence")
    assert values(ask("<CustomerQueryRq/>").ret()) == {}
    assert ask(value("Del", "Color", ON_FERN) + value("Del", "Color", ON_FERN)).codes == [0, 3120]


def test_private_data_leave_the_edit_sequence_alone(ask: Ask, time: Clock) -> None:
    before = ask(define("Key", "Customer", owner=APP) + FERN).ret()
    time.pass_()
    assert ask(value("Mod", "Key", ON_FERN, "1", APP)).codes == [3120]
    assert ask(value("Add", "Key", ON_FERN, "1", APP)).codes == [0]
    ret = ask(f"<CustomerQueryRq><OwnerID>{APP.lower()}</OwnerID></CustomerQueryRq>").ret()
    assert values(ret) == {"Key": "1"}
    assert ret.text("EditSequence") == before.text("EditSequence")
    assert values(ask("<CustomerQueryRq><OwnerID>0</OwnerID></CustomerQueryRq>").ret()) == {}


def test_a_value_survives_a_change_of_its_object(ask: Ask, time: Clock) -> None:
    ask(define("Color", "Customer") + FERN + value("Add", "Color", ON_FERN, "red"))
    ret = ask("<CustomerQueryRq/>").ret()
    head = f"<ListID>{ret.text('ListID')}</ListID><EditSequence>{ret.text('EditSequence')}</EditSequence>"
    ask(f"<CustomerModRq><CustomerMod>{head}<Phone>555-0100</Phone></CustomerMod></CustomerModRq>")
    assert values(ask("<CustomerQueryRq><OwnerID>0</OwnerID></CustomerQueryRq>").ret()) == {"Color": "red"}


def test_values_of_the_company(ask: Ask) -> None:
    ask(define("File", "Company", owner=APP))
    assert ask(value("Add", "File", COMPANY, "7", APP)).codes == [0]
    query = f"<CompanyQueryRq><OwnerID>{APP}</OwnerID></CompanyQueryRq>"
    assert values(ask(query).ret()) == {"File": "7"}
    assert values(ask("<CompanyQueryRq/>").ret()) == {}
    assert ask(value("Del", "File", COMPANY, owner=APP)).codes == [0]
    assert values(ask(query).ret()) == {}


BILL = (
    "<AccountAddRq><AccountAdd><Name>Rent</Name><AccountType>Expense</AccountType></AccountAdd></AccountAddRq>"
    "<VendorAddRq><VendorAdd><Name>Mill</Name></VendorAdd></VendorAddRq>"
    "<BillAddRq><BillAdd><VendorRef><FullName>Mill</FullName></VendorRef><ExpenseLineAdd>"
    "<AccountRef><FullName>Rent</FullName></AccountRef><Amount>9.00</Amount>{}</ExpenseLineAdd></BillAdd></BillAddRq>"
)
BILL_QUERY = "<BillQueryRq><IncludeLineItems>true</IncludeLineItems><OwnerID>0</OwnerID></BillQueryRq>"


def test_values_of_a_transaction_and_its_line(ask: Ask) -> None:
    bill = ask(define("Crate", "Item") + define("Route", "Bill") + BILL.format("")).ret()
    line = bill.child("ExpenseLineRet")
    assert line is not None
    head = f"<TxnDataExtType>Bill</TxnDataExtType><TxnID>{bill.text('TxnID')}</TxnID>"
    on_line = f"{head}<TxnLineID>{line.text('TxnLineID')}</TxnLineID>"
    no_line = f"{head}<TxnLineID>FFFF-1</TxnLineID>"
    assert ask(value("Add", "Route", head, "North") + value("Add", "Crate", on_line, "7")).codes == [0, 0]
    assert ask(value("Add", "Crate", no_line, "7")).codes == [3120]
    ret = ask(BILL_QUERY).ret()
    line = ret.child("ExpenseLineRet")
    assert line is not None
    assert (values(ret), values(line)) == ({"Route": "North"}, {"Crate": "7"})


def test_a_new_line_brings_its_values(ask: Ask) -> None:
    given = "<DataExt><OwnerID>0</OwnerID><DataExtName>Crate</DataExtName><DataExtValue>7</DataExtValue></DataExt>"
    assert ask(define("Crate", "Item") + BILL.format(given)).codes == [0, 0, 0, 0]
    line = ask(BILL_QUERY).ret().child("ExpenseLineRet")
    assert line is not None
    assert values(line) == {"Crate": "7"}


def test_a_line_brings_only_what_is_defined(ask: Ask) -> None:
    given = "<DataExt><OwnerID>0</OwnerID><DataExtName>None</DataExtName><DataExtValue>7</DataExtValue></DataExt>"
    assert ask(BILL.format(given)).codes == [0, 0, 3140]


@pytest.mark.parametrize(
    ("kind", "given", "stored"),
    [
        ("AMTTYPE", "5", "5.00"),
        ("QUANTYPE", "2.50", "2.5"),
        ("INTTYPE", "007", "7"),
        ("PERCENTTYPE", "7.5", "7.50"),
        ("STR255TYPE", " as it is ", " as it is "),
    ],
)
def test_a_value_is_kept_as_its_type_has_it(ask: Ask, kind: str, given: str, stored: str) -> None:
    answers = ask(define("A", "Customer", kind=kind) + FERN + value("Add", "A", ON_FERN, given))
    assert answers.ret().text("DataExtValue") == stored


@pytest.mark.parametrize(
    ("kind", "given", "code"),
    [("AMTTYPE", "five", 3210), ("INTTYPE", "1.5", 3210), ("STR255TYPE", "x" * 256, 3070)],
)
def test_a_value_of_another_type_is_refused(ask: Ask, kind: str, given: str, code: int) -> None:
    answers = ask(define("A", "Customer", kind=kind) + FERN + value("Add", "A", ON_FERN, given))
    assert answers.codes[-1] == code


@pytest.mark.parametrize(
    ("where", "code"),
    [
        (ON_FERN.replace("Fern", "Moss"), 3140),
        (ON_FERN.replace("FullName>Fern</FullName", "ListID>none</ListID"), 3000),
        (ON_FERN.replace("FullName>Fern</FullName", "ListID>FF-1</ListID"), 3120),
        (ON_FERN.replace("Customer<", "Vendor<"), 3140),
        (COMPANY, 3140),
    ],
)
def test_a_value_needs_an_object_that_may_have_it(ask: Ask, where: str, code: int) -> None:
    assert ask(define("A", "Customer") + FERN + value("Add", "A", where, "x")).codes[-1] == code
