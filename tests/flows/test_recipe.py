"""The recipe for a new node works as it is written."""

import re
from pathlib import Path
from typing import Any

from rexian.flows.actions import HangUp
from rexian.flows.documents import problems_of, read
from rexian.flows.interpreter import begin
from rexian.flows.nodes import Registry
from tests.flows.make import REGISTRY, Surroundings

RECIPE = Path(__file__).parents[2] / "docs" / "recipes" / "add-a-flow-node.md"


def test_the_node_of_the_recipe_walks() -> None:
    block = re.search(r"```python\n(.*?)```", RECIPE.read_text("utf-8"), re.DOTALL)
    assert block is not None
    made: dict[str, Any] = {"__name__": "recipe"}
    exec(re.sub(r"^   ", "", block[1], flags=re.MULTILINE), made)
    registry = Registry([*REGISTRY.values(), *made["NODES"]])
    nodes = {
        "start": {"type": "lucky", "digit": "7", "exits": {"lucky": "yes", "default": "no"}},
        "yes": {"type": "hang_up"},
        "no": {"type": "hang_up", "cause": "busy"},
    }
    document = read({"start": "start", "nodes": nodes}, registry)
    assert problems_of(document, {}) == []
    for caller, cause in (("13800000007", "normal"), ("13800000001", "busy")):
        assert begin(document, {}, Surroundings(facts={"caller": caller})).actions == (HangUp(cause),)
