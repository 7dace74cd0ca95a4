"""What waiting callers hear, and how long they are told it may take."""

from rexian.core.ids import AgentId, CallId
from rexian.floor import inputs
from rexian.floor.events import Announced, LeftQueue, Queued
from rexian.floor.outlook import expected_wait_s
from rexian.routing.waits import expected_wait
from rexian.telephony.commands import Play, StartMusic
from tests.floor.house import FLOW, HOTLINE, SALES, SERVICE, House, agent, queue


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


def served(house: House, number: int, talk_s: float) -> None:
    house.pick_up(house.state.calls[CallId(f"call-{number}")])
    house.wait(talk_s)
    house.end(f"in-{number}")
    house.wait(0)


def test_what_is_foretold_of_a_wait_is_kept_with_it_and_the_head_of_the_line_takes_over_when_it_is_nearer() -> None:
    """Handling suddenly takes half as long: the learned speed misleads, the head of the line does not."""
    house = House(agents=[agent("ann", wrap_up_s=0)], queues=[queue(SALES), queue(SERVICE)])
    house.staff("ann")
    for number in range(1, 8):
        house.arrive()
        served(house, number, 200)
    first = house.told(Queued)[0]
    assert first.forecast is None, "somebody was ready"
    house.arrive()
    house.pick_up(house.state.calls[CallId("call-8")])
    house.arrive()
    known = house.told(Queued)[-1].forecast
    assert known is not None
    assert (known.wait_s, known.way, known.head_s) == (200.0, "length", None)
    house.wait(1)
    house.arrive()
    ways = []
    for number in range(8, 40):
        house.wait(60)
        house.end(f"in-{number}")
        house.pick_up(house.state.calls[CallId(f"call-{number + 1}")])
        house.arrive()
        ways.append(house.told(Queued)[-1].forecast.way)
    assert ways[0] == "length"
    assert "head" in ways
    assert house.replayed() == house.now_lasting()


def test_patience_is_learned_and_shortens_what_is_foretold() -> None:
    house = House(agents=[agent("ann", wrap_up_s=0)], queues=[queue(SALES), queue(SERVICE)])
    house.staff("ann")
    for number in range(1, 9):
        house.arrive()
        served(house, number, 100)
    house.pick_up(house.arrive())
    for number in range(10, 70):
        house.arrive()
        house.wait(30)
        house.end(f"in-{number}")
    figures = house.state.figures[SALES]
    patience_s = figures.patience_s()
    assert patience_s is not None
    assert 30 <= patience_s < 36, "thirty seconds each, and a few who were answered at once"
    told = expected_wait_s(house.state, SALES, 5)
    assert told is not None
    assert told < expected_wait(4, agents=1, handle_s=figures.handle_s()) / 3  # type: ignore[operator]
