"""The company files of a folder: what is listed, and how new ones are made."""

from pathlib import Path

import pytest

from qbconnector.errors import CompanyFileExists, SampleRefused
from qbconnector.sandbox import files
from qbconnector.sandbox.company import reading
from qbconnector.sandbox.quickbooks import Permission, QuickBooks


def test_files_are_listed_with_their_companies_and_problems(tmp_path: Path) -> None:
    hand = QuickBooks(tmp_path)
    files.create(hand, tmp_path / "shop.qbsandbox", files.Contents(name="The Shop"), "Till")
    (tmp_path / "broken.qbsandbox").write_bytes(b"something else")
    (tmp_path / "notes.txt").write_bytes(b"")
    broken, shop = files.files(tmp_path)
    assert (shop.company, shop.problem) == ("The Shop", "")
    assert shop.size > 0
    assert "is not a company file" in broken.problem
    torn = (tmp_path / "shop.qbsandbox").read_bytes()[:5000]
    (tmp_path / "shop.qbsandbox").write_bytes(torn)
    assert files.files(tmp_path)[1].problem


def test_a_new_file_lets_in_whom_it_should(tmp_path: Path) -> None:
    hand = QuickBooks(tmp_path)
    empty, sample = tmp_path / "empty.qbsandbox", tmp_path / "sample.qbsandbox"
    files.create(hand, empty, files.Contents(), "Till")
    steps: list[tuple[int, int]] = []
    contents = files.Contents(customers=5, invoices=0)
    files.create(hand, sample, contents, "Till", lambda done, total: steps.append((done, total)))
    assert hand.state().permission(str(empty), "Till") == Permission.ALWAYS
    assert hand.state().permission(str(empty), "Other") == ""
    assert hand.state().permission(str(sample), "Other") == Permission.ALWAYS
    assert steps[-1][0] == steps[-1][1]
    with reading(sample) as books:
        assert books.connection.execute("SELECT count(*) FROM object WHERE kind = 'Customer'").fetchone() == (5,)
    with pytest.raises(CompanyFileExists):
        files.create(hand, sample, contents, "Till")
    assert hand.state().permission(str(sample), "Other") == Permission.ALWAYS


def test_a_file_that_could_not_be_filled_does_not_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise SampleRefused("InvoiceAdd", 3140, "No.", "")

    monkeypatch.setattr(files, "populate", refuse)
    with pytest.raises(SampleRefused):
        files.create(QuickBooks(tmp_path), tmp_path / "new.qbsandbox", files.Contents(sample=True), "Till")
    assert files.files(tmp_path) == []
