"""The flow of the guide's last part, drawn as it says, goes the ways that it tells of."""

from typing import Any

import pytest

from rexian.flows.documents import problems_of
from rexian.flows.rehearsal import Break, Hear, Press, Stage, Tell, Wait, rehearse
from tests.flows.make import NOON, document

NODES: dict[str, dict[str, Any]] = {
    "answer": {"type": "answer", "exits": {"next": "language"}},
    "language": {"type": "choose_language", "media": ["prompt:language"], "choices": {"1": "zh", "2": "en"},
                 "exits": {"next": "order", "default": "order"}},
    "order": {"type": "collect", "media": ["prompt:ask-order"], "variable": "order",
              "exits": {"next": "ask", "default": "agent"}},
    "ask": {"type": "http", "url": "https://shop.example.com/orders/{order}", "keep": {"state": "answer.state"},
            "exits": {"next": "state", "refused": "unknown", "timeout": "agent", "error": "agent"}},
    "state": {"type": "switch", "value": "state", "cases": {"sent": ["sent"], "waiting": ["waiting"]},
              "exits": {"sent": "sent", "waiting": "waiting", "default": "unknown"}},
    "sent": {"type": "play", "media": ["prompt:order-sent"], "exits": {"next": "more"}},
    "waiting": {"type": "play", "media": ["prompt:order-waiting"], "exits": {"next": "more"}},
    "unknown": {"type": "play", "media": ["prompt:order-unknown"], "exits": {"next": "more"}},
    "more": {"type": "menu", "media": ["prompt:agent"], "choices": {"0": "agent"},
             "exits": {"0": "agent", "default": "bye"}},
    "agent": {"type": "queue", "queue": "sales", "exits": {"default": "bye"}},
    "bye": {"type": "hang_up"},
}  # fmt: skip
FLOW = document(NODES, start="answer")
TYPED = [Press(digit="2"), *(Press(digit=key) for key in "1205#")]


def answered(status: int, **values: Any) -> Tell:
    return Tell(input={"type": "Answered", "errand": 0, "value": {"status": status, "values": values}})


def passed(*cues: Any) -> list[str]:
    """The steps of a call whose look-up ends so; the errand has the number that the flow gave it."""
    asked = rehearse(FLOW, Stage(at=NOON), TYPED, queues=["sales"]).beats[-1]
    [errand] = [action["errand"] for action in asked.actions if action["type"] == "Ask"]
    told = [Tell(input={**cue.input, "errand": errand}) if isinstance(cue, Tell) else cue for cue in cues]
    beats = rehearse(FLOW, Stage(at=NOON), [*TYPED, *told], queues=["sales"]).beats
    assert beats[-1].run.language == "en"
    return [move.node for beat in beats[len(TYPED) + 1 :] for move in beat.moves if move.node]


@pytest.mark.parametrize(
    ("cues", "steps"),
    [
        ([answered(200, state="sent"), Hear(), Press(digit="0")], ["state", "sent", "more", "agent"]),
        ([answered(200, state="lost"), Hear(), Wait(seconds=60)], ["state", "unknown", "more", "bye"]),
        ([answered(404)], ["unknown"]),
        ([Break()], ["agent"]),
        ([Wait(seconds=6)], ["agent"]),
    ],
)
def test_the_flow_of_the_guide(cues: list[Any], steps: list[str]) -> None:
    assert [problem for problem in problems_of(FLOW, {"queue": ["sales"]}) if problem.severity == "error"] == []
    assert passed(*cues) == steps
