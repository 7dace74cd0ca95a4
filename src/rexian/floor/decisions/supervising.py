"""A supervisor steps into a call: takes it over, ends it, gives it to an agent, stops its recording for a while."""

from rexian.core.errors import Conflict, NotFound, Unavailable
from rexian.core.ids import CallId
from rexian.floor.calls import CallState, LegState
from rexian.floor.conversations import ListenStarted
from rexian.floor.decisions import listening, taking_over
from rexian.floor.decisions.attendance import entry_of
from rexian.floor.decisions.leaving import end_call
from rexian.floor.decisions.offers import end_offers, offer, reachable_colleague
from rexian.floor.decisions.talking import set_recording
from rexian.floor.events import SignedIn
from rexian.floor.inputs import EndCall, GiveCall, SupervisorInput, SuspendRecording, TakeOver
from rexian.floor.interventions import Intervened
from rexian.floor.model import Call, Waiting
from rexian.floor.presence import Presence
from rexian.floor.turn import Turn
from rexian.telephony.commands import Cause


def take_over(turn: Turn, input: TakeOver) -> None:
    """At once when he attends already; else his phone is called, and he has the customer when he is on the line."""
    call, party = listening.attendable(turn.state, input)
    if input.own == input.agent:
        raise Conflict("call.yours", "This is your own call.", call=call.id)
    customer = call.legs.get(call.customer_leg) if call.customer_leg else None
    if customer is None or customer.agent == input.agent:
        raise Conflict("call.no_customer", "There is nobody to hand over.", call=call.id)
    if call.consult is not None and call.consult.by != input.agent:
        raise Conflict("call.consulted", "This agent is only being consulted; take the other one's call over.")
    if input.own is not None:
        entry_of(turn.state, input.own)
    leg = listening.attending(call, input)
    _tell(turn, input, "take_over", str(party.agent))
    if leg is None:
        listening.place(turn, call, input)
        return
    turn.tell(
        ListenStarted(
            at=turn.now,
            call=call.id,
            agent=input.agent,
            supervisor=input.supervisor,
            leg=leg,
            mode=input.mode,
            own=input.own,
        )
    )
    if call.legs[leg].state is LegState.UP:
        taking_over.seize(turn, call, leg)


def end(turn: Turn, input: EndCall) -> None:
    """For everybody, whatever it is doing."""
    call = _there(turn, input.call)
    _tell(turn, input, "hang_up")
    end_call(turn, call, Cause.NORMAL, "supervisor")


def give(turn: Turn, input: GiveCall) -> None:
    """Offer a waiting or ringing call to this agent, before all others. Does he miss it, it waits on at its place."""
    state = turn.state
    call, waiting = _waiting(turn, input.call)
    if input.agent in call.offers:
        raise Conflict("offer.already", "This call is being offered to this agent already.", agent=input.agent)
    if call.joining is not None:
        raise Conflict("offer.answered", "This call has just been answered.", call=call.id)
    live = state.agents.get(input.agent)
    signs_in = input.to_self and live is not None and live.state is Presence.OFF
    if signs_in:
        listening.free_phone(state, input.agent)
    else:
        reachable_colleague(state, input.agent)
    _tell(turn, input, "give", str(input.agent))
    if signs_in:
        turn.tell(SignedIn(at=turn.now, agent=input.agent, queues=()))
    end_offers(turn, call, "withdrawn")
    offer(turn, call, input.agent, queue=waiting.queue, why={"given_by": input.supervisor})


def suspend_recording(turn: Turn, input: SuspendRecording) -> None:
    call = _there(turn, input.call)
    if call.recording is None:
        raise Conflict("recording.none", "This call is not being recorded.", call=call.id)
    if call.recording.paused != input.on:
        _tell(turn, input, "pause_recording" if input.on else "resume_recording")
        set_recording(turn, call, paused=input.on)


def _there(turn: Turn, id: CallId) -> Call:
    call = turn.state.calls.get(id)
    if call is None or call.state is CallState.ENDED:
        raise NotFound("call.over", "This call is over.", call=id)
    if call.frozen_until is not None:
        raise Unavailable("switch.lost", "The telephone system cannot be reached; the call is kept, wait a moment.")
    return call


def _waiting(turn: Turn, id: CallId) -> tuple[Call, Waiting]:
    """A customer who waits in a queue (an agent who consults one is no such)."""
    call = _there(turn, id)
    if call.waiting is None or call.consult is not None:
        raise Conflict("call.not_waiting", "This call does not wait in a queue any more.", call=id)
    return call, call.waiting


def _tell(turn: Turn, input: SupervisorInput, act: str, what: str = "") -> None:
    turn.tell(Intervened(at=turn.now, call=input.call, by=input.supervisor, act=act, what=what))
