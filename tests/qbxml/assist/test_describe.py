from hypothesis import given
from hypothesis import strategies as st

from qbconnector.qbxml.assist.describe import Description, describe, explain, words
from qbconnector.qbxml.assist.scan import scan
from qbconnector.qbxml.assist.templates import requests, template
from qbconnector.qbxml.assist.walk import Target
from tests.qbxml.assist.texts import ANY_TEXT, TARGETS, cursor, document


def known(path: str, target: Target | None = None) -> Description:
    found = describe(path, target)
    assert found is not None
    return found


def test_a_text() -> None:
    name = known("CustomerAddRq/CustomerAdd/Name")
    assert (name.kind, name.count, name.type) == ("text, at most 41 characters", "required", "STR")
    assert name.lengths["US"] == 41
    assert "AccountAdd" in name.found_in
    assert name.places > 40 == len(name.found_in)


def test_a_length_by_edition() -> None:
    path = "SalesTaxCodeAddRq/SalesTaxCodeAdd/Name"
    assert known(path).lengths == {"US": 3, "CA": 3, "UK": 3, "AU": 6}
    assert known(path).kind == "text, at most 3 characters"
    assert known(path, Target.of("qbxml", "AU13.0")).kind == "text, at most 6 characters"


def test_a_choice() -> None:
    rate = known("InvoiceAddRq/InvoiceAdd/InvoiceLineAdd/Rate")
    assert rate.instead == ("RatePercent", "PriceLevelRef")
    assert rate.count == "one branch of a choice that may be left out"
    assert known("ListDelRq/ListDelType").count == "required"


def test_an_enumeration_and_its_versions() -> None:
    kinds = known("GeneralSummaryReportQueryRq/GeneralSummaryReportType", Target.of("qbxml", "11.0"))
    by_name = {one.value: one for one in kinds.values}
    assert by_name["BalanceSheetByClass"].since == "12.0"
    assert not by_name["BalanceSheetByClass"].here
    assert by_name["TrialBalance"].here


def test_what_the_version_does_not_have() -> None:
    unit = known("InvoiceAddRq/InvoiceAdd/InvoiceLineAdd/UnitOfMeasure", Target.of("qbxml", "6.0"))
    assert (unit.since, unit.here) == ("7.0", False)
    site = known("InvoiceAddRq/InvoiceAdd/InvoiceLineAdd/InventorySiteRef", Target.of("qbxml", "AU13.0"))
    assert (site.absent, site.here) == (("AU",), False)


def test_a_request_and_its_response() -> None:
    request = known("QBXML/QBXMLMsgsRq/CustomerQueryRq")
    assert request.title == "Looks up customer records."
    assert [one.name for one in request.attributes] == ["requestID", "metaData", "iterator", "iteratorID"]
    parts = {one.name: one for one in request.parts}
    assert parts["ListID"].choice == parts["FullName"].choice == 1
    assert parts["OwnerID"].choice == 0
    assert known("CustomerQueryRs/CustomerRet").title == "The customer as the company has it."
    assert known("LeadAddRq", Target.of("qbxml", "12.0")).here is False


def test_a_macro() -> None:
    assert any("defMacro" in note for note in known("InvoiceAddRq/InvoiceAdd").notes)
    macro = known("ReceivePaymentAddRq/ReceivePaymentAdd/AppliedToTxnAdd/TxnID")
    assert any("useMacro" in note for note in macro.notes)


def test_an_unknown_path() -> None:
    for path in (
        "",
        "Nothing",
        "CustomerAddRq/Nothing",
        "CustomerAddRq/Nothing/Name",
        "CustomerAddRq/CustomerAdd/Name/x",
    ):
        assert describe(path) is None


def test_at_the_cursor() -> None:
    found = explain(*cursor(document("<CustomerAddRq><CustomerAdd><Name>a|b</Name></CustomerAdd></CustomerAddRq>")))
    assert found is not None
    assert found.path == "CustomerAddRq/CustomerAdd/Name"
    typed = explain(*cursor(document("<CustomerAddRq><CustomerAdd><Nam|e>")))
    assert typed is not None
    assert typed.name == "Name"
    assert explain("", 0) is None


def test_everything_in_every_template_is_described() -> None:
    for target in TARGETS:
        for message in requests(target):
            text = template(message.name, target)
            for token in scan(text):
                if token.kind == "open":
                    found = explain(text, token.start + 1, target)
                    assert found is not None
                    assert found.name == token.name
                    assert found.here


@given(ANY_TEXT, st.integers(-1, 500))
def test_any_text_at_any_place(text: str, offset: int) -> None:
    explain(text, offset)


def test_words_of_a_name() -> None:
    assert words("SalesOrder") == "sales order"
    assert words("ARRefundCreditCard") == "AR refund credit card"
    assert words("Form1099CategoryAccountMapping") == "form 1099 category account mapping"
