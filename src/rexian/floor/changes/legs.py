"""Legs: placed, ringing, up, down."""

from collections.abc import Callable
from typing import Any

from rexian.floor.calls import LEG, CallState, LegState
from rexian.floor.changes.agents import unreached
from rexian.floor.changes.calls import close_when_done, move
from rexian.floor.changes.queueing import joins
from rexian.floor.events import Fact, LegDown, LegPlaced, LegRang, LegUp, Role
from rexian.floor.model import COMING_BACK, ENDING, JOINING, OWN_PHONE, PLACING, Call, Leg
from rexian.floor.state import State

IN_CONVERSATION = frozenset({"talking", "consulting", "apart"})


def _placed(state: State, fact: LegPlaced) -> None:
    call = state.calls[fact.call]
    call.placed += 1
    ours = fact.role in (Role.AGENT, Role.LISTENER)
    call.legs[fact.leg] = Leg(
        id=fact.leg,
        role=fact.role,
        address=fact.address,
        agent=fact.agent,
        until=fact.until or fact.at + (OWN_PHONE if ours else PLACING),
    )
    if fact.role is Role.CUSTOMER:
        call.customer_leg = fact.leg
        call.tried = bool(call.callback)


def _rang(state: State, fact: LegRang) -> None:
    call = state.calls[fact.call]
    leg = call.legs[fact.leg]
    leg.state = LEG.after(leg.state, LegRang)
    party = call.parties.get(leg.agent) if leg.agent else None
    if party is not None and party.leg == leg.id and party.state == "offered":
        party.state = "ringing"


def _up(state: State, fact: LegUp) -> None:
    call = state.calls[fact.call]
    leg = call.legs[fact.leg]
    leg.state = LEG.after(leg.state, LegUp)
    leg.until = None
    if (offer := call.offer_by(leg.id)) is not None:
        offer.until = fact.at + (JOINING if call.customer_leg else PLACING + JOINING)
        call.parties[offer.agent].until = None
        if call.joining is None:
            joins(call, leg.id)
        state.settle_call(call)
    elif leg.id in call.invitations:
        leg.until = fact.at + JOINING
        if leg.agent is not None:
            state.agents[leg.agent].until = None
    elif _is_to_join(call, leg):
        leg.until = fact.at + JOINING
    elif leg.role is Role.OUTSIDE and call.handover and call.consult is None:
        for id in (leg.id, call.customer_leg):
            if id in call.legs:
                call.legs[id].talking = True
        call.answered_at = call.answered_at or fact.at
        call.handover = ""
        move(call, fact)
    elif leg.id == call.customer_leg and call.reserved is not None:
        call.reserved = None
        state.settle_reserved(call)
    elif leg.agent:
        _take_over(call, leg, fact)


def _is_to_join(call: Call, leg: Leg) -> bool:
    """It must be seen in a conversation soon: the one who is called by an agent."""
    if call.consult is not None and call.consult.leg == leg.id:
        return True
    return call.begun_by is not None and call.customer_leg == leg.id and call.answered_at is None


def _take_over(call: Call, leg: Leg, fact: LegUp) -> None:
    """The leg by which an agent comes back takes the place of his old one."""
    party = call.parties.get(leg.agent) if leg.agent else None
    if party is None or party.returning != leg.id:
        return
    old = call.legs.get(party.leg)
    if call.customer_leg == party.leg:
        call.customer_leg = leg.id
    if call.consult is not None and call.consult.leg == party.leg:
        call.consult.leg = leg.id
    party.leg, party.returning, party.until = leg.id, None, None
    leg.talking = True
    leg.muted = party.muted if old is None else old.muted
    if old is not None:
        leg.talking = old.talking
        old.talking = False
        old.ending = True
        old.until = fact.at + ENDING


def _nobody_came(state: State, call: Call, leg: Leg, fact: LegDown) -> None:
    """Who has called this number, to speak with it or to consult it, is told why nobody came."""
    if leg.agent is not None or leg.ending or leg.state is LegState.UP:
        return
    consult = call.consult
    if consult is not None and consult.leg == leg.id:
        unreached(state, consult.by, fact, target=consult.target, why=fact.cause)
    elif call.begun_by is not None and call.customer_leg == leg.id and call.answered_at is None:
        unreached(state, call.begun_by, fact, target=f"number:{call.called}", why=fact.cause)


def _down(state: State, fact: LegDown) -> None:
    call = state.calls[fact.call]
    leg = call.legs.pop(fact.leg)
    _nobody_came(state, call, leg, fact)
    LEG.after(leg.state, LegDown)
    call.listeners.pop(fact.leg, None)
    if call.customer_leg == fact.leg:
        call.customer_leg = None
    party = call.parties.get(leg.agent) if leg.agent else None
    if party is not None and party.leg == leg.id and party.state in IN_CONVERSATION and not leg.ending:
        party.until = fact.at + COMING_BACK
        party.muted = leg.muted
    shrink(call, fact)
    close_when_done(state, call)


def shrink(call: Call, fact: Fact) -> None:
    """A conference of two is a conversation."""
    if call.state is CallState.CONFERENCE and sum(leg.talking and not leg.ending for leg in call.legs.values()) < 3:
        move(call, fact)


CHANGES: dict[type[Fact], Callable[[State, Any], None]] = {
    LegPlaced: _placed,
    LegRang: _rang,
    LegUp: _up,
    LegDown: _down,
}
