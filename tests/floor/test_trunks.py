"""Trunks on the board: lines in use, and what the switch tells of the other ends."""

import asyncio
from datetime import UTC, datetime
from typing import Any

from rexian.adapters.simulated.core import SimulatedSwitch
from rexian.adapters.simulated.switch import Simulated
from rexian.core.clock import VirtualClock
from rexian.core.ids import CallId, LegId, TrunkId
from rexian.floor import inputs
from rexian.floor.directory import TrunkEntry
from rexian.floor.exchange import Exchange
from rexian.floor.trunks import trunk_rows
from rexian.telephony import events
from rexian.telephony.events import TrunkReachable
from tests.floor.house import NUMBER, House

AT = datetime(2026, 1, 5, tzinfo=UTC)
TRUNKS = [TrunkEntry(id=TrunkId("t1"), name="Carrier"), TrunkEntry(id=TrunkId("t2"), name="Spare")]


def rows(house: House, *told: TrunkReachable) -> dict[str, Any]:
    return trunk_rows(house.state, {event.trunk: event for event in told})


def test_lines_in_use_are_those_in_and_out() -> None:
    house = House(trunks=TRUNKS)
    house.legs["in"] = "c1"
    house.tell(events.Arrived(at=AT, call=CallId("c1"), leg=LegId("in"), caller="1380", called=NUMBER, trunk="t2"))
    assert {id: row["calls"] for id, row in rows(house).items()} == {"t1": 0, "t2": 1}
    house.end("in")
    house.staff("bob")
    house.say(inputs.Dial, "bob", call=CallId("c2"), target="number:13900000000")
    for leg in list(house.state.calls[CallId("c2")].legs.values()):
        house.answer(leg.id)
    assert {id: row["calls"] for id, row in rows(house).items()} == {"t1": 1, "t2": 0}


def test_what_is_not_told_is_not_known() -> None:
    shown = rows(House(trunks=TRUNKS), TrunkReachable(at=AT, trunk="t1", reachable=False))
    assert (shown["t1"]["state"], shown["t1"]["since"], shown["t1"]["default"]) == ("down", AT, True)
    assert (shown["t2"]["state"], shown["t2"]["since"]) == ("unknown", None)


async def test_the_exchange_keeps_what_changed_until_the_switch_is_lost() -> None:
    clock, core = VirtualClock(), SimulatedSwitch()
    switch = Simulated(core, clock)
    exchange = Exchange(switch)
    running = asyncio.create_task(exchange.run())
    core.trunk("t1", True, AT)
    core.trunk("t1", True, clock.now())
    core.trunk("t2", False, AT)
    switch.deliver()
    while len(exchange.trunks) < 2:
        await asyncio.sleep(0)
    assert (exchange.trunks["t1"].at, exchange.trunks["t2"].reachable) == (AT, False)
    core.lose(clock.now())
    switch.deliver()
    while exchange.trunks:
        await asyncio.sleep(0)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
