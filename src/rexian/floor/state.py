"""The floor's state with what is derived from it: who can be matched, what is due when."""

import heapq
from datetime import datetime

import msgspec

from rexian.core.ids import AgentId, CallId, QueueId
from rexian.floor.deadlines import due_of_agent, due_of_call
from rexian.floor.directory import Directory
from rexian.floor.model import Agent, Call, Snapshot
from rexian.floor.presence import Presence
from rexian.routing.matching import Matching
from rexian.routing.rings import phones_at_once


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
        "_working",
        "agents",
        "before",
        "calls",
        "closed",
        "concealed",
        "directory",
        "due",
        "emergencies",
        "figures",
        "going",
        "lending",
        "lost",
        "matching",
        "messages",
        "serving",
        "staff",
        "waiting",
    )

    def __init__(self, directory: Directory, snapshot: Snapshot | None = None) -> None:
        lasting = snapshot or Snapshot()
        self.calls = lasting.calls
        self.agents = lasting.agents
        self.figures = lasting.figures
        self.lost = lasting.lost
        self.messages = lasting.messages
        self.closed = lasting.closed
        self.emergencies = lasting.emergencies
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
            emergencies=self.emergencies,
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
        self.waiting: dict[QueueId, dict[CallId, None]] = {}
        self.staff: dict[QueueId, int] = {}
        """How many are signed in to each queue, whatever they are doing."""
        self.serving: dict[QueueId, int] = {}
        """How many of them take calls: all who are not paused."""
        self._working: dict[AgentId, tuple[tuple[QueueId, ...], bool]] = {}
        self.due = Deadlines()
        for call in sorted(self.calls.values(), key=_place):
            if call.waiting is not None:
                self.waiting.setdefault(call.waiting.queue, {})[call.id] = None
            self.settle_call(call)
            self.remind(call)
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
        wants = self._wanted(call)
        if waiting is not None and wants > 0 and call.notice is None:
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
        else:
            self.matching.withdraw(call.id)

    def _wanted(self, call: Call) -> int:
        """How many agents more may be rung for this call now."""
        waiting = call.waiting
        if waiting is None or call.frozen_until is not None or call.joining is not None:
            return 0
        settings = self.directory.queues.get(waiting.queue)
        return (phones_at_once(settings.rules, waiting.phones) if settings else 1) - len(call.offers)

    def settle_agent(self, agent: Agent) -> None:
        """Keep what is derived from an agent in step with him."""
        entry = self.directory.agents.get(agent.id)
        free = agent.state is Presence.READY and agent.attends is None
        if free and entry is not None and (agent.phone or not entry.phone):
            self.matching.idle(
                agent.id,
                since=agent.since,
                queues=agent.queues,
                skills=entry.skills,
                team=entry.team,
                work=agent.work,
                misses=agent.misses,
            )
        else:
            self.matching.busy(agent.id)
        self._count(agent)
        self.due.set(agent.id, due_of_agent(agent, entry))

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
