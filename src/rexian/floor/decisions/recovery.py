"""The switch goes away and comes back: what it really holds, and what we believe, are brought together."""

from rexian.core.ids import LegId
from rexian.floor.calls import CallState, LegState
from rexian.floor.decisions import conferences, faxing, guiding, legs, listening, putting_through, rooms
from rexian.floor.decisions.attendance import phone_changed
from rexian.floor.decisions.leaving import end_call, talkers
from rexian.floor.decisions.queueing import play_music
from rexian.floor.events import SwitchCameBack, SwitchWentAway
from rexian.floor.model import Call
from rexian.floor.turn import Turn, bridge_of, consult_bridge_of
from rexian.telephony.commands import Bridge, Cause, HangUp
from rexian.telephony.events import Bridged, LegAnswered, LegSeen, SwitchBack, SwitchLost


def lost(turn: Turn, event: SwitchLost) -> None:
    """Nothing is known until it is back. Calls are kept for a while."""
    if event.node not in turn.state.lost:
        turn.tell(SwitchWentAway(at=turn.now, node=event.node))


def back(turn: Turn, event: SwitchBack) -> None:
    state = turn.state
    calls = [call for call in state.calls.values() if call.node == event.node]
    turn.tell(SwitchCameBack(at=turn.now, node=event.node))
    for entry in state.directory.agents.values():
        if entry.phone:
            phone_changed(turn, entry.id, entry.phone in event.reachable)
    seen = {leg.leg: leg for leg in event.legs}
    known = {leg for call in calls for leg in call.legs}
    for leg in event.legs:
        if leg.leg not in known:
            turn.do(HangUp(call=leg.call, leg=leg.leg))
    for call in calls:
        if call.id in state.calls:
            turn.touched.add(call.id)
            reconcile(turn, call, seen)


def reconcile(turn: Turn, call: Call, seen: dict[LegId, LegSeen]) -> None:
    """One call: what has vanished is over, what was missed is caught up, what is missing is done again."""
    gone = [leg for leg in call.legs.values() if leg.id not in seen]
    if len(gone) == len(call.legs):
        end_call(turn, call, Cause.SWITCH_LOST, "switch")
    for leg in sorted(gone, key=lambda leg: leg.id != call.customer_leg):
        if leg.id in call.legs:
            legs.down(turn, call, leg, Cause.SWITCH_LOST)
    for leg in list(call.legs.values()):
        found = seen.get(leg.id)
        if found is None:
            continue
        if leg.ending:
            turn.do(HangUp(call=call.id, leg=leg.id))
        elif found.up and leg.state is not LegState.UP:
            legs.answered(turn, LegAnswered(at=turn.now, call=call.id, leg=leg.id))
    if call.state is not CallState.ENDED:
        _mend(turn, call, seen)
        _attend(turn, call, seen)


def _attend(turn: Turn, call: Call, seen: dict[LegId, LegSeen]) -> None:
    """Who attended goes on attending: what the switch was last told of it is not known."""
    for id in list(call.listeners):
        leg = call.legs.get(id)
        if leg is not None and leg.state is LegState.UP and id in seen:
            listening.answered(turn, call, id)


def _mend(turn: Turn, call: Call, seen: dict[LegId, LegSeen]) -> None:
    """Put together again what should hear each other; let flows and music go on."""
    together = [leg.id for leg in talkers(call) if not leg.held]
    bridge = bridge_of(call)
    apart = any((found := seen.get(id)) is not None and found.bridge != bridge for id in together)
    if call.consult is None and len(together) >= 2 and apart:
        for legs_together in [tuple(together)] if len(together) == 2 else [(leg,) for leg in together]:
            turn.do(Bridge(call=call.id, bridge=bridge, legs=legs_together))
    if (call.waiting is not None and call.consult is None) or (call.parked is not None and not call.offers):
        play_music(turn, call)
    if call.through is not None and call.joining is None and len(together) < 2:
        putting_through.let_ring(turn, call)
    for leg in [leg for leg in call.invitations if call.legs[leg].state is LegState.UP]:
        conferences.answered(turn, call, leg)
    if call.fax is not None:
        faxing.recover(turn, call, seen.get(call.fax.leg))
    elif call.run is not None and not call.offers:
        guiding.recover(turn, call)
    rooms.rejoin(turn, call)
    joining = call.legs.get(call.joining) if call.joining else None
    if joining is not None:
        awaited = consult_bridge_of(call) if call.consult else bridge
        if seen[joining.id].bridge == awaited:
            legs.bridged(turn, Bridged(at=turn.now, call=call.id, bridge=awaited, legs=tuple(call.legs)))
        else:
            legs.bring_in(turn, call, joining)
