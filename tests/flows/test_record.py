"""Recording what a caller says: until a key, silence, the longest time."""

from typing import Any

import pytest

from rexian.flows.actions import Digit, Played, Speaking, StartRecording, StopRecording, TimeUp
from rexian.flows.rehearsal import Hear, Press, Stage, Tell, Wait, rehearse
from tests.flows.make import NOON, Surroundings, Walk, document

AFTER = {"kept": {"type": "hang_up"}, "silent": {"type": "hang_up", "note": "said nothing"}}
EXITS = {"next": "kept", "empty": "silent"}


def recording(**fields: Any) -> dict[str, dict[str, Any]]:
    return {"start": {"type": "record", "media": ["tone:ring"], "exits": EXITS, **fields}, **AFTER}


def begun(**fields: Any) -> Walk:
    walk = Walk(recording(**fields), ctx=Surroundings(facts={"call": "c1"}))
    walk.tell(Played(1))
    return walk


def test_it_begins_after_the_tone_and_ends_by_the_key() -> None:
    walk = begun()
    assert walk.step.actions == (StartRecording("c1.m2", 4.0),)
    walk.tell(Speaking(True))
    walk.pass_time(7)
    assert walk.tell(Digit("5")) == ()
    assert walk.tell(Digit("#"))[0] == StopRecording("c1.m2")
    assert walk.run.variables == {"recording": "c1.m2"}
    assert walk.step.moves[0].node == "kept"


def test_silence_ends_it_and_the_longest_time_does() -> None:
    walk = begun()
    walk.tell(Speaking(True))
    walk.pass_time(20)
    walk.tell(Speaking(False))
    assert walk.step.moves[0].node == "kept"
    walk = begun(longest_s=10)
    walk.tell(Speaking(True))
    walk.pass_time(10)
    walk.tell(TimeUp())
    assert walk.step.moves[0].node == "kept"


@pytest.mark.parametrize(("wait_s", "input"), [(4, TimeUp()), (0.5, Digit("#"))])
def test_who_says_nothing_leaves_nothing(wait_s: float, input: Any) -> None:
    walk = begun()
    walk.pass_time(wait_s)
    walk.tell(input)
    assert walk.step.moves[0].node == "silent"
    assert "recording" not in walk.run.variables


def test_where_silence_counts_for_nothing_all_is_kept() -> None:
    walk = begun(silence_s=0, longest_s=30)
    assert walk.step.actions == (StartRecording("c1.m2", 0.0),)
    walk.pass_time(30)
    walk.tell(TimeUp())
    assert walk.step.moves[0].node == "kept"


def test_a_key_cuts_the_prompt_short_and_the_tone_is_still_heard() -> None:
    walk = Walk(recording(), ctx=Surroundings(facts={"call": "c1"}))
    walk.tell(Digit("1"))
    assert walk.run.playing == (2,)
    walk.tell(Played(2))
    assert walk.step.actions == (StartRecording("c1.m3", 4.0),)
    silent = Walk(recording(media=[], beep=False), ctx=Surroundings(facts={"call": "c1"}))
    assert silent.step.actions == (StartRecording("c1.m1", 4.0),)


def test_it_is_rehearsed() -> None:
    flow = document(recording())
    spoken = [Hear(), Tell(input={"type": "Speaking", "on": True}), Wait(seconds=9), Press(digit="#")]
    path = rehearse(flow, Stage(at=NOON), spoken).path
    assert [node for _, node in path.steps] == ["start", "kept"]
    assert [node for _, node in rehearse(flow, Stage(at=NOON), [Wait(seconds=30)]).path.steps] == ["start", "silent"]
