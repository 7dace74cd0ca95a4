"""Numbers typed in secret: they reach the web service they are for, and nothing that is ever written down."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from structlog.testing import capture_logs

from rexian.adapters.simulated.core import SimulatedSwitch
from rexian.adapters.simulated.switch import Simulated
from rexian.core.clock import VirtualClock
from rexian.core.ids import FlowId, FlowVersionId
from rexian.floor import inputs
from rexian.floor.conversations import RecordingPaused
from rexian.flows import ready_made
from rexian.flows.documents import read
from rexian.main.settings import Flows, Postgres, Settings
from rexian.main.wiring import Rexian, wired
from rexian.telephony import events
from rexian.telephony.commands import PauseRecording
from tests.adapters.test_web import Service
from tests.floor.house import FLOW, REGISTRY, STRAIGHT, House

PIN, PIN_1 = FlowId("pin"), FlowVersionId("pin-1")
ASK_PIN = read(
    {
        "start": "ask",
        "nodes": {
            "ask": {
                "type": "collect",
                "media": [],
                "variable": "pin",
                "most": 4,
                "masked": True,
                "exits": {"next": "w"},
            },
            "w": {"type": "wait", "seconds": 5},
        },
    },
    REGISTRY,
)


def in_a_talk() -> tuple[House, str]:
    """A recorded talk whose customer is asked for his PIN by a flow, while the agent waits."""
    house = House(flows={FLOW: STRAIGHT, PIN_1: ASK_PIN}, published={PIN: PIN_1})
    call = house.connected()
    house.say(inputs.SendToFlow, "ann", flow=PIN)
    return house, call.id


def muting(house: House) -> list[bool]:
    return [effect.on for effect in house.effects if isinstance(effect, PauseRecording)]


def press(house: House, call: str, keys: str) -> None:
    for key in keys:
        house.tell(events.DigitPressed(at=house.clock.now(), call=call, leg="in-1", digit=key))  # type: ignore[arg-type]


def test_in_a_talk_the_recording_is_silent_while_a_secret_is_typed() -> None:
    house, call = in_a_talk()
    assert muting(house) == [True]
    press(house, call, "735")
    assert muting(house) == [True]
    press(house, call, "1")
    assert muting(house) == [True, False]
    assert [fact.on for fact in house.told(RecordingPaused)] == [True, False]


def test_an_agent_who_takes_the_customer_back_is_recorded_again() -> None:
    house, call = in_a_talk()
    press(house, call, "73")
    house.say(inputs.TakeBack, "ann")
    assert muting(house) == [True, False]


# --- the whole --------------------------------------------------------------------------------------------------------

TYPED = "735182"


@asynccontextmanager
async def running(settings: Settings, switch: Simulated) -> AsyncIterator[Rexian]:
    async with wired(settings, switch) as rexian:
        floors = asyncio.create_task(rexian.floors.run())
        try:
            async with asyncio.timeout(60):
                await rexian.floors.ready()
            yield rexian
        finally:
            floors.cancel()
            await asyncio.gather(floors, return_exceptions=True)


async def until(condition: Callable[[], Any]) -> Any:
    async with asyncio.timeout(60):
        while not (found := condition()):
            await asyncio.sleep(0.02)
        return found


@pytest.mark.postgres
async def test_a_typed_pin_is_found_nowhere(
    database_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Journal, checkpoints, jobs, every other table, the logs and the data folder are searched for what was typed."""
    caplog.set_level(logging.DEBUG)
    service = Service()
    await service.start()
    clock = VirtualClock()
    core = SimulatedSwitch()
    switch = Simulated(core, clock)
    settings = Settings(data=tmp_path, postgres=Postgres(url=database_url), flows=Flows(allow="127.0.0.0/8"))
    with capture_logs() as logs:
        async with wired(settings) as rexian:
            tenant = await rexian.tenants.bootstrap("bank", "Bank", administrator="root", password="correct horse")
            async with rexian.database.work(tenant) as work:
                await rexian.queues.add(work, None, {"name": "sales"})
                values = {"queue": "sales", "balance_url": f"http://127.0.0.1:{service.port}/ok"}
                flow = await ready_made.install(
                    rexian.flows, work, None, "balance-query", name="Balance", values=values
                )
                await rexian.flows.publish(work, None, flow["id"], 1)
                await rexian.numbers.add(work, None, {"number": "4008001234", "name": "", "flow_id": flow["id"]})
        async with running(settings, switch) as rexian:
            leg = core.arrive(clock.now(), "4008001234", "13800138000", trunk="t")
            switch.deliver()
            floor = rexian.floors.floor(tenant)
            call = await until(lambda: next(iter(floor.state.calls.values()), None))
            for keys, node in (("88#", "pin"), (TYPED, "ask")):
                for key in keys:
                    core.press(leg, key, clock.now())
                    switch.deliver()
                    switch.advance(timedelta(milliseconds=50))
                await until(lambda node=node: call.run and (call.run.node == node or service.came))  # type: ignore[misc]
            await until(lambda: service.came)
            await until(lambda: call.run and call.run.node not in ("pin", "ask"))
            await floor.save()
    await service.stop()

    assert TYPED.encode() in service.came[0][2], "the service has been told"
    assert "pin" in call.answers
    assert TYPED not in str(logs) + caplog.text
    assert [file for file in tmp_path.rglob("*") if file.is_file() and TYPED.encode() in file.read_bytes()] == []
    assert found_in(database_url, TYPED) == set()
    known = found_in(database_url, "13800138000")
    assert "floor_checkpoints.state" in known, "the search does find what is there"
    assert any(name.startswith("journal") and name.endswith(".data") for name in known)


def found_in(url: str, text: str) -> set[str]:
    """The columns of a database in which a text stands, in whatever form they keep it."""
    found = set()
    with psycopg.connect(url) as db:
        columns = db.execute(
            "select c.table_schema, c.table_name, c.column_name, c.data_type from information_schema.columns c"
            " join information_schema.tables t using (table_schema, table_name)"
            " where t.table_type = 'BASE TABLE' and c.table_schema not in ('pg_catalog', 'information_schema')"
        ).fetchall()
        for schema, table, column, kind in columns:
            written = sql.SQL("encode({}, 'escape')" if kind == "bytea" else "{}::text").format(sql.Identifier(column))
            query = sql.SQL("select exists (select 1 from {} where {} like %s)").format(
                sql.Identifier(schema, table), written
            )
            row = db.execute(query, [f"%{text}%"]).fetchone()
            if row is not None and row[0]:
                found.add(f"{table}.{column}")
    return found
