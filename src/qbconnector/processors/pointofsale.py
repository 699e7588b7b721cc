"""Point of Sale's own words: the connection strings that stand for its company files, and its list of servers.

Texts only; the COM object they go to is ``pos``'s.
"""

import html
import re
from typing import NamedTuple

_SERVER = re.compile(r"<POSServer>(.*?)</POSServer>", re.DOTALL)
_FIELD = re.compile(r"<(ServerName|CompanyName|Version)>([^<]*)</\1>")


class Server(NamedTuple):
    """A company that a Point of Sale server offers."""

    computer: str
    company: str
    version: str


def connection_string(company_file: str, version: str = "", *, practice: bool = False) -> str:
    """What BeginSession takes for a user's company file: the company's name, or a connection string already.

    "" stands for the company that was opened last. That practice mode is a part of it is unverified.
    """
    parts = [part.strip() for part in company_file.split(";")] if "=" in company_file else []
    if company_file and not parts:
        parts = [f"Company Data={company_file}"]
    parts = [part for part in parts if part]
    if version:
        parts = [*(part for part in parts if not part.lower().startswith("version=")), f"Version={version}"]
    if practice:
        parts.append("Practice=Yes")
    return ";".join(parts)


def servers(answer: str) -> list[Server]:
    """The servers in what POSServers answers."""
    found = [dict(_FIELD.findall(one)) for one in _SERVER.findall(answer)]
    return [
        Server(*(html.unescape(one.get(name, "")).strip() for name in ("ServerName", "CompanyName", "Version")))
        for one in found
    ]
