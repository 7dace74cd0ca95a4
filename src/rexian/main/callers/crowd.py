"""All the robots of one run: customers who arrive by chance (Poisson), agents who answer, and what became of them."""

import asyncio
import random
import re
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import aiohttp
from rich.console import Console
from rich.live import Live
from rich.table import Table

from rexian.core.errors import Invalid
from rexian.main.callers.agent import Agent
from rexian.main.callers.customer import Customer, ring_up
from rexian.main.callers.door import Door
from rexian.main.callers.phone import Call, Phone
from rexian.main.callers.sound import Clockwork
from rexian.main.demo.people import ADMINISTRATOR, AGENTS, PASSWORD, TENANT
from rexian.main.settings import Settings

TALKING = {"talking", "held", "consulting", "conference"}
LAST_ONES_S = 90


@dataclass(frozen=True, slots=True)
class Wish:
    """`rate` in calls a second."""

    rate: float
    duration: timedelta
    agents: int
    seed: int | None = None


@dataclass(slots=True)
class Crowd:
    """The robots and what they know together."""

    base: str
    far: tuple[str, int]
    wish: Wish
    chance: random.Random
    clockwork: Clockwork = field(default_factory=Clockwork)
    outcomes: Counter[str] = field(default_factory=Counter)
    calls: dict[str, Any] = field(default_factory=dict)
    """As the board shows them."""
    agents: dict[str, Agent] = field(default_factory=dict)
    """By extension."""
    ringing: asyncio.Queue[Call] = field(default_factory=asyncio.Queue)

    def talking(self, number: str) -> bool:
        return any(call["caller"].endswith(number[-8:]) and call["state"] in TALKING for call in self.calls.values())

    async def run(self, console: Console) -> None:
        async with AsyncExitStack() as stack:
            chief = await stack.enter_async_context(Door(self.base))
            await chief.sign_in(TENANT, ADMINISTRATOR.username, PASSWORD)
            phone = Phone(self.clockwork, on_call=self.ringing.put_nowait)
            await phone.open()
            stack.callback(phone.close)
            await self._hire(chief, phone, stack)
            known = await _numbers(chief)
            tasks = await stack.enter_async_context(_together())
            for work in (self.clockwork.run(), self._look(chief), self._pick_up(tasks)):
                tasks.create_task(work)
            for agent in self.agents.values():
                tasks.create_task(agent.work())
            with Live(console=console, refresh_per_second=2, get_renderable=self.shown):
                await self._customers(known, phone, tasks)

    async def _hire(self, chief: Door, phone: Phone, stack: AsyncExitStack) -> None:
        """Give the last of the agents a robot's telephone until the stack unwinds."""
        rows = {row["extension"]: row for row in (await chief.get("/agents?limit=200"))["items"]}
        for person in AGENTS[len(AGENTS) - self.wish.agents :] if self.wish.agents else ():
            row = rows[person.extension]
            address = f"sip:{person.extension}@{phone.address}:{phone.port}"
            stack.push_async_callback(_give_back, chief, row)
            await chief.send("PATCH", f"/agents/{row['id']}", {"phone": {"kind": "address", "address": address}})
            door = await stack.enter_async_context(Door(self.base))
            await door.sign_in(TENANT, person.username, PASSWORD)
            self.agents[person.extension] = Agent(row, door, self.chance)

    async def _pick_up(self, tasks: asyncio.TaskGroup) -> None:
        while True:
            call = await self.ringing.get()
            agent = self.agents.get(call.called)
            if agent is None:
                call.hang_up()
            else:
                tasks.create_task(agent.take(call))

    async def _look(self, chief: Door) -> None:
        async for view in chief.live("board"):
            self.calls = view.get("calls", {})

    async def _customers(self, known: list[str], phone: Phone, tasks: asyncio.TaskGroup) -> None:
        """They come by chance until the time is over; then those who are on the line are served, within reason."""
        lines: set[asyncio.Task[None]] = set()
        ends = asyncio.get_running_loop().time() + self.wish.duration.total_seconds()
        while (now := asyncio.get_running_loop().time()) < ends:
            line = tasks.create_task(self._one(Customer.any(self.chance, known), phone))
            lines.add(line)
            line.add_done_callback(lines.discard)
            await asyncio.sleep(min(self.chance.expovariate(self.wish.rate), ends - now))
        if lines:
            await asyncio.wait(lines, timeout=LAST_ONES_S)

    async def _one(self, customer: Customer, phone: Phone) -> None:
        self.outcomes["called"] += 1
        how = await ring_up(customer, phone, self.far, talking=self.talking, chance=self.chance)
        self.outcomes[how] += 1

    def shown(self) -> Table:
        table = Table(box=None, padding=(0, 2), show_header=False)
        states = Counter(call["state"] for call in self.calls.values())
        table.add_row("customers who called", str(self.outcomes["called"]))
        for name, title in (("talked", "talked with an agent"), ("abandoned", "gave up"), ("refused", "not connected")):
            table.add_row(title, str(self.outcomes[name]))
        table.add_row("now", ", ".join(f"{count} {state}" for state, count in sorted(states.items())) or "quiet")
        return table


async def call_in(settings: Settings, wish: Wish, console: Console) -> None:
    """Let the robots loose on the running system for a while; whatever they took they give back."""
    crowd = Crowd(
        base=f"http://127.0.0.1:{settings.web.port}",
        far=("127.0.0.1", settings.sip.port),
        wish=wish,
        chance=random.Random(wish.seed),
    )
    await crowd.run(console)
    console.print(crowd.shown())


def duration(text: str) -> timedelta:
    """`90s`, `10m`, `1h`. Raises `Invalid`."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([smh])", text.strip())
    if found is None:
        raise Invalid("callers.duration", f"{text!r} is no duration: say 90s, 10m or 1h.")
    unit = {"s": "seconds", "m": "minutes", "h": "hours"}[found.group(2)]
    return timedelta(**{unit: float(found.group(1))})


async def _give_back(chief: Door, row: dict[str, Any]) -> None:
    with suppress(aiohttp.ClientError, TimeoutError):
        await chief.send("PATCH", f"/agents/{row['id']}", {"phone": row["phone"]})


async def _numbers(chief: Door) -> list[str]:
    """The telephone numbers of customers we know."""
    rows = (await chief.get("/customers?limit=200"))["items"]
    identities = [identity for row in rows for identity in row["identities"]]
    return [each["value"].removeprefix("+86") for each in identities if each["kind"] == "phone"]


@asynccontextmanager
async def _together() -> AsyncIterator[asyncio.TaskGroup]:
    """A task group whose tasks end with the block."""

    class Done(Exception):
        pass

    try:
        async with asyncio.TaskGroup() as tasks:
            yield tasks
            raise Done
    except* Done:
        pass
