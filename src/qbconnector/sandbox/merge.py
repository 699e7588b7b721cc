"""What a Mod's children do to those an object has: replace, clear, merge, and leave the rest alone."""

from qbconnector.qbxml import Aggregate, Value

from .kinds import Kind
from .refusal import refuse

#: What a changed element of a line makes stale, unless the Mod sets it as well.
_STALE = {
    "ItemRef": ("Desc", "Rate", "RatePercent", "Cost", "Amount", "SalesTaxCodeRef"),
    "Quantity": ("Amount",),
    "Rate": ("Amount", "RatePercent"),
    "RatePercent": ("Amount", "Rate"),
    "PriceLevelRef": ("Amount", "Rate", "RatePercent"),
    "Cost": ("Amount",),
    "Amount": ("Rate", "RatePercent", "Cost"),
    "QuantityDifference": ("ValueDifference",),
}

#: Mod's ways to say that no line of a sort stays.
_CLEARS = {"ClearExpenseLines": ("ExpenseLineRet",), "ClearItemLines": ("ItemLineRet", "ItemGroupLineRet")}


def merge(kind: Kind, fields: Aggregate, changes: Aggregate) -> None:
    """Apply a converted Mod to the children of a stored Ret, in place.

    An empty text or reference clears the element (status 3190 where an object cannot be without it). An address or
    other single aggregate is merged child by child; a repeated one is replaced as a whole. If any line of a
    transaction is given, lines that are not named are gone, as in QuickBooks.
    """
    for flag, names in _CLEARS.items():
        if changes.text(flag) == "true":
            for name in names:
                fields.drop(name)
    # What stands alone in its object (a deposit's cash back) is no line here, though it has a TxnLineID.
    lines = frozenset(name for name in kind.line_ids if name in kind.line_names or name not in kind.elements)
    _merge_lines(lines, fields, changes)
    for name in dict(changes):
        if name in lines or name in {"EditSequence", kind.id_name}:
            continue
        values = changes.all(name)
        for rival in kind.rivals.get(name, ()):
            fields.drop(rival)
        decl = kind.elements.get(name)
        if decl is not None and decl.max != 1:
            fields.drop(name)
            fields.extend((name, value) for value in values)
        else:
            _set(kind, fields, name, values[0])


def _set(kind: Kind, fields: Aggregate, name: str, value: Value) -> None:
    old = fields.get(name)
    if not value:
        if name == kind.name_element or (name in kind.elements and name in kind.required):
            refuse(3190, field=name)
        fields.drop(name)
    elif isinstance(value, Aggregate) and isinstance(old, Aggregate) and not name.endswith("Ref"):
        old.drop(*dict(value))
        old.extend(pair for pair in value if pair[1])
    else:
        fields.put(name, value)


def _merge_lines(names: frozenset[str], fields: Aggregate, changes: Aggregate) -> None:
    """Put the lines a Mod names in the place of those of the same sort that were there."""
    given = [(name, line) for name, line in changes if name in names and isinstance(line, Aggregate)]
    if not given:
        return
    stored = {line.text("TxnLineID"): line for name, line in fields if name in names and isinstance(line, Aggregate)}
    sorts = {_sort(name) for name, _ in given}
    for name in names:
        if _sort(name) in sorts:
            fields.drop(name)
    for name, line in given:
        line_id = line.text("TxnLineID")
        if line_id == "-1":
            drop_empty(line)
            fields.append((name, line))
            continue
        old = stored.get(line_id)
        if old is None:
            refuse(3120, id=line_id)
        _merge_line(names, old, line)
        fields.append((name, old))


def _sort(name: str) -> str:
    """Expense lines are cleared apart from item lines; lines and groups of lines go together."""
    return "ExpenseLineRet" if name == "ExpenseLineRet" else ""


def _merge_line(names: frozenset[str], old: Aggregate, line: Aggregate) -> None:
    given = {name for name, _ in line}
    for name in given & _STALE.keys():
        if line.get(name) != old.get(name):
            for stale in _STALE[name]:
                if stale not in given:
                    old.drop(stale)
    _merge_lines(names, old, line)
    for name, value in line:
        if name in names:
            continue
        if value:
            old.put(name, value)
        else:
            old.drop(name)


def drop_empty(fields: Aggregate) -> None:
    """Leave out elements without content: an Add that says `<Memo/>` says nothing."""
    for index in range(len(fields) - 1, -1, -1):
        value = fields[index][1]
        if isinstance(value, Aggregate):
            drop_empty(value)
        if not value:
            del fields[index]
