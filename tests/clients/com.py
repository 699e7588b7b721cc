"""A stand-in for pywin32's `win32com.client`: QBXMLRP2.RequestProcessor, spoken to a connector over HTTP.

A program written for COM runs against the connector with it, unmodified. It keeps to what COM does: texts in, texts
out, one session per ticket, and a failure as an exception with its number and description.
"""

import types

import requests


class ComError(Exception):
    """What pywin32 raises as `com_error`: the HRESULT, and the description beside it."""

    def __init__(self, hresult: int, description: str) -> None:
        super().__init__(hresult, description)
        self.hresult = hresult
        self.description = description


class RequestProcessor:
    """The object that `Dispatch("QBXMLRP2.RequestProcessor")` makes."""

    def __init__(self, url: str, user: str, password: str) -> None:
        self._url = url
        self._http = requests.Session()
        self._http.auth = (user, password)
        self._ticket = ""

    def _ask(self, interaction: int, body: str = "") -> str:
        answer = self._http.post(
            self._url, data=body.encode(), headers={"X-AcctSyncInteractionType": str(interaction)}, timeout=60
        )
        if answer.status_code == 517:
            number, _, description = answer.text.split("\r\n")[0].partition(": ")
            raise ComError(int(number, 16), description)
        answer.raise_for_status()
        return answer.text

    def OpenConnection(self, app_id: str, app_name: str) -> None:  # noqa: N802  (COM's own names)
        assert app_name

    def BeginSession(self, company_file: str, mode: int) -> str:  # noqa: N802
        self._ask(101)
        self._ticket = "ticket"
        return self._ticket

    def ProcessRequest(self, ticket: str, request: str) -> str:  # noqa: N802
        if ticket != self._ticket:
            raise ComError(0x8004040D, "The ticket parameter is invalid.")
        return self._ask(0, request)

    def EndSession(self, ticket: str) -> None:  # noqa: N802
        self._ask(102)
        self._ticket = ""

    def CloseConnection(self) -> None:  # noqa: N802
        self._http.close()


def modules(url: str, user: str, password: str) -> dict[str, types.ModuleType]:
    """What to put into `sys.modules` so that `import win32com.client` finds the stand-in."""
    package, client = types.ModuleType("win32com"), types.ModuleType("win32com.client")

    def dispatch(name: str) -> RequestProcessor:
        assert name == "QBXMLRP2.RequestProcessor"
        return RequestProcessor(url, user, password)

    client.Dispatch = dispatch  # type: ignore[attr-defined]
    package.client = client  # type: ignore[attr-defined]
    return {"win32com": package, "win32com.client": client}
