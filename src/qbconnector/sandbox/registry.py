"""Which code carries a request out: one table of behaviours by kind of object, one of requests that are their own.

Everything in neither is generic (the verbs do it from the specification) or refused, with the reason beside it.
"""

from collections.abc import Mapping
from functools import cache, partial

from qbconnector.qbxml import dialect

from .answer import Answer, Call, Handler, answer
from .behaviors import (
    accounts,
    assemblies,
    banking,
    bill_payments,
    deposits,
    inventory,
    items,
    journal,
    lists,
    names,
    payments,
    purchase_orders,
    purchases,
    sales,
)
from .books import GENERIC, Behavior
from .kinds import FAMILIES, kinds
from .verbs import company, dataext, merging, query, remove, stock, subscriptions, taxes, transactions, write

#: What a kind of object does beyond storing itself.
BEHAVIORS: Mapping[str, Behavior] = {
    **accounts.BEHAVIORS,
    **assemblies.BEHAVIORS,
    **banking.BEHAVIORS,
    **bill_payments.BEHAVIORS,
    **deposits.BEHAVIORS,
    **inventory.BEHAVIORS,
    **items.BEHAVIORS,
    **journal.BEHAVIORS,
    **lists.BEHAVIORS,
    **names.BEHAVIORS,
    **payments.BEHAVIORS,
    **purchase_orders.BEHAVIORS,
    **purchases.BEHAVIORS,
    **sales.BEHAVIORS,
}

#: Requests with code of their own.
HANDLERS: Mapping[str, Handler] = {
    "ListDelRq": remove.delete,
    "TxnDelRq": remove.delete,
    "TxnVoidRq": remove.void,
    "ListDeletedQueryRq": remove.deleted,
    "TxnDeletedQueryRq": remove.deleted,
    **accounts.HANDLERS,
    **assemblies.HANDLERS,
    **banking.HANDLERS,
    **bill_payments.HANDLERS,
    **deposits.HANDLERS,
    **company.HANDLERS,
    **dataext.HANDLERS,
    **items.HANDLERS,
    **merging.HANDLERS,
    **stock.HANDLERS,
    **subscriptions.HANDLERS,
    **taxes.HANDLERS,
    **transactions.HANDLERS,
}

#: Requests that are answered with status 3250, and why.
REFUSED: Mapping[str, str] = company.REFUSED

_VERBS = {"Add": write.add, "Mod": write.modify}


@cache
def handler(name: str) -> Handler:
    """The code for a request: its own, the generic verb's with the kind's behaviour, or the refusal."""
    message = dialect("qbxml").messages[name]
    if message.name in HANDLERS:
        return HANDLERS[message.name]
    if message.name not in REFUSED:
        if message.verb == "Query" and (message.object in kinds() or message.object in FAMILIES):
            return query.query
        if message.verb in _VERBS and message.object in kinds():
            return partial(_VERBS[message.verb], behavior=BEHAVIORS.get(message.object, GENERIC))
    return refused


def refused(call: Call) -> Answer:
    """Status 3250: this QuickBooks does not have it."""
    del call
    return answer(3250)
