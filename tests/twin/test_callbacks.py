"""Callbacks in simulated days: who takes one keeps his place, is called, and ends in exactly one way."""

from typing import Any

import pytest

from rexian.floor.conversations import Connected
from rexian.floor.owed import CallbackStarted
from rexian.twin.by_floor import FloorDay
from rexian.twin.customers import crowd
from rexian.twin.distributions import Exponential, Fixed
from rexian.twin.outcome import Outcome
from rexian.twin.scenario import CalledBack, Scenario, Shift
from tests.twin import make

AT_ONCE = {"exits": [{"when": "per_serving", "limit": 0, "at": "entry", "to": "callback"}]}
"""Who does not find an agent free is offered a callback."""


def day(scenario: Scenario, **more: Any) -> Outcome:
    return FloorDay(crowd(scenario, 0), **more).run()


def service(**rules: Any) -> tuple[dict[str, Any], ...]:
    return ({"name": "service", **rules},)


def test_he_is_called_in_the_place_that_he_had() -> None:
    """One agent, a minute each: the first talks; the second takes a callback; the third, who came later, waits."""
    patient, absent = make.at(60.0, 90.0), make.at(70.0, callback=CalledBack())
    scenario = make.scenario(
        streams=(),
        replays=(patient, absent),
        crews=(make.crew(agents=1),),
        queues=service(**AT_ONCE, wrap_up_s=0),
    )
    told: list[Any] = []
    outcome = FloorDay(crowd(scenario, 0), listener=told.append).run()
    called_back = {fact.call for fact in told if isinstance(fact, CallbackStarted)}
    served = [fact.call in called_back for fact in told if isinstance(fact, Connected)]
    assert served == [False, True, False]
    assert (outcome.callbacks.asked, outcome.callbacks.connected) == (1, 1)


@pytest.mark.parametrize("order", ["agent", "customer"])
def test_everybody_ends_in_exactly_one_way(order: str) -> None:
    """Twice as many as two agents can serve: some give up, some are called back, some of these are never reached."""
    callers = make.callers(
        patience=Exponential(mean_s=90.0),
        handling=Exponential(mean_s=120.0),
        callback=CalledBack(share=0.6, reached=0.5),
    )
    scenario = make.scenario(
        streams=(make.stream(calls=(120.0, 120.0), callers=(callers,)),),
        crews=(make.crew(agents=2, shifts=(Shift(ends="20:00"),)),),
        queues=service(**AT_ONCE, wrap_up_s=0, callback={"order": order, "attempts": 2, "gap_s": 300}),
    )
    outcome = day(scenario)
    sums, callbacks = outcome.whole.sums, outcome.callbacks
    assert callbacks.connected > 20
    assert callbacks.lost > 20
    assert sums.abandoned > 20
    assert callbacks.asked == callbacks.connected + callbacks.lost + callbacks.resumed + callbacks.open
    assert callbacks.open == callbacks.resumed == 0
    assert outcome.calls == len(crowd(scenario, 0).customers)
    assert (
        outcome.calls
        == (sums.answered - (callbacks.connected if order == "customer" else 0)) + sums.abandoned + callbacks.asked
    )
    assert day(scenario) == outcome, "the same day again"


def test_a_share_that_nobody_takes_changes_nothing() -> None:
    callers = make.callers(callback=CalledBack(share=0.0))
    with_offer = make.scenario(streams=(make.stream(callers=(callers,)),), queues=service(wrap_up_s=0))
    without = make.scenario(queues=service(wrap_up_s=0))
    assert day(with_offer) == day(without)


def test_a_key_while_waiting_asks_for_it_too() -> None:
    rules = {"announce_every_s": 30, "announce_position": True, "comfort": ["callback"], "wrap_up_s": 0}
    late = make.at(60.0, 61.0, handling=Fixed(value_s=300.0), callback=CalledBack())
    scenario = make.scenario(streams=(), replays=(late,), crews=(make.crew(agents=1),), queues=service(**rules))
    outcome = day(scenario)
    assert (outcome.callbacks.asked, outcome.callbacks.connected) == (1, 1)


def test_who_is_never_reached_is_given_up_after_all_attempts() -> None:
    nobody = make.at(60.0, 61.0, 62.0, callback=CalledBack(reached=0.0))
    rules = {**AT_ONCE, "callback": {"attempts": 2, "gap_s": 60}, "wrap_up_s": 0}
    scenario = make.scenario(streams=(), replays=(nobody,), crews=(make.crew(agents=1),), queues=service(**rules))
    outcome = day(scenario)
    assert (outcome.callbacks.asked, outcome.callbacks.lost) == (2, 2)
    assert outcome.whole.sums.answered == 1
