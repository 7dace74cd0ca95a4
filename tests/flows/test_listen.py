"""Understanding what a caller says, while a key wins at once."""

from typing import Any

import pytest

from rexian.flows.actions import (
    Answer,
    Answered,
    Ask,
    Digit,
    Failed,
    KeepRecording,
    NoteHeard,
    Play,
    Played,
    Recorded,
    Speaking,
    StartRecording,
    StopPlaying,
    StopRecording,
    TimeUp,
)
from rexian.flows.documents import validate
from rexian.flows.phrases import meant
from rexian.flows.rehearsal import Break, Hear, Press, Say, Stage, rehearse
from rexian.flows.rehearsal import Wait as LetPass
from tests.flows.make import NOON, REGISTRY, Surroundings, Walk, document

CHOICES = [
    {"exit": "order", "zh": ["订单", "查订单"], "en": ["order", "my parcel"], "key": "1"},
    {"exit": "agent", "zh": ["人工"], "en": ["agent", "a person"], "key": "0"},
]
ENDS = ("order", "agent", "heard", "no_input", "no_match", "unavailable", "error")
MEDIA = ["prompt:how-can-we-help"]


def flow(**fields: Any) -> dict[str, dict[str, Any]]:
    exits = {name: name for name in ENDS if name != "heard"}
    asks = {"type": "listen", "media": MEDIA, "choices": CHOICES, "variable": "said", "exits": exits, **fields}
    return {"start": asks, **{name: {"type": "hang_up"} for name in ENDS}}


def begun(*, facts: dict[str, Any] | None = None, language: str = "zh", **fields: Any) -> Walk:
    ctx = Surroundings(facts={"call": "c1", **(facts or {})})
    return Walk(flow(**fields), ctx=ctx, language=language)


def said(walk: Walk, text: str, **answer: Any) -> Walk:
    """The caller speaks, falls silent, and is understood."""
    walk.tell(Speaking(True))
    walk.tell(Speaking(False))
    name = walk.run.memory["utterance"]
    asked = walk.tell(Recorded(name, f"/left/{name}.raw"))
    assert isinstance(asked[0], Ask)
    walk.tell(Answered(asked[0].errand, {"text": text, "confidence": 0.9, "choice": "", **answer}))
    return walk


def reached(walk: Walk) -> str:
    return walk.step.moves[-1].node if walk.step.moves else ""


def test_it_listens_while_it_asks_and_falls_silent_when_the_caller_speaks() -> None:
    walk = begun()
    assert walk.step.actions == (Answer(), StartRecording("c1.h1", 0.7, False), Play(2, tuple(MEDIA), "zh"))
    assert walk.tell(Speaking(True)) == (StopPlaying(2),)
    assert walk.tell(Speaking(False)) == (StopRecording("c1.h1"),)
    (asked,) = walk.tell(Recorded("c1.h1", "/left/c1.h1.raw"))
    assert isinstance(asked, Ask)
    assert asked.kind == "speech.hear"
    assert asked.parameters["path"] == "/left/c1.h1.raw"
    assert asked.parameters["language"] == "zh"
    assert asked.parameters["hint"] == "订单、查订单、人工"
    assert asked.parameters["keep"] is False
    actions = walk.tell(Answered(asked.errand, {"text": "我要查订单。", "confidence": 0.8, "choice": ""}))
    assert actions[0] == NoteHeard("start", "我要查订单。", "order", 0.8)
    assert reached(walk) == "order"
    assert walk.run.variables == {"said": "我要查订单。"}


@pytest.mark.parametrize(
    ("language", "text", "node"),
    [
        ("zh", "转人工", "agent"),
        ("en", "I want to talk to a PERSON, please!", "agent"),
        ("en", "Where is my parcel?", "order"),
        ("zh", "我要 agent", "agent"),
    ],
)
def test_what_is_said_takes_its_exit(language: str, text: str, node: str) -> None:
    assert reached(said(begun(language=language), text)) == node


def test_what_sounds_like_a_choice_is_taken_where_no_phrase_occurs() -> None:
    assert reached(said(begun(), "我要查定单", choice="order")) == "order"
    assert reached(said(begun(), "转人工", choice="order")) == "agent", "A phrase counts for more."
    assert reached(said(begun(retries=0), "你好", choice="nonsense")) == "no_match"


def test_a_key_wins_at_once_whatever_is_being_said_or_understood() -> None:
    walk = begun()
    walk.tell(Speaking(True))
    assert StopRecording("c1.h1") in walk.tell(Digit("0"))
    assert reached(walk) == "agent"
    assert walk.run.variables == {"said": "0"}
    walk = begun()
    walk.tell(Speaking(True))
    walk.tell(Speaking(False))
    (asked,) = walk.tell(Recorded("c1.h1", "/left/c1.h1.raw"))
    walk.tell(Digit("1"))
    assert reached(walk) == "order"
    assert isinstance(asked, Ask)
    assert walk.tell(Answered(asked.errand, {"text": "人工"})) == (), "It comes too late."


def test_a_key_that_was_typed_ahead_is_taken_without_asking() -> None:
    nodes = {
        "start": {"type": "play", "media": ["prompt:welcome"], "exits": {"next": "ask"}},
        "ask": flow()["start"],
        **{name: node for name, node in flow().items() if name != "start"},
    }
    walk = Walk(nodes, ctx=Surroundings(facts={"call": "c1"}))
    actions = walk.tell(Digit("0"))
    assert not any(isinstance(action, StartRecording) for action in actions)
    assert [move.node for move in walk.step.moves] == ["ask", "agent"]


def test_silence_and_what_fits_nothing_are_answered_and_asked_again() -> None:
    walk = begun(retries=1, no_input_media=["prompt:quiet"], no_match_media=["prompt:pardon"])
    walk.tell(Played(2))
    walk.pass_time(5)
    stopped, listens, again = walk.tell(TimeUp())
    assert stopped == StopRecording("c1.h1")
    assert listens == StartRecording("c1.h3", 0.7, False)
    assert isinstance(again, Play)
    assert again.media == ("prompt:quiet", *MEDIA)
    assert reached(said(walk, "天气真好")) == "no_match"
    walk = said(begun(retries=1), "")
    assert walk.run.node == "start", "A noise is nothing that was said."
    walk.tell(Played(walk.run.playing[0]))
    walk.pass_time(5)
    walk.tell(TimeUp())
    assert reached(walk) == "no_input"


def test_anything_else_takes_heard_where_that_leads_somewhere() -> None:
    free = said(begun(exits={"order": "order", "agent": "agent", "heard": "heard"}), "天气真好")
    assert reached(free) == "heard"
    assert free.run.variables == {"said": "天气真好"}
    assert reached(said(begun(choices=[], exits={"heard": "heard"}), "我叫王芳")) == "heard"


def test_who_speaks_without_end_is_understood_at_the_longest_time() -> None:
    walk = begun(longest_s=10)
    walk.tell(Speaking(True))
    walk.pass_time(9)
    assert walk.tell(TimeUp()) == ()
    walk.pass_time(1)
    assert walk.tell(TimeUp()) == (StopRecording("c1.h1"),)


def test_a_question_that_no_voice_cuts_short_is_listened_to_after_its_end() -> None:
    walk = begun(interruptible=False)
    assert not any(isinstance(action, StartRecording) for action in walk.step.actions)
    assert walk.tell(Speaking(True)) == ()
    assert walk.tell(Played(1)) == (StartRecording("c1.h2", 0.7, False),)


def test_where_nobody_understands_the_language_it_says_so_at_once() -> None:
    assert reached(begun(facts={"hears": ("en",)})) == "unavailable"
    assert reached(begun(facts={"hears": ("en", "zh")})) == "start"


def test_a_recogniser_that_fails_or_is_late_takes_unavailable() -> None:
    assert reached(said(begun(), "", unavailable="speech.not_heard")) == "unavailable"
    walk = begun()
    walk.tell(Speaking(True))
    walk.tell(Speaking(False))
    walk.tell(Recorded("c1.h1", "/left/c1.h1.raw"))
    walk.pass_time(6)
    walk.tell(TimeUp())
    assert reached(walk) == "unavailable"
    walk = begun()
    walk.tell(Speaking(True))
    walk.tell(Speaking(False))
    walk.pass_time(5)
    walk.tell(TimeUp())
    assert reached(walk) == "unavailable", "The file was never whole."
    walk = begun()
    walk.tell(Failed("recording.failed"))
    assert reached(walk) == "error"


def test_in_secret_nothing_of_it_is_written_down() -> None:
    walk = said(begun(masked=True, keep=True), "我的密码是订单八八八")
    assert "八八八" not in str(walk.step.moves)
    assert "八八八" not in str(walk.run.open())
    assert walk.step.actions[0] == NoteHeard("start", "", "order", 0.9)
    assert walk.run.concealed["said"] == "我的密码是订单八八八"
    assert begun(masked=True, keep=True).step.actions[1] == StartRecording("c1.h1", 0.7, False)


def test_what_the_flow_keeps_stays_with_the_contact() -> None:
    walk = begun(keep=True)
    assert walk.step.actions[1] == StartRecording("c1.m1", 0.7, True)
    assert said(walk, "人工").step.actions[0] == KeepRecording("c1.m1", "/left/c1.m1.raw", 8000)


@pytest.mark.parametrize(
    ("text", "choice"),
    [
        ("ORDER!", "order"),
        ("reorder", ""),
        ("border orders", ""),
        ("查 订 单", "order"),
        ("ｏｒｄｅｒ", "order"),
        ("an agent about my order history", "history"),
        ("", ""),
    ],
)
def test_phrases_occur_as_whole_words_and_the_longest_counts(text: str, choice: str) -> None:
    choices = {"order": ["order", "订单"], "agent": ["agent", ""], "history": ["order history"]}
    assert meant(text, choices) == choice


def test_a_choice_that_cannot_be_said_in_a_language_is_warned_of() -> None:
    raw = {"start": "start", "nodes": flow(choices=[{"exit": "order", "zh": ["订单"]}, CHOICES[1]])}
    (problem,) = [each for each in validate(raw, REGISTRY, {}) if each.code == "flow.no_phrases"]
    assert (problem.path, problem.severity) == ("/nodes/start/choices/0/en", "warning")
    assert problem.params == {"exit": "order", "language": "en"}
    whole = {"start": "start", "nodes": flow()}
    assert [each.code for each in validate(whole, REGISTRY, {}) if each.node == "start"] == []
    only_zh = {"start": "start", "nodes": flow(choices=[{"exit": "agent", "zh": ["人工"]}])}
    assert not [each for each in validate(only_zh, REGISTRY, {}) if each.code == "flow.no_phrases"]


def test_it_is_rehearsed_by_what_the_caller_says() -> None:
    drawn = document(flow())
    stage = Stage(at=NOON)
    assert rehearse(drawn, stage, [Say(text="我要查订单")]).path.steps[-1] == ("order", "order")
    assert rehearse(drawn, stage, [Hear(), Say(text="什么"), Say(text="转人工")]).path.steps[-1] == ("agent", "agent")
    assert rehearse(drawn, stage, [Say(text="什么"), Press(digit="1")]).path.steps[-1] == ("order", "order")
    assert rehearse(drawn, stage, [LetPass(seconds=60)]).path.steps[-1] == ("no_input", "no_input")
    assert rehearse(drawn, stage, [Break()]).path.steps[-1] == ("error", "error")
    deaf = Stage(at=NOON, facts={"hears": []})
    assert rehearse(drawn, deaf, []).path.steps[-1] == ("unavailable", "unavailable")
    late = document(flow(interruptible=False))
    assert rehearse(late, stage, [Say(text="人工")]).path.steps[-1] == ("agent", "agent")
