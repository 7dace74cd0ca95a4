"""Conferences: calling more people in, their parts, muting and removing one, locking the door."""

from datetime import timedelta

from rexian.core.errors import Conflict, Forbidden, Invalid
from rexian.core.ids import AgentId, LegId
from rexian.floor.calls import CallState, LegState
from rexian.floor.conversations import Conferenced, Connected, Muted
from rexian.floor.decisions.dialling import check_target
from rexian.floor.decisions.inviting import end_invitation
from rexian.floor.decisions.leaving import agent_leaves, end_call, talkers
from rexian.floor.decisions.placing import place_outside
from rexian.floor.decisions.talking import talking_party
from rexian.floor.events import LegPlaced, Role
from rexian.floor.gatherings import ConferenceLocked, PartSet, PartyInvited, PartyJoined, PartyRemoved
from rexian.floor.inputs import AgentInput, Invite, LockConference, MuteParty, RemoveParty, SetPart
from rexian.floor.model import OWN_PHONE, PLACING, Call, Leg, Party
from rexian.floor.turn import Turn, bridge_of, next_leg
from rexian.telephony.commands import Bridge, Cause, HangUp, Mute, Originate

MOST = 8
"""So many may be in one conversation, those included who are being called into it."""
OPEN = frozenset({CallState.TALKING, CallState.CONFERENCE})
OUTCOMES = {Cause.NO_ANSWER: "missed", Cause.REJECTED: "rejected", Cause.BUSY: "rejected", Cause.NORMAL: "rejected"}


def invite(turn: Turn, input: Invite) -> None:
    """Call somebody straight into the conversation; those who talk go on meanwhile."""
    call, party = _leading(turn, input)
    if call.state not in OPEN:
        raise Conflict("call.illegal_move", f"invite is not possible while the call is {call.state}.", act="invite")
    if call.locked:
        raise Conflict("conference.locked", "The conference is locked; unlock it first.", call=call.id)
    if len(talkers(call)) + len(call.invitations) >= MOST:
        raise Conflict("conference.full", "There is no room for more in this conversation.", most=MOST)
    kind, value = check_target(turn.state, input.target)
    if kind == "queue":
        raise Invalid("target.not_invitable", "Choose a colleague or a number; a queue cannot be called in.")
    if not _moderators(call):
        turn.tell(PartSet(at=turn.now, call=call.id, leg=party.leg, part="moderator"))
    agent = AgentId(value) if kind == "agent" else None
    leg = next_leg(call)
    if agent is None:
        place_outside(turn, call, value, role=Role.OUTSIDE, origin=party.leg)
    else:
        address = turn.state.directory.agents[agent].address
        turn.tell(LegPlaced(at=turn.now, call=call.id, leg=leg, role=Role.AGENT, address=address, agent=agent))
    turn.tell(
        PartyInvited(
            at=turn.now,
            call=call.id,
            leg=leg,
            target=input.target,
            by=input.agent,
            part=input.part,
            until=turn.now + _ringing(agent),
            agent=agent,
        )
    )
    if agent is not None:
        _call(turn, call, leg, agent)


def _ringing(agent: AgentId | None) -> timedelta:
    return OWN_PHONE if agent is not None else PLACING


def _call(turn: Turn, call: Call, leg: LegId, agent: AgentId) -> None:
    entry = turn.state.directory.agents[agent]
    turn.do(
        Originate(
            call=call.id,
            leg=leg,
            address=entry.address,
            caller_number=call.caller,
            caller_name=call.customer.name if call.customer and call.customer.name else call.caller_name,
            origin=call.customer_leg,
            ring_timeout_s=OWN_PHONE.total_seconds(),
            auto_answer=entry.auto_answer,
            headers={"X-Rexian-Call": call.id},
        )
    )


def answered(turn: Turn, call: Call, leg: LegId) -> None:
    """Let him in, if they still talk."""
    if call.state in OPEN:
        turn.do(Bridge(call=call.id, bridge=bridge_of(call), legs=(leg,)))
    else:
        end_invitation(turn, call, leg, "withdrawn")


def joined(turn: Turn, call: Call, leg: LegId) -> None:
    """He is in the conversation."""
    invited = call.invitations[leg]
    if call.state not in OPEN:
        return end_invitation(turn, call, leg, "withdrawn")
    turn.tell(PartyJoined(at=turn.now, call=call.id, leg=leg, part=invited.part, agent=invited.agent))
    if invited.agent is not None:
        turn.tell(Connected(at=turn.now, call=call.id, agent=invited.agent, leg=leg))
    together = talkers(call)
    if len(together) > 2:
        turn.tell(Conferenced(at=turn.now, call=call.id, legs=tuple(each.id for each in together)))
    if invited.part == "listener":
        _mute(turn, call, call.legs[leg], on=True)
    return None


def failed(turn: Turn, call: Call, leg: LegId, cause: Cause) -> None:
    """He did not come."""
    end_invitation(turn, call, leg, OUTCOMES.get(cause, "unreachable"), cause=cause)


def set_part(turn: Turn, input: SetPart) -> None:
    call, _ = _leading(turn, input)
    leg = _talker(call, input.leg)
    if leg.part == input.part:
        return
    if leg.part == "moderator" and _moderators(call) == [leg.id]:
        raise Conflict("conference.last_moderator", "Make another one moderator first.", call=call.id)
    was = leg.part
    turn.tell(PartSet(at=turn.now, call=call.id, leg=leg.id, part=input.part))
    if "listener" in (was, input.part):
        _mute(turn, call, leg, on=input.part == "listener")


def mute_party(turn: Turn, input: MuteParty) -> None:
    """One's own line anybody may mute; another's, who leads the conference."""
    call, party = talking_party(turn, input)
    if input.leg != party.leg:
        call, party = _leading(turn, input)
    _mute(turn, call, _talker(call, input.leg), on=input.on)


def _mute(turn: Turn, call: Call, leg: Leg, *, on: bool) -> None:
    if leg.muted != on:
        turn.tell(Muted(at=turn.now, call=call.id, leg=leg.id, on=on))
        turn.do(Mute(call=call.id, leg=leg.id, on=on))


def remove(turn: Turn, input: RemoveParty) -> None:
    """Put one out, also one who is still being called. Does that leave nobody to talk with, the call is over."""
    call, party = _leading(turn, input)
    if input.leg in call.invitations:
        return end_invitation(turn, call, input.leg, "withdrawn")
    leg = _talker(call, input.leg)
    if leg.id == party.leg:
        raise Invalid("conference.yourself", "To leave the conference, hang up.")
    other = call.parties.get(leg.agent) if leg.agent else None
    turn.tell(PartyRemoved(at=turn.now, call=call.id, leg=leg.id, by=input.agent))
    if other is not None:
        agent_leaves(turn, call, other, "removed")
    else:
        turn.do(HangUp(call=call.id, leg=leg.id))
    if len(talkers(call)) < 2:
        end_call(turn, call, Cause.NORMAL, "agent")
    return None


def lock(turn: Turn, input: LockConference) -> None:
    call, _ = _leading(turn, input)
    if call.locked != input.on:
        turn.tell(ConferenceLocked(at=turn.now, call=call.id, by=input.agent, on=input.on))


def _leading(turn: Turn, input: AgentInput) -> tuple[Call, Party]:
    """The call, for one who may lead: a moderator, or anybody as long as there is none."""
    call, party = talking_party(turn, input)
    moderators = _moderators(call)
    if moderators and party.leg not in moderators:
        raise Forbidden("conference.not_moderator", "Only who leads the conference can do this.", call=call.id)
    return call, party


def _moderators(call: Call) -> list[LegId]:
    return [leg.id for leg in talkers(call) if leg.part == "moderator"]


def _talker(call: Call, id: LegId) -> Leg:
    leg = call.legs.get(id)
    if leg is None or not leg.talking or leg.ending or leg.state is not LegState.UP:
        raise Conflict("conference.not_there", "This party is not in the conversation any more.", leg=id)
    return leg
