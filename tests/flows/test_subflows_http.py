"""Sub-flows over HTTP: their versions, renewed callers, circles refused."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from rexian.core.ids import FlowId, FlowVersionId, TenantId
from rexian.infra.database import Database
from tests.centre import Browser, Centre, face
from tests.flows.test_http import made

pytestmark = pytest.mark.postgres


def saying(media: str) -> dict[str, Any]:
    return {"start": "say", "nodes": {"say": {"type": "play", "media": [f"tone:{media}"], "exits": {"next": "end"}},
                                      "end": {"type": "return"}}}  # fmt: skip


def calling(flow: str, **more: Any) -> dict[str, Any]:
    sub = {"type": "subflow", "flow": flow, "exits": {"next": "bye"}, **more}
    return {"start": "sub", "nodes": {"sub": sub, "bye": {"type": "hang_up"}}}


@pytest.fixture
async def root(database: Database) -> AsyncIterator[tuple[Browser, Centre, TenantId]]:
    centre = Centre(database)
    browser = Browser(face(centre))
    tenant, slug = await centre.tenant()
    assert (await browser.sign_in(slug)).status_code == 200
    yield browser, centre, tenant
    await browser.http.aclose()


async def published(browser: Browser, flow: str, document: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    version = (await made(browser, f"/flows/{flow}/versions", document=document))["version"]
    answer = await browser.post(f"/flows/{flow}/versions/{version}/publish")
    return answer.status_code, answer.json()


async def test_callers_get_the_new_version_and_calls_in_progress_keep_theirs(
    root: tuple[Browser, Centre, TenantId],
) -> None:
    browser, centre, tenant = root
    greeting = (await made(browser, "/flows", name="Greeting"))["id"]
    fixed = (await made(browser, "/flows", name="Fixed"))["id"]
    main = (await made(browser, "/flows", name="Main"))["id"]
    above = (await made(browser, "/flows", name="Above"))["id"]
    for flow, document in [(greeting, saying("ring")), (main, calling("Greeting")), (above, calling(main)),
                           (fixed, calling(greeting, version=1))]:  # fmt: skip
        assert (await published(browser, flow, document))[0] == 200

    async def tones(flow: str, also: tuple[str, ...] = ()) -> tuple[str, dict[str, tuple[str, ...]]]:
        async with centre.database.work(tenant) as work:
            versions, documents = await centre.flows.published(work, [FlowVersionId(one) for one in also])
        heard = {}
        for id, document in documents.items():
            said: list[Any] = [node for name, node in document.nodes.items() if name.endswith("say")]
            heard[str(id)] = tuple(node.media[0] for node in said)
        return versions[FlowId(flow)], heard

    before, heard = await tones(above)
    assert heard[before] == ("tone:ring",)
    assert (await published(browser, greeting, saying("busy")))[0] == 200
    after, heard = await tones(above, (before,))
    assert after != before
    assert (heard[before], heard[after]) == (("tone:ring",), ("tone:busy",))
    kept, heard = await tones(fixed)
    assert heard[kept] == ("tone:ring",)
    listed = (await browser.get(f"/flows/{above}/versions")).json()["items"]
    assert [one["note"] for one in listed] == ["↻ Main · 2", ""]
    rehearsed = await browser.post("/flows/rehearse", {"document": calling("Greeting"), "cues": [{"do": "hear"}],
                                                       "stage": {"at": "2026-01-05T09:00:00+08:00"}})  # fmt: skip
    assert [step[1] for step in rehearsed.json()["path"]["steps"]] == ["sub", "sub»say", "sub»end", "bye"]


async def test_circles_unknown_flows_and_the_removal_of_what_is_used_are_refused(
    root: tuple[Browser, Centre, TenantId],
) -> None:
    browser, _, _ = root
    one = (await made(browser, "/flows", name="One"))["id"]
    two = (await made(browser, "/flows", name="Two"))["id"]
    status, refused = await published(browser, two, calling("Nowhere"))
    assert status == 400
    assert refused["error"]["params"]["problems"][0]["code"] == "flow.unknown_flow"
    assert (await published(browser, one, saying("ring")))[0] == 200
    assert (await published(browser, two, calling("One")))[0] == 200
    checked = (await browser.post("/flows/validate", {"document": calling("Two"), "flow": one})).json()
    assert [problem["code"] for problem in checked["problems"]] == ["flow.circle"]
    status, refused = await published(browser, one, calling("Two"))
    assert status == 400
    assert refused["error"]["params"]["problems"][0]["code"] == "flow.circle"
    removed = await browser.delete(f"/flows/{one}")
    assert (removed.status_code, removed.json()["error"]["params"]["name"]) == (409, "Two")
    told = calling("One", inputs={"x": "1"}, version=7)
    checked = (await browser.post("/flows/validate", {"document": told})).json()
    assert [problem["code"] for problem in checked["problems"]] == ["flow.unknown_version"]
    told = calling("One", inputs={"x": "1"})
    checked = (await browser.post("/flows/validate", {"document": told})).json()
    assert [(problem["code"], problem["severity"]) for problem in checked["problems"]] == [
        ("flow.unknown_input", "warning")
    ]


async def test_a_flow_that_another_has_called_for_is_not_removed(root: tuple[Browser, Centre, TenantId]) -> None:
    browser, _, _ = root
    card = (await made(browser, "/flows", name="Card"))["id"]
    order = (await made(browser, "/flows", name="Order"))["id"]
    again = (await made(browser, "/flows", name="Again"))["id"]
    assert (await published(browser, card, saying("ring")))[0] == 200
    for flow, called in ((order, "Card"), (again, "Again")):
        outcall = {"type": "outcall", "number": "{{ caller }}", "flow": called, "exits": {"next": "bye"}}
        document = {"start": "call", "nodes": {"call": outcall, "bye": {"type": "hang_up"}}}
        assert (await published(browser, flow, saying("busy")))[0] == 200
        assert (await published(browser, flow, document))[0] == 200

    refused = await browser.delete(f"/flows/{card}")
    assert (refused.status_code, refused.json()["error"]["params"]["name"]) == (409, "Order")
    assert (await browser.delete(f"/flows/{again}")).status_code == 204, "One that names itself may go."
    assert (await browser.delete(f"/flows/{order}")).status_code == 204
    assert (await browser.delete(f"/flows/{card}")).status_code == 204


async def test_a_subflow_is_not_published_where_a_caller_would_not_work_any_more(
    root: tuple[Browser, Centre, TenantId],
) -> None:
    browser, _, _ = root
    ask = (await made(browser, "/flows", name="Ask"))["id"]
    main = (await made(browser, "/flows", name="Main"))["id"]
    assert (await published(browser, ask, saying("ring")))[0] == 200
    document = calling("Ask")
    stage = {"at": "2026-01-05T09:00:00+08:00"}
    await made(browser, f"/flows/{main}/paths", name="all", document=document, stage=stage, cues=[{"do": "hear"}])
    assert (await published(browser, main, document))[0] == 200
    other = {"start": "wait", "nodes": {"wait": {"type": "wait", "seconds": 5, "exits": {"next": "end"}},
                                        "end": {"type": "return"}}}  # fmt: skip
    status, refused = await published(browser, ask, other)
    assert status == 400
    assert (refused["error"]["code"], refused["error"]["params"]["name"]) == ("flow.caller_refuses", "Main")
    assert (await browser.get(f"/flows/{ask}")).json()["published_version"] == 1
