"""The floor's state with what is derived from it: who can be matched, what is due when."""

import heapq
from datetime import datetime

import msgspec

from rexian.core.ids import AgentId, CallId, OutcallId, QueueId
from rexian.floor.callbacks import Callback, CallbackState
from rexian.floor.deadlines import due_of_agent, due_of_call, due_of_callback, due_of_outcall
from rexian.floor.directory import AgentEntry, Directory
from rexian.floor.exits import leaves_while_waiting
from rexian.floor.model import Agent, Call, InRoom, Snapshot, Waiting
from rexian.floor.outcalls import ON_A_LINE, Outcall, OutcallState
from rexian.floor.presence import Presence
from rexian.floor.voicemails import AT_VOICEMAIL, Voicemail, VoicemailState
from rexian.routing.groups import Kind
from rexian.routing.index import NOTHING_REFUSED
from rexian.routing.matching import Matching
from rexian.routing.rings import phones_at_once
from rexian.routing.rules import HELD

KINDS = 3
"""Calls, callbacks and voicemails."""


class Deadlines:
    """The earliest deadline of each call and agent; setting it again replaces it."""

    __slots__ = ("_heap", "_when")

    def __init__(self) -> None:
        self._when: dict[str, datetime] = {}
        self._heap: list[tuple[datetime, str]] = []

    def set(self, key: str, when: datetime | None) -> None:
        if when is None:
            self._when.pop(key, None)
        elif self._when.get(key) != when:
            self._when[key] = when
            heapq.heappush(self._heap, (when, key))

    def first(self) -> datetime | None:
        heap = self._heap
        while heap and self._when.get(heap[0][1]) != heap[0][0]:
            heapq.heappop(heap)
        return heap[0][0] if heap else None

    def take(self, now: datetime) -> str | None:
        """The next key that is due, once."""
        first = self.first()
        if first is None or first > now:
            return None
        key = heapq.heappop(self._heap)[1]
        del self._when[key]
        return key


class State:
    """One tenant's floor. `apply` alone changes what lasts; the rest follows."""

    __slots__ = (
        "_held",
        "_working",
        "agents",
        "before",
        "callbacks",
        "calls",
        "closed",
        "concealed",
        "directory",
        "due",
        "emergencies",
        "entering",
        "figures",
        "going",
        "guarded",
        "held",
        "holding",
        "inside",
        "lending",
        "lines",
        "lost",
        "matching",
        "messages",
        "ordered",
        "outcalls",
        "places",
        "pressed",
        "reserved",
        "reserves",
        "ripe",
        "rooms",
        "serving",
        "staff",
        "stirred",
        "voicemails",
        "waiting",
        "watched",
    )

    def __init__(self, directory: Directory, snapshot: Snapshot | None = None) -> None:
        lasting = snapshot or Snapshot()
        self.calls = lasting.calls
        self.agents = lasting.agents
        self.figures = lasting.figures
        self.lost = lasting.lost
        self.messages = lasting.messages
        self.closed = lasting.closed
        self.pressed = lasting.pressed
        self.emergencies = lasting.emergencies
        self.callbacks = lasting.callbacks
        self.voicemails = lasting.voicemails
        self.places = lasting.places
        self.outcalls = lasting.outcalls
        self.ordered = lasting.ordered
        self.concealed: dict[CallId, dict[str, str]] = {}
        """Keys that flows may not write down; lost in a restart, when the caller is asked again."""
        self.reconfigure(directory)

    def snapshot(self) -> Snapshot:
        """All that lasts; shares its parts with the state."""
        return Snapshot(
            calls=self.calls,
            agents=self.agents,
            figures=self.figures,
            lost=self.lost,
            messages=self.messages,
            closed=self.closed,
            pressed=self.pressed,
            emergencies=self.emergencies,
            callbacks=self.callbacks,
            voicemails=self.voicemails,
            places=self.places,
            outcalls=self.outcalls,
            ordered=self.ordered,
        )

    def reconfigure(self, directory: Directory) -> None:
        """Take another directory, and derive anew all that is derived."""
        self.before, self.directory = getattr(self, "directory", directory), directory
        self.matching = matching_of(directory)
        for queue, figures in self.figures.items():
            if figures.last is not None and queue in directory.queues:
                self.matching.took_turn(queue, figures.last)
        self.lending = lending_queues(directory)
        """Queues whose figures decide whether agents are lent."""
        reserves = {id: queue.rules.reserve for id, queue in directory.queues.items()}
        self.reserves = {id: reserve for id, reserve in reserves.items() if reserve.agents}
        """Queues that have one."""
        self.waiting: dict[QueueId, dict[CallId, None]] = {}
        self.staff: dict[QueueId, int] = {}
        """How many are signed in to each queue, whatever they are doing."""
        self.serving: dict[QueueId, int] = {}
        """How many of them take calls: all who are not paused."""
        self.rooms: dict[str, dict[CallId, InRoom]] = {}
        """Who is in each room."""
        self.inside: dict[CallId, InRoom] = {}
        """In which room each is."""
        self.reserved: dict[AgentId, CallId] = {}
        """Who is kept free for a callback whose customer is being called."""
        self._held: dict[CallId, tuple[AgentId, ...]] = {}
        self.held: dict[AgentId, dict[CallId, None]] = {}
        """Which calls wait for an agent whom they prefer, and for nobody else yet."""
        self._working: dict[AgentId, tuple[tuple[QueueId, ...], bool]] = {}
        self.guarded = frozenset(queue.id for queue in directory.queues.values() if queue.exits)
        """Queues that have exits."""
        self.watched = frozenset(queue.id for queue in directory.queues.values() if leaves_while_waiting(queue))
        self.stirred: dict[QueueId, None] = dict.fromkeys(self.watched)
        """Queues whose standing has changed since their exits were looked at."""
        for queue in self.reserves:
            self.settle_reserve(queue)
        self.entering: dict[CallId, None] = {}
        """Who has come into a queue in this turn that has exits."""
        self.due = Deadlines()
        for call in sorted(self.calls.values(), key=_place):
            if call.waiting is not None:
                self.waiting.setdefault(call.waiting.queue, {})[call.id] = None
            self.settle_call(call)
            self.remind(call)
            if call.reserved is not None:
                self.reserved[call.reserved] = call.id
            if call.room is not None:
                self.enters(call.id, call.room)
        for callback in self.callbacks.values():
            self.settle_callback(callback)
        self.ripe: dict[OutcallId, None] = {}
        """Outcalls that wait for a line, the first due first."""
        self.lines: set[OutcallId] = set()
        """Outcalls that have one."""
        for outcall in sorted(self.outcalls.values(), key=lambda each: each.due):
            self.settle_outcall(outcall)
        self.holding: dict[AgentId, int] = {}
        """How many voicemails each agent deals with."""
        for voicemail in self.voicemails.values():
            self.settle_voicemail(voicemail)
            self.hold(voicemail.agent, 1)
        self.going: dict[AgentId, None] = {}
        """Who is to be signed out when he has finished."""
        for agent in self.agents.values():
            self.settle_agent(agent)
            if agent.going:
                self.going[agent.id] = None
        for message in self.messages.values():
            self.due.set(message.id, message.until)

    def settle_call(self, call: Call) -> None:
        """Keep what is derived from a call in step with it."""
        waiting = call.waiting
        only = waiting.prefers if waiting is not None and waiting.ring == HELD else ()
        if only or self._held:
            self._hold(call.id, only)
        if waiting is not None and call.notice is None and (wants := self._wanted(call, waiting)) > 0:
            self.matching.enqueue(
                call.id,
                waiting.queue,
                priority=waiting.priority,
                since=waiting.since,
                skills=waiting.skills,
                ring=waiting.ring,
                prefers=waiting.prefers,
                wants=wants,
                rung=(*call.offers, *waiting.passed),
            )
            self.stir(waiting.queue)
        else:
            self.matching.withdraw(call.id)

    def _hold(self, call: CallId, only: tuple[AgentId, ...]) -> None:
        """It waits for these agents alone; none: for anybody, or not at all."""
        for agent in self._held.pop(call, ()):
            calls = self.held.get(agent, {})
            calls.pop(call, None)
            if not calls:
                self.held.pop(agent, None)
        if only:
            self._held[call] = only
            for agent in only:
                self.held.setdefault(agent, {})[call] = None

    def _wanted(self, call: Call, waiting: Waiting) -> int:
        """How many agents more may be rung for this call now."""
        if call.frozen_until is not None or call.joining is not None:
            return 0
        settings = self.directory.queues.get(waiting.queue)
        return (phones_at_once(settings.rules, waiting.phones) if settings else 1) - len(call.offers)

    def enters(self, call: CallId, room: InRoom) -> None:
        self.inside[call] = room
        self.rooms.setdefault(room.name, {})[call] = room

    def goes_out(self, call: CallId) -> None:
        room = self.inside.pop(call, None)
        if room is not None and call in self.rooms[room.name]:
            del self.rooms[room.name][call]
            if not self.rooms[room.name]:
                del self.rooms[room.name]

    def settle_callback(self, callback: Callback) -> None:
        """A callback waits in line like a call."""
        if callback.state is CallbackState.WAITING:
            self.matching.enqueue(
                callback.id,
                callback.queue,
                priority=callback.priority,
                since=callback.since,
                skills=callback.skills,
                kind="callback",
            )
        else:
            self.matching.withdraw(callback.id)
        self.due.set(callback.id, due_of_callback(callback, self.directory))

    def settle_outcall(self, outcall: Outcall) -> None:
        """Keep what is derived from an outcall in step with it."""
        self.ripe.pop(outcall.id, None)
        self.lines.discard(outcall.id)
        if outcall.state is OutcallState.DUE:
            self.ripe[outcall.id] = None
        elif outcall.state in ON_A_LINE:
            self.lines.add(outcall.id)
        self.due.set(outcall.id, due_of_outcall(outcall))

    def settle_voicemail(self, voicemail: Voicemail) -> None:
        """A voicemail waits in line like a call."""
        if voicemail.state is VoicemailState.WAITING:
            self.matching.enqueue(
                voicemail.id,
                voicemail.queue,
                priority=voicemail.priority,
                since=voicemail.since,
                skills=voicemail.skills,
                kind="voicemail",
            )
        else:
            self.matching.withdraw(voicemail.id)
        self.due.set(voicemail.id, voicemail.until)

    def settle_reserved(self, call: Call) -> None:
        """Keep an agent free for a call, or let him be offered others again."""
        for agent in [agent for agent, reserving in self.reserved.items() if reserving == call.id]:
            if agent != call.reserved:
                del self.reserved[agent]
                self.settle_agent(self.agents[agent])
        if call.reserved is not None:
            self.reserved[call.reserved] = call.id
            self.settle_agent(self.agents[call.reserved])

    def settle_reserve(self, queue: QueueId) -> None:
        """Let the queue's reserve serve it, or hold it back."""
        pressure = self.pressed.get(queue)
        self.matching.call_reserve(queue, pressure.because if pressure else "")
        self.stir(queue)

    def stir(self, queue: QueueId) -> None:
        """Something has changed that an exit of the queue may depend on."""
        if queue in self.watched:
            self.stirred[queue] = None

    def settle_agent(self, agent: Agent) -> None:
        """Keep what is derived from an agent in step with him."""
        entry = self.directory.agents.get(agent.id)
        at_voicemail = agent.state is Presence.PAUSED and agent.reason == AT_VOICEMAIL
        there = agent.attends is None and agent.id not in self.reserved
        free = there and agent.state is Presence.READY
        refuses = self._refuses(agent, entry, at_voicemail=at_voicemail) if entry is not None else NOTHING_REFUSED
        may = free or (there and at_voicemail and len(refuses) < KINDS)
        if may and entry is not None and (agent.phone or not entry.phone):
            self.matching.idle(
                agent.id,
                since=agent.since,
                queues=agent.queues,
                skills=entry.skills,
                team=entry.team,
                work=agent.work,
                misses=agent.misses,
                refuses=refuses,
                disturbed=not free,
            )
        else:
            self.matching.busy(agent.id)
        self._count(agent)
        self.due.set(agent.id, None if free and agent.phone else due_of_agent(agent, entry))

    def hold(self, agent: AgentId | None, step: int) -> None:
        """An agent deals with one voicemail more, or less."""
        if agent is not None:
            self.holding[agent] = self.holding.get(agent, 0) + step

    def _refuses(self, agent: Agent, entry: AgentEntry, *, at_voicemail: bool) -> frozenset[Kind]:
        """What he has no room for."""
        full = self.holding.get(agent.id, 0) >= entry.most_voicemails
        disturbed = at_voicemail and not entry.interruptible
        if entry.callbacks and not full and not disturbed:
            return NOTHING_REFUSED
        refused: dict[Kind, bool] = {
            "call": disturbed,
            "callback": disturbed or not entry.callbacks,
            "voicemail": full,
        }
        return frozenset(kind for kind, refuses in refused.items() if refuses)

    def _count(self, agent: Agent) -> None:
        now = (() if agent.state is Presence.OFF else agent.queues, agent.state is not Presence.PAUSED)
        before = self._working.get(agent.id, ((), False))
        if now == before:
            return
        self._working[agent.id] = now
        for (queues, serves), step in ((before, -1), (now, 1)):
            for queue in queues:
                self.staff[queue] = self.staff.get(queue, 0) + step
                self.serving[queue] = self.serving.get(queue, 0) + step * serves
                self.stir(queue)

    def remind(self, call: Call) -> None:
        """Note when the call wants to be looked at again."""
        self.due.set(call.id, due_of_call(call, self.directory))


def matching_of(directory: Directory) -> Matching:
    """An empty index for this house. Turns go round in the order of the extensions."""
    matching = Matching(
        {id: queue.rules for id, queue in directory.queues.items()},
        sorted(directory.agents, key=lambda id: (directory.agents[id].extension, id)),
        thresholds={id: queue.sl_threshold_s for id, queue in directory.queues.items()},
        strategies=directory.strategies,
    )
    for agent in directory.agents.values():
        matching.know(agent.id, skills=agent.skills, team=agent.team)
    return matching


def lending_queues(directory: Directory) -> frozenset[QueueId]:
    """Donors and borrowers of agreements that ask for an expected wait or a service level."""
    found: set[QueueId] = set()
    for id, queue in directory.queues.items():
        for loan in queue.rules.lending:
            limits = (loan.wait_below_s, loan.service_level_above, loan.when_wait_above_s)
            if any(limit is not None for limit in limits):
                found |= {id, loan.to}
    return frozenset(found)


def _place(call: Call) -> tuple[bool, datetime]:
    return (call.waiting is None, call.waiting.entered if call.waiting else call.started)


def encode(snapshot: Snapshot) -> bytes:
    return msgspec.json.encode(snapshot)


def decode(data: bytes) -> Snapshot:
    return msgspec.json.decode(data, type=Snapshot)
