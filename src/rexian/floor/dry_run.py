"""If this customer called now: who would be rung and when, who would not and why. Pure, on a copy of the live state.

The copy is the real floor: the call is put into the queue, decided as any other, and the clock is let run. Nobody
answers there and nobody new comes, so what is told is what holds if nothing else happens.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from rexian.core.errors import NotFound
from rexian.core.ids import AgentId, CallId, CustomerId, LegId, QueueId
from rexian.floor.decide import conclude, decide
from rexian.floor.decisions.queueing import wait_in
from rexian.floor.directory import AgentEntry
from rexian.floor.events import (
    CallArrived,
    CustomerIdentified,
    Direction,
    Fact,
    LeftQueue,
    LegUp,
    Offered,
    OfferEnded,
    Widened,
)
from rexian.floor.inputs import Tick
from rexian.floor.model import Call
from rexian.floor.outlook import expected_wait_s, held_back
from rexian.floor.presence import Presence
from rexian.floor.reserves import ReserveCalled
from rexian.floor.state import State, decode, encode
from rexian.floor.turn import Turn
from rexian.floor.voicemails import AT_VOICEMAIL
from rexian.routing.requirement import Both, Requirement, conditions, suffices
from rexian.routing.rings import scope

CALL, LEG = CallId("supposed"), LegId("supposed.0")
AHEAD = timedelta(minutes=10)
"""So far the clock is let run."""
MOST_STEPS = 40


class Supposed(msgspec.Struct, frozen=True, kw_only=True):
    """The customer who might call."""

    queue: QueueId
    caller: str = ""
    priority: int | None = None
    """None: as the queue says."""
    skills: dict[str, int] = {}
    customer: CustomerId | None = None
    name: str = ""
    manager: AgentId | None = None
    last_agent: AgentId | None = None
    last_at: datetime | None = None


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """What would happen, so many seconds from now.

    `what`: offered | ended | widened (to the ring `reason`) | reserve (is called, because `reason`) | left.
    """

    after_s: float
    what: str
    agent: AgentId | None = None
    reason: str = ""
    why: dict[str, Any] | None = None


class Excluded(msgspec.Struct, frozen=True, kw_only=True):
    """An agent of the queue who would not be rung now.

    `code`: off | elsewhere | paused | offered | busy | wrap_up | phone | reserve (it is held back) | skills (then
    `text` is what he lacks).
    """

    agent: AgentId
    code: str
    text: str = ""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    position: int
    """His place in the line as he comes, from 1."""
    expected_wait_s: float | None
    preferred: tuple[AgentId, ...]
    """Who is to have him rather than others."""
    steps: tuple[Step, ...]
    excluded: tuple[Excluded, ...]


def dry_run(state: State, supposed: Supposed, now: datetime) -> Outcome:
    """What would become of the call; the state stays as it is. Raises `NotFound` for a queue that there is not."""
    if supposed.queue not in state.directory.queues:
        raise NotFound("queue.not_found", "There is no such queue; it may have been removed.", id=supposed.queue)
    copy = State(state.directory, decode(encode(state.snapshot())))
    turn = Turn(copy, now)
    call = _arrived(turn, supposed)
    wait_in(turn, call, supposed.queue, via="flow", priority=supposed.priority, skills=supposed.skills)
    waiting = call.waiting
    position = max(copy.matching.position(CALL), 1)
    wait_s = 0.0 if copy.matching.ready(supposed.queue) else expected_wait_s(copy, supposed.queue, position, now)
    prefers = waiting.prefers if waiting else ()
    asked = scope(
        copy.directory.queues[supposed.queue].rules, tuple(sorted(waiting.skills.items())) if waiting else (), 0
    )
    excluded = tuple(_excluded(copy, supposed.queue, asked.requirement))
    facts = [*conclude(turn).facts, *_time_passes(copy, now)]
    steps = _steps(facts, now, supposed.queue)
    return Outcome(position=position, expected_wait_s=wait_s, preferred=prefers, steps=steps, excluded=excluded)


def _arrived(turn: Turn, supposed: Supposed) -> Call:
    """The call, answered, as it stands before it comes into the queue."""
    turn.tell(
        CallArrived(at=turn.now, call=CALL, direction=Direction.INBOUND, caller=supposed.caller, called="", leg=LEG)
    )
    turn.tell(LegUp(at=turn.now, call=CALL, leg=LEG))
    turn.tell(
        CustomerIdentified(
            at=turn.now,
            call=CALL,
            customer=supposed.customer,
            name=supposed.name,
            manager=supposed.manager,
            last_agent=supposed.last_agent,
            last_at=supposed.last_at,
        )
    )
    return turn.state.calls[CALL]


def _time_passes(state: State, now: datetime) -> Iterator[Fact]:
    """All deadlines on the way, until the call has left its queue."""
    end = now + AHEAD
    while (due := state.due.first()) is not None and due <= end:
        call = state.calls.get(CALL)
        if call is None or call.waiting is None:
            return
        yield from decide(state, Tick(), max(due, now)).facts


def _steps(facts: Sequence[Fact], now: datetime, queue: QueueId) -> tuple[Step, ...]:
    found: list[Step] = []
    ring = 0
    for fact in facts:
        step = _step(fact, now)
        if isinstance(fact, ReserveCalled) and fact.queue == queue:
            step = Step(after_s=(fact.at - now).total_seconds(), what="reserve", reason=fact.because)
        if isinstance(fact, Widened) and fact.call == CALL:
            ring, before = fact.ring, ring
            step = step if fact.ring > max(before, 0) else None
        if step is not None:
            found.append(step)
    return tuple(found[:MOST_STEPS])


def _step(fact: Any, now: datetime) -> Step | None:
    if getattr(fact, "call", None) != CALL:
        return None
    after_s = (fact.at - now).total_seconds()
    match fact:
        case Offered():
            return Step(after_s=after_s, what="offered", agent=fact.agent, why=fact.why)
        case OfferEnded():
            return Step(after_s=after_s, what="ended", agent=fact.agent, reason=fact.reason)
        case Widened():
            return Step(after_s=after_s, what="widened", reason=str(fact.ring))
        case LeftQueue():
            return Step(after_s=after_s, what="left", reason=fact.reason)
    return None


def _excluded(state: State, queue: QueueId, requirement: Requirement) -> Iterator[Excluded]:
    """All who belong to the queue and could not be given the call at this moment, each with the first reason."""
    for entry in state.directory.agents.values():
        if queue not in entry.queues:
            continue
        code = _absence(state, entry, queue)
        lacking = tuple(part for part in conditions(requirement) if not suffices(entry.skills, part))
        if code:
            yield Excluded(agent=entry.id, code=code)
        elif lacking:
            yield Excluded(agent=entry.id, code="skills", text=str(Both(lacking)))


def _absence(state: State, entry: AgentEntry, queue: QueueId) -> str:
    agent = state.agents.get(entry.id)
    if agent is None or agent.state is Presence.OFF:
        return "off"
    if queue not in agent.queues:
        return "elsewhere"
    interruptible = entry.interruptible and agent.state is Presence.PAUSED and agent.reason == AT_VOICEMAIL
    if agent.state is not Presence.READY and not interruptible:
        return str(agent.state)
    if entry.phone and not agent.phone:
        return "phone"
    return "reserve" if entry.id in held_back(state, queue) else ""
