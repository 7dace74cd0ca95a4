"""The floor as people see it: a row per agent, queue and call. Pure; `snapshot merged with patches == snapshot`."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from rexian.core.ids import AgentId, CallbackId, CallId, QueueId
from rexian.floor.calls import CallState, LegState
from rexian.floor.directory import AgentEntry, QueueEntry
from rexian.floor.events import Role
from rexian.floor.model import Agent, Attendance, Call, Leg, Message, Party
from rexian.floor.outlook import expected_wait_s
from rexian.floor.presence import Presence
from rexian.floor.state import State

Row = dict[str, Any]
Rows = dict[str, dict[str, Row | None]]
"""`agents`, `queues`, `calls`: id → row; None where it is gone."""

SIGNED_IN = (Presence.READY, Presence.OFFERED, Presence.BUSY, Presence.WRAP_UP, Presence.PAUSED)
HANDLE_S = 180.0
"""How long a contact is taken to last before a queue has learned it."""


def snapshot(state: State) -> Rows:
    """Every row there is."""
    return rows(state, agents=state.directory.agents, queues=state.directory.queues, calls=state.calls)


def rows(
    state: State, *, agents: Iterable[AgentId] = (), queues: Iterable[QueueId] = (), calls: Iterable[CallId] = ()
) -> Rows:
    """The rows asked for, as they stand."""
    wanted = set(queues)
    counts = staffing(state, wanted) if wanted else {}
    return {
        "agents": {id: agent_row(state, id) for id in agents},
        "queues": {id: queue_row(state, id, counts.get(id)) for id in wanted},
        "calls": {id: call_row(state, id) for id in calls},
    }


def agent_row(state: State, id: AgentId) -> Row | None:
    entry = state.directory.agents.get(id)
    if entry is None:
        return None
    agent = state.agents.get(id)
    who: Row = {"id": id, "name": entry.name, "extension": entry.extension, "team": entry.team}
    who["messages"] = [_message(message) for message in state.messages.values() if id in message.unread]
    return who | (_live(state, entry, agent) if agent else _never_seen(entry))


def _message(message: Message) -> Row:
    return {
        "id": message.id,
        "at": message.at,
        "name": message.name,
        "text": message.text,
        "urgent": message.urgent,
    }


def _never_seen(entry: AgentEntry) -> Row:
    return {
        "state": Presence.OFF,
        "since": None,
        "reason": "",
        "call": None,
        "queues": [],
        "phone": not entry.phone,
        "desk": False,
        "next_pause": None,
        "until": None,
        "holding": False,
        "muted": False,
        "going": False,
        "attends": None,
        "failed": None,
    }


def _live(state: State, entry: AgentEntry, agent: Agent) -> Row:
    call = state.calls.get(agent.call) if agent.call else None
    party = call.parties.get(agent.id) if call else None
    leg = call.legs.get(party.leg) if call and party else None
    return {
        "state": agent.state,
        "since": agent.since,
        "reason": agent.reason,
        "call": agent.call,
        "queues": list(agent.queues),
        "phone": agent.phone or not entry.phone,
        "desk": agent.desk,
        "next_pause": agent.next_pause or None,
        "until": party.until if party and agent.state is Presence.WRAP_UP else agent.until,
        "holding": bool(call and call.state is CallState.HELD),
        "muted": bool(leg and leg.muted),
        "going": bool(agent.going),
        "attends": agent.attends,
        "failed": agent.failed,
    }


def staffing(state: State, queues: set[QueueId]) -> dict[QueueId, Counter[str]]:
    """How many agents of each queue are in each state."""
    counts: dict[QueueId, Counter[str]] = {id: Counter() for id in queues}
    for agent in state.agents.values():
        for queue in agent.queues:
            if queue in counts:
                counts[queue][agent.state] += 1
    return counts


def queue_row(state: State, id: QueueId, counts: Counter[str] | None) -> Row | None:
    entry = state.directory.queues.get(id)
    if entry is None:
        return None
    there = counts if counts is not None else staffing(state, {id})[id]
    waiting = [call for call in map(state.calls.get, state.waiting.get(id, ())) if call and call.waiting]
    return {
        "id": id,
        "name": entry.name,
        "waiting": len(waiting),
        "closed": state.closed[id].since if id in state.closed else None,
        "reserve": _reserve(state, id),
        "longest_since": min((call.waiting.entered for call in waiting if call.waiting), default=None),
        "expected_wait_s": _expected(state, entry, len(waiting), there),
        "agents": {str(presence): there[presence] for presence in SIGNED_IN},
        "sl_threshold_s": entry.sl_threshold_s,
        "callbacks": sum(callback.queue == id for callback in state.callbacks.values()),
        "voicemails": sum(voicemail.queue == id for voicemail in state.voicemails.values()),
    }


def _reserve(state: State, id: QueueId) -> Row | None:
    """Since when the queue's reserve has been called, and why; None: it is not."""
    pressure = state.pressed.get(id)
    return {"since": pressure.since, "because": pressure.because} if pressure else None


def _expected(state: State, entry: QueueEntry, waiting: int, there: Counter[str]) -> float | None:
    if not waiting and there[Presence.READY]:
        return 0.0
    return expected_wait_s(state, entry.id, waiting + 1, None, handle_s=HANDLE_S)


def call_row(state: State, id: CallId) -> Row | None:
    call = state.calls.get(id)
    if call is None or (call.state is CallState.ENDED and not call.parties):
        return None
    waiting = call.waiting
    return {
        "id": id,
        "direction": call.direction,
        "caller": call.caller,
        "called": call.called,
        "caller_name": call.caller_name,
        "state": "wrap_up" if call.state is CallState.ENDED else call.state,
        "since": call.since,
        "started": call.started,
        "queue": waiting.queue if waiting else call.queue,
        "priority": waiting.priority if waiting else 0,
        "waiting_since": waiting.entered if waiting else None,
        "answered_at": call.answered_at,
        "agents": [_party(call, party) for party in call.parties.values()],
        "customer": _customer(call),
        "answers": {name: value for name, value in call.answers.items() if not name.startswith("_")},
        "consult": _consult(call),
        "conference": _conference(call),
        "parked": _parked(call),
        "detour": _detour(call),
        "notes": [{"agent": agent, "text": text} for agent, text in call.notes.items() if text],
        "others": [_other(leg) for leg in call.legs.values() if _is_other(call, leg)],
        "recording": {"id": call.recording.id, "on": True, "paused": call.recording.paused} if call.recording else None,
        "why": call.why or None,
        "listeners": len(call.listeners),
        "attendants": [_attendant(state, each) for each in call.listeners.values()],
        "callback": _callback(state, call),
        "outcall": call.outcall or None,
    }


def _callback(state: State, call: Call) -> Row | None:
    """Whether the agent is to call somebody back, and since when he waits for it."""
    callback = state.callbacks.get(CallbackId(call.callback)) if call.callback else None
    if not call.callback:
        return None
    return {
        "id": call.callback,
        "since": callback.since if callback else None,
        "attempt": callback.attempts + 1 if callback else None,
        "origin": callback.origin if callback else None,
    }


def _party(call: Call, party: Party) -> Row:
    leg = call.legs.get(party.leg)
    held = call.state is CallState.HELD and party.state == "talking"
    return {
        "id": party.agent,
        "leg": party.leg,
        "state": "held" if held else party.state,
        "since": party.since,
        "until": party.until if party.until else _offer_until(call, party),
        "muted": bool(leg and leg.muted),
        "extensions": party.extensions,
        "extension_s": party.extension_s,
        "extended": party.extended,
    }


def _attendant(state: State, attendance: Attendance) -> Row:
    entry = state.directory.agents.get(attendance.own) if attendance.own else None
    return {
        "supervisor": attendance.supervisor,
        "name": entry.name if entry else "",
        "agent": attendance.agent,
        "mode": attendance.mode,
    }


def unattended(row: Row) -> Row:
    """The call as those see it who are not to know that a supervisor attends."""
    return {**row, "listeners": 0, "attendants": []} if row["listeners"] else row


def _offer_until(call: Call, party: Party) -> datetime | None:
    offer = call.offers.get(party.agent)
    return offer.until if offer else None


def _customer(call: Call) -> Row | None:
    customer = call.customer
    return {"id": customer.id, "name": customer.name, "sure": customer.sure} if customer else None


def _consult(call: Call) -> Row | None:
    consult = call.consult
    if consult is None:
        return None
    state = "talking" if consult.connected else "ringing"
    return {
        "target": consult.target,
        "by": consult.by,
        "state": state,
        "leg": consult.leg,
        "with": "customer" if consult.with_customer else "party",
    }


def _conference(call: Call) -> Row | None:
    """Who is in the conversation and who is being called into it; none as long as it is an ordinary one."""
    parties = [leg for leg in call.legs.values() if leg.talking and not leg.ending]
    if call.state is not CallState.CONFERENCE and not call.invitations:
        return None
    return {
        "locked": call.locked,
        "parties": [_member(leg) for leg in parties],
        "invited": [
            {"leg": leg, "target": each.target, "part": each.part, "by": each.by}
            for leg, each in call.invitations.items()
        ],
    }


def _member(leg: Leg) -> Row:
    return {
        "leg": leg.id,
        "agent": leg.agent,
        "role": leg.role,
        "address": "" if leg.agent else leg.address,
        "part": leg.part,
        "muted": leg.muted,
    }


def _parked(call: Call) -> Row | None:
    parked = call.parked
    return {"slot": parked.slot, "by": parked.by, "since": parked.since, "until": parked.until} if parked else None


def _detour(call: Call) -> Row | None:
    """In a flow in the middle of the call."""
    detour = call.detour
    if detour is None:
        return None
    return {"by": detour.by, "stays": detour.stays, "node": call.run.node if call.run else ""}


def _is_other(call: Call, leg: Leg) -> bool:
    return leg.role is Role.OUTSIDE or (leg.role is Role.CUSTOMER and leg.id == call.customer_leg)


def _other(leg: Leg) -> Row:
    state = "held" if leg.held else "talking" if leg.talking else "up" if leg.state is LegState.UP else "ringing"
    return {"leg": leg.id, "role": leg.role, "address": leg.address, "state": state}
