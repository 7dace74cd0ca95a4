"""Agents and what they are described by, over HTTP."""

from collections import Counter
from collections.abc import AsyncIterator
from importlib import import_module

import psycopg
import pytest

from rexian.core.ids import AgentId, TenantId, uuid7
from rexian.infra.database import Database
from rexian.infra.journal import Journal
from tests.centre import PASSWORD, Browser, Centre, face

pytestmark = pytest.mark.postgres


@pytest.fixture
def centre(database: Database) -> Centre:
    return Centre(database)


@pytest.fixture
async def own(centre: Centre) -> tuple[TenantId, str]:
    return await centre.tenant()


@pytest.fixture
async def root(centre: Centre, own: tuple[TenantId, str]) -> AsyncIterator[Browser]:
    browser = Browser(face(centre))
    await browser.sign_in(own[1])
    yield browser
    await browser.http.aclose()


async def test_an_agent_has_skills_queues_and_a_phone_with_a_secret(
    root: Browser, centre: Centre, own: tuple[TenantId, str]
) -> None:
    tenant, slug = own
    queue = uuid7()
    await root.post("/skills", {"name": "billing"})

    made = await root.post("/agents", {"name": "Li", "extension": "1001", "skills": {"billing": 7}, "queues": [queue]})

    assert made.status_code == 201, made.text
    assert made.json()["phone"] == {"kind": "web", "address": None}
    assert (made.json()["skills"], made.json()["queues"]) == ({"billing": 7}, [queue])
    async with centre.database.work(tenant) as work:
        line = await centre.agents.line(work, AgentId(made.json()["id"]))
        assert line is not None
        assert (line.phone_id, line.web, len(line.secret) >= 20) == (f"{slug}-1001", True, True)
        assert list(await centre.agents.lines(work)) == [line]
    assert line.secret not in (await root.get("/agents")).text
    assert line.secret not in (await root.get("/audit")).text


async def test_a_change_is_told_to_the_journal_and_the_trail_with_before_and_after(
    root: Browser, journal: Journal, own: tuple[TenantId, str]
) -> None:
    id = (await root.post("/agents", {"name": "Li", "extension": "1001"})).json()["id"]
    before = await journal.head(own[0])

    await root.patch(f"/agents/{id}", {"name": "Li Na", "wrap_up_s": 45})
    await root.patch(f"/agents/{id}", {"name": "Li Na"})

    rows = await journal.read(own[0], before)
    assert [(row.subject, row.kind) for row in rows] == [(f"agent:{id}", "AgentChanged")]
    (entry,) = (await root.get(f"/audit?subject=agent:{id}&action=agent.changed")).json()["items"]
    assert entry["before"] == {"name": "Li", "wrap_up_s": None}
    assert entry["after"] == {"name": "Li Na", "wrap_up_s": 45}


async def test_what_an_agent_has_room_for_next_to_calls_is_kept(root: Browser) -> None:
    made = (await root.post("/agents", {"name": "Li", "extension": "1001"})).json()
    assert (made["callbacks"], made["most_voicemails"], made["interruptible"]) == (True, 1, False)
    capacity = {"callbacks": False, "most_voicemails": 3, "interruptible": True}
    changed = (await root.patch(f"/agents/{made['id']}", capacity)).json()
    assert {name: changed[name] for name in capacity} == capacity
    refused = await root.patch(f"/agents/{made['id']}", {"most_voicemails": 11})
    assert refused.json()["error"]["code"] == "input.invalid"


async def test_a_user_who_is_an_agent_finds_so_in_the_session(root: Browser, own: tuple[TenantId, str]) -> None:
    user = (await root.post("/users", {"username": "li", "name": "Li", "password": PASSWORD, "role": "agent"})).json()[
        "id"
    ]
    agent = (await root.post("/agents", {"name": "Li", "extension": "1001", "user_id": user})).json()["id"]

    li = Browser(root.http._transport.app)
    await li.sign_in(own[1], "li")

    assert (await li.get("/session")).json()["agent"] == {"id": agent, "extension": "1001", "name": "Li"}
    await root.patch(f"/agents/{agent}", {"user_id": None})
    assert (await li.get("/session")).json()["agent"] is None


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"extension": "110"}, "agent.extension"),
        ({"extension": "0123"}, "agent.extension"),
        ({"extension": "1002"}, "agent.exists"),
        ({"skills": {"flying": 3}}, "agent.unknown_skill"),
        ({"team_id": uuid7()}, "agent.unknown_reference"),
        ({"phone": {"kind": "address"}}, "agent.address"),
        ({"skills": {"billing": 11}}, "input.invalid"),
    ],
)
async def test_what_cannot_be_is_refused(root: Browser, change: dict[str, object], code: str) -> None:
    await root.post("/agents", {"name": "Wu", "extension": "1002"})
    id = (await root.post("/agents", {"name": "Li", "extension": "1001"})).json()["id"]

    answer = await root.patch(f"/agents/{id}", change)

    assert answer.json()["error"]["code"] == code


@pytest.mark.parametrize("path", ["/teams", "/skills", "/pause-reasons", "/dispositions"])
async def test_lists_kept_by_hand(root: Browser, path: str) -> None:
    made = await root.post(path, {"name": "First"})
    id = made.json()["id"]

    assert made.status_code == 201
    assert (await root.patch(f"{path}/{id}", {"name": "Second"})).json()["name"] == "Second"
    assert (await root.post(path, {"name": "Second"})).status_code == 409
    assert [item["name"] for item in (await root.get(path)).json()["items"]] == ["Second"]
    assert (await root.delete(f"{path}/{id}")).status_code == 204
    assert (await root.get(path)).json() == {"items": [], "total": 0}


async def test_a_skill_in_use_stays(root: Browser) -> None:
    skill = (await root.post("/skills", {"name": "billing"})).json()["id"]
    await root.post("/agents", {"name": "Li", "extension": "1001", "skills": {"billing": 5}})

    answer = await root.delete(f"/skills/{skill}")

    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "skill.in_use")


async def test_an_agent_goes_with_all_that_is_his(root: Browser) -> None:
    id = (await root.post("/agents", {"name": "Li", "extension": "1001", "queues": [uuid7()]})).json()["id"]

    assert (await root.delete(f"/agents/{id}")).status_code == 204
    assert (await root.get("/agents")).json()["total"] == 0
    assert (await root.get(f"/agents/{id}")).status_code == 404


async def test_an_older_house_forgets_the_queues_that_it_removed(root: Browser, database_url: str) -> None:
    """The step of the database does by SQL what removing a queue does since."""
    step = import_module("rexian.infra.migrations.versions.0030_removed_queues")
    one, two = uuid7(), uuid7()
    kept = (await root.post("/queues", {"name": "Kept"})).json()["id"]
    agent = await root.post("/agents", {"name": "Li", "extension": "1001", "queues": [one, kept]})
    for name, queue in (("Other", one), ("Other", two), ("Other", None), ("Sold", two), ("Mended", kept)):
        assert (await root.post("/dispositions", {"name": name, "queue_id": queue})).status_code == 201

    async with await psycopg.AsyncConnection.connect(database_url) as owner:
        for statement in step.STATEMENTS:
            await owner.execute(statement)

    assert (await root.get(f"/agents/{agent.json()['id']}")).json()["queues"] == [kept]
    rows = (await root.get("/dispositions")).json()["items"]
    assert Counter((row["name"].split(" (")[0], row["queue_id"]) for row in rows) == {
        ("Other", None): 3,
        ("Sold", None): 1,
        ("Mended", kept): 1,
    }
    assert len({row["name"] for row in rows}) == 5


async def test_the_pages_of_a_list_make_the_whole_also_where_names_are_the_same(root: Browser) -> None:
    made = {(await root.post("/agents", {"name": "Li", "extension": str(1000 + n)})).json()["id"] for n in range(12)}

    for sort in ("name", "-name"):
        seen = []
        for at in (0, 5, 10):
            page = (await root.get("/agents", params={"sort": sort, "limit": 5, "offset": at})).json()["items"]
            for row in page:  # whatever is changed lies elsewhere afterwards
                await root.patch(f"/agents/{row['id']}", {"extension": f"1{row['extension']}"})
            seen += [row["id"] for row in page]
        assert set(seen) == made
