"""When an alert is raised, kept and cleared: the pure judge on made-up times."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rexian.alerts.events import AlertAcknowledged, AlertCleared, AlertRaised
from rexian.alerts.judging import Clear, Judgement, Memory, Raise, judge
from rexian.alerts.life import ALERT, AlertState
from rexian.alerts.model import Kind, Reading, Rule
from rexian.core.errors import IllegalMove

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def rule(**changes: object) -> Rule:
    return Rule(**{"id": "r", "name": "Too many", "kind": Kind.WAITING, "threshold": 5, "rest_s": 0, **changes})  # type: ignore[arg-type]


def seen(values: Iterable[float | None], of: Rule, *, every_s: float = 1.0) -> list[tuple[float, str]]:
    """What a run of values of one queue brings: (seconds from the start, raise or why it was cleared)."""
    memory, told = Memory(), []
    for step, value in enumerate(values):
        readings = {of.id: [Reading(subject="queue:q", name="Sales", value=value)]}
        judged = judge(memory, [of], readings, START + timedelta(seconds=step * every_s))
        told += [(step * every_s, _word(each)) for each in judged]
    return told


def _word(judged: Judgement) -> str:
    return "raise" if isinstance(judged, Raise) else judged.why


def test_it_is_raised_at_the_threshold_and_cleared_below_it() -> None:
    assert seen([4, 5, 9, 4], rule()) == [(1, "raise"), (3, "well")]


def test_it_must_last_before_it_is_raised() -> None:
    assert seen([5] * 12, rule(for_s=10)) == [(10, "raise")]
    assert seen(([5] * 9 + [4]) * 5, rule(for_s=10)) == []


def test_a_value_that_swings_around_the_threshold_raises_one_alert() -> None:
    assert seen([5, 4] * 20 + [2], rule(clear_at=2)) == [(0, "raise"), (40, "well")]


def test_after_it_has_cleared_it_rests() -> None:
    assert seen([5, 4] + [5] * 40, rule(rest_s=30)) == [(0, "raise"), (1, "well"), (31, "raise")]


def test_a_service_level_is_worse_when_it_is_lower() -> None:
    level = rule(kind=Kind.SERVICE_LEVEL, threshold=80, clear_at=85)
    assert seen([90, 80, 79, 82, 84.9, 85], level) == [(2, "raise"), (5, "well")]


def test_what_is_not_known_raises_nothing_and_clears() -> None:
    assert seen([None, None], rule()) == []
    assert seen([7, None], rule()) == [(0, "raise"), (1, "well")]


def test_an_alert_goes_with_its_rule() -> None:
    memory, of = Memory(), rule()
    reading = Reading(subject="queue:q", name="Sales", value=7)
    judge(memory, [of], {"r": [reading]}, START)
    assert [each.why for each in judge(memory, [], {}, START) if isinstance(each, Clear)] == ["gone"]
    assert judge(memory, [], {}, START) == []


def test_each_queue_has_an_alert_of_its_own() -> None:
    readings = [Reading(subject=f"queue:{name}", name=name, value=value) for name, value in (("a", 9), ("b", 1))]
    (raised,) = judge(Memory(), [rule()], {"r": readings}, START)
    assert isinstance(raised, Raise)
    assert raised.reading.subject == "queue:a"


VALUES = st.lists(st.one_of(st.none(), st.integers(0, 10).map(float)), max_size=80)
RULES = st.builds(
    rule,
    for_s=st.sampled_from([0, 1, 5]),
    rest_s=st.sampled_from([0, 3, 20]),
    clear_at=st.sampled_from([None, 2.0, 5.0]),
)


@given(VALUES, RULES)
def test_raised_and_cleared_take_turns_and_keep_their_times(values: list[float | None], of: Rule) -> None:
    told = seen(values, of)
    assert [word for _, word in told] == ["raise", "well"][:2] * (len(told) // 2) + ["raise"] * (len(told) % 2)
    for (earlier, word), (later, _) in pairwise(told):
        if word == "well":
            assert later - earlier >= of.rest_s
    for at, word in told:
        if word == "raise":
            lasted = values[int(at - of.for_s) : int(at) + 1]
            assert len(lasted) == of.for_s + 1
            assert all(value is not None and value >= 5 for value in lasted)


@given(VALUES, RULES)
def test_what_was_read_back_after_a_restart_is_not_raised_twice(values: list[float | None], of: Rule) -> None:
    memory = Memory(raised={("r", "queue:q"): None})
    first = None
    for step, value in enumerate(values):
        reading = Reading(subject="queue:q", name="Sales", value=value)
        judged = judge(memory, [of], {"r": [reading]}, START + timedelta(seconds=step))
        first = first or next(iter(judged), None)
    assert first is None or isinstance(first, Clear)


def test_an_alert_that_is_over_cannot_be_acknowledged() -> None:
    state = ALERT.after(ALERT.after(AlertState.CALM, AlertRaised), AlertCleared)
    with pytest.raises(IllegalMove):
        ALERT.after(state, AlertAcknowledged)
