"""ListMerge: one element becomes another."""

import pytest

from qbconnector.qbxml import Aggregate
from qbconnector.sandbox.company import Company
from tests.sandbox.conftest import Ask


def add(kind: str, name: str, more: str = "") -> str:
    return f"<{kind}AddRq><{kind}Add><Name>{name}</Name>{more}</{kind}Add></{kind}AddRq>"


def merge(kind: str, source: Aggregate, target: Aggregate) -> str:
    ends = "".join(
        f"<{name}><ListID>{one.text('ListID')}</ListID><EditSequence>{one.text('EditSequence')}</EditSequence></{name}>"
        for name, one in (("MergeFrom", source), ("MergeTo", target))
    )
    return f"<ListMergeRq><ListMergeType>{kind}</ListMergeType>{ends}</ListMergeRq>"


def test_a_customer_takes_everything_along(ask: Ask, company: Company) -> None:
    owed = "<OpenBalance>{}</OpenBalance>"
    both = ask(add("Customer", "Fern", owed.format("5.00")) + add("Customer", "Moss", owed.format("7.00")))
    _, _, answer = ask(merge("Customer", both.ret(0), both.ret(1)))[0]
    gone, stays = answer.child("MergedFrom"), answer.child("MergedTo")
    assert gone is not None
    assert stays is not None
    assert (gone.text("FullName"), stays.text("FullName")) == ("Fern", "Moss")
    (customer,) = ask("<CustomerQueryRq/>")[0][2].children("CustomerRet")
    assert customer.text("Balance") == "12.00"
    invoices = ask("<InvoiceQueryRq><EntityFilter><FullName>Moss</FullName></EntityFilter></InvoiceQueryRq>")
    assert len(invoices[0][2]) == 2
    deleted = "<ListDeletedQueryRq><ListDelType>Customer</ListDelType></ListDeletedQueryRq>"
    assert ask(deleted).ret().text("FullName") == "Fern"
    assert company.verify() == []


def test_accounts_merge_with_their_postings(ask: Ask, company: Company) -> None:
    bank = "<AccountType>Bank</AccountType><OpenBalance>{}</OpenBalance>"
    both = ask(add("Account", "A", bank.format("5.00")) + add("Account", "B", bank.format("7.00")))
    assert ask(merge("Account", both.ret(0), both.ret(1))).codes == [0]
    ret = ask("<AccountQueryRq><FullName>B</FullName></AccountQueryRq>").ret()
    assert ret.text("Balance") == "12.00"
    assert company.verify() == []


def test_what_is_not_merged(ask: Ask) -> None:
    parent = "<ParentRef><FullName>A</FullName></ParentRef>"
    made = ask(
        add("Account", "A", "<AccountType>Bank</AccountType>")
        + add("Account", "B", f"{parent}<AccountType>Bank</AccountType>")
        + add("Account", "C", "<AccountType>Expense</AccountType>")
    )
    a, b, c = (made.ret(index) for index in range(3))
    old = Aggregate([("ListID", b.text("ListID")), ("EditSequence", "1")])
    gone = Aggregate([("ListID", "FF-1"), ("EditSequence", "1")])
    answers = ask(
        merge("Account", b, b)
        + merge("Account", a, b)
        + merge("Account", b, c)
        + merge("Account", old, a)
        + merge("Account", gone, a)
    )
    assert answers.codes == [3210, 3210, 3210, 3200, 3120]


@pytest.mark.parametrize("kind", ["Vendor", "Class"])
def test_elements_that_nothing_refers_to(ask: Ask, kind: str) -> None:
    both = ask(add(kind, "A") + add(kind, "B"))
    assert ask(merge(kind, both.ret(0), both.ret(1))).codes == [0]
    assert len(ask(f"<{kind}QueryRq/>")[0][2]) == 1
