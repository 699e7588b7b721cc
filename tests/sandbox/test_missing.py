"""A reference that the schema demands and that is empty: a clear status, not a fault."""

import pytest

from .conftest import Ask


@pytest.mark.parametrize(
    ("kind", "reference", "more"),
    [
        ("Bill", "VendorRef", ""),
        ("Check", "AccountRef", ""),
        ("CreditCardCharge", "AccountRef", ""),
        ("Invoice", "CustomerRef", "<InvoiceLineAdd><Desc>x</Desc></InvoiceLineAdd>"),
        ("BuildAssembly", "ItemInventoryAssemblyRef", "<QuantityToBuild>1</QuantityToBuild>"),
    ],
)
def test_an_empty_reference_is_a_missing_element(ask: Ask, kind: str, reference: str, more: str) -> None:
    answers = ask(f"<{kind}AddRq><{kind}Add><{reference}/>{more}</{kind}Add></{kind}AddRq>")
    assert answers.codes == [3150]
    assert answers.messages == [f'There is a missing element: "{reference}".']
