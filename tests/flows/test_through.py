"""The steps that put a caller through, or into a room, in the interpreter alone."""

from typing import Any

import pytest

from rexian.flows.actions import Answer, Digit, GivenBack, HangUp, LeaveQueue, Play, PutThrough, RoomOver, TimeUp
from rexian.flows.rehearsal import Press, Stage, Wait, rehearse
from rexian.flows.visit import ROOM, RoomFigures
from tests.flows.make import NOON, Surroundings, Walk, document

ENDS = {name: name for name in ("busy", "no_answer", "refused", "unavailable", "failed", "other")}
NODES = {name: {"type": "play", "media": [f"prompt:{name}"]} for name in ENDS}


FULL_OF_THREE = RoomFigures(members=3, moderators=1)


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


def in_room(figures: RoomFigures = FULL_OF_THREE, facts: dict[str, Any] | None = None, **room: Any) -> Walk:
    surroundings = Surroundings(facts=facts)
    surroundings.rooms["team"] = figures
    exits = {name: name for name in ("next", "over", "no_moderator", "full", "timeout")} | {"default": "other"}
    said = {name: {"type": "play", "media": [f"prompt:{name}"]} for name in exits.values()}
    node = {"type": "room", "room": "team", "exits": exits, **room}
    return Walk({"start": node, **said}, ctx=surroundings)


def test_a_room_is_joined_and_left_by_its_key() -> None:
    walk = in_room(room="{name}", facts={"name": "team"}, leave_key="*")
    assert walk.step.actions == (Answer(), LeaveQueue("transferred"))
    assert walk.run.memory[ROOM] == {"name": "team", "part": "speaker"}
    assert walk.tell(Digit("#")) == ()
    walk.tell(Digit("*"))
    assert walk.run.node == "next"
    assert ROOM not in walk.run.memory


def test_a_room_has_its_ends() -> None:
    over = in_room()
    over.tell(RoomOver())
    assert over.run.node == "over"
    late = in_room(longest_s=60)
    late.pass_time(60)
    late.tell(TimeUp())
    assert late.run.node == "timeout"
    assert in_room(most=3).run.node == "full"
    assert in_room(most=4).run.node == "start"
    assert in_room(RoomFigures(), needs_moderator=True).run.node == "no_moderator"
    assert in_room(RoomFigures(), needs_moderator=True, part="moderator").run.node == "start"
    assert in_room(room="{nothing}").run.node == "other"


def test_a_room_is_rehearsed() -> None:
    flow = document({"start": {"type": "room", "room": "team", "exits": {"next": "bye"}}, "bye": {"type": "hang_up"}})
    stage = Stage(at=NOON)
    assert rehearse(flow, stage, [Wait(seconds=600), Press(digit="#")]).beats[-1].over == "hangup"
    assert rehearse(flow, stage, [Wait(seconds=600)]).beats[-1].run.node == "start"
