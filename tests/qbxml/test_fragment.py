import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbconnector.qbxml import Aggregate, ElementDecl, Plan, Version, cut, dialect, read_fragment, render_element
from qbconnector.qbxml.states import grammar
from tests.qbxml.generate import Drawn

NEWEST = dialect("qbxml").versions[-1]
GUID = "{6B063959-81B0-4622-85D6-F548C8CCB517}"


def extension(owner: str) -> Aggregate:
    pairs = [("OwnerID", owner)] if owner else []
    return Aggregate([*pairs, ("DataExtName", "Size"), ("DataExtType", "STR255TYPE"), ("DataExtValue", "L")])


def invoice() -> tuple[ElementDecl, bytes]:
    decl = dialect("qbxml").element("InvoiceRet")
    line = Aggregate([("TxnLineID", "1"), ("Desc", "a"), ("Other1", "b"), ("DataExtRet", extension("0"))])
    fields = Aggregate(
        [
            ("TxnID", "1-2"),
            ("BillAddress", Aggregate([("Addr1", "a"), ("Addr5", "b")])),
            ("BillAddressBlock", Aggregate([("Addr1", "a")])),
            ("InvoiceLineRet", line),
            ("DataExtRet", extension("0")),
            ("DataExtRet", extension(GUID)),
        ]
    )
    return decl, render_element(decl, fields).encode()


def test_a_plan_that_wants_everything_changes_nothing() -> None:
    decl, fragment = invoice()
    assert cut(fragment, Plan(decl, NEWEST, owners=frozenset({"0", GUID.lower()}))) == fragment


def test_newer_elements_go_at_every_level() -> None:
    decl, fragment = invoice()
    kept = cut(fragment, Plan(decl, Version(5, 0), owners=frozenset({"0"}))).decode()
    assert "Addr5" not in kept
    assert "BillAddressBlock" not in kept
    assert "Other1" not in kept
    assert "<Desc>a</Desc>" in kept


def test_extensions_stay_for_their_owners_only() -> None:
    decl, fragment = invoice()
    assert b"DataExtRet" not in cut(fragment, Plan(decl, NEWEST))
    assert cut(fragment, Plan(decl, NEWEST, owners=frozenset({"0"}))).count(b"<DataExtRet>") == 2
    owned = cut(fragment, Plan(decl, NEWEST, owners=frozenset({GUID})))
    assert owned.count(b"<DataExtRet>") == 1
    assert GUID.encode() in owned


def test_included_elements_are_of_the_top_level() -> None:
    decl, fragment = invoice()
    kept = cut(fragment, Plan(decl, NEWEST, include=frozenset({"TxnID", "InvoiceLineRet"})))
    assert kept == (
        b"<InvoiceRet>\n<TxnID>1-2</TxnID>\n<InvoiceLineRet>\n<TxnLineID>1</TxnLineID>\n<Desc>a</Desc>\n"
        b"<Other1>b</Other1>\n</InvoiceLineRet>\n</InvoiceRet>\n"
    )


def test_elements_of_other_editions_go() -> None:
    decl = dialect("qbxml").element("CustomerRet")
    fields = Aggregate([("Name", "a"), ("TaxRegistrationNumber", "b")])
    fragment = render_element(decl, fields).encode()
    assert b"TaxRegistrationNumber" not in cut(fragment, Plan(decl, NEWEST, "US"))
    assert b"TaxRegistrationNumber" in cut(fragment, Plan(decl, NEWEST, "CA"))


def test_lines_are_cut_by_themselves() -> None:
    decl, fragment = invoice()
    start, end = fragment.index(b"<InvoiceLineRet>"), fragment.index(b"</InvoiceLineRet>\n") + 18
    line = fragment[start:end]
    kept = cut(line * 2, Plan(decl, Version(5, 0)))
    assert kept == b"<InvoiceLineRet>\n<TxnLineID>1</TxnLineID>\n<Desc>a</Desc>\n</InvoiceLineRet>\n" * 2


@pytest.mark.parametrize("broken", [b"<A>\n", b"</A>\n", b"<A>\n</A>\n</A>\n"])
def test_a_fragment_that_does_not_pair_is_refused(broken: bytes) -> None:
    with pytest.raises(ValueError):
        read_fragment(broken)


@given(st.data())
def test_a_fragment_reads_back_as_it_was(data: st.DataObject) -> None:
    spec = dialect("qbxml")
    name = data.draw(st.sampled_from(["CustomerRet", "InvoiceRet", "BillRet", "ItemInventoryRet", "EmployeeRet"]))
    decl = spec.element(name)
    rules = grammar("qbxml", NEWEST, "US", responses=True)
    drawn = data.draw(st.composite(lambda draw: Drawn(rules, draw).element(decl, (name,)))())
    assert isinstance(drawn, Aggregate)
    fragment = render_element(decl, drawn).encode()
    read = read_fragment(fragment)
    assert render_element(decl, read[0][1]).encode() == fragment if read else fragment == b""
