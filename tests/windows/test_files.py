"""Files on Windows: locks that wait, files that are replaced while they are read, folders that are nobody else's."""

import sys
from pathlib import Path

import pytest

if sys.platform != "win32":
    pytest.skip("only Windows has it: make windows-test", allow_module_level=True)

import threading

import win32security

from qbconnector.settings.files import claim, locked, read_file, replace_file
from qbconnector.settings.folders import DataFolder
from qbconnector.settings.winsecurity import me

SYSTEM, ADMINISTRATORS, EVERYONE = "S-1-5-18", "S-1-5-32-544", "S-1-1-0"


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


def allowed(path: Path) -> set[str]:
    security = win32security.GetFileSecurity(str(path), win32security.DACL_SECURITY_INFORMATION)
    entries = security.GetSecurityDescriptorDacl()
    assert entries is not None
    return {win32security.ConvertSidToStringSid(entries.GetAce(n)[2]) for n in range(entries.GetAceCount())}


def test_the_data_folder_is_nobody_elses_until_someone_is_let_in(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data").ensure().ensure()
    own = win32security.ConvertSidToStringSid(me())
    before = allowed(folder.root)
    assert own in before
    assert before <= {own, SYSTEM, ADMINISTRATORS}
    folder.permit("Everyone")
    assert EVERYONE in allowed(folder.root)


def test_a_file_in_the_folders_place_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_bytes(b"")
    with pytest.raises(FileExistsError, match="data"):
        DataFolder(tmp_path / "data").ensure()
