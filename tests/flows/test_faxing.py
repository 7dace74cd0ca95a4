"""The flow steps that take faxes and send them."""

from typing import Any

import pytest

from rexian.flows.actions import (
    Answer,
    Answered,
    Ask,
    Digit,
    Failed,
    FaxOver,
    HangUp,
    LeaveQueue,
    Play,
    Played,
    ReceiveFax,
    SendFax,
    StopPlaying,
    TimeUp,
)
from rexian.flows.documents import validate
from rexian.flows.rehearsal import Fax, Stage, Tell, Wait, rehearse
from tests.flows.make import NOON, REGISTRY, Surroundings, Walk, document

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


# --- sending

DOCUMENT = {"id": "d-1", "number": "12", "name": "Price list", "pages": 2}
EXITS = ("next", "failed", "no_machine", "none", "timeout", "error")


def sending(**fields: Any) -> dict[str, dict[str, Any]]:
    exits = {name: f"after_{name}" for name in EXITS}
    ends = {f"after_{name}": {"type": "play", "media": ["prompt:goodbye"]} for name in EXITS}
    return {"start": {"type": "send_fax", "number": "number", "exits": exits, **fields}, **ends}


def asked(**fields: Any) -> Walk:
    """A step that sends a document, and waits for it to be looked up."""
    return Walk(sending(**fields), ctx=Surroundings(facts={"call": "c1"}), variables={"number": "12"})


def errand(walk: Walk) -> Ask:
    return next(action for action in walk.step.actions if isinstance(action, Ask))


def test_the_document_of_the_keyed_number_is_looked_up_and_sent() -> None:
    walk = asked()
    wanted = errand(walk)
    assert (wanted.kind, wanted.parameters) == ("fax_document.find", {"number": "12"})
    assert walk.tell(Answered(wanted.errand, DOCUMENT)) == (
        Answer(),
        LeaveQueue("transferred"),
        SendFax("c1.f2", "d-1", "12 Price list"),
    )
    walk.tell(FaxOver(True, 2, "021"))
    assert walk.run.node == "after_next"
    assert walk.run.variables == {"number": "12", "fax_pages": 2, "fax_station": "021"}


def test_a_flow_may_always_send_the_same() -> None:
    assert errand(asked(number="", document="d-1")).parameters == {"document": "d-1"}


@pytest.mark.parametrize(
    ("over", "exit"),
    [(FaxOver(False, 1), "failed"), (FaxOver(False, machine=False), "no_machine"), (Failed("fax.failed"), "error")],
)
def test_a_fax_that_fails_leaves_by_what_went_wrong(over: Any, exit: str) -> None:
    walk = asked()
    walk.tell(Answered(errand(walk).errand, DOCUMENT))
    walk.tell(over)
    assert walk.run.node == f"after_{exit}"


def test_where_no_way_is_drawn_for_a_missing_machine_it_is_a_failed_fax() -> None:
    walk = asked(exits={"next": "after_next", "failed": "after_failed"})
    walk.tell(Answered(errand(walk).errand, DOCUMENT))
    walk.tell(FaxOver(False, machine=False))
    assert walk.run.node == "after_failed"


def test_a_document_that_is_not_there_and_a_look_up_that_takes_too_long() -> None:
    walk = asked()
    walk.tell(Answered(errand(walk).errand, None))
    assert walk.run.node == "after_none"
    late = asked()
    late.tell(Digit("5"))
    late.pass_time(3)
    late.tell(TimeUp())
    assert late.run.node == "after_timeout"


def test_one_that_is_sent_for_too_long_ends_with_the_call() -> None:
    walk = asked(longest_s=60)
    walk.tell(Answered(errand(walk).errand, DOCUMENT))
    walk.pass_time(60)
    assert walk.tell(TimeUp()) == (HangUp(),)


@pytest.mark.parametrize(
    ("fields", "codes"),
    [
        ({}, []),
        ({"number": ""}, ["flow.unknown_fax_document"]),
        ({"number": "", "document": "gone"}, ["flow.unknown_fax_document", "flow.fax_document_empty"]),
        ({"number": "", "document": "d-1"}, []),
        ({"number": "", "document": "d-2"}, ["flow.fax_document_empty"]),
        ({"document": "d-1"}, ["flow.fax_document_twice"]),
        ({"number": "12 +"}, ["expression.syntax"]),
    ],
)
def test_what_is_wrong_with_a_step_that_sends_is_told(fields: dict[str, Any], codes: list[str]) -> None:
    known = {"fax_document": ["d-1", "d-2"], "filled_fax_document": ["d-1"], "prompt": ["goodbye"]}
    problems = validate({"start": "start", "nodes": sending(**fields)}, REGISTRY, known)
    assert [problem.code for problem in problems if problem.code != "flow.missing_exit"] == codes


def test_sending_is_rehearsed() -> None:
    flow = document(sending(), variables={"number": "12"})
    answer = Tell(input={"type": "Answered", "errand": 1, "value": DOCUMENT})
    for cue, exit in (
        (Fax(pages=2), "next"),
        (Fax(complete=False), "failed"),
        (Fax(complete=False, machine=False), "no_machine"),
    ):
        assert rehearse(flow, Stage(at=NOON), [answer, Wait(seconds=20), cue]).path.steps[-1] == (exit, f"after_{exit}")


# --- finding, and the list

CHOOSING: dict[str, dict[str, Any]] = {
    "find": {"type": "find_document", "exits": {"next": "start", "none": "start"}},
    "start": {"type": "list_documents", "exits": {"next": "menu", "none": "none"}},
    "menu": {"type": "menu", "media": ["prompt:goodbye"], "choices": {"1": "x"}, "exits": {"1": "one"}},
    "one": {"type": "play", "media": ["prompt:goodbye"]},
    "none": {"type": "play", "media": ["prompt:goodbye"]},
}


def test_what_is_found_stands_in_a_variable() -> None:
    for answer, exit in ((DOCUMENT, "next"), (None, "none")):
        walk = Walk(CHOOSING, start="find", variables={"number": 12})
        assert errand(walk).parameters == {"number": "12"}
        walk.tell(Answered(errand(walk).errand, answer))
        assert walk.step.moves[0].exit == exit
        assert walk.run.variables.get("document") == answer


def test_the_list_is_heard_each_name_in_its_language_and_a_key_cuts_it_short() -> None:
    walk = Walk(CHOOSING)
    listed = [
        {"number": "7", "prompt": "prices", "language": "en"},
        {"number": "12", "prompt": "", "language": "zh"},
    ]
    walk.tell(Answered(errand(walk).errand, listed))
    said = [(action.language, action.media) for action in walk.step.actions if isinstance(action, Play)]
    assert said == [
        ("zh", ("prompt:fax-document", "prompt:number-7")),
        ("en", ("prompt:prices",)),
        ("zh", ("silence:400", "prompt:fax-document", "prompt:number-1", "prompt:number-2", "silence:400")),
    ]
    walk.tell(Played(walk.run.playing[0]))
    assert walk.run.node == "start", "more is to be heard"
    walk.tell(Digit("1"))
    assert walk.run.node == "one", "the key counts for the menu that follows"
    whole = Walk(CHOOSING)
    whole.tell(Answered(errand(whole).errand, listed))
    whole.tell(Played(whole.run.playing[-1]))
    assert whole.run.node == "menu"
    nothing = Walk(CHOOSING)
    nothing.tell(Answered(errand(nothing).errand, []))
    assert nothing.run.node == "none"
