"""What only a real Asterisk can show: how it is taken up again, and that a dead device's leg ends."""

import asyncio
import os
import signal

import pytest

from rexian.adapters.asterisk.ari import Ari, MixingBridge, stream
from rexian.adapters.asterisk.process import AsteriskProcess
from rexian.adapters.asterisk.provision import Provision
from rexian.adapters.asterisk.switch import COMING_S
from rexian.core.ids import CallId, LegId, uuid7
from rexian.telephony import commands as c
from rexian.telephony.commands import Cause
from rexian.telephony.events import Arrived, LegAnswered, LegEnded, PhoneReachable, SwitchBack, SwitchLost
from tests.contract.worlds import PHONE, TRUNK, AsteriskWorld, SipParty, event, until
from tests.sip import SipPhone

pytestmark = pytest.mark.asterisk


async def test_a_new_asterisk_is_told_of_phones_and_trunks_again(process: AsteriskProcess) -> None:
    world = AsteriskWorld(await process.start(), process.sip_port)
    await world.open()
    await world.call_in()
    await event(world, Arrived)
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    await process.wait()
    await event(world, SwitchLost)
    await process.start()
    assert (await event(world, SwitchBack)).legs == ()
    await world.call_in()
    assert (await event(world, Arrived)).trunk == TRUNK.id
    await world.register(True)
    await event(world, PhoneReachable, reachable=True)
    await world.close()


@pytest.mark.slow
async def test_the_leg_of_a_dead_phone_ends_as_lost(process: AsteriskProcess) -> None:
    world = AsteriskWorld(await process.start(), process.sip_port)
    await world.open()
    await world.register(True)
    await event(world, PhoneReachable, reachable=True)
    call = CallId(uuid7())
    leg = LegId(f"{call}.1")
    await world.switch.perform(c.Originate(call=call, leg=leg, address=f"phone:{PHONE.id}", caller_number="1"))
    called = await world.rung()
    await called.answer()
    await event(world, LegAnswered, leg=leg)
    calling = await world.call_from_phone("1002")
    arrived = await event(world, Arrived)
    await world.switch.perform(c.Answer(call=arrived.call, leg=arrived.leg))
    await event(world, LegAnswered, leg=arrived.leg)
    for party in (called, calling):
        assert isinstance(party, SipParty)
        party.die()
    await until(world, lambda: len([told for told in world.told if isinstance(told, LegEnded)]) == 2, within_s=30)
    assert (await event(world, LegEnded, leg=leg)).cause is Cause.LOST
    assert (await event(world, LegEnded, leg=arrived.leg)).cause is Cause.LOST
    await world.close()


async def _served(world: AsteriskWorld) -> None:
    """One call has come, once, and lives."""
    arrived = await event(world, Arrived)
    assert arrived.caller == "13800138000"
    await asyncio.sleep(2 * COMING_S)
    await world.switch.perform(c.Answer(call=arrived.call, leg=arrived.leg))
    await event(world, LegAnswered, leg=arrived.leg)
    assert [told for told in world.told if isinstance(told, Arrived | LegEnded)] == []


async def test_a_call_that_comes_during_the_survey_is_no_stray(
    process: AsteriskProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = AsteriskWorld(await process.start(), process.sip_port)
    found, calls = Ari.bridges, []

    async def while_a_call_comes(ari: Ari) -> list[MixingBridge]:
        if not calls:
            calls.append(await world.call_in())
            while not await ari.channels():
                await asyncio.sleep(0.01)
        return await found(ari)

    monkeypatch.setattr(Ari, "bridges", while_a_call_comes)
    assert (await world.open()).legs == ()
    await _served(world)
    await world.close()


async def test_a_call_that_came_when_nobody_had_taken_note_of_it_comes_now(process: AsteriskProcess) -> None:
    """As one whose process died in the moment it came."""
    access = await process.start()
    before = Ari(access)
    provision = Provision(before)
    socket = await before.connect()
    provision.want([PHONE], [TRUNK])
    await provision.push()
    async with SipPhone() as outside:
        await outside.dial(f"sip:4008001234@127.0.0.1:{process.sip_port}")
        assert (await anext(stream(socket))).channel is not None
        await socket.close()
        world = AsteriskWorld(access, process.sip_port)
        assert (await world.open()).legs == ()
        await _served(world)
        await world.close()
    await before.close()
