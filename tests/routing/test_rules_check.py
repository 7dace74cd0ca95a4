"""Rules are looked at before they are kept."""

from collections.abc import AsyncIterator

import pytest

from rexian.core.ids import uuid7
from rexian.infra.database import Database
from tests.centre import Browser, Centre, face

pytestmark = pytest.mark.postgres


@pytest.fixture
async def root(database: Database) -> AsyncIterator[Browser]:
    centre = Centre(database)
    _, slug = await centre.tenant()
    browser = Browser(face(centre))
    await browser.sign_in(slug)
    yield browser
    await browser.http.aclose()


async def test_rules_that_can_be_kept_are_answered_as_they_will_be(root: Browser) -> None:
    for skill in ("english", "sales"):
        await root.post("/skills", {"name": skill})
    written = {"requirement": "english >= 5 and sales", "order": {"by": "wait", "ageing": 0.5}}
    answer = await root.post("/queues/rules/check", {"rules": written})
    assert (answer.status_code, answer.json()["rules"]["order"]) == (200, {"ageing": 0.5})
    assert (await root.get("/queues")).json()["total"] == 0


@pytest.mark.parametrize(
    ("rules", "code", "position"),
    [
        ({"requirement": "english >= and sales"}, "requirement.level", 12),
        ({"rings": [{"after_s": 5, "requirement": "(english"}]}, "requirement.bracket", 9),
        ({"lending": [{"to": uuid7()}]}, "queue.rules_unknown", None),
        ({"strategy": {"type": "ring_none"}}, "queue.rules_invalid", None),
    ],
)
async def test_rules_that_cannot_be_kept_are_refused_with_the_place(
    root: Browser, rules: object, code: str, position: int | None
) -> None:
    refused = await root.post("/queues/rules/check", {"rules": rules})
    error = refused.json()["error"]
    assert (refused.status_code, error["code"], error["params"].get("position")) == (400, code, position)
