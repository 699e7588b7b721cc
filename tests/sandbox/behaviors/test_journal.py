"""Journal entries: they balance, name whom open accounts concern, and change line by line."""

from typing import Any

import pytest


def line(side: str, account: str, amount: str, more: str = "") -> str:
    return (
        f"<Journal{side}Line><AccountRef><FullName>{account}</FullName></AccountRef>"
        f"<Amount>{amount}</Amount>{more}</Journal{side}Line>"
    )


def entity(name: str) -> str:
    return f"<EntityRef><FullName>{name}</FullName></EntityRef>"


RENT = line("Debit", "Rent", "40.00") + line("Debit", "Repairs", "2.50") + line("Credit", "Checking", "42.50")


def test_an_entry_is_posted_as_it_is_given(buyer: Any) -> None:
    entry = buyer.txn(buyer.do("JournalEntryAdd", RENT), "JournalEntry")
    lines = [(name, value.text("Amount")) for name, value in entry if name.endswith("Line")]
    assert lines == [
        ("JournalDebitLine", "40.00"),
        ("JournalDebitLine", "2.50"),
        ("JournalCreditLine", "42.50"),
    ]
    assert entry.text("IsAdjustment") == "false"
    assert [buyer.balance("Account", name) for name in ("Rent", "Repairs", "Checking")] == [
        "40.00",
        "2.50",
        "-42.50",
    ]


def test_entries_are_numbered_on(buyer: Any) -> None:
    heads = ["", "<RefNumber>41</RefNumber>", "", "<RefNumber/>", ""]
    numbers = [buyer.do("JournalEntryAdd", head + RENT).text("RefNumber") for head in heads]
    assert numbers == ["1", "41", "42", "", "43"]


def test_an_entry_of_nothing_is_one(buyer: Any) -> None:
    buyer.do("JournalEntryAdd", line("Debit", "Rent", "0.00"))
    assert buyer.balance("Account", "Rent") == "0.00"


@pytest.mark.parametrize(
    ("lines", "code", "says"),
    [
        (line("Debit", "Rent", "1.00"), 3180, "not in balance"),
        (line("Debit", "Rent", "1.00") + line("Credit", "Checking", "0.99"), 3180, "not in balance"),
        (line("Debit", "Receivables", "1.00") + line("Credit", "Rent", "1.00"), 3140, "a customer or job"),
        (line("Debit", "Rent", "1.00") + line("Credit", "Payables", "1.00"), 3140, "a vendor"),
        (line("Debit", "Rent", "1.00") + line("Credit", "Payables", "1.00", entity("Baker")), 3140, "a vendor"),
        (
            line("Debit", "Receivables", "1.00", entity("Baker")) + line("Credit", "Payables", "1.00", entity("Mill")),
            3180,
            "more than one",
        ),
        (
            "<JournalDebitLine><Amount>1.00</Amount></JournalDebitLine>" + line("Credit", "Rent", "1.00"),
            3150,
            "AccountRef",
        ),
    ],
)
def test_entries_that_are_refused(buyer: Any, lines: str, code: int, says: str) -> None:
    found, message, _ = buyer.ask("JournalEntryAdd", lines)
    assert (found, says in message) == (code, True), message
    assert buyer.balance("Account", "Rent") == "0.00"


def test_open_accounts_move_the_balance_of_whom_they_concern(buyer: Any) -> None:
    buyer.do("JournalEntryAdd", line("Debit", "Receivables", "9.00", entity("Baker")) + line("Credit", "Sales", "9.00"))
    entry = buyer.do(
        "JournalEntryAdd", line("Debit", "Rent", "7.00") + line("Credit", "Payables", "7.00", entity("Mill"))
    )
    assert buyer.balance("Customer", "Baker") == "9.00"
    assert buyer.balance("Vendor", "Mill") == "7.00"
    assert buyer.void(entry, "JournalEntry") == 0
    assert buyer.balance("Vendor", "Mill") == "0.00"


def test_a_mod_changes_lines_turns_them_and_adds_some(buyer: Any) -> None:
    entry = buyer.txn(buyer.do("JournalEntryAdd", RENT), "JournalEntry")
    rent, repairs = (one.text("TxnLineID") for one in entry.children("JournalDebitLine"))
    (checking,) = (one.text("TxnLineID") for one in entry.children("JournalCreditLine"))
    change = (
        f"<JournalLineMod><TxnLineID>{rent}</TxnLineID></JournalLineMod>"
        f"<JournalLineMod><TxnLineID>{repairs}</TxnLineID><JournalLineType>Credit</JournalLineType></JournalLineMod>"
        f"<JournalLineMod><TxnLineID>{checking}</TxnLineID><Amount>38.00</Amount></JournalLineMod>"
        "<JournalLineMod><TxnLineID>-1</TxnLineID><JournalLineType>Debit</JournalLineType>"
        "<AccountRef><FullName>Savings</FullName></AccountRef><Amount>0.50</Amount></JournalLineMod>"
    )
    buyer.mod(entry, "JournalEntry", change)
    entry = buyer.txn(entry, "JournalEntry")
    assert [name for name, _ in entry if name.endswith("Line")] == [
        "JournalDebitLine",
        "JournalCreditLine",
        "JournalCreditLine",
        "JournalDebitLine",
    ]
    assert [one.text("TxnLineID") for one in entry.children("JournalCreditLine")] == [repairs, checking]
    assert [buyer.balance("Account", name) for name in ("Rent", "Repairs", "Checking", "Savings")] == [
        "40.00",
        "-2.50",
        "-38.00",
        "0.50",
    ]


def test_a_mod_leaves_out_what_it_does_not_name(buyer: Any) -> None:
    entry = buyer.txn(buyer.do("JournalEntryAdd", RENT), "JournalEntry")
    rent, _ = (one.text("TxnLineID") for one in entry.children("JournalDebitLine"))
    (checking,) = (one.text("TxnLineID") for one in entry.children("JournalCreditLine"))
    kept = f"<JournalLineMod><TxnLineID>{rent}</TxnLineID></JournalLineMod>"
    assert buyer.ask("JournalEntryMod", buyer.head(entry) + kept)[0] == 3180
    kept += f"<JournalLineMod><TxnLineID>{checking}</TxnLineID><Amount>40.00</Amount></JournalLineMod>"
    buyer.mod(entry, "JournalEntry", kept)
    assert buyer.balance("Account", "Repairs") == "0.00"


def test_a_new_line_says_of_which_sort_it_is(buyer: Any) -> None:
    entry = buyer.do("JournalEntryAdd", RENT)
    new = "<JournalLineMod><TxnLineID>-1</TxnLineID><Amount>1.00</Amount></JournalLineMod>"
    assert buyer.ask("JournalEntryMod", buyer.head(entry) + new)[0] == 3150
    unknown = new.replace("-1", "FFFF-1700000000").replace(
        "<Amount>", "<JournalLineType>Debit</JournalLineType><Amount>"
    )
    assert buyer.ask("JournalEntryMod", buyer.head(entry) + unknown)[0] == 3120
