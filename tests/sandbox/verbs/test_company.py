"""The host, the company, its preferences and activity, and what is refused."""

import pytest

from qbconnector.qbxml import dialect, parse_response
from qbconnector.sandbox.company import Company
from qbconnector.sandbox.registry import HANDLERS, REFUSED
from tests.sandbox.conftest import Ask, document


def test_the_host_speaks_every_version(ask: Ask) -> None:
    ret = ask("<HostQueryRq/>").ret()
    assert ret.texts("SupportedQBXMLVersion") == [str(version) for version in dialect("qbxml").versions]
    assert ret.text("ProductName").startswith("QuickBooks")
    assert "qbconnector" in ret.text("ProductName")
    assert not ret.has("ListMetaData")


def test_the_host_answers_the_first_version(ask: Ask) -> None:
    assert not ask("<HostQueryRq/>", version="1.0").ret().has("QBFileMode")


def test_capacities_when_asked_for(ask: Ask) -> None:
    wanted = "<IncludeListMetaData><IncludeMaxCapacity>true</IncludeMaxCapacity></IncludeListMetaData>"
    metadata = ask(f"<HostQueryRq>{wanted}</HostQueryRq>").ret().child("ListMetaData")
    assert metadata is not None
    assert len(metadata) == 19


def test_the_company(ask: Ask) -> None:
    ret = ask("<CompanyQueryRq/>").ret()
    assert (ret.text("CompanyName"), ret.text("IsSampleCompany")) == ("Test Company", "false")


def test_elements_of_the_company(company: Company) -> None:
    query = "<CompanyQueryRq><IncludeRetElement>CompanyName</IncludeRetElement></CompanyQueryRq>"
    body = b"".join(company.execute(document(query)))
    ((_, ret),) = parse_response(body, version="16.0", partial=True).responses[0].fields
    assert ret == [("CompanyName", "Test Company")]


@pytest.mark.parametrize("query", ["CompanyActivityQueryRq", "PreferencesQueryRq"])
@pytest.mark.parametrize("version", ["2.0", "8.0", "13.0", "16.0"])
def test_what_there_is_one_of_is_valid_in_every_version(ask: Ask, query: str, version: str) -> None:
    assert ask(f"<{query}/>", version=version).codes == [0]


def test_preferences_name_what_is_there(ask: Ask) -> None:
    (code,) = [
        one for one in ask("<SalesTaxCodeQueryRq/>")[0][2].children("SalesTaxCodeRet") if one.text("Name") == "Tax"
    ]
    head = f"<ListID>{code.text('ListID')}</ListID><EditSequence>{code.text('EditSequence')}</EditSequence>"
    change = f"<SalesTaxCodeModRq><SalesTaxCodeMod>{head}<Name>Yes</Name></SalesTaxCodeMod></SalesTaxCodeModRq>"
    assert ask(change).codes == [0]
    taxes = ask("<PreferencesQueryRq/>").ret().child("SalesTaxPreferences")
    assert taxes is not None
    default = taxes.child("DefaultTaxableSalesTaxCodeRef")
    assert default is not None
    assert default.text("FullName") == "Yes"


def test_without_a_default_tax_there_are_no_sales_tax_preferences(ask: Ask) -> None:
    key = ask("<ItemSalesTaxQueryRq/>").ret().text("ListID")
    assert ask(f"<ListDelRq><ListDelType>ItemSalesTax</ListDelType><ListID>{key}</ListID></ListDelRq>").codes == [0]
    assert not ask("<PreferencesQueryRq/>").ret().has("SalesTaxPreferences")


def test_what_is_refused_is_known_and_has_a_reason() -> None:
    messages = dialect("qbxml").messages
    assert all(name in messages and reason for name, reason in REFUSED.items())
    assert not REFUSED.keys() & HANDLERS.keys()


def test_windows_are_refused(ask: Ask) -> None:
    show = "<ListDisplayAddRq><ListDisplayAddType>Customer</ListDisplayAddType></ListDisplayAddRq>"
    answers = ask(show)
    assert answers.codes == [3250]
