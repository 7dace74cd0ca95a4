"""A supervisor takes the customer over: the agent is out, and the call goes on with all that is known."""

from rexian.core.ids import LegId
from rexian.floor.calls import CallState
from rexian.floor.conversations import Connected
from rexian.floor.decisions import consults
from rexian.floor.decisions.leaving import agent_leaves
from rexian.floor.events import SignedIn
from rexian.floor.interventions import TakenOver
from rexian.floor.model import Call
from rexian.floor.presence import Presence
from rexian.floor.turn import Turn, bridge_of
from rexian.telephony.commands import Bridge, HangUp, StopListening, StopMusic


def seize(turn: Turn, call: Call, leg: LegId) -> None:
    """The supervisor's line, which is up, takes the agent's place. Whatever the agent was about is over."""
    attendance = call.listeners[leg]
    own, of = attendance.own, attendance.agent
    if call.consult is not None and call.consult.by == of:
        consults.end(turn, call, "cancelled")
    customer = call.customer_leg
    if own is None or customer is None or call.consult is not None:
        turn.do(HangUp(call=call.id, leg=leg))
        return
    held = call.state is CallState.HELD
    agent = turn.state.agents[own]
    if agent.state is Presence.OFF:
        turn.tell(SignedIn(at=turn.now, agent=own, queues=()))
    turn.tell(TakenOver(at=turn.now, call=call.id, agent=own, leg=leg, of=of, by=attendance.supervisor))
    party = call.parties[of]
    turn.tell(Connected(at=turn.now, call=call.id, agent=own, leg=leg, queue=party.queue))
    turn.do(StopListening(call=call.id, leg=leg))
    if held:
        turn.do(StopMusic(call=call.id, leg=customer))
    turn.do(Bridge(call=call.id, bridge=bridge_of(call), legs=(customer, leg)))
    agent_leaves(turn, call, party, "taken_over")
