"""Files on Windows: locks that wait, files that are replaced while they are read, folders that are nobody else's."""

import sys
from pathlib import Path

import pytest

if sys.platform != "win32":
    pytest.skip("only Windows has it: make windows-test", allow_module_level=True)

import threading

import win32api
import win32security

from qbconnector.settings.files import claim, locked, read_file, replace_file
from qbconnector.settings.folders import DataFolder

SYSTEM, ADMINISTRATORS = "S-1-5-18", "S-1-5-32-544"


def test_a_lock_is_waited_for_longer_than_the_c_library_does(tmp_path: Path) -> None:
    path = tmp_path / "file"
    order = []

    def wait() -> None:
        with locked(path):
            order.append("second")

    with locked(path):
        waiter = threading.Thread(target=wait)
        waiter.start()
        assert claim(path) is None
        waiter.join(0.5)
        order.append("first")
    waiter.join()
    assert order == ["first", "second"]
    owner = claim(path)
    assert owner is not None
    owner.close()


def test_a_file_is_replaced_when_its_reader_has_let_go(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    reader = path.open("rb")
    later = threading.Timer(0.2, reader.close)
    later.start()
    replace_file(path, b"new")
    later.join()
    assert read_file(path) == b"new"


def test_what_is_never_let_go_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    with path.open("rb"), pytest.raises(PermissionError):
        replace_file(path, b"new")
    assert [one.name for one in tmp_path.iterdir()] == ["file"]


def test_the_data_folder_is_nobody_elses(tmp_path: Path) -> None:
    token = win32security.OpenProcessToken(win32api.GetCurrentProcess(), win32security.TOKEN_QUERY)
    me = win32security.ConvertSidToStringSid(win32security.GetTokenInformation(token, win32security.TokenUser)[0])
    folder = DataFolder(tmp_path / "data").ensure().ensure()
    for path in (folder.root, folder.companies):
        security = win32security.GetFileSecurity(str(path), win32security.DACL_SECURITY_INFORMATION)
        entries = security.GetSecurityDescriptorDacl()
        assert entries is not None
        users = {win32security.ConvertSidToStringSid(entries.GetAce(n)[2]) for n in range(entries.GetAceCount())}
        assert me in users
        assert users <= {me, SYSTEM, ADMINISTRATORS}


def test_a_file_in_the_folders_place_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_bytes(b"")
    with pytest.raises(FileExistsError, match="data"):
        DataFolder(tmp_path / "data").ensure()
