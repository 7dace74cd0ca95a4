"""Signing out, also of one who is in a call: when he has finished, or at once and by force."""

from rexian.floor.decisions import attendance, consults
from rexian.floor.decisions.inviting import end_invitation
from rexian.floor.decisions.leaving import end_call
from rexian.floor.decisions.legs import lost_party, offer_failed
from rexian.floor.events import SignedOut
from rexian.floor.inputs import SignOut
from rexian.floor.interventions import SignOutRequested
from rexian.floor.model import Agent
from rexian.floor.presence import Presence
from rexian.floor.turn import Turn
from rexian.telephony.commands import Cause

TAKEN = frozenset({Presence.OFFERED, Presence.BUSY})


def sign_out(turn: Turn, input: SignOut) -> None:
    agent = turn.state.agents.get(input.agent)
    if agent is None or agent.state is Presence.OFF:
        return
    if input.when == "after" and agent.state in (*TAKEN, Presence.WRAP_UP):
        if not agent.going:
            turn.tell(SignOutRequested(at=turn.now, agent=agent.id, by=input.by))
        return
    if input.when == "force" and agent.state in TAKEN:
        _tear_away(turn, agent)
    attendance.sign_out(turn, input)


def _tear_away(turn: Turn, agent: Agent) -> None:
    """His customer goes back to the head of his queue; whom he was about to call is let go."""
    call = turn.state.calls.get(agent.call) if agent.call else None
    party = call.parties.get(agent.id) if call else None
    if call is None or party is None:
        return
    if party.leg in call.invitations:
        end_invitation(turn, call, party.leg, "withdrawn")
    elif (offer := call.offers.get(agent.id)) is not None:
        offer_failed(turn, call, offer, "withdrawn", cause=Cause.ELSEWHERE)
    elif party.state == "dialling":
        end_call(turn, call, Cause.NORMAL, "supervisor")
    elif call.consult is not None and call.consult.leg == party.leg:
        consults.end(turn, call, "party_gone")
    else:
        lost_party(turn, call, party)


def let_go(turn: Turn) -> None:
    """Those who were to go and have finished are signed out, before anything else is offered to them."""
    for id in list(turn.state.going):
        agent = turn.state.agents[id]
        if agent.state in attendance.FREE:
            queues, by = agent.queues, agent.going
            turn.tell(SignedOut(at=turn.now, agent=id, by=by))
            attendance.leave_unstaffed(turn, queues)
