"""The flow steps that fax."""

from typing import Any

from rexian.flows.actions import Answer, Digit, FaxOver, HangUp, LeaveQueue, ReceiveFax, StopPlaying, TimeUp
from rexian.flows.rehearsal import Fax, Stage, Wait, rehearse
from tests.flows.make import NOON, Surroundings, Walk, document

AFTER = {"came": {"type": "hang_up"}, "not": {"type": "play", "media": ["prompt:goodbye"], "exits": {}}}


def receiving(**fields: Any) -> dict[str, dict[str, Any]]:
    return {"start": {"type": "receive_fax", "exits": {"next": "came", "failed": "not"}, **fields}, **AFTER}


def begun(**fields: Any) -> Walk:
    return Walk(receiving(**fields), ctx=Surroundings(facts={"call": "c1"}))


def test_the_line_is_answered_and_hears_nothing_while_it_faxes() -> None:
    walk = begun()
    assert walk.step.actions == (Answer(), LeaveQueue("transferred"), ReceiveFax("c1.f1"))
    assert walk.tell(Digit("5")) == ()
    assert walk.run.node == "start"


def test_what_plays_is_cut_short_before_it() -> None:
    greeting = {"type": "play", "media": ["prompt:welcome"], "wait": False, "exits": {"next": "fax"}}
    walk = Walk(
        {"start": greeting, "fax": receiving()["start"], **AFTER},
        ctx=Surroundings(facts={"call": "c1"}),
    )
    assert walk.run.node == "fax"
    assert [type(action) for action in walk.step.actions][1:] == [StopPlaying, Answer, LeaveQueue, ReceiveFax]


def test_a_whole_fax_goes_on_and_its_pages_are_known() -> None:
    walk = begun()
    walk.tell(FaxOver(True, 3, "+86 21 5550 1000"))
    assert walk.step.moves[0].node == "came"
    assert walk.run.variables == {"fax_pages": 3, "fax_station": "+86 21 5550 1000"}


def test_a_broken_one_fails_and_where_no_names_are_given_nothing_is_noted() -> None:
    walk = begun(pages="", station="")
    walk.tell(FaxOver(False, 1))
    assert walk.step.moves[0].node == "not"
    assert walk.run.variables == {}


def test_one_that_takes_too_long_ends_with_the_call() -> None:
    walk = begun(longest_s=60)
    walk.pass_time(60)
    assert walk.tell(TimeUp()) == (HangUp(),)
    assert walk.run.ended == "hangup"


def test_it_is_rehearsed() -> None:
    flow = document(receiving())
    path = rehearse(flow, Stage(at=NOON), [Wait(seconds=20), Fax(pages=2)]).path
    assert [node for _, node in path.steps] == ["start", "came"]
    path = rehearse(flow, Stage(at=NOON), [Fax(complete=False)]).path
    assert [node for _, node in path.steps] == ["start", "not"]
