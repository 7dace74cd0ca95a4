"""Signing in, users, keys, the audit trail: over HTTP, as a browser does."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from fastapi import FastAPI

from rexian.core.clock import VirtualClock
from rexian.infra.database import Database
from rexian.infra.journal import Journal
from rexian.tenants.sessions import FIRST_LOCK, IDLE, TRIES
from tests.centre import PASSWORD, Browser, Centre, face

pytestmark = pytest.mark.postgres


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(datetime.now(UTC))


@pytest.fixture
def centre(database: Database, clock: VirtualClock) -> Centre:
    return Centre(database, clock=clock)


@pytest.fixture
def app(centre: Centre) -> FastAPI:
    return face(centre)


@pytest.fixture
async def root(app: FastAPI, slug: str) -> AsyncIterator[Browser]:
    browser = Browser(app)
    assert (await browser.sign_in(slug)).status_code == 200
    yield browser
    await browser.http.aclose()


@pytest.fixture
async def slug(centre: Centre) -> str:
    return (await centre.tenant())[1]


async def test_a_session_tells_who_i_am_until_i_sign_out(root: Browser, slug: str) -> None:
    me = (await root.get("/session")).json()

    assert me["user"]["username"] == "root"
    assert "users.manage" in me["user"]["permissions"]
    assert (me["tenant"]["slug"], me["tenant"]["timezone"]) == (slug, "Asia/Shanghai")
    assert me["agent"] is None
    assert (await root.delete("/session")).status_code == 204
    assert (await root.get("/session")).status_code == 401


async def test_the_cookie_is_out_of_the_pages_reach(app: FastAPI, slug: str) -> None:
    cookie = (await Browser(app).sign_in(slug)).headers["set-cookie"].lower()

    assert "httponly" in cookie
    assert "samesite=lax" in cookie


@pytest.mark.parametrize(
    ("tenant", "username", "password"),
    [("", "root", "wrong password"), ("", "nobody", PASSWORD), ("no-such-centre", "root", PASSWORD)],
)
async def test_a_refusal_does_not_tell_what_was_wrong(
    app: FastAPI, slug: str, tenant: str, username: str, password: str
) -> None:
    answer = await Browser(app).sign_in(tenant or slug, username, password)

    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "session.refused"


async def test_after_several_wrong_passwords_even_the_right_one_waits(
    app: FastAPI, slug: str, clock: VirtualClock
) -> None:
    browser = Browser(app)
    for _ in range(TRIES):
        await browser.sign_in(slug, "root", "wrong password")

    assert (await browser.sign_in(slug)).status_code == 403
    clock.advance(FIRST_LOCK + timedelta(seconds=1))
    assert (await browser.sign_in(slug)).status_code == 200


async def test_an_idle_session_ends(root: Browser, clock: VirtualClock) -> None:
    clock.advance(IDLE - timedelta(minutes=1))
    assert (await root.get("/session")).status_code == 200
    clock.advance(IDLE - timedelta(minutes=1))
    assert (await root.get("/session")).status_code == 200
    clock.advance(IDLE + timedelta(minutes=1))
    assert (await root.get("/session")).status_code == 401


async def test_an_unsafe_method_needs_the_csrf_token(root: Browser) -> None:
    root.csrf = "guess"

    answer = await root.post("/users", {"username": "eve", "name": "Eve", "password": PASSWORD, "role": "agent"})

    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "access.csrf")


async def test_a_user_is_made_changed_and_removed_and_all_of_it_is_in_the_trail(root: Browser) -> None:
    body = {"username": "Li.Na", "name": "李娜", "password": PASSWORD, "role": "agent"}
    made = await root.post("/users", body)
    id = made.json()["id"]
    assert made.status_code == 201
    assert made.json()["username"] == "li.na"
    assert PASSWORD not in made.text

    await root.patch(f"/users/{id}", {"role": "supervisor"})
    assert (await root.get(f"/users/{id}")).json()["role"] == "supervisor"
    assert (await root.delete(f"/users/{id}")).status_code == 204
    assert (await root.get(f"/users/{id}")).status_code == 404

    trail = (await root.get(f"/audit?subject=user:{id}&sort=at")).json()["items"]
    assert [entry["action"] for entry in trail] == ["user.added", "user.changed", "user.removed"]
    assert (trail[1]["before"], trail[1]["after"]) == ({"role": "agent"}, {"role": "supervisor"})
    assert all(entry["user_name"] == "root" for entry in trail)
    assert "password" not in str(trail)


async def test_a_name_is_taken_once(root: Browser) -> None:
    body = {"username": "root", "name": "Two", "password": PASSWORD, "role": "agent"}

    answer = await root.post("/users", body)

    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "user.exists")


async def test_a_disabled_user_is_out_at_once(app: FastAPI, root: Browser, slug: str) -> None:
    body = {"username": "li", "name": "Li", "password": PASSWORD, "role": "agent"}
    id = (await root.post("/users", body)).json()["id"]
    li = Browser(app)
    await li.sign_in(slug, "li")

    await root.patch(f"/users/{id}", {"disabled": True})

    assert (await li.get("/session")).status_code == 401
    assert (await li.sign_in(slug, "li")).status_code == 403


async def test_an_agent_may_not_manage_users(app: FastAPI, root: Browser, slug: str) -> None:
    await root.post("/users", {"username": "li", "name": "Li", "password": PASSWORD, "role": "agent"})
    li = Browser(app)
    await li.sign_in(slug, "li")

    answer = await li.get("/users")

    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "access.forbidden")


async def test_the_last_administrator_stays(root: Browser) -> None:
    id = (await root.get("/session")).json()["user"]["id"]

    for answer in (
        await root.delete(f"/users/{id}"),
        await root.patch(f"/users/{id}", {"role": "agent"}),
        await root.patch(f"/users/{id}", {"disabled": True}),
    ):
        assert answer.json()["error"]["code"] == "user.last_administrator"


async def test_a_new_password_ends_the_other_sessions(app: FastAPI, root: Browser, slug: str) -> None:
    elsewhere = Browser(app)
    await elsewhere.sign_in(slug)

    wrong = await root.post("/session/password", {"current": "nonsense", "new": "new password"})
    right = await root.post("/session/password", {"current": PASSWORD, "new": "new password"})

    assert (wrong.status_code, right.status_code) == (403, 204)
    assert (await root.get("/session")).status_code == 200
    assert (await elsewhere.get("/session")).status_code == 401
    assert (await elsewhere.sign_in(slug, password="new password")).status_code == 200


async def test_a_session_that_was_stolen_cannot_guess_the_password_for_ever(root: Browser, clock: VirtualClock) -> None:
    for _ in range(TRIES):
        await root.post("/session/password", {"current": "guess", "new": "new password"})

    change = {"current": PASSWORD, "new": "new password"}
    assert (await root.post("/session/password", change)).json()["error"]["code"] == "password.wrong"
    clock.advance(FIRST_LOCK + timedelta(seconds=1))
    assert (await root.post("/session/password", change)).status_code == 204


async def test_an_api_key_is_not_its_user(app: FastAPI, root: Browser) -> None:
    made = (await root.post("/api-keys", {"name": "crm", "permissions": ["audit.view"]})).json()
    program = Browser(app)
    program.http.headers["Authorization"] = f"Bearer {made['secret']}"

    for refused in (
        await program.post("/session/password", {"current": PASSWORD, "new": "new password"}),
        await program.patch("/session", {"locale": "en"}),
        await program.delete("/session"),
    ):
        assert refused.json()["error"]["code"] == "access.in_person"
    assert (await program.get("/session")).status_code == 200


async def test_an_api_key_works_within_its_permissions_until_removed(app: FastAPI, root: Browser) -> None:
    made = (await root.post("/api-keys", {"name": "crm", "permissions": ["audit.view"]})).json()
    program = Browser(app)
    program.http.headers["Authorization"] = f"Bearer {made['secret']}"

    assert (await program.get("/audit")).status_code == 200
    assert (await program.get("/users")).status_code == 403
    assert made["secret"] not in (await root.get("/api-keys")).text
    await root.delete(f"/api-keys/{made['id']}")
    assert (await program.get("/audit")).status_code == 401


async def test_another_centres_users_are_out_of_sight(app: FastAPI, centre: Centre, root: Browser) -> None:
    _, other = await centre.tenant()
    stranger = Browser(app)
    await stranger.sign_in(other)
    id = (await stranger.get("/session")).json()["user"]["id"]

    assert (await root.get(f"/users/{id}")).status_code == 404
    assert (await root.patch(f"/users/{id}", {"name": "Mine"})).status_code == 404
    assert (await root.delete(f"/users/{id}")).status_code == 404


async def test_a_cookie_of_one_centre_is_nothing_in_another(app: FastAPI, centre: Centre, root: Browser) -> None:
    other, _ = await centre.tenant()
    token = root.http.cookies["rexian_session"].partition(".")[2]

    forged = Browser(app)
    forged.http.cookies.set("rexian_session", f"{other}.{token}")

    assert (await forged.get("/session")).status_code == 401


async def test_lists_are_searched_sorted_and_paged(root: Browser) -> None:
    for name in ("anna", "bella", "carla_x"):
        await root.post("/users", {"username": name, "name": name, "password": PASSWORD, "role": "agent"})

    answer = (await root.get("/users?sort=-username&limit=2")).json()
    assert answer["total"] == 4
    assert [user["username"] for user in answer["items"]] == ["root", "carla_x"]
    assert [user["username"] for user in (await root.get("/users?q=a_")).json()["items"]] == ["carla_x"]
    assert (await root.get("/users?sort=password_hash")).status_code == 400


async def test_settings_are_kept_and_told(root: Browser, journal: Journal, centre: Centre, slug: str) -> None:
    assert (await root.get("/settings")).json()["record_calls"] is True

    answer = await root.patch("/settings", {"record_calls": False, "timezone": "Europe/Berlin"})

    assert answer.json()["record_calls"] is False
    assert (await root.get("/settings")).json()["timezone"] == "Europe/Berlin"
    tenant = await centre.tenants.find(slug)
    assert tenant is not None
    rows = await journal.read(tenant, 0, subjects=[f"tenant:{tenant}"])
    assert rows[-1].data["names"] == ["record_calls", "timezone"]
    assert (await root.patch("/settings", {"timezone": "Moon/Base"})).status_code == 400


async def test_the_hours_of_outgoing_calls_end_later_than_they_begin(root: Browser) -> None:
    assert (await root.patch("/settings", {"outcall_from": "09:30", "outcall_until": "24:00"})).status_code == 200
    refused = await root.patch("/settings", {"outcall_until": "09:30"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "settings.hours")
    for wrong in ("9:30", "25:00", "24:01", ""):
        assert (await root.patch("/settings", {"outcall_until": wrong})).status_code == 400
    assert (await root.get("/settings")).json()["outcall_until"] == "24:00"


async def test_errors_have_one_shape(root: Browser) -> None:
    for answer in (await root.get("/nothing"), await root.get("/users/xyz"), await root.post("/users", {"x": 1})):
        assert set(answer.json()["error"]) == {"code", "message", "params"}


async def test_answers_carry_an_id_and_guarding_headers(root: Browser) -> None:
    answer = await root.get("/session")

    assert answer.headers["x-request-id"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"


async def test_health_and_metrics_need_no_session(app: FastAPI) -> None:
    browser = Browser(app)

    assert (await browser.http.get("/health")).json()["status"] == "good"
    assert "rexian_http_requests" in (await browser.http.get("/metrics")).text
