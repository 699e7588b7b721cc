"""Accounts: numbers, types, opening balances, and the special ones."""

import pytest

from qbconnector.sandbox.company import Company
from tests.sandbox.conftest import Ask, Clock


def account(name: str, kind: str, more: str = "", parent: str = "") -> str:
    reference = f"<ParentRef><FullName>{parent}</FullName></ParentRef>" if parent else ""
    return (
        f"<AccountAddRq><AccountAdd><Name>{name}</Name>{reference}<AccountType>{kind}</AccountType>{more}"
        "</AccountAdd></AccountAddRq>"
    )


def change(ask: Ask, name: str, children: str) -> int:
    ret = ask(f"<AccountQueryRq><FullName>{name}</FullName></AccountQueryRq>").ret()
    head = f"<ListID>{ret.text('ListID')}</ListID><EditSequence>{ret.text('EditSequence')}</EditSequence>"
    return ask(f"<AccountModRq><AccountMod>{head}{children}</AccountMod></AccountModRq>").codes[0]


def balance(ask: Ask, name: str) -> str:
    return ask(f"<AccountQueryRq><FullName>{name}</FullName></AccountQueryRq>").ret().text("Balance")


def test_a_number_is_used_once(ask: Ask) -> None:
    number = "<AccountNumber>1000</AccountNumber>"
    answers = ask(account("A", "Bank", number) + account("B", "Expense", number))
    assert answers.codes == [0, 3180]
    assert answers.messages[1].endswith("The account number is already in use.")


def test_an_account_keeps_its_own_number(ask: Ask) -> None:
    ask(account("A", "Bank", "<AccountNumber>1000</AccountNumber>"))
    assert change(ask, "A", "<Desc>Main</Desc>") == 0


def test_an_account_is_of_its_parents_type(ask: Ask) -> None:
    answers = ask(account("A", "Bank") + account("B", "Bank", parent="A") + account("C", "Expense", parent="A"))
    assert answers.codes == [0, 0, 3210]


@pytest.mark.parametrize(
    ("kind", "to", "code"),
    [
        ("Expense", "OtherExpense", 0),
        ("AccountsReceivable", "Bank", 3210),
        ("Bank", "AccountsPayable", 3210),
    ],
)
def test_which_types_may_change(ask: Ask, kind: str, to: str, code: int) -> None:
    ask(account("A", kind))
    assert change(ask, "A", f"<AccountType>{to}</AccountType>") == code


def test_the_balance_follows_the_type(ask: Ask, company: Company) -> None:
    ask(account("Loan", "OtherCurrentAsset", "<OpenBalance>70.00</OpenBalance>"))
    assert change(ask, "Loan", "<AccountType>OtherCurrentLiability</AccountType>") == 0
    assert balance(ask, "Loan") == "-70.00"
    assert company.verify() == []


def test_a_balance_may_be_opened_and_the_type_changed_at_once(ask: Ask, company: Company) -> None:
    ask(account("Loan", "OtherCurrentAsset"))
    both = "<AccountType>LongTermLiability</AccountType><OpenBalance>70.00</OpenBalance>"
    assert change(ask, "Loan", both) == 0
    assert balance(ask, "Loan") == "70.00"
    assert company.verify() == []


@pytest.mark.parametrize(("kind", "equity"), [("Bank", "500.00"), ("CreditCard", "-500.00")])
def test_an_opening_balance_is_a_journal_entry(ask: Ask, company: Company, kind: str, equity: str) -> None:
    given = "<OpenBalance>500.00</OpenBalance><OpenBalanceDate>2026-01-01</OpenBalanceDate>"
    assert ask(account("A", kind, given)).ret().text("Balance") == "500.00"
    assert balance(ask, "Opening Balance Equity") == equity
    entry = ask("<JournalEntryQueryRq/>").ret()
    assert entry.text("TxnDate") == "2026-01-01"
    assert not entry.has("RefNumber")
    assert company.verify() == []


def test_an_opening_balance_may_come_late_but_not_twice(ask: Ask) -> None:
    ask(account("A", "Bank"))
    assert change(ask, "A", "<OpenBalance>5.00</OpenBalance>") == 0
    assert balance(ask, "A") == "5.00"
    assert change(ask, "A", "<OpenBalance>6.00</OpenBalance>") == 3210


def test_income_has_no_opening_balance(ask: Ask) -> None:
    assert ask(account("A", "Income", "<OpenBalance>5.00</OpenBalance>")).codes == [3210]
    assert ask("<AccountQueryRq/>").codes == [1]


def test_an_account_with_postings_is_not_deleted(ask: Ask) -> None:
    ret = ask(account("A", "Bank", "<OpenBalance>5.00</OpenBalance>")).ret()
    delete = f"<ListDelRq><ListDelType>Account</ListDelType><ListID>{ret.text('ListID')}</ListID></ListDelRq>"
    assert ask(delete).codes == [3160]


def test_special_accounts_are_made_once(ask: Ask) -> None:
    add = "<SpecialAccountAddRq><SpecialAccountAdd><SpecialAccountType>{}</SpecialAccountType></SpecialAccountAdd>"
    request = add.format("UndepositedFunds") + "</SpecialAccountAddRq>"
    answers = ask(request + request)
    assert answers.codes == [0, 3100]
    made = answers.ret(0)
    assert (made.text("Name"), made.text("AccountType")) == ("Undeposited Funds", "OtherCurrentAsset")


def test_an_account_that_is_brought_in_becomes_the_special_one(ask: Ask) -> None:
    answers = ask(
        account("Debtors", "AccountsReceivable")
        + account("More debtors", "AccountsReceivable")
        + account("undeposited funds", "OtherCurrentAsset")
        + account("Retained Earnings", "Bank")
    )
    kinds = [answers.ret(index).text("SpecialAccountType") for index in range(4)]
    assert kinds == ["AccountsReceivable", "", "UndepositedFunds", ""]


def test_a_special_account_makes_way_for_a_name_that_is_taken(ask: Ask) -> None:
    ask(account("Opening Balance Equity", "Bank") + account("A", "Bank", "<OpenBalance>5.00</OpenBalance>"))
    assert balance(ask, "Opening Balance Equity*") == "5.00"


def test_tax_lines(ask: Ask) -> None:
    lines = ask("<AccountTaxLineInfoQueryRq/>")
    assert lines.ret().text("TaxLineName") == "<Unassigned>"
    answers = ask(account("A", "Bank", "<TaxLineID>0</TaxLineID>") + account("B", "Bank", "<TaxLineID>7</TaxLineID>"))
    assert answers.codes == [0, 3140]
    line = answers.ret(0).child("TaxLineInfoRet")
    assert line is not None
    assert line.text("TaxLineID") == "0"


def test_the_cash_flow_follows_the_type(ask: Ask, time: Clock) -> None:
    ask(account("A", "FixedAsset"))
    time.pass_()
    change(ask, "A", "<AccountType>Equity</AccountType>")
    ret = ask("<AccountQueryRq/>").ret()
    assert ret.text("CashFlowClassification") == "Financing"
