"""What callers have recorded: they hear it, or it becomes a prompt."""

from typing import Any

import pytest

from rexian.flows.actions import Answered, Ask, Digit, Failed, Play, Played, StopPlaying, TimeUp
from rexian.flows.rehearsal import Hear, Stage, Tell, rehearse
from tests.flows.make import NOON, Surroundings, Walk, document

BYES = {name: {"type": "play", "media": [f"prompt:{name}"]} for name in ("next", "missing", "timeout", "other")}
EXITS = {"next": "next", "missing": "missing", "timeout": "timeout", "default": "other"}


def walked(held: object = "c1.m2", **node: Any) -> Walk:
    surroundings = Surroundings(facts={"caller": "+8613800138000"})
    return Walk({"start": {"exits": EXITS, **node}, **BYES}, ctx=surroundings, variables={"recording": held})


def test_the_caller_hears_what_he_has_recorded() -> None:
    walk = walked(type="play_recording")
    [asked] = walk.step.actions
    assert isinstance(asked, Ask)
    assert (asked.kind, asked.parameters) == ("recordings.hear", {"recording": "c1.m2", "language": "zh"})
    [play] = walk.tell(Answered(asked.errand, "prompt:heard-1"))
    assert isinstance(play, Play)
    assert play.media == ("prompt:heard-1",)
    walk.tell(Played(play.playback))
    assert walk.run.node == "next"


def test_a_key_cuts_it_short_and_counts_for_what_follows() -> None:
    walk = walked(type="play_recording")
    walk.tell(Answered(1, "prompt:heard-1"))
    assert isinstance(walk.tell(Digit("3"))[0], StopPlaying)
    assert walk.run.node == "next"
    patient = walked(type="play_recording", interruptible=False)
    patient.tell(Answered(1, "prompt:heard-1"))
    assert patient.tell(Digit("3")) == ()


@pytest.mark.parametrize("kind", [{"type": "play_recording"}, {"type": "keep_prompt", "prompt": "hello"}])
def test_what_is_not_there_or_does_not_come_has_its_exit(kind: dict[str, Any]) -> None:
    assert walked("", **kind).run.node == "missing"
    assert walked(None, **kind).run.node == "missing"
    slow = walked(**kind, timeout_s=5)
    slow.pass_time(5)
    slow.tell(TimeUp())
    assert slow.run.node == "timeout"
    lost = walked(**kind)
    lost.tell(Failed("recording.missing", 1))
    assert lost.run.node == "other"


def test_it_becomes_a_prompt_in_the_language_of_the_caller_or_of_the_step() -> None:
    for language, spoken in ((None, "zh"), ("en", "en")):
        walk = walked(type="keep_prompt", prompt="hello", language=language)
        [asked] = walk.step.actions
        assert isinstance(asked, Ask)
        wanted = {"recording": "c1.m2", "prompt": "hello", "language": spoken, "caller": "+8613800138000"}
        assert (asked.kind, asked.parameters) == ("recordings.keep_prompt", wanted)
        walk.tell(Answered(1, {"duration_s": 2.5}))
        assert walk.run.node == "next"


def test_it_is_rehearsed() -> None:
    nodes = {
        "start": {"type": "play_recording", "exits": {"next": "keep", "default": "other"}},
        "keep": {"type": "keep_prompt", "prompt": "hello", "exits": {"next": "next", "default": "other"}},
        **BYES,
    }
    flow = document(nodes, variables={"recording": "c1.m2"})
    cues = [
        Tell(input={"type": "Answered", "errand": 1, "value": "prompt:heard-1"}),
        Hear(),
        Tell(input={"type": "Failed", "errand": 3, "reason": "prompt.not_found"}),
    ]
    assert [node for _, node in rehearse(flow, Stage(at=NOON), cues).path.steps] == ["start", "keep", "other"]
