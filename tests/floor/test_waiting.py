"""What waiting callers hear, and how long they are told it may take."""

from rexian.core.ids import AgentId
from rexian.floor import inputs
from rexian.floor.events import Announced, LeftQueue
from rexian.floor.outlook import expected_wait_s
from rexian.telephony.commands import Play, StartMusic
from tests.floor.house import FLOW, HOTLINE, SALES, House, queue


def told_every(seconds: int) -> House:
    return House(queues=[queue(SALES, announce_every_s=seconds, announce_position=True, announce_wait=True)])


def test_waiting_callers_are_told_their_place_again_and_again_with_music_between() -> None:
    house = told_every(20)
    house.arrive()
    house.arrive()
    before = len(house.effects)
    house.wait(45)
    told = [(fact.call, fact.position) for fact in house.told(Announced)]
    assert told == [("call-1", 1), ("call-2", 2), ("call-1", 1), ("call-2", 2)]
    kinds = [type(effect) for effect in house.effects[before:]]
    assert kinds.count(Play) == 4
    assert kinds.count(StartMusic) == 4


def test_a_queue_that_announces_nothing_is_silent() -> None:
    house = House()
    house.arrive()
    house.wait(300)
    assert not house.told(Announced)


def test_the_wait_is_learned_from_talk_and_wrap_up() -> None:
    house = House(queues=[queue(SALES, wrap_up_s=20)])
    house.staff("ann")
    assert expected_wait_s(house.state, SALES, 1) is None
    for number in range(1, 7):
        house.pick_up(house.arrive())
        house.wait(100)
        house.end(f"in-{number}")
        house.wait(21)
    assert expected_wait_s(house.state, SALES, 1) == 120.0
    assert expected_wait_s(house.state, SALES, 3) == 360.0
    house.say(inputs.Pause, "ann", reason="lunch")
    assert expected_wait_s(house.state, SALES, 1) is None


def test_the_last_to_sign_out_gives_the_callers_back_where_the_queue_says_so() -> None:
    house = House(flows={FLOW: HOTLINE}, queues=[queue(SALES, when_no_agents="exit")])
    house.staff("ann", ready=False)
    house.arrive()
    assert len(house.state.waiting[SALES]) == 1
    house.tell(inputs.SignOut(agent=AgentId("ann")))
    assert [fact.reason for fact in house.told(LeftQueue)] == ["no_agents"]
    assert house.state.calls == {}
