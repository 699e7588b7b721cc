"""Documents for the tests of the assist room: every template, and what is left of one after an accident."""

from hypothesis import strategies as st

from qbconnector.qbxml.assist.templates import requests, template
from qbconnector.qbxml.assist.walk import Target

TARGETS = [Target.of("qbxml"), Target.of("qbposxml")]
DIALECTS = [target.dialect for target in TARGETS]

HEAD = '<?xml version="1.0"?>\n<?qbxml version="13.0"?>\n<QBXML>\n<QBXMLMsgsRq onError="stopOnError">\n'
TAIL = "</QBXMLMsgsRq>\n</QBXML>\n"


def document(*requests: str) -> str:
    """A document of requests, the first on line 5."""
    return HEAD + "\n".join(requests) + "\n" + TAIL


def cursor(text: str) -> tuple[str, int]:
    """The text without its | and where that was."""
    return text.replace("|", "", 1), text.index("|")


@st.composite
def broken(draw: st.DrawFn) -> str:
    """A template with pieces of it lost, doubled or replaced."""
    target = draw(st.sampled_from(TARGETS))
    message = draw(st.sampled_from(requests(target)))
    text = template(message.name, target, draw(st.booleans()))
    for _ in range(draw(st.integers(0, 3))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + 40)))
        piece = draw(st.one_of(st.just(""), st.sampled_from(PIECES), st.just(text[start:end] * 2)))
        text = text[:start] + piece + text[end:]
    return text


PIECES = [
    "<",
    ">",
    "/",
    '"',
    "<a>",
    "</a>",
    "<!--",
    "-->",
    "<![CDATA[",
    "<?",
    "&",
    "é",
    "\U0001f600",
    "\r\n",
    "x y",
    "\ufeff",
]

ANY_TEXT = st.one_of(
    broken(), st.text(max_size=60), st.lists(st.sampled_from([*PIECES, "QBXML"]), max_size=12).map("".join)
)
