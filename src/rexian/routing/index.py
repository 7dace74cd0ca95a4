"""The index that matching works on: what waits and who is idle, kept up to date event by event, without a scan."""

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from rexian.core.ids import AgentId, QueueId, TeamId
from rexian.routing.choosing import Ordered, ready_made
from rexian.routing.custom import Foreign
from rexian.routing.groups import NO_SKILLS, Agent, Ask, Balance, Group, Kind, Lent, Line, Place, Reach
from rexian.routing.lending import Known, holds
from rexian.routing.people import People
from rexian.routing.rules import HELD, Custom, Rules
from rexian.routing.work import Work

MOST_EMPTY = 64
"""So many groups of a queue are kept though nothing is in them, to be found again ready-made."""
AS_ALWAYS = Rules()
NOTHING_REFUSED: frozenset[Kind] = frozenset()


class Waiting:
    """An item in line. `wants`: so many agents more may be offered it."""

    __slots__ = ("group", "id", "place", "prefers", "priority", "since", "skills", "wants")

    def __init__(
        self,
        id: str,
        group: Group,
        place: Place,
        priority: int,
        since: datetime,
        skills: Mapping[str, int] | None,
        prefers: tuple[AgentId, ...],
        wants: int,
    ) -> None:
        self.id = id
        self.group = group
        self.place = place
        self.priority = priority
        self.since = since
        self.skills = skills
        self.prefers = prefers
        self.wants = wants


class Index:
    """The index. All its methods may be called again with the same arguments: that changes nothing.

    `rules` of the queues (those not named: as always), `thresholds` of their service levels in seconds, `agents` in the
    order in which turns go round, `strategies` of others by name. `explains`: whether matches say why.
    """

    def __init__(
        self,
        rules: Mapping[QueueId, Rules] | None = None,
        agents: Sequence[AgentId] = (),
        *,
        thresholds: Mapping[QueueId, float] | None = None,
        strategies: Mapping[str, Callable[[dict[str, Any]], Any]] | None = None,
        explains: bool = True,
    ) -> None:
        self.people = People(agents)
        self.items: dict[str, Waiting] = {}
        self.lines: dict[QueueId, Line] = {}
        self.by_team: dict[TeamId, dict[Group, None]] = {}
        """Groups that a ring has opened to a team."""
        self.held: dict[int, dict[Group, None]] = {}
        """Groups that wait for one agent, by his bit number."""
        self.known: dict[QueueId, Known] = {}
        self.explains = explains
        self.dirty: dict[Group, None] = {}
        """Groups whose head may be matched though it was not before."""
        self.fresh: dict[Agent, None] = {}
        """Agents who have not been proposed anything yet."""
        self._rules = rules or {}
        self._thresholds = thresholds or {}
        self._strategies = strategies or {}
        self._balance = Balance()
        for queue in self._rules:
            self.line(queue)
        for line in list(self.lines.values()):
            self._agree(line)

    # --- what waits

    def enqueue(
        self,
        item: str,
        queue: QueueId,
        *,
        priority: int,
        since: datetime,
        skills: Mapping[str, int] | None = None,
        ring: int = 0,
        prefers: tuple[AgentId, ...] = (),
        wants: int = 1,
        rung: tuple[AgentId, ...] = (),
        kind: Kind = "call",
    ) -> None:
        """`item` waits in `queue`, or its place there has changed.

        `skills`: the least level of each that it needs; `ring`: how far its search has widened (`rules.HELD`: for the
        agents it `prefers` alone); `wants`: so many agents may be offered it besides those for whom it is `rung`.
        """
        ask = Ask(
            _sorted(skills) if skills else (),
            ring,
            prefers if ring == HELD else (),
            (item, *rung) if rung else (),
            kind,
        )
        line = self.lines.get(queue) or self.line(queue)
        group = line.groups.get(ask) or self._found(line, ask)
        place = line.place(item, priority + group.priority, since.timestamp())
        known = self.items.get(item)
        if known is not None:
            if known.group is group and known.place == place and known.prefers == prefers:
                if wants > known.wants:
                    self.dirty[group] = None
                known.wants = wants
                return
            self.withdraw(item)
            line.groups.setdefault(ask, group)
        self.items[item] = Waiting(item, group, place, priority, since, skills, prefers, wants)
        if line.insert(group, place):
            self.dirty[group] = None
            if group.teams or ask.only:
                self._spread(group)
        if line.lends or line.borrows:
            self._review(line)

    def reprioritise(self, item: str, priority: int) -> None:
        """Give a waiting item another priority; its age stays."""
        known = self.items[item]
        self._again(known, priority=priority)

    def withdraw(self, item: str) -> None:
        """`item` waits no longer."""
        known = self.items.pop(item, None)
        if known is None:
            return
        group = known.group
        line = group.line
        line.remove(group, known.place)
        if not group.places:
            self._forget(group)
        if line.lends or line.borrows:
            self._review(line)

    def offered(self, item: str, agent: AgentId) -> None:
        """One more agent is offered a waiting item: it may want others still."""
        known = self.items[item]
        known.wants -= 1
        if known.wants <= 0:
            self.withdraw(item)
        else:
            self._again(known, rung=(*map(AgentId, known.group.ask.rung[1:]), agent))

    # --- who is idle

    def know(self, agent: AgentId, *, skills: Mapping[str, int], team: TeamId | None = None) -> None:
        """What an agent can do, before he comes: so his coming needs no new reckoning of who can serve what."""
        known = self.people.meet(agent)
        if known.skills != skills:
            self.people.learn(known, skills)
        if known.team != team:
            self.people.join(known, team)

    def idle(
        self,
        agent: AgentId,
        *,
        since: datetime,
        queues: tuple[QueueId, ...],
        skills: Mapping[str, int] | None = None,
        team: TeamId | None = None,
        work: Work | None = None,
        misses: int = 0,
        room: int = 1,
        refuses: frozenset[Kind] = NOTHING_REFUSED,
        disturbed: bool = False,
    ) -> None:
        """`agent` can be given so many items from these queues (`room`), and has been without since then.

        `refuses`: of these kinds he can be given none; `disturbed`: he would be interrupted in something.
        """
        known = self.people.find(agent) or self.people.meet(agent)
        skills = NO_SKILLS if skills is None else skills
        if known.room:
            same = known.since == since and known.queues == queues and known.skills == skills and known.team == team
            limits = (known.misses, known.room, known.refuses, bool(known.bit & self.people.disturbed))
            if same and limits == (misses, room, refuses, disturbed):
                return
            self.busy(agent)
        if known.skills is not skills and known.skills != skills:
            self.people.learn(known, skills)
        if known.team != team:
            self.people.join(known, team)
        if known.queues != queues:
            self._work_in(known, queues)
        known.since, known.work, known.misses, known.room = since, work, misses, room
        known.stamp = since.timestamp()
        people = self.people
        people.idle |= known.bit
        if disturbed:
            people.disturbed |= known.bit
        if known.refuses is not refuses:
            people.refuse(known, refuses)
        if misses:
            people.missing |= known.bit
        if self._waits_for(known):
            self.fresh[known] = None
        for line in known.lines:
            if line.keeps_ready:
                self._review(line)

    def busy(self, agent: AgentId) -> None:
        """`agent` can be given nothing now."""
        known = self.people.find(agent)
        if known is None or not known.room:
            return
        known.room = 0
        people = self.people
        people.idle ^= known.bit
        self.fresh.pop(known, None)
        for line, entry in known.stands.items():
            line.leave(known, entry)
        known.stands.clear()
        if known.misses:
            people.missing &= ~known.bit
        if people.disturbed:
            people.disturbed &= ~known.bit
        for line in known.lines:
            if line.keeps_ready:
                self._review(line)

    def took_turn(self, queue: QueueId, agent: AgentId) -> None:
        """The agent was the last who was offered something from this queue."""
        self.line(queue).turn = self.people.meet(agent).index

    def learn(self, queue: QueueId, known: Known) -> None:
        """What the queue's figures say now, for the agreements on lending."""
        if self.known.get(queue) != known:
            self.known[queue] = known
            line = self.lines.get(queue)
            if line is not None:
                self._review(line)

    def call_reserve(self, queue: QueueId, because: str) -> None:
        """The queue's reserve works there as the others do, for this reason; none: no longer."""
        line = self.line(queue)
        line.pressure = because
        line.held_back = 0 if because else line.reserve
        here = 0
        for agent in self.people.each(line.reserve):
            if line in agent.lines:
                here |= agent.bit
        line.members = line.members | here if because else line.members & ~here
        if because:
            for served in (line, *(lent.borrower for lent in line.lends)):
                self.dirty.update((group, None) for _, _, group in served.heads)
        self._review(line)

    # --- asking

    @property
    def changed(self) -> bool:
        """Whether there may be something to match that has not been tried yet."""
        return bool(self.dirty or self.fresh)

    def position(self, item: str) -> int:
        """The item's place in its queue, counted from 1; 0 when it does not wait."""
        known = self.items.get(item)
        return 0 if known is None else 1 + self.before(known.group.line, known.place)

    def before(self, line: Line, place: Place) -> int:
        """How many wait in a line before this place."""
        return sum(bisect_left(group.places, place) for group in line.groups.values() if not group.late)

    def waiting(self, queue: QueueId) -> int:
        """How many wait in a queue for whom no phone rings."""
        line = self.lines.get(queue)
        return line.count if line else 0

    def ready(self, queue: QueueId) -> int:
        """How many are idle for calls of a queue, whatever their skills."""
        line = self.lines.get(queue)
        return (line.members & self.people.idle_for("call")).bit_count() if line else 0

    def at_once(self, queue: QueueId) -> int:
        """How many agents the queue's strategy offers one item at the same time."""
        return self.line(queue).chooser.at_once

    # --- inside

    def _waits_for(self, agent: Agent) -> bool:
        """Whether anything waits where he may serve; what comes later finds him among the idle."""
        for line in agent.lines:
            if line.heads or line.lends:
                return True
        return bool(self.held.get(agent.index) or (agent.team and self.by_team.get(agent.team)))

    def line(self, queue: QueueId) -> Line:
        """The queue's line, opened when it is asked for first."""
        found = self.lines.get(queue)
        if found is None:
            found = self.lines[queue] = self._line(queue)
        return found

    def _line(self, queue: QueueId) -> Line:
        rules = self._rules.get(queue, AS_ALWAYS)
        strategy = rules.strategy
        chooser: Ordered = (
            Foreign(strategy.name, self._strategies.get(strategy.name), strategy.parameters)
            if isinstance(strategy, Custom)
            else ready_made(strategy)
        )
        line = Line(queue, rules, chooser, threshold_s=self._thresholds.get(queue, 0.0), balance=self._balance)
        line.ranks = {self.people.meet(agent).index: rank for agent, rank in rules.ranks.items()}
        for agent in rules.reserve.agents:
            line.reserve |= self.people.meet(agent).bit
        line.held_back = line.reserve
        for agent, grade in sorted(rules.grades.items()):
            line.grades[grade] = line.grades.get(grade, 0) | self.people.meet(agent).bit
        return line

    def _agree(self, line: Line) -> None:
        for loan in line.rules.lending:
            if loan.to != line.id:
                lent = Lent(line, self.line(loan.to), loan)
                line.lends.append(lent)
                lent.borrower.borrows.append(lent)
                line.keeps_ready = line.keeps_ready or loan.keep_ready > 0

    def _found(self, line: Line, ask: Ask) -> Group:
        group = self.group(line, ask)
        if not group.late and ask.ring != HELD:
            line.number(group)
        line.groups[ask] = group
        return group

    def group(self, line: Line, ask: Ask) -> Group:
        asked = line.scope(ask)
        mask = -1
        for agent in ask.rung[1:]:
            mask &= ~self.people.meet(AgentId(agent)).bit
        if ask.only:
            mask = 0
            for agent in ask.only:
                mask |= self.people.meet(agent).bit
        return Group(line, ask, asked.requirement, teams=asked.teams, priority=asked.priority, mask=mask)

    def _forget(self, group: Group) -> None:
        line = group.line
        self.dirty.pop(group, None)
        for team in group.teams:
            self.by_team[team].pop(group, None)
        if group.ask.only:
            for agent in self.people.each(group.mask):
                self.held[agent.index].pop(group, None)
        if group.ask.only or group.late or len(line.groups) > MOST_EMPTY:
            del line.groups[group.ask]

    def _spread(self, group: Group) -> None:
        """Let those find the group who do not work in its queue."""
        for team in group.teams:
            self.by_team.setdefault(team, {})[group] = None
        if group.ask.only:
            for agent in self.people.each(group.mask):
                self.held.setdefault(agent.index, {})[group] = None

    def _again(self, known: Waiting, *, priority: int | None = None, rung: tuple[AgentId, ...] | None = None) -> None:
        ask = known.group.ask
        self.enqueue(
            known.id,
            known.group.line.id,
            priority=known.priority if priority is None else priority,
            since=known.since,
            skills=known.skills,
            ring=ask.ring,
            prefers=known.prefers,
            wants=known.wants,
            rung=tuple(map(AgentId, ask.rung[1:])) if rung is None else rung,
            kind=ask.kind,
        )

    def _work_in(self, agent: Agent, queues: tuple[QueueId, ...]) -> None:
        for line in agent.lines:
            line.members &= ~agent.bit
        agent.queues = queues
        agent.lines = tuple(self.line(queue) for queue in queues)
        agent.reaches = tuple(Reach() for _ in queues)
        for line in agent.lines:
            line.members |= agent.bit & ~line.held_back

    def _review(self, line: Line) -> None:
        """What lending depends on has changed. Where it has become possible, what waits there may be served."""
        for lent in (*line.lends, *line.borrows):
            possible = holds(lent, self.people, self.known)
            if possible and not lent.open:
                self.dirty.update((group, None) for _, _, group in lent.borrower.heads)
            lent.open = possible


def _sorted(skills: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple(skills.items() if len(skills) == 1 else sorted(skills.items()))


def pool(index: Index, group: Group) -> int:
    """Bits of those who are idle and may serve the group, whatever they are able to."""
    people, line = index.people, group.line
    if group.ask.only:
        return group.mask & people.idle_for(group.ask.kind)
    found = line.members
    for team in group.teams:
        found |= people.teams.get(team, 0)
    for lent in line.borrows:
        if lent.open:
            found |= lent.donor.members
    return found & people.idle_for(group.ask.kind)


def reach(index: Index, agent: Agent, line: Line, known: Reach) -> int:
    """Bits of the line's numbered groups that the agent is able to serve, brought up to date."""
    groups = line.numbered
    if known.groups is not groups or known.seen != index.people.version:
        known.groups, known.seen, known.looked, known.bits = groups, index.people.version, 0, 0
    if known.looked != len(groups):
        for group in groups[known.looked :]:
            if able(index, group) & agent.bit:
                known.bits |= group.bit
        known.looked = len(groups)
    return known.bits


def able(index: Index, group: Group) -> int:
    """Bits of all agents, idle or not, who satisfy the group's requirement and whom it may be given."""
    people = index.people
    if group.seen != people.version:
        group.able = people.able(group.requirement) & group.mask
        group.seen = people.version
    return group.able
