"""What becomes of legs: ringing, answered, in a conversation, ended; and what each means for the call."""

from rexian.core.errors import Conflict
from rexian.core.ids import LegId
from rexian.floor.calls import CallState, LegState
from rexian.floor.changes.queueing import is_up
from rexian.floor.conversations import ListenEnded
from rexian.floor.decisions import (
    callbacks,
    conferences,
    consults,
    guiding,
    listening,
    outcalls,
    parking,
    putting_through,
    talking,
    taping,
)
from rexian.floor.decisions.dialling import place_other
from rexian.floor.decisions.leaving import (
    agent_leaves,
    come_back,
    customer_gone,
    end_call,
    flow_awaits,
    lose_agent,
    music_alone,
    talkers,
)
from rexian.floor.decisions.offers import end_offer
from rexian.floor.decisions.transfers import outside_answered
from rexian.floor.events import LegDown, LegRang, LegUp, Role
from rexian.floor.model import Call, Leg, Offer, Party
from rexian.floor.turn import Turn, bridge_of, consult_bridge_of
from rexian.flows import actions
from rexian.telephony.commands import Bridge, Cause, HangUp, Mute, StopMusic
from rexian.telephony.events import Bridged, LegAnswered, LegEnded, LegRinging, Recorded

ABNORMAL = frozenset({Cause.LOST, Cause.UNREACHABLE, Cause.FAILED, Cause.CONGESTION, Cause.SWITCH_LOST})
"""Nobody wanted this end."""
OUTCOMES = {
    Cause.NO_ANSWER: "missed",
    Cause.REJECTED: "rejected",
    Cause.BUSY: "rejected",
    Cause.NORMAL: "rejected",
    Cause.SWITCH_LOST: "withdrawn",
}
"""What the end of a phone that rang says of its agent; any other: he could not be reached.

A switch that came back without the leg had lost it by itself.
"""


def ringing(turn: Turn, event: LegRinging) -> None:
    call = turn.state.calls.get(event.call)
    leg = call.legs.get(event.leg) if call else None
    if call is None or leg is None:
        turn.do(HangUp(call=event.call, leg=event.leg))
    elif leg.state is LegState.PLACED and not leg.ending:
        turn.tell(LegRang(at=turn.now, call=call.id, leg=leg.id))


def answered(turn: Turn, event: LegAnswered) -> None:
    """An answer that comes too late is hung up: nobody waits for it any more."""
    call = turn.state.calls.get(event.call)
    leg = call.legs.get(event.leg) if call else None
    if call is None or leg is None or leg.ending:
        turn.do(HangUp(call=event.call, leg=event.leg))
    elif leg.state is not LegState.UP:
        _up(turn, call, leg)


def _up(turn: Turn, call: Call, leg: Leg) -> None:
    party = call.parties.get(leg.agent) if leg.agent else None
    handed = bool(call.handover)
    replaced = party.leg if party is not None and party.returning == leg.id else None
    turn.tell(LegUp(at=turn.now, call=call.id, leg=leg.id))
    if replaced is not None and party is not None:
        _replace(turn, call, leg, replaced)
    elif leg.role is Role.LISTENER:
        listening.answered(turn, call, leg.id)
    elif leg.id in call.invitations:
        conferences.answered(turn, call, leg.id)
    elif call.consult is not None and call.consult.leg == leg.id:
        consults.answered(turn, call, leg.id)
    elif call.callback and leg.id == call.customer_leg:
        callbacks.customer_answered(turn, call)
    elif call.outcall and leg.id == call.customer_leg:
        outcalls.answered(turn, call)
    elif call.offer_by(leg.id) is not None:
        if call.joining == leg.id:
            bring_in(turn, call, leg)
    elif leg.role is Role.OUTSIDE and handed:
        outside_answered(turn, call, leg.id)
    elif call.begun_by is not None and call.answered_at is None:
        if leg.agent == call.begun_by:
            _call_other(turn, call)
        elif leg.id == call.customer_leg:
            talking.join(turn, call, leg)


def bring_in(turn: Turn, call: Call, leg: Leg) -> None:
    """He who was rung and answered first meets the one who waits for him: the customer, or a colleague who asks.

    One who answers after him is kept for the moment, for the case that this fails.
    """
    if call.consult is not None:
        consults.answered(turn, call, leg.id)
    elif call.customer_leg is None:
        callbacks.agent_answered(turn, call, leg)
    else:
        talking.join(turn, call, leg)


def _call_other(turn: Turn, call: Call) -> None:
    """The agent who calls is on the line. A colleague may have got busy in this moment."""
    try:
        place_other(turn, call)
    except Conflict:
        end_call(turn, call, Cause.BUSY, "system")


def _replace(turn: Turn, call: Call, leg: Leg, old: LegId) -> None:
    """The agent's new line takes its place in the conversation he is in."""
    consult = call.consult
    legs: tuple[LegId, ...] = (leg.id,)
    if consult is not None and consult.connected and not consult.with_customer and leg.agent is not None:
        bridge = consult_bridge_of(call)
    elif consult is not None or call.state is CallState.HELD:
        bridge = bridge_of(call)
    else:
        bridge, legs = bridge_of(call), tuple(other.id for other in talkers(call))
        if call.customer_leg is not None and call.detour is None:
            turn.do(StopMusic(call=call.id, leg=call.customer_leg))
    if leg.muted:
        turn.do(Mute(call=call.id, leg=leg.id, on=True))
    turn.do(Bridge(call=call.id, bridge=bridge, legs=legs))
    if old in call.legs:
        turn.do(HangUp(call=call.id, leg=old, cause=Cause.ELSEWHERE))
    if leg.agent is not None:
        listening.follow(turn, call, call.parties[leg.agent])


def bridged(turn: Turn, event: Bridged) -> None:
    call = turn.state.calls.get(event.call)
    if call is None or call.state is CallState.ENDED:
        return
    invited = [leg for leg in event.legs if leg in call.invitations and call.legs[leg].state is LegState.UP]
    if invited and event.bridge == bridge_of(call):
        for leg in invited:
            conferences.joined(turn, call, leg)
    elif event.bridge == consult_bridge_of(call):
        connect_consult(turn, call, event)
    elif call.consult is None and _awaited(call, event):
        talking.connect(turn, call)


def connect_consult(turn: Turn, call: Call, event: Bridged) -> None:
    if call.consult is not None and call.consult.leg in event.legs:
        consults.connect(turn, call)


def _awaited(call: Call, event: Bridged) -> bool:
    """This is the conversation that was to come about."""
    if call.offers:
        return call.joining in event.legs
    return call.begun_by is not None and call.answered_at is None and call.customer_leg in event.legs


def ended(turn: Turn, event: LegEnded) -> None:
    call = turn.state.calls.get(event.call)
    leg = call.legs.get(event.leg) if call else None
    if call is not None and leg is not None:
        down(turn, call, leg, event.cause)


def down(turn: Turn, call: Call, leg: Leg, cause: Cause) -> None:
    """The leg is gone: one fact, and its consequences once."""
    listener = leg.id in call.listeners
    if listener:
        turn.tell(ListenEnded(at=turn.now, call=call.id, leg=leg.id))
    is_customer = call.customer_leg == leg.id
    party = call.parties.get(leg.agent) if leg.agent else None
    was_ending = leg.ending and not listener
    turn.tell(LegDown(at=turn.now, call=call.id, leg=leg.id, cause=cause))
    if was_ending or listener or call.state is CallState.ENDED:
        return
    if leg.id in call.invitations:
        conferences.failed(turn, call, leg.id, cause)
    elif (offer := call.offer_by(leg.id)) is not None:
        offer_failed(turn, call, offer, OUTCOMES.get(cause, "unreachable"), cause=cause)
    elif is_customer:
        customer_gone(turn, call, cause)
    elif call.consult is not None and call.consult.leg == leg.id:
        consults.end(turn, call, "party_gone" if call.consult.connected else "failed")
    elif party is not None:
        agent_gone(turn, call, party, leg, cause)
    elif leg.role is Role.OUTSIDE:
        _outside_gone(turn, call, cause)


def offer_failed(turn: Turn, call: Call, offer: Offer, reason: str, *, cause: Cause) -> None:
    """One who was rung does not come. Who waits in a queue waits on; a call to one certain agent has failed."""
    was_joining = call.joining == offer.leg
    end_offer(turn, call, offer, reason, cause=cause)
    if was_joining and _join_next(turn, call):
        return
    if call.waiting is not None or call.offers:
        return
    if call.parked is not None:
        parking.park_again(turn, call)
    elif call.consult is not None:
        consults.end(turn, call, "failed")
    elif call.callback and not (call.customer_leg and is_up(call, call.customer_leg)):
        end_call(turn, call, Cause.FAILED, "system")
    elif call.begun_by is not None and call.answered_at is None:
        end_call(turn, call, Cause.NO_ANSWER if reason == "missed" else Cause.BUSY, "system")
    else:
        come_back(turn, call, putting_through.OF_AGENTS.get(reason, "failed"))


def _join_next(turn: Turn, call: Call) -> bool:
    """He who answered first has failed: whoever answered after him takes his place, else there is music again."""
    leg = call.legs.get(call.joining) if call.joining else None
    if leg is not None:
        bring_in(turn, call, leg)
    elif call.waiting is not None and call.consult is None:
        music_alone(turn, call)
    return leg is not None


def agent_gone(turn: Turn, call: Call, party: Party, leg: Leg, cause: Cause) -> None:
    """On purpose, or lost. One who is lost in a conversation has a moment to come back (`rejoin`)."""
    if party.returning == leg.id:
        if party.leg not in call.legs:
            lost_party(turn, call, party)
        return
    if party.leg != leg.id or party.state == "wrap_up":
        return
    if party.returning is not None and party.returning in call.legs:
        _wait_for_return(turn, call, party)
    elif party.state == "dialling":
        end_call(turn, call, cause, "agent")
    elif cause in ABNORMAL:
        _wait_for_return(turn, call, party)
    else:
        consults.hang_up(turn, call, party)


def _wait_for_return(turn: Turn, call: Call, party: Party) -> None:
    others = [leg for leg in talkers(call) if leg.agent != party.agent]
    if len(others) == 1 and call.state is CallState.TALKING:
        music_alone(turn, call)


def lost_party(turn: Turn, call: Call, party: Party) -> None:
    if call.consult is not None and call.consult.by == party.agent:
        consults.consulting_agent_gone(turn, call, on_purpose=False)
    elif party.state == "apart":
        agent_leaves(turn, call, party, "lost")
    else:
        lose_agent(turn, call, party)


def party_expired(turn: Turn, call: Call, party: Party) -> None:
    """He did not come back."""
    lost_party(turn, call, party)


def _outside_gone(turn: Turn, call: Call, cause: Cause) -> None:
    if call.handover:
        come_back(turn, call, putting_through.OF_NUMBERS.get(cause, "failed"))
    elif len(talkers(call)) < 2 and flow_awaits(call):
        turn.given_back.setdefault(call.id, "failed" if cause in ABNORMAL else "next")
    elif len(talkers(call)) < 2:
        end_call(turn, call, Cause.NORMAL, "customer")


def recorded(turn: Turn, event: Recorded) -> None:
    """The flow that listens has it understood; else it is taken over, or thrown away."""
    call = turn.state.calls.get(event.call)
    if call is not None and taping.is_awaited(call, event.recording):
        guiding.inform(turn, call, actions.Recorded(event.recording, event.path, event.rate))
    else:
        taping.whole(turn, event)
