"""A caller's line faxes in the middle of his flow."""

from typing import Any

import pytest

from rexian.core.errors import Conflict
from rexian.core.ids import FlowId, FlowVersionId, LegId
from rexian.floor import inputs
from rexian.floor.errands import RunErrand
from rexian.floor.faxes import FaxEnded, FaxStarted, FaxWay
from rexian.floor.model import Call
from rexian.flows.documents import read
from rexian.flows.model import Document
from rexian.telephony import events
from rexian.telephony.commands import Answer, HangUp, ReceiveFax, SendFax
from tests.floor.house import FLOW, NUMBER, REGISTRY, STRAIGHT, House

FAXES: dict[str, Any] = {
    "fax": {"type": "receive_fax", "exits": {"next": "thanks", "failed": "sorry", "error": "sorry"}},
    "thanks": {"type": "menu", "media": ["prompt:goodbye"], "choices": {"1": "x"}},
    "sorry": {"type": "menu", "media": ["prompt:goodbye"], "choices": {"1": "x"}},
}


FAX_FLOW = FlowVersionId("01900000-0000-7000-8000-0000000000fa")


def flow() -> Document:
    return read({"start": "fax", "nodes": FAXES}, REGISTRY)


SENDS: dict[str, Any] = {
    "fax": {
        "type": "send_fax",
        "document": "d-1",
        "exits": {"next": "thanks", "failed": "sorry", "no_machine": "nobody", "error": "sorry"},
    },
    "nobody": {"type": "menu", "media": ["prompt:goodbye"], "choices": {"1": "x"}},
    **{name: FAXES[name] for name in ("thanks", "sorry")},
}
DOCUMENT = {"id": "d-1", "number": "12", "name": "Price list", "pages": 2}


def sent(small: House) -> Call:
    """A caller whose flow has looked up a document, and sends it."""
    call = small.arrive()
    [errand] = [effect for effect in small.effects if isinstance(effect, RunErrand)]
    assert (errand.kind, errand.parameters) == ("fax_document.find", {"document": "d-1"})
    small.tell(inputs.ErrandDone(call=call.id, errand=errand.errand, value=DOCUMENT))
    return call


def sender() -> House:
    return House(flows={FLOW: read({"start": "fax", "nodes": SENDS}, REGISTRY)})


def house() -> House:
    return House(flows={FLOW: flow()})


def node(call: Call) -> str:
    assert call.run is not None
    return call.run.node


def over(small: House, call: Call, **fields: Any) -> None:
    assert call.fax is not None
    about = {"call": call.id, "leg": call.fax.leg, "fax": call.fax.id, "complete": True, "pages": 2}
    small.tell(events.Faxed(at=small.clock.now(), **{**about, **fields}))


def back(small: House, call: Call, fax: str) -> None:
    """The switch was away, and comes back with the caller's leg."""
    small.tell(events.SwitchLost(at=small.clock.now()))
    legs = (events.LegSeen(leg=LegId("in-1"), call=call.id, up=True, fax=fax),)
    small.tell(events.SwitchBack(at=small.clock.now(), legs=legs))


def test_a_fax_is_taken_and_the_flow_goes_on() -> None:
    small = house()
    call = small.arrive()
    assert call.fax is not None
    assert small.effects == [
        Answer(call=call.id, leg=LegId("in-1")),
        ReceiveFax(call=call.id, leg=LegId("in-1"), fax=f"{call.id}.f1", station=NUMBER),
    ]
    over(small, call, station="021", t38=True, path="/left/here.tiff")
    assert (node(call), call.fax) == ("thanks", None)
    [started], [ended] = small.told(FaxStarted), small.told(FaxEnded)
    assert (started.fax, started.way) == (f"{call.id}.f1", FaxWay.RECEIVED)
    assert (ended.complete, ended.pages, ended.station, ended.t38, ended.path) == (
        True,
        2,
        "021",
        True,
        "/left/here.tiff",
    )
    assert small.replayed() == small.now_lasting()


def test_what_was_told_before_is_passed_over() -> None:
    small = house()
    call = small.arrive()
    fax = call.fax
    over(small, call)
    assert fax is not None
    small.tell(events.Faxed(at=small.clock.now(), call=call.id, leg=fax.leg, fax=fax.id, complete=False))
    assert len(small.told(FaxEnded)) == 1


def test_a_switch_that_cannot_fax_leaves_the_caller_to_his_flow() -> None:
    small = house()
    small.refuses.add(ReceiveFax)
    call = small.arrive()
    assert (node(call), call.fax) == ("sorry", None)
    [ended] = small.told(FaxEnded)
    assert (ended.complete, ended.error) == (False, "refused")


def test_pages_of_a_fax_that_ends_with_the_call_are_kept() -> None:
    small = house()
    call = small.arrive()
    small.lazy = True
    small.tell(inputs.EndCall(call=call.id, supervisor="boss"))
    assert small.effects[-1] == HangUp(call=call.id, leg=LegId("in-1"))
    over(small, call, complete=False, pages=1, path="/left/half.tiff", error="hung_up")
    [ended] = small.told(FaxEnded)
    assert (ended.complete, ended.pages, ended.path) == (False, 1, "/left/half.tiff")
    assert call.run is None


def test_after_a_loss_a_fax_goes_on_and_one_that_was_not_heard_of_is_begun() -> None:
    small = house()
    call = small.arrive()
    assert call.fax is not None
    before = len(small.effects)
    back(small, call, call.fax.id)
    assert small.effects[before:] == []
    back(small, call, "")
    assert [type(effect) for effect in small.effects[before:]] == [ReceiveFax]
    over(small, call)
    assert node(call) == "thanks"


def test_an_agent_who_waits_cannot_take_back_a_customer_who_faxes() -> None:
    flows = {FLOW: STRAIGHT, FAX_FLOW: flow()}
    small = House(flows=flows, published={FlowId("fax"): FAX_FLOW})
    call = small.connected("ann")
    small.say(inputs.SendToFlow, "ann", flow=FlowId("fax"))
    assert call.fax is not None
    with pytest.raises(Conflict, match="faxing"):
        small.say(inputs.TakeBack, "ann")
    over(small, call)
    small.say(inputs.TakeBack, "ann")
    assert call.state == "talking"


def test_a_document_is_sent_and_it_is_written_down_which() -> None:
    small = sender()
    call = sent(small)
    fax = f"{call.id}.f2"
    asked = SendFax(call=call.id, leg=LegId("in-1"), fax=fax, document="d-1", station=NUMBER)
    assert small.effects[-1] == asked
    [started] = small.told(FaxStarted)
    assert (started.way, started.document, started.document_name) == (FaxWay.SENT, "d-1", "12 Price list")
    back(small, call, fax)
    assert small.effects[-1] == asked, "after a loss what goes on is awaited"
    back(small, call, "")
    assert small.effects[-2:] == [asked, asked], "and what was not heard of is begun"
    over(small, call, station="021")
    assert (node(call), call.fax) == ("thanks", None)
    [ended] = small.told(FaxEnded)
    assert (ended.fax, ended.complete, ended.pages, ended.path) == (fax, True, 2, "")
    assert small.replayed() == small.now_lasting()


@pytest.mark.parametrize(("machine", "where"), [(True, "sorry"), (False, "nobody")])
def test_a_fax_that_is_not_taken_tells_the_flow_whether_there_was_a_machine(machine: bool, where: str) -> None:
    small = sender()
    call = sent(small)
    over(small, call, complete=False, pages=0, error="timeout", machine=machine)
    assert node(call) == where
