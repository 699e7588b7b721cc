"""One object, one transaction and its links, the search for any, and the overview."""

import pytest

from qbconnector.errors import NothingThere
from qbconnector.qbxml import Aggregate
from qbconnector.sandbox import money
from qbconnector.sandbox.books import Books
from qbconnector.sandbox.browse import (
    TRANSACTIONS,
    Node,
    Place,
    Wish,
    detail,
    groups,
    overview,
    page,
    search,
    transaction,
)
from qbconnector.sandbox.store import read_ret


def listed(books: Books, kind: str, **wish: str) -> list[str]:
    return [row.link.id for row in page(books, Wish(kind, place=Place(1000), **wish)).rows]  # type: ignore[arg-type]


def texts(nodes: tuple[Node, ...]) -> list[tuple[str, str]]:
    found = []
    for node in nodes:
        found += [(node.name, node.text)] if not node.children else texts(node.children)
    return found


def leaves(fields: Aggregate) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for name, value in fields:
        if isinstance(value, str):
            found.append((name, value))
        elif {child for child, _ in value} <= {"ListID", "FullName"}:
            found.append((name, value.text("FullName")))
        else:
            found += leaves(value)
    return found


def test_every_object_is_shown_whole(books: Books) -> None:
    for group in groups(books):
        for id_ in listed(books, group.kind)[:5]:
            shown = detail(books, id_)
            assert shown.link.id == id_
            assert texts(shown.tree) == leaves(read_ret(shown.raw.encode()))
            assert shown.created
            assert shown.title


def test_a_job_and_its_customer_lead_to_each_other(books: Books) -> None:
    job = next(row.link for row in page(books, Wish("Customer", search=":")).rows)
    parent = detail(books, job.id).parent
    assert parent is not None
    assert job in detail(books, parent.id).children
    assert detail(books, parent.id).users > 0
    node = next(node for node in detail(books, job.id).tree if node.name == "ParentRef")
    assert node.link == parent


def test_postings_of_every_transaction_balance_and_lead_to_accounts(books: Books) -> None:
    for group in groups(books):
        if group.is_transaction:
            for id_ in listed(books, group.kind)[:20]:
                shown = transaction(books, id_)
                assert sum(money.cents(one.debit) - money.cents(one.credit) for one in shown.postings) == 0
                assert all(one.account and one.account.kind == "Account" for one in shown.postings)


def test_every_link_leads_back_with_the_same_amount(books: Books) -> None:
    back = {
        "Applied to": "Settled by",
        "Deposited by": "Deposits",
        "Receives": "Received by",
        "Credit applied by": "Applied the credit",
    }
    back |= {there: here for here, there in back.items()}
    seen = set()
    for id_ in listed(books, TRANSACTIONS):
        for one in transaction(books, id_).linked:
            seen.add(one.relation)
            there = [(other.relation, other.link.id, other.amount) for other in transaction(books, one.link.id).linked]
            assert (back[one.relation], id_, one.amount) in there
    assert {"Applied to", "Settled by", "Deposited by", "Deposits"} <= seen


def test_links_of_an_invoice_are_what_is_settled_of_it(books: Books) -> None:
    paid = 0
    for id_ in listed(books, "Invoice"):
        shown = transaction(books, id_)
        settled = sum(money.cents(one.amount) + money.cents(one.discount) for one in shown.linked)
        assert money.cents(shown.amount) - settled == money.cents(shown.open)
        paid += settled > 0
    assert paid > 10


def test_lines_add_up_to_what_was_entered(books: Books) -> None:
    for id_ in listed(books, "Bill")[:30]:
        shown = transaction(books, id_)
        assert shown.lines
        top = sum(money.cents(line.amount) for line in shown.lines if line.level == 0)
        assert money.amount(top) == shown.amount
        assert all(line.item or line.account for line in shown.lines)


def test_what_is_not_there_is_refused(books: Books) -> None:
    customer = listed(books, "Customer")[0]
    with pytest.raises(NothingThere, match="80000001-17"):
        detail(books, "80000001-17")
    with pytest.raises(NothingThere):
        transaction(books, customer)


def test_a_search_finds_names_numbers_and_amounts(books: Books) -> None:
    row = page(books, Wish("Invoice", order="-amount")).rows[0]
    by_number, by_amount = search(books, row.link.name), search(books, str(row.cells[4]))
    assert row.link in [hit.link for hit in by_number.numbers]
    assert by_number.numbers[0].link.name == row.link.name
    assert row.link in [hit.link for hit in by_amount.amounts]
    customer = page(books, Wish("Customer", search=":")).rows[3].link
    inside = customer.name.split(":")[1][1:]
    assert customer in [hit.link for hit in search(books, inside.upper(), most=100).names]
    begins = [hit.link.name.lower().startswith("c") for hit in search(books, "c", most=100).names]
    assert begins == sorted(begins, reverse=True)
    assert len(search(books, "a", most=7).names) == 7
    assert search(books, "  ") == search(books, "zzz9")


def test_the_overview_balances(books: Books) -> None:
    shown = overview(books)
    cents = {name: money.cents(text) for name, text in shown.balances.items()}
    assert cents["Assets"] + cents["Expenses"] == cents["Liabilities"] + cents["Equity"] + cents["Income"]
    assert cents["Income"] > 0
    assert shown.is_sample
    assert shown.size > 100_000
    assert len(shown.latest) == 10
