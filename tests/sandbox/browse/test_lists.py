"""Pages of lists and transactions: paging, sorting and searching against the plain way to do each."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbconnector.errors import InvalidView, NothingThere
from qbconnector.sandbox.books import Books
from qbconnector.sandbox.browse import TRANSACTIONS, Link, Page, Place, Row, Wish, groups, page
from qbconnector.sandbox.browse.pages import LARGEST
from qbconnector.sandbox.company import reading

ALL = Place(LARGEST)


def everything(books: Books, **wish: object) -> tuple[Row, ...]:
    shown = page(books, Wish(place=ALL, **wish))  # type: ignore[arg-type]
    assert not shown.previous
    assert not shown.next
    return shown.rows


def ids(rows: tuple[Row, ...]) -> list[str]:
    return [row.link.id for row in rows]


def column(shown: Page, name: str) -> list[object]:
    index = [one.name for one in shown.columns].index(name)
    return [row.cells[index] for row in shown.rows]


KINDS = ("Account", "Customer", "Vendor", "Item", "Terms", "Class", "Invoice", "JournalEntry", "Deposit", TRANSACTIONS)


def orders(books: Books, kind: str) -> list[str]:
    sortable = [one.name for one in page(books, Wish(kind)).columns if one.order]
    return [sign + name for name in sortable for sign in ("", "-")]


@pytest.mark.parametrize("kind", KINDS)
def test_pages_of_any_size_make_up_the_whole_in_every_order_both_ways(books: Books, kind: str) -> None:
    for order in orders(books, kind):
        whole = ids(page(books, Wish(kind, order=order, place=Place(600))).rows)
        for size in (1, 7, 50) if len(whole) < 100 else (49, 50):
            forth: list[str] = []
            backs: list[str] = []
            shown = page(books, Wish(kind, order=order, place=Place(size)))
            forth += ids(shown.rows)
            while shown.next and len(forth) < 600:
                shown = page(books, Wish(kind, order=order, place=Place(size, after=shown.next)))
                forth += ids(shown.rows)
            assert forth[: len(whole)] == whole
            while shown.previous:
                shown = page(books, Wish(kind, order=order, place=Place(size, before=shown.previous)))
                backs = ids(shown.rows) + backs
            assert backs == forth[: len(backs)]
            assert len(backs) >= len(forth) - size


@pytest.mark.parametrize("order", ["amount", "-amount", "number", "date", "-open"])
def test_rows_come_in_the_order_of_their_column(books: Books, order: str) -> None:
    shown = page(books, Wish("Invoice", order=order, place=ALL))
    cells = column(shown, order.removeprefix("-"))
    if order in {"date", "-date"}:
        values: list[object] = cells
    else:
        values = [float(cell.name if isinstance(cell, Link) else str(cell)) for cell in cells]
    assert values == sorted(values, reverse=order.startswith("-"))  # type: ignore[type-var]
    assert len(set(map(str, values))) > 5


def test_customers_are_sorted_by_the_balance_they_show(books: Books) -> None:
    shown = page(books, Wish("Customer", order="-balance", place=ALL))
    balances = [float(str(cell)) for cell in column(shown, "balance")]
    assert balances == sorted(balances, reverse=True)
    assert balances[0] > 0


TEXTS = st.one_of(
    st.text(max_size=4), st.sampled_from(["garden", "E", "o:", ":", "%", "_", "12", "1", "é", "CAFÉ", ", "])
)


@given(text=TEXTS)
def test_a_search_in_lists_is_a_search_in_their_full_names(sample: Path, text: str) -> None:
    with reading(sample) as books:
        for kind in ("Customer", "Item", "Vendor", "Class"):
            plain = [row for row in everything(books, kind=kind) if text.strip().lower() in row.link.name.lower()]
            assert ids(everything(books, kind=kind, search=text)) == ids(tuple(plain)), kind


def test_accounts_are_found_by_number_too(books: Books) -> None:
    accounts = everything(books, kind="Account")
    number = str(accounts[5].cells[1])
    assert number
    assert accounts[5].link.id in ids(everything(books, kind="Account", search=number))
    assert accounts[5].link.id in ids(everything(books, kind="Account", search=accounts[5].link.name.upper()))


def test_transactions_are_found_by_number_name_and_amount(books: Books) -> None:
    invoices = everything(books, kind="Invoice")
    _, number, entity, _, amount, *_ = invoices[7].cells
    assert isinstance(number, Link)
    assert isinstance(entity, Link)
    for text in (number.name, entity.name[:7].upper(), f"${float(str(amount)):,.2f}"):
        found = everything(books, kind="Invoice", search=text)
        plain = [
            row
            for row in invoices
            if text in row.link.name
            or text.lower() in row.cells[2].name.lower()  # type: ignore[union-attr]
            or row.cells[4] == text.strip("$").replace(",", "")
            or row.cells[4] == f"{text}.00"
        ]
        assert invoices[7].link.id in ids(found)
        assert ids(found) == ids(tuple(plain))


def test_filters_narrow_a_page(books: Books) -> None:
    days = [str(row.cells[0]) for row in everything(books, kind="Invoice")]
    since, until = sorted(days)[20], sorted(days)[60]
    within = everything(books, kind="Invoice", since=since, until=until)
    assert len(within) == len([day for day in days if since <= day <= until])
    open_ones = everything(books, kind="Invoice", is_open=True)
    assert 0 < len(open_ones) < len(days)
    assert all(row.cells[5] != "0.00" for row in open_ones)
    job = next(row.link for row in everything(books, kind="Customer") if ":" in row.link.name)
    parent = next(row.link for row in everything(books, kind="Customer") if row.link.name == job.name.split(":")[0])
    family = everything(books, kind=TRANSACTIONS, entity=parent.id)
    assert set(ids(everything(books, kind=TRANSACTIONS, entity=job.id))) <= set(ids(family))
    assert {row.cells[3].name.split(":")[0] for row in family} == {parent.name}  # type: ignore[union-attr]
    active = ids(everything(books, kind="Customer", active=True))
    inactive = ids(everything(books, kind="Customer", active=False))
    assert sorted(active + inactive) == sorted(ids(everything(books, kind="Customer")))


def test_counts_are_those_of_the_file(books: Books) -> None:
    for group in groups(books):
        assert page(books, Wish(group.kind, place=Place(3))).count == group.count
        assert page(books, Wish(group.kind, place=Place(3), search="zzz9")).count == 0
    assert sum(group.count for group in groups(books) if group.is_transaction) == 2 * next(
        group.count for group in groups(books) if group.kind == TRANSACTIONS
    )


@pytest.mark.parametrize(
    ("wish", "problem"),
    [
        (Wish("Nonsense"), 'called "Nonsense"'),
        (Wish("Customer", order="-phone"), 'cannot be sorted by "phone"'),
        (Wish("Invoice", since="yesterday"), "no day"),
        (Wish("Invoice", place=Place(0)), "1 to 1000"),
        (Wish("Invoice", place=Place(5, "a", "b")), "not both"),
        (Wish("Invoice", place=Place(5, after="rubbish")), "cannot be read"),
        (Wish("Invoice", place=Place(5, after="W1tdXQ")), "cannot be read"),
        (Wish("Invoice", place=Place(5, after="WzEsbnVsbF0")), "cannot be read"),
        (Wish("Invoice", place=Place(5, before="ü" * 3)), "cannot be read"),
    ],
)
def test_what_cannot_be_shown_is_refused(books: Books, wish: Wish, problem: str) -> None:
    with pytest.raises(InvalidView, match=problem) as refused:
        page(books, wish)
    assert refused.value.remedy


def test_an_entity_that_is_not_there_is_refused(books: Books) -> None:
    for id_ in ("80000001-1", "rubbish", "", "FFFFFFFFFFFFFFF-1"):
        with pytest.raises(NothingThere):
            page(books, Wish("Invoice", entity=id_ or "-"))


@given(cursor=st.text(max_size=40))
def test_any_text_as_a_cursor_is_a_page_or_a_refusal(sample: Path, cursor: str) -> None:
    with reading(sample) as books, suppress(InvalidView):
        page(books, Wish("Invoice", place=Place(5, after=cursor)))
