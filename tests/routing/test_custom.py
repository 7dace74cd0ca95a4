"""Strategies of others: they are watched, and one that fails is passed over."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib.metadata import EntryPoint
from typing import Any

import pytest

from rexian.core.ids import AgentId, QueueId
from rexian.infra import plugins
from rexian.routing.contract import check
from rexian.routing.custom import GROUP, Candidate, Item, installed
from rexian.routing.matching import Match, Matching
from rexian.routing.rules import Custom, Rules
from rexian.routing.work import Work

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
QUEUE = QueueId("sales")


def strategy(choose: Callable[..., Any]) -> Callable[[dict[str, Any]], Any]:
    """A class as others would write it, with this method."""
    return lambda parameters: type("Theirs", (), {"choose": lambda self, *given: choose(parameters, *given)})()


def matched(make: Any, *, agents: int = 3, **parameters: Any) -> Match:
    rules = Rules(strategy=Custom(name="theirs", parameters=parameters))
    matching = Matching({QUEUE: rules}, strategies={"theirs": make} if make else {})
    for number in range(agents):
        matching.idle(
            AgentId(f"a{number}"),
            since=NOW - timedelta(seconds=100 - number),
            queues=(QUEUE,),
            skills={"english": number},
            work=Work(contacts={QUEUE: number}),
        )
    matching.enqueue("call", QUEUE, priority=0, since=NOW)
    (match,) = matching.match(NOW)
    return match


def last(parameters: dict[str, Any], item: Item, candidates: tuple[Candidate, ...], at: datetime) -> AgentId:
    return candidates[-1].id


def most_english(parameters: dict[str, Any], item: Item, candidates: tuple[Candidate, ...], at: datetime) -> AgentId:
    skill = parameters["skill"]
    return max(candidates, key=lambda candidate: candidate.skills.get(skill, 0)).id


def test_it_chooses_of_those_who_can() -> None:
    match = matched(strategy(most_english), skill="english")
    assert (match.agent, match.why["strategy"]) == ("a2", "custom:theirs")
    assert "fallback" not in match.why


def test_it_is_shown_at_most_fifty_the_longest_idle_first() -> None:
    seen: list[tuple[Candidate, ...]] = []

    def look(parameters: Any, item: Item, candidates: tuple[Candidate, ...], at: datetime) -> AgentId:
        seen.append(candidates)
        return candidates[-1].id

    assert matched(strategy(look), agents=80).agent == "a49"
    assert [candidate.id for candidate in seen[0]] == [f"a{number}" for number in range(50)]


def raises(*given: Any) -> AgentId:
    raise LookupError("no idea")


def runs_on(*given: Any) -> AgentId:
    while True:
        pass


def sleeps(*given: Any) -> AgentId:
    for _ in range(1000):
        time.sleep(0.001)
    return given[2][0].id


@pytest.mark.parametrize(
    ("choose", "why"),
    [
        (raises, "LookupError: no idea"),
        (runs_on, "TooLongError"),
        (sleeps, "TooLongError"),
        (lambda *given: "nobody", "'nobody'"),
        (lambda *given: None, "None"),
    ],
)
def test_one_that_fails_is_passed_over_and_the_reason_says_so(choose: Any, why: str) -> None:
    match = matched(strategy(choose))
    assert match.agent == "a0"
    assert why in match.why["fallback"]


def test_one_that_is_not_installed_or_cannot_be_made_is_passed_over() -> None:
    def broken(parameters: dict[str, Any]) -> Any:
        return parameters["missing"]

    assert "no installed package" in matched(None).why["fallback"]
    assert "KeyError" in matched(broken).why["fallback"]


class Closest:
    """The agent whose level of one skill is nearest to a number."""

    def __init__(self, parameters: dict[str, Any]) -> None:
        self.skill, self.level = parameters["skill"], parameters["level"]

    def choose(self, item: Item, candidates: tuple[Candidate, ...], at: datetime) -> AgentId:
        return min(candidates, key=lambda each: abs(each.skills.get(self.skill, 0) - self.level)).id


def test_classes_behind_entry_points_are_found_and_used(monkeypatch: pytest.MonkeyPatch) -> None:
    offered = EntryPoint("theirs", "tests.routing.test_custom:Closest", GROUP)
    monkeypatch.setattr(plugins, "entry_points", lambda group: [offered] if group == GROUP else [])
    installed.cache_clear()
    try:
        assert list(installed()) == ["theirs"]
        assert matched(installed()["theirs"], skill="english", level=1).agent == "a1"
    finally:
        installed.cache_clear()
    assert check(Closest, {"skill": "english", "level": 5}) == []


def test_the_contract_finds_what_is_not_pure() -> None:
    state = {"turn": 0}

    def takes_turns(parameters: Any, item: Item, candidates: tuple[Candidate, ...], at: datetime) -> AgentId:
        state["turn"] += 1
        return candidates[state["turn"] % len(candidates)].id

    assert check(strategy(last), {}) == []
    assert check(strategy(most_english), {"skill": "english"}) == []
    assert "gives another agent for the same" in " ".join(check(strategy(takes_turns), {}))
    assert "LookupError" in " ".join(check(strategy(raises), {}))
    assert "none of the candidates" in " ".join(check(strategy(lambda *given: "x"), {}))
