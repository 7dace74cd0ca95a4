"""Conferences, parking, the two sides of a consultation, a customer in a flow."""

from collections.abc import Callable
from typing import Any

from rexian.floor.changes.agents import engage, presence, unreached
from rexian.floor.changes.calls import move
from rexian.floor.changes.legs import shrink
from rexian.floor.changes.queueing import MISSES
from rexian.floor.events import Fact
from rexian.floor.gatherings import (
    CameBack,
    ConferenceLocked,
    ConsultSwapped,
    FlowResult,
    GivenBack,
    InvitationEnded,
    Noted,
    Parked,
    ParkingExpired,
    PartSet,
    PartyInvited,
    PartyJoined,
    PartyRemoved,
    PutThrough,
    RoomJoined,
    RoomLeft,
    SentToFlow,
    SurveyStarted,
)
from rexian.floor.model import ENDING, Call, Detour, InRoom, Invitation, Parking, Party, Through
from rexian.floor.state import State


def _invited(state: State, fact: PartyInvited) -> None:
    call = state.calls[fact.call]
    call.invitations[fact.leg] = Invitation(by=fact.by, target=fact.target, part=fact.part, agent=fact.agent)
    call.legs[fact.leg].until = fact.until
    if fact.agent is not None:
        call.parties[fact.agent] = Party(agent=fact.agent, leg=fact.leg, state="offered", since=fact.at)
        engage(state, fact.agent, fact, call.id)
        state.agents[fact.agent].until = fact.until


def _joined(state: State, fact: PartyJoined) -> None:
    call = state.calls[fact.call]
    call.invitations.pop(fact.leg)
    leg = call.legs[fact.leg]
    leg.talking, leg.until, leg.part = True, None, fact.part


def _invitation_ended(state: State, fact: InvitationEnded) -> None:
    call = state.calls[fact.call]
    invitation = call.invitations.pop(fact.leg)
    if fact.reason in MISSES:
        unreached(state, invitation.by, fact, target=invitation.target, why=fact.reason)
    if (leg := call.legs.get(fact.leg)) is not None:
        leg.ending, leg.until = True, fact.at + ENDING
    if fact.agent is not None:
        call.parties.pop(fact.agent, None)
        agent = state.agents[fact.agent]
        agent.call = agent.until = None
        presence(state, agent, fact)


def _part_set(state: State, fact: PartSet) -> None:
    state.calls[fact.call].legs[fact.leg].part = fact.part


def _removed(state: State, fact: PartyRemoved) -> None:
    call = state.calls[fact.call]
    leg = call.legs[fact.leg]
    leg.ending, leg.talking, leg.until = True, False, fact.at + ENDING
    shrink(call, fact)


def _locked(state: State, fact: ConferenceLocked) -> None:
    state.calls[fact.call].locked = fact.on


def _parked(state: State, fact: Parked) -> None:
    call = state.calls[fact.call]
    move(call, fact)
    call.parked = Parking(by=fact.by, slot=fact.slot, since=fact.at, until=fact.until, times=fact.times)
    _customer_alone(call)


def _parking_expired(state: State, fact: ParkingExpired) -> None:
    state.calls[fact.call].parked = None


def _customer_alone(call: Call) -> None:
    if call.customer_leg in call.legs:
        leg = call.legs[call.customer_leg]
        leg.talking = leg.held = False


def _swapped(state: State, fact: ConsultSwapped) -> None:
    call = state.calls[fact.call]
    consult = call.consult
    assert consult is not None
    consult.with_customer = fact.to == "customer"
    for leg in call.legs.values():
        if leg.id == consult.leg:
            leg.held = consult.with_customer
        elif leg.id == call.customer_leg:
            leg.held = not consult.with_customer


def _sent(state: State, fact: SentToFlow) -> None:
    call = state.calls[fact.call]
    move(call, fact)
    call.detour = Detour(by=fact.by, stays=fact.stays)
    _customer_alone(call)
    if fact.stays:
        party = call.parties[fact.by]
        party.state, party.since = "apart", fact.at


def _result(state: State, fact: FlowResult) -> None:
    state.calls[fact.call].detour = None


def _came_back(state: State, fact: CameBack) -> None:
    call = state.calls[fact.call]
    move(call, fact)
    party = call.parties[fact.agent]
    party.state, party.since = "talking", fact.at
    for id in (fact.leg, call.customer_leg):
        if id is not None and (leg := call.legs.get(id)) is not None:
            leg.talking = True


def _survey_started(state: State, fact: SurveyStarted) -> None:
    call = state.calls[fact.call]
    move(call, fact)
    _customer_alone(call)


def _put_through(state: State, fact: PutThrough) -> None:
    """The flow's place is kept; a queue that he came from has nothing to do with him any more."""
    call = state.calls[fact.call]
    move(call, fact)
    assert call.run is not None
    assert call.flow is not None
    call.through = Through(target=fact.target, flow=call.flow, run=call.run)
    call.run = call.place = None
    if fact.target.startswith("number:"):
        call.handover = fact.target


def _given_back(state: State, fact: GivenBack) -> None:
    """Whoever else is left of the conversation goes."""
    call = state.calls[fact.call]
    move(call, fact)
    assert call.through is not None
    call.flow, call.run, call.through = call.through.flow, call.through.run, None
    call.handover, call.locked = "", False
    _customer_alone(call)
    for leg in call.legs.values():
        if leg.id != call.customer_leg and not leg.ending:
            leg.ending, leg.talking, leg.until = True, False, fact.at + ENDING


def _room_joined(state: State, fact: RoomJoined) -> None:
    call = state.calls[fact.call]
    call.room = InRoom(name=fact.room, part=fact.part, bridge=fact.bridge)
    call.rooms += 1
    state.enters(call.id, call.room)


def _room_left(state: State, fact: RoomLeft) -> None:
    """The call may have been forgotten in this very moment."""
    if (call := state.calls.get(fact.call)) is not None:
        call.room = None
    state.goes_out(fact.call)


def _noted(state: State, fact: Noted) -> None:
    state.calls[fact.call].notes[fact.agent] = fact.text


CHANGES: dict[type[Fact], Callable[[State, Any], None]] = {
    PartyInvited: _invited,
    PartyJoined: _joined,
    InvitationEnded: _invitation_ended,
    PartSet: _part_set,
    PartyRemoved: _removed,
    ConferenceLocked: _locked,
    Parked: _parked,
    ParkingExpired: _parking_expired,
    ConsultSwapped: _swapped,
    SentToFlow: _sent,
    FlowResult: _result,
    CameBack: _came_back,
    SurveyStarted: _survey_started,
    PutThrough: _put_through,
    GivenBack: _given_back,
    RoomJoined: _room_joined,
    RoomLeft: _room_left,
    Noted: _noted,
}
