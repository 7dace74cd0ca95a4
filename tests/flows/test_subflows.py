"""Sub-flows: put in their place, with variables of their own, and back by the exit that they name."""

import random
from typing import Any

import pytest

from rexian.core.errors import Invalid
from rexian.core.ids import FlowVersionId
from rexian.flows.actions import Digit, HangUp, Play, QueueLeft
from rexian.flows.documents import read
from rexian.flows.interpreter import begin, divert, resume
from rexian.flows.linking import MOST_DEEP, Library, Part, depth_of, link, step_of
from rexian.flows.model import Document
from rexian.flows.rehearsal import Hear, Press, Stage, rehearse
from rexian.flows.visit import Step
from tests.flows.make import NOON, REGISTRY, Surroundings, document
from tests.flows.test_fuzz import NAMES, node, walk

ASK = FlowVersionId("ask 1")
ASKING: dict[str, dict[str, Any]] = {
    "menu": {"type": "menu", "media": ["prompt:ask"], "choices": {"1": "yes", "2": "no"}, "variable": "said",
             "retries": 0, "exits": {"1": "count", "2": "no", "default": "gone"}},
    "count": {"type": "set", "expressions": {"times": "times + step"}},
    "no": {"type": "return", "result": "refused"},
    "gone": {"type": "subflow", "flow": "nobody"},
}  # fmt: skip
CALLING: dict[str, dict[str, Any]] = {
    "start": {"type": "set", "variables": {"times": 40, "by": 2}, "exits": {"next": "ask"}},
    "ask": {"type": "subflow", "flow": "ask", "inputs": {"step": "by"}, "outputs": {"count": "times", "answer": "said"},
            "results": ["refused"], "exits": {"next": "thanks", "refused": "pity", "error": "sorry"}},
    "thanks": {"type": "play", "media": ["prompt:thanks"], "exits": {"next": "bye"}},
    "pity": {"type": "play", "media": ["prompt:pity"], "exits": {"next": "bye"}},
    "sorry": {"type": "play", "media": ["prompt:sorry"], "exits": {"next": "bye"}},
    "bye": {"type": "hang_up"},
}  # fmt: skip


def asking(**changed: dict[str, Any]) -> Document:
    return document({**ASKING, **changed}, start="menu", variables={"times": 1, "step": 1})


def linked(within: Document | None = None, nodes: dict[str, dict[str, Any]] = CALLING, **rest: Any) -> Document:
    library: Library = {ASK: Part(within or asking(), {})}.get
    return link(Part(document(nodes, **rest), {"ask": ASK}), library)


def told(flow: Document, *inputs: Any, ctx: Surroundings | None = None) -> Step:
    ctx = ctx or Surroundings()
    step = begin(flow, {}, ctx)
    for input in inputs:
        step = resume(flow, step.run, input, ctx)
    return step


def said(step: Step) -> list[str]:
    return [medium for action in step.actions if isinstance(action, Play) for medium in action.media]


def test_a_subflow_begins_with_what_it_is_given_and_gives_back_what_is_taken() -> None:
    inside = told(linked())
    assert inside.run.node == "ask»menu"
    assert inside.run.variables == {"times": 1, "step": 2}
    assert inside.run.scopes == ({"times": 40, "by": 2},)
    outside = told(linked(), Digit("1"))
    assert said(outside) == ["prompt:thanks"]
    assert outside.run.variables == {"times": 40, "by": 2, "count": 3, "answer": "yes"}
    assert outside.run.scopes == ()
    assert [move.node for move in outside.moves] == ["ask»count", "ask»*out", "thanks"]


def test_a_subflow_returns_by_the_exit_it_names() -> None:
    assert said(told(linked(), Digit("2"))) == ["prompt:pity"]


def test_what_goes_wrong_in_a_subflow_takes_the_exit_of_the_step_that_called_it() -> None:
    assert said(told(linked(), Digit("9"))) == ["prompt:sorry"]
    handled = document(
        {**ASKING, "handler": {"type": "play", "media": ["prompt:handled"]}},
        start="menu",
        on_error="handler",
        variables={"times": 1, "step": 1},
    )
    assert said(told(linked(handled), Digit("9"))) == ["prompt:handled"]
    twice = document({**ASKING, "handler": ASKING["gone"]}, start="menu", on_error="handler")
    assert said(told(linked(twice), Digit("9"))) == ["prompt:sorry"]


def test_a_subflow_that_is_not_to_be_had_takes_the_error_exit() -> None:
    assert said(told(document(CALLING))) == ["prompt:sorry"]


def test_a_return_without_a_caller_is_the_end() -> None:
    step = told(document({"start": {"type": "return"}}))
    assert isinstance(step.actions[-1], HangUp)
    assert step.run.ended == "done"


def test_a_queue_that_gives_back_from_within_finds_the_variables_of_its_own_flow() -> None:
    nodes = {
        **CALLING,
        "ask": {**CALLING["ask"], "exits": {"next": "bye"}},
        "start": {"type": "set", "variables": {"by": 2}, "exits": {"next": "queue"}},
        "queue": {"type": "queue", "queue": "sales", "exits": {"waiting": "ask", "timeout": "after"}},
        "after": {"type": "set", "expressions": {"seen": "by"}, "exits": {"next": "thanks"}},
    }
    waiting = told(linked(nodes=nodes))
    assert (waiting.run.node, waiting.run.queue) == ("ask»menu", "queue")
    back = told(linked(nodes=nodes), QueueLeft("timeout"))
    assert back.run.variables == {"by": 2, "seen": 2}
    assert back.run.scopes == ()
    aside = divert(linked(nodes=nodes), waiting.run, "thanks", Surroundings(), variables={"told": 1}, queue="queue")
    assert aside.run.variables == {"by": 2, "told": 1}


def test_subflows_within_subflows_are_bounded() -> None:
    itself = document({"ask": {"type": "subflow", "flow": "ask", "exits": {"error": "end"}}, "end": {"type": "return"}},
                      start="ask")  # fmt: skip
    part = Part(itself, {"ask": ASK})
    whole = link(part, {ASK: part}.get)
    assert max(map(depth_of, whole.nodes)) == MOST_DEEP
    assert told(whole).run.ended == "done"
    wide = document({f"n{at}": {"type": "subflow", "flow": "ask"} for at in range(10)}, start="n0")
    many = Part(wide, {f"n{at}": ASK for at in range(10)})
    with pytest.raises(Invalid, match="5000 steps"):
        link(many, {ASK: many}.get)


def test_a_rehearsal_goes_through_subflows() -> None:
    path = rehearse(linked(), Stage(at=NOON), [Hear(), Press(digit="1"), Hear()]).path
    assert [step_of(name) for _, name in path.steps] == ["start", "ask", "ask", "ask", "ask", "thanks", "bye"]
    assert path.over in ("done", "hangup")


def test_random_flows_within_random_flows_end_like_any_other() -> None:
    chance = random.Random(15)
    steps = 0
    while steps < 1_000:
        parts = {}
        for name in ("a", "b", "c"):
            nodes = {each: node(chance) for each in NAMES}
            for each in chance.sample(NAMES, 1):
                exits = {way: chance.choice(NAMES) for way in ("next", "error", "again") if chance.random() < 0.6}
                nodes[each] = {"type": "subflow", "flow": "x", "results": ["again"], "outputs": {"a": "b"},
                               "inputs": {"b": chance.choice(["a", "1/0", "2"])}, "exits": exits}  # fmt: skip
                nodes[chance.choice(NAMES)] = {"type": "return", "result": chance.choice(["next", "again", "else"])}
            raw = {"start": chance.choice(NAMES), "nodes": nodes, "on_error": chance.choice(["", *NAMES])}
            drawn = read(raw, REGISTRY)
            links = {each: FlowVersionId(chance.choice("abc")) for each in NAMES if nodes[each]["type"] == "subflow"}
            parts[FlowVersionId(name)] = Part(drawn, links)
        try:
            whole = link(parts[FlowVersionId("a")], parts.get)
        except Invalid:
            continue
        steps += walk(whole, Surroundings(facts={"caller": "138"}), chance)
