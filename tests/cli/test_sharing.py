"""Sessions from outside, with the sandbox inside the connector and as a process: who shares what, and how long."""

import re
from collections.abc import Callable

import httpx
import pytest

from tests.cli.conftest import Command, Serving
from tests.cli.test_serve import until

USERS = {"till": [], "desk": ["--mode", "Single"], "stall": ["--mode", "Multi"], "till2": ["--app-name", "till"]}
NEW = "<CustomerAddRq><CustomerAdd><Name>{}</Name></CustomerAdd></CustomerAddRq>"
HINT = "X-QBConnector-Hint"


class Fair:
    """A connector with a company file that lets everybody in; each user comes with an application of that name."""

    def __init__(self, qb: Command, serve: Callable[..., Serving], processor: str) -> None:
        self.qb = qb
        qb("company", "create", "shop")
        assert qb("company", "open", "shop").code == 0
        assert qb("company", "authorize", "shop", "*").code == 0
        assert qb("company", "close").code == 0
        self.set("PasswordScheme", "sha256")  # at once
        for name, options in USERS.items():
            qb("user", "add", name, "--password", "x", "--company-file", "shop.qbsandbox", "--app-name", name, *options)
        self.set("RequestProcessor", processor)
        self._serve = serve

    def serve(self) -> None:
        self.serving = self._serve()

    def set(self, name: str, value: str) -> None:
        assert self.qb("config", "set", name, value).code == 0

    def ask(self, user: str, interaction: int = 103, body: str = "") -> httpx.Response:
        headers = {"X-AcctSyncInteractionType": str(interaction)}
        return httpx.post(self.serving.url, content=body, auth=(user, "x"), headers=headers, timeout=60)

    def execute(self, user: str, requests: str) -> httpx.Response:
        body = f'<?qbxml version="13.0"?><QBXML><QBXMLMsgsRq onError="stopOnError">{requests}</QBXMLMsgsRq></QBXML>'
        return self.ask(user, 0, body)

    def page(self, user: str, identity: str = "") -> httpx.Response:
        how = f'iterator="Continue" iteratorID="{identity}"' if identity else 'iterator="Start"'
        return self.execute(user, f"<CustomerQueryRq {how}><MaxReturned>1</MaxReturned></CustomerQueryRq>")

    def start(self, user: str) -> str:
        customers = "".join(NEW.format(number) for number in range(5))
        self.execute(user, customers)  # it does not matter if they are there already
        answer = self.page(user)
        assert HINT not in answer.headers
        (identity,) = re.findall('iteratorID="(.*?)"', answer.text)
        assert identity
        return str(identity)

    def sessions(self) -> int:
        figures = httpx.get(self.serving.console + "metrics").text
        return int(float(figures.partition("\nqbconnector_sessions_open ")[2].partition("\n")[0]))


@pytest.fixture(params=["Sandbox", "SandboxProcess"])
def fair(request: pytest.FixtureRequest, qb: Command, serve: Callable[..., Serving]) -> Fair:
    return Fair(qb, serve, request.param)


def test_an_application_that_wants_the_file_alone_does_not_get_a_shared_one(fair: Fair) -> None:
    fair.serve()
    assert fair.ask("till", 101).status_code == 200
    refused = fair.ask("desk")
    assert (refused.status_code, refused.text[:11]) == (517, "0x80040422:")
    assert 'A persistent session of "till" shares' in refused.text
    assert fair.ask("stall").status_code == 200
    assert fair.ask("till", 102).status_code == 200
    assert fair.ask("desk").status_code == 200


def test_persistent_sessions_of_two_modes_do_not_go_together(fair: Fair) -> None:
    fair.serve()
    assert fair.ask("desk", 101).status_code == 200
    refused = fair.ask("stall", 101)
    assert (refused.status_code, refused.text[:11]) == (517, "0x80040410:")
    assert 'A persistent session of "desk" holds' in refused.text
    assert "in single-user mode" in refused.text
    assert fair.ask("till", 101).status_code == 200
    assert fair.ask("desk", 102).status_code == 200
    assert fair.ask("stall", 101).status_code == 200


def test_a_company_file_is_in_use_while_a_session_holds_it(fair: Fair) -> None:
    fair.serve()
    assert fair.ask("till").status_code == 200
    assert fair.ask("till", 101).status_code == 200
    opening = fair.qb("company", "open", "shop")
    assert opening.code == 1
    assert "already in use" in opening.err
    assert fair.ask("till", 102).status_code == 200
    assert fair.qb("company", "open", "shop").code == 0


def test_an_iterator_lives_as_long_as_its_session(fair: Fair) -> None:
    fair.set("LogEnabled", "true")
    fair.serve()

    def is_lost(user: str, identity: str) -> bool:
        answer = fair.page(user, identity)
        lost = 'statusCode="3000" statusSeverity="Error"' in answer.text
        assert ("interaction type 101" in answer.headers.get(HINT, "")) == lost
        return lost

    assert is_lost("till", fair.start("till"))
    fair.ask("till", 101)
    identity = fair.start("till")
    assert is_lost("stall", identity)
    assert is_lost("till2", identity)
    assert not is_lost("till", identity)
    fair.ask("till", 102)
    assert is_lost("till", identity)
    fair.serving.stop()
    (log,) = (path.read_text() for path in (fair.qb.data / "logs").iterdir())
    assert log.count("An iterator lives as long as the session") == 4


def test_an_iterator_ends_with_a_session_that_was_idle(fair: Fair) -> None:
    fair.set("PersistentEnabled", "true")
    fair.serve()
    identity = fair.start("till")
    assert HINT not in fair.page("till2", identity).headers  # it opens in the same way
    fair.set("PersistentIdleTimeout", "1")
    until(lambda: fair.sessions() == 0)
    assert "start the query anew" in fair.page("till", identity).headers[HINT]


def test_who_is_authorized_and_what_is_accessible(fair: Fair) -> None:
    fair.qb("user", "add", "lost", "--password", "x", "--company-file", "missing.qbsandbox")
    fair.qb("user", "add", "odd", "--password", "x", "--company-file", "odd.qbsandbox")
    (fair.qb.data / "companies" / "odd.qbsandbox").write_bytes(b"what is this")
    fair.serve()

    def asked(user: str) -> list[str]:
        return [fair.ask(user, interaction).text for interaction in (105, 106)]

    assert asked("till") == ["0\r\n", "0\r\n"]
    assert asked("lost") == asked("odd") == ["1\r\n", "1\r\n"]
    assert fair.qb("company", "authorize", "shop", "till", "--answer", "no").code == 0
    assert asked("till") == ["1\r\n", "0\r\n"]
    fair.qb("company", "fault", "0x80040408")
    assert asked("stall") == ["1\r\n", "1\r\n"]
