"""Who is there: agents as bits, so that "idle here and able" is one AND of big integers."""

from collections.abc import Iterator, Mapping, Sequence

from rexian.core.ids import AgentId, TeamId
from rexian.routing.groups import Agent, Kind
from rexian.routing.requirement import Requirement, bits


class People:
    """All agents that have been met, and what they can do. Bits are given in the order in which they are met."""

    def __init__(self, agents: Sequence[AgentId] = ()) -> None:
        self.by_bit: list[Agent] = []
        self.idle = 0
        """Bits of those who can be given something now."""
        self.missing = 0
        """Of these, those who have missed what they were offered last."""
        self.refusing: dict[Kind, int] = {}
        """Of these, by kind, those who have no room for it; only kinds that somebody has none for."""
        self.disturbed = 0
        """Of these, those who would be interrupted: they are chosen where nobody else is to be had."""
        self.teams: dict[TeamId, int] = {}
        self.version = 0
        """Grows whenever anybody's skills change, and when somebody new is met."""
        self._by_id: dict[AgentId, Agent] = {}
        self._levels: dict[str, dict[int, int]] = {}
        self._able: dict[Requirement, int] = {}
        self._at_least: dict[tuple[str, int], int] = {}
        for id in agents:
            self.meet(id)

    def __getitem__(self, id: AgentId) -> Agent:
        return self._by_id[id]

    def find(self, id: AgentId) -> Agent | None:
        return self._by_id.get(id)

    def meet(self, id: AgentId) -> Agent:
        """The agent, who gets a bit when he is met for the first time."""
        known = self._by_id.get(id)
        if known is None:
            known = self._by_id[id] = Agent(id, len(self.by_bit))
            self.by_bit.append(known)
            self.version += 1
        return known

    def learn(self, agent: Agent, skills: Mapping[str, int]) -> None:
        """His skills are these now."""
        for skill, level in agent.skills.items():
            self._levels[skill][level] &= ~agent.bit
        for skill, level in skills.items():
            levels = self._levels.setdefault(skill, {})
            levels[level] = levels.get(level, 0) | agent.bit
        agent.skills = dict(skills)
        self._able.clear()
        self._at_least.clear()
        self.version += 1

    def join(self, agent: Agent, team: TeamId | None) -> None:
        """He belongs to this team now."""
        if agent.team is not None:
            self.teams[agent.team] &= ~agent.bit
        if team is not None:
            self.teams[team] = self.teams.get(team, 0) | agent.bit
        agent.team = team

    def idle_for(self, kind: Kind) -> int:
        """Bits of those who can be given something of this kind now."""
        return self.idle & ~self.refusing.get(kind, 0) if self.refusing else self.idle

    def first_of(self, agents: int) -> int:
        """Those of a set who would not be interrupted; all, where all would."""
        return agents & ~self.disturbed or agents if self.disturbed else agents

    def refuse(self, agent: Agent, kinds: frozenset[Kind]) -> None:
        """He has no room for these kinds now."""
        for kind in agent.refuses - kinds:
            self.refusing[kind] &= ~agent.bit
            if not self.refusing[kind]:
                del self.refusing[kind]
        for kind in kinds - agent.refuses:
            self.refusing[kind] = self.refusing.get(kind, 0) | agent.bit
        agent.refuses = kinds

    def able(self, requirement: Requirement) -> int:
        """Bits of all agents, idle or not, who satisfy it; -1: anybody does."""
        found = self._able.get(requirement)
        if found is None:
            found = self._able[requirement] = bits(requirement, self.at_least)
        return found

    def at_least(self, skill: str, least: int) -> int:
        """Bits of the agents who have at least this level."""
        if least <= 0:
            return -1
        found = self._at_least.get((skill, least))
        if found is None:
            found = 0
            for level, holders in self._levels.get(skill, {}).items():
                if level >= least:
                    found |= holders
            self._at_least[skill, least] = found
        return found

    def at_level(self, skill: str, level: int) -> int:
        """Bits of the agents who have just this level; level 0: those who have none."""
        if level <= 0:
            return ~self.at_least(skill, 1)
        return self._levels.get(skill, {}).get(level, 0)

    def levels(self, skill: str) -> list[int]:
        """The levels that somebody has, from low to high, with 0 before them."""
        return [0, *sorted(level for level, holders in self._levels.get(skill, {}).items() if holders and level > 0)]

    def each(self, agents: int) -> Iterator[Agent]:
        """The agents of a set of bits."""
        by_bit = self.by_bit
        while agents:
            lowest = agents & -agents
            yield by_bit[lowest.bit_length() - 1]
            agents ^= lowest

    def set_of(self, ids: Sequence[AgentId]) -> int:
        """The bits of those who have been met."""
        found = 0
        for id in ids:
            agent = self._by_id.get(id)
            if agent is not None:
                found |= agent.bit
        return found
