"""Queues closed by a supervisor, emergency messages of numbers, messages to agents, signing agents out."""

from typing import Any

import pytest

from rexian.core.errors import Conflict, Invalid, NotFound
from rexian.core.ids import AgentId, NumberId, QueueId, TeamId
from rexian.floor import inputs, views
from rexian.floor.conversations import AgentLeft
from rexian.floor.events import CallEnded, FlowStarted, LeftQueue, Queued, SignedOut
from rexian.floor.interventions import MessageExpired, MessageRead, NoticeOver, Notified
from rexian.flows.documents import read
from rexian.routing.exits import Exit
from rexian.routing.rules import Ring, Rules
from rexian.telephony.commands import Play
from tests.floor.house import FLOW, REGISTRY, SALES, SERVICE, House, agent, queue
from tests.floor.test_recovery import restart, the

CLOSED = ("prompt:closed-today",)
WITH_EXIT = read(
    {
        "start": "sales",
        "nodes": {
            "sales": {"type": "queue", "queue": "sales", "exits": {"closed": "service", "default": "bye"}},
            "service": {"type": "queue", "queue": "service", "exits": {"default": "bye"}},
            "bye": {"type": "play", "media": ["prompt:goodbye"], "exits": {}},
        },
    },
    REGISTRY,
)


def closing_house(**changes: Any) -> House:
    return House(flows={FLOW: WITH_EXIT}, **changes)


def close(media: tuple[str, ...] = CLOSED) -> inputs.CloseQueue:
    return inputs.CloseQueue(queue=SALES, by="u-sue", media=media)


def played(house: House) -> list[str]:
    return [medium for effect in house.effects if isinstance(effect, Play) for medium in effect.media]


# --- queues ---------------------------------------------------------------------------------------------------------


def test_who_waits_is_told_and_led_to_the_exit_of_a_closed_queue() -> None:
    house = closing_house()
    call = house.arrive()
    house.tell(close())
    assert CLOSED[0] in played(house)
    assert call.waiting is not None
    assert call.waiting.queue == SERVICE
    assert [fact.reason for fact in house.told(LeftQueue)] == ["closed"]
    assert call.notice is None


def test_who_comes_to_a_closed_queue_is_told_too_until_it_is_open_again() -> None:
    house = closing_house()
    house.tell(close())
    house.staff("ann")
    first = house.arrive()
    assert [fact.queue for fact in house.told(Queued)] == [SALES, SERVICE]
    assert first.offers
    house.tell(inputs.OpenQueue(queue=SALES, by="u-sue"))
    second = house.arrive()
    assert second.waiting is not None
    assert second.waiting.queue == SALES


FROM_SERVICE = read(
    {
        "start": "service",
        "nodes": {
            "service": {"type": "queue", "queue": "service", "exits": {"closed": "shut", "no_agents": "empty"}},
            "shut": {"type": "play", "media": ["prompt:shut"], "exits": {}},
            "empty": {"type": "play", "media": ["prompt:empty"], "exits": {}},
        },
    },
    REGISTRY,
)


@pytest.mark.parametrize(
    "way",
    [
        {"exits": (Exit(when="wait", limit=10, to="queue", target=SALES),)},
        {"rules": Rules(rings=(Ring(after_s=10, queue=SALES),))},
    ],
)
def test_who_is_led_into_a_closed_queue_or_one_where_nobody_is_goes_back_to_his_flow(way: dict[str, Any]) -> None:
    def led_on(**sales: Any) -> House:
        return House(flows={FLOW: FROM_SERVICE}, queues=[queue(SALES, **sales), queue(SERVICE, **way)])

    for media, heard in ((CLOSED, [*CLOSED, "prompt:shut"]), ((), ["prompt:shut"])):
        house = led_on()
        house.tell(close(media))
        house.arrive()
        house.wait(11)
        assert played(house) == heard
        assert house.state.calls == {}
    house = led_on(when_no_agents="exit")
    house.arrive()
    house.wait(11)
    assert played(house) == ["prompt:empty"]


def test_a_supervisor_cannot_move_a_caller_into_a_closed_queue() -> None:
    house = House(flows={FLOW: FROM_SERVICE})
    house.tell(close())
    call = house.arrive()
    with pytest.raises(Conflict):
        house.tell(inputs.MoveCall(call=call.id, queue=SALES, by="u-sue"))
    assert call.waiting is not None
    assert call.waiting.queue == SERVICE


def test_nobody_is_given_a_caller_who_is_being_told_and_the_clock_ends_the_telling() -> None:
    house = closing_house()
    call = house.arrive()
    house.lazy = True
    house.tell(close())
    house.staff("ann")
    assert not call.offers
    assert call.notice is not None
    house.pending.clear()
    house.wait(121)
    assert call.notice is None
    assert [fact.reason for fact in house.told(LeftQueue)] == ["closed"]


def test_an_agent_who_was_being_rung_is_free_when_the_queue_closes() -> None:
    house = closing_house(agents=[agent("ann", queues=(SALES,))])
    house.staff("ann")
    house.arrive()
    house.tell(close(()))
    assert house.agent("ann").state == "ready"
    assert house.told(LeftQueue)


def test_a_closing_that_cannot_be_played_leads_on_all_the_same() -> None:
    house = closing_house()
    call = house.arrive()
    house.refuses = {Play}
    house.tell(close())
    assert call.waiting is not None
    assert call.waiting.queue == SERVICE


def test_a_caller_who_hangs_up_while_he_is_told_is_gone() -> None:
    house = closing_house()
    house.arrive()
    house.lazy = True
    house.tell(close())
    house.lazy = False
    house.pending.clear()
    house.end("in-1")
    assert house.state.calls == {}


def test_nobody_is_transferred_into_a_closed_queue() -> None:
    house = closing_house()
    house.connected()
    house.tell(inputs.CloseQueue(queue=SERVICE, by="u-sue"))
    with pytest.raises(Conflict):
        house.say(inputs.Transfer, "ann", target="queue:service")
    with pytest.raises(NotFound):
        house.tell(inputs.CloseQueue(queue=QueueId("none"), by="u-sue"))


def test_a_closed_queue_stays_closed_over_a_restart() -> None:
    house = closing_house()
    house.tell(close())
    house.arrive()
    restart(house)
    assert SALES in house.state.closed
    assert views.queue_row(house.state, SALES, None)["closed"] is not None  # type: ignore[index]


# --- numbers --------------------------------------------------------------------------------------------------------


def emergency(*, instead: bool) -> inputs.SetEmergency:
    return inputs.SetEmergency(number=NumberId("n"), by="u-sue", media=("prompt:flood",), instead=instead)


def test_an_emergency_message_is_heard_before_the_flow() -> None:
    house = House()
    house.tell(emergency(instead=False))
    call = house.arrive()
    assert played(house) == ["prompt:flood"]
    assert call.state == "waiting"
    order = [type(fact) for fact in house.told(Notified, NoticeOver, FlowStarted)]
    assert order == [Notified, NoticeOver, FlowStarted]


def test_an_emergency_message_instead_of_the_flow_is_all_there_is() -> None:
    house = House()
    house.tell(emergency(instead=True))
    house.arrive_only()
    assert house.state.calls == {}
    assert not house.told(FlowStarted)
    house.tell(inputs.LiftEmergency(number=NumberId("n"), by="u-sue"))
    assert house.arrive().state == "waiting"


def test_a_caller_is_not_lost_when_the_process_dies_in_the_message() -> None:
    house = House()
    house.tell(emergency(instead=False))
    house.lazy = True
    house.arrive_only()
    house.pending.clear()
    house.lazy = False
    restart(house)
    house.wait(121)
    assert the(house).state == "waiting"


# --- messages -------------------------------------------------------------------------------------------------------


def message(**changes: Any) -> inputs.SendMessage:
    return inputs.SendMessage(**{"message": "m1", "by": "u-sue", "name": "Sue", "text": "Storm at noon", **changes})


def desk(house: House, name: str) -> list[str]:
    row = views.agent_row(house.state, AgentId(name))
    return [each["text"] for each in row["messages"]] if row else []


def test_a_message_to_a_team_stands_on_its_desks_until_each_has_read_it() -> None:
    house = House(agents=[agent("ann", team=TeamId("t")), agent("bob", team=TeamId("t")), agent("cid")])
    house.tell(message(team=TeamId("t")))
    house.tell(message(team=TeamId("t")))
    assert (desk(house, "ann"), desk(house, "cid")) == (["Storm at noon"], [])
    house.say(inputs.ReadMessage, "ann", message="m1")
    house.say(inputs.ReadMessage, "ann", message="m1")
    assert (desk(house, "ann"), desk(house, "bob")) == ([], ["Storm at noon"])
    assert len(house.told(MessageRead)) == 1
    with pytest.raises(NotFound):
        house.say(inputs.ReadMessage, "cid", message="m1")


def test_a_message_grows_old() -> None:
    house = House()
    house.tell(message(agent=AgentId("ann")))
    house.wait(12 * 3600 + 1)
    assert desk(house, "ann") == []
    assert [fact.agents for fact in house.told(MessageExpired)] == [("ann",)]
    assert house.replayed() == house.now_lasting()


def test_a_message_to_nobody_is_refused() -> None:
    with pytest.raises(Invalid):
        House().tell(message(team=TeamId("nobody")))


# --- signing out ----------------------------------------------------------------------------------------------------


def test_one_in_a_call_goes_when_he_has_finished() -> None:
    house = House()
    house.connected()
    house.say(inputs.SignOut, "ann", by="u-sue", when="after")
    assert house.agent("ann").state == "busy"
    house.end("in-1")
    assert house.agent("ann").state == "wrap_up"
    house.arrive()
    house.wait(21)
    assert house.agent("ann").state == "off"
    assert [fact.by for fact in house.told(SignedOut)] == ["u-sue"]


def test_one_who_is_torn_away_leaves_his_customer_at_the_head_of_the_queue() -> None:
    house = House()
    call = house.connected()
    house.say(inputs.SignOut, "ann", by="u-sue", when="force")
    assert house.agent("ann").state == "off"
    assert call.waiting is not None
    assert call.waiting.via == "returned"
    assert [fact.reason for fact in house.told(AgentLeft)] == ["lost"]


def test_one_who_is_rung_is_torn_away_too() -> None:
    house = House()
    house.staff("ann")
    call = house.arrive()
    house.say(inputs.SignOut, "ann", by="u-sue", when="force")
    assert house.agent("ann").state == "off"
    assert call.state == "waiting"
    assert not call.offers


def test_who_is_asked_for_advice_is_torn_away_and_the_customer_is_not_concerned() -> None:
    house = House()
    call = house.connected()
    house.staff("bob")
    house.say(inputs.Consult, "ann", target="agent:bob")
    house.answer("call-1.2")
    house.say(inputs.SignOut, "bob", by="u-sue", when="force")
    assert house.agent("bob").state == "off"
    assert call.state == "talking"
    assert not house.told(CallEnded)


def test_without_force_one_in_a_call_stays() -> None:
    house = House()
    house.connected()
    with pytest.raises(Conflict):
        house.say(inputs.SignOut, "ann", by="u-sue")
