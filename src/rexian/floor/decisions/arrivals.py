"""Calls come in: from outside to a number, from one of our phones to anywhere."""

from rexian.core.ids import AgentId
from rexian.floor.decisions.closing import warn
from rexian.floor.decisions.dialling import begin_from_phone
from rexian.floor.decisions.guiding import inform, start
from rexian.floor.decisions.parking import by_code
from rexian.floor.decisions.widening import prefer
from rexian.floor.events import CallArrived, CustomerIdentified, Direction
from rexian.floor.inputs import Identified
from rexian.floor.presence import Presence
from rexian.floor.turn import Turn
from rexian.flows import actions
from rexian.telephony.commands import Cause, HangUp
from rexian.telephony.events import Arrived


def arrive(turn: Turn, event: Arrived) -> None:
    """A number's flow takes the call. An agent's own phone dials as if he had asked for it on his desk."""
    state = turn.state
    if event.call in state.calls:
        return
    number = state.directory.numbers.get(event.called)
    agent = state.directory.phones.get(event.phone) if event.phone else None
    if number is None and agent is not None and _can_dial(turn, agent) and by_code(turn, event, agent):
        return
    if number is None and agent is not None and _can_dial(turn, agent):
        begin_from_phone(turn, event, agent)
        return
    if number is None:
        turn.do(HangUp(call=event.call, leg=event.leg, cause=Cause.UNALLOCATED))
        return
    turn.tell(
        CallArrived(
            at=turn.now,
            call=event.call,
            direction=Direction.INBOUND,
            caller=event.caller,
            called=event.called,
            caller_name=event.caller_name,
            leg=event.leg,
            number=number.id,
            trunk=event.trunk,
            node=event.node,
        )
    )
    call = state.calls[event.call]
    emergency = state.emergencies.get(number.id)
    if emergency is not None:
        warn(turn, call, emergency)
    else:
        start(turn, call)


def _can_dial(turn: Turn, agent: AgentId) -> bool:
    found = turn.state.agents.get(agent)
    return found is not None and found.state in (Presence.READY, Presence.PAUSED) and found.attends is None


def identify(turn: Turn, input: Identified) -> None:
    """The customer has been found, by the call's number or by the agent. Too late is no error."""
    if input.call in turn.state.calls:
        turn.tell(
            CustomerIdentified(
                at=turn.now,
                call=input.call,
                customer=input.customer,
                sure=input.sure,
                name=input.name,
                known=input.facts,
                manager=input.manager,
                last_agent=input.last_agent,
                last_at=input.last_at,
            )
        )
        prefer(turn, turn.state.calls[input.call])
        inform(turn, turn.state.calls[input.call], actions.Recognised())
