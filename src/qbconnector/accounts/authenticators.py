"""Who checks the password of a user of the system (AuthMode 1, which the manual calls Windows Authentication).

On Windows that is Windows; elsewhere its counterpart is PAM. Both stand in files of their own, loaded when the
first such user signs in.
"""

import sys
from typing import Protocol


class Authenticator(Protocol):
    """Checks users of the system. It may block, and is called in a thread."""

    def check(self, name: str, password: str) -> bool:
        """Whether the system lets this user in with this password. Raises ``AuthenticatorUnavailable``."""
        ...


class SystemAuthenticator:
    """The system's own. ``interactive`` is the setting UseInteractiveLogon, which only Windows asks for."""

    def __init__(self) -> None:
        self.interactive = False

    def check(self, name: str, password: str) -> bool:
        """See ``Authenticator``."""
        if sys.platform == "win32":
            from qbconnector.accounts.windows import log_on

            return log_on(name, password, interactive=self.interactive)
        from qbconnector.accounts.pam import authenticate

        return authenticate(name, password)
