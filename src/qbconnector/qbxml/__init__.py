"""The language, qbXML and qbposXML: its messages, reading and checking documents, writing them, its statuses.

It owns what the language says, never what a request does, and imports neither a web framework nor a database.
"""

from qbconnector.qbxml.aggregate import Aggregate, Macro, Value
from qbconnector.qbxml.document import Document, Request, Response, Responses, parse, parse_response
from qbconnector.qbxml.fragment import Plan, cut, read_fragment, unescape
from qbconnector.qbxml.hresults import HRESULTS, Hresult
from qbconnector.qbxml.model import (
    Attribute,
    Choice,
    Content,
    Definition,
    ElementDecl,
    Item,
    Message,
    MessageSet,
    Version,
)
from qbconnector.qbxml.render import (
    DECLARATION,
    escape,
    newest,
    render_document,
    render_element,
    render_request,
    too_long,
)
from qbconnector.qbxml.spec import DIALECTS, Dialect, dialect
from qbconnector.qbxml.statuses import (
    MESSAGE_SET_STATUSES,
    STATUSES,
    MessageSetStatus,
    Status,
    severity,
    status,
)

__all__ = [
    "DECLARATION",
    "DIALECTS",
    "HRESULTS",
    "MESSAGE_SET_STATUSES",
    "STATUSES",
    "Aggregate",
    "Attribute",
    "Choice",
    "Content",
    "Definition",
    "Dialect",
    "Document",
    "ElementDecl",
    "Hresult",
    "Item",
    "Macro",
    "Message",
    "MessageSet",
    "MessageSetStatus",
    "Plan",
    "Request",
    "Response",
    "Responses",
    "Status",
    "Value",
    "Version",
    "cut",
    "dialect",
    "escape",
    "newest",
    "parse",
    "parse_response",
    "read_fragment",
    "render_document",
    "render_element",
    "render_request",
    "severity",
    "status",
    "too_long",
    "unescape",
]
