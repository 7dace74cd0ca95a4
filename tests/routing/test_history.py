"""Queues' rules through HTTP: kept, refused, and set again as they were."""

from collections.abc import AsyncIterator

import pytest

from rexian.infra.database import Database
from tests.centre import Browser, Centre, face

NOWHERE = "0190a000-0000-7000-8000-000000000000"


@pytest.fixture
async def root(database: Database) -> AsyncIterator[Browser]:
    centre = Centre(database)
    browser = Browser(face(centre))
    _, slug = await centre.tenant()
    assert (await browser.sign_in(slug)).status_code == 200
    yield browser
    await browser.http.aclose()


async def test_rules_are_kept_checked_and_set_again_as_they_were(root: Browser) -> None:
    round_robin = {"strategy": {"type": "round_robin"}}
    made = await root.post("/queues", {"name": "sales", "rules": round_robin})
    assert made.status_code == 201, made.text
    path = f"/queues/{made.json()['id']}"
    assert (await root.post("/skills", {"name": "english"})).status_code == 201
    changed = await root.patch(path, {"rules": {"requirement": "english >= 3"}, "priority": 7})
    assert changed.json()["rules"] == {"requirement": "english >= 3"}
    assert (await root.patch(path, {"priority": 7})).status_code == 200

    for rules, code in (
        ({"requirement": "english >="}, "requirement.level"),
        ({"rings": [{"after_s": 5, "queue": NOWHERE}]}, "queue.rules_unknown"),
        ({"rings": [{"after_s": 5, "teams": ["red"]}]}, "queue.rules_unknown"),
        ({"reserve": {"agents": [NOWHERE], "waiting_above": 3}}, "queue.rules_unknown"),
        ({"requirement": "english >= 3 and not french"}, "queue.unknown_skill"),
        ({"rings": [{"after_s": 5, "requirement": "englsh"}]}, "queue.unknown_skill"),
        ({"ringz": []}, "queue.rules_invalid"),
        ({"lending": [{"to": made.json()["id"]}]}, "rules.lends_itself"),
        ({"rings": [{"after_s": 5, "queue": made.json()["id"]}]}, "rules.ring_to_itself"),
        ({"strategy": {"type": "custom", "name": "nobody_offers_it"}}, "rules.strategy_unknown"),
    ):
        refused = await root.patch(path, {"rules": rules})
        assert (refused.status_code, refused.json()["error"]["code"]) == (400, code)
    for change, code in (
        ({"skills": {"english": 3, "french": 1}}, "queue.unknown_skill"),
        ({"exits": [{"when": "wait", "limit": 9, "to": "queue", "target": NOWHERE}]}, "queue.exit"),
        ({"exits": [{"when": "wait", "limit": 9, "to": "message", "target": "no-such"}]}, "queue.exit"),
        ({"exits": [{"when": "wait", "limit": 9, "to": "number", "target": "ask Li"}]}, "queue.exit"),
        ({"exits": [{"when": "closing", "limit": 9, "calendar": NOWHERE}]}, "queue.exit"),
        ({"callback": {"calendar": NOWHERE}}, "queue.callback"),
    ):
        refused = await root.patch(path, change)
        assert (refused.status_code, refused.json()["error"]["code"]) == (400, code), change
    ways = [{"when": "wait", "limit": 9, "to": "number", "target": "+86 13800138000"}]
    assert (await root.patch(path, {"exits": ways})).status_code == 200
    assert (await root.patch(path, {"exits": []})).status_code == 200
    flow = (await root.post("/flows", {"name": "How was it?"})).json()["id"]
    refused = await root.patch(path, {"survey_flow": flow})
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "queue.survey_unpublished")
    assert (await root.patch(path, {"survey_flow": NOWHERE})).status_code == 404
    refused = await root.patch(path, {"music": "no-such-tune"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "queue.music_unknown")

    versions = (await root.get(f"{path}/versions")).json()
    assert [version["version"] for version in versions["items"]] == [4, 3, 2, 1]
    assert all(version["created_by"] for version in versions["items"])
    first = (await root.get(f"{path}/versions/1")).json()["document"]
    assert (first["rules"], first["priority"]) == (round_robin, 0)

    restored = (await root.post(f"{path}/versions/1/restore", {})).json()
    assert (restored["rules"], restored["priority"]) == (round_robin, 0)
    assert (await root.get(f"{path}/versions")).json()["total"] == 5
    assert (await root.get(f"{path}/versions/9")).status_code == 404
    assert (await root.delete(path)).status_code == 204


async def test_what_a_queue_names_keeps_its_name_and_is_not_removed(root: Browser) -> None:
    skill = f"/skills/{(await root.post('/skills', {'name': 'english'})).json()['id']}"
    goal = (await root.post("/queues", {"name": "goal"})).json()["id"]
    asks = {"rules": {"rings": [{"after_s": 5, "requirement": "english >= 2"}]}}
    leads = (
        {"exits": [{"when": "wait", "limit": 9, "to": "queue", "target": goal}]},
        {"rules": {"rings": [{"after_s": 5, "queue": goal}]}},
        {"rules": {"lending": [{"to": goal, "keep_ready": 1}]}},
    )
    path = f"/queues/{(await root.post('/queues', {'name': 'sales', **asks})).json()['id']}"

    for refused in (await root.delete(skill), await root.patch(skill, {"name": "English"})):
        assert (refused.status_code, refused.json()["error"]["code"]) == (409, "skill.asked_for")
    assert (await root.patch(path, {"rules": {}, "skills": {"english": 1}})).status_code == 200
    assert (await root.delete(skill)).status_code == 409
    for lead in leads:
        assert (await root.patch(path, {"exits": [], "rules": {}, "skills": {}, **lead})).status_code == 200
        refused = await root.delete(f"/queues/{goal}")
        assert (refused.status_code, refused.json()["error"]["code"]) == (409, "queue.led_to")

    assert (await root.patch(skill, {"name": "English"})).status_code == 200
    assert (await root.delete(skill)).status_code == 204
    assert (await root.delete(path)).status_code == 204
    assert (await root.delete(f"/queues/{goal}")).status_code == 204


async def test_the_schema_of_rules_can_be_read(root: Browser) -> None:
    schema = (await root.get("/queues/rules/schema")).json()
    assert "weighted_random" in str(schema)


async def test_a_queue_that_is_removed_is_forgotten_by_agents_and_dispositions(root: Browser) -> None:
    sales, service = [(await root.post("/queues", {"name": name})).json()["id"] for name in ("Sales", "Service")]
    made = await root.post("/agents", {"name": "Li", "extension": "1001", "queues": [sales, service]})
    agent = made.json()["id"]
    other = (await root.post("/agents", {"name": "Wu", "extension": "1002", "queues": [service]})).json()["id"]
    ids = {}
    for name, queue in (("Sold", sales), ("Other", sales), ("Other", None), ("Mended", service)):
        ids[name, queue] = (await root.post("/dispositions", {"name": name, "queue_id": queue})).json()["id"]

    assert (await root.delete(f"/queues/{sales}")).status_code == 204

    assert (await root.get(f"/agents/{agent}")).json()["queues"] == [service]
    kept = {row["id"]: (row["name"], row["queue_id"]) for row in (await root.get("/dispositions")).json()["items"]}
    assert kept == {
        ids["Sold", sales]: ("Sold", None),
        ids["Other", sales]: ("Other (Sales)", None),
        ids["Other", None]: ("Other", None),
        ids["Mended", service]: ("Mended", service),
    }
    audit = (await root.get("/audit", params={"limit": 50})).json()["items"]
    told = {each["subject"]: (each["before"], each["after"]) for each in audit if each["action"].endswith(".changed")}
    assert told == {
        f"agent:{agent}": ({"queues": sorted([sales, service])}, {"queues": [service]}),
        f"disposition:{ids['Sold', sales]}": ({"queue_id": sales}, {"queue_id": None}),
        f"disposition:{ids['Other', sales]}": (
            {"queue_id": sales, "name": "Other"},
            {"queue_id": None, "name": "Other (Sales)"},
        ),
    }
    assert f"agent:{other}" not in told


async def test_a_queue_that_stays_is_forgotten_by_nobody(root: Browser) -> None:
    sales = (await root.post("/queues", {"name": "Sales"})).json()["id"]
    exits = [{"when": "wait", "limit": 9, "to": "queue", "target": sales}]
    assert (await root.post("/queues", {"name": "Service", "exits": exits})).status_code == 201
    agent = (await root.post("/agents", {"name": "Li", "extension": "1001", "queues": [sales]})).json()["id"]

    assert (await root.delete(f"/queues/{sales}")).status_code == 409

    assert (await root.get(f"/agents/{agent}")).json()["queues"] == [sales]
