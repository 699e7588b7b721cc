"""The company that the sweeps work on, and requests that make sense in it.

`World` knows what the company holds; `Chooser` gives a leaf of a request a text that fits it; `Least` and `Whole`
build the least request that says what it is about, and the one that says everything.
"""

from collections.abc import Mapping
from pathlib import Path

from qbconnector.qbxml import Aggregate, ElementDecl, Item, Message, Version, dialect, parse_response
from qbconnector.qbxml.states import grammar
from qbconnector.sandbox.company import Company
from qbconnector.sandbox.kinds import Kind, is_reference, kinds, targets
from tests.qbxml.generate import Builder, Full
from tests.qbxml.generate import Path as ElementPath

#: The requests that fill the company, as one message set.
REQUESTS = Path(__file__).with_name("company.xml")

NEWEST = dialect("qbxml").versions[-1]
OWNER = "{6B063959-81B0-4622-85D6-F548C8CCB517}"


def query_all(name: str) -> str:
    """A query of every object of a kind, whole."""
    elements = dialect("qbxml").messages[f"{name}QueryRq"].content.elements
    active = "<ActiveStatus>All</ActiveStatus>" if "ActiveStatus" in elements else ""
    lines = "<IncludeLineItems>true</IncludeLineItems>" if "IncludeLineItems" in elements else ""
    return f"<{name}QueryRq>{active}{lines}</{name}QueryRq>"


class World:
    """What a company holds: the Rets of every kind, in the order queries return them."""

    def __init__(self, company: Company) -> None:
        names = [name for name in kinds() if name != "ItemSites"]
        body = (
            f'<?xml version="1.0"?><?qbxml version="{NEWEST}"?><QBXML><QBXMLMsgsRq onError="continueOnError">'
            f"{''.join(map(query_all, names))}</QBXMLMsgsRq></QBXML>"
        )
        answers = parse_response(b"".join(company.execute(body.encode()))).responses
        self.rets: Mapping[str, list[Aggregate]] = {
            name: [ret for _, ret in answer.fields if isinstance(ret, Aggregate)]
            for name, answer in zip(names, answers, strict=True)
        }

    def one(self, kind: str, **fields: str) -> Aggregate:
        """The first object of a kind with these texts."""
        found = (ret for ret in self.rets[kind] if all(ret.text(name) == text for name, text in fields.items()))
        return next(found)

    def named(self, kind: str, name: str) -> Aggregate:
        """The list element with this full name."""
        return next(ret for ret in self.rets[kind] if full_name(kinds()[kind], ret) == name)


def full_name(kind: Kind, ret: Aggregate) -> str:
    """What a reference calls a list element."""
    return ret.text("FullName") or ret.text(kind.name_element)


#: Which account a reference means, by its role or by its path's end.
ACCOUNTS = {
    "APAccountRef": "Accounts Payable",
    "AccountAdd/ParentRef": "Rent",
    "AccountMod/ParentRef": "Savings",
    "ARAccountRef": "Accounts Receivable",
    "AccountRef": "Rent",
    "AssetAccountRef": "Inventory Asset",
    "BankAccountRef": "Checking",
    "COGSAccountRef": "Cost of Goods Sold",
    "CheckAdd/AccountRef": "Checking",
    "CheckAdd/ExpenseLineAdd/AccountRef": "Accounts Payable",
    "CheckMod/AccountRef": "Checking",
    "CheckMod/ExpenseLineMod/AccountRef": "Accounts Payable",
    "CreditCardAccountRef": "Company Card",
    "CreditCardChargeAdd/AccountRef": "Company Card",
    "CreditCardChargeMod/AccountRef": "Company Card",
    "CreditCardCreditAdd/AccountRef": "Company Card",
    "CreditCardCreditMod/AccountRef": "Company Card",
    "DepositToAccountRef": "Checking",
    "ExpenseAccountRef": "Rent",
    "IncomeAccountRef": "Sales",
    "RefundFromAccountRef": "Checking",
    "TransferFromAccountRef": "Checking",
    "TransferToAccountRef": "Savings",
}

ACCOUNT_ROLES = tuple(role for role in ACCOUNTS if "/" not in role)
ENTITY_ROLES = ("CustomerRef", "VendorRef", "PayeeEntityRef", "EntityRef")

#: Which kind a reference means, by its path's end, where it may be of several and the first would not do.
KINDS = {
    "ItemRef": "ItemService",
    "InventoryAdjustmentLineAdd/ItemRef": "ItemInventory",
    "InventoryAdjustmentLineMod/ItemRef": "ItemInventory",
    "TransferInventoryLineAdd/ItemRef": "ItemInventory",
    "TransferInventoryLineMod/ItemRef": "ItemInventory",
    "PayeeEntityRef": "Vendor",
    "ListObjRef": "Customer",
    "SalesRepEntityRef": "Employee",
    "TimeTrackingAdd/EntityRef": "Employee",
    "TimeTrackingMod/EntityRef": "Employee",
}

#: Which element of a list a reference means, where the first one of its list would not do.
ELEMENTS = {
    "Customer": "Ash Gardens",
    "ItemService": "Mowing",
    "ItemInventory": "Rake",
    "ItemSalesTax": "County Tax",
    "SalesTaxCode": "Tax",
    "Vendor": "Alder Supply",
}

#: Texts by the end of a leaf's path; the longest end that is known decides. "<X>" is looked up in the company: a
#: kind, which of its objects ("RefNumber=100"; "" the first) and an element of it or of its first line.
TEXTS = {
    "AccountFilter/ListID": "<account>",
    "AccountMod/OpenBalance": "",
    "AccountAdd/OpenBalance": "",
    "ApplyCheckToTxnAdd/TxnID": "<Bill.RefNumber=B-1.TxnID>",
    "ApplyCheckToTxnMod/TxnID": "<Bill.RefNumber=B-1.TxnID>",
    "AccountNumber": "6100",
    "AccountType": "Expense",
    "AccountMod/AccountType": "Bank",
    "ClassFilter/ListID": "<Class.Name=North.ListID>",
    "EntityFilter/ListID": "<entity>",
    "ItemFilter/ListID": "<ItemService.Name=Mowing.ListID>",
    "FromName": "",
    "ToName": "~",
    "TaxLineID": "0",
    "SalesTaxCodeAdd/Name": "New",
    "SalesTaxCodeMod/Name": "New",
    "BarCodeValue": "4006381333931",
    "BillPaymentCheckMod/Amount": "100.00",
    "CreditCardTransID": "5001",
    "DataExtAdd/OwnerID": OWNER,
    "DataExtAdd/DataExtName": "Note",
    "DataExtMod/OwnerID": OWNER,
    "DataExtMod/DataExtName": "Mark",
    "DataExtDel/OwnerID": OWNER,
    "DataExtDel/DataExtName": "Mark",
    "DataExtAdd/TxnID": "<Invoice.RefNumber=100.TxnID>",
    "DataExtAdd/TxnLineID": "<Invoice.RefNumber=100.TxnLineID>",
    "DataExtMod/TxnID": "<Invoice.RefNumber=100.TxnID>",
    "DataExtMod/TxnLineID": "<Invoice.RefNumber=100.TxnLineID>",
    "DataExtDel/TxnID": "<Invoice.RefNumber=100.TxnID>",
    "DataExtDel/TxnLineID": "<Invoice.RefNumber=100.TxnLineID>",
    "FromDate": "2026-01-01",
    "FromEffectiveDate": "2026-01-01",
    "FromModifiedDate": "2026-01-01T00:00:00",
    "FromDeletedDate": "2026-01-01T00:00:00",
    "FromTxnDate": "2026-01-01",
    "FromRefNumber": "",
    "SpecialAccountType": "PettyCash",
    "ToModifiedDate": "2026-12-31T00:00:00",
    "ToDeletedDate": "2026-12-31T00:00:00",
    "ToTxnDate": "2026-12-31",
    "ToRefNumber": "ZZZ",
    "ToEffectiveDate": "2026-12-31",
    "NameFilter/Name": "",
    "RefNumberFilter/RefNumber": "<own>",
    "PaidStatus": "All",
    "RefNumber": "<own>",
    "CurrencyCode": "NOK",
    "DataExtDefAdd/DataExtName": "Size",
    "DataExtDefDelRq/OwnerID": OWNER,
    "DataExtDefDelRq/DataExtName": "Mark",
    "DataExtName": "Color",
    "OwnerID": "0",
    "EditSequence": "<own>",
    "ExpirationMonth": "12",
    "ExpirationYear": "2030",
    "FullName": "A new one",
    "Initial": "NO",
    "ListDataExtType": "Customer",
    "OtherDataExtType": "Company",
    "TxnDataExtType": "Invoice",
    "ListDelType": "CustomerType",
    "ListDelRq/ListID": "<CustomerType..ListID>",
    "ListMergeType": "Class",
    "MergeFrom/ListID": "<Class.Name=South.ListID>",
    "MergeFrom/EditSequence": "<Class.Name=South.EditSequence>",
    "MergeTo/ListID": "<Class.Name=North.ListID>",
    "MergeTo/EditSequence": "<Class.Name=North.EditSequence>",
    "ListID": "<own>",
    "LinkToTxn/TxnID": "<PurchaseOrder..TxnID>",
    "LinkToTxn/TxnLineID": "<PurchaseOrder..TxnLineID>",
    "LinkToTxnID": "<PurchaseOrder..TxnID>",
    "InvoiceAdd/LinkToTxnID": "<SalesOrder..TxnID>",
    "InvoiceLineAdd/LinkToTxn/TxnID": "<SalesOrder..TxnID>",
    "InvoiceLineAdd/LinkToTxn/TxnLineID": "<SalesOrder..TxnLineID>",
    "Name": "A new one",
    "PaymentTxnID": "<ReceivePayment..TxnID>",
    "ReceivePaymentAdd/AppliedToTxnAdd/TxnID": "<Invoice.RefNumber=100.TxnID>",
    "ReceivePaymentMod/AppliedToTxnMod/TxnID": "<Invoice.RefNumber=101.TxnID>",
    "AppliedToTxnAdd/TxnID": "<Bill.RefNumber=B-1.TxnID>",
    "BillPaymentCheckMod/AppliedToTxnMod/TxnID": "<Bill.RefNumber=B-2.TxnID>",
    "RefundAppliedToTxnAdd/TxnID": "<CreditMemo.RefNumber=C-1.TxnID>",
    "SetCredit/CreditTxnID": "<CreditMemo.RefNumber=C-1.TxnID>",
    "BillPaymentCheckAdd/AppliedToTxnAdd/SetCredit/CreditTxnID": "<VendorCredit..TxnID>",
    "BillPaymentCheckMod/AppliedToTxnMod/SetCredit/CreditTxnID": "<VendorCredit..TxnID>",
    "BillPaymentCreditCardAdd/AppliedToTxnAdd/SetCredit/CreditTxnID": "<VendorCredit..TxnID>",
    "TxnDelType": "Charge",
    "TxnDelRq/TxnID": "<Charge..TxnID>",
    "TxnID": "<own>",
    "TxnLineID": "-1",
    "TxnVoidType": "Invoice",
    "TxnVoidRq/TxnID": "<Invoice.RefNumber=100.TxnID>",
    "ClearedStatusMod/TxnID": "<Check..TxnID>",
    "ClearedStatusMod/TxnLineID": "<Check..TxnLineID>",
    "TimeTrackingEntityFilter/ListID": "<Employee..ListID>",
    "ItemSiteFilter/ItemFilter/ListID": "<ItemInventory.Name=Rake.ListID>",
    "ItemSiteFilter/SiteFilter/ListID": "<InventorySite.Name=Shop.ListID>",
    "ItemSitesQueryRq/ListID": "<ItemInventory.Name=Rake.ListID>",
    "TransactionAccountFilter/AccountTypeFilter": "AccountsReceivable",
    "TransactionClassFilter/ListID": "<Class.Name=North.ListID>",
    "TransactionQueryRq/RefNumber": "100",
    "TransactionQueryRq/TxnID": "<Invoice..TxnID>",
    "TotalAmount": "20.00",
    "PaymentAmount": "20.00",
    "RefundAmount": "20.00",
}


class Chooser:
    """The texts of one request's leaves: what the company holds, `TEXTS`, and otherwise the generator's own."""

    def __init__(self, world: World, message: Message) -> None:
        self.world = world
        self.message = message

    def __call__(self, path: ElementPath, decl: ElementDecl) -> str | None:
        if path[-1] in {"FullName", "ListID"} and path[-2].endswith("Ref"):
            return self._reference(path)
        text = _by_end(TEXTS, path)
        if text is None or not text.startswith("<"):
            return text
        match text[1:-1]:
            case "own":
                return self._own.text(path[-1])
            case "entity":
                return self._mentioned(ENTITY_ROLES, self._looked_up("Customer..ListID"))
            case "account":
                return self._mentioned(ACCOUNT_ROLES, self._looked_up("Account.Name=Rent.ListID"))
            case where:
                return self._looked_up(where)

    @property
    def _own(self) -> Aggregate:
        """The first object of the request's kind, which it changes or asks for."""
        rets = self.world.rets.get(self.message.object)
        return rets[0] if rets else self.world.rets["Customer"][0]

    def _mentioned(self, roles: tuple[str, ...], otherwise: str) -> str:
        """The ListID of what that object, or a line of it, refers to in one of these roles."""
        places = (self._own, *(value for _, value in self._own if isinstance(value, Aggregate)))
        found = (ref.text("ListID") for place in places for role in roles if (ref := place.child(role)))
        return next(found, otherwise)

    def _looked_up(self, where: str) -> str:
        kind, condition, name = where.split(".")
        ret = self.world.one(kind, **dict([condition.split("=")] if condition else ()))
        if name == "TxnLineID":
            ret = next(line for _, line in ret if isinstance(line, Aggregate) and line.text(name))
        return ret.text(name)

    def _reference(self, path: ElementPath) -> str:
        kind, name = self._target(path[:-1])
        ret = self.world.named(kind, name)
        return full_name(kinds()[kind], ret) if path[-1] == "FullName" else ret.text("ListID")

    def _target(self, path: ElementPath) -> tuple[str, str]:
        """The kind and name of what the reference at the path's end refers to."""
        if name := _by_end(ACCOUNTS, path):
            return "Account", name
        for kind in (_by_end(KINDS, path), *targets(path[-1], self.message.object)):
            if kind and (rets := self.world.rets.get(kind)):
                other = rets[-1] if path[-1] == "ParentRef" else rets[0]
                name = full_name(kinds()[kind], other)
                return kind, name if path[-1] == "ParentRef" else ELEMENTS.get(kind, name)
        raise LookupError(path)


def _by_end(table: Mapping[str, str], path: ElementPath) -> str | None:
    """What the table says of the longest end of the path that it knows."""
    ends = ("/".join(path[start:]) for start in range(len(path)))
    return next((table[end] for end in ends if end in table), None)


class Least(Builder):
    """The least request that is valid, in which every reference refers to something."""

    def element(self, decl: ElementDecl, path: ElementPath) -> str | Aggregate:
        if is_reference(decl):
            return Aggregate([("FullName", self.text((*path, "FullName"), decl.elements["FullName"]))])
        return super().element(decl, path)


def least(message: Message, choose: Chooser, version: Version = NEWEST) -> Aggregate:
    """The fields of the least request."""
    built = Least(grammar("qbxml", version, "US"), choose)
    return built.build(message.content.items, (message.name,))


#: What a whole request leaves out: its answer is to be whole too, there is one currency, and what was entered before
#: is not entered again into another account.
OMITTED = frozenset({"IncludeRetElement", "CurrencyFilter"})
OMITTED_END = "ToExistingTxns"


class Whole(Full):
    """Everything at once, of a choice the longest branch; see OMITTED."""

    def count(self, item: Item) -> int:
        if isinstance(item, ElementDecl) and (item.name in OMITTED or item.name.endswith(OMITTED_END)):
            return 0
        return super().count(item)


def whole(message: Message, choose: Chooser, version: Version = NEWEST) -> Aggregate:
    """The fields of a request that says everything it can at once."""
    built = Whole(grammar("qbxml", version, "US"), choose)
    return built.build(message.content.items, (message.name,))
