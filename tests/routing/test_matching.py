"""The index does, event by event, what a plain reading of the rule does from scratch."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from rexian.core.ids import AgentId, QueueId
from rexian.routing.matching import Match, Matching

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
QUEUES = tuple(QueueId(name) for name in ("sales", "service", "complaints"))


def at(second: int) -> datetime:
    return START + timedelta(seconds=second)


class Reference:
    """The rule, read plainly: all pairs, again and again."""

    def __init__(self) -> None:
        self.items: dict[str, tuple[int, datetime, QueueId, Mapping[str, int]]] = {}
        self.agents: dict[str, tuple[datetime, tuple[QueueId, ...], Mapping[str, int]]] = {}

    def match(self) -> list[tuple[str, str]]:
        found = []
        while pair := self.first():
            found.append(pair)
            del self.items[pair[0]], self.agents[pair[1]]
        return found

    def first(self) -> tuple[str, str] | None:
        for item, (_, _, queue, needs) in sorted(self.items.items(), key=lambda one: (-one[1][0], one[1][1], one[0])):
            able = [
                (since, agent)
                for agent, (since, queues, skills) in self.agents.items()
                if queue in queues and all(skills.get(skill, 0) >= least for skill, least in needs.items())
            ]
            if able:
                return item, min(able)[1]
        return None


SKILLS = st.dictionaries(st.sampled_from(["english", "billing", "vip"]), st.integers(0, 4), max_size=3)
EVENTS = st.one_of(
    st.tuples(
        st.just("enqueue"),
        st.integers(0, 12),
        st.sampled_from(QUEUES),
        st.integers(0, 3),
        st.integers(0, 50),
        SKILLS,
    ),
    st.tuples(st.just("withdraw"), st.integers(0, 12)),
    st.tuples(
        st.just("idle"),
        st.integers(0, 8),
        st.lists(st.sampled_from(QUEUES), unique=True).map(tuple),
        st.integers(0, 50),
        SKILLS,
    ),
    st.tuples(st.just("busy"), st.integers(0, 8)),
    st.tuples(st.just("reprioritise"), st.integers(0, 12), st.integers(0, 5)),
    st.tuples(st.just("match")),
)


def perform(event: Any, matching: Matching, reference: Reference) -> list[Match]:
    match event:
        case "enqueue", number, queue, priority, second, skills:
            matching.enqueue(f"i{number}", queue, priority=priority, since=at(second), skills=skills)
            reference.items[f"i{number}"] = (priority, at(second), queue, skills)
        case "withdraw", number:
            matching.withdraw(f"i{number}")
            reference.items.pop(f"i{number}", None)
        case "idle", number, queues, second, skills:
            matching.idle(AgentId(f"a{number}"), since=at(second), queues=queues, skills=skills)
            reference.agents[f"a{number}"] = (at(second), queues, skills)
        case "busy", number:
            matching.busy(AgentId(f"a{number}"))
            reference.agents.pop(f"a{number}", None)
        case "reprioritise", number, priority:
            if f"i{number}" in reference.items:
                matching.reprioritise(f"i{number}", priority)
                reference.items[f"i{number}"] = (priority, *reference.items[f"i{number}"][1:])
        case _:
            return matching.match(at(100))
    return []


@given(st.lists(EVENTS, max_size=60))
@settings(max_examples=400, deadline=None)
def test_it_is_what_a_plain_reading_of_the_rule_gives(events: list[Any]) -> None:
    matching, reference = Matching(), Reference()
    for event in [*events, ("match",)]:
        found = perform(event, matching, reference)
        if event == ("match",):
            assert [(match.item, match.agent) for match in found] == reference.match()
            assert matching.match(at(100)) == []
    for queue in QUEUES:
        assert matching.waiting(queue) == sum(1 for item in reference.items.values() if item[2] == queue)
        assert matching.ready(queue) == sum(1 for agent in reference.agents.values() if queue in agent[1])


@given(st.lists(EVENTS, max_size=60))
@settings(max_examples=100, deadline=None)
def test_nobody_gets_two_items_and_no_item_two_agents(events: list[Any]) -> None:
    matching, reference = Matching(), Reference()
    for event in events:
        for match in perform(event, matching, reference):
            del reference.items[match.item]
    found = matching.match(at(100))
    assert len({match.item for match in found}) == len({match.agent for match in found}) == len(found)


@given(st.lists(EVENTS, max_size=60))
@settings(max_examples=100, deadline=None)
def test_the_same_events_give_the_same_matches(events: list[Any]) -> None:
    first, second = Matching(), Matching()
    for event in [*events, ("match",)]:
        assert perform(event, first, Reference()) == perform(event, second, Reference())


def test_the_oldest_of_the_highest_priority_is_served_first_across_queues() -> None:
    matching = Matching()
    matching.enqueue("old", QUEUES[0], priority=0, since=at(0))
    matching.enqueue("urgent", QUEUES[1], priority=5, since=at(30))
    matching.enqueue("older urgent", QUEUES[0], priority=5, since=at(20))
    served = []
    for turn in range(3):
        matching.idle(AgentId(f"a{turn}"), since=at(60 + turn), queues=QUEUES)
        served += [match.item for match in matching.match(at(100))]
    assert served == ["older urgent", "urgent", "old"]


def test_the_longest_idle_with_enough_skill_is_chosen_among_many() -> None:
    matching = Matching()
    for number in range(320):
        level = 5 if number % 3 == 1 else 2
        matching.idle(AgentId(f"a{number:04}"), since=at(1000 - number), queues=QUEUES, skills={"english": level})
    matching.enqueue("call", QUEUES[0], priority=0, since=at(2000), skills={"english": 4})
    (match,) = matching.match(at(100))
    assert match.agent == "a0319"
    assert match.why["candidates"] == 107
    assert match.why["excluded"] == {"english < 4": 213}


def test_positions_count_over_all_skill_groups_of_the_queue() -> None:
    matching = Matching()
    matching.enqueue("first", QUEUES[0], priority=0, since=at(0), skills={"english": 3})
    matching.enqueue("second", QUEUES[0], priority=0, since=at(1))
    matching.enqueue("vip", QUEUES[0], priority=1, since=at(2), skills={"vip": 1})
    assert [matching.position(item) for item in ("vip", "first", "second", "nobody")] == [1, 2, 3, 0]
