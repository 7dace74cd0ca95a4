"""Rooms in which callers talk with each other: who stands at a flow's step for one is in it.

Each room's bridge is named after the call that opened it, so that closing an empty one never meets a new one.
"""

from rexian.core.ids import CallId
from rexian.floor.calls import CallState, LegState
from rexian.floor.conversations import Muted
from rexian.floor.decisions.guiding import inform
from rexian.floor.gatherings import RoomJoined, RoomLeft
from rexian.floor.model import Call
from rexian.floor.turn import Turn
from rexian.flows import actions
from rexian.flows.visit import ROOM
from rexian.telephony.commands import Bridge, CloseBridge, Mute, Unbridge

LISTENER, MODERATOR = "listener", "moderator"


def settle(turn: Turn) -> None:
    """Let in who has come to a room in this turn, and out who has left it."""
    for id in sorted(_differing(turn)):
        call = turn.state.calls.get(id)
        wanted = _wanted(call)
        if id in turn.state.inside:
            _leave(turn, id)
        if call is not None and wanted is not None:
            _join(turn, call, *wanted)


def unsettled(turn: Turn) -> bool:
    return bool(_differing(turn))


def _differing(turn: Turn) -> list[CallId]:
    """The calls of this turn that are not in the room, or not the part, that their flows have them in."""
    state = turn.state
    found = []
    for id in turn.touched:
        had, wanted = state.inside.get(id), _wanted(state.calls.get(id))
        if wanted != (None if had is None else (had.name, had.part)):
            found.append(id)
    return found


def _wanted(call: Call | None) -> tuple[str, str] | None:
    """The room in which its flow has it, and as what. Who is just being answered is let in when the switch says so."""
    if call is None or call.run is None or (found := call.run.memory.get(ROOM)) is None:
        return None
    return (found["name"], found["part"]) if call.state is CallState.IVR and _is_there(call) else None


def _is_there(call: Call) -> bool:
    leg = call.legs.get(call.customer_leg) if call.customer_leg else None
    return leg is not None and leg.state is LegState.UP and not leg.ending


def _join(turn: Turn, call: Call, name: str, part: str) -> None:
    leg = call.customer_leg
    assert leg is not None
    members = turn.state.rooms.get(name, {})
    bridge = next((each.bridge for each in members.values()), f"{call.id}.m{call.rooms + 1}")
    turn.tell(RoomJoined(at=turn.now, call=call.id, room=name, part=part, bridge=bridge))
    turn.do(Bridge(call=call.id, bridge=bridge, legs=(leg,)))
    _mute(turn, call, on=part == LISTENER)


def _leave(turn: Turn, id: CallId) -> None:
    state = turn.state
    was, call = state.inside[id], state.calls.get(id)
    turn.tell(RoomLeft(at=turn.now, call=id, room=was.name))
    if call is not None and _is_there(call) and call.customer_leg is not None:
        turn.do(Unbridge(call=id, bridge=was.bridge, legs=(call.customer_leg,)))
        _mute(turn, call, on=False)
    left = state.rooms.get(was.name, {})
    if not left:
        turn.do(CloseBridge(call=id, bridge=was.bridge))
    elif was.part == MODERATOR and not any(each.part == MODERATOR for each in left.values()):
        for other in list(left):
            inform(turn, state.calls[other], actions.RoomOver())


def _mute(turn: Turn, call: Call, *, on: bool) -> None:
    leg = call.legs.get(call.customer_leg) if call.customer_leg else None
    if leg is not None and leg.muted != on:
        turn.tell(Muted(at=turn.now, call=call.id, leg=leg.id, on=on))
        turn.do(Mute(call=call.id, leg=leg.id, on=on))


def rejoin(turn: Turn, call: Call) -> None:
    """What the switch was told of it last is not known."""
    if call.room is not None and call.customer_leg is not None:
        turn.do(Bridge(call=call.id, bridge=call.room.bridge, legs=(call.customer_leg,)))
