"""The header fields a client may send beyond the mandatory ones: how its connection is to be opened.

Four are the manual's, three are ours (``X-QBConnector-…``). It owns their names, values and bounds; what
becomes of them belongs to ``protocol``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from qbconnector.accounts.users import USER, Product, User
from qbconnector.errors import InvalidSetting, WireError
from qbconnector.processors.pointofsale import connection_string

DELAY: Final = b"x-delayafteropen"
POS: Final = b"x-qbpos"
PRACTICE: Final = b"x-acctqbpospractice"
POS_VERSION: Final = b"x-qbposversion"
APPLICATION: Final = b"x-qbconnector-application"
COMPANY_FILE: Final = b"x-qbconnector-companyfile"
MODE: Final = b"x-qbconnector-connectionmode"
OPTIONAL: Final = frozenset({DELAY, POS, PRACTICE, POS_VERSION, APPLICATION, COMPANY_FILE, MODE})
LONGEST_DELAY: Final = 60_000  # milliseconds
VERSION: Final = frozenset(b"0123456789.")
TRUTH: Final = {b"true": True, b"false": False}

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PointOfSale:
    """A client that speaks to Point of Sale: which version, and whether nothing is to be kept."""

    version: str = ""
    practice: bool = False


@dataclass(frozen=True, slots=True)
class Wishes:
    """What one request wishes. ``delay`` is in seconds, after a connection was opened."""

    delay: float = 0
    pos: PointOfSale | None = None
    application: str = ""
    company_file: str = ""
    mode: str = ""

    def of(self, user: User) -> User:
        """The user with these wishes, where the user's own settings say nothing."""
        if self == NONE:
            return user
        user = replace(
            user,
            app_name=user.app_name or self.application,
            company_file=user.company_file or self.company_file,
            mode=self.mode if self.mode and user.mode == USER["ConnectionMode"].default else user.mode,
        )
        if self.pos is None:
            return user
        file = connection_string(user.company_file, self.pos.version, practice=self.pos.practice)
        return replace(user, product=Product.POINT_OF_SALE, company_file=file)


NONE: Final = Wishes()


def read_wishes(headers: Mapping[bytes, bytes]) -> Wishes:
    """The wishes in a request's header fields. Raises ``WireError``."""
    if OPTIONAL.isdisjoint(headers):
        return NONE
    pos = None
    if _read(headers, POS, _truth, False):
        pos = PointOfSale(_read(headers, POS_VERSION, _version, ""), _read(headers, PRACTICE, _truth, False))
    return Wishes(
        delay=_read(headers, DELAY, _milliseconds, 0) / 1000,
        pos=pos,
        application=_read(headers, APPLICATION, _text, ""),
        company_file=_read(headers, COMPANY_FILE, _text, ""),
        mode=_read(headers, MODE, _mode, ""),
    )


def _read(headers: Mapping[bytes, bytes], name: bytes, read: Callable[[bytes], T], default: T) -> T:
    """The value of a field; one that is not there, or empty, has the default."""
    value = headers.get(name, b"").strip()
    if not value:
        return default
    try:
        return read(value)
    except (KeyError, ValueError, InvalidSetting):
        raise WireError(400, "Bad Request", TEXTS[name]) from None


def _milliseconds(value: bytes) -> int:
    number = int(value) if value.isdigit() and len(value) < 10 else -1
    if not 0 <= number <= LONGEST_DELAY:
        raise ValueError(value)
    return number


def _truth(value: bytes) -> bool:
    return TRUTH[value.lower()]


def _text(value: bytes) -> str:
    try:
        text = value.decode("utf-8")
    except UnicodeDecodeError:
        text = value.decode("latin-1")
    if not text.isprintable():
        raise ValueError(value)
    return text


def _version(value: bytes) -> str:
    if not set(value) <= VERSION:  # it becomes a part of a connection string
        raise ValueError(value)
    return value.decode("ascii")


def _mode(value: bytes) -> str:
    mode: str = USER["ConnectionMode"].read(value.decode("ascii", "replace"))
    return mode


TEXTS: Final[dict[bytes, str]] = {
    DELAY: f"X-DelayAfterOpen is a whole number of milliseconds, {LONGEST_DELAY} at most.",
    POS: "X-QBPOS is True or False.",
    PRACTICE: "X-AcctQBPOSPractice is True or False.",
    POS_VERSION: "X-QBPOSVersion is a version, as 11 or 12.0.",
    APPLICATION: "X-QBConnector-Application is a line of text.",
    COMPANY_FILE: "X-QBConnector-CompanyFile is a line of text.",
    MODE: "X-QBConnector-ConnectionMode is DontCare, Single or Multi.",
}
