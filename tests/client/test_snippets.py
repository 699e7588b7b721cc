"""A call as code: what the code sends is what was to be sent."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbconnector.client.snippets import LANGUAGES, VARIABLE, code
from tests.wire.served import Served

REQUEST = """<?xml version="1.0"?>
<QBXML a='1' b="\\n \\u0041 %d {x} $HOME `id` $(id)">\u00e9 \"\"\" ''' '@ QBXML
QBXML
'@
\ttext\\
</QBXML>
"""

RUN = {"curl": ["bash", "-euo", "pipefail", "-c"], "python": [sys.executable, "-c"]}


def run(language: str, text: str, password: str, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, VARIABLE: password, "PYTHONUTF8": "1"}
    return subprocess.run([*RUN[language], text], cwd=folder, env=environment, capture_output=True, encoding="utf-8")


@pytest.mark.parametrize("language", ["curl", "python"])
@pytest.mark.parametrize(("user", "password"), [("anna", "se:cret"), ("bj\u00f6rn", "p\u00e4ssword")])
def test_it_sends_the_request(language: str, user: str, password: str, served: Served, tmp_path: Path) -> None:
    if language == "curl" and not shutil.which("curl"):
        pytest.skip("curl is not installed")
    url = f"http://127.0.0.1:{served.port.number}/"
    done = run(language, code(language, url, user, REQUEST), password, tmp_path)
    assert (done.stdout.rstrip("\n"), done.stderr) == (REQUEST.rstrip("\n"), "")


def test_python_says_why_it_failed(served: Served, tmp_path: Path) -> None:
    text = code("python", f"http://127.0.0.1:{served.port.number}/", "anna", "fail now")
    assert run("python", text, "wrong", tmp_path).stderr.startswith("401 ")
    assert "0x80040400: Parse error." in run("python", text, "se:cret", tmp_path).stderr


def test_no_code_holds_the_password() -> None:
    for language in LANGUAGES:
        assert VARIABLE in code(language, "https://books.example:8167/", "anna", "<QBXML/>")


def test_powershell_ends_its_text_where_the_request_does() -> None:
    text = code("powershell", "https://books.example:8167/", "O'Neil", "<QBXML>\n  <a/>\n</QBXML>\n")
    assert text.startswith("$request = @'\n<QBXML>\n  <a/>\n</QBXML>\n'@\n")
    assert "$user = 'O''Neil'" in text
    assert "-Uri 'https://books.example:8167/'" in text
    assert "FromBase64String" in code("powershell", "http://x/", "anna", "<a>\n'@\n</a>")


def test_python_speaks_tls_to_https() -> None:
    assert "HTTPSConnection('books.example', 443" in code("python", "https://books.example/", "anna", "x")


@given(st.text(max_size=40), st.text(st.characters(exclude_categories=["Cs"]), max_size=80))
def test_python_quotes_any_text(user: str, request: str) -> None:
    text = code("python", "http://127.0.0.1:1/", user, request)
    found = re.search(r'^request = """.*?^"""$', text, re.MULTILINE | re.DOTALL)
    assert found
    names: dict[str, str] = {}
    exec(found[0], names)
    lines = request.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n")
    assert json.dumps(names["request"]) == json.dumps(lines + "\n")
    compile(text, "snippet", "exec")
