"""Browsing a content library by keys: categories, pieces, next and previous, pause, bookmark."""

from typing import Any

import pytest

from rexian.flows.actions import Answered, Ask, Digit, Failed, Play, Played, StopPlaying, TimeUp
from rexian.flows.documents import validate
from rexian.flows.rehearsal import Hear, Press, Stage, Tell, rehearse
from tests.flows.make import NOON, REGISTRY, Surroundings, Walk, document

ENDS = ("next", "empty", "no_input", "timeout", "error", "0")
PIECES = {"finance": ["stocks", "funds"], "sport": ["match"]}
FACTS = {"caller": "+8613800138000"}


def browsing(**fields: Any) -> dict[str, dict[str, Any]]:
    choices = {"0": "agent"}
    exits = {name: f"after_{name}" for name in ENDS}
    ends = {f"after_{name}": {"type": "hang_up", "note": name} for name in ENDS}
    return {"start": {"type": "library", "library": "news", "choices": choices, "exits": exits, **fields}, **ends}


class Listener:
    """A caller in a library; what he has the flow ask for is answered as the library would."""

    def __init__(
        self, categories: dict[str, list[str]] | None = None, bookmark: dict[str, Any] | None = None, **fields: Any
    ) -> None:
        self.categories = PIECES if categories is None else categories
        self.bookmark = bookmark
        self.heard: list[Play] = []
        self.marks: list[float] = []
        self.walk = Walk(browsing(**fields), ctx=Surroundings(facts=FACTS))
        self._take()

    @property
    def left(self) -> str:
        """By which exit he has left."""
        node = self.walk.run.node
        return "" if node == "start" else node.removeprefix("after_")

    @property
    def last(self) -> tuple[str, ...]:
        return tuple(one.removeprefix("prompt:") for one in self.heard[-1].media)

    def presses(self, keys: str) -> "Listener":
        for key in keys:
            self._tell(Digit(key))
        return self

    def listens(self, playbacks: int = 1) -> "Listener":
        for _ in range(playbacks):
            self._tell(Played(self.walk.run.playing[-1]))
        return self

    def waits(self, seconds: float) -> "Listener":
        self.walk.pass_time(seconds)
        return self._tell(TimeUp())

    def _tell(self, input: Any) -> "Listener":
        self.walk.tell(input)
        self._take()
        return self

    def _take(self) -> None:
        for action in self.walk.step.actions:
            if isinstance(action, Play):
                self.heard.append(action)
            elif isinstance(action, Ask) and action.kind == "library.mark":
                self.marks.append(action.parameters["offset_s"])
            elif isinstance(action, Ask):
                self._tell(Answered(action.errand, self._answer(action)))

    def _answer(self, ask: Ask) -> dict[str, Any]:
        if ask.kind == "library.open":
            categories = [{"id": name, "prompt": f"name-{name}", "language": "zh"} for name in self.categories]
            return {"categories": categories, "bookmark": self.bookmark}
        pieces, at = self.categories[ask.parameters["category"]], ask.parameters["at"]
        if at >= len(pieces):
            return {"over": True}
        about = {"prompt": pieces[at], "language": "zh", "duration_s": 60.0}
        return {"at": at, "of": len(pieces), "offset_s": ask.parameters["offset_s"], **about}


def test_categories_are_named_with_their_keys_and_one_is_chosen() -> None:
    listener = Listener()
    names = [one for one in listener.last if one.startswith(("name-", "number-"))]
    assert names == ["name-finance", "number-1", "name-sport", "number-2"]
    assert listener.presses("2").last == ("library-keys",)
    assert listener.listens().last == ("match",)


def test_pieces_follow_each_other_to_the_end_of_the_category() -> None:
    listener = Listener().presses("1").listens()
    assert listener.last == ("stocks",)
    assert listener.listens().last == ("funds",)
    listener.listens()
    assert listener.last[0] == "library-over"
    assert listener.presses("2").last == ("match",), "how to use the keys is said once"
    assert listener.presses("*").presses("*").left == "next"


def test_keys_lead_forth_and_back() -> None:
    listener = Listener().presses("1").listens()
    assert listener.presses("6").last == ("funds",)
    assert listener.presses("4").last == ("stocks",)
    assert listener.presses("4").last == ("stocks",), "before the first there is nothing"
    listener.waits(10)
    assert listener.presses("8").heard[-1].skip_s == 0
    count = len(listener.heard)
    assert len(listener.presses("39").heard) == count, "a key that means nothing disturbs nothing"
    assert listener.presses("66").last[0] == "library-over"
    assert listener.presses("1").presses("0").left == "0"


def test_he_pauses_and_goes_on_where_he_was() -> None:
    listener = Listener().presses("1").listens()
    listener.walk.pass_time(12)
    assert listener.presses("5").last == ("library-paused",)
    assert StopPlaying(5) in listener.walk.step.actions
    assert listener.marks == [12.0]
    listener.walk.pass_time(100)
    listener.presses("5")
    assert (listener.last, listener.heard[-1].skip_s) == (("stocks",), 12.0)
    listener.walk.pass_time(3)
    listener.presses("5").listens()
    assert listener.marks[-1] == 15.0
    assert listener.waits(300).left == "no_input"


def test_how_far_he_has_come_is_noted_while_he_listens() -> None:
    listener = Listener().presses("2").listens()
    listener.waits(15).waits(15)
    assert listener.marks == [15.0, 30.0]
    listener.waits(15).waits(15).waits(15).waits(15).waits(15)
    assert listener.last[0] == "library-over", "a piece whose end is never told of is over"
    unmarked = Listener(bookmarks=False).presses("2").listens().waits(15)
    assert unmarked.marks == []


def test_a_failing_note_is_nothing_to_him() -> None:
    listener = Listener().presses("1").listens().waits(15)
    [mark] = [action for action in listener.walk.step.actions if isinstance(action, Ask)]
    listener.walk.tell(Failed("errand.failed", errand=mark.errand))
    assert listener.left == ""
    assert listener.listens().last == ("funds",)


@pytest.mark.parametrize("answer", ["presses", "is silent"])
def test_who_calls_again_goes_on_at_his_bookmark(answer: str) -> None:
    listener = Listener(bookmark={"category": "finance", "at": 1, "offset_s": 20.5})
    assert listener.last == ("library-go-on",)
    if answer == "presses":
        listener.presses("1")
    else:
        listener.listens().waits(6)
    listener.listens()
    assert (listener.last, listener.heard[-1].skip_s) == (("funds",), 20.5)


def test_or_he_chooses_anew() -> None:
    listener = Listener(bookmark={"category": "finance", "at": 1, "offset_s": 20.5}).presses("2")
    assert listener.last[0] == "library-choose"


def test_one_category_is_no_question_and_ends_the_step() -> None:
    listener = Listener({"sport": ["match"]})
    assert listener.listens().last == ("match",)
    assert listener.listens().left == "next"
    assert Listener({"sport": ["match"]}).presses("*").left == "next"


def test_wrong_keys_and_silence_are_asked_again_then_it_leaves() -> None:
    listener = Listener().presses("7")
    assert listener.last[0] == "no-match"
    listener.listens().waits(6)
    assert listener.last[:2] == ("no-input", "library-choose")
    assert listener.presses("9").left == "no_input"


def test_an_empty_library_a_late_answer_and_a_failure_have_their_exits() -> None:
    assert Listener({}).left == "empty"
    late = Walk(browsing(), ctx=Surroundings(facts=FACTS))
    late.pass_time(6)
    late.tell(TimeUp())
    assert late.run.node == "after_timeout"
    failing = Walk(browsing(), ctx=Surroundings(facts=FACTS))
    failing.tell(Failed("library.not_found", errand=1))
    assert failing.run.node == "after_error"


def test_a_key_that_came_before_the_question_answers_it() -> None:
    walk = Walk(browsing(), ctx=Surroundings(facts=FACTS))
    walk.tell(Digit("2"))
    categories = [{"id": each, "prompt": "", "language": "zh"} for each in PIECES]
    [turn] = walk.tell(Answered(1, {"categories": categories, "bookmark": None}))
    assert isinstance(turn, Ask)
    assert turn.parameters["category"] == "sport"


def test_keys_that_come_while_the_next_piece_is_looked_for_count() -> None:
    listener = Listener({"all": ["a", "b", "c", "d"]}).listens()
    walk = listener.walk
    [turn] = [each for each in walk.tell(Digit("6")) if isinstance(each, Ask)]
    walk.tell(Digit("6"))
    piece = {"prompt": "b", "language": "zh", "duration_s": 9.0, "at": 1, "of": 4, "offset_s": 0.0}
    [turn] = [each for each in walk.tell(Answered(turn.errand, piece)) if isinstance(each, Ask)]
    assert turn.parameters["at"] == 2


def test_a_piece_in_another_language_is_heard_in_that_one() -> None:
    walk = Walk(browsing(keys_media=[]), ctx=Surroundings(facts=FACTS))
    categories = [{"id": "a", "prompt": "", "language": "zh"}, {"id": "b", "prompt": "name", "language": "en"}]
    said = [each for each in walk.tell(Answered(1, {"categories": categories, "bookmark": None})) if type(each) is Play]
    assert [(play.language, play.media[-1]) for play in said] == [
        ("zh", "silence:300"),
        ("en", "prompt:name"),
        ("zh", "silence:300"),
    ]
    assert said[0].media[1:3] == ("prompt:library-category", "prompt:number-1")
    [turn] = [each for each in walk.tell(Digit("2")) if isinstance(each, Ask)]
    piece = {"prompt": "p", "language": "en", "duration_s": 9.0, "at": 0, "of": 1, "offset_s": 0.0}
    [play] = walk.tell(Answered(turn.errand, piece))
    assert isinstance(play, Play)
    assert (play.language, walk.run.language) == ("en", "zh")


def test_what_may_be_wrong_with_it_is_said() -> None:
    raw = {"start": "start", "nodes": browsing(next_key="0")}
    known = {"library": ["news"], "filled_library": []}
    found = {(problem.code, problem.path) for problem in validate(raw, REGISTRY, known)}
    assert found == {
        ("flow.library_empty", "/nodes/start/library"),
        ("flow.key_twice", "/nodes/start/next_key"),
    }
    fine = {"start": "start", "nodes": browsing()}
    assert validate(fine, REGISTRY, {"library": ["news"], "filled_library": ["news"]}) == []
    [gone] = validate(fine, REGISTRY, {"library": [], "filled_library": ["news"]})
    assert (gone.code, gone.severity) == ("flow.unknown_library", "error")


def test_it_is_rehearsed() -> None:
    flow = document(browsing())
    piece = {"prompt": "match", "language": "zh", "duration_s": 9.0, "at": 0, "of": 1, "offset_s": 0.0}
    categories = [{"id": "sport", "prompt": "", "language": "zh"}]
    cues = [
        Tell(input={"type": "Answered", "errand": 1, "value": {"categories": categories, "bookmark": None}}),
        Tell(input={"type": "Answered", "errand": 2, "value": piece}),
        Hear(),
        Press(digit="0"),
    ]
    rehearsal = rehearse(flow, Stage(at=NOON), cues)
    assert rehearsal.path.steps == (("", "start"), ("0", "after_0"))
    assert [play.media for beat in rehearsal.beats for play in beat.said] == [
        ("prompt:library-keys",),
        ("prompt:match",),
    ]
