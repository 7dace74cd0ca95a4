"""What only a real Asterisk can show: that it is provided anew after it died, and that a dead device's leg ends."""

import os
import signal
from pathlib import Path

import pytest

from rexian.adapters.asterisk.install import private
from rexian.adapters.asterisk.process import AsteriskProcess
from rexian.core.ids import CallId, LegId, uuid7
from rexian.telephony import commands as c
from rexian.telephony.commands import Cause
from rexian.telephony.events import Arrived, LegAnswered, LegEnded, PhoneReachable, SwitchBack, SwitchLost
from tests.asterisk import make_settings
from tests.contract.worlds import PHONE, TRUNK, AsteriskWorld, SipParty, event, until

pytestmark = pytest.mark.asterisk


async def test_a_new_asterisk_is_told_of_phones_and_trunks_again(tmp_path: Path) -> None:
    process = AsteriskProcess(make_settings(tmp_path), private())
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
    await process.stop()


@pytest.mark.slow
async def test_the_leg_of_a_dead_phone_ends_as_lost(tmp_path: Path) -> None:
    process = AsteriskProcess(make_settings(tmp_path), private())
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
    await process.stop()
