"""The search for an agent widens, goes on in another queue, or is changed by a supervisor."""

from typing import Any

from rexian.core.errors import Conflict, NotFound
from rexian.core.ids import CallId, QueueId
from rexian.floor.deadlines import next_phone, next_widening
from rexian.floor.decisions.guiding import turn_back
from rexian.floor.decisions.offers import end_offers
from rexian.floor.decisions.preferring import beginning, is_at_work, patience_of, preferred
from rexian.floor.decisions.queueing import wait_in
from rexian.floor.events import LeftQueue, Paused, Reprioritised, SignedOut, Widened
from rexian.floor.inputs import MoveCall, Reprioritise
from rexian.floor.interventions import Intervened
from rexian.floor.model import Call, Waiting
from rexian.floor.outlook import expected_wait_s
from rexian.floor.turn import Turn
from rexian.routing.rings import asks_for_wait, goes_to, next_ring


def widen(turn: Turn, call: Call) -> None:
    """Bring a waiting call into the ring it is to be in by now."""
    waiting = call.waiting
    settings = turn.state.directory.queues.get(waiting.queue) if waiting else None
    if waiting is None or settings is None:
        return
    due = next_widening(waiting, settings)
    if due is None or due > turn.now:
        return
    wait_s = None
    if asks_for_wait(settings.rules, waiting.ring):
        position = turn.state.matching.position(call.id)
        wait_s = expected_wait_s(turn.state, waiting.queue, position, turn.now)
    ring = next_ring(
        settings.rules,
        ring=waiting.ring,
        entered=waiting.entered,
        expected_wait_s=wait_s,
        now=turn.now,
        patience_s=waiting.patience_s,
    )
    _tell(turn, call, waiting, ring=ring, expected_wait_s=wait_s)
    goal = goes_to(settings.rules, ring)
    if goal is not None and goal != waiting.queue and goal in turn.state.directory.queues and call.consult is None:
        end_offers(turn, call, "withdrawn")
        move(turn, call, waiting, goal)
        turn_back(turn, call)


def release(turn: Turn) -> None:
    """Who waits for an agent alone who has just gone is there for others too, if nobody he prefers is left."""
    state = turn.state
    if not state.held:
        return
    gone = dict.fromkeys(fact.agent for fact in turn.facts if isinstance(fact, Paused | SignedOut))
    for id in sorted({call for agent in gone for call in state.held.get(agent, ())}):
        call = state.calls[id]
        waiting = call.waiting
        if waiting is None or call.offers or call.frozen_until is not None:
            continue
        if not any(is_at_work(turn, agent) for agent in waiting.prefers):
            _tell(turn, call, waiting, ring=0)


def ring_more(turn: Turn, call: Call) -> None:
    """One phone more may ring, if it is time."""
    due = next_phone(call, turn.state.directory)
    if due is not None and due <= turn.now and call.waiting is not None:
        _tell(turn, call, call.waiting, phones=call.waiting.phones + 1)


def prefer(turn: Turn, call: Call) -> None:
    """The customer has been found while he waits: an agent who is to have him may be known now."""
    waiting = call.waiting
    settings = turn.state.directory.queues.get(waiting.queue) if waiting else None
    if waiting is None or settings is None or call.consult is not None:
        return
    prefers = preferred(turn, call, settings.rules.preferred, waiting.named, waiting.patience_s)
    if prefers == waiting.prefers:
        return
    ring = waiting.ring
    patience = patience_of(settings.rules.preferred, waiting.patience_s)
    if ring == 0 and not call.offers and turn.now < waiting.entered + patience:
        ring = beginning(turn, prefers, patience)
    _tell(turn, call, waiting, ring=ring, prefers=prefers)


def _tell(turn: Turn, call: Call, waiting: Waiting, **changes: Any) -> None:
    """What is not among the changes stays as it is."""
    now: dict[str, Any] = {"ring": waiting.ring, "phones": waiting.phones, "prefers": waiting.prefers, **changes}
    turn.tell(Widened(at=turn.now, call=call.id, queue=waiting.queue, **now))


def move(turn: Turn, call: Call, waiting: Waiting, queue: QueueId) -> None:
    """Let it wait in another queue, with the age it has and what it asks for itself."""
    state = turn.state
    settings = state.directory.queues.get(waiting.queue)
    theirs = settings.skills if settings else {}
    own = {skill: level for skill, level in waiting.skills.items() if theirs.get(skill) != level}
    priority = None if settings is None or waiting.priority == settings.priority else waiting.priority
    turn.tell(LeftQueue(at=turn.now, call=call.id, queue=waiting.queue, reason="moved"))
    wait_in(
        turn,
        call,
        queue,
        via=waiting.via,
        since=waiting.since,
        priority=priority,
        skills=own,
        limit_s=waiting.limit_s,
        named=waiting.named,
        patience_s=waiting.patience_s,
    )


def reprioritise(turn: Turn, input: Reprioritise) -> None:
    """A supervisor wants a waiting call to be served sooner or later."""
    call, waiting = _waiting(turn, input.call)
    if waiting.priority != input.priority:
        turn.tell(Reprioritised(at=turn.now, call=call.id, queue=waiting.queue, priority=input.priority, by=input.by))


def move_call(turn: Turn, input: MoveCall) -> None:
    """A supervisor wants a waiting call to wait in another queue."""
    call, waiting = _waiting(turn, input.call)
    if input.queue not in turn.state.directory.queues:
        raise NotFound("queue.not_found", "There is no such queue; choose another.", id=input.queue)
    if call.joining is not None or call.consult is not None:
        raise Conflict("call.not_waiting", "This call waits no longer.", call=input.call)
    if input.queue in turn.state.closed:
        raise Conflict("queue.closed", "This queue has been closed by a supervisor; choose another.", queue=input.queue)
    if waiting.queue != input.queue:
        turn.tell(Intervened(at=turn.now, call=call.id, by=input.by, act="move", what=str(input.queue)))
        end_offers(turn, call, "withdrawn")
        move(turn, call, waiting, input.queue)


def _waiting(turn: Turn, id: CallId) -> tuple[Call, Waiting]:
    call = turn.state.calls.get(id)
    if call is None or call.waiting is None:
        raise Conflict("call.not_waiting", "This call waits no longer.", call=id)
    return call, call.waiting
