"""A customer who is elsewhere for a while: parked, in a flow, asked after the call; and swapping in a consultation."""

from typing import Any

import msgspec
import pytest

from rexian.core.errors import Conflict
from rexian.core.ids import AgentId, CallId, FlowId, FlowVersionId, LegId
from rexian.floor import inputs, views
from rexian.floor.conversations import AgentLeft, Connected
from rexian.floor.events import Abandoned, CallArrived, CallEnded, FlowMoved, Offered, WrapUpStarted
from rexian.floor.gatherings import CameBack, FlowResult, ParkingExpired, SurveyStarted
from rexian.floor.model import Call
from rexian.flows.documents import read
from rexian.telephony import events
from rexian.telephony.commands import Cause, Play, StartMusic
from tests.floor.house import FLOW, REGISTRY, SALES, STRAIGHT, House, queue
from tests.floor.test_recovery import restart, the

PIN, SURVEY = FlowId("pin"), FlowId("survey")
PIN_1, SURVEY_1 = FlowVersionId("pin-1"), FlowVersionId("survey-1")
ASK_PIN = read(
    {
        "start": "ask",
        "nodes": {
            "ask": {
                "type": "collect",
                "media": ["prompt:pin"],
                "variable": "pin",
                "most": 2,
                "exits": {"next": "thanks", "default": "sorry"},
            },
            "thanks": {"type": "play", "media": ["prompt:thanks"], "exits": {}},
            "sorry": {"type": "hang_up"},
        },
    },
    REGISTRY,
)
ASK_RATING = read(
    {
        "start": "rate",
        "nodes": {
            "rate": {
                "type": "collect",
                "media": ["prompt:rate"],
                "variable": "rating",
                "most": 1,
                "exits": {"next": "thanks", "default": "thanks"},
            },
            "thanks": {"type": "play", "media": ["prompt:thanks"], "exits": {}},
        },
    },
    REGISTRY,
)


def a_house(**changes: Any) -> House:
    return House(
        queues=[queue(SALES, survey_flow=SURVEY if changes.pop("survey", False) else None)],
        flows={FLOW: STRAIGHT, PIN_1: ASK_PIN, SURVEY_1: ASK_RATING},
        published={PIN: PIN_1, SURVEY: SURVEY_1},
        **changes,
    )


def press(house: House, digits: str) -> None:
    for digit in digits:
        house.tell(events.DigitPressed(at=house.clock.now(), call=the(house).id, leg=LegId("in-1"), digit=digit))


def parked(house: House) -> Call:
    call = house.connected()
    house.say(inputs.Park, "ann")
    return call


# --- parking --------------------------------------------------------------------------------------------------------


def test_a_parked_customer_hears_music_and_the_agent_is_out() -> None:
    house = a_house()
    call = parked(house)
    assert call.state == "parked"
    assert isinstance(house.effects[-1], StartMusic)
    assert house.agent("ann").state == "wrap_up"
    assert [fact.reason for fact in house.told(AgentLeft)] == ["parked"]


def test_a_colleague_picks_him_up_with_all_that_is_known() -> None:
    house = a_house()
    call = house.connected()
    call.answers["order"] = "42"
    house.say(inputs.TakeNotes, "ann", call=call.id, text="wants a refund")
    house.say(inputs.Park, "ann")
    house.staff("bob")
    house.say(inputs.PickUp, "bob", slot=1)
    assert house.together(call) == {"in-1", "call-1.2"}
    assert call.parked is None
    row = views.call_row(house.state, call.id)
    assert row is not None
    assert row["answers"] == {"order": "42"}
    assert row["notes"] == [{"agent": "ann", "text": "wants a refund"}]


def test_each_parked_customer_has_a_slot_of_his_own() -> None:
    house = a_house()
    parked(house)
    house.staff("bob")
    house.pick_up(house.arrive())
    house.say(inputs.Park, "bob")
    slots = sorted(call.parked.slot for call in house.state.calls.values() if call.parked)
    assert slots == [1, 2]
    with pytest.raises(Conflict):
        house.say(inputs.PickUp, "ann", slot=3)


def test_who_does_not_answer_leaves_him_in_his_slot() -> None:
    house = a_house()
    call = parked(house)
    until = call.parked.until if call.parked else None
    house.staff("bob")
    house.lazy = True
    house.say(inputs.PickUp, "bob", slot=1)
    house.pending.clear()
    house.lazy = False
    house.wait(21)
    assert call.state == "parked"
    assert call.parked is not None
    assert call.parked.until == until
    assert house.agent("bob").state == "ready"


def test_nobody_picks_him_up_and_he_goes_back_to_who_parked_him() -> None:
    house = a_house()
    call = parked(house)
    house.wait(121)
    assert len(house.told(ParkingExpired)) == 1
    assert list(call.offers) == ["ann"]
    house.pick_up(call)
    assert call.state == "talking"


def test_when_who_parked_him_is_gone_he_goes_back_to_his_queue() -> None:
    house = a_house()
    call = parked(house)
    house.say(inputs.SignOut, "ann")
    house.wait(121)
    assert call.waiting is not None
    assert call.waiting.via == "returned"


@pytest.mark.parametrize("there", [True, False])
def test_a_customer_without_a_queue_stays_parked_and_who_parked_him_is_reminded(there: bool) -> None:
    house = a_house(park_s=120)
    house.staff("ann")
    house.say(inputs.Dial, "ann", call=CallId("out"), target="number:13911112222")
    house.answer("out.1")
    house.answer("out.2")
    call = house.state.calls[CallId("out")]
    house.say(inputs.Park, "ann")
    if not there:
        house.tell(events.PhoneReachable(at=house.clock.now(), phone="demo-ann", reachable=False))
    house.wait(500)
    assert call.state in ("parked", "offering")
    assert call.parked is not None
    assert (len(house.told(Offered)) > 1) is there
    if there:
        house.wait(200)
        house.willing.add("phone:demo-ann")
        house.wait(200)
        assert call.state == "talking"
        assert house.together(call) >= {"out.2"}
    else:
        house.wait(600)
        assert house.state.calls == {}
        assert len(house.told(ParkingExpired)) == 1


def test_a_parked_customer_who_hangs_up_is_gone() -> None:
    house = a_house()
    parked(house)
    house.end("in-1")
    house.wait(30)
    assert house.state.calls == {}
    assert not house.told(Abandoned)


def test_the_slot_is_dialled_on_a_phone_and_the_phone_called_with_the_customer() -> None:
    house = a_house()
    call = parked(house)
    house.staff("bob")
    house.legs["dialled"] = "call-9"
    house.tell(
        events.Arrived(
            at=house.clock.now(),
            call="call-9",
            leg="dialled",
            caller="bob",
            called="*71",
            phone="demo-bob",  # type: ignore[arg-type]
        )
    )
    assert house.together(call) == {"in-1", "call-1.2"}
    assert "dialled" not in house.legs
    assert len(house.told(CallArrived)) == 1


def test_a_parked_call_survives_a_restart_with_its_music() -> None:
    house = a_house()
    parked(house)
    before = len(house.effects)
    restart(house)
    assert any(isinstance(effect, StartMusic) for effect in house.effects[before:])
    house.wait(121)
    assert the(house).offers


# --- swapping -------------------------------------------------------------------------------------------------------


def consulting() -> tuple[House, Call]:
    house = a_house()
    call = house.connected()
    house.staff("bob")
    house.say(inputs.Consult, "ann", target="agent:bob")
    house.answer("call-1.2")
    return house, call


def aside(house: House, call: Call) -> set[str]:
    return house.bridges.get(f"{call.id}.c", set())


def test_the_agent_goes_to_and_fro_between_the_two() -> None:
    house, call = consulting()
    house.say(inputs.SwapConsult, "ann")
    assert house.together(call) == {"in-1", "call-1.1"}
    assert house.effects[-1] == StartMusic(call=call.id, leg=LegId("call-1.2"))
    house.say(inputs.SwapConsult, "ann")
    assert aside(house, call) == {"call-1.1", "call-1.2"}
    assert house.effects[-1] == StartMusic(call=call.id, leg=LegId("in-1"))


@pytest.mark.parametrize("swaps", [1, 2])
@pytest.mark.parametrize(
    ("act", "together"),
    [
        (inputs.CompleteConsult, {"in-1", "call-1.2"}),
        (inputs.JoinConsult, {"in-1", "call-1.1", "call-1.2"}),
        (inputs.CancelConsult, {"in-1", "call-1.1"}),
    ],
)
def test_after_swapping_it_ends_as_ever(swaps: int, act: type, together: set[str]) -> None:
    house, call = consulting()
    for _ in range(swaps):
        house.say(inputs.SwapConsult, "ann")
    house.say(act, "ann")
    assert house.together(call) == together
    house.end("in-1")
    house.wait(60)
    assert house.legs == {} or act is inputs.JoinConsult


def test_keys_go_to_the_one_he_talks_with() -> None:
    house, _ = consulting()
    house.say(inputs.PressKeys, "ann", digits="1")
    house.say(inputs.SwapConsult, "ann")
    house.say(inputs.PressKeys, "ann", digits="2")
    assert [effect.leg for effect in house.effects if type(effect).__name__ == "SendDigits"] == ["call-1.2", "in-1"]


# --- through a flow and back ----------------------------------------------------------------------------------------


def test_the_agent_waits_and_has_him_back_with_what_the_flow_learned() -> None:
    house = a_house()
    call = house.connected()
    house.say(inputs.SendToFlow, "ann", flow=PIN)
    assert call.state == "ivr"
    assert house.agent("ann").state == "busy"
    assert house.together(call) == {"call-1.1"}
    press(house, "42")
    assert call.state == "talking"
    assert house.together(call) == {"in-1", "call-1.1"}
    assert call.answers["pin"] == "42"
    assert [fact.result for fact in house.told(FlowResult)] == ["done"]
    assert len(house.told(Connected)) == 1


def test_playbacks_of_a_later_flow_are_not_mistaken_for_those_of_the_first() -> None:
    house = a_house()
    house.connected()
    house.say(inputs.SendToFlow, "ann", flow=PIN)
    press(house, "42")
    house.say(inputs.SendToFlow, "ann", flow=PIN)
    press(house, "43")
    names = [effect.playback for effect in house.effects if isinstance(effect, Play)]
    assert len(set(names)) == len(names)
    assert the(house).answers["pin"] == "43"


def test_a_freed_agent_gets_him_back_when_he_can_take_him() -> None:
    house = a_house()
    call = house.connected()
    house.say(inputs.SendToFlow, "ann", flow=PIN, stays=False)
    assert house.agent("ann").state == "wrap_up"
    house.say(inputs.Ready, "ann")
    press(house, "42")
    assert list(call.offers) == ["ann"]
    house.pick_up(call)
    assert call.state == "talking"


def test_a_freed_agent_who_is_busy_leaves_him_to_his_queue() -> None:
    house = a_house()
    call = house.connected()
    house.say(inputs.SendToFlow, "ann", flow=PIN, stays=False)
    press(house, "42")
    assert call.waiting is not None
    assert (call.waiting.queue, call.waiting.via) == (SALES, "returned")


def test_the_agent_takes_him_back_before_the_flow_is_over() -> None:
    house = a_house()
    call = house.connected()
    house.say(inputs.SendToFlow, "ann", flow=PIN)
    house.say(inputs.TakeBack, "ann")
    assert call.state == "talking"
    assert call.run is None
    assert house.together(call) == {"in-1", "call-1.1"}


def test_a_flow_that_hangs_up_means_it() -> None:
    house = a_house()
    house.connected()
    house.say(inputs.SendToFlow, "ann", flow=PIN)
    house.wait(120)
    assert house.legs == {}
    assert house.told(CallEnded)
    assert not house.told(CameBack)


def test_an_agent_who_hangs_up_while_he_waits_leaves_the_customer_in_the_flow() -> None:
    house = a_house()
    call = house.connected()
    house.say(inputs.SendToFlow, "ann", flow=PIN)
    house.say(inputs.HangUpCall, "ann")
    assert call.state == "ivr"
    assert house.agent("ann").state == "wrap_up"
    press(house, "42")
    assert call.waiting is not None


def test_an_agent_whose_line_breaks_while_he_waits_comes_back_into_it() -> None:
    house = a_house()
    call = house.connected()
    house.say(inputs.SendToFlow, "ann", flow=PIN)
    house.end("call-1.1", Cause.LOST)
    house.say(inputs.Rejoin, "ann")
    press(house, "42")
    assert house.together(call) == {"in-1", "call-1.2"}


def test_a_customer_who_hangs_up_in_the_flow_has_not_abandoned_a_queue() -> None:
    house = a_house()
    house.connected()
    house.say(inputs.SendToFlow, "ann", flow=PIN)
    house.end("in-1")
    assert house.legs == {}
    assert not house.told(Abandoned)
    assert house.agent("ann").state == "wrap_up"


def test_a_flow_in_mid_call_goes_on_after_a_restart() -> None:
    house = a_house()
    house.connected()
    house.say(inputs.SendToFlow, "ann", flow=PIN)
    restart(house)
    press(house, "42")
    assert house.together(the(house)) == {"in-1", "call-1.1"}
    assert house.replayed() == house.now_lasting()


# --- the survey -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["desk", "phone", "held"])
def test_an_agent_who_hangs_up_does_not_spare_himself_the_survey(way: str) -> None:
    house = a_house(survey=True)
    call = house.connected()
    if way == "held":
        house.say(inputs.HoldCall, "ann")
    if way == "phone":
        house.end("call-1.1")
    else:
        house.say(inputs.HangUpCall, "ann")
    assert call.state == "ivr"
    assert house.agent("ann").state == "wrap_up"
    press(house, "5")
    assert house.legs == {}
    assert [fact.queue for fact in house.told(SurveyStarted)] == [SALES]
    learned: dict[str, Any] = {}
    for fact in house.told(FlowMoved):
        learned |= fact.variables
    assert learned["rating"] == "5"
    assert len(house.told(WrapUpStarted)) == len(house.told(CallEnded)) == 1


def test_a_customer_who_hangs_up_is_not_asked() -> None:
    house = a_house(survey=True)
    house.connected()
    house.end("in-1")
    assert not house.told(SurveyStarted)


def test_a_customer_who_hangs_up_in_the_survey_was_served() -> None:
    house = a_house(survey=True)
    house.connected()
    house.say(inputs.HangUpCall, "ann")
    house.end("in-1")
    assert not house.told(Abandoned)
    assert [fact.ended_by for fact in house.told(CallEnded)] == ["customer"]


def test_without_a_published_survey_the_call_is_over() -> None:
    house = a_house(survey=True)
    house.connected()
    house.state.directory = msgspec.structs.replace(house.state.directory, published={})
    house.say(inputs.HangUpCall, "ann")
    assert house.legs == {}
    assert AgentId("ann") in house.state.agents
