"""The process whose board is measured: `serve` as it is, with the floors' switch simulated and agents who take calls.

Everything between a phone that rings and the page that shows it is the real thing: floor, journal, database, live
socket, pages. Only the voice is made up, for no board hears it.
"""

import argparse
import asyncio
import json
import random
import signal
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

import uvicorn
import uvloop

from rexian.adapters.simulated.core import SimulatedSwitch
from rexian.adapters.simulated.parties import Behaviour
from rexian.adapters.simulated.switch import Simulated
from rexian.api.app import build
from rexian.core.clock import SystemClock
from rexian.core.errors import RexianError
from rexian.core.ids import AgentId, QueueId, TenantId
from rexian.floor import conversations, inputs
from rexian.floor.actor import Floor
from rexian.floor.events import Fact
from rexian.floor.live import Live
from rexian.main import logs
from rexian.main import settings as reading
from rexian.main.settings import Settings
from rexian.main.wiring import Rexian, wired
from rexian.telephony.commands import Originate

PASSWORD = "board of the bench"
SLUG = "bench"
TALK_S, WRAP_UP_S, RINGS_S, BREAK_S = 150.0, 15, 4.0, 90.0
BUSY = 0.85
"""How much of the agents' time the calls take."""
QUEUES, TEAMS = 30, 25
TICK_S = 0.02


class Timed:
    """How long each patch takes to make, and how large it is."""

    def __init__(self) -> None:
        self.ms: list[float] = []
        self.sizes: list[int] = []

    def watch(self, live: Live) -> None:
        flush, message = live._flush, live._message

        def timed(**asked: Any) -> None:
            began, sent = time.perf_counter(), len(self.sizes)
            flush(**asked)
            if len(self.sizes) > sent:
                self.ms.append((time.perf_counter() - began) * 1000)

        def measured(type: str, body: Any) -> bytes:
            made = message(type, body)
            if type == "patch":
                self.sizes.append(len(made))
            return made

        live._flush = timed  # type: ignore[method-assign]
        live._message = measured  # type: ignore[method-assign]


class People:
    """Customers who call and hang up, agents who answer, wrap up and go for a break."""

    def __init__(self, floor: Floor, switch: SimulatedSwitch, agents: int, numbers: Sequence[str]) -> None:
        self._floor = floor
        self._switch = switch
        self._numbers = numbers
        self._chance = random.Random(7)
        self._clock = SystemClock()
        self._rate = agents * BUSY / (TALK_S + WRAP_UP_S + RINGS_S)
        floor.watchers.append(self._note)

    async def come(self) -> None:
        """All sign in and are ready; then as many call as can talk."""
        state = self._floor.state
        for agent in state.directory.agents.values():
            self._switch.register(agent.phone, True, self._clock.now())
        for id in state.directory.agents:
            await self._floor.ask(inputs.SignIn(agent=id))
            await self._floor.ask(inputs.Ready(agent=id))

    async def live(self) -> None:
        agents = list(self._floor.state.directory.agents)
        for _ in range(int(len(agents) * BUSY)):
            self._call()
            await asyncio.sleep(0.02)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._calls())
            group.create_task(self._breaks(agents))

    async def _calls(self) -> None:
        while True:
            await asyncio.sleep(self._chance.expovariate(self._rate))
            self._call()

    def _call(self) -> None:
        caller = f"138{self._chance.randrange(10**8):08}"
        self._switch.arrive(self._clock.now(), self._chance.choice(self._numbers), caller)

    async def _breaks(self, agents: list[AgentId]) -> None:
        while True:
            await asyncio.sleep(BREAK_S / len(agents) * 10)
            agent = self._chance.choice(agents)
            with suppress(RexianError):
                live = self._floor.state.agents[agent]
                pause = inputs.Pause(agent=agent, reason="break")
                await self._floor.ask(inputs.Ready(agent=agent) if live.state == "paused" else pause)

    def _note(self, facts: Sequence[Fact]) -> None:
        for fact in facts:
            if isinstance(fact, conversations.Connected):
                call = self._floor.state.calls.get(fact.call)
                if call and call.customer_leg:
                    self._later(self._chance.expovariate(1 / TALK_S), partial(self._switch.hang_up, call.customer_leg))

    def _later(self, seconds: float, do: Callable[[Any], None]) -> None:
        asyncio.get_running_loop().call_later(seconds, lambda: do(self._clock.now()))


def behaviour(chance: random.Random) -> Callable[[Originate], Behaviour]:
    return lambda command: Behaviour(answers_after_s=chance.uniform(1, 2 * RINGS_S - 1))


async def furnish(rexian: Rexian, agents: int) -> tuple[TenantId, list[str]]:
    """A tenant with its teams, queues, numbers and agents, each agent in three queues."""
    tenant = await rexian.tenants.bootstrap(SLUG, "Bench", administrator="chief", password=PASSWORD)
    async with rexian.database.work(tenant) as work:
        teams = [(await rexian.agents.teams.add(work, None, {"name": f"{n + 1:02} 组"}))["id"] for n in range(TEAMS)]
        queues = []
        for number in range(QUEUES):
            values = {"name": f"业务 {number + 1:02}", "wrap_up_s": WRAP_UP_S}
            queues.append(QueueId((await rexian.queues.add(work, None, values))["id"]))
        numbers = [await _number(rexian, work, index, queue) for index, queue in enumerate(queues)]
        for number in range(agents):
            chosen = [queues[(number + step) % QUEUES] for step in (0, 7, 19)]
            values = {"name": f"座席 {number + 1:04}", "extension": str(10001 + number), "phone_kind": "web"}
            row = {**values, "team_id": teams[number % TEAMS], "queues": chosen}
            await rexian.agents.add(work, None, row)
    return tenant, numbers


async def _number(rexian: Rexian, work: Any, index: int, queue: QueueId) -> str:
    document = {"start": "queue", "nodes": {"queue": {"type": "queue", "queue": queue}}}
    flow = (await rexian.flows.add(work, None, {"name": f"flow {index}"}))["id"]
    version = await rexian.flows.draft(work, None, flow, document)
    await rexian.flows.publish(work, None, flow, version["version"])
    number = f"40088{index:05}"
    await rexian.numbers.add(work, None, {"number": number, "flow_id": flow})
    return number


async def serve(settings: Settings, agents: int) -> None:
    """Until told to stop; says `ready` when all are at work, and at the end what was measured."""
    told = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, told.set)
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, lambda: begin.set())
    begin = asyncio.Event()
    core = SimulatedSwitch(behaviour=behaviour(random.Random(3)))
    switch = Simulated(core, SystemClock())  # type: ignore[arg-type]  # its clock is only asked for the time
    async with wired(settings, switch) as rexian:
        tenant, numbers = await furnish(rexian, agents)
        config = uvicorn.Config(build(rexian), host="127.0.0.1", port=settings.web.port, log_level="warning")
        tasks = [
            asyncio.create_task(uvicorn.Server(config).serve()),
            asyncio.create_task(rexian.floors.run()),
            asyncio.create_task(rexian.board.run()),
            asyncio.create_task(_deliver(switch)),
        ]
        await rexian.floors.ready()
        running = rexian.floors.running(tenant)
        people, timed = People(running.floor, core, agents, numbers), Timed()
        await people.come()
        tasks.append(asyncio.create_task(people.live()))
        print("ready", flush=True)
        await begin.wait()
        timed.watch(running.live)
        used, began = time.process_time(), time.monotonic()
        await told.wait()
        busy = (time.process_time() - used) / (time.monotonic() - began)
        print(json.dumps({"ms": timed.ms, "sizes": timed.sizes, "busy": busy}), flush=True)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _deliver(switch: Simulated) -> None:
    while True:
        await asyncio.sleep(TICK_S)
        switch.deliver()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agents", type=int, required=True)
    chosen = parser.parse_args()
    logs.configure()
    uvloop.run(serve(reading.load(), chosen.agents))


if __name__ == "__main__":
    main()
