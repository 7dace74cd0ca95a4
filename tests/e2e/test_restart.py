"""Twenty people talk, and a program is killed: audio goes on without us, and every call ends as it really was."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import expect

from rexian.main.callers.door import Door
from rexian.main.demo.people import ADMINISTRATOR, PASSWORD, TENANT
from tests.e2e.office import Office, straight_to
from tests.e2e.people import People, answered, call_is, chromium, hears
from tests.e2e.up import Up, place, started, wait_for
from tests.sip import Line, SipPhone

pytestmark = [pytest.mark.postgres, pytest.mark.asterisk, pytest.mark.browser, pytest.mark.slow]

TALKING = 20
QUEUE, NUMBER = "二十席", "4009990020"
CUSTOMER_HZ, AGENT_HZ = 700.0, 1100.0
PACKETS_PER_S = 50


@pytest.fixture(scope="module")
def demo() -> Iterator[Up]:
    with place() as folder, started(folder / "data", "--demo") as up:
        up.until_running(within_s=600)
        yield up


@dataclass(slots=True)
class Lines:
    """All who talk: customers by their number, agents by their extension, and when each did what by this clock."""

    customers: dict[str, Line]
    agents: dict[str, Line]
    answered: dict[str, float]
    hung_up: dict[str, float] = field(default_factory=dict)

    @property
    def all(self) -> list[Line]:
        return [*self.customers.values(), *self.agents.values()]

    def heard(self) -> bool:
        """Everybody hears who he talks with."""
        return all(line.media.hears(AGENT_HZ) for line in self.customers.values()) and all(
            line.media.hears(CUSTOMER_HZ) for line in self.agents.values()
        )

    async def hang_up(self) -> None:
        for number, line in self.customers.items():
            line.hang_up()
            self.hung_up[number] = time.monotonic()
            await asyncio.sleep(0.1)


class Room:
    """A queue with twenty agents, whose telephones are all on one port."""

    def __init__(self, up: Up, door: Door, queue: str) -> None:
        self._up = up
        self._door = door
        self._queue = queue
        self.board: dict[str, Any] = {}

    async def contacts(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self._door.get(f"/contacts?queue={self._queue}&limit=100"))["items"]
        return found

    async def contact(self, id: str) -> dict[str, Any]:
        found: dict[str, Any] = await self._door.get(f"/contacts/{id}")
        return found

    def calls(self, state: str) -> int:
        rows = self.board.get("calls", {}).values()
        return sum(row["queue"] == self._queue and row["state"] == state for row in rows)

    def agents(self, state: str) -> int:
        rows = self.board.get("agents", {}).values()
        return sum(self._queue in row["queues"] and row["state"] == state for row in rows)

    async def look(self) -> None:
        """As the pages do: a socket that connects anew when it was cut."""
        async for view in self._door.live("board"):
            self.board = view

    async def all_talk(self, customers: SipPhone, phones: SipPhone) -> Lines:
        """Each agent with a customer, who says one tone and hears another."""
        to = f"sip:{NUMBER}@127.0.0.1:{self._up.sip}"
        numbers = [f"139000000{place:02}" for place in range(TALKING)]
        lines = Lines({number: await customers.dial(to, number) for number in numbers}, {}, {})
        for _ in numbers:
            line = await phones.incoming(60)
            await line.answer()
            extension = line.invite.uri.removeprefix("sip:").partition("@")[0]
            lines.agents[extension], lines.answered[extension] = line, time.monotonic()
        await until(lambda: self.calls("talking") == TALKING, 60)
        for line in lines.customers.values():
            line.media.say(CUSTOMER_HZ)
        for line in lines.agents.values():
            line.media.say(AGENT_HZ)
        await until(lines.heard, 30)
        return lines

    async def spoken(self, rows: list[dict[str, Any]], lines: Lines) -> list[tuple[float, float]]:
        """For each contact the seconds of talk that it has, and those that the two really talked."""
        agents = {row["id"]: row["extension"] for row in (await self._door.get("/agents?limit=200"))["items"]}
        return [
            (row["talk_s"], lines.hung_up[row["caller"][-11:]] - lines.answered[agents[row["agent"]]]) for row in rows
        ]


@asynccontextmanager
async def room(up: Up, phones: SipPhone) -> AsyncIterator[Room]:
    queue, agents = await asyncio.to_thread(furnished, up, phones.port)
    async with Door(f"http://127.0.0.1:{up.web}") as door:
        await door.sign_in(TENANT, ADMINISTRATOR.username, PASSWORD)
        here = Room(up, door, queue)
        looking = asyncio.create_task(here.look())
        await asyncio.sleep(1.0)  # the floor takes changed settings over within a second
        for id in agents:
            await door.send("POST", f"/floor/agents/{id}/state", {"state": "ready"})
        await until(lambda: here.agents("ready") == TALKING, 30)
        yield here
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)


def furnished(up: Up, port: int) -> tuple[str, list[str]]:
    """The queue with its number, made once, and its agents, whose telephones are on this port now; their ids."""
    with Office(f"http://127.0.0.1:{up.web}") as office:
        known = {row["name"]: row["id"] for row in office.get("/queues?limit=200")["items"]}
        queue = known.get(QUEUE) or founded(office)
        rows = [row for row in office.get("/agents?limit=200")["items"] if queue in row["queues"]]
        for row in rows:
            phone = {"kind": "address", "address": f"sip:{row['extension']}@127.0.0.1:{port}"}
            office.send("PATCH", f"/agents/{row['id']}", {"phone": phone})
        return queue, [row["id"] for row in rows]


def founded(office: Office) -> str:
    queue: str = office.post("/queues", name=QUEUE, wrap_up_s=0)["id"]
    office.open_number(NUMBER, QUEUE, straight_to(QUEUE))
    for number in range(3001, 3001 + TALKING):
        phone = {"kind": "address", "address": "sip:nobody@127.0.0.1:9"}
        office.post("/agents", name=f"座席{number}", extension=str(number), queues=[queue], phone=phone)
    return queue


async def until(true: Callable[[], bool], within_s: float) -> None:
    async with asyncio.timeout(within_s):
        while not true():
            await asyncio.sleep(0.1)


async def until_closed(here: Room, count: int, within_s: float = 90) -> list[dict[str, Any]]:
    """The contacts, once so many stand closed."""
    async with asyncio.timeout(within_s):
        while True:
            rows = [row for row in await here.contacts() if row["closed"]]
            if len(rows) == count:
                return rows
            await asyncio.sleep(0.5)


def kill(up: Up, name: str) -> None:
    """Killed, and another one in its place."""
    before = up.programs()[name]
    os.kill(before, signal.SIGKILL)
    wait_for(lambda: up.programs().get(name, before) != before, 60)


def page_answers(up: Up) -> bool:
    try:
        return up.page("/health") == 200
    except OSError:
        return False


async def test_serve_is_killed_and_twenty_calls_talk_on(
    demo: Up, record_property: Callable[[str, object], None]
) -> None:
    async with SipPhone() as phones, SipPhone() as customers, room(demo, phones) as here:
        lines = await here.all_talk(customers, phones)
        packets = [line.media.packets for line in lines.all]
        killed = time.monotonic()

        await asyncio.to_thread(kill, demo, "serve")
        await asyncio.to_thread(wait_for, lambda: page_answers(demo), 60)
        here.board = {}
        await until(lambda: here.calls("talking") == TALKING, 30)

        away_s = time.monotonic() - killed
        for line, before in zip(lines.all, packets, strict=True):
            assert line.media.packets - before > 0.9 * away_s * PACKETS_PER_S, "audio went on the whole time"
        await until(lines.heard, 10)
        await lines.hang_up()
        rows = await until_closed(here, TALKING)
        assert {row["outcome"] for row in rows} == {"answered"}
        for written, really in await here.spoken(rows, lines):
            assert abs(written - really) < 2
        await until(lambda: here.agents("ready") == TALKING and not here.calls("talking"), 30)
        await until(lambda: all(line.ended.is_set() for line in lines.agents.values()), 10)
        record_property("seconds_without_serve", round(away_s, 1))


async def test_asterisk_is_killed_and_all_calls_are_closed_as_lost(demo: Up) -> None:
    async with SipPhone() as phones, SipPhone() as customers, room(demo, phones) as here:
        before = {row["id"] for row in await here.contacts()}
        await here.all_talk(customers, phones)

        await asyncio.to_thread(kill, demo, "asterisk")

        rows = await until_closed(here, len(before) + TALKING)
        lost = [await here.contact(row["id"]) for row in rows if row["id"] not in before]
        assert {contact["cause"] for contact in lost} == {"switch_lost"}
        assert {leg["cause"] for contact in lost for leg in contact["legs"]} == {"switch_lost"}
        assert all(contact["talk_s"] > 0 for contact in lost)
        await until(lambda: here.agents("ready") == TALKING and not here.calls("talking"), 30)


def test_a_desk_finds_its_call_again_when_serve_was_killed(demo: Up) -> None:
    with chromium() as browser:
        people = People(browser, f"http://localhost:{demo.web}")
        agent, customer = people.agent("agent1"), people.customer()
        answered(agent)

        kill(demo, "serve")

        expect(agent.locator(".lost[role=alert]")).to_be_visible()
        assert hears(agent)
        assert hears(customer)
        expect(agent.locator(".lost[role=alert]")).to_be_hidden(timeout=120_000)
        expect(agent.locator("[data-phone=registered]")).to_be_visible(timeout=60_000)
        call_is(agent, "talking")
        agent.keyboard.press("Alt+h")
        call_is(agent, "held")
        agent.keyboard.press("Alt+h")
        call_is(agent, "talking")
        assert hears(customer)
        agent.keyboard.press("Alt+x")
        expect(agent.locator(".form.wrapping")).to_be_visible(timeout=20_000)
        people.leave()
