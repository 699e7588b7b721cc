"""/advanced: every setting in its group, the certificate, moving in and out, and the administrator's own secrets."""

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from qbconnector.console.api.certificate import Certificate, described
from qbconnector.console.api.settings import described as described_setting
from qbconnector.console.pages.parts import render, stage
from qbconnector.errors import CertificateError
from qbconnector.settings.values import SETTINGS
from qbconnector.tls.choosing import chosen
from qbconnector.tls.generate import default_names

GROUPS: Final[tuple[tuple[str, str, tuple[str, ...]], ...]] = (
    ("ip", "IP options", ("Port", "LocalHost", "AllowedClients", "Timeout", "MaxRequestSize", "MaxConnections")),
    ("persistent", "Persistent connections", ("PersistentEnabled", "PersistentIdleTimeout")),
    ("logging", "Logging", ("LogLevel", "LogEnabled", "LogDir", "LogFormat", "MaxLogSize", "LogPort")),
    (
        "tls",
        "TLS",
        ("SSLEnabled", "SSLCertType", "SSLCertStore", "SSLCertSubject", "SSLCertPassword", "SSLClientCA"),
    ),
    (
        "quickbooks",
        "QuickBooks",
        (
            "RequestProcessor",
            "POSRequestProcessor",
            "HostPython",
            "AuthFlags",
            "CloseAndRetryConnect",
            "CloseAndRetryTimeout",
            "CloseAndRetryCount",
            "CloseAndRetryErrorList",
            "QBInstanceFile",
        ),
    ),
    ("console", "Console", ("ConsoleHost", "ConsolePort", "ConsoleTLS")),
    (
        "system",
        "Passwords and system",
        (
            "PasswordScheme",
            "LocalAuth",
            "UseInteractiveLogon",
            "RunAsService",
            "UseOriginalKeys",
            "PromptForRegPermissions",
        ),
    ),
)
"""Every setting in exactly one group: the anchor, the title, the manual's names."""


def show(request: Request) -> Response:
    """All of it."""
    stored, running = stage(request).store.read().settings, stage(request).running
    groups = [
        (anchor, title, [described_setting(SETTINGS[name], stored, running) for name in names])
        for anchor, title, names in GROUPS
    ]
    administrator = stage(request).administrator
    return render(
        request,
        "advanced.html",
        groups=groups,
        certificate=_certificate(request),
        names=default_names(),
        tokens=administrator.tokens(),
        shown=bool(administrator.password()),
    )


def _certificate(request: Request) -> Any:
    """The certificate that is chosen; or, in the same form, why there is none."""
    try:
        return described(chosen(stage(request).folder))
    except CertificateError as error:
        return Certificate(facts={}, problem=error.advice)


routes = [Route("/advanced", show)]
