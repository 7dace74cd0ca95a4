"""The nodes that decide by who calls and how the house stands."""

from datetime import timedelta
from typing import Any

import pytest

from rexian.flows.actions import Answered, Ask, Digit, Failed, Play, Played, Recognised, StopPlaying, TimeUp
from rexian.flows.visit import QueueFigures
from tests.flows.make import NOON, Surroundings, Walk

BYES = {name: {"type": "hang_up", "cause": name} for name in ("normal", "busy", "failed", "no_answer")}


def walk(node: dict[str, Any], exits: dict[str, str], **facts: Any) -> Walk:
    return Walk({"start": {**node, "exits": exits}, **BYES}, ctx=Surroundings(facts=facts))


def cause(walked: Walk) -> str:
    return str(walked.step.actions[-1].cause)  # type: ignore[attr-defined]


YES_NO = {"yes": "normal", "no": "busy", "error": "failed", "timeout": "no_answer"}


def test_who_is_on_the_blacklist_takes_yes() -> None:
    assert cause(walk({"type": "on_list"}, YES_NO, lists=("blocked", "vip"))) == "normal"
    assert cause(walk({"type": "on_list", "list": "press"}, YES_NO, lists=("blocked",))) == "busy"
    assert cause(walk({"type": "on_list"}, YES_NO)) == "busy"


def test_a_vip_is_one_by_his_record_or_by_his_number() -> None:
    assert cause(walk({"type": "vip"}, YES_NO, vip=True)) == "normal"
    assert cause(walk({"type": "vip"}, YES_NO, lists=("vip",))) == "normal"
    assert cause(walk({"type": "vip"}, YES_NO, vip=False, lists=("blocked",))) == "busy"


CUSTOMER = {"known": "normal", "unknown": "busy", "other": "no_answer", "error": "failed"}


def test_a_customer_who_was_recognised_is_known_at_once() -> None:
    known = {"customer": {"id": "c1", "name": "Li", "level": 3}}
    assert cause(walk({"type": "customer"}, CUSTOMER, **known)) == "normal"
    assert cause(walk({"type": "customer", "condition": "customer.level > 3"}, CUSTOMER, **known)) == "no_answer"
    assert cause(walk({"type": "customer", "condition": "customer.level / 0"}, CUSTOMER, **known)) == "failed"


def test_the_look_up_has_a_moment_to_come() -> None:
    facts: dict[str, Any] = {"started": NOON.isoformat()}
    walked = walk({"type": "customer"}, CUSTOMER, **facts)
    assert walked.run.until == NOON + timedelta(seconds=2)
    walked.ctx.facts = {**facts, "customer": {"id": "c1"}}
    walked.tell(Digit("5"))
    walked.tell(Recognised())
    assert cause(walked) == "normal"
    late = walk({"type": "customer"}, CUSTOMER, **facts)
    late.pass_time(2)
    late.tell(TimeUp())
    assert cause(late) == "busy"
    assert cause(walk({"type": "customer"}, CUSTOMER, started=(NOON - timedelta(seconds=9)).isoformat())) == "busy"


@pytest.mark.parametrize(
    ("given", "figures", "expected"),
    [
        ({}, QueueFigures(1, staffed=2), "normal"),
        ({}, QueueFigures(1, staffed=0), "no_answer"),
        ({"most_waiting": 5}, QueueFigures(6, waiting=5, staffed=1), "normal"),
        ({"most_waiting": 5}, QueueFigures(7, waiting=6, staffed=1), "busy"),
        ({"most_wait_s": 60}, QueueFigures(1, 61.0, staffed=1), "busy"),
        ({"most_wait_s": 60}, QueueFigures(1, None, staffed=1, longest_wait_s=61), "busy"),
        ({"most_wait_s": 60}, QueueFigures(1, 60.0, staffed=1), "normal"),
        ({"least_ready": 1}, QueueFigures(1, staffed=3, ready=0), "busy"),
        ({"queue": "nowhere"}, QueueFigures(1), "failed"),
    ],
)
def test_a_queue_is_asked_before_it_is_entered(given: dict[str, Any], figures: QueueFigures, expected: str) -> None:
    exits = {"free": "normal", "busy": "busy", "unstaffed": "no_answer", "error": "failed"}
    node = {"type": "queue_state", "queue": "sales", "variable": "sales", "exits": exits, **given}
    walked = Walk({"start": node, **BYES}, ctx=Surroundings(queues={"sales": figures}))
    assert cause(walked) == expected
    if expected != "failed":
        assert walked.run.variables["sales"]["waiting"] == figures.waiting


def test_a_repeat_caller_is_counted_beside_the_call() -> None:
    node = {"type": "repeat_caller", "times": 3, "minutes": 30, "unanswered": True, "variable": "before"}
    for count, expected in ((3, "normal"), (2, "busy"), ("nonsense", "busy")):
        walked = walk(node, YES_NO, caller="+8613800138000")
        (asked,) = walked.step.actions
        wanted = {"caller": "+8613800138000", "minutes": 30, "unanswered": True}
        assert asked == Ask(1, "contacts.recent", wanted, 2.0)
        assert walked.tell(Answered(99, 7)) == ()
        walked.tell(Answered(1, count))
        assert cause(walked) == expected
        assert walked.run.variables["before"] == count


def test_an_errand_that_fails_or_takes_too_long_has_its_exit() -> None:
    failed = walk({"type": "repeat_caller"}, YES_NO)
    assert failed.tell(Failed("errand.failed", 7)) == ()
    failed.tell(Failed("errand.failed", 1))
    assert cause(failed) == "failed"
    slow = walk({"type": "repeat_caller"}, YES_NO)
    assert slow.run.until == NOON + timedelta(seconds=2)
    slow.tell(Digit("4"))
    slow.pass_time(2)
    slow.tell(TimeUp())
    assert cause(slow) == "no_answer"
    assert slow.tell(Answered(1, 5)) == ()


def test_a_customer_is_looked_up_and_changed() -> None:
    exits = {"found": "normal", "none": "busy", "several": "no_answer", "error": "failed"}
    someone = {"id": "c1", "name": "Li"}
    for answer, expected in (([someone], "normal"), ([], "busy"), ([someone, someone], "no_answer")):
        walked = walk({"type": "find_customer", "value": "digits(typed)"}, exits, typed="138-0")
        assert walked.step.actions == (Ask(1, "customer.find", {"by": "phone", "value": "1380"}, 3.0),)
        walked.tell(Answered(1, answer))
        assert cause(walked) == expected
    update = {"type": "update_customer", "attributes": {"calls": "n + 1"}, "name": "{name}!", "tags": ["vip"]}
    walked = walk(update, {"next": "normal", "error": "failed"}, n=1, name="Li", caller="1", customer={"id": "c1"})
    wanted = {"customer": "c1", "caller": "1", "name": "Li!", "attributes": {"calls": 2}, "tags": ["vip"]}
    assert walked.step.actions == (Ask(1, "customer.update", wanted, 3.0),)
    walked.tell(Answered(1, "c1"))
    assert cause(walked) == "normal"
    assert cause(walk({**update, "attributes": {"x": "1 / 0"}}, {"error": "failed"})) == "failed"


def test_a_language_is_chosen_and_everything_is_heard_in_it() -> None:
    nodes = {
        "start": {"type": "choose_language", "variable": "tongue", "exits": {"next": "hello"}},
        "hello": {"type": "play", "media": ["prompt:hello"]},
    }
    chosen = Walk(nodes)
    media = ("prompt:choose-language",)
    assert chosen.step.actions == (Play(1, media, "zh"), Play(2, media, "en"))
    assert chosen.tell(Digit("2")) == (StopPlaying(1), StopPlaying(2), Play(3, ("prompt:hello",), "en"))
    assert chosen.run.variables["tongue"] == "en"
    silent = Walk(nodes)
    silent.tell(Digit("9"))
    silent.tell(Played(4))
    silent.pass_time(5)
    assert silent.tell(TimeUp()) == (Play(5, ("prompt:hello",), "zh"),)


def test_language_is_a_name_in_expressions() -> None:
    node = {"type": "if", "condition": 'language == "en"', "exits": {"true": "normal", "false": "busy"}}
    assert cause(Walk({"start": node, **BYES}, language="en")) == "normal"
    assert cause(Walk({"start": node, **BYES})) == "busy"
