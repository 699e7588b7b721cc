"""A call as code to paste: curl for a shell, Python without any library, PowerShell.

The password is in none of them: each takes it from the environment variable QBCONNECTOR_PASSWORD. Texts are quoted
so that the same is sent, whatever stands in the request or in the name of the user.
"""

import base64
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from qbconnector.client.exchange import EXECUTE, headers

VARIABLE: Final = "QBCONNECTOR_PASSWORD"

_FIELDS = headers(EXECUTE)


@dataclass(frozen=True, slots=True)
class Language:
    """A language there is code in. `name` is for people, `suffix` that of its files."""

    key: str
    name: str
    suffix: str
    write: Callable[[str, str, str], str]


def code(language: str, url: str, user: str, request: str) -> str:
    """Code that sends the request to the data port at `url`; raise KeyError for an unknown language.

    The request is taken line by line: its line ends become those of the language, and the last line has one.
    """
    lines = request.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n")
    return LANGUAGES[language].write(url, user, lines)


# curl


def _curl(url: str, user: str, request: str) -> str:
    """A here-document, ended by a word that is no line of the request."""
    end = "QBXML"
    while end in request.split("\n"):
        end += "_"
    fields = [f"--header {shlex.quote(f'{name}: {value}')}" for name, value in _FIELDS.items()]
    options = ["curl --silent --show-error", f'--user {shlex.quote(user + ":")}"${VARIABLE}"', *fields]
    return " \\\n  ".join([*options, f"--data-binary @- {shlex.quote(url)} <<'{end}'"]) + f"\n{request}\n{end}\n"


# Python

_PYTHON = '''\
import base64
import http.client
import os

request = """\\
{request}
"""

user = {user}
login = base64.b64encode(f"{{user}}:{{os.environ['{variable}']}}".encode()).decode()
connection = http.client.{connection}({host}, {port}, timeout=120)
headers = {{
    "Authorization": f"Basic {{login}}",
{fields}
}}
connection.request("POST", "/", request.encode(), headers)
answer = connection.getresponse()
body = answer.read().decode()
if answer.status != 200:
    raise SystemExit(f"{{answer.status}} {{answer.reason}}: {{body}}")
print(body)
'''


def _python(url: str, user: str, request: str) -> str:
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    return _PYTHON.format(
        request=request.replace("\\", "\\\\").replace('"""', '\\"\\"\\"').replace("\0", "\\0"),
        user=repr(user),
        variable=VARIABLE,
        connection="HTTPSConnection" if secure else "HTTPConnection",
        host=repr(parts.hostname or ""),
        port=parts.port or (443 if secure else 80),
        fields="\n".join(f'    "{name}": "{value}",' for name, value in _FIELDS.items()),
    )


# PowerShell

_POWERSHELL = """\
$request = {request}
$user = {user}
$login = [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes("${{user}}:$env:{variable}"))
$headers = @{{
    Authorization = "Basic $login"
{fields}
}}
$body = [Text.Encoding]::UTF8.GetBytes($request)
$answer = Invoke-WebRequest -UseBasicParsing -Method Post -Uri {url} -Headers $headers -ContentType {kind} -Body $body
$answer.Content
"""


def _powershell(url: str, user: str, request: str) -> str:
    """A here-string, or where a line of the request would end it, the request in Base64."""
    if any(line.startswith(("'@", "\u2019@", "\u2018@")) for line in request.split("\n")):
        packed = base64.b64encode(request.encode()).decode()
        text = f"[Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('{packed}'))"
    else:
        text = f"@'\n{request}\n'@"
    fields = [f"    {_single(name)} = {_single(value)}" for name, value in _FIELDS.items() if name != "Content-Type"]
    return _POWERSHELL.format(
        request=text,
        user=_single(user),
        variable=VARIABLE,
        fields="\n".join(fields),
        url=_single(url),
        kind=_single(_FIELDS["Content-Type"]),
    )


def _single(text: str) -> str:
    """A single-quoted text; PowerShell takes typographic quotes for quotes as well."""
    for quote in "'\u2018\u2019\u201a\u201b":
        text = text.replace(quote, quote * 2)
    return f"'{text}'"


LANGUAGES: Final = {
    one.key: one
    for one in (
        Language("curl", "curl", ".sh", _curl),
        Language("python", "Python", ".py", _python),
        Language("powershell", "PowerShell", ".ps1", _powershell),
    )
}
