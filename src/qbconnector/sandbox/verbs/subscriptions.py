"""Subscriptions to events and menus: they are kept and answered, and nobody is called back.

Events reach programs over COM, which the sandbox does not speak.
"""

from collections.abc import Mapping

from qbconnector.qbxml import Aggregate, render_element
from qbconnector.sandbox import rets
from qbconnector.sandbox.answer import Answer, Call, Handler, answer
from qbconnector.sandbox.refusal import refuse
from qbconnector.sandbox.store import read_ret

#: A SubscriptionType by what its requests are called.
_TYPES = {
    "DataEventSubscription": "Data",
    "UIEventSubscription": "UI",
    "UIExtensionSubscription": "UIExtension",
}

_EXISTS = "The subscription exists already."
"""MEMORY: unverified."""


def add(call: Call) -> Answer:
    """DataEventSubscriptionAdd, UIEventSubscriptionAdd, UIExtensionSubscriptionAdd; 3180 the second time."""
    books, subject = call.books, call.request.message.object
    given = call.request.fields.child(f"{subject}Add")
    assert given is not None
    subscriber = given.text("SubscriberID").lower()
    if _find(call, subscriber, _TYPES[subject]) is not None:
        refuse(3180, what=f'a subscription "{given.text("SubscriberID")}"', reason=_EXISTS)
    fields = Aggregate(given)
    fields.append(("TimeCreated", books.timestamp(books.epoch)))
    if subject == "DataEventSubscription" and not fields.has("TrackLostEvents"):
        fields.append(("TrackLostEvents", "None"))
    fragment = render_element(rets.declaration(call), fields).encode("ascii")
    books.connection.execute("INSERT INTO subscription VALUES (?, ?, ?)", (subscriber, _TYPES[subject], fragment))
    return rets.single(call, fields)


def query(call: Call) -> Answer:
    """The subscription of a subscriber; status 500 when there is none."""
    subscriber = call.request.fields.text("SubscriberID")
    found = _find(call, subscriber.lower(), _TYPES[call.request.message.object])
    return answer(500, value=subscriber) if found is None else rets.single(call, found)


def delete(call: Call) -> Answer:
    """SubscriptionDel; status 3120 when there is none (MEMORY: unverified)."""
    fields = call.request.fields
    subscriber, type_ = fields.text("SubscriberID"), fields.text("SubscriptionType")
    if _find(call, subscriber.lower(), type_) is None:
        refuse(3120, id=subscriber)
    call.books.connection.execute(
        "DELETE FROM subscription WHERE subscriber = ? AND type = ?", (subscriber.lower(), type_)
    )
    return Answer()


def recovery(call: Call) -> Answer:
    """DataEventRecoveryInfoQuery: no event is sent, so none is lost; status 500 for an unknown subscriber."""
    subscriber = call.request.fields.text("SubscriberID")
    if _find(call, subscriber.lower(), "Data") is None:
        return answer(500, value=subscriber)
    return rets.single(call, Aggregate([("SubscriberID", subscriber)]))


def forget_recovery(call: Call) -> Answer:
    """DataEventRecoveryInfoDel: there is nothing to forget; status 3120 for an unknown subscriber."""
    subscriber = call.request.fields.text("SubscriberID")
    if _find(call, subscriber.lower(), "Data") is None:
        refuse(3120, id=subscriber)
    return Answer()


def _find(call: Call, subscriber: str, type_: str) -> Aggregate | None:
    row = call.books.connection.execute(
        "SELECT fragment FROM subscription WHERE subscriber = ? AND type = ?", (subscriber, type_)
    ).fetchone()
    return read_ret(row[0]) if row else None


HANDLERS: Mapping[str, Handler] = {
    **{f"{subject}AddRq": add for subject in _TYPES},
    **{f"{subject}QueryRq": query for subject in _TYPES},
    "SubscriptionDelRq": delete,
    "DataEventRecoveryInfoQueryRq": recovery,
    "DataEventRecoveryInfoDelRq": forget_recovery,
}
