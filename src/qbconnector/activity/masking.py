"""What a body of qbXML looks like in the log: readable, cut, and without what nobody should find there.

Passwords, card numbers and social security numbers are replaced, by the name of their element and, wherever
else they stand, by their form. It owns no decision whether a body is logged at all.
"""

import codecs
import re
from typing import Final

LOGGED: Final = 64 * 1024  # bytes of a body that are looked at
HIDDEN: Final = "***"

ELEMENTS: Final = re.compile(
    r"(<(\w*Password|SSN|SSNOrTaxID|SocialSecurityNumber|VendorTaxIdent|\w*CardNumber|CardSecurityCode)(?:\s[^>]*)?>)"
    r"(?:<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|[^<])+",
    re.DOTALL,
)
SOCIAL: Final = re.compile(r"(?<![\w-])\d{3}([- ])\d{2}\1\d{4}(?![\w-])")
CARD: Final = re.compile(r"(?<![\w-])(?:[2-6]\d{12,18}|[2-6]\d{3}([- ])\d{4,6}\1\d{4,5}(?:\1\d{1,7})?)(?![\w-])")


def masked(text: str) -> str:
    """The text without secrets."""
    text = ELEMENTS.sub(rf"\1{HIDDEN}", text)
    text = SOCIAL.sub(HIDDEN, text)
    return CARD.sub(lambda found: HIDDEN if _is_card(found[0]) else found[0], text)


def _is_card(text: str) -> bool:
    """Whether the check digit is right (Luhn): most other long numbers are left as they are."""
    digits = [int(one) for one in reversed(text) if one.isdigit()]
    doubled = sum(sum(divmod(2 * one, 10)) for one in digits[1::2])
    return (sum(digits[::2]) + doubled) % 10 == 0


def readable(body: bytes) -> str:
    """The beginning of a body as the log shows it."""
    text = body[:LOGGED].decode(_encoding(body), "replace")
    if len(body) > LOGGED:  # a number that was cut in two would not be known for what it is
        text = text.rstrip("0123456789- ") + " …"
    return masked(text)


def _encoding(body: bytes) -> str:
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if b"\0" in body[:2]:
        return "utf-16-be" if body[:1] == b"\0" else "utf-16-le"
    return "utf-8"
