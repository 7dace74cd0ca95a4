"""The process that is measured: one tenant's floor on the real switch, journal and database, as `serve` runs it."""

import argparse
import asyncio
import signal
from functools import partial

import uvloop

from rexian.adapters.asterisk.switch import AsteriskSwitch
from rexian.core.clock import SystemClock
from rexian.core.ids import AgentId, FlowVersionId, NumberId, QueueId, TenantId, uuid7
from rexian.floor import inputs
from rexian.floor.actor import Floor
from rexian.floor.directory import AgentEntry, Directory, NumberEntry, QueueEntry, directory
from rexian.floor.exchange import Exchange
from rexian.floor.store import Keeper
from rexian.flows.documents import read
from rexian.flows.nodes import load_registry
from rexian.infra.database import Database, connection_options
from rexian.infra.jobs import Jobs
from rexian.infra.journal import Journal
from rexian.main import data, logs, voice
from rexian.main import settings as reading
from rexian.main.settings import Settings
from rexian.telephony.ports import Trunk

NUMBER = "4008001234"
PROMPT = "bench-welcome"
QUESTION = "bench-question"


def centre(agents: int, agent_port: int, *, record: bool) -> Directory:
    """One number, a welcome that the agent's answer cuts short, one queue, agents on SIP phones."""
    queue, flow = QueueId(uuid7()), FlowVersionId(uuid7())
    document = {
        "start": "answer",
        "nodes": {
            "answer": {"type": "answer", "exits": {"next": "welcome"}},
            "welcome": {"type": "play", "media": [f"prompt:{PROMPT}"], "wait": False, "exits": {"next": "queue"}},
            "queue": {"type": "queue", "queue": queue},
        },
    }
    return directory(
        agents=[_agent(number, agent_port, queue) for number in range(agents)],
        queues=[QueueEntry(id=queue, name="bench", wrap_up_s=0)],
        numbers=[NumberEntry(id=NumberId(uuid7()), number=NUMBER, flow=flow)],
        flows={flow: read(document, load_registry())},
        wrap_up_s=0,
        record=record,
    )


def menus() -> Directory:
    """One number, and behind it a menu in which every key leads to its question again, without end."""
    flow = FlowVersionId(uuid7())
    menu = {"type": "menu", "media": [f"prompt:{QUESTION}"], "choices": {"1": "again"}, "retries": 9, "timeout_s": 60}
    nodes = {"answer": {"type": "answer", "exits": {"next": "menu"}}, "menu": {**menu, "exits": {"1": "menu"}}}
    return directory(
        agents=[],
        queues=[],
        numbers=[NumberEntry(id=NumberId(uuid7()), number=NUMBER, flow=flow)],
        flows={flow: read({"start": "answer", "nodes": nodes}, load_registry())},
        record=False,
    )


def _agent(number: int, port: int, queue: QueueId) -> AgentEntry:
    return AgentEntry(
        id=AgentId(uuid7()),
        name=f"Agent {number}",
        extension=str(number),
        address=f"sip:a{number}@127.0.0.1:{port}",
        queues=(queue,),
        wrap_up_s=0,
    )


async def serve(settings: Settings, tenant: TenantId, plan: Directory) -> None:
    """Until told to stop; says `ready` when all agents are."""
    address = data.url(settings)
    jobs = Jobs.at(address, connection_options())
    await jobs.open()
    database, journal = Database(address, jobs=jobs), Journal(address, connection_options())
    await journal.open()
    switch = AsteriskSwitch(voice.access(settings))
    await switch.provide([], [Trunk(id="bench", hosts=("127.0.0.1",))])
    exchange = Exchange(switch)
    floor = Floor(
        tenant,
        directory=plan,
        keeper=Keeper(tenant, journal, database),
        perform=partial(exchange.perform, tenant),
        survey=lambda: exchange.survey(floor),
        clock=SystemClock(),
    )
    exchange.add(floor)
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(floor.run()), group.create_task(exchange.run())]
            for number in (signal.SIGTERM, signal.SIGINT):
                asyncio.get_running_loop().add_signal_handler(number, lambda: [task.cancel() for task in tasks])
            await _open(floor)
    finally:
        await switch.close()
        await journal.close()
        await database.close()
        await jobs.close()


async def _open(floor: Floor) -> None:
    for agent in floor.state.directory.agents:
        await floor.ask(inputs.SignIn(agent=agent))
        await floor.ask(inputs.Ready(agent=agent))
    print("ready", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tenant")
    parser.add_argument("--agents", type=int, required=True)
    parser.add_argument("--agent-port", type=int, required=True)
    parser.add_argument("--record", action="store_true")
    parser.add_argument("--menus", action="store_true", help="a menu instead of a queue with agents")
    chosen = parser.parse_args()
    logs.configure()
    plan = menus() if chosen.menus else centre(chosen.agents, chosen.agent_port, record=chosen.record)
    uvloop.run(serve(reading.load(), TenantId(chosen.tenant), plan))


if __name__ == "__main__":
    main()
