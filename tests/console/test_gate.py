"""The gate: who gets in, how, and what a browser is told."""

import pytest

from qbconnector.accounts.failures import FAILURES, PAUSE
from qbconnector.console.administrator import Administrator
from qbconnector.console.gate import IDLE, LASTS, SignIns
from qbconnector.console.pages.parts import asset
from tests.console.conftest import Console


def test_health_and_figures_ask_nobody(console: Console) -> None:
    with console.client() as client:
        health = client.get("/healthz").json()
        assert health["status"] == "ok"
        assert "qbconnector_failed_logins_total 0.0" in client.get("/metrics").text


def test_pages_ask_for_the_password_and_lead_back(console: Console) -> None:
    with console.client() as client:
        away = client.get("/users/new?x=1")
        assert (away.status_code, away.headers["location"]) == (303, "/signin?next=/users/new%3Fx%3D1")
        wrong = client.post("/signin", data={"password": "wrong", "next": "/"})
        assert (wrong.status_code, "set-cookie" in wrong.headers) == (401, False)
        right = client.post("/signin", data={"password": console.password, "next": "/users/new?x=1"})
        assert (right.status_code, right.headers["location"]) == (303, "/users/new?x=1")
        cookie = right.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=strict" in cookie
        assert "Secure" not in cookie
        page = client.get("/users/new")
        assert page.status_code == 200
        assert "A new user" in page.text


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "x"])
def test_the_sign_in_leads_nowhere_else(console: Console, target: str) -> None:
    with console.client() as client:
        right = client.post("/signin", data={"password": console.password, "next": target})
        assert right.headers["location"] == "/"


def test_a_link_signs_in_once(console: Console) -> None:
    link = console.link()
    with console.client() as client:
        assert client.get(link).status_code == 303
        assert client.get("/users").status_code == 200
    with console.client() as client:
        assert client.get(link).status_code == 401
        assert client.get("/users").status_code == 303


def test_a_change_carries_the_secret_of_the_session(console: Console) -> None:
    with console.client() as client:
        client.get(console.link())
        body = {"Name": "anna", "Password": "x"}
        refused = client.post("/api/users", json=body)
        assert (refused.status_code, refused.json()["detail"]) == (
            403,
            "The request does not carry this session's secret.",
        )
        csrf = client.get("/users").text.partition('name="csrf" content="')[2].partition('"')[0]
        elsewhere = {"X-CSRF-Token": csrf, "Sec-Fetch-Site": "cross-site"}
        assert client.post("/api/users", json=body, headers=elsewhere).status_code == 403
        assert client.post("/api/users", json=body, headers={"X-CSRF-Token": csrf}).status_code == 201
        assert client.post("/signout", headers={"X-CSRF-Token": csrf}).status_code == 204
        assert client.get("/users").status_code == 303


def test_scripts_bring_a_token(console: Console) -> None:
    assert console.api.get("/api/users").status_code == 200
    with console.client() as client:
        nobody = client.get("/api/users")
        assert (nobody.status_code, nobody.headers["www-authenticate"]) == (401, "Bearer")
        assert nobody.headers["content-type"] == "application/problem+json"
        assert client.get("/api/users", headers={"Authorization": "Bearer none"}).status_code == 401
    assert console.api.delete("/api/tokens/tests").status_code == 204
    assert console.api.get("/api/users").status_code == 401


def test_a_changed_password_signs_everybody_out(console: Console) -> None:
    with console.client() as client:
        client.get(console.link())
        wrong = console.api.put("/api/password", json={"current": "x", "new": "a longer sentence"})
        assert (wrong.status_code, wrong.json()["field"]) == (422, "current")
        weak = console.api.put("/api/password", json={"current": console.password, "new": "short"})
        assert weak.status_code == 422
        assert client.get("/users").status_code == 200
        body = {"current": console.password, "new": "a longer sentence"}
        assert console.api.put("/api/password", json=body).status_code == 204
        assert client.get("/users").status_code == 303
        assert client.post("/signin", data={"password": body["current"]}).status_code == 401
        assert client.post("/signin", data={"password": body["new"]}).status_code == 303
    assert console.password == ""


def test_every_answer_says_what_a_browser_may_do_with_it(console: Console) -> None:
    for path in ("/signin", "/api/users", "/users", "/healthz"):
        headers = console.api.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"], path
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
    assert "immutable" in console.api.get(asset("console.css")).headers["cache-control"]


class World:
    """An administrator and a clock."""

    def __init__(self, state: Administrator) -> None:
        self.time = 0.0
        self.sign_ins = SignIns(state, lambda: self.time)


@pytest.fixture
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(Administrator(tmp_path_factory.mktemp("state")))


def test_a_sign_in_ends_when_nobody_uses_it(world: World) -> None:
    cookie = world.sign_ins._begin()
    world.time = IDLE
    assert world.sign_ins.get(cookie) is not None
    world.time += IDLE + 1
    assert world.sign_ins.get(cookie) is None


def test_a_sign_in_ends_after_a_day_whoever_uses_it(world: World) -> None:
    cookie = world.sign_ins._begin()
    while world.time + IDLE <= LASTS:
        world.time += IDLE
        assert world.sign_ins.get(cookie) is not None
    world.time = LASTS + 1
    assert world.sign_ins.get(cookie) is None


async def _guess(world: World, password: str) -> bool:
    return await world.sign_ins.by_password(password, "192.0.2.1") is not None


def test_who_guesses_too_often_has_to_wait(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    import asyncio

    async def run() -> None:
        slept: list[float] = []

        async def sleep(seconds: float) -> None:
            slept.append(seconds)

        monkeypatch.setattr(world.sign_ins.failures, "_sleep", sleep)
        password = world.sign_ins._administrator.password()
        for _ in range(FAILURES):
            assert not await _guess(world, "wrong")
        assert slept
        assert not await _guess(world, password)
        world.time += PAUSE
        assert await _guess(world, password)

    asyncio.run(run())
