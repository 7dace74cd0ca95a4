"""The flows that come with the product, walked by callers on a real Asterisk: all at once, each to its end."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rexian.adapters.asterisk.config import Access
from rexian.adapters.asterisk.switch import AsteriskSwitch
from rexian.core.errors import Unavailable
from rexian.core.ids import TenantId
from rexian.floor.actor import Floor
from rexian.floor.events import FlowMoved
from rexian.floor.model import Call
from rexian.flows import ready_made
from rexian.main.settings import Flows, Postgres, Settings
from rexian.main.sounds import lay_out
from rexian.main.wiring import Rexian, wired
from tests.adapters.test_web import Service
from tests.asterisk import running_asterisk
from tests.sip import Line, SipPhone

pytestmark = [pytest.mark.postgres, pytest.mark.asterisk, pytest.mark.slow]

PATIENCE_S = 90.0
WALKS: dict[str, tuple[tuple[str, str], ...]] = {
    "greeting-menu": (("menu", "1"),),
    "after-hours": (),
    "outage": (("tell", "1"),),
    "vip": (),
    "language": (("language", "2"), ("menu", "0")),
    "survey": (("ask", "5"), ("ask", "1")),
    "order-query": (("order", "1205#"), ("more", "0")),
    "balance-query": (("account", "88#"), ("pin", "735182"), ("more", "0")),
    "direct": (),
    "suggestion-box": (),
    "callback": (("offer", "1"), ("offer", "1")),
}
"""At which node a caller presses which keys."""
SPOKEN_HZ = 440
ENDED = {"after-hours", "survey", "suggestion-box", "callback"}
"""Where the flow hangs up; the others end in the queue."""


async def until(condition: Callable[[], Any], what: str) -> Any:
    try:
        async with asyncio.timeout(PATIENCE_S):
            while not (found := condition()):
                await asyncio.sleep(0.05)
            return found
    except TimeoutError:
        raise AssertionError(f"{what} did not come") from None


async def furnish(rexian: Rexian, service: Service) -> TenantId:
    """A tenant with every ready flow on a number of its own."""
    tenant = await rexian.tenants.bootstrap("ready", "Ready", administrator="root", password="correct horse")
    values = {
        "queue": "sales",
        "calendar": "never",
        "orders_url": f"http://127.0.0.1:{service.port}/orders",
        "balance_url": f"http://127.0.0.1:{service.port}/balance",
    }
    async with rexian.database.work(tenant) as work:
        await rexian.queues.add(work, None, {"name": "sales"})
        await rexian.calendars.add(work, None, {"name": "never"})
        await rexian.trunks.add(
            work, None, {"name": "loop", "hosts": ["127.0.0.1"], "codecs": ["alaw", "ulaw"], "default": True}
        )
        for place, key in enumerate(WALKS):
            asked = {name: values[name] for name in ready_made.ready_flow(key).asks}
            flow = await ready_made.install(rexian.flows, work, None, key, name=key, values=asked)
            await rexian.flows.publish(work, None, flow["id"], 1)
            await rexian.numbers.add(work, None, {"number": number(place), "name": key, "flow_id": flow["id"]})
    return tenant


def number(place: int) -> str:
    return f"40080010{place:02}"


def caller(place: int) -> str:
    return f"138001380{place:02}"


async def connected(switch: AsteriskSwitch) -> None:
    """Until Asterisk is reached, and knows the trunk."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            try:
                await switch.survey()
                return
            except Unavailable:
                await asyncio.sleep(0.1)


async def walk(key: str, line: Line, floor: Floor, called: str) -> Call:
    """One caller, who presses his keys where he is asked for them, and hears something on the way."""
    call: Call = await until(
        lambda: next((each for each in floor.state.calls.values() if each.called.endswith(called[-9:])), None),
        f"the call to {key}",
    )
    await line.wait(line.answered, PATIENCE_S)
    for node, keys in WALKS[key]:
        await until(lambda node=node: call.run and call.run.node == node, f"{node} of {key}")  # type: ignore[misc]
        if key != "survey":
            await until(lambda: line.media.loudness() > 300, f"a sound in {key}")
        if key == "callback":
            step = "offer" if "number" not in call.run.memory else "confirm"  # type: ignore[union-attr]
            await until(lambda step=step: call.run and call.run.memory.get("step") == step, step)  # type: ignore[misc]
        line.media.press(keys)
        if key == "callback" and step == "offer":
            await until(lambda: call.run and "number" in call.run.memory, "his number")
        if key == "survey":
            await until(
                lambda: call.ended_at or (call.run and call.run.memory.get("question") == 1), "the next question"
            )
    if key == "suggestion-box":
        line.media.say(0)
        await until(lambda: call.run and call.run.memory.get("step") == "recording", "the recording")
        line.media.say(SPOKEN_HZ)
        await until(lambda: call.run and call.run.memory.get("spoke"), "what he says")
        await asyncio.sleep(1)
        line.media.say(0)
    if key in ENDED:
        await line.wait(line.ended, PATIENCE_S)
    else:
        await until(lambda: call.waiting is not None, f"the queue after {key}")
    return call


@pytest.fixture(scope="module")
def voice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Access, int]]:
    with running_asterisk(tmp_path_factory.mktemp("voice")) as (access, asterisk):
        lay_out(Path(access.prompts))
        yield access, asterisk.sip_port


async def test_every_ready_flow_is_walked_by_a_caller(
    voice: tuple[Access, int], database_url: str, tmp_path: Path
) -> None:
    service = Service()
    await service.start()
    await _walk_all(*voice, service, database_url, tmp_path)
    await service.stop()


async def _walk_all(access: Access, sip_port: int, service: Service, database_url: str, folder: Path) -> None:
    settings = Settings(data=folder, postgres=Postgres(url=database_url), flows=Flows(allow="127.0.0.0/8"))
    moved: list[FlowMoved] = []
    switch = AsteriskSwitch(access)
    async with wired(settings, switch) as rexian, SipPhone() as phone:
        tenant = await furnish(rexian, service)
        floors = asyncio.create_task(rexian.floors.run())
        async with asyncio.timeout(PATIENCE_S):
            await rexian.floors.ready()
        await connected(switch)
        floor = rexian.floors.floor(tenant)
        floor.watchers.append(lambda facts: moved.extend(fact for fact in facts if isinstance(fact, FlowMoved)))
        lines = [
            await phone.dial(f"sip:{number(place)}@127.0.0.1:{sip_port}", caller(place)) for place in range(len(WALKS))
        ]
        calls = dict(
            zip(
                WALKS,
                await asyncio.gather(*(walk(key, lines[at], floor, number(at)) for at, key in enumerate(WALKS))),
                strict=True,
            )
        )
        assert calls["language"].run is not None
        assert calls["language"].run.language == "en"
        assert calls["survey"].answers["survey"] == {"satisfaction": 5, "solved": "yes"}
        assert calls["order-query"].answers["state"] == "sent"
        assert calls["balance-query"].answers["balance"] == 12.5
        assert "735182" not in repr(moved)
        assert calls["suggestion-box"].answers["recording"].startswith(calls["suggestion-box"].id)
        [callback] = floor.state.callbacks.values()
        assert callback.number.endswith(caller(len(WALKS) - 1))
        for line in lines:
            line.hang_up()
        floors.cancel()
        await asyncio.gather(floors, return_exceptions=True)
