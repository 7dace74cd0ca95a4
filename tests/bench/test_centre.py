"""The made-up centre runs the real floor: whole calls, and waits that agree with the theory."""

from bench.centre import GREETING, WAITS, Centre, Scenario, day
from bench.floor import mean

from rexian.floor.conversations import Connected
from rexian.floor.events import Abandoned, CallArrived, CallEnded, Queued, WrappedUp
from rexian.routing.erlang import ErlangA


def test_every_call_of_a_busy_hour_ends_and_every_agent_is_free_again() -> None:
    scenario = Scenario(agents=20, calls_per_s=1.2, handle_s=20, patience_s=30, wrap_up_s=5, document=GREETING, key="1")
    kinds = (CallArrived, CallEnded, Queued, Connected, Abandoned, WrappedUp)
    centre = Centre(scenario, keep=kinds)
    centre.run(600)
    counted = {kind: sum(type(fact) is kind for fact in centre.told) for kind in kinds}
    going_on = len([call for call in centre.state.calls.values() if call.ended_at is None])
    assert counted[CallArrived] == counted[CallEnded] + going_on == centre.calls
    waiting = len([call for call in centre.state.calls.values() if call.waiting is not None])
    in_queue = (
        counted[Connected] + waiting + sum(fact.queue is not None for fact in centre.told if type(fact) is Abandoned)
    )
    assert counted[Queued] == in_queue
    assert 0 <= counted[Connected] - counted[WrappedUp] <= scenario.agents
    assert 0 < counted[Abandoned] < centre.calls / 2


def test_an_overloaded_centre_agrees_with_erlang_a() -> None:
    scenario = Scenario(agents=10, calls_per_s=14 / 60, handle_s=60, patience_s=60)
    days = [day(Centre(scenario, seed=seed, keep=WAITS), warm_up_s=600, until_s=6000) for seed in range(6)]
    exact = ErlangA(10, 14 / 60, 60, 60)
    assert mean([one.abandoned for one in days]).holds(exact.abandoned)
    assert mean([one.waited for one in days]).holds(exact.waiting)
    assert mean([one.wait_s for one in days]).holds(exact.wait)
