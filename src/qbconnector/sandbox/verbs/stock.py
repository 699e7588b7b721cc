"""BarCodeQuery and ItemSitesQuery: items by their bar codes, and what there is of each inventory item."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from qbconnector.qbxml import Aggregate, Plan, cut, escape, render_element
from qbconnector.sandbox import rets
from qbconnector.sandbox.answer import Answer, Call, Handler
from qbconnector.sandbox.books import Books
from qbconnector.sandbox.kinds import ITEMS, Kind
from qbconnector.sandbox.store import read_ret

from .filters import referred
from .query import Cursor, run, select

_STOCKED = ("ItemInventory", "ItemInventoryAssembly")

#: What ItemSitesRet calls what an item's Ret shows.
_SHOWN = {
    "ReorderPoint": "ReorderLevel",
    "QuantityOnHand": "QuantityOnHand",
    "QuantityOnOrder": "QuantityOnPurchaseOrders",
    "QuantityOnSalesOrder": "QuantityOnSalesOrders",
    "BuildPoint": "AssemblyBuildPoint",
}


@dataclass
class _Items(Cursor):
    """A cursor over items that shows each as another Ret."""

    plan: Plan | None = None

    def show(self, books: Books, kind: Kind, rows: list[tuple[object, ...]]) -> Iterable[bytes]:
        assert self.plan is not None
        for row in rows:
            ret = self.ret(kind, read_ret(b"".join(row[2:])))  # type: ignore[arg-type]
            yield cut(render_element(self.plan.decl, ret).encode("ascii"), self.plan)

    def ret(self, kind: Kind, item: Aggregate) -> Aggregate:
        """BarCodeRet, for an item."""
        name = item.text("FullName") or item.text("Name")
        return Aggregate([("ListType", kind.name), ("ListID", item.text("ListID")), ("FullName", name)])


class _Sites(_Items):
    def ret(self, kind: Kind, item: Aggregate) -> Aggregate:
        """ItemSitesRet, for all sites together: the sandbox keeps no count of each."""
        reference = Aggregate([("ListID", item.text("ListID")), ("FullName", item.text("FullName"))])
        shown = [(name, text) for shown, name in _SHOWN.items() if (text := item.text(shown))]
        return Aggregate([(f"{kind.name}Ref", reference), *shown])


def bar_codes(call: Call) -> Answer:
    """BarCodeQuery: the items with these bar codes, or all that have one."""

    def start() -> Cursor:
        selection = select(call.books, call.request, ITEMS)
        codes = call.request.fields.texts("BarCodeValue")
        tags = [f"<BarCodeValue>{escape(code)}</BarCodeValue>" for code in codes] or ["<BarCodeValue>"]
        selection.where(" OR ".join("instr(head, ?)" for _ in tags), *tags)
        return _Items(selection, call.view, plan=_plan(call))

    return run(call, start)


def sites(call: Call) -> Answer:
    """ItemSitesQuery."""
    fields = call.request.fields

    def start() -> Cursor:
        wanted = fields.text("ItemTypeFilter")
        names = {"Assembly": _STOCKED[1:], "Inventory": _STOCKED[:1]}.get(wanted, _STOCKED)
        selection = select(call.books, call.request, names)
        items = (fields.child("ItemSiteFilter") or Aggregate()).child("ItemFilter")
        if items is not None:
            selection.among("id", referred(selection, items, _STOCKED))
        return _Sites(selection, call.view, plan=_plan(call))

    return run(call, start)


def _plan(call: Call) -> Plan:
    view = call.view
    return Plan(rets.declaration(call), view.version, view.edition, view.include)


HANDLERS: Mapping[str, Handler] = {"BarCodeQueryRq": bar_codes, "ItemSitesQueryRq": sites}
