"""Every setting of the connector, declared once. Names, types and defaults are the manual's ("Registry Keys").

Where the manual gives no default, ours is marked "our default". What the manual does not have is marked
``ours``. The settings of one user stand in ``accounts.users``.
"""

from dataclasses import dataclass

from qbconnector.settings.schema import (
    Bits,
    Choice,
    Declaration,
    Flag,
    Listed,
    Number,
    Text,
    Word,
    declarations,
    declare,
)

PORT = Number(0, 65535)
DAY = 86400


@dataclass(frozen=True, slots=True)
class Settings:
    """The values in force. A new object comes with every change."""

    port: int = declare("Port", PORT, 8167, "The port where the server listens for requests; 0 takes any free one.")
    local_host: str = declare(
        "LocalHost",
        Text(),
        "",
        "The address or host name to listen on. Empty: every interface of the machine.",
    )
    allowed_clients: str = declare(
        "AllowedClients",
        Listed(r"[^\s@/]+(/\d{1,3})?", "addresses, networks and host names, parted by commas"),
        "*",
        "Who may connect: addresses, networks as 10.0.0.0/8, host names, parted by commas; * is a wildcard.",
    )
    timeout: int = declare("Timeout", Number(0, DAY), 60, "How long a request may take, in seconds; 0 sets no limit.")
    console_host: str = declare(
        "ConsoleHost", Text(), "127.0.0.1", "The address or host name the console listens on.", restart=True, ours=True
    )
    console_port: int = declare(
        "ConsolePort", PORT, 8168, "The port of the console; 0 takes any free one.", restart=True, ours=True
    )
    console_tls: bool = declare(
        "ConsoleTLS",
        Flag(),
        False,
        "Speak TLS on the console's port, with the same certificate.",
        restart=True,
        ours=True,
    )
    max_request_size: int = declare(
        "MaxRequestSize",
        Number(1024, 2**32 - 1),
        256 * 1024 * 1024,
        "How many bytes the body of a request may have.",
        ours=True,
    )
    max_connections: int = declare(
        "MaxConnections", Number(1, 100_000), 2000, "How many connections of clients may be open at once.", ours=True
    )

    request_processor: str = declare(
        "RequestProcessor",
        Word(("Sandbox", "SandboxProcess", "Desktop", "DesktopProcess")),
        "Sandbox",
        "What executes requests: the sandbox or QuickBooks Desktop; Process means from a process of its own.",
        restart=True,
        ours=True,
    )
    pos_request_processor: str = declare(
        "POSRequestProcessor",
        Word(("None", "POS", "POSProcess")),
        "None",
        "What executes requests for Point of Sale (X-QBPOS): nothing, or Point of Sale; Process as above.",
        restart=True,
        ours=True,
    )
    host_python: str = declare(
        "HostPython",
        Text(),
        "",
        "The Python of DesktopProcess and POSProcess, with qbconnector in it: a 32-bit one for a 32-bit QuickBooks. "
        "Empty: the connector's own.",
        restart=True,
        ours=True,
    )

    persistent_enabled: bool = declare(
        "PersistentEnabled", Flag(), False, "Keep the connection to the company file open between requests."
    )
    persistent_idle_timeout: int = declare(
        "PersistentIdleTimeout",
        Number(1, DAY),
        120,  # our default
        "Close a persistent connection after this many seconds without a request.",
    )

    log_enabled: bool = declare("LogEnabled", Flag(), False, "Write the activity log to files too.")
    log_dir: str = declare("LogDir", Text(), "", "The folder of the log files. Empty: logs in the data folder.")
    log_format: int = declare(
        "LogFormat", Choice(("Daily", "Weekly", "Monthly")), 0, "How often a new log file is begun."
    )
    log_level: int = declare(
        "LogLevel", Choice(("Off", "Error", "Warning", "Info", "Verbose")), 3, "How much the log says."
    )
    log_port: int = declare("LogPort", PORT, 0, "The UDP port that log lines are sent to. 0: the number of Port.")
    max_log_size: int = declare(
        "MaxLogSize",
        Number(0, 2**32 - 1),
        10 * 1024 * 1024,  # our default
        "Begin another log file when one has this many bytes; 0 sets no limit.",
    )

    ssl_enabled: bool = declare("SSLEnabled", Flag(), False, "Speak TLS, and TLS only.")
    ssl_cert_type: str = declare(
        "SSLCertType",
        Word(("PFX", "User", "Machine", "PEM")),
        "PFX",
        "What kind of store holds the certificate.",
    )
    ssl_cert_store: str = declare(
        "SSLCertStore", Text(), "", "The certificate's file, or the Windows store: MY, ROOT, CA or SPC."
    )
    ssl_cert_subject: str = declare("SSLCertSubject", Text(), "", "The subject of the certificate in its store.")
    ssl_cert_password: str = declare(
        "SSLCertPassword", Text(), "", "The password of the certificate's file.", secret=True
    )

    ssl_client_ca: str = declare(
        "SSLClientCA",
        Text(),
        "",
        "A PEM file of certificates; only clients with a certificate of theirs get in. Empty: every client.",
        ours=True,
    )

    auth_flags: int = declare(
        "AuthFlags",
        Bits(0x8000000F),
        0xF,
        "The QuickBooks editions to connect to: 1 Simple Start, 2 Pro, 4 Premier, 8 Enterprise, added up; 0: none.",
    )
    close_and_retry_connect: bool = declare(
        "CloseAndRetryConnect",
        Flag(),
        False,
        "When QuickBooks cannot be opened, stop its process and try again.",
    )
    close_and_retry_timeout: int = declare(
        "CloseAndRetryTimeout", Number(1, DAY), 30, "How many seconds to wait for QuickBooks before that."
    )
    close_and_retry_count: int = declare(
        "CloseAndRetryCount", Number(0, 100), 3, "How many times to try again before giving up."
    )
    close_and_retry_error_list: str = declare(
        "CloseAndRetryErrorList",
        Listed(r"0[xX][0-9a-fA-F]{1,8}|\*", "error numbers as 0x80040408, parted by commas, or *"),
        "0x80040402,0x80040408",
        "The errors after which to try again; * means all.",
    )
    qb_instance_file: str = declare(
        "QBInstanceFile", Text(), "", "The QBINSTANCEFINDER file to clear when the process was stopped."
    )

    local_auth: str = declare(
        "LocalAuth", Text(), "", "The administrator's password between console and connector.", secret=True
    )
    password_scheme: str = declare(
        "PasswordScheme",
        Word(("argon2id", "sha256")),
        "argon2id",
        "How passwords are stored: argon2id, or sha256 where the original product reads them too.",
        ours=True,
    )
    use_interactive_logon: bool = declare(
        "UseInteractiveLogon",
        Flag(),
        False,
        "Check Windows users by an interactive logon, as Samba needs it.",
    )
    run_as_service: bool = declare("RunAsService", Flag(), True, "Run as a service of the system.", restart=True)
    use_original_keys: bool = declare(
        "UseOriginalKeys",
        Flag(),
        False,
        "Windows: keep what the original product knows in its own registry keys, which it then goes on using.",
        ours=True,
    )
    prompt_for_reg_permissions: bool = declare(
        "PromptForRegPermissions",
        Flag(),
        True,
        "Ask before registry permissions are changed.",  # our default
    )


SETTINGS: dict[str, Declaration] = declarations(Settings)
