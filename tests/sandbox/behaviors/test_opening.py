"""Opening balances of anything keep the books in balance."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from qbconnector.qbxml import parse_response
from qbconnector.sandbox import money
from qbconnector.sandbox.company import Company
from tests.sandbox.conftest import document

AMOUNTS = st.integers(-1_000_000, 1_000_000)
LISTS = st.sampled_from(
    [
        ("Customer", ""),
        ("Customer", "<ParentRef><FullName>Customer 0</FullName></ParentRef>"),
        ("Vendor", ""),
        *(("Account", f"<AccountType>{kind}</AccountType>") for kind in ("Bank", "CreditCard", "FixedAsset", "Equity")),
    ]
)


def element(number: int, kind: str, more: str, amount: int) -> str:
    name = f"<Name>{kind} {number}</Name>"
    opening = f"<OpenBalance>{money.amount(amount)}</OpenBalance>"
    return f"<{kind}AddRq><{kind}Add>{name}{more}{opening}</{kind}Add></{kind}AddRq>"


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(LISTS, AMOUNTS), max_size=12))
def test_whatever_is_opened_the_books_balance(openings: list[tuple[tuple[str, str], int]]) -> None:
    wanted = [element(0, "Customer", "", 0)]
    wanted += [element(number, kind, more, amount) for number, ((kind, more), amount) in enumerate(openings, 1)]
    query = "<AccountQueryRq><AccountType>AccountsReceivable</AccountType></AccountQueryRq>"
    with tempfile.TemporaryDirectory() as folder, Company.create(Path(folder) / "a.qbsandbox") as company:
        body = b"".join(company.execute(document("".join(wanted) + query)))
        *added, receivable = parse_response(body, version="16.0").responses
        assert {one.attributes["statusCode"] for one in added} == {"0"}
        assert company.verify() == []
    owed = sum(amount for (kind, _), amount in openings if kind == "Customer")
    shown = [account.text("Balance") for account in receivable.fields.children("AccountRet")]
    assert shown in ([money.amount(owed)], [] if not owed else [money.amount(owed)])
