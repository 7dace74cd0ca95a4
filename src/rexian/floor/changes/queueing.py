"""Waiting, and being offered to an agent."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from rexian.core.ids import AgentId, LegId
from rexian.floor.calls import CallState, LegState
from rexian.floor.changes.agents import engage, presence, unreached
from rexian.floor.changes.calls import move
from rexian.floor.events import (
    Abandoned,
    Announced,
    ExitTaken,
    Fact,
    LeftQueue,
    Offered,
    OfferEnded,
    Queued,
    Reprioritised,
    Widened,
)
from rexian.floor.exits import exit_key
from rexian.floor.model import ENDING, Call, Figures, Offer, Party, Place, Waiting
from rexian.floor.state import State

MISSES = frozenset({"missed", "rejected", "unreachable"})


MEMORY = 20
"""A queue's own figures follow about this many of its last calls."""
PATIENCE_MEMORY = 500
"""Few give up: the patience is learned from more."""


def judge(state: State, waiting: Waiting, at: datetime, *, answered: bool) -> None:
    """The waiting is over: it was good service, or was not, or does not count (given up too soon)."""
    waited_s = (at - waiting.entered).total_seconds()
    if waiting.via != "consult":
        _learn(state.figures.setdefault(waiting.queue, Figures()), waiting, waited_s, answered=answered)
    if waiting.via == "consult" or (not answered and waited_s <= waiting.short_abandon_s):
        return
    figures = state.figures.setdefault(waiting.queue, Figures())
    figures.judged += 1
    good = answered and waited_s <= waiting.sl_threshold_s
    figures.good += (good - figures.good) / min(figures.judged, MEMORY)


def _learn(figures: Figures, waiting: Waiting, waited_s: float, *, answered: bool) -> None:
    """How patient callers are, and how near the forecast came."""
    figures.waits += 1
    share = 1.0 / min(figures.waits, PATIENCE_MEMORY)
    figures.wait_s += (waited_s - figures.wait_s) * share
    figures.gave_up += ((not answered) - figures.gave_up) * share
    if answered and waiting.forecast is not None:
        figures.calibration.learn(waiting.forecast, waited_s)


def stop_waiting(state: State, call: Call, at: datetime) -> None:
    if call.waiting is not None:
        state.waiting[call.waiting.queue].pop(call.id, None)
        state.figures.setdefault(call.waiting.queue, Figures()).moved = at
        call.waiting = None
    state.settle_call(call)


def _queued(state: State, fact: Queued) -> None:
    call = state.calls[fact.call]
    move(call, fact)
    _take_place(state, fact)
    call.notice = call.parked = None
    stop_waiting(state, call, fact.at)
    if call.consult is None:
        call.queue = fact.queue
        call.handover = ""
        if call.customer_leg in call.legs:
            leg = call.legs[call.customer_leg]
            leg.talking = leg.held = False
    call.waiting = Waiting(
        queue=fact.queue,
        priority=fact.priority,
        since=fact.since,
        entered=fact.at,
        skills=fact.skills,
        via=fact.via,
        limit_s=fact.limit_s,
        ring=fact.ring,
        prefers=fact.prefers,
        named=fact.named,
        patience_s=fact.patience_s,
        sl_threshold_s=fact.sl_threshold_s,
        short_abandon_s=fact.short_abandon_s,
        forecast=fact.forecast,
    )
    state.waiting.setdefault(fact.queue, {})[call.id] = None
    state.figures.setdefault(fact.queue, Figures()).moved = fact.at
    state.settle_call(call)
    if fact.queue in state.guarded:
        state.entering[call.id] = None


def _offered(state: State, fact: Offered) -> None:
    call = state.calls[fact.call]
    move(call, fact)
    call.notice = None
    call.offers[fact.agent] = Offer(agent=fact.agent, leg=fact.leg, until=fact.until, queue=fact.queue)
    call.why = fact.why
    if fact.queue is not None:
        state.figures.setdefault(fact.queue, Figures()).last = fact.agent
    call.legs[fact.leg].until = None
    call.parties[fact.agent] = Party(
        agent=fact.agent, leg=fact.leg, state="offered", since=fact.at, until=fact.until, queue=fact.queue
    )
    engage(state, fact.agent, fact, call.id)
    state.agents[fact.agent].until = fact.until
    state.settle_call(call)


def _offer_ended(state: State, fact: OfferEnded) -> None:
    call = state.calls[fact.call]
    call.offers.pop(fact.agent, None)
    if call.state is not CallState.OFFERING or not call.offers:
        move(call, fact)
    if call.joining == fact.leg:
        _let_next_join(call)
    call.parties.pop(fact.agent, None)
    leg = call.legs.get(fact.leg)
    if leg is not None:
        leg.ending = True
        leg.until = fact.at + ENDING
    agent = state.agents[fact.agent]
    agent.call = agent.until = None
    if fact.reason in MISSES:
        _colleague_did_not_come(state, call, fact)
        agent.misses += 1
        _prefer_no_more(call, fact.agent)
    if call.waiting is not None:
        call.waiting.passed = (*call.waiting.passed, fact.agent) if call.offers else ()
    presence(state, agent, fact)
    state.settle_call(call)


def _colleague_did_not_come(state: State, call: Call, fact: OfferEnded) -> None:
    """Only who has called this very colleague is told; whoever calls a queue waits for the next."""
    if call.waiting is not None:
        return
    by = call.consult.by if call.consult else call.begun_by if call.answered_at is None else None
    if by is not None:
        unreached(state, by, fact, target=f"agent:{fact.agent}", why=fact.reason)


def _prefer_no_more(call: Call, agent: AgentId) -> None:
    """He was to have it rather than others, and did not take it: now others may have it as well."""
    waiting = call.waiting
    if waiting is not None and agent in waiting.prefers:
        waiting.prefers = tuple(other for other in waiting.prefers if other != agent)
        waiting.ring = max(waiting.ring, 0)


def joins(call: Call, leg: LegId | None) -> None:
    """Who answered first is being brought into the conversation; none: nobody has answered any more."""
    call.joining = leg
    if call.consult is not None:
        call.consult.leg = leg


def _let_next_join(call: Call) -> None:
    """The one who answered first has failed: another who has answered takes his place."""
    up = (offer.leg for offer in call.offers.values() if is_up(call, offer.leg))
    joins(call, next(up, None))


def is_up(call: Call, leg: LegId) -> bool:
    return leg in call.legs and call.legs[leg].state is LegState.UP


def connects(call: Call, agent: AgentId) -> None:
    """One who was rung has come into the conversation; what else rings is ended after it."""
    call.offers.pop(agent, None)
    call.joining = None


def _left_queue(state: State, fact: LeftQueue) -> None:
    call = state.calls[fact.call]
    move(call, fact)
    call.notice = None
    stop_waiting(state, call, fact.at)


def _abandoned(state: State, fact: Abandoned) -> None:
    call = state.calls[fact.call]
    if call.waiting is not None:
        judge(state, call.waiting, fact.at, answered=False)
    stop_waiting(state, call, fact.at)
    _keep_place(state, fact)


def _keep_place(state: State, fact: Abandoned) -> None:
    """Those that nobody has come back to are forgotten on this occasion."""
    if fact.queue is None or fact.since is None or fact.keep_until is None:
        return
    kept = state.places.setdefault(fact.queue, {})
    while kept and next(iter(kept.values())).until < fact.at:
        del kept[next(iter(kept))]
    kept.pop(fact.number, None)
    kept[fact.number] = Place(call=fact.call, since=fact.since, until=fact.keep_until)


def _take_place(state: State, fact: Queued) -> None:
    kept = state.places.get(fact.queue, {}) if fact.resumes else {}
    for number in [number for number, place in kept.items() if place.call == fact.resumes]:
        del kept[number]


def _widened(state: State, fact: Widened) -> None:
    call = state.calls[fact.call]
    waiting = call.waiting
    if waiting is not None:
        waiting.ring = fact.ring
        waiting.phones = fact.phones
        waiting.prefers = fact.prefers
        waiting.looked = fact.at
        state.settle_call(call)


def _reprioritised(state: State, fact: Reprioritised) -> None:
    call = state.calls[fact.call]
    if call.waiting is not None:
        call.waiting.priority = fact.priority
        state.settle_call(call)


def _announced(state: State, fact: Announced) -> None:
    waiting = state.calls[fact.call].waiting
    if waiting is not None:
        waiting.announced += 1
        waiting.announced_at = fact.at


def _exit_taken(state: State, fact: ExitTaken) -> None:
    call = state.calls[fact.call]
    call.exits = (*call.exits, exit_key(fact.queue, fact.exit))


CHANGES: dict[type[Fact], Callable[[State, Any], None]] = {
    Queued: _queued,
    Offered: _offered,
    OfferEnded: _offer_ended,
    LeftQueue: _left_queue,
    Abandoned: _abandoned,
    Announced: _announced,
    Widened: _widened,
    Reprioritised: _reprioritised,
    ExitTaken: _exit_taken,
}
