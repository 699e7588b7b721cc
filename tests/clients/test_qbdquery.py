"""A client from the package index, written for QuickBooks over COM, runs against the connector as it is."""

import importlib
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from .com import modules
from .conftest import Shop


@pytest.fixture
def qbdquery(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name, module in modules(shop.url, shop.user, shop.password).items():
        monkeypatch.setitem(sys.modules, name, module)
    yield importlib.import_module("qbdquery")
    for name in [name for name in sys.modules if name.split(".")[0] == "qbdquery"]:
        del sys.modules[name]


def test_it_reads_lists_and_transactions(qbdquery: Any) -> None:
    client = qbdquery.QuickBooksClient()
    with client.session():
        customers = client.query_customers()
        invoices = client.query_invoices()
        accounts = client.query("Account", filters={"ActiveStatus": "ActiveOnly"})
        some = client.query("Customer", max_results=3)
    assert len(customers) == 12
    assert len(invoices) == 8
    assert len(some) == 3
    assert all(customer["ListID"] and customer["FullName"] for customer in customers)
    assert all(invoice["TxnID"] and invoice["BalanceRemaining"] for invoice in invoices)
    assert {account["AccountType"] for account in accounts} >= {"Bank", "AccountsReceivable", "Income"}


def test_it_merges_two_customers(qbdquery: Any) -> None:
    client = qbdquery.QuickBooksClient()
    with client.session():
        before = [one for one in client.query_customers() if ":" not in one["FullName"]]
        parents = {one["FullName"].split(":")[0] for one in client.query_customers() if ":" in one["FullName"]}
        source, target = [one for one in before if one["FullName"] not in parents][:2]
        client.merge_customers(
            merge_from={"ListID": source["ListID"], "EditSequence": source["EditSequence"]},
            merge_to={"ListID": target["ListID"], "EditSequence": target["EditSequence"]},
        )
        after = {one["FullName"] for one in client.query_customers()}
    assert source["FullName"] not in after
    assert target["FullName"] in after


def test_its_errors_are_quickbooks_own(qbdquery: Any) -> None:
    client = qbdquery.QuickBooksClient(qbxml_version="99.0")
    with client.session(), pytest.raises(qbdquery.QBDSessionError, match="not supported or is unknown"):
        client.query_customers()
