"""Names in lists: hierarchy, uniqueness, order, and what a rename or a new parent takes along."""

import pytest

from qbconnector.qbxml import Aggregate
from qbconnector.sandbox.company import Company

from .conftest import Answers, Ask, Clock


def add(name: str, parent: str = "", kind: str = "Customer", more: str = "") -> str:
    reference = f"<ParentRef><FullName>{parent}</FullName></ParentRef>" if parent else ""
    return f"<{kind}AddRq><{kind}Add><Name>{name}</Name>{reference}{more}</{kind}Add></{kind}AddRq>"


def full_names(answers: Answers) -> list[str]:
    return [ret.text("FullName") for _, ret in answers[-1][2] if not isinstance(ret, str)]


def test_children_follow_their_parents_without_regard_to_case(ask: Ask) -> None:
    ask(add("beta") + add("Alpha") + add("a job", "beta") + add("Alpha 2") + add("Z job", "Alpha"))
    assert full_names(ask("<CustomerQueryRq/>")) == ["Alpha", "Alpha:Z job", "Alpha 2", "beta", "beta:a job"]


def test_a_job_knows_its_level(ask: Ask) -> None:
    ret = ask(add("A") + add("B", "A") + add("C", "A:B")).ret()
    assert (ret.text("FullName"), ret.text("Sublevel")) == ("A:B:C", "2")


def test_customers_vendors_employees_and_other_names_share_their_names(ask: Ask) -> None:
    answers = ask(add("Fern") + add("FERN", kind="Vendor") + add("fern", kind="OtherName"))
    assert answers.codes == [0, 3100, 3100]
    assert answers.messages[1] == 'The name "FERN" of the list element is already in use.'


def test_the_same_name_under_another_parent_is_another_name(ask: Ask) -> None:
    assert ask(add("A") + add("B") + add("Job", "A") + add("Job", "B") + add("Job", "A")).codes == [0, 0, 0, 0, 3100]


@pytest.mark.parametrize(("name", "parent", "code"), [("A:B", "", 3090), ("B", "none", 3130)])
def test_names_that_cannot_be(ask: Ask, name: str, parent: str, code: int) -> None:
    assert ask(add(name, parent)).codes == [code]


def modify(ret: Aggregate, change: str) -> str:
    return (
        f"<CustomerModRq><CustomerMod><ListID>{ret.text('ListID')}</ListID>"
        f"<EditSequence>{ret.text('EditSequence')}</EditSequence>{change}</CustomerMod></CustomerModRq>"
    )


def test_a_rename_reaches_jobs_and_whoever_refers_to_them(ask: Ask, company: Company, time: Clock) -> None:
    parent = ask(add("Old &amp; Co")).ret()
    ask(add("Job", "Old &amp; Co"))
    ask(
        add("Rita", kind="OtherName")
        + "<TimeTrackingAddRq><TimeTrackingAdd><EntityRef><FullName>Rita</FullName></EntityRef>"
        "<CustomerRef><FullName>Old &amp; Co:Job</FullName></CustomerRef><Duration>PT1H0M</Duration>"
        "</TimeTrackingAdd></TimeTrackingAddRq>"
    )
    time.pass_(5)
    assert ask(modify(parent, "<Name>New</Name>")).codes == [0]
    assert full_names(ask("<CustomerQueryRq/>")) == ["New", "New:Job"]
    tracked = ask("<TimeTrackingQueryRq/>").ret().child("CustomerRef")
    assert tracked is not None
    assert tracked.text("FullName") == "New:Job"
    assert ask("<CustomerQueryRq><FullName>new:job</FullName></CustomerQueryRq>").codes == [0]
    assert ask("<CustomerQueryRq><FullName>Old &amp; Co</FullName></CustomerQueryRq>").codes == [500]
    assert company.verify() == []


def test_an_element_cannot_stand_below_itself(ask: Ask) -> None:
    parent = ask(add("A")).ret()
    ask(add("B", "A"))
    answers = ask(modify(parent, "<ParentRef><FullName>A:B</FullName></ParentRef>"))
    assert answers.codes == [3210]


def test_a_stale_edit_sequence_changes_nothing(ask: Ask, time: Clock) -> None:
    first = ask(add("A")).ret()
    time.pass_(1)
    second = ask(modify(first, "<Phone>555-0101</Phone>")).ret()
    assert second.text("EditSequence") != first.text("EditSequence")
    answers = ask(modify(first, "<Phone>555-0102</Phone>"))
    assert answers.codes == [3200]
    assert answers.messages == [f'The provided edit sequence "{first.text("EditSequence")}" is out-of-date. ']
    assert ask("<CustomerQueryRq/>").ret().text("Phone") == "555-0101"


def test_an_empty_element_clears_and_a_missing_one_stays(ask: Ask) -> None:
    ret = ask(add("A", more="<CompanyName>A Ltd</CompanyName><Phone>555-0101</Phone>")).ret()
    changed = ask(modify(ret, "<CompanyName/>")).ret()
    assert (changed.text("CompanyName"), changed.text("Phone")) == ("", "555-0101")
    assert ask(modify(changed, "<Name/>")).codes == [3190]
