"""Sending a customer into a flow in the middle of a call, and the survey when the agent has hung up."""

from rexian.core.errors import Conflict
from rexian.core.ids import FlowId, FlowVersionId
from rexian.floor.calls import CallState, LegState
from rexian.floor.decisions import detours, taping
from rexian.floor.decisions.faxing import require_none
from rexian.floor.decisions.guiding import begin, mute_recording
from rexian.floor.decisions.leaving import agent_leaves, talkers
from rexian.floor.decisions.talking import party_of
from rexian.floor.decisions.transfers import handing_party
from rexian.floor.events import Direction, FlowEnded
from rexian.floor.gatherings import Noted, SentToFlow, SurveyStarted
from rexian.floor.inputs import SendToFlow, TakeBack, TakeNotes
from rexian.floor.model import Call, Leg, Party
from rexian.floor.state import State
from rexian.floor.turn import Turn, bridge_of
from rexian.flows.model import Document
from rexian.flows.visit import SECRET
from rexian.telephony.commands import StopMusic, StopPlaying, Unbridge


def send(turn: Turn, input: SendToFlow) -> None:
    """The agent waits for the customer, or is free meanwhile. What the call knows already, the flow knows too."""
    call, party = handing_party(turn, input)
    if call.state not in (CallState.TALKING, CallState.HELD):
        raise Conflict("call.illegal_move", f"send is not possible while the call is {call.state}.", act="send")
    found = _published(turn.state, input.flow)
    if found is None:
        raise Conflict("flow.unpublished", "This flow is not published; choose another.", flow=input.flow)
    flow, document = found
    held = call.state is CallState.HELD
    turn.tell(SentToFlow(at=turn.now, call=call.id, by=input.agent, flow=flow, stays=input.stays))
    if not input.stays:
        agent_leaves(turn, call, party, "transferred")
    _alone(turn, call, held=held)
    begin(turn, call, flow, document, variables=dict(call.answers))


def _published(state: State, flow: FlowId) -> tuple[FlowVersionId, Document] | None:
    version = state.directory.published.get(flow)
    document = state.directory.flows.get(version) if version else None
    return (version, document) if version is not None and document is not None else None


def _alone(turn: Turn, call: Call, *, held: bool) -> None:
    """Nobody but the flow has the customer."""
    customer = call.customer_leg
    assert customer is not None
    if held:
        turn.do(StopMusic(call=call.id, leg=customer))
    else:
        turn.do(Unbridge(call=call.id, bridge=bridge_of(call), legs=(customer,)))


def take_back(turn: Turn, input: TakeBack) -> None:
    """The agent who waits does not wait for the flow's end."""
    call, party = party_of(turn, input)
    if call.detour is None or party.state != "apart":
        raise Conflict("flow.not_there", "Your customer is not in a flow.", call=call.id)
    require_none(call)
    for playback in call.run.playing if call.run else ():
        turn.do(StopPlaying(call=call.id, playback=f"{call.id}.p{playback}"))
    taping.listen_no_more(turn, call)
    if call.run is not None:
        if call.run.memory.get(SECRET):
            mute_recording(turn, call, False)
        turn.tell(FlowEnded(at=turn.now, call=call.id, reason="taken_back"))
    detours.back(turn, call, "taken_back")


# --- the survey -----------------------------------------------------------------------------------------------------


def survey_after(turn: Turn, call: Call, party: Party) -> bool:
    """The agent hangs up on a customer of a queue with a survey: he is out, the customer is asked. Whether it is so.

    Whom a flow has put through goes on in that.
    """
    if call.through is not None:
        return False
    queue = party.queue or (call.queue if call.direction is Direction.INBOUND else None)
    entry = turn.state.directory.queues.get(queue) if queue else None
    found = _published(turn.state, entry.survey_flow) if entry is not None and entry.survey_flow else None
    if found is None or queue is None or not _alone_with(call, party):
        return False
    flow, document = found
    held = call.state is CallState.HELD
    turn.tell(SurveyStarted(at=turn.now, call=call.id, agent=party.agent, queue=queue, flow=flow))
    agent_leaves(turn, call, party, "hung_up")
    _alone(turn, call, held=held)
    begin(turn, call, flow, document, variables=dict(call.answers))
    return True


def _alone_with(call: Call, party: Party) -> bool:
    """Nobody else is in the conversation, and the customer is still there."""
    if party.state != "talking" or call.state not in (CallState.TALKING, CallState.HELD):
        return False
    others: list[Leg] = [leg for leg in talkers(call) if leg.agent != party.agent]
    return [leg.id for leg in others] == [call.customer_leg] and others[0].state is LegState.UP


# --- notes ----------------------------------------------------------------------------------------------------------


def take_notes(turn: Turn, input: TakeNotes) -> None:
    """Kept with the call, so that whoever has the customer next reads them."""
    call = turn.state.calls.get(input.call)
    if call is None or input.agent not in call.parties:
        raise Conflict("desk.not_your_call", "This call is not yours any more.")
    if call.notes.get(input.agent, "") != input.text:
        turn.tell(Noted(at=turn.now, call=call.id, agent=input.agent, text=input.text))
