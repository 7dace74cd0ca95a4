"""Queues that a supervisor closes and opens again; messages that callers of a number hear first, or only."""

from rexian.core.errors import NotFound
from rexian.core.ids import NumberId, QueueId
from rexian.floor.decisions.guiding import leave_closed
from rexian.floor.decisions.queueing import answer
from rexian.floor.decisions.telling import notify
from rexian.floor.inputs import CloseQueue, LiftEmergency, OpenQueue, SetEmergency
from rexian.floor.interventions import EmergencyLifted, EmergencySet, QueueClosed, QueueOpened
from rexian.floor.model import Call, Emergency
from rexian.floor.state import State
from rexian.floor.turn import Turn


def close(turn: Turn, input: CloseQueue) -> None:
    """Closing again changes the words. Who waits by a flow leaves; who was sent here by an agent is still served."""
    state = turn.state
    require_queue(state, input.queue)
    turn.tell(QueueClosed(at=turn.now, queue=input.queue, by=input.by, media=input.media))
    for id in list(state.waiting.get(input.queue, ())):
        call = state.calls.get(id)
        if call is not None and call.frozen_until is None and _may_leave(call):
            leave_closed(turn, call)


def _may_leave(call: Call) -> bool:
    """He has somewhere to go, has not been told already, and nobody is just answering him."""
    if call.waiting is None or call.consult is not None or call.run is None or call.notice is not None:
        return False
    return call.joining is None


def open_again(turn: Turn, input: OpenQueue) -> None:
    """One that is open is no error."""
    require_queue(turn.state, input.queue)
    if input.queue in turn.state.closed:
        turn.tell(QueueOpened(at=turn.now, queue=input.queue, by=input.by))


def require_queue(state: State, queue: QueueId) -> None:
    if queue not in state.directory.queues:
        raise NotFound("queue.not_found", "There is no such queue.", id=queue)


def set_emergency(turn: Turn, input: SetEmergency) -> None:
    """From the next caller on."""
    require_number(turn.state, input.number)
    turn.tell(EmergencySet(at=turn.now, number=input.number, by=input.by, media=input.media, instead=input.instead))


def lift_emergency(turn: Turn, input: LiftEmergency) -> None:
    require_number(turn.state, input.number)
    if input.number in turn.state.emergencies:
        turn.tell(EmergencyLifted(at=turn.now, number=input.number, by=input.by))


def require_number(state: State, number: NumberId) -> None:
    if all(entry.id != number for entry in state.directory.numbers.values()):
        raise NotFound("number.not_found", "There is no such number.", id=number)


def warn(turn: Turn, call: Call, emergency: Emergency) -> None:
    """The caller hears the emergency message first, or only."""
    answer(turn, call)
    number = turn.state.directory.numbers.get(call.called)
    flow = turn.state.directory.flows.get(number.flow) if number and number.flow else None
    language = flow.language if flow else "zh"
    notify(turn, call, emergency.media, then="end" if emergency.instead else "flow", language=language)
