"""Strategies that others write: a class behind an entry point of the group `rexian.routing_strategies`.

    class Closest:
        def __init__(self, parameters): ...
        def choose(self, item, candidates, at): return candidates[0].id

The class is made once per queue with the rules' `parameters`. `choose` is given one `Item` and one to fifty
`Candidate`s, the longest idle first, and gives the id of one of them; it must be pure: the same for the same, no I/O,
no clock, no chance. Lines of Python that it executes, and the time it takes, are limited. One that raises, takes longer
or gives somebody else is passed over for that once: the longest idle is chosen, and the reason of the offer says so.
"""

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from itertools import islice
from types import FrameType
from typing import Any, Protocol

import msgspec

from rexian.core.ids import AgentId, QueueId, TeamId
from rexian.infra import plugins
from rexian.routing.choosing import Ordered, first, in_order
from rexian.routing.groups import Agent, Group, Line
from rexian.routing.people import People

GROUP = "rexian.routing_strategies"
MOST_SHOWN = 50
MOST_LINES = 20_000
"""About two milliseconds of plain Python."""
LONGEST_S = 0.02
"""Of the processor's time, so that a busy machine does not make a good strategy fail."""
LONGEST_WAIT_S = 0.5
"""For one that waits for something."""


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be given to somebody."""

    id: str
    queue: QueueId
    skills: dict[str, int]
    ring: int
    requirement: str


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """An agent who is idle and able. Times are aware UTC; `contacts` are those of this shift, from all queues."""

    id: AgentId
    idle_since: datetime
    skills: dict[str, int]
    team: TeamId | None = None
    rank: int | None = None
    grade: int = 1
    misses: int = 0
    contacts: int = 0
    contacts_here: int = 0
    talk_s: float = 0.0
    occupancy: float = 0.0
    last_contact_here: datetime | None = None


class Strategist(Protocol):
    def choose(self, item: Item, candidates: Sequence[Candidate], at: datetime) -> AgentId: ...


@lru_cache(maxsize=1)
def installed() -> Mapping[str, Callable[[dict[str, Any]], Strategist]]:
    """The classes that installed packages offer, by name."""
    return plugins.load(GROUP)


class Foreign(Ordered):
    """A strategy of others, watched."""

    def __init__(self, name: str, make: Callable[[dict[str, Any]], Strategist] | None, parameters: dict[str, Any]):
        self.name = f"custom:{name}"
        self._note = ""
        self._strategist: Strategist | None = None
        if make is None:
            self._broken = f"no installed package offers the strategy {name!r}"
            return
        self._broken = ""
        try:
            self._strategist = make(dict(parameters))
        except Exception as error:
            self._broken = f"the strategy {name!r} could not be made: {type(error).__name__}: {error}"

    def choose(self, able: int, group: Group, item: str, now: float, people: People) -> Agent:
        self._note = self._broken
        if self._strategist is not None:
            chosen = self._ask(self._strategist, able, group, item, now, people)
            if chosen is not None:
                return chosen
        return first(able, group.line, people)

    def note(self) -> str:
        return self._note

    def _ask(self, asked: Strategist, able: int, group: Group, item: str, now: float, people: People) -> Agent | None:
        at = datetime.fromtimestamp(now, tz=UTC)
        shown = _longest_idle(able, group.line, people)
        view = Item(
            id=item,
            queue=group.line.id,
            skills=dict(group.ask.skills),
            ring=group.ask.ring,
            requirement=str(group.requirement),
        )
        candidates = tuple(candidate(agent, group.line, at) for agent in shown)
        try:
            id = watched(lambda: asked.choose(view, candidates, at))
        except Exception as error:
            self._note = f"{type(error).__name__}: {error}"[:200]
            return None
        chosen = people.find(id) if isinstance(id, str) else None
        if chosen is None or chosen not in shown:
            self._note = f"it gave {id!r}, who is none of the candidates"[:200]
            return None
        return chosen


class TooLongError(Exception):
    """The strategy has used up what it may."""


def watched(act: Callable[[], AgentId]) -> AgentId:
    """The result of `act`, unless it executes too many lines (counted, so that it is the same again) or takes too long.

    A single call into C that does not return cannot be interrupted; a strategy that does such a thing is not pure.
    """
    left = MOST_LINES
    ends, over = time.thread_time() + LONGEST_S, time.perf_counter() + LONGEST_WAIT_S

    def trace(frame: FrameType, event: str, argument: object) -> Any:
        nonlocal left
        left -= 1
        if left < 0:
            raise TooLongError(f"it takes more than {MOST_LINES} lines")
        if not left & 255 and (time.thread_time() > ends or time.perf_counter() > over):
            raise TooLongError(f"it takes more than {LONGEST_S * 1000:g} ms, or waits for something")
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        return act()
    finally:
        sys.settrace(before)


def candidate(agent: Agent, line: Line, at: datetime) -> Candidate:
    work = agent.work
    return Candidate(
        id=agent.id,
        idle_since=agent.since or at,
        skills=dict(agent.skills),
        team=agent.team,
        rank=line.ranks.get(agent.index),
        grade=next((grade for grade, holders in line.grades.items() if holders & agent.bit), 1),
        misses=agent.misses,
        contacts=sum(work.contacts.values()) if work else 0,
        contacts_here=work.contacts.get(line.id, 0) if work else 0,
        talk_s=work.talk_s if work else 0.0,
        occupancy=work.occupancy(at) if work else 0.0,
        last_contact_here=work.ended.get(line.id) if work else None,
    )


def _longest_idle(able: int, line: Line, people: People) -> list[Agent]:
    """The first fifty of them."""
    if able.bit_count() > MOST_SHOWN:
        return list(islice(in_order(able, line, people), MOST_SHOWN))
    return sorted(people.each(able), key=lambda agent: (line.chooser.key(agent, line), agent.id))[:MOST_SHOWN]


__all__ = ["Candidate", "Foreign", "Item", "Strategist", "installed", "watched"]
