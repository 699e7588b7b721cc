"""Writes qbXML requests, sends them to a company in message sets and keeps what came back.

It owns the form of the sample's requests; what is asked for stands in the modules beside it.
"""

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from qbconnector.errors import SampleRefused
from qbconnector.qbxml import DECLARATION, Aggregate, dialect, render_element

VERSION = "13.0"
SLICE = 500
"""Requests in one message set: enough to make commits cheap, few enough to keep a set small."""


class Company(Protocol):
    """What populating needs of a company: ``sandbox.company.Company`` has it."""

    def execute(self, body: bytes) -> Iterator[bytes]: ...


@dataclass(slots=True, eq=False)
class Request:
    """One request, as ``InvoiceAdd`` and its fields; ``answer`` has the wanted elements once it was executed.

    Fields are written in the order of the specification, whatever order they stand in here; of one
    repeated field the values keep theirs.
    """

    name: str
    fields: Mapping[str, object]
    wanted: tuple[str, ...] = ("ListID",)
    answer: dict[str, str] = field(default_factory=dict)

    @property
    def makes(self) -> tuple[str, str]:
        """The kind and the full name of the list element that the request makes."""
        parent, name = self.fields.get("ParentRef"), self.fields.get("Name")
        above = f"{parent['FullName']}:" if isinstance(parent, dict) else ""
        return self.name.removesuffix("Add"), f"{above}{name}"

    @property
    def day(self) -> date:
        """The transaction's date; of a list's request the first date there is."""
        day = self.fields.get("TxnDate")
        return day if isinstance(day, date) else date.min

    def render(self, number: int) -> str:
        """The request as qbXML, its number as request id."""
        declaration = dialect("qbxml").messages[f"{self.name}Rq"].content.elements[self.name]
        wanted = "".join(f"<IncludeRetElement>{name}</IncludeRetElement>\n" for name in self.wanted)
        body = render_element(declaration, aggregate(self.fields))
        return f'<{self.name}Rq requestID="{number}">\n{body}{wanted}</{self.name}Rq>\n'


def ref(full_name: str) -> dict[str, str]:
    """A reference to a list's object by its full name."""
    return {"FullName": full_name}


def below(full_name: str) -> dict[str, object]:
    """The name and, where there is a colon, the parent before it."""
    parent, _, name = full_name.rpartition(":")
    return {"Name": name, "ParentRef": ref(parent) if parent else None}


def aggregate(fields: Mapping[str, object]) -> Aggregate:
    """Fields as the language's own values: None and empty fields are left out, lists repeat their element."""
    pairs = Aggregate()
    for name, value in fields.items():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict):
                pairs.append((name, aggregate(one)))
            elif one is not None and one != "":
                pairs.append((name, str(one).lower() if isinstance(one, bool) else str(one)))
    return pairs


def message_set(requests: str) -> bytes:
    """The requests as one document that stops at the first error."""
    return (
        f'{DECLARATION}<?qbxml version="{VERSION}"?>\n<QBXML>\n<QBXMLMsgsRq onError="stopOnError">\n'
        f"{requests}</QBXMLMsgsRq>\n</QBXML>\n"
    ).encode("ascii")


def present(company: Company, kinds: Sequence[str]) -> set[tuple[str, str]]:
    """The kinds and full names of the list elements that the company has of these kinds."""
    queries = "".join(f"<{kind}QueryRq/>\n" for kind in kinds)
    return {
        (kind, name)
        for kind, answer in zip(kinds, _answers(company, queries), strict=True)
        for ret in answer
        if (name := ret.findtext("FullName") or ret.findtext("Name"))
    }


def execute(company: Company, requests: Sequence[Request]) -> None:
    """Have the company execute the requests and fill their answers; SampleRefused where it refuses one."""
    for start in range(0, len(requests), SLICE):
        part = requests[start : start + SLICE]
        written = "".join(request.render(number) for number, request in enumerate(part))
        for request, answer in zip(part, _answers(company, written), strict=True):
            if answer.get("statusSeverity") == "Error":
                code, message = int(answer.get("statusCode", "0")), answer.get("statusMessage", "")
                raise SampleRefused(request.name, code, message, request.render(0))
            request.answer = {child.tag: child.text or "" for ret in answer for child in ret}


def _answers(company: Company, requests: str) -> ET.Element:
    """The message set's answers, one for each request."""
    document = b"".join(company.execute(message_set(requests)))
    return ET.fromstring(document)[0]  # noqa: S314 (written by the sandbox itself)
