"""What is found of the machine, and of the connector that runs on it."""

import asyncio
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from qbconnector import clock, health
from qbconnector.activity.log import ActivityLog
from qbconnector.app import Connector, Overrides
from qbconnector.health import Finding
from qbconnector.processors.findings import of_sandbox
from qbconnector.sandbox.quickbooks import QuickBooks
from qbconnector.settings.folders import DataFolder
from qbconnector.settings.values import Settings
from qbconnector.tls.choosing import choose_generated


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path / "data").ensure()


@pytest.fixture
def time() -> Iterator[list[datetime]]:
    """The time, in a list of one."""
    times = [clock.now()]
    clock.set_clock(lambda: times[0])
    yield times
    clock.set_clock(None)


def wrong(*findings: Finding) -> list[str]:
    return [one.text for one in findings if not one.well]


def test_a_machine_that_is_well(folder: DataFolder) -> None:
    findings = list(health.machine(folder, Settings(log_enabled=True)))
    assert wrong(*findings) == []
    assert len(findings) == 4


def test_a_full_disk(folder: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=2**20))
    assert health.disk(folder) == Finding(
        False, f"1 MiB are free for {folder.root}.", "Make room: what cannot be stored is refused."
    )


def test_a_log_folder_that_is_not_there(folder: DataFolder) -> None:
    (finding,) = health.logs(folder, Settings(log_enabled=True, log_dir=str(folder.root / "nowhere")))
    assert not finding.well
    assert finding.advice.endswith("cannot be written to. Create it, or set LogDir to another.")


def test_a_certificate_that_expires(folder: DataFolder, time: list[datetime]) -> None:
    identity = choose_generated(folder, ["localhost"], "ec", 20)
    settings = Settings(ssl_enabled=True, ssl_cert_type="PEM", ssl_cert_store=str(folder.tls / "connector.pem"))
    assert "expires on" in wrong(health.certificate(settings))[0]
    time[0] = identity.certificate.not_valid_after_utc + timedelta(days=1)
    assert "expired on" in wrong(health.certificate(settings))[0]
    missing = Settings(ssl_enabled=True, ssl_cert_type="PEM", ssl_cert_store="nowhere.pem")
    assert "nowhere.pem" in wrong(health.certificate(missing))[0]


def test_the_last_error_is_worth_a_look_for_an_hour(time: list[datetime]) -> None:
    log = ActivityLog()
    log.info("fine")
    assert wrong(health.last_error(log)) == []
    log.error("the first")
    log.error("the last")
    assert wrong(health.last_error(log))[0].endswith(": the last")
    time[0] += timedelta(hours=2)
    assert wrong(health.last_error(log)) == []


def test_the_sandbox_tells_what_keeps_requests_out(folder: DataFolder) -> None:
    quickbooks = QuickBooks(folder.state)
    assert wrong(*of_sandbox(quickbooks)) == []
    shop = folder.companies / "shop.qbsandbox"
    shop.touch()
    quickbooks.open(shop)
    assert of_sandbox(quickbooks) == [Finding(True, f"{shop} is open in the sandbox, in single-user mode, by Admin.")]
    quickbooks.show("Update?")
    quickbooks.spoil(0x80040408, 2)
    shop.unlink()
    gone, dialog, starts = wrong(*of_sandbox(quickbooks))
    assert gone == f"{shop} is open in the sandbox, and is no longer there."
    assert dialog.endswith('shows a dialog: "Update?".')
    assert starts.endswith("2 in all, end with 0x80040408 (Could not start QuickBooks.).")
    quickbooks.spoil(0, 1)
    quickbooks.close(running=True)
    assert wrong(*of_sandbox(quickbooks))[0].endswith("1 in all, hang.")
    (folder.state / "quickbooks.json").write_text("{")
    assert "0x80040401" in wrong(*of_sandbox(quickbooks))[0]


def test_a_running_connector_tells_how_it_is(folder: DataFolder) -> None:
    async def run() -> None:
        connector = Connector(folder, Overrides("127.0.0.1", 0, 0))
        assert wrong(*await connector.health())[0] == "The data port does not listen."
        await connector.start()
        findings = await connector.health()
        assert findings[0].text == f"The data port listens: {connector.data_url}"
        assert wrong(*findings) == []
        connector.activity.error("something failed")
        assert wrong(*await connector.health())[0].endswith("something failed")
        await connector.stop()

    asyncio.run(run())
