"""When a reserve is called and let go: pure, limit by limit."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rexian.core.ids import AgentId
from rexian.routing.reserves import Load, pressure
from rexian.routing.rules import Reserve

EXPERT = (AgentId("expert"),)


def load(**given: Any) -> Load:
    return Load(**{"waiting": 1, "others": 3, **given})


@pytest.mark.parametrize(
    ("limit", "calm", "between", "pressed", "because"),
    [
        ({"waiting_above": 10}, {"waiting": 5}, {"waiting": 10}, {"waiting": 11}, "waiting"),
        (
            {"wait_above_s": 60.0},
            {"expected_wait_s": 30.0},
            {"expected_wait_s": 60.0},
            {"expected_wait_s": 61.0},
            "wait",
        ),
        (
            {"service_level_below": 0.8},
            {"service_level": 0.9},
            {"service_level": 0.85},
            {"service_level": 0.79},
            "service_level",
        ),
    ],
)
def test_it_comes_beyond_the_limit_and_goes_when_half_of_it_is_left(
    limit: dict[str, Any], calm: dict[str, Any], between: dict[str, Any], pressed: dict[str, Any], because: str
) -> None:
    reserve = Reserve(agents=EXPERT, **limit)
    assert pressure(reserve, load(**pressed), called=False) == because
    assert [pressure(reserve, load(**between), called=called) for called in (False, True)] == ["", because]
    assert pressure(reserve, load(**calm), called=True) == ""


def test_it_comes_where_somebody_waits_and_nobody_else_is_at_work() -> None:
    reserve = Reserve(agents=EXPERT, waiting_above=10)
    assert pressure(reserve, load(others=0), called=False) == "nobody"
    assert pressure(reserve, load(others=0, waiting=0), called=False) == ""


def test_what_is_not_known_calls_nobody() -> None:
    reserve = Reserve(agents=EXPERT, wait_above_s=1.0, service_level_below=0.9)
    assert pressure(reserve, load(), called=False) == ""


@given(st.integers(0, 40), st.integers(0, 20), st.floats(0, 1))
def test_what_calls_it_also_keeps_it(waiting: int, limit: int, relief: float) -> None:
    reserve = Reserve(agents=EXPERT, waiting_above=limit, relief=relief)
    if pressure(reserve, load(waiting=waiting), called=False):
        assert pressure(reserve, load(waiting=waiting), called=True)
