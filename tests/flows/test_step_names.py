"""What is told of steps to those who read which way a call went."""

from typing import Any

import pytest

from rexian.flows.nodes import load_registry
from rexian.flows.step_names import StepNames

DRAWN: dict[str, dict[str, Any]] = {
    "switch": {"type": "switch", "value": "state", "cases": {"waiting": ["waiting"], "sent": ["sent"]}},
    "percent": {"type": "percent", "shares": {"waiting": 10}},
    "branch": {"type": "branch", "cases": [{"exit": "waiting", "all": []}]},
    "listen": {"type": "listen", "choices": [{"exit": "waiting", "phrases": {}}]},
    "queue": {"type": "queue", "queue": "sales", "skills": {"english": 5}},
    "http": {"type": "http", "keep": {"waiting": "answer.waiting"}},
}


@pytest.mark.parametrize(("step", "own"), [(step, step not in ("queue", "http")) for step in DRAWN])
def test_exits_that_were_named_in_drawing_are_told_from_those_of_the_type(step: str, own: bool) -> None:
    nodes = {step: {**DRAWN[step], "exits": {"waiting": "next", "default": "next"}}}
    name = StepNames(load_registry())._name({"nodes": nodes}, step)
    assert name is not None
    assert name.own_exits == (["waiting"] if own else [])
