"""A supervisor attends a call."""

from rexian.core.errors import Conflict, NotFound
from rexian.core.ids import LegId
from rexian.floor.events import LegPlaced, ListenEnded, ListenStarted, Role
from rexian.floor.inputs import ListenTo, StopListening
from rexian.floor.model import OWN_PHONE, Call
from rexian.floor.turn import Turn, next_leg
from rexian.telephony.commands import HangUp, Listen, ListenMode, Originate


def listen(turn: Turn, input: ListenTo) -> None:
    """Call the supervisor's phone. One who listens already only changes the way."""
    call = turn.state.calls.get(input.call)
    party = call.parties.get(input.agent) if call else None
    if call is None or party is None or party.state not in ("talking", "consulting"):
        raise NotFound("call.not_talking", "This agent is not talking in this call.", call=input.call)
    mode = ListenMode(input.mode)
    for leg, (agent, supervisor, _) in call.listeners.items():
        if supervisor == input.supervisor and agent == input.agent:
            turn.tell(_started(turn, input, leg))
            turn.do(Listen(call=call.id, leg=leg, target=party.leg, mode=mode))
            return
    leg = next_leg(call)
    turn.tell(LegPlaced(at=turn.now, call=call.id, leg=leg, role=Role.LISTENER, address=input.address))
    turn.tell(_started(turn, input, leg))
    turn.do(
        Originate(
            call=call.id,
            leg=leg,
            address=input.address,
            caller_number=call.caller,
            ring_timeout_s=OWN_PHONE.total_seconds(),
            auto_answer=True,
            headers={"X-Rexian-Call": call.id, "X-Rexian-Listen": input.mode},
        )
    )


def _started(turn: Turn, input: ListenTo, leg: LegId) -> ListenStarted:
    return ListenStarted(
        at=turn.now, call=input.call, agent=input.agent, supervisor=input.supervisor, leg=leg, mode=input.mode
    )


def answered(turn: Turn, call: Call, leg: LegId) -> None:
    """The supervisor is on the line: let him hear, if there is still something to hear."""
    for id, (agent, _, mode) in call.listeners.items():
        party = call.parties.get(agent)
        if id == leg and party is not None:
            turn.do(Listen(call=call.id, leg=id, target=party.leg, mode=ListenMode(mode)))


def stop(turn: Turn, input: StopListening) -> None:
    call = turn.state.calls.get(input.call)
    legs = [leg for leg, listening in call.listeners.items() if listening[1] == input.supervisor] if call else []
    if call is None or not legs:
        raise Conflict("listen.none", "You are not listening to this call.", call=input.call)
    for leg in legs:
        turn.tell(ListenEnded(at=turn.now, call=call.id, leg=leg))
        turn.do(HangUp(call=call.id, leg=leg))
