"""Asking somebody while the customer is on hold; then handing him over, all joining, or going back to him."""

from rexian.core.errors import Conflict
from rexian.core.ids import AgentId, LegId, QueueId
from rexian.floor.calls import CallState
from rexian.floor.conversations import (
    Conferenced,
    Connected,
    ConsultConnected,
    ConsultEnded,
    ConsultStarted,
    Transferred,
)
from rexian.floor.decisions import leaving
from rexian.floor.decisions.dialling import check_target
from rexian.floor.decisions.leaving import (
    agent_leaves,
    close_consult_bridge,
    come_back,
    music_alone,
    ringing_tone,
    stop_offer_and_waiting,
)
from rexian.floor.decisions.offers import end_offers, offer
from rexian.floor.decisions.placing import place_outside
from rexian.floor.decisions.queueing import wait_in
from rexian.floor.decisions.sending import survey_after
from rexian.floor.decisions.talking import party_of, talking_party
from rexian.floor.decisions.transfers import handing_party
from rexian.floor.events import Role
from rexian.floor.gatherings import ConsultSwapped
from rexian.floor.inputs import (
    AgentInput,
    CancelConsult,
    CompleteConsult,
    Consult,
    HangUpCall,
    JoinConsult,
    SwapConsult,
)
from rexian.floor.model import Call, Consultation, Party
from rexian.floor.turn import Turn, bridge_of, consult_bridge_of, next_leg
from rexian.telephony.commands import Bridge, HangUp, Play, StartMusic, StopMusic, StopPlaying, Unbridge


def consult(turn: Turn, input: Consult) -> None:
    call, party = handing_party(turn, input)
    if call.state not in (CallState.TALKING, CallState.HELD):
        raise Conflict("call.illegal_move", f"consult is not possible while the call is {call.state}.", act="consult")
    kind, value = check_target(turn.state, input.target)
    held = call.state is CallState.HELD
    leg = None if kind == "queue" else next_leg(call)
    if kind == "number":
        place_outside(turn, call, value, role=Role.OUTSIDE, origin=party.leg)
    started = ConsultStarted(at=turn.now, call=call.id, by=input.agent, target=input.target, leg=leg)
    turn.tell(started)
    if kind == "agent":
        offer(turn, call, AgentId(value), queue=None, why={"consulted_by": input.agent})
    elif kind == "queue":
        wait_in(turn, call, QueueId(value), via="consult")
    if not held:
        music_alone(turn, call)
    turn.do(Play(call=call.id, playback=ringing_tone(call), media=("tone:ring",), leg=party.leg))


def answered(turn: Turn, call: Call, leg: LegId) -> None:
    """The one consulted has answered: let the two hear each other, apart from the customer."""
    assert call.consult is not None
    own = call.parties[call.consult.by].leg
    turn.do(StopPlaying(call=call.id, playback=ringing_tone(call)))
    turn.do(Unbridge(call=call.id, bridge=bridge_of(call), legs=(own,)))
    turn.do(Bridge(call=call.id, bridge=consult_bridge_of(call), legs=(own, leg)))


def connect(turn: Turn, call: Call) -> None:
    consult = call.consult
    if consult is not None and not consult.connected and consult.leg is not None:
        turn.tell(ConsultConnected(at=turn.now, call=call.id, by=consult.by, leg=consult.leg))
        end_offers(turn, call, "elsewhere")


def _connected(turn: Turn, input: AgentInput) -> tuple[Call, Consultation, LegId]:
    call, _ = talking_party(turn, input)
    consult = call.consult
    if consult is None or consult.by != input.agent or not consult.connected or consult.leg is None:
        raise Conflict("consult.not_connected", "Nobody has answered your consultation yet.", call=call.id)
    return call, consult, consult.leg


def complete(turn: Turn, input: CompleteConsult) -> None:
    """The customer goes to the one consulted, the agent leaves."""
    call, consult, leg = _connected(turn, input)
    hand_over(turn, call, consult, leg)


def hand_over(turn: Turn, call: Call, consult: Consultation, leg: LegId) -> None:
    now, customer = turn.now, call.customer_leg
    assert customer is not None
    party = call.parties[consult.by]
    turn.tell(Transferred(at=now, call=call.id, by=consult.by, target=consult.target, kind="consult"))
    turn.tell(ConsultEnded(at=now, call=call.id, by=consult.by, result="completed"))
    _meet_customer(turn, call, leg)
    turn.do(StopMusic(call=call.id, leg=customer))
    turn.do(Unbridge(call=call.id, bridge=consult_bridge_of(call), legs=(leg,)))
    turn.do(Bridge(call=call.id, bridge=bridge_of(call), legs=(customer, leg)))
    agent_leaves(turn, call, party, "transferred")
    close_consult_bridge(turn, call)


def _meet_customer(turn: Turn, call: Call, leg: LegId) -> None:
    """A colleague who was consulted now talks with the customer."""
    agent = call.legs[leg].agent
    if agent is not None:
        queue = call.parties[agent].queue
        turn.tell(Connected(at=turn.now, call=call.id, agent=agent, leg=leg, queue=queue))


def join(turn: Turn, input: JoinConsult) -> None:
    """All three together."""
    call, consult, leg = _connected(turn, input)
    customer = call.customer_leg
    assert customer is not None
    own = call.parties[consult.by].leg
    turn.tell(ConsultEnded(at=turn.now, call=call.id, by=consult.by, result="joined"))
    _meet_customer(turn, call, leg)
    turn.tell(Conferenced(at=turn.now, call=call.id, legs=(customer, own, leg)))
    turn.do(StopMusic(call=call.id, leg=customer))
    turn.do(Unbridge(call=call.id, bridge=consult_bridge_of(call), legs=(own, leg)))
    turn.do(Bridge(call=call.id, bridge=bridge_of(call), legs=(customer, own, leg)))
    close_consult_bridge(turn, call)


def swap(turn: Turn, input: SwapConsult) -> None:
    """Talk with the other of the two; the one who is left hears music."""
    call, consult, leg = _connected(turn, input)
    customer, own = call.customer_leg, call.parties[consult.by].leg
    assert customer is not None
    to_customer = not consult.with_customer
    turn.tell(ConsultSwapped(at=turn.now, call=call.id, by=consult.by, to="customer" if to_customer else "party"))
    left, met = (leg, customer) if to_customer else (customer, leg)
    main, aside = bridge_of(call), consult_bridge_of(call)
    left_bridge, bridge = (aside, main) if to_customer else (main, aside)
    turn.do(Unbridge(call=call.id, bridge=left_bridge, legs=(own, left)))
    turn.do(StopMusic(call=call.id, leg=met))
    turn.do(Bridge(call=call.id, bridge=bridge, legs=(met, own)))
    turn.do(StartMusic(call=call.id, leg=left))


def cancel(turn: Turn, input: CancelConsult) -> None:
    call, _ = party_of(turn, input)
    if call.consult is None or call.consult.by != input.agent:
        raise Conflict("consult.none", "You are not consulting anybody.", call=call.id)
    end(turn, call, "cancelled")


def end(turn: Turn, call: Call, result: str) -> None:
    """Back to the customer, whatever has become of the one consulted."""
    consult = call.consult
    assert consult is not None
    stop_offer_and_waiting(turn, call, abandoned=False)
    leg = call.legs.get(consult.leg) if consult.leg else None
    if leg is not None and not leg.ending:
        turn.do(HangUp(call=call.id, leg=leg.id))
    turn.tell(ConsultEnded(at=turn.now, call=call.id, by=consult.by, result=result))
    for party in list(call.parties.values()):
        if party.state == "consulting" and party.agent != consult.by:
            agent_leaves(turn, call, party, "hung_up", hang_up=False)
    _back_to_customer(turn, call, consult.by)


def _back_to_customer(turn: Turn, call: Call, by: AgentId) -> None:
    party, customer = call.parties.get(by), call.customer_leg
    own = call.legs.get(party.leg) if party else None
    if customer is None or own is None or own.ending:
        return close_consult_bridge(turn, call)
    turn.do(StopPlaying(call=call.id, playback=ringing_tone(call)))
    turn.do(StopMusic(call=call.id, leg=customer))
    turn.do(Unbridge(call=call.id, bridge=consult_bridge_of(call), legs=(own.id,)))
    turn.do(Bridge(call=call.id, bridge=bridge_of(call), legs=(customer, own.id)))
    return close_consult_bridge(turn, call)


def hang_up(turn: Turn, call: Call, party: Party) -> None:
    """An agent leaves the call on purpose, whatever his part in it is."""
    consult = call.consult
    if consult is not None and consult.by == party.agent:
        consulting_agent_gone(turn, call, on_purpose=True)
    elif consult is not None and consult.leg == party.leg:
        end(turn, call, "party_gone")
    elif not survey_after(turn, call, party):
        leaving.hang_up(turn, call, party)


def hang_up_call(turn: Turn, input: HangUpCall) -> None:
    call, party = party_of(turn, input)
    if party.state in ("offered", "ringing"):
        raise Conflict("call.not_answered", "This call has not been answered; reject it instead.", call=call.id)
    hang_up(turn, call, party)


def consulting_agent_gone(turn: Turn, call: Call, *, on_purpose: bool) -> None:
    """He who asked is gone. Whom he was talking with takes the customer over; else the customer goes back."""
    consult = call.consult
    assert consult is not None
    party = call.parties[consult.by]
    if on_purpose and consult.connected and consult.leg in call.legs:
        hand_over(turn, call, consult, consult.leg)
        return
    end(turn, call, "cancelled")
    agent_leaves(turn, call, party, "hung_up" if on_purpose else "lost")
    come_back(turn, call)
