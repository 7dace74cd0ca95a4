"""Calls: coming, their customer, their flow, going."""

from collections.abc import Callable
from typing import Any

from rexian.floor.asides import ASIDE_FLOW, is_aside
from rexian.floor.calls import CALL, CallState, LegState
from rexian.floor.changes.agents import engage
from rexian.floor.events import (
    AsideStarted,
    CallArrived,
    CallEnded,
    CustomerIdentified,
    Fact,
    FlowEnded,
    FlowMoved,
    FlowStarted,
    FlowStood,
    Role,
)
from rexian.floor.model import ENDING, PLACING, Call, Customer, Leg, Party
from rexian.floor.state import State


def move(call: Call, fact: Fact) -> None:
    """The call's next state by the table."""
    state = CALL.after(call.state, type(fact))
    if state is not call.state:
        call.state = state
        call.since = fact.at


def close_when_done(state: State, call: Call) -> None:
    """A call is forgotten when it has ended, its last leg is down and its last wrap-up done."""
    if call.state is CallState.ENDED and not call.legs and not call.parties:
        del state.calls[call.id]
        state.concealed.pop(call.id, None)
        state.due.set(call.id, None)


def _arrived(state: State, fact: CallArrived) -> None:
    begun = fact.agent is not None
    leg = Leg(
        id=fact.leg,
        role=Role.AGENT if begun else Role.CUSTOMER,
        address="" if begun else fact.caller,
        agent=fact.agent,
        state=LegState.RINGING,
    )
    call = Call(
        id=fact.call,
        direction=fact.direction,
        caller=fact.caller,
        called=fact.called,
        caller_name=fact.caller_name,
        number=fact.number,
        trunk=fact.trunk,
        node=fact.node,
        state=CallState.RINGING_OUT if begun else CallState.IVR,
        since=fact.at,
        started=fact.at,
        legs={fact.leg: leg},
        customer_leg=None if begun else fact.leg,
        begun_by=fact.agent,
        queue=fact.queue,
    )
    state.calls[fact.call] = call
    if fact.agent is not None:
        leg.until = fact.at + PLACING
        call.parties[fact.agent] = Party(
            agent=fact.agent, leg=fact.leg, state="dialling", since=fact.at, queue=fact.queue
        )
        engage(state, fact.agent, fact, call.id)


def _identified(state: State, fact: CustomerIdentified) -> None:
    if (call := state.calls.get(fact.call)) is not None:
        call.customer = Customer(
            id=fact.customer,
            name=fact.name,
            sure=fact.sure,
            known=fact.known,
            manager=fact.manager,
            last_agent=fact.last_agent,
            last_at=fact.last_at,
        )
        state.settle_call(call)


def _ended(state: State, fact: CallEnded) -> None:
    call = state.calls[fact.call]
    move(call, fact)
    call.ended_at = fact.at
    call.listening = ""
    call.run = call.waiting = call.consult = call.recording = call.frozen_until = call.notice = None
    call.handover = ""
    call.parked = call.detour = call.through = None
    if call.reserved is not None:
        call.reserved = None
        state.settle_reserved(call)
    for leg in call.legs.values():
        leg.ending = True
        leg.until = fact.at + ENDING
    close_when_done(state, call)


def _flow_started(state: State, fact: FlowStarted) -> None:
    call = state.calls[fact.call]
    call.flow = fact.flow
    call.flows += 1


def _flow_moved(state: State, fact: FlowMoved) -> None:
    """Where the flow stands is told by `FlowStood`; here is what it has learned."""
    if fact.variables:
        state.calls[fact.call].answers.update(fact.variables)


def _flow_stood(state: State, fact: FlowStood) -> None:
    call = state.calls[fact.call]
    before, call.run = call.run, fact.run
    if call.waiting is not None and is_aside(before) and not is_aside(fact.run):
        state.stir(call.waiting.queue)  # ways out that he could not take meanwhile


def _aside_started(state: State, fact: AsideStarted) -> None:
    state.calls[fact.call].flow = ASIDE_FLOW


def _flow_ended(state: State, fact: FlowEnded) -> None:
    state.calls[fact.call].run = None


CHANGES: dict[type[Fact], Callable[[State, Any], None]] = {
    CallArrived: _arrived,
    CustomerIdentified: _identified,
    CallEnded: _ended,
    FlowStarted: _flow_started,
    FlowMoved: _flow_moved,
    FlowStood: _flow_stood,
    AsideStarted: _aside_started,
    FlowEnded: _flow_ended,
}
