"""QuickBooks Desktop over COM: its request processor, QBXMLRP2. It runs on Windows only."""

import sys
from contextlib import closing, suppress
from typing import Any, ClassVar

assert sys.platform == "win32"

import pywintypes

from qbconnector.processors.apartment import translated
from qbconnector.processors.base import Access, Application, FileMode
from qbconnector.processors.com import NO_PERMISSION, com_error
from qbconnector.processors.comprocessor import Automation, Connection, by_version
from qbconnector.processors.interfaces import LOCAL, MODES, PERSONAL_OPTIONAL, UNATTENDED_OPTIONAL
from qbconnector.processors.programs import DESKTOP, Program


class DesktopConnection(Connection):
    """QBXMLRP2.RequestProcessor."""

    program: ClassVar[Program] = DESKTOP

    def process(self, ticket: str, request: str) -> str:
        """ProcessRequest; where it fails, with what QuickBooks says of its last error beside it."""
        return str(self._explained("ProcessRequest", ticket, request))

    def company_file(self, ticket: str) -> str:
        """GetCurrentCompanyFileName."""
        return str(self.com.call("GetCurrentCompanyFileName", ticket))

    def versions(self, ticket: str) -> list[str]:
        """QBXMLVersionsForSession."""
        return by_version(self.com.get("QBXMLVersionsForSession", ticket))

    def subscribe(self, request: str) -> str:
        """ProcessSubscription."""
        return str(self._explained("ProcessSubscription", request))

    def _open(self, app: Application) -> None:
        self.com.call("OpenConnection2", app.id, app.name, LOCAL)  # on this machine, and its own screen stays as it is

    def _begin(self, company_file: str, mode: FileMode, access: Access) -> str:
        with closing(Automation(self.com.get("AuthPreferences"))) as preferences:
            preferences.call("PutAuthFlags", _signed(access.auth_flags))
            preferences.call("PutIsReadOnly", access.read_only)
            # Work without somebody at the screen, and with social security numbers and the like, if that was allowed.
            preferences.call("PutUnattendedModePref", UNATTENDED_OPTIONAL)
            preferences.call("PutPersonalDataPref", PERSONAL_OPTIONAL)
            ticket = str(self._explained("BeginSession", company_file, MODES[mode]))
            obeyed = not access.read_only or preferences.call("WasAuthPreferencesObeyed", ticket)
        if not obeyed:
            self.com.call("EndSession", ticket)
            raise com_error(
                NO_PERMISSION,
                "The user may only read, and this QuickBooks does not keep to that.\n"
                "Update QuickBooks, or give the user full access.",
            )
        return ticket

    def _explained(self, name: str, *args: Any) -> Any:
        try:
            return self.com.call(name, *args)
        except pywintypes.com_error as error:
            raise translated(error, self._last_error() if error.args[2] else "") from None

    def _last_error(self) -> str:
        with suppress(pywintypes.com_error):
            return str(self.com.call("GetQBLastError") or "")
        return ""


def _signed(number: int) -> int:
    """A number of 32 bits as COM takes it."""
    return number - 2**32 if number >= 2**31 else number
