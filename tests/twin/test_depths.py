"""Simulated days: by the routing core, by the whole floor, and the same by both."""

from collections.abc import Callable

import pytest
from bench.twin import centre, ecuyers_day, oracle

from rexian.floor import events as facts
from rexian.routing.erlang import ErlangA
from rexian.twin import estimates
from rexian.twin.by_floor import FloorDay
from rexian.twin.by_routing import RoutingDay
from rexian.twin.customers import Crowd, crowd
from rexian.twin.distributions import Exponential, Fixed, Lognormal
from rexian.twin.outcome import Duty, Outcome
from rexian.twin.scenario import Flow, Retrials, Scenario, Shift
from tests.twin import make

Depth = Callable[[Crowd], Outcome]


def by_routing(people: Crowd) -> Outcome:
    return RoutingDay(people).run()


def by_floor(people: Crowd) -> Outcome:
    return FloorDay(people).run()


BOTH = pytest.mark.parametrize("depth", [by_routing, by_floor])

# --- oracles ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "point",
    [
        (12, 4.2, 120.0, 60.0),
        pytest.param((10, 14.0, 60.0, 60.0), marks=pytest.mark.slow),
        (5, 4.0, 60.0, None),
    ],
)
def test_the_routing_core_agrees_with_erlang(point: tuple[int, float, float, float | None]) -> None:
    found = oracle(point, days=24, hours=4)
    assert found["agrees"], found


@pytest.mark.slow
def test_the_published_day_comes_out() -> None:
    found = ecuyers_day(60)
    assert found["agrees"], found


@pytest.mark.slow
def test_the_whole_floor_agrees_with_erlang_a() -> None:
    scenario = centre(10, 14.0, 60.0, 60.0, hours=1, seed=5)
    whole = [by_floor(crowd(scenario, day)).whole for day in range(6)]
    exact = ErlangA(10, 14 / 60, 60, 60)
    for name, value in (("abandon_rate", exact.abandoned), ("waited", exact.waiting), ("wait_s", exact.wait)):
        found = estimates.estimate([estimates.MEASURES[name](each) for each in whole])
        assert found is not None
        assert found.holds(value), name


# --- both depths ------------------------------------------------------------------------------------------------------

RICH = {
    "streams": (
        make.stream(callers=(make.callers(), make.callers(name="urgent", share=0.3, priority=5))),
        make.stream(number="4008005678", callers=(make.callers(queue="sales", handling=Lognormal(mean_s=90, cv=1)),)),
    ),
    "crews": (
        make.crew(agents=2),
        make.crew(name="both", agents=2, queues=("service", "sales"), skills={"english": 5}),
        make.crew(name="late", queues=("sales",), shifts=(Shift(begins="01:00", ends="01:40"),)),
    ),
    "queues": ({"name": "service", "wrap_up_s": 20}, {"name": "sales", "max_wait_s": 50.0}),
}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_both_depths_see_the_same_day(seed: int) -> None:
    """The floor rounds times to microseconds on its way; nothing else differs, call by call."""
    people = crowd(make.scenario(**RICH, seed=seed))
    quick, whole = by_routing(people), by_floor(people)

    assert quick.calls == whole.calls == len(people.customers)
    for queue in ("service", "sales"):
        one, other = quick.queues[queue].sums, whole.queues[queue].sums
        for name in ("offered", "answered", "answered_in_sl", "abandoned", "short_abandoned", "flow_out"):
            assert getattr(one, name) == getattr(other, name), (queue, name)
        assert one.answered_wait.total_seconds() == pytest.approx(other.answered_wait.total_seconds(), abs=0.01)
        assert one.handling.total_seconds() == pytest.approx(other.handling.total_seconds(), abs=0.01)
        assert quick.queues[queue].waited == whole.queues[queue].waited
    assert set(quick.intervals) == set(whole.intervals)
    for crew in ("all", "both", "late"):
        assert quick.crews[crew].handling_s == pytest.approx(whole.crews[crew].handling_s, abs=0.1)
        assert quick.crews[crew].present_s > 0


@BOTH
def test_all_who_came_are_accounted_for(depth: Depth) -> None:
    outcome = depth(crowd(make.scenario(**RICH, retrials=Retrials(share=0.4, delay=Exponential(mean_s=300.0)))))

    sums = outcome.whole.sums
    assert outcome.retries > 0
    assert sums.offered == outcome.calls
    assert sums.offered == sums.answered + sums.abandoned + sums.flow_out
    assert outcome.calls > sums.answered > 0


@BOTH
def test_who_has_given_up_calls_again_at_most_so_often(depth: Depth) -> None:
    """Nobody is ever there: each of ten callers comes, gives up after a second, and comes twice again."""
    replay = make.at(*range(10), patience=Fixed(value_s=1.0))
    crew = make.crew(shifts=(Shift(begins="30:00", ends="31:00"),))
    again = Retrials(share=1.0, delay=Fixed(value_s=60.0), most=2)
    outcome = depth(crowd(make.scenario(streams=(), replays=(replay,), crews=(crew,), retrials=again)))

    assert (outcome.calls, outcome.retries, outcome.whole.sums.abandoned) == (30, 20, 30)


@BOTH
def test_a_shift_ends_after_the_call_and_its_time_is_counted(depth: Depth) -> None:
    """Calls of a minute at 0 s and 100 s; the only agent is there from 0 s to 120 s, the third caller waits in vain."""
    replay = make.at(0.5, 100.0, 130.0, patience=Fixed(value_s=200.0))
    crew = make.crew(agents=1, shifts=(Shift(ends="00:02"),))
    outcome = depth(crowd(make.scenario(streams=(), replays=(replay,), crews=(crew,))))

    assert (outcome.whole.sums.answered, outcome.whole.sums.abandoned) == (2, 1)
    assert outcome.crews["all"].handling_s == pytest.approx(120, abs=0.01)
    assert outcome.crews["all"].present_s == pytest.approx(160, abs=0.01)


@BOTH
def test_an_offer_that_nobody_hears_goes_on_to_the_next(depth: Depth) -> None:
    """The agent who misses is paused by the queue's rule and comes back; the caller keeps his place."""
    deaf = make.crew(name="deaf", agents=1, misses=1.0, returns_s=5.0, shifts=(Shift(ends="00:10"),))
    good = make.crew(
        name="good", agents=1, ringing=Fixed(value_s=4.0), shifts=(Shift(begins="00:00:02", ends="00:10"),)
    )
    replay = make.at(10.0)
    queues = ({"name": "service", "ring_timeout_s": 15.0, "max_misses": 1},)
    outcome = depth(crowd(make.scenario(streams=(), replays=(replay,), crews=(deaf, good), queues=queues)))

    assert outcome.whole.sums.answered == 1
    assert outcome.whole.sums.answered_wait.total_seconds() == pytest.approx(19, abs=0.01)
    assert outcome.crews["deaf"].handling_s == 0


@BOTH
def test_who_gives_up_while_it_rings_frees_the_agent(depth: Depth) -> None:
    slow = make.crew(agents=1, ringing=Fixed(value_s=10.0))
    first = make.at(100.0, patience=Fixed(value_s=5.0), name="hasty")
    second = make.at(101.0, name="patient")
    outcome = depth(crowd(make.scenario(streams=(), replays=(first, second), crews=(slow,))))

    assert (outcome.whole.sums.abandoned, outcome.whole.sums.answered) == (1, 1)
    assert outcome.whole.sums.answered_wait.total_seconds() == pytest.approx(14, abs=0.01)


@BOTH
def test_a_queue_without_anybody_gives_the_caller_back_where_it_says_so(depth: Depth) -> None:
    queues = ({"name": "service", "when_no_agents": "exit"},)
    crew = make.crew(agents=1, shifts=(Shift(begins="00:10", ends="00:11"),))
    replay = make.at(60.0, 601.0, 610.0, 3000.0)
    outcome = depth(crowd(make.scenario(streams=(), replays=(replay,), crews=(crew,), queues=queues)))

    assert (outcome.whole.sums.flow_out, outcome.whole.sums.answered) == (3, 1)


@BOTH
def test_only_what_began_in_the_window_counts(depth: Depth) -> None:
    scenario = make.scenario(
        streams=(), replays=(make.at(50, 150, 250),), count_from="00:01:40", count_until="00:04:10", report_s=60.0
    )
    outcome = depth(crowd(scenario))

    assert outcome.calls == 3
    assert outcome.whole.sums.offered == 1
    assert list(outcome.intervals) == [2]
    assert outcome.duty.handling_s == pytest.approx(10 + 60, abs=0.01)
    assert outcome.duty.present_s == pytest.approx(3 * 150, abs=0.01)


@BOTH
def test_pace_and_wrap_up_are_the_agents_own(depth: Depth) -> None:
    crew = make.crew(agents=1, pace=2.0, wrap_up=Fixed(value_s=7.0))
    queues = ({"name": "service", "wrap_up_s": 30},)
    outcome = depth(crowd(make.scenario(streams=(), replays=(make.at(1.0),), crews=(crew,), queues=queues)))

    assert outcome.whole.sums.handling.total_seconds() == pytest.approx(37, abs=0.01)


# --- the whole floor's own --------------------------------------------------------------------------------------------

MENU = {
    "start": "answer",
    "nodes": {
        "answer": {"type": "answer", "exits": {"next": "welcome"}},
        "welcome": {"type": "play", "media": ["prompt:welcome"], "exits": {"next": "menu"}},
        "menu": {
            "type": "menu",
            "media": ["prompt:menu"],
            "choices": {"1": "service", "2": "sales"},
            "exits": {"1": "service", "2": "sales", "default": "bye"},
        },
        "service": {"type": "queue", "queue": "service"},
        "sales": {"type": "queue", "queue": "sales"},
        "bye": {"type": "hang_up"},
    },
}


def flowing(**changes: object) -> Scenario:
    kinds = (
        make.callers(name="one", share=3, keys=("1",)),
        make.callers(name="two", share=2, queue="sales", keys=("2",)),
        make.callers(name="silent", queue=""),
        make.callers(name="gone", queue="", stays=Fixed(value_s=1.0)),
    )
    return make.scenario(
        streams=(make.stream(calls=(70.0,), callers=kinds),),
        crews=(make.crew(queues=("service", "sales"), agents=4),),
        queues=({"name": "service"}, {"name": "sales"}),
        flows=(Flow(number="4008001234", document=MENU),),
        **changes,
    )


def test_callers_press_their_keys_where_the_flow_asks() -> None:
    people = crowd(flowing())
    told: list[object] = []
    day = FloorDay(people, listener=told.append)
    outcome = day.run()

    kinds = [each.callers.name for each in people.customers]
    assert outcome.queues["service"].sums.offered == kinds.count("one") > 0
    assert outcome.queues["sales"].sums.offered == kinds.count("two") > 0
    ended = [fact for fact in told if isinstance(fact, facts.CallEnded)]
    assert len(ended) == len(kinds) == day.calls
    in_flow = [fact for fact in told if isinstance(fact, facts.Abandoned) and fact.queue is None]
    assert len(in_flow) == kinds.count("gone") > 0
    assert not day.state.calls
    assert all(agent.call is None for agent in day.state.agents.values())


def test_the_rules_name_members_and_a_reserve_helps_only_under_pressure() -> None:
    """Ten calls, one a second, a minute each. Ben comes when a fifth waits (at 65 s), and takes the next every minute
    until only two are left (at 245 s): four calls. Ann has the other six."""
    ten = make.at(*(60.0 + place for place in range(10)))
    crews = (
        make.crew(name="ann", agents=1, members=("ann",)),
        make.crew(name="ben", agents=1, members=("ben",)),
    )
    rules = {"reserve": {"agents": ["ben"], "waiting_above": 4}}
    queues = ({"name": "service", "rules": rules},)
    outcome = by_floor(crowd(make.scenario(streams=(), replays=(ten,), crews=crews, queues=queues), 0))
    assert outcome.whole.sums.answered == 10
    assert outcome.crews["ann"].handling_s == pytest.approx(60 * 6)
    assert outcome.crews["ben"].handling_s == pytest.approx(60 * 4)


def test_a_day_is_the_same_day_again() -> None:
    def told() -> list[object]:
        heard: list[object] = []
        FloorDay(crowd(flowing()), listener=heard.append).run()
        return heard

    assert told() == told()


def test_duty_adds_up() -> None:
    assert Duty(1, 2).plus(Duty(3, 4)) == Duty(4, 6)
