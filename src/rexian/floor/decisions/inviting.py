"""An invitation into a conversation that comes to nothing: shared by conferences and by whatever ends a call."""

from rexian.core.ids import LegId
from rexian.floor.events import Paused
from rexian.floor.gatherings import InvitationEnded
from rexian.floor.model import Call
from rexian.floor.turn import Turn
from rexian.telephony.commands import Cause, HangUp


def end_invitation(turn: Turn, call: Call, leg: LegId, reason: str, *, cause: Cause = Cause.ELSEWHERE) -> None:
    """Whoever was rung is free again, or paused as he was before."""
    invited = call.invitations[leg]
    turn.tell(InvitationEnded(at=turn.now, call=call.id, leg=leg, reason=reason, agent=invited.agent))
    if leg in call.legs:
        turn.do(HangUp(call=call.id, leg=leg, cause=cause))
    pause = turn.state.agents[invited.agent].next_pause if invited.agent is not None else ""
    if invited.agent is not None and pause:
        turn.tell(Paused(at=turn.now, agent=invited.agent, reason=pause, by="system"))


def withdraw_invitations(turn: Turn, call: Call) -> None:
    for leg in list(call.invitations):
        end_invitation(turn, call, leg, "withdrawn")
