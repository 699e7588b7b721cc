"""Subscriptions: kept, answered, deleted."""

import pytest

from qbconnector.qbxml import Aggregate, parse_response
from qbconnector.sandbox.company import Company

ID = "{6B063959-81B0-4622-85D6-F548C8CCB517}"
CALLBACK = "<COMCallbackInfo><AppName>Test</AppName><ProgID>Test.App</ProgID></COMCallbackInfo>"
POLICY = "<DeliveryPolicy>DeliverAlways</DeliveryPolicy>"
EVENTS = {
    "DataEventSubscription": f"{CALLBACK}{POLICY}<ListEventSubscription><ListEventType>Customer</ListEventType>"
    "<ListEventOperation>Add</ListEventOperation></ListEventSubscription>",
    "UIEventSubscription": f"{CALLBACK}{POLICY}<CompanyFileEventSubscription><CompanyFileEventOperation>Open"
    "</CompanyFileEventOperation></CompanyFileEventSubscription>",
    "UIExtensionSubscription": f"{CALLBACK}<MenuExtensionSubscription><AddToMenu>File</AddToMenu><MenuItem>"
    "<MenuText>Test</MenuText><EventTag>t</EventTag></MenuItem></MenuExtensionSubscription>",
}
TYPES = {"DataEventSubscription": "Data", "UIEventSubscription": "UI", "UIExtensionSubscription": "UIExtension"}


def send(company: Company, requests: str, message_set: str = "QBXMLSubscriptionMsgsRq") -> list[tuple[str, Aggregate]]:
    """The status code and children of each answer."""
    on_error = "" if "Subscription" in message_set else ' onError="continueOnError"'
    body = (
        '<?xml version="1.0"?><?qbxml version="13.0"?><QBXML>'
        f"<{message_set}{on_error}>{requests}</{message_set}></QBXML>"
    )
    answer = b"".join(company.execute(body.encode()))
    return [(one.attributes["statusCode"], one.fields) for one in parse_response(answer, version="13.0").responses]


def addition(subject: str) -> str:
    given = f"<SubscriberID>{ID}</SubscriberID>{EVENTS[subject]}"
    return f"<{subject}AddRq><{subject}Add>{given}</{subject}Add></{subject}AddRq>"


@pytest.mark.parametrize("subject", EVENTS)
def test_a_subscription_is_kept_until_it_is_deleted(company: Company, subject: str) -> None:
    add = addition(subject)
    query = f"<{subject}QueryRq><SubscriberID>{ID}</SubscriberID></{subject}QueryRq>"
    delete = (
        f"<SubscriptionDelRq><SubscriberID>{ID}</SubscriberID><SubscriptionType>{TYPES[subject]}</SubscriptionType>"
        "</SubscriptionDelRq>"
    )
    answers = send(company, query + add + add + query + delete + delete + query)
    assert [code for code, _ in answers] == ["500", "0", "3180", "0", "0", "3120", "500"]
    assert answers[1][1] == answers[3][1]


def test_nothing_is_lost_of_events(company: Company) -> None:
    subject = "DataEventSubscription"
    add = addition(subject)
    asks = "".join(
        f"<DataEventRecoveryInfo{verb}Rq><SubscriberID>{ID}</SubscriberID></DataEventRecoveryInfo{verb}Rq>"
        for verb in ("Query", "Del")
    )
    assert [code for code, _ in send(company, asks, "QBXMLMsgsRq")] == ["500", "3120"]
    send(company, add)
    assert [code for code, _ in send(company, asks, "QBXMLMsgsRq")] == ["0", "0"]
