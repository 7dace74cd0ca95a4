"""How a queue has been set before, and setting it so again."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from rexian.api.app import build
from rexian.infra.database import Database
from rexian.routing.history import versions
from tests.centre import Browser, Centre


def entry(hour: int, before: dict[str, Any] | None, after: dict[str, Any]) -> dict[str, Any]:
    return {"at": datetime(2026, 1, 5, hour, tzinfo=UTC), "user_name": "Li", "before": before, "after": after}


def test_versions_are_read_backwards_from_what_is_set_now() -> None:
    now = {"id": "q", "name": "Sales", "priority": 5, "music": "default"}
    trail = [
        entry(11, {"priority": 3}, {"priority": 5}),
        entry(10, {"priority": 0, "name": "Selling"}, {"priority": 3, "name": "Sales"}),
        entry(9, None, {"id": "q", "name": "Selling", "priority": 0}),
    ]
    found = versions(now, trail)
    assert [(each.version, each.values["name"], each.values["priority"]) for each in found] == [
        (3, "Sales", 5),
        (2, "Sales", 3),
        (1, "Selling", 0),
    ]
    assert [each.changed for each in found] == [("priority",), ("name", "priority"), ("name", "priority")]
    assert all(each.values["music"] == "default" for each in found)


@pytest.fixture
async def root(database: Database) -> AsyncIterator[Browser]:
    centre = Centre(database)
    _, slug = await centre.tenant()
    browser = Browser(build(centre))
    await browser.sign_in(slug)
    yield browser
    await browser.http.aclose()


@pytest.mark.postgres
async def test_a_queue_is_set_again_as_it_was_and_that_is_a_version_too(root: Browser) -> None:
    id = (await root.post("/queues", {"name": "Sales", "skills": {}, "priority": 1})).json()["id"]
    await root.patch(f"/queues/{id}", {"priority": 7, "max_wait_s": 60})
    await root.patch(f"/queues/{id}", {"max_wait_s": None, "name": "Selling"})

    found = (await root.get(f"/queues/{id}/versions")).json()
    assert [(each["version"], each["changed"]) for each in found[:2]] == [
        (3, ["max_wait_s", "name"]),
        (2, ["max_wait_s", "priority"]),
    ]
    assert [each["values"]["max_wait_s"] for each in found] == [None, 60, None]

    restored = (await root.post(f"/queues/{id}/versions/2/restore", {})).json()
    assert (restored["name"], restored["priority"], restored["max_wait_s"]) == ("Sales", 7, 60)
    assert (await root.get(f"/queues/{id}")).json() == restored
    assert len((await root.get(f"/queues/{id}/versions")).json()) == 4

    refused = await root.post(f"/queues/{id}/versions/9/restore", {})
    assert (refused.status_code, refused.json()["error"]["code"]) == (404, "queue.version_not_found")
