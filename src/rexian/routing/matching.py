"""Who serves whom: the pure index of what waits and who is idle, kept up to date event by event.

Rule: among all that waits, what is first in order (priority, then place) and has somebody idle who can serve it, goes
to the first of these in the queue's order of agents (now: longest idle). Again, until nothing more can be matched.

No event scans all: what waits is kept in groups (queue and required skills) in order, and an agent looks only at groups
whose first skill he has; who is idle is kept per queue in order, and beside it as one big integer with a bit for each
agent, so that "idle here and skilled enough" is one AND.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping
from datetime import datetime
from heapq import heapify, heappop, heappush
from itertools import chain
from typing import Any

import msgspec

from rexian.core.ids import AgentId, QueueId
from rexian.routing.groups import Group, Needs, Place, first_skill, suffices

FEW = 32
"""Up to so many candidates are compared one by one; of more, the first is met soon in the queue's order."""


class Match(msgspec.Struct, frozen=True):
    """`item` goes to `agent`. `why` explains it: how many were idle there, who was left out by what, the order."""

    item: str
    agent: AgentId
    queue: QueueId
    why: dict[str, Any]


class Waiting(msgspec.Struct, frozen=True):
    """An item in line."""

    place: Place
    group: Group


class Agent:
    """What is known of an agent; `since` is None unless he is idle."""

    __slots__ = ("bit", "id", "queues", "since", "skills")

    def __init__(self, id: AgentId, bit: int) -> None:
        self.id = id
        self.bit = bit
        self.since: datetime | None = None
        self.queues: tuple[QueueId, ...] = ()
        self.skills: Mapping[str, int] = {}


class Matching:
    """The index. All its methods may be called again with the same arguments: that changes nothing."""

    def __init__(self) -> None:
        self._agents: dict[AgentId, Agent] = {}
        self._by_bit: list[Agent] = []
        self._idle: dict[QueueId, int] = {}
        self._idle_order: dict[QueueId, list[tuple[datetime, AgentId]]] = {}
        self._levels: dict[str, dict[int, int]] = {}
        self._skills_version = 0
        self._items: dict[str, Waiting] = {}
        self._groups: dict[QueueId, dict[Needs, Group]] = {}
        self._by_skill: dict[QueueId, dict[str, dict[Needs, Group]]] = {}
        self._fresh_items: dict[str, None] = {}
        self._fresh_agents: dict[AgentId, None] = {}

    # --- what waits

    def enqueue(
        self, item: str, queue: QueueId, *, priority: int, since: datetime, skills: Mapping[str, int] | None = None
    ) -> None:
        """`item` waits in `queue`, or its place there has changed. `skills`: the least level of each that it needs."""
        needs = tuple(sorted(skills.items())) if skills else ()
        place = (-priority, since, item)
        known = self._items.get(item)
        if known is not None:
            if known.place == place and known.group.queue == queue and known.group.needs == needs:
                return
            self.withdraw(item)
        group = self._groups.setdefault(queue, {}).get(needs) or self._found(queue, needs)
        insort(group.places, place)
        self._items[item] = Waiting(place, group)
        self._fresh_items[item] = None

    def reprioritise(self, item: str, priority: int) -> None:
        """Give a waiting item another priority; its age stays."""
        known = self._items[item]
        group = known.group
        self.enqueue(item, group.queue, priority=priority, since=known.place[1], skills=dict(group.needs))

    def withdraw(self, item: str) -> None:
        """`item` waits no longer."""
        known = self._items.pop(item, None)
        if known is None:
            return
        self._fresh_items.pop(item, None)
        group = known.group
        del group.places[bisect_left(group.places, known.place)]
        if not group.places:
            del self._groups[group.queue][group.needs]
            del self._by_skill[group.queue][first_skill(group.needs)][group.needs]

    # --- who is idle

    def idle(
        self, agent: AgentId, *, since: datetime, queues: tuple[QueueId, ...], skills: Mapping[str, int] | None = None
    ) -> None:
        """`agent` can be given work from these queues, and has been without since then."""
        known = self._agents.get(agent) or self._meet(agent)
        skills = skills or {}
        if known.since is not None:
            if known.since == since and known.queues == queues and known.skills == skills:
                return
            self.busy(agent)
        if known.skills != skills:
            self._learn(known, skills)
        known.since = since
        known.queues = queues
        for queue in queues:
            self._idle[queue] = self._idle.get(queue, 0) | known.bit
            insort(self._idle_order.setdefault(queue, []), (since, agent))
        self._fresh_agents[agent] = None

    def busy(self, agent: AgentId) -> None:
        """`agent` can be given nothing now."""
        known = self._agents.get(agent)
        if known is None or known.since is None:
            return
        self._fresh_agents.pop(agent, None)
        entry = (known.since, agent)
        for queue in known.queues:
            self._idle[queue] &= ~known.bit
            order = self._idle_order[queue]
            del order[bisect_left(order, entry)]
        known.since = None

    # --- asking

    @property
    def changed(self) -> bool:
        """Whether there may be something to match that has not been tried yet."""
        return bool(self._fresh_items or self._fresh_agents)

    def match(self) -> list[Match]:
        """All matches that have become possible, in order. Both sides are taken out of the index at once."""
        found: list[Match] = []
        candidates = [(self._items[item].place, "") for item in self._fresh_items]
        for agent in self._fresh_agents:
            self._propose(candidates, agent)
        self._fresh_items.clear()
        self._fresh_agents.clear()
        heapify(candidates)
        while candidates:
            place, proposer = heappop(candidates)
            item = place[2]
            waiting = self._items.get(item)
            if waiting is not None and waiting.place == place:
                able = self._first_able(waiting.group)
                if able is not None:
                    found.append(Match(item, able.id, waiting.group.queue, self._explain(waiting, able)))
                    self.withdraw(item)
                    self.busy(able.id)
            if proposer:
                self._propose(candidates, AgentId(proposer))
        return found

    def position(self, item: str) -> int:
        """The item's place in its queue, counted from 1; 0 when it does not wait."""
        known = self._items.get(item)
        if known is None:
            return 0
        groups = self._groups[known.group.queue].values()
        return 1 + sum(bisect_left(group.places, known.place) for group in groups)

    def waiting(self, queue: QueueId) -> int:
        """How many wait in a queue and have not been matched."""
        return sum(len(group.places) for group in self._groups.get(queue, {}).values())

    def ready(self, queue: QueueId) -> int:
        """How many are idle for a queue, whatever their skills."""
        return len(self._idle_order.get(queue, ()))

    def best(self, agent: AgentId) -> Place | None:
        """The place of the first item in order that an idle agent can serve."""
        known = self._agents[agent]
        found: Place | None = None
        for queue in known.queues:
            for group in self._near(queue, known.skills):
                first = group.places[0]
                if (found is None or first < found) and suffices(known.skills, group.needs):
                    found = first
        return found

    # --- inside

    def _found(self, queue: QueueId, needs: Needs) -> Group:
        group = self._groups[queue][needs] = Group(queue, needs)
        self._by_skill.setdefault(queue, {}).setdefault(first_skill(needs), {})[needs] = group
        return group

    def _near(self, queue: QueueId, skills: Mapping[str, int]) -> Iterable[Group]:
        """The groups of a queue that an agent with these skills may be able to serve."""
        groups = self._groups.get(queue)
        if not groups:
            return ()
        if len(groups) <= len(skills) + 1:
            return groups.values()
        by_skill = self._by_skill[queue]
        near = [by_skill[skill].values() for skill in ("", *skills) if skill in by_skill]
        return chain.from_iterable(near)

    def _propose(self, candidates: list[tuple[Place, str]], agent: AgentId) -> None:
        """Put what this agent could serve first among the candidates, as long as he is idle."""
        if self._agents[agent].since is None:
            return
        place = self.best(agent)
        if place is not None:
            heappush(candidates, (place, agent))

    def _first_able(self, group: Group) -> Agent | None:
        able = self._idle.get(group.queue, 0) & self._able(group)
        if not able:
            return None
        if able.bit_count() <= FEW:
            return min(self._agents_of(able), key=_idleness)
        for _, agent in self._idle_order[group.queue]:
            if self._agents[agent].bit & able:
                return self._agents[agent]
        raise AssertionError("an idle agent is missing from the order of his queue")

    def _agents_of(self, bits: int) -> Iterable[Agent]:
        while bits:
            lowest = bits & -bits
            yield self._by_bit[lowest.bit_length() - 1]
            bits ^= lowest

    def _able(self, group: Group) -> int:
        """Bits of all agents, idle or not, whose skills suffice."""
        if group.skills_seen != self._skills_version:
            group.able = -1
            for skill, least in group.needs:
                group.able &= self._at_least(skill, least)
            group.skills_seen = self._skills_version
        return group.able

    def _at_least(self, skill: str, least: int) -> int:
        if least <= 0:
            return -1
        bits = 0
        for level, holders in self._levels.get(skill, {}).items():
            if level >= least:
                bits |= holders
        return bits

    def _meet(self, agent: AgentId) -> Agent:
        known = self._agents[agent] = Agent(agent, 1 << len(self._by_bit))
        self._by_bit.append(known)
        return known

    def _learn(self, agent: Agent, skills: Mapping[str, int]) -> None:
        for skill, level in agent.skills.items():
            self._levels[skill][level] &= ~agent.bit
        for skill, level in skills.items():
            levels = self._levels.setdefault(skill, {})
            levels[level] = levels.get(level, 0) | agent.bit
        agent.skills = dict(skills)
        self._skills_version += 1

    def _explain(self, waiting: Waiting, agent: Agent) -> dict[str, Any]:
        group = waiting.group
        here = self._idle[group.queue]
        excluded = {}
        for skill, least in group.needs:
            lacking = (here & ~self._at_least(skill, least)).bit_count()
            if lacking:
                excluded[f"{skill} < {least}"] = lacking
        return {
            "order": "longest_idle",
            "idle": here.bit_count(),
            "candidates": (here & self._able(group)).bit_count(),
            "excluded": excluded,
            "idle_since": agent.since,
            "priority": -waiting.place[0],
            "waiting_since": waiting.place[1],
        }


def _idleness(agent: Agent) -> tuple[datetime | None, AgentId]:
    return (agent.since, agent.id)
