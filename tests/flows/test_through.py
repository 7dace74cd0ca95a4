"""The steps that put a caller through, in the interpreter alone."""

from typing import Any

import pytest

from rexian.flows.actions import Answer, GivenBack, HangUp, LeaveQueue, Play, PutThrough, TimeUp
from tests.flows.make import Surroundings, Walk

ENDS = {name: name for name in ("busy", "no_answer", "refused", "unavailable", "failed", "other")}
NODES = {name: {"type": "play", "media": [f"prompt:{name}"]} for name in ENDS}


def walked(facts: dict[str, Any] | None = None, **node: Any) -> Walk:
    exits = {**{name: name for name in ENDS if name != "other"}, "default": "other"}
    return Walk({"start": {**node, "exits": exits}, **NODES}, ctx=Surroundings(facts=facts))


@pytest.mark.parametrize(
    ("node", "target"),
    [
        ({"type": "agent", "agent": "1001"}, "agent:1001"),
        ({"type": "extension", "extension": "{customer.advisor}"}, "agent:1002"),
        ({"type": "outside_number", "number": "0{area}12345"}, "number:02112345"),
    ],
)
def test_the_caller_is_answered_and_somebody_is_called(node: dict[str, Any], target: str) -> None:
    walk = walked({"customer": {"advisor": 1002}, "area": "21"}, **node, ring_s=12, sound="music")
    assert walk.step.actions == (Answer(), LeaveQueue("transferred"), PutThrough(target, 12, music=True))
    assert walk.run.until is not None


@pytest.mark.parametrize("result", [name for name in ENDS if name != "other"])
def test_every_end_has_its_exit(result: str) -> None:
    walk = walked(type="agent", agent="1001")
    [played] = walk.tell(GivenBack(result))
    assert isinstance(played, Play)
    assert played.media == (f"prompt:{result}",)


def test_when_they_have_talked_and_nothing_follows_the_call_is_over() -> None:
    walk = walked(type="agent", agent="1001")
    assert walk.tell(GivenBack("next")) == (HangUp(),)
    assert walk.run.ended == "done"


def test_what_is_no_number_is_called_by_nobody() -> None:
    walk = walked(type="outside_number", number="{nothing}")
    assert walk.run.node == "failed"
    assert not any(isinstance(action, PutThrough) for action in walk.step.actions)


def test_nobody_stands_there_for_ever() -> None:
    walk = walked(type="agent", agent="1001")
    walk.pass_time(3601)
    walk.tell(TimeUp())
    assert walk.run.node == "failed"
