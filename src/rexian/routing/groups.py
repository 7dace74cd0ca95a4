"""What the index is made of: agents, groups of what waits and asks for the same, the line they make in a queue.

Within a queue all that waits ages alike, so the order of two items never changes while they wait: a place is a static
key. Across queues, which may age differently, only the heads are compared, at the moment of the decision.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Literal, NamedTuple, Protocol

from rexian.core.ids import AgentId, QueueId, TeamId
from rexian.routing.requirement import Requirement
from rexian.routing.rings import Scope, scope
from rexian.routing.rules import HELD, Loan, Rules
from rexian.routing.work import Work

MOST_SCOPES = 256
LEAST_NUMBERED = 64
"""Up to so many groups of a line are numbered before the numbers of those that are gone are used again."""
Place = tuple[float, float, str]
"""Minus the points at time zero, since when it counts as waiting (less its head start, and its allowance), the item."""
Key = tuple[float, ...]
"""An agent's place in the order of a queue; the least is first."""
Standing = tuple[Key, AgentId, int]
"""An agent in the order of a queue: his key, id and bit number."""
Rank = tuple[bool, float, float, str]
"""An item's place across queues at one moment: rung already, minus points, minus urgency, the item."""


Kind = Literal["call", "callback", "voicemail"]
"""What an agent may have room for, or not."""


class Ask(NamedTuple):
    """What makes a group within its queue."""

    skills: tuple[tuple[str, int], ...] = ()
    ring: int = 0
    only: tuple[AgentId, ...] = ()
    """Held for these alone."""
    rung: tuple[str, ...] = ()
    """The item, when some phones ring for it already, and for whom: it is served after all for which none does."""
    kind: Kind = "call"


NO_SKILLS: Mapping[str, int] = {}


class Agent:
    """What is known of an agent. `room`: how many more items he may be given now; 0: he is not idle."""

    __slots__ = (
        "bit", "id", "index", "lines", "misses", "queues", "reaches", "refuses", "room", "since", "skills", "stamp",
        "stands", "team", "work",
    )  # fmt: skip

    def __init__(self, id: AgentId, index: int) -> None:
        self.id = id
        self.index = index
        self.bit = 1 << index
        self.room = 0
        self.since: datetime | None = None
        """Since when he has been idle."""
        self.stamp = 0.0
        """The same in seconds."""
        self.queues: tuple[QueueId, ...] = ()
        self.lines: tuple[Line, ...] = ()
        self.reaches: tuple[Reach, ...] = ()
        """What he can serve in each of them."""
        self.skills: Mapping[str, int] = NO_SKILLS
        self.team: TeamId | None = None
        self.work: Work | None = None
        self.misses = 0
        self.refuses: frozenset[Kind] = frozenset()
        """Kinds that he has no room for, though he is idle for others."""
        self.stands: dict[Line, Standing] = {}
        """His places in the orders of lines, as far as they have been needed."""


class Reach:
    """Which groups of a line an agent is able to serve: bits by their numbers, as far as he has been looked at."""

    __slots__ = ("bits", "groups", "looked", "seen")

    def __init__(self) -> None:
        self.bits = 0
        self.groups: list[Group] = []
        """The line's numbered groups, while their numbers are the same."""
        self.looked = 0
        """How many of them have been looked at."""
        self.seen = -1
        """As of which version of all agents' skills."""


class Group:
    """The items of one queue that ask for the same, in order."""

    __slots__ = (
        "able", "ask", "bit", "late", "line", "mask", "places", "priority", "requirement", "seen", "teams",
    )  # fmt: skip

    def __init__(
        self, line: "Line", ask: Ask, requirement: Requirement, *, teams: tuple[TeamId, ...], priority: int, mask: int
    ) -> None:
        self.line = line
        self.ask = ask
        self.late = bool(ask.rung)
        self.bit = 0
        """By its number in the line; none for what is held or rung already."""
        self.requirement = requirement
        self.teams = teams
        self.priority = priority
        self.mask = mask
        """Bits of those whom it is held for, without those whose phones ring for it; -1: anybody."""
        self.places: list[Place] = []
        self.able = -1
        """Bits of the agents who satisfy the requirement and the mask, as of `seen`."""
        self.seen = -1


class Balance:
    """What waits in all lines that are ordered by balance, and the sum of their shares."""

    __slots__ = ("shares", "total")

    def __init__(self) -> None:
        self.total = 0
        self.shares = 0.0


class Lent:
    """A loan between two lines. `open`: whether it holds, kept in step by the index."""

    __slots__ = ("borrower", "donor", "loan", "open")

    def __init__(self, donor: "Line", borrower: "Line", loan: Loan) -> None:
        self.donor = donor
        self.borrower = borrower
        self.loan = loan
        self.open = False


class Chooser(Protocol):
    """A strategy, ready to choose (`routing.choosing`)."""

    @property
    def at_once(self) -> int:
        """So many agents may be offered one item at the same time."""
        ...

    @property
    def name(self) -> str: ...

    def key(self, agent: Agent, line: "Line") -> Key:
        """His place in the order of the line, the same as long as he stays idle."""
        ...

    def choose(self, able: int, group: Group, item: str, now: float, people: Any) -> Agent:
        """One of `able`, which is never empty."""
        ...

    def score(self, agent: Agent, line: "Line", now: float) -> float:
        """What decided, as people understand it."""
        ...

    def note(self) -> str:
        """What was out of the ordinary about the last choice."""
        ...


class Line:
    """A queue: its rules made ready, its groups by their heads, who works in it."""

    __slots__ = (
        "_scopes", "ageing", "allowance", "balance", "borrows", "chooser", "count", "grades", "groups", "head_start",
        "heads", "held_back", "id", "keeps_ready", "lends", "members", "numbered", "order", "pressure", "ranks",
        "reserve", "rules", "share", "standing", "turn", "wanting", "weight",
    )  # fmt: skip

    def __init__(self, id: QueueId, rules: Rules, chooser: Chooser, *, threshold_s: float, balance: Balance) -> None:
        order = rules.order
        self.id = id
        self.rules = rules
        self.chooser = chooser
        self.ageing = order.ageing / 60.0
        self.head_start = order.head_start_s
        self.allowance = threshold_s if order.by == "deadline" else 0.0
        self.weight = order.weight
        self.share = order.share
        self.balance = balance if order.by == "balance" else None
        if self.balance is not None:
            self.balance.shares += self.share
        self.count = 0
        """How many wait for whom no phone rings."""
        self.groups: dict[Ask, Group] = {}
        self.heads: list[tuple[bool, Place, Group]] = []
        self.numbered: list[Group] = []
        self.wanting = 0
        """Bits of the groups in which somebody waits."""
        self.members = 0
        """Bits of the agents who have worked in it last; those of them who are idle may be given its items."""
        self.reserve = 0
        """Bits of the agents who are in reserve here."""
        self.held_back = 0
        """Of these, those who are no members now: all of them, or nobody while the reserve is called."""
        self.pressure = ""
        """Why the reserve is called."""
        self.order: list[Standing] = []
        """Those who are idle, by the strategy, as far as somebody had to be found among many (`line_up`)."""
        self.standing = 0
        """Bits of those who stand in it."""
        self.turn = -1
        """Bit number of the agent who was offered last."""
        self.ranks: dict[int, int] = {}
        self.grades: dict[int, int] = {}
        """Grade → bits of the agents who have it."""
        self._scopes: dict[tuple[tuple[tuple[str, int], ...], int], Scope] = {}
        self.lends: list[Lent] = []
        self.keeps_ready = False
        """Some of what it lends depends on how many are ready here."""
        self.borrows: list[Lent] = []

    def scope(self, ask: Ask) -> Scope:
        """Who may serve what is asked for so."""
        key = (ask.skills, ask.ring)
        found = self._scopes.get(key)
        if found is None:
            if len(self._scopes) >= MOST_SCOPES:
                self._scopes.clear()
            found = self._scopes[key] = scope(self.rules, ask.skills, ask.ring)
        return found

    def place(self, item: str, priority: float, since: float) -> Place:
        """The static key of an item that has waited since then."""
        start = since - self.head_start
        return (self.ageing * start - priority, start + self.allowance, item)

    def rank(self, group: Group, place: Place, now: float) -> Rank:
        """The item's place across queues now: `rules.Order` has the formula."""
        urgency = now - place[1]
        if urgency > 0.0:
            urgency *= self.weight
        return (group.late, place[0] - self.ageing * now, -urgency, place[2])

    def excess(self) -> float:
        """How many more wait here than its share of what waits in all lines ordered by balance."""
        balance = self.balance
        return self.count - self.share / balance.shares * balance.total if balance else 0.0

    def number(self, group: Group) -> None:
        """Give the group, which is new here, a number. When most numbered ones are gone, all are numbered anew."""
        if len(self.numbered) >= max(LEAST_NUMBERED, 2 * len(self.groups)):
            self.numbered, self.wanting = [], 0
            for known in self.groups.values():
                if known.bit:
                    self._number(known)
        self._number(group)

    def _number(self, group: Group) -> None:
        group.bit = 1 << len(self.numbered)
        self.numbered.append(group)
        if group.places:
            self.wanting |= group.bit

    def insert(self, group: Group, place: Place) -> bool:
        """Whether it stands at the head of its group now."""
        places = group.places
        insort(places, place)
        if not group.late:
            self._count(1)
        if places[0] is not place:
            return False
        self.wanting |= group.bit
        if group.ask.ring != HELD:
            if len(places) > 1:
                self._drop_head(group, places[1])
            insort(self.heads, (group.late, place, group))
        return True

    def line_up(self, agents: Iterable[Agent]) -> None:
        """These take their places in the order, and keep them as long as they are idle."""
        for agent in agents:
            entry = agent.stands[self] = (self.chooser.key(agent, self), agent.id, agent.index)
            insort(self.order, entry)
            self.standing |= agent.bit

    def leave(self, agent: Agent, entry: Standing) -> None:
        """He is idle no more."""
        del self.order[bisect_left(self.order, entry)]
        self.standing ^= agent.bit

    def remove(self, group: Group, place: Place) -> None:
        places = group.places
        at = bisect_left(places, place)
        del places[at]
        if not group.late:
            self._count(-1)
        if at == 0 and group.ask.ring != HELD:
            self._drop_head(group, place)
            if places:
                insort(self.heads, (group.late, places[0], group))
            else:
                self.wanting &= ~group.bit

    def _drop_head(self, group: Group, place: Place) -> None:
        del self.heads[bisect_left(self.heads, (group.late, place))]

    def _count(self, step: int) -> None:
        self.count += step
        if self.balance is not None:
            self.balance.total += step
