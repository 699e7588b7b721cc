"""A new company file: what is in it, and what there is to say of it."""

from pathlib import Path

import pytest

from qbconnector.sandbox.company import Company
from tests.sandbox.conftest import Ask, Clock


def test_it_has_what_every_company_has(ask: Ask) -> None:
    answers = ask("<TermsQueryRq/><SalesTaxCodeQueryRq/><TemplateQueryRq/><PaymentMethodQueryRq/>")
    assert answers.codes == [0, 0, 0, 0]
    assert [code.text("Name") for code in answers[1][2].children("SalesTaxCodeRet")] == ["Non", "Tax"]
    types = {one.text("TemplateType") for one in answers[2][2].children("TemplateRet")}
    assert types >= {"Invoice", "SalesReceipt"}


def test_it_has_no_accounts_until_they_are_needed(ask: Ask) -> None:
    assert ask("<AccountQueryRq/>").codes == [1]


def test_it_is_sound(company: Company) -> None:
    assert company.verify() == []


@pytest.mark.parametrize(("sample", "says"), [(False, "no"), (True, "yes")])
def test_what_there_is_to_say_of_it(tmp_path: Path, time: Clock, sample: bool, says: str) -> None:
    with Company.create(tmp_path / "a.qbsandbox", name="Fern & Sons", sample=sample) as company:
        info = company.info()
    assert info["Company"] == "Fern & Sons"
    assert info["Sample company"] == says
    assert info["SalesTaxCode"] == "2"
    assert info["qbXML"] == "16.0"


def test_a_name_may_be_longer_than_quickbooks_takes(tmp_path: Path, time: Clock) -> None:
    with Company.create(tmp_path / "a.qbsandbox", name="n" * 100) as company:
        assert company.info()["Company"] == "n" * 59
