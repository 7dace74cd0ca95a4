"""The end of a customer's way through a flow in the middle of a call: back to the agent who sent him."""

from rexian.core.errors import Conflict
from rexian.floor.decisions.leaving import agent_leaves, come_back
from rexian.floor.decisions.offers import offer, reachable_colleague
from rexian.floor.gatherings import CameBack, FlowResult
from rexian.floor.model import Call
from rexian.floor.turn import Turn, bridge_of
from rexian.flows.visit import Run
from rexian.telephony.commands import Bridge


def returns(call: Call, run: Run) -> bool:
    """A flow that has run out gives the customer back; one that hangs up on him means it."""
    return call.detour is not None and bool(run.ended) and run.ended != "hangup"


def back(turn: Turn, call: Call, result: str) -> None:
    """The agent who waits has him at once; one who was freed is called; else the queue he came from."""
    detour, customer = call.detour, call.customer_leg
    assert detour is not None
    party = call.parties.get(detour.by) if detour.stays else None
    turn.tell(FlowResult(at=turn.now, call=call.id, result=result))
    if party is not None and party.leg in call.legs and customer is not None:
        turn.tell(CameBack(at=turn.now, call=call.id, agent=party.agent, leg=party.leg))
        turn.do(Bridge(call=call.id, bridge=bridge_of(call), legs=(customer, party.leg)))
        return
    if party is not None:
        agent_leaves(turn, call, party, "lost")
    try:
        reachable_colleague(turn.state, detour.by)
    except Conflict:
        come_back(turn, call)
    else:
        offer(turn, call, detour.by, queue=None, why={"came_back": result})


def lead_on(turn: Turn, call: Call, result: str) -> None:
    """The flow leads him to others: whoever has him next has him, and nobody waits for him any more."""
    detour = call.detour
    assert detour is not None
    party = call.parties.get(detour.by) if detour.stays else None
    turn.tell(FlowResult(at=turn.now, call=call.id, result=result))
    if party is not None:
        agent_leaves(turn, call, party, "transferred")
