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
)
from rexian.floor.inputs import Tick
from rexian.floor.model import Call
from rexian.floor.outlook import expected_wait_s
from rexian.floor.presence import Presence
from rexian.floor.state import State, decode, encode
from rexian.floor.turn import Turn

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
    """What would happen, so many seconds from now. `what`: offered | ended | left."""

    after_s: float
    what: str
    agent: AgentId | None = None
    reason: str = ""
    why: dict[str, Any] | None = None


class Excluded(msgspec.Struct, frozen=True, kw_only=True):
    """An agent of the queue who would not be rung now.

    `code`: off | elsewhere | paused | offered | busy | wrap_up | phone | skills (then `text` is what he lacks).
    """

    agent: AgentId
    code: str
    text: str = ""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    position: int
    """His place in the line as he comes, from 1."""
    expected_wait_s: float | None
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
    wait_s = 0.0 if copy.matching.ready(supposed.queue) else expected_wait_s(copy, supposed.queue, position)
    needs = waiting.skills if waiting else {}
    excluded = tuple(_excluded(copy, supposed.queue, needs))
    facts = [*conclude(turn).facts, *_time_passes(copy, now)]
    return Outcome(position=position, expected_wait_s=wait_s, steps=_steps(facts, now), excluded=excluded)


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


def _steps(facts: Sequence[Fact], now: datetime) -> tuple[Step, ...]:
    found = [step for fact in facts if (step := _step(fact, now)) is not None]
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
        case LeftQueue():
            return Step(after_s=after_s, what="left", reason=fact.reason)
    return None


def _excluded(state: State, queue: QueueId, needs: dict[str, int]) -> Iterator[Excluded]:
    """All who belong to the queue and could not be given the call at this moment, each with the first reason."""
    for entry in state.directory.agents.values():
        if queue not in entry.queues:
            continue
        code = _absence(state, entry, queue)
        lacking = [f"{skill} >= {least}" for skill, least in needs.items() if entry.skills.get(skill, 0) < least]
        if code:
            yield Excluded(agent=entry.id, code=code)
        elif lacking:
            yield Excluded(agent=entry.id, code="skills", text=" and ".join(lacking))


def _absence(state: State, entry: AgentEntry, queue: QueueId) -> str:
    agent = state.agents.get(entry.id)
    if agent is None or agent.state is Presence.OFF:
        return "off"
    if queue not in agent.queues:
        return "elsewhere"
    if agent.state is not Presence.READY:
        return str(agent.state)
    return "phone" if entry.phone and not agent.phone else ""
