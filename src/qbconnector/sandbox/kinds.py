"""The kinds of object a company file holds, read off the language: one for every `XRet` with a ListID or TxnID.

Owns what follows from the specification (is it a list or a transaction, has it a FullName, how its Ret parts into the
four stored pieces) and three small tables of what does not: shared name spaces, names that are not called Name, and
what a reference may point to. Behaviour is elsewhere.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property

from qbconnector.qbxml import Aggregate, Choice, ElementDecl, Item, dialect, render_element

#: Lists whose names must differ from each other's (behaviour facts, section 6; the entity lists: MEMORY).
ENTITIES = ("Customer", "Employee", "OtherName", "Vendor")
ITEMS = (
    "ItemService",
    "ItemNonInventory",
    "ItemOtherCharge",
    "ItemInventory",
    "ItemInventoryAssembly",
    "ItemFixedAsset",
    "ItemSubtotal",
    "ItemDiscount",
    "ItemPayment",
    "ItemSalesTax",
    "ItemSalesTaxGroup",
    "ItemGroup",
)
TERMS = ("StandardTerms", "DateDrivenTerms")
PAYROLL_ITEMS = ("PayrollItemWage", "PayrollItemNonWage")
FAMILIES: Mapping[str, tuple[str, ...]] = {
    "Entity": ENTITIES,
    "Item": ITEMS,
    "Terms": TERMS,
    "PayrollItem": PAYROLL_ITEMS,
}

#: The element that holds a list element's own name, where it is not Name.
_NAMES: Mapping[str, str] = {"SalesRep": "Initial", "Lead": "FullName"}

#: Lists whose elements have no name that identifies them.
_NAMELESS = frozenset({"ToDo"})

#: Line-like children that have no TxnLineID of their own.
_LINES_WITHOUT_ID = frozenset({"AppliedToTxnRet", "ComponentItemLineRet", "RefundAppliedToTxnRet"})

HEAD, LINKS, LINES, TAIL = range(4)


@dataclass(frozen=True)
class Kind:
    """One kind of object. `ret` is the declaration of its Ret, with everything the newest version has."""

    name: str
    ret: ElementDecl

    @cached_property
    def elements(self) -> Mapping[str, ElementDecl]:
        """What may stand in the Ret."""
        return self.ret.elements

    @cached_property
    def is_transaction(self) -> bool:
        return "TxnID" in self.elements

    @property
    def id_name(self) -> str:
        return "TxnID" if self.is_transaction else "ListID"

    @property
    def time_deleted_type(self) -> str:
        """The element that names this kind in ListDelRq and TxnDelRq."""
        return "TxnDelType" if self.is_transaction else "ListDelType"

    @cached_property
    def family(self) -> str:
        """The lists that share its name space, or the kind itself: Entity, Item, Terms, Account, …"""
        return next((family for family, members in FAMILIES.items() if self.name in members), self.name)

    @cached_property
    def name_element(self) -> str:
        """The element with its own name; "" for transactions and nameless lists."""
        if self.is_transaction or self.name in _NAMELESS:
            return ""
        return _NAMES.get(self.name, "Name")

    @cached_property
    def is_hierarchical(self) -> bool:
        return "Sublevel" in self.elements

    @cached_property
    def line_names(self) -> frozenset[str]:
        """The children that only IncludeLineItems returns."""
        assert self.ret.content is not None
        return frozenset(
            decl.name
            for decl in _repeated(self.ret.content.items)
            if self.is_transaction and ("TxnLineID" in decl.elements or decl.name in _LINES_WITHOUT_ID)
        )

    @cached_property
    def line_ids(self) -> frozenset[str]:
        """The children, at any depth, that have a TxnLineID of their own."""
        return frozenset(_with_line_id(self.ret)) if self.is_transaction else frozenset()

    @cached_property
    def rivals(self) -> Mapping[str, frozenset[str]]:
        """For each child of which only one of several may stand, the others."""
        assert self.ret.content is not None
        found: dict[str, frozenset[str]] = {}
        for item in self.ret.content.items:
            if isinstance(item, Choice) and item.max == 1:
                names = [{one.name for one in branch if isinstance(one, ElementDecl)} for branch in item.branches]
                for own in names:
                    found |= dict.fromkeys(own, frozenset(set().union(*names) - own))
        return found

    @cached_property
    def required(self) -> frozenset[str]:
        """The children that every Ret of this kind has."""
        assert self.ret.content is not None
        return frozenset(item.name for item in self.ret.content.items if isinstance(item, ElementDecl) and item.min)

    @cached_property
    def rank(self) -> Mapping[str, int]:
        assert self.ret.content is not None
        return self.ret.content.rank

    @cached_property
    def piece(self) -> Mapping[str, int]:
        """Which of the four stored pieces each child belongs to."""
        parting = self.line_names | {"LinkedTxn", "DataExtRet"}
        start = min((rank for name, rank in self.rank.items() if name in parting), default=len(self.rank) + 1)
        return {
            name: LINKS if name == "LinkedTxn" else LINES if name in self.line_names else HEAD if rank < start else TAIL
            for name, rank in self.rank.items()
        }

    def render(self, fields: Aggregate) -> tuple[bytes, bytes, bytes, bytes]:
        """The Ret's four pieces; children that the Ret does not have are left out."""
        pieces: list[list[str]] = [[f"<{self.ret.name}>\n"], [], [], []]
        rank, piece, elements = self.rank, self.piece, self.elements
        known = [pair for pair in fields if pair[0] in rank]
        known.sort(key=lambda pair: rank[pair[0]])
        for name, value in known:
            pieces[piece[name]].append(render_element(elements[name], value))
        pieces[TAIL].append(f"</{self.ret.name}>\n")
        head, links, lines, tail = ("".join(piece).encode("ascii") for piece in pieces)
        return head, links, lines, tail


def _repeated(items: Iterable[Item], *, always: bool = False) -> Iterator[ElementDecl]:
    """The elements that may stand more than once, through all choices."""
    for item in items:
        if isinstance(item, Choice):
            for branch in item.branches:
                yield from _repeated(branch, always=always or item.max != 1)
        elif always or item.max != 1:
            yield item


def _with_line_id(decl: ElementDecl) -> Iterator[str]:
    for child in decl.elements.values():
        if "TxnLineID" in child.elements and child.name != "TxnLineDetail":
            yield child.name
            yield from _with_line_id(child)


@cache
def kinds() -> Mapping[str, Kind]:
    """Every kind by its name, in the order of the language."""
    found: dict[str, Kind] = {}
    for message in dialect("qbxml").messages.values():
        if message.verb not in {"Add", "Query"} or message.message_set != "QBXMLMsgsRq":
            continue
        for decl in _rets(message.response):
            elements = decl.elements
            name = decl.name.removesuffix("Ret")
            if name not in found and "TimeCreated" in elements and "EditSequence" in elements:
                found[name] = Kind(name, decl)
    return found


def _rets(response: ElementDecl) -> Iterator[ElementDecl]:
    for decl in response.elements.values():
        if decl.name.endswith("Ret"):
            yield decl


#: What a reference may point to, where its name does not say it: the kinds of target by the reference's name.
_ACCOUNT = ("Account",)
_TARGETS: Mapping[str, tuple[str, ...]] = {
    "EntityRef": ENTITIES,
    "PayeeEntityRef": ENTITIES,
    "SalesRepEntityRef": ("Employee", "OtherName", "Vendor"),
    "ShipToEntityRef": ENTITIES,
    "SupervisorRef": ("Employee",),
    "PrefVendorRef": ("Vendor",),
    "TaxVendorRef": ("Vendor",),
    "ItemRef": ITEMS,
    "ItemSalesTaxRef": ("ItemSalesTax", "ItemSalesTaxGroup"),
    "DefaultItemSalesTaxRef": ("ItemSalesTax", "ItemSalesTaxGroup"),
    "ItemPurchaseTaxRef": ("ItemSalesTax", "ItemSalesTaxGroup"),
    "ItemServiceRef": ("ItemService",),
    "ItemInventoryRef": ("ItemInventory", "ItemInventoryAssembly"),
    "ItemGroupRef": ("ItemGroup",),
    "TermsRef": TERMS,
    "CustomerSalesTaxCodeRef": ("SalesTaxCode",),
    "PurchaseTaxCodeRef": ("SalesTaxCode",),
    "PreferredPaymentMethodRef": ("PaymentMethod",),
    "OverrideUOMSetRef": ("UnitOfMeasureSet",),
    "OverrideClassRef": ("Class",),
    "DiscountClassRef": ("Class",),
    "ParentSiteRef": ("InventorySite",),
    "FromInventorySiteRef": ("InventorySite",),
    "ToInventorySiteRef": ("InventorySite",),
    "InventorySiteLocationRef": ("InventorySite",),
    "FromInventorySiteLocationRef": ("InventorySite",),
    "ToInventorySiteLocationRef": ("InventorySite",),
    "SalesTaxReturnRef": ("SalesTaxReturn",),
    "SalesTaxReturnLineRef": ("SalesTaxReturnLine",),
}


@cache
def targets(role: str, owner: str) -> tuple[str, ...]:
    """The kinds that a reference called `role` in an object of kind `owner` may point to."""
    if role == "ParentRef":
        return (owner,)
    if role in _TARGETS:
        return _TARGETS[role]
    if role.endswith("AccountRef"):
        return _ACCOUNT
    return (role.removesuffix("Ref"),)


def is_reference(decl: ElementDecl) -> bool:
    """Whether an aggregate is a reference: a ListID and a FullName, nothing else."""
    return bool(decl.elements) and decl.name.endswith("Ref") and decl.elements.keys() <= {"ListID", "FullName"}
