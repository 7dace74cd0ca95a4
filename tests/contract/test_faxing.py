"""What every adapter of the port `Switch` must do about faxes; how a real machine's pages come: `tests/flows`."""

import pytest

from rexian.core.errors import Invalid
from rexian.core.ids import CallId, LegId
from rexian.telephony import commands as c
from rexian.telephony.events import Faxed, LegEnded, SwitchBack, SwitchLost
from rexian.telephony.fax_pages import DOCUMENTS
from tests.contract.test_switch import answered
from tests.contract.worlds import Party, World, event, until
from tests.sip.pages import a_page, write_tiff


async def faxing(world: World, *, sends: bool = False) -> tuple[Party, CallId, LegId, str]:
    """A caller whose line has been told to take a fax, or to send one."""
    caller, call, leg = await answered(world)
    fax = f"{call}.f1"
    about = {"call": call, "leg": leg, "fax": fax, "station": "4008001234"}
    if sends:
        write_tiff(world.prompts / "acme" / DOCUMENTS / "prices.tiff", a_page())
        await world.switch.perform(c.SendFax(**about, document="prices", tenant="acme"))
    else:
        await world.switch.perform(c.ReceiveFax(**about))
    return caller, call, leg, fax


async def test_a_leg_that_faxes_can_only_be_ended(world: World) -> None:
    caller, call, leg, fax = await faxing(world)
    with pytest.raises(Invalid, match="faxing"):
        await world.switch.perform(c.StartMusic(call=call, leg=leg))
    with pytest.raises(Invalid, match="faxing"):
        await world.switch.perform(c.Bridge(call=call, bridge=f"{call}.b", legs=(leg,)))
    await world.switch.perform(c.HangUp(call=call, leg=leg))
    await event(world, LegEnded, leg=leg)
    over = await event(world, Faxed, leg=leg)
    assert (over.call, over.fax, over.complete, over.pages) == (call, fax, False, 0)
    assert over.error
    await until(world, lambda: caller.ended)


@pytest.mark.parametrize("sends", [False, True])
async def test_a_fax_is_over_before_the_leg_that_ends_with_it(world: World, sends: bool) -> None:
    caller, _, leg, fax = await faxing(world, sends=sends)
    await caller.hang_up()
    await until(world, lambda: any(isinstance(told, LegEnded) for told in world.told), "the end")
    assert [type(told) for told in world.told if getattr(told, "leg", None) == leg] == [Faxed, LegEnded]
    assert not (await event(world, Faxed, fax=fax)).complete


@pytest.mark.parametrize("sends", [False, True])
async def test_after_a_loss_it_is_known_who_faxes(world: World, sends: bool) -> None:
    caller, call, leg, fax = await faxing(world, sends=sends)
    await world.lose()
    await event(world, SwitchLost)
    await world.restore()
    back = await event(world, SwitchBack)
    assert [(each.call, each.up, each.fax) for each in back.legs if each.leg == leg] == [(call, True, fax)]
    with pytest.raises(Invalid, match="faxing"):
        await world.switch.perform(c.StartMusic(call=call, leg=leg))
    await caller.hang_up()
    await event(world, Faxed, fax=fax)
    await event(world, LegEnded, leg=leg)
