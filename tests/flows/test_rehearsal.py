"""Rehearsals: a call played through the real interpreter in a made-up world."""

from datetime import UTC, datetime
from typing import Any

import pytest

from rexian.core.errors import Invalid
from rexian.flows.paths import played, player, read_cues, read_stage
from rexian.flows.rehearsal import (
    GiveBack,
    GoAway,
    Hear,
    LeaveQueue,
    Press,
    Reach,
    Rehearsal,
    Stage,
    Tell,
    Wait,
    rehearse,
)
from rexian.flows.visit import QueueFigures
from tests.flows.make import document

MONDAY = datetime(2026, 1, 5, 4, 0, tzinfo=UTC)
NODES: dict[str, dict[str, Any]] = {
    "answer": {"type": "answer", "exits": {"next": "hours"}},
    "hours": {"type": "hours", "calendar": "office", "exits": {"open": "menu", "closed": "closed"}},
    "closed": {"type": "play", "media": ["prompt:closed"], "exits": {"next": "bye"}},
    "menu": {
        "type": "menu",
        "media": ["prompt:menu"],
        "choices": {"1": "sales", "2": "order"},
        "variable": "wish",
        "retries": 1,
        "exits": {"1": "sales", "2": "order", "default": "bye"},
    },
    "order": {"type": "collect", "media": ["prompt:order"], "variable": "order", "exits": {"next": "sales"}},
    "sales": {"type": "queue", "queue": "sales", "exits": {"waiting": "place", "timeout": "bye"}},
    "place": {"type": "announce", "queue": "sales", "exits": {"next": "music"}},
    "music": {"type": "wait", "seconds": 20, "exits": {"next": "place"}},
    "bye": {"type": "hang_up"},
}
STAGE = Stage(at=MONDAY, calendars={"office": True}, queues={"sales": QueueFigures(3, 125.0)})
FLOW = document(NODES, start="answer")


class Nights:
    """Open from noon on."""

    def is_open(self, at: datetime) -> bool:
        return at.hour >= 12


def rehearsed(*cues: Any, stage: Stage = STAGE) -> Rehearsal:
    return rehearse(FLOW, stage, cues)


def test_the_arrival_goes_as_far_as_the_first_question() -> None:
    [arrival] = rehearsed().beats
    assert [move.node for move in arrival.moves] == ["answer", "hours", "menu"]
    assert [play.media for play in arrival.said] == [("prompt:menu",)]
    assert arrival.actions[0]["type"] == "Answer"
    assert (arrival.run.node, arrival.over) == ("menu", "")


def test_keys_variables_and_the_queue_are_told() -> None:
    *_, typed, reached = rehearsed(
        Press(digit="2"), Hear(), Press(digit="4"), Press(digit="2"), Press(digit="#"), Reach()
    ).beats
    assert typed.run.variables == {"wish": "order", "order": "42"}
    assert typed.run.queue == "sales"
    assert typed.said[0].media[0] == "prompt:queue-position-before"
    assert reached.over == "answered"


def test_who_is_put_through_comes_back_by_the_way_that_the_player_says() -> None:
    to = {"type": "extension", "extension": "{typed}", "exits": {"next": "bye", "busy": "music", "default": "bye"}}
    ask = {"type": "collect", "media": ["prompt:number"], "variable": "typed", "most": 2, "exits": {"next": "to"}}
    nodes = {"ask": ask, "to": to, "music": {"type": "music", "exits": {"next": "bye"}}, "bye": {"type": "hang_up"}}
    flow = document(nodes, start="ask")
    typed = [Press(digit="4"), Press(digit="2")]
    *_, called, back = rehearse(flow, STAGE, [*typed, GiveBack(result="busy")]).beats
    assert called.actions[-1] == {
        "type": "PutThrough",
        "target": "agent:42",
        "ring_s": 25.0,
        "music": False,
        "paused": False,
    }
    assert (called.run.node, back.run.node) == ("to", "music")
    assert rehearse(flow, STAGE, [*typed, Press(digit="1"), GiveBack(result="no_answer")]).beats[-1].over == "hangup"
    assert rehearse(flow, STAGE, [*typed, Wait(seconds=1800)]).beats[-1].run.node == "to"


def test_where_the_callers_number_is_at_home_decides() -> None:
    nodes = {
        "start": {
            "type": "branch",
            "cases": [
                {"exit": "south", "when": [{"variable": "region.province", "operator": "equals", "value": "广东省"}]}
            ],
            "exits": {"south": "south", "default": "city"},
        },
        "city": {
            "type": "if",
            "condition": "region.en.city == 'Beijing'",
            "exits": {"true": "north", "false": "abroad"},
        },
        **{name: {"type": "play", "media": [f"prompt:{name}"]} for name in ("south", "north", "abroad")},
    }
    flow = document(nodes)
    went = {
        caller: rehearse(flow, Stage(at=MONDAY, caller=caller), ()).path.steps[-1][1]
        for caller in ("0755 1234 5678", "13800138000", "+85221234567", "")
    }
    assert list(went.values()) == ["south", "north", "abroad", "abroad"]


def test_silence_passes_every_deadline_on_its_way() -> None:
    _, silent = rehearsed(Wait(seconds=60)).beats
    assert silent.over == "hangup"
    assert [play.media[0] for play in silent.said] == ["prompt:no-input"]
    assert (silent.at - MONDAY).total_seconds() == 10


def test_the_clock_moves_while_he_waits_and_the_queue_gives_him_back() -> None:
    *_, waited, back = rehearsed(Press(digit="1"), Wait(seconds=45), LeaveQueue(result="timeout")).beats
    assert (waited.at - MONDAY).total_seconds() == 45
    assert [move.node for move in waited.moves] == ["music", "place", "music", "place", "music"]
    assert back.over == "hangup"


def test_calendars_are_the_real_ones_unless_the_stage_says_otherwise() -> None:
    stage = Stage(at=MONDAY)
    closed = rehearse(FLOW, stage, (), calendars={"office": Nights()}, queues=("sales",))
    assert closed.path.steps[-1] == ("closed", "closed")
    noon = Stage(at=MONDAY.replace(hour=12))
    assert rehearse(FLOW, noon, (), calendars={"office": Nights()}).path.steps[-1] == ("open", "menu")


def test_nothing_happens_after_the_end() -> None:
    beats = rehearsed(GoAway(), Press(digit="1")).beats
    assert [beat.over for beat in beats] == ["", "caller_gone"]


def test_any_input_of_the_engine_can_be_made_up() -> None:
    assert rehearsed(Tell(input={"type": "Digit", "digit": "1"})).beats[-1].run.queue == "sales"
    with pytest.raises(Invalid, match="made-up answer"):
        rehearsed(Tell(input={"type": "Weather"}))


def test_what_was_typed_in_secret_is_not_told() -> None:
    secret = {**NODES, "order": {**NODES["order"], "masked": True}}
    beats = rehearse(document(secret, start="answer"), STAGE, [Press(digit=key) for key in "24242#"]).beats
    assert beats[-1].run.variables["order"] == "masked"
    assert all(not beat.run.concealed for beat in beats)


def test_why_a_step_was_left_by_its_error_is_told_with_the_move() -> None:
    nodes = {
        "say": {"type": "play", "media": ["money:balance"], "exits": {"next": "bye", "error": "find"}},
        "find": {
            "type": "set",
            "expressions": {"state": "number(order.state)"},
            "exits": {"next": "bye", "error": "bye"},
        },
        "bye": {"type": "hang_up"},
    }
    (beat,) = rehearse(document(nodes, start="say"), STAGE, []).beats
    assert [(move.node, move.exit, move.error) for move in beat.moves] == [
        ("say", "", ""),
        ("find", "error", "expression.not_a_number"),
        ("bye", "error", "expression.not_a_number"),
    ]


def test_a_circle_is_cut() -> None:
    circle = {"start": {"type": "wait", "seconds": 1, "exits": {"next": "start"}}}
    beats = rehearse(document(circle), STAGE, [Wait(seconds=86_400)]).beats
    assert beats[-1].over == "error:flow.endless"
    assert len(beats[-1].moves) < 6_000


@pytest.mark.parametrize(
    ("stage", "cues"),
    [
        ({"at": "yesterday"}, []),
        ({"at": "2026-01-05T04:00:00"}, []),
        ({"at": "2026-01-05T04:00:00Z", "weather": 1}, []),
        ({"at": "2026-01-05T04:00:00Z"}, [{"do": "dance"}]),
        ({"at": "2026-01-05T04:00:00Z"}, [{"do": "press", "digit": "12"}]),
        ({"at": "2026-01-05T04:00:00Z"}, [{"do": "hear"}] * 301),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(stage: dict[str, Any], cues: list[dict[str, Any]]) -> None:
    with pytest.raises(Invalid):
        rehearse(FLOW, read_stage(stage), read_cues(cues))


def test_a_recorded_path_passes_until_the_flow_goes_another_way() -> None:
    stage = {"at": "2026-01-05T04:00:00Z", "calendars": {"office": True}}
    play = player(FLOW, {}, {"sales"})
    cues = [{"do": "press", "digit": "1"}]
    went = play(read_stage(stage), read_cues(cues)).path
    row = {"id": "1", "name": "sales", "stage": stage, "cues": cues}
    row["expected"] = {"steps": went.steps, "over": went.over, "queue": went.queue}  # type: ignore[assignment]
    assert played(row, play).passed
    turned = document({**NODES, "menu": {**NODES["menu"], "exits": {"1": "bye", "2": "order"}}}, start="answer")
    other = played(row, player(turned, {}, {"sales"}))
    assert not other.passed
    assert other.got.over == "hangup"
    assert other.parted_at == 3


def test_a_call_that_would_be_ordered_is_shown_and_its_other_side_can_be_played_too() -> None:
    nodes: dict[str, dict[str, Any]] = {
        "who": {"type": "if", "condition": "outcall", "exits": {"true": "words", "false": "number"}},
        "number": {"type": "collect", "media": ["prompt:number"], "variable": "number", "exits": {"next": "order"}},
        "order": {
            "type": "outcall",
            "number": "{number}",
            "when": "at",
            "at": '"1830"',
            "inputs": {"from": "caller"},
            "exits": {"next": "bye", "invalid_number": "number"},
        },
        "words": {"type": "play", "media": ["phone:from"], "exits": {"next": "bye"}},
        "bye": {"type": "hang_up"},
    }
    flow = document(nodes, start="who")
    stage = Stage(at=datetime.fromisoformat("2026-01-05T12:00:00+08:00"))
    found = rehearse(flow, stage, [Press(digit="1"), Press(digit="#"), *(Press(digit=key) for key in "13911112222#")])
    [order] = [action for beat in found.beats for action in beat.actions if action["type"] == "OrderCall"]
    assert (order["number"], order["due"]) == ("13911112222", "2026-01-05T18:30:00+08:00")
    assert order["variables"] == {"from": "13800138000"}
    assert ("invalid_number", "number") in found.path.steps
    theirs = rehearse(flow, Stage(at=MONDAY, facts={"outcall": True, "from": "13800138000"}), [])
    assert theirs.beats[0].said[0].media[-1] == "prompt:number-0"
