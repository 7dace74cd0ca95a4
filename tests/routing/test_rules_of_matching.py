"""The index does, event by event, what a plain reading of the rules does from scratch, whatever the rules are."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rexian.core.ids import AgentId, QueueId, TeamId
from rexian.routing import choosing, groups, index
from rexian.routing.custom import Candidate, Item
from rexian.routing.matching import Known, Matching
from rexian.routing.rules import (
    Custom,
    FewestContacts,
    LeastTalkTime,
    Loan,
    LongestIdle,
    LowestOccupancy,
    Order,
    ProgressiveRing,
    Reserve,
    Ring,
    RingAll,
    RoundRobin,
    Rules,
    SkillLevel,
    Strategy,
    TopDown,
    WeightedRandom,
)
from rexian.routing.work import Work
from tests.routing.plain import Plain, takes_calls

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
QUEUES = tuple(QueueId(name) for name in ("sales", "service", "complaints"))
AGENTS = [AgentId(f"a{number}") for number in range(12)]
KINDS = ("call", "callback", "voicemail")
TEAMS = (TeamId("red"), TeamId("blue"))


class MostSkilled:
    """A strategy as others would write it."""

    def __init__(self, parameters: dict[str, Any]) -> None: ...

    def choose(self, item: Item, candidates: tuple[Candidate, ...], at: datetime) -> AgentId:
        return max(candidates, key=lambda candidate: sum(candidate.skills.values())).id


STRATEGIES: tuple[Strategy, ...] = (
    LongestIdle(),
    LongestIdle(since="contact"),
    LongestIdle(since="any_queue"),
    LongestIdle(since="this_queue"),
    RoundRobin(),
    FewestContacts(),
    FewestContacts(of="this_queue"),
    LeastTalkTime(),
    LowestOccupancy(),
    RingAll(),
    ProgressiveRing(),
    TopDown(),
    WeightedRandom(),
    SkillLevel(),
    SkillLevel(prefer="just_enough"),
    Custom(name="most_skilled"),
)


def at(second: float) -> datetime:
    return START + timedelta(seconds=second)


class Draw:
    """A house and a stretch of its life, drawn from a seed: dense, and the same again."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)

    def house(self) -> dict[QueueId, Rules]:
        return {queue: self.rules() for queue in QUEUES}

    def rules(self) -> Rules:
        one = self.chance.choice
        return Rules(
            strategy=one(STRATEGIES),
            requirement=one(["", "", "english >= 2", "english >= 1 and (billing >= 3 or vip)", "not vip"]),
            rings=tuple(self.ring() for _ in range(one([0, 1, 2]))),
            order=self.order(),
            ranks={agent: one([1, 2, 3]) for agent in self.some(AGENTS, 6)},
            grades={agent: one([1, 2, 3, 4]) for agent in self.some(AGENTS, 6)},
            lending=tuple(self.loan() for _ in range(one([0, 0, 1]))),
            reserve=Reserve(agents=tuple(self.some(AGENTS, one([0, 0, 8])))),
        )

    def some(self, things: Sequence[Any], most: int) -> list[Any]:
        return self.chance.sample(things, self.chance.randint(0, min(most, len(things))))

    def order(self) -> Order:
        one = self.chance.choice
        if one([True, False, False]):
            return Order(by="balance", share=one([1.0, 2.5]))
        return Order(
            by=one(["wait", "deadline"]),
            ageing=one([0.0, 0.0, 0.3701, 1.1317]),
            head_start_s=one([0.0, 17.3]),
            weight=one([1.0, 2.37]),
        )

    def ring(self) -> Ring:
        one = self.chance.choice
        return Ring(
            after_s=5.0,
            lower=one([0, 1, 2]),
            requirement=one([None, None, "", "billing >= 1"]),
            teams=tuple(self.some(TEAMS, 1)),
            priority=one([0, 1, 2]),
        )

    def loan(self) -> Loan:
        one = self.chance.choice
        return Loan(
            to=one(QUEUES),
            waiting_at_most=one([None, 0, 1]),
            keep_ready=one([0, 0, 1, 2]),
            wait_below_s=one([None, None, 20.0]),
            service_level_above=one([None, None, 0.8]),
            when_waiting_above=one([0, 0, 1, 2]),
        )

    def skills(self) -> dict[str, int]:
        return {skill: self.chance.randint(0, 4) for skill in self.some(["english", "billing", "vip"], 3)}

    def second(self) -> datetime:
        return at(self.chance.randint(0, 50))

    def work(self) -> Work:
        one = self.chance.choice
        return Work(
            contacts={queue: one([0, 1, 2, 3]) for queue in self.some(QUEUES, 3)},
            talk_s=one([0.0, 1.0, 2.0]),
            ended={queue: self.second() for queue in self.some(QUEUES, 3)},
            last=one([None, self.second()]),
            load=one([0.0, 0.25, 0.5]),
            load_at=at(0),
        )

    def events(self, count: int) -> Iterator[tuple[Any, ...]]:
        kinds = (
            ["enqueue"] * 10
            + ["idle"] * 8
            + ["match"] * 5
            + ["withdraw", "busy", "reprioritise", "learn", "held"] * 2
            + ["reserve"] * 2
        )
        for _ in range(count):
            yield getattr(self, self.chance.choice(kinds))()
        yield ("match", 200)

    def item(self) -> str:
        return f"i{self.chance.randint(0, 20)}"

    def enqueue(self) -> tuple[Any, ...]:
        one = self.chance.choice
        row = {
            "priority": one([0, 1, 2]),
            "since": self.second(),
            "skills": self.skills() if one([True, False]) else {},
            "ring": one([0, 0, 0, 1, 2]),
            "prefers": tuple(self.some(AGENTS, 2)) if one([True, False]) else (),
            "wants": one([1, 1, 1, 3]),
            "kind": one(["call", "call", *KINDS]),
        }
        return ("enqueue", self.item(), one(QUEUES), row)

    def held(self) -> tuple[Any, ...]:
        return ("held", self.item(), self.chance.choice(QUEUES), self.chance.choice(AGENTS), self.chance.randint(0, 50))

    def withdraw(self) -> tuple[Any, ...]:
        return ("withdraw", self.item())

    def idle(self) -> tuple[Any, ...]:
        one = self.chance.choice
        row = {
            "since": self.second(),
            "queues": tuple(self.some(QUEUES, 3)),
            "skills": self.skills(),
            "team": one([None, *TEAMS]),
            "work": self.work(),
            "misses": one([0, 0, 1]),
            "room": one([1, 1, 1, 2]),
            "disturbed": one([False, False, True]),
            "refuses": one([frozenset(), frozenset(self.some(KINDS, 2))]),
        }
        return ("idle", one(AGENTS), row)

    def busy(self) -> tuple[Any, ...]:
        return ("busy", self.chance.choice(AGENTS))

    def reprioritise(self) -> tuple[Any, ...]:
        return ("reprioritise", self.item(), self.chance.randint(0, 5))

    def learn(self) -> tuple[Any, ...]:
        one = self.chance.choice
        known = Known(expected_wait_s=one([None, 10.0, 30.0]), service_level=one([None, 0.7, 0.9]))
        return ("learn", one(QUEUES), known)

    def reserve(self) -> tuple[Any, ...]:
        return ("reserve", self.chance.choice(QUEUES), self.chance.choice(["", "waiting"]))

    def match(self) -> tuple[Any, ...]:
        return ("match", self.chance.randint(51, 200))


SEEDS = st.integers(0, 2**32)
THRESHOLDS = {queue: 20.0 + 5 * number for number, queue in enumerate(QUEUES)}


def perform(event: Any, index: Any) -> Any:
    match event:
        case "enqueue", item, queue, row:
            index.enqueue(item, queue, **row)
        case "held", item, queue, agent, second:
            index.enqueue(item, queue, priority=0, since=at(second), ring=-1, prefers=(agent,))
        case "withdraw", item:
            index.withdraw(item)
        case "idle", agent, row:
            index.idle(agent, **row)
        case "busy", agent:
            index.busy(agent)
        case "reprioritise", item, priority:
            if item in index.items:
                index.reprioritise(item, priority)
        case "learn", queue, known:
            index.learn(queue, known)
        case "reserve", queue, because:
            index.call_reserve(queue, because)
        case "match", second:
            return index.match(at(second))
    return None


def both(house: dict[QueueId, Rules]) -> tuple[Matching, Plain]:
    matching = Matching(house, AGENTS, thresholds=THRESHOLDS, strategies={"most_skilled": MostSkilled})
    return matching, Plain(house, AGENTS, THRESHOLDS)


@given(SEEDS)
@settings(max_examples=400, deadline=None)
def test_it_is_what_a_plain_reading_of_the_rules_gives(seed: int) -> None:
    draw = Draw(seed)
    matching, plain = both(draw.house())
    for event in draw.events(60):
        found, expected = perform(event, matching), perform(event, plain)
        if event[0] == "match":
            assert [(match.item, match.agent) for match in found] == expected
            assert matching.match(at(event[1])) == []
    for queue in QUEUES:
        assert matching.waiting(queue) == plain.count(queue)
        assert matching.ready(queue) == sum(
            1 for agent in plain.agents.values() if plain.works_in(agent, queue) and takes_calls(agent)
        )


@given(SEEDS)
@settings(max_examples=150, deadline=None)
def test_so_it_is_where_orders_are_walked_and_groups_are_forgotten_and_numbered_anew(seed: int) -> None:
    with pytest.MonkeyPatch.context() as few:
        few.setattr(choosing, "FEW", 1)
        few.setattr(groups, "LEAST_NUMBERED", 1)
        few.setattr(index, "MOST_EMPTY", 1)
        draw = Draw(seed)
        matching, plain = both(draw.house())
        for event in draw.events(60):
            found, expected = perform(event, matching), perform(event, plain)
            if event[0] == "match":
                assert [(match.item, match.agent) for match in found] == expected


@given(SEEDS)
@settings(max_examples=100, deadline=None)
def test_nobody_is_given_more_than_he_has_room_for_and_no_item_twice_to_one(seed: int) -> None:
    draw = Draw(seed)
    matching, _ = both(draw.house())
    rooms: dict[str, int] = {}
    wants: dict[str, int] = {}
    given_to: set[tuple[str, str]] = set()
    for event in draw.events(60):
        for match in perform(event, matching) or ():
            rooms[match.agent] -= 1
            wants[match.item] -= 1
            assert (match.item, match.agent) not in given_to
            given_to.add((match.item, match.agent))
        if event[0] == "idle":
            rooms[event[1]] = event[2]["room"]
        if event[0] in ("enqueue", "held"):
            wants[event[1]] = event[3]["wants"] if event[0] == "enqueue" else 1
            given_to = {pair for pair in given_to if pair[0] != event[1]}
        assert min(rooms.values(), default=0) >= 0
        assert min(wants.values(), default=0) >= 0


@given(SEEDS)
@settings(max_examples=50, deadline=None)
def test_the_same_inputs_give_the_same_decisions_and_reasons(seed: int) -> None:
    draw = Draw(seed)
    house = draw.house()
    first, second = both(house)[0], both(house)[0]
    for event in draw.events(60):
        assert perform(event, first) == perform(event, second)


@given(SEEDS)
@settings(max_examples=100, deadline=None)
def test_what_came_is_served_withdrawn_or_waits(seed: int) -> None:
    draw = Draw(seed)
    matching, _ = both(draw.house())
    came: set[str] = set()
    for event in draw.events(60):
        served = perform(event, matching)
        if event[0] in ("enqueue", "held"):
            came.add(event[1])
        if event[0] == "withdraw":
            came.discard(event[1])
        for match in served or ():
            if match.item not in matching.items:
                came.discard(match.item)
        assert came == matching.items.keys()


@given(SEEDS)
@settings(max_examples=150, deadline=None)
def test_asking_what_would_be_changes_nothing_and_tells_what_then_comes(seed: int) -> None:
    """Told before: for one that is first in line, for it alone is matched."""
    draw = Draw(seed)
    house = draw.house()
    matching, _ = both(house)
    for event in draw.events(30):
        perform(event, matching)
    queue = draw.chance.choice(QUEUES)
    ring = draw.chance.randint(0, len(house[queue].rings))
    asked: dict[str, Any] = {"priority": 1000, "skills": draw.skills(), "ring": ring}
    foreseen = matching.explain(queue, at(200), **asked)
    assert foreseen == matching.explain(queue, at(200), **asked)
    assert not matching.changed
    matching.enqueue("", queue, since=at(200), **asked)
    found = {match.item: match.agent for match in matching.match(at(200))}
    lends = any(rules.lending for rules in house.values())
    assert found.get("") == foreseen["agent"] or lends


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_every_strategy_names_itself_and_the_best(strategy: Strategy) -> None:
    matching, _ = both({QUEUES[0]: Rules(strategy=strategy)})
    for number in range(4):
        matching.idle(AGENTS[number], since=at(number), queues=QUEUES, skills={"english": number}, work=Work())
    matching.enqueue("call", QUEUES[0], priority=0, since=at(9), skills={"english": 1})
    (match,) = matching.match(at(10))
    assert match.why["candidates"] == 3
    assert match.why["excluded"] == {"english < 1": 1}
    assert match.why["strategy"].split(":")[-1] in (type(strategy).__struct_config__.tag, "most_skilled")
    assert len(match.why["best"]) == 3
    assert "fallback" not in match.why


def test_of_many_who_have_just_come_the_best_are_named() -> None:
    matching = Matching({QUEUES[0]: Rules()})
    for number in range(30):
        matching.idle(AgentId(f"a{number:02}"), since=at(30 - number), queues=QUEUES)
    matching.enqueue("call", QUEUES[0], priority=0, since=at(40))
    (match,) = matching.match(at(40))
    assert [each["agent"] for each in match.why["best"]] == ["a29", "a28", "a27"]


def test_nobody_starves_where_waiting_gives_points() -> None:
    """Each second a more urgent one comes, and one is served; ten minutes make good ten points."""
    matching = Matching({QUEUES[0]: Rules(order=Order(ageing=1.0))})
    matching.enqueue("patient", QUEUES[0], priority=0, since=at(0))
    for second in range(700):
        matching.enqueue(f"urgent {second}", QUEUES[0], priority=10, since=at(second))
        matching.idle(AGENTS[0], since=at(second), queues=(QUEUES[0],))
        (match,) = matching.match(at(second))
        if match.item == "patient":
            break
    assert second == 600


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 3)), min_size=1, max_size=80))
@settings(max_examples=50, deadline=None)
def test_none_waits_longer_than_its_points_allow(arrivals: list[tuple[int, int]]) -> None:
    """An item is passed over only by those who came before it had made up for the difference."""
    ageing = 6.0
    rules = {QUEUES[0]: Rules(order=Order(ageing=ageing)), QUEUES[1]: Rules(order=Order(ageing=ageing))}
    matching = Matching(rules)
    came: dict[str, tuple[int, int]] = {}
    served: list[str] = []
    for second, (priority, queue) in enumerate(arrivals):
        item = f"i{second:03}"
        came[item] = (second, priority)
        matching.enqueue(item, QUEUES[queue % 2], priority=priority, since=at(second))
        if second % 2:
            matching.idle(AGENTS[0], since=at(second), queues=QUEUES)
            served += [match.item for match in matching.match(at(second))]
    while matching.items:
        matching.idle(AGENTS[0], since=at(999), queues=QUEUES)
        served += [match.item for match in matching.match(at(999))]
    for place, item in enumerate(served):
        since, priority = came[item]
        for other in served[:place]:
            later, more = came[other]
            assert later - since <= (more - priority) * 60 / ageing + 1e-3 or later <= since
