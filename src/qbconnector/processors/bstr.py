"""Documents between the wire and COM: bytes in some encoding there, strings that have none here.

A declaration's ``encoding`` is true of bytes only. It is taken out where a document becomes a string, and an answer
goes out in UTF-8, which is what a declaration without it means.
"""

import codecs
import re
from typing import Final

from qbconnector.errors import QbxmlRefused

HEAD: Final = 200  # a declaration ends within these many bytes
MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    ("<?".encode("utf-16-le"), "utf-16-le"),
    ("<?".encode("utf-16-be"), "utf-16-be"),
)
ENCODINGS: Final = {
    "utf-8": "utf-8",
    "us-ascii": "ascii",
    "windows-1252": "cp1252",
    "iso-8859-1": "latin-1",
    "iso-8859-15": "iso8859-15",
}

_ENCODING: Final = re.compile(r"""(\s*<\?xml\b[^>]*?)\s+encoding\s*=\s*["']([^"'>]*)["']""")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def to_com(document: bytes) -> str:
    """The string of a document. Raises ``QbxmlRefused`` where its bytes are not what it says they are."""
    encoding = _encoding(document)
    try:
        text = document.decode(encoding)
    except UnicodeDecodeError as error:
        byte = f"byte 0x{error.object[error.start]:02X} at offset {error.start}"
        hint = "" if _declared(document) else "; it declares no encoding, and without one it has to be UTF-8"
        raise QbxmlRefused(f"the document is not {encoding}: {byte} ({error.reason}){hint}") from None
    return _plain(text.removeprefix("\ufeff"))


def from_com(text: str) -> bytes:
    """The bytes of a string, in UTF-8. Half a surrogate pair, which has none, becomes the replacement character."""
    text = _plain(text)
    try:
        return text.encode()
    except UnicodeEncodeError:
        return _SURROGATE.sub("\ufffd", text).encode()


def _encoding(document: bytes) -> str:
    for mark, encoding in MARKS:
        if document.startswith(mark):
            return encoding
    declared = _declared(document) or "utf-8"
    known = ENCODINGS.get(declared.lower())
    if known is None:
        raise QbxmlRefused(
            f'the document says encoding="{declared}", which its bytes are not or nobody knows', expected=(*ENCODINGS,)
        )
    return known


def _declared(document: bytes) -> str:
    found = _ENCODING.match(document[:HEAD].decode("latin-1"))
    return found[2] if found else ""


def _plain(text: str) -> str:
    """Without the encoding in the declaration."""
    found = _ENCODING.match(text, 0, HEAD)
    return found[1] + text[found.end() :] if found else text
