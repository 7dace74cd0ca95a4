"""The strategies: which of those who can serve is chosen.

A strategy either gives every idle agent a key that stays the same while he is idle, and the least is first (the order
is then kept, and nobody is scanned), or it narrows the set of candidates by bits. Ties go to the lower agent id.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from hashlib import blake2b

from rexian.routing.groups import Agent, Group, Key, Line
from rexian.routing.people import People
from rexian.routing.requirement import compared
from rexian.routing.rules import (
    Custom,
    FewestContacts,
    LeastTalkTime,
    LongestIdle,
    LowestOccupancy,
    ProgressiveRing,
    RingAll,
    RoundRobin,
    SkillLevel,
    Strategy,
    TopDown,
    WeightedRandom,
)

FEW = 8
"""Up to so many candidates are compared one by one before the order of the line is walked."""
UNRANKED = 1001.0


class Ordered:
    """Longest idle, and the base of all who go by a key."""

    name = "longest_idle"
    at_once = 1

    def key(self, agent: Agent, line: Line) -> Key:
        return (agent.stamp,)

    def choose(self, able: int, group: Group, item: str, now: float, people: People) -> Agent:
        """The first of `able` (never empty) in this order."""
        return first(able, group.line, people)

    def score(self, agent: Agent, line: Line, now: float) -> float:
        """What decided, as people understand it; here the seconds of being idle."""
        return round(now - self.key(agent, line)[-1], 3)

    def note(self) -> str:
        """What was out of the ordinary about the last choice."""
        return ""


class SinceContact(Ordered):
    """Longest idle, counted since the last contact. Who has had none yet counts from when he became ready."""

    def __init__(self, since: str) -> None:
        self._since = since

    def key(self, agent: Agent, line: Line) -> Key:
        last = self._last(agent, line)
        return (bool(agent.misses), agent.stamp if last is None else last.timestamp())

    def _last(self, agent: Agent, line: Line) -> datetime | None:
        work = agent.work
        if work is None:
            return None
        if self._since == "this_queue":
            return work.ended.get(line.id)
        if self._since == "any_queue":
            return max(work.ended.values(), default=None)
        return work.last


class Least(Ordered):
    """The least of some measure; among equals the longest idle. Who has just missed an offer comes last."""

    def __init__(self, name: str, measure: Callable[[Agent, Line], float]) -> None:
        self.name = name
        self._measure = measure

    def key(self, agent: Agent, line: Line) -> Key:
        return (bool(agent.misses), self._measure(agent, line), agent.stamp)

    def score(self, agent: Agent, line: Line, now: float) -> float:
        return round(self._measure(agent, line), 3)


class Occupancy(Least):
    """Lowest occupancy."""

    def __init__(self) -> None:
        super().__init__("lowest_occupancy", _load)

    def score(self, agent: Agent, line: Line, now: float) -> float:
        at = datetime.fromtimestamp(now, tz=agent.since.tzinfo if agent.since else None)
        return round(agent.work.occupancy(at), 4) if agent.work else 0.0


class Several(Ordered):
    """Longest idle, and several at the same time."""

    def __init__(self, name: str, at_once: int) -> None:
        self.name = name
        self.at_once = at_once


class Turns(Ordered):
    """The next after the last one, by bit number."""

    name = "round_robin"

    def choose(self, able: int, group: Group, item: str, now: float, people: People) -> Agent:
        able = able & ~people.missing or able
        passed = group.line.turn + 1
        after = able >> passed
        lowest = (after & -after).bit_length() - 1 + passed if after else (able & -able).bit_length() - 1
        return people.by_bit[lowest]

    def score(self, agent: Agent, line: Line, now: float) -> float:
        return float(agent.index)


class Lot(Ordered):
    """By lot, weighted by grade. The lot depends on the item alone."""

    name = "weighted_random"

    def choose(self, able: int, group: Group, item: str, now: float, people: People) -> Agent:
        able = able & ~people.missing or able
        parts = []
        rest = able
        for grade, holders in group.line.grades.items():
            found = able & holders
            if found:
                parts.append((grade, found))
                rest &= ~holders
        parts.append((1, rest))
        lot = _lot(item, sum(grade * found.bit_count() for grade, found in parts))
        for grade, found in parts:
            width = grade * found.bit_count()
            if lot < width:
                return people.by_bit[nth_bit(found, lot // grade)]
            lot -= width
        raise AssertionError("the lot lies within the sum of all grades")

    def score(self, agent: Agent, line: Line, now: float) -> float:
        return float(grade_of(agent, line))


class BySkill(Ordered):
    """By level of the skills that are asked for, one after the other; among equals the longest idle."""

    name = "skill_level"

    def __init__(self, prefer: str) -> None:
        self._best = prefer == "best"

    def choose(self, able: int, group: Group, item: str, now: float, people: People) -> Agent:
        able = able & ~people.missing or able
        for skill in dict.fromkeys(each.skill for each in compared(group.requirement)):
            levels = people.levels(skill)
            for level in reversed(levels) if self._best else levels:
                found = able & people.at_level(skill, level)
                if found:
                    able = found
                    break
            if able & (able - 1) == 0:
                break
        return first(able, group.line, people)


def first(able: int, line: Line, people: People) -> Agent:
    """The first of `able` in the line's order, by whichever way is shorter."""
    if able & (able - 1) == 0:
        return people.by_bit[able.bit_length() - 1]
    count = able.bit_count()
    if count > FEW and len(line.order) < 4 * count * count:
        return next(in_order(able, line, people))
    key = line.chooser.key
    return min(people.each(able), key=lambda agent: (key(agent, line), agent.id))


def in_order(able: int, line: Line, people: People) -> Iterator[Agent]:
    """These in the line's order. Who has not been looked for there since he is idle, or is lent, is lined up first."""
    line.line_up(people.each(able & ~line.standing))
    return (people.by_bit[entry[2]] for entry in line.order if able >> entry[2] & 1)


def ready_made(strategy: Strategy) -> Ordered:
    """A strategy of ours as an object that chooses; of others' see `routing.custom`."""
    match strategy:
        case LongestIdle(since="ready"):
            return Ordered()
        case LongestIdle(since=since):
            return SinceContact(since)
        case RoundRobin():
            return Turns()
        case FewestContacts(of="this_queue"):
            return Least("fewest_contacts", _contacts_here)
        case FewestContacts():
            return Least("fewest_contacts", _contacts)
        case LeastTalkTime():
            return Least("least_talk_time", _talk_s)
        case LowestOccupancy():
            return Occupancy()
        case RingAll(at_most=most):
            return Several("ring_all", most)
        case ProgressiveRing(at_most=most):
            return Several("progressive_ring", most)
        case TopDown():
            return Least("top_down", _rank)
        case WeightedRandom():
            return Lot()
        case SkillLevel(prefer=prefer):
            return BySkill(prefer)
        case Custom():
            return Ordered()


def grade_of(agent: Agent, line: Line) -> int:
    return next((grade for grade, holders in line.grades.items() if holders & agent.bit), 1)


def nth_bit(bits: int, number: int) -> int:
    """The place of the bit that has `number` set bits below it, by halving."""
    low, span = 0, bits.bit_length()
    while span > 1:
        half = span >> 1
        lower = bits & ((1 << half) - 1)
        count = lower.bit_count()
        if number < count:
            bits, span = lower, half
        else:
            bits >>= half
            number -= count
            low += half
            span -= half
    return low


def _lot(item: str, total: int) -> int:
    """A number from 0 to total - 1 that depends on the item alone."""
    return int.from_bytes(blake2b(item.encode(), digest_size=8).digest()) % total


def _contacts(agent: Agent, line: Line) -> float:
    return float(sum(agent.work.contacts.values())) if agent.work else 0.0


def _contacts_here(agent: Agent, line: Line) -> float:
    return float(agent.work.contacts.get(line.id, 0)) if agent.work else 0.0


def _talk_s(agent: Agent, line: Line) -> float:
    return agent.work.talk_s if agent.work else 0.0


def _load(agent: Agent, line: Line) -> float:
    return agent.work.load_order() if agent.work else float("-inf")


def _rank(agent: Agent, line: Line) -> float:
    return line.ranks.get(agent.index, UNRANKED)
