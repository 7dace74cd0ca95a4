"""One round of matching: from what is new in the index to the matches that follow from it."""

from collections.abc import Iterator
from datetime import datetime
from heapq import heapify, heappop, heappush
from typing import Any

import msgspec

from rexian.core.ids import AgentId, QueueId
from rexian.routing.groups import Agent, Group, Line, Rank
from rexian.routing.index import Index, able, pool, reach
from rexian.routing.why import reason

Entry = tuple[tuple[Any, ...], int, Group, Agent | None]
"""Order, a number that breaks ties, the group whose head it is, and who proposes it (none: the group is new)."""


class Match(msgspec.Struct, frozen=True, gc=False):
    """`item` goes to `agent`. `why` explains it: `routing.why`."""

    item: str
    agent: AgentId
    queue: QueueId
    why: dict[str, Any]


class Round:
    """Candidates are the heads of new groups and what each new agent could serve first.

    They lie in two heaps: those of queues that are ordered by themselves, and those that compete by balance.
    """

    __slots__ = (
        "_balanced", "_candidates", "_found", "_here", "_number", "_plain", "at", "index", "people",
    )  # fmt: skip

    def __init__(self, index: Index, now: datetime) -> None:
        self.index = index
        self.people = index.people
        self.at = now.timestamp()
        self._number = 0
        self._plain: list[Entry] = []
        self._balanced: list[Entry] = []
        self._found: list[Match] = []
        self._here = self._candidates = 0
        """Who was idle, and of these able, when somebody was chosen last."""

    def run(self) -> list[Match]:
        index = self.index
        if len(index.dirty) == 1 and not index.fresh:
            self._serve_alone(index.dirty.popitem()[0])
        if index.dirty or index.fresh:
            self._take_new()
        while self._plain or self._balanced:
            entry, agent = self._first()
            if entry is None or agent is None:
                break
            self._give(entry[2], agent)
            if entry[3] is not None:
                self._propose(entry[3])
            elif entry[2].places:
                self._push(entry[2], None)
            if index.dirty or index.fresh:
                self._take_new()
            if entry[2].line.balance is not None:
                self._rebalance()
        return self._found

    def _serve_alone(self, group: Group) -> None:
        """Nothing else is new: there is nobody to compare it with, until something follows from it."""
        index = self.index
        while group.places and (agent := self._choose(group)) is not None:
            self._give(group, agent)
            if index.dirty or index.fresh:
                index.dirty[group] = None
                return

    # --- candidates

    def _take_new(self) -> None:
        index = self.index
        for group in index.dirty:
            if group.places:
                self._push(group, None)
        index.dirty.clear()
        fresh = list(index.fresh)
        index.fresh.clear()
        for agent in fresh:
            self._propose(agent)

    def _push(self, group: Group, proposer: Agent | None) -> None:
        line = group.line
        rank = line.rank(group, group.places[0], self.at)
        self._number += 1
        if line.balance is None:
            heappush(self._plain, (rank, self._number, group, proposer))
        else:
            heappush(self._balanced, (_by_balance(line, rank), self._number, group, proposer))

    def _propose(self, agent: Agent) -> None:
        """Put what this agent could serve first among the candidates, as long as he is idle."""
        if not agent.room:
            return
        plain: Group | None = None
        balanced: Group | None = None
        least: Rank | None = None
        least_balanced: tuple[Any, ...] | None = None
        for group in self._near(agent):
            line = group.line
            rank = line.rank(group, group.places[0], self.at)
            if line.balance is None:
                if least is None or rank < least:
                    least, plain = rank, group
            else:
                order = _by_balance(line, rank)
                if least_balanced is None or order < least_balanced:
                    least_balanced, balanced = order, group
        if least is not None and plain is not None:
            self._number += 1
            heappush(self._plain, (least, self._number, plain, agent))
        if least_balanced is not None and balanced is not None:
            self._number += 1
            heappush(self._balanced, (least_balanced, self._number, balanced, agent))

    def _near(self, agent: Agent) -> list[Group]:
        """The groups that he can serve and that can be first in their lines for him."""
        index = self.index
        near: list[Group] = []
        for line, known in zip(agent.lines, agent.reaches, strict=True):
            if line.held_back and line.held_back & agent.bit:
                continue
            if line.heads:
                served = line.wanting & reach(index, agent, line, known)
                if served or line.heads[-1][0]:
                    near += self._first_of(line, agent, served)
            if line.lends:
                near += self._borrowed(agent, line)
        held = index.held.get(agent.index)
        if held:
            near += [group for group in held if self._takes(agent, group)]
        opened = index.by_team.get(agent.team) if agent.team else None
        if opened:
            near += [group for group in opened if self._takes(agent, group)]
        return near

    def _first_of(self, line: Line, agent: Agent, served: int) -> Iterator[Group]:
        """The first group of the line that he can serve: by its number, or, where phones ring for it, by itself."""
        for late, _, group in line.heads:
            if (late and self._takes(agent, group)) or (group.bit & served and group.ask.kind not in agent.refuses):
                yield group
                return

    def _borrowed(self, agent: Agent, line: Line) -> Iterator[Group]:
        """What he may serve elsewhere because this line lends its agents."""
        for lent in line.lends:
            if lent.open:
                for _, _, group in lent.borrower.heads:
                    if self._takes(agent, group):
                        yield group
                        break

    def _takes(self, agent: Agent, group: Group) -> bool:
        return group.ask.kind not in agent.refuses and bool(able(self.index, group) & agent.bit)

    def _rebalance(self) -> None:
        """The lengths have changed, and with them the order of all that competes by them."""
        renewed: list[Entry] = []
        proposers: dict[Agent, None] = {}
        for _, number, group, proposer in self._balanced:
            if proposer is not None:
                proposers[proposer] = None
            elif group.places:
                rank = group.line.rank(group, group.places[0], self.at)
                renewed.append((_by_balance(group.line, rank), number, group, None))
        heapify(renewed)
        self._balanced = renewed
        for agent in proposers:
            self._propose(agent)

    # --- choosing

    def _first(self) -> tuple[Entry | None, Agent | None]:
        """The first candidate for whom there is somebody, taken out of its heap, and the one who is chosen."""
        plain, by_plain = self._top(self._plain, balanced=False)
        if not self._balanced:
            if plain is not None:
                heappop(self._plain)
            return plain, by_plain
        seen = self._here, self._candidates
        other, by_other = self._top(self._balanced, balanced=True)
        if other is None or (plain is not None and self._rank(plain) < self._rank(other)):
            if plain is not None:
                self._here, self._candidates = seen
                heappop(self._plain)
            return plain, by_plain
        heappop(self._balanced)
        return other, by_other

    def _rank(self, entry: Entry) -> Rank:
        group = entry[2]
        return group.line.rank(group, group.places[0], self.at)

    def _top(self, heap: list[Entry], *, balanced: bool) -> tuple[Entry | None, Agent | None]:
        """The least entry that still stands and can be served; those before it are put right or dropped."""
        while heap:
            entry = heap[0]
            order, _, group, proposer = entry
            if not group.places or group.places[0][2] != order[-1]:
                heappop(heap)
                if proposer is not None:
                    self._propose(proposer)
                elif group.places:
                    self._push(group, None)
                continue
            chosen = self._choose(group)
            if chosen is not None:
                return entry, chosen
            heappop(heap)
            if proposer is not None:
                self._propose(proposer)
        return None, None

    def _choose(self, group: Group) -> Agent | None:
        here = pool(self.index, group)
        if not here or not (candidates := here & able(self.index, group)):
            return None
        self._here, self._candidates = here, candidates
        item = group.places[0][2]
        for id in self.index.items[item].prefers:
            agent = self.people.find(id)
            if agent is not None and agent.bit & candidates:
                return agent
        return group.line.chooser.choose(self.people.first_of(candidates), group, item, self.at, self.people)

    def _give(self, group: Group, agent: Agent) -> None:
        index, line = self.index, group.line
        item = group.places[0][2]
        why = reason(index, group, agent, self._here, self._candidates, self.at) if index.explains else {}
        self._found.append(Match(item, agent.id, line.id, why))
        line.turn = agent.index
        index.offered(item, agent.id)
        if agent.room > 1:
            agent.room -= 1
            index.fresh[agent] = None
        else:
            index.busy(agent.id)


def _by_balance(line: Line, rank: Rank) -> tuple[Any, ...]:
    late, points, urgency, item = rank
    return (late, points, -line.excess(), urgency, item)
