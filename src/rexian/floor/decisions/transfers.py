"""Handing the customer over at once (blind)."""

from rexian.core.errors import Conflict, Invalid
from rexian.core.ids import AgentId, LegId, QueueId
from rexian.floor.calls import CallState
from rexian.floor.conversations import Transferred
from rexian.floor.decisions.dialling import check_target
from rexian.floor.decisions.leaving import agent_leaves, music_alone, ringing_tone
from rexian.floor.decisions.offers import offer
from rexian.floor.decisions.placing import place_outside
from rexian.floor.decisions.queueing import wait_in
from rexian.floor.decisions.talking import talking_party
from rexian.floor.events import Role
from rexian.floor.inputs import AgentInput, Transfer
from rexian.floor.model import Call, Party
from rexian.floor.turn import Turn, bridge_of
from rexian.telephony.commands import Bridge, StopMusic, StopPlaying


def handing_party(turn: Turn, input: AgentInput) -> tuple[Call, Party]:
    """The call whose customer this agent may hand over."""
    call, party = talking_party(turn, input)
    customer = call.legs.get(call.customer_leg) if call.customer_leg else None
    if customer is None or customer.agent == input.agent:
        raise Conflict("call.no_customer", "There is nobody to hand over.", call=call.id)
    return call, party


def transfer(turn: Turn, input: Transfer) -> None:
    """The agent is out at once; the customer hears music until somebody answers."""
    call, party = handing_party(turn, input)
    if call.state not in (CallState.TALKING, CallState.HELD):
        raise Conflict("call.illegal_move", f"transfer is not possible while the call is {call.state}.", act="transfer")
    kind, value = check_target(turn.state, input.target)
    _check_preference(turn, input, kind)
    held = call.state is CallState.HELD
    turn.tell(Transferred(at=turn.now, call=call.id, by=input.agent, target=input.target, kind="blind"))
    agent_leaves(turn, call, party, "transferred")
    if kind == "queue":
        if not held:
            music_alone(turn, call)
        patience_s = None if input.prefer is None else input.patience_s
        wait_in(turn, call, QueueId(value), via="transfer", named=input.prefer, patience_s=patience_s)
        return
    if kind == "agent":
        offer(turn, call, AgentId(value), queue=None, why={"transferred_by": input.agent})
    else:
        place_outside(turn, call, value, role=Role.OUTSIDE, origin=call.customer_leg)
    if not held:
        music_alone(turn, call)


def _check_preference(turn: Turn, input: Transfer, kind: str) -> None:
    if input.prefer is None:
        return
    if kind != "queue":
        raise Invalid("transfer.prefer", "Only in a queue somebody can be preferred; choose a queue, or leave it out.")
    if input.prefer not in turn.state.directory.agents:
        raise Conflict("agent.unknown", "There is no such agent; choose another.", agent=input.prefer)


def outside_answered(turn: Turn, call: Call, leg: LegId) -> None:
    """The outside party to whom the customer was handed is there."""
    assert call.customer_leg is not None
    if call.through is not None:
        turn.do(StopPlaying(call=call.id, playback=ringing_tone(call)))
    turn.do(StopMusic(call=call.id, leg=call.customer_leg))
    turn.do(Bridge(call=call.id, bridge=bridge_of(call), legs=(call.customer_leg, leg)))


__all__ = ["handing_party", "outside_answered", "transfer"]
