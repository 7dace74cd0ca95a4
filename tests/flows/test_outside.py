"""The nodes that ask other systems: what leaves by them, what comes back, and what is never written down."""

from typing import Any

import msgspec

from rexian.flows.actions import Answered, Ask, Digit, Failed, TimeUp
from tests.flows.make import Surroundings, Walk

BYES = {name: {"type": "hang_up", "cause": name} for name in ("normal", "busy", "failed", "no_answer")}
EXITS = {"next": "normal", "refused": "busy", "error": "failed", "timeout": "no_answer"}


def walk(node: dict[str, Any], **facts: Any) -> Walk:
    return Walk({"start": {"exits": EXITS, **node}, **BYES}, ctx=Surroundings(facts=facts))


def cause(walked: Walk) -> str:
    return str(walked.step.actions[-1].cause)  # type: ignore[attr-defined]


HTTP = {
    "type": "http",
    "method": "POST",
    "url": "https://shop.example/orders/{order}?x={a}",
    "query": {"who": "{caller}"},
    "headers": {"X-Note": "{note}"},
    "body": {"order": "{order}", "count": "{n + 1}", "list": ["{n} pieces", 5, None]},
    "secret": "shop",
    "keep": {"state": "answer.state"},
    "timeout_s": 4,
}


def test_what_is_asked_is_filled_in_for_its_place() -> None:
    walked = walk(HTTP, order="A/1 &2", a="ü", caller="+86", note="one\r\nX-Evil: 1", n=2)
    (asked,) = walked.step.actions
    assert isinstance(asked, Ask)
    assert (asked.kind, asked.within_s) == ("http", 4.0)
    assert asked.parameters == {
        "method": "POST",
        "url": "https://shop.example/orders/A%2F1%20%262?x=%C3%BC",
        "query": {"who": "+86"},
        "headers": {"X-Note": "one X-Evil: 1"},
        "body": {"order": "A/1 &2", "count": 3, "list": ["2 pieces", 5, None]},
        "secret": "shop",
        "keep": {"state": "answer.state"},
        "retries": 1,
    }


def test_the_answer_chooses_the_exit_and_sets_variables() -> None:
    for status, expected in ((200, "normal"), (204, "normal"), (404, "busy"), (500, "busy")):
        walked = walk(HTTP, n=1)
        walked.tell(Answered(1, {"status": status, "values": {"state": "sent"}}))
        assert cause(walked) == expected
        assert walked.run.variables["state"] == "sent"
        assert walked.step.moves[-1].error == ("" if status < 300 else f"http.status_{status}")


def test_an_unreachable_service_strands_nobody() -> None:
    failed = walk(HTTP, n=1)
    failed.tell(Failed("web.unreachable", 1))
    assert cause(failed) == "failed"
    slow = walk(HTTP, n=1)
    slow.pass_time(4)
    slow.tell(TimeUp())
    assert cause(slow) == "no_answer"
    assert cause(walk(HTTP)) == "failed", "n is not set, so that n + 1 cannot be computed"


PIN = {
    "start": {"type": "collect", "media": [], "variable": "pin", "most": 6, "masked": True, "exits": {"next": "ask"}},
    "ask": {
        "type": "http",
        "url": "https://bank.example/{account}",
        "headers": {"X-Pin": "{pin}"},
        "body": {"pin": "{pin}", "head": "{left(pin, 2)}"},
        "keep": {"echo": "answer"},
        "exits": {"next": "tell"},
    },
    "tell": {"type": "set", "expressions": {"copy": "pin", "told": "text(echo)"}, "exits": {"next": "wait"}},
    "wait": {"type": "wait", "seconds": 5},
}


def test_a_masked_number_goes_to_the_service_and_into_nothing_that_is_written_down() -> None:
    walked = Walk(PIN, ctx=Surroundings(facts={"account": "88"}))
    written = []
    for digit in "735182":
        walked.tell(Digit(digit))
        written.append((walked.step.moves, walked.run.open()))
    (asked,) = (action for action in walked.step.actions if isinstance(action, Ask))
    assert asked.parameters["headers"] == {"X-Pin": "735182"}
    assert asked.parameters["body"] == {"pin": "735182", "head": "73"}
    echo = {"you": "sent 735182", "list": [735182, "x"], "735": True}
    walked.tell(Answered(asked.errand, {"status": 200, "values": {"echo": echo}}))
    written.append((walked.step.moves, walked.run.open()))
    assert "735182" not in repr(written)
    assert b"735182" not in msgspec.json.encode(written)
    assert walked.run.variables["echo"] == {"you": "sent ******", "list": ["******", "x"], "735": True}
    assert walked.run.variables["copy"] == "masked"


def test_digits_must_pass_their_rule() -> None:
    def typed(keys: str, **rule: Any) -> Walk:
        nodes = {"start": {"type": "collect", "media": ["prompt:ask"], "variable": "n", "retries": 0, **rule,
                           "exits": {"next": "normal", "invalid": "busy", "error": "failed"}}, **BYES}  # fmt: skip
        walked = Walk(nodes)
        for key in keys:
            walked.tell(Digit(key))
        return walked

    assert cause(typed("4111111111111111#", rule="luhn")) == "normal"
    assert cause(typed("4111111111111112#", rule="luhn")) == "busy"
    assert cause(typed("11010519491231002*", rule="id_card", most=18)) == "normal"
    assert cause(typed("110105194912310021", rule="id_card", most=18)) == "busy"
    assert cause(typed("12#", valid="number(digits) % 2 == 0")) == "normal"
    assert cause(typed("13#", valid="number(digits) % 2 == 0")) == "busy"
    assert cause(typed("13#", valid="1 / 0")) == "failed"
    assert cause(typed("73#", valid="digits == '73'", masked=True)) == "normal"


def test_each_wrong_try_has_its_own_words() -> None:
    nodes = {
        "start": {
            "type": "menu",
            "media": ["prompt:ask"],
            "choices": {"1": "x"},
            "retries": 3,
            "no_match_ladder": [["prompt:first"], ["prompt:second"]],
            "exits": {"1": "normal", "no_match": "busy"},
        },
        **BYES,
    }
    walked = Walk(nodes)
    heard = [walked.tell(Digit("9"))[-1].media for _ in range(3)]  # type: ignore[attr-defined]
    assert heard == [
        ("prompt:first", "prompt:ask"),
        ("prompt:second", "prompt:ask"),
        ("prompt:second", "prompt:ask"),
    ]
    walked.tell(Digit("9"))
    assert cause(walked) == "busy"


QUERY = {"type": "query", "query": "order", "parameters": {"id": "digits(typed)"}, "variable": "row"}


def test_a_safe_query_gives_a_row_or_takes_none() -> None:
    exits = {**EXITS, "none": "busy"}
    found = walk({**QUERY, "exits": exits}, typed="A-7")
    assert found.step.actions == (Ask(1, "query", {"query": "order", "parameters": {"id": "7"}}, 3.0),)
    found.tell(Answered(1, [{"state": "sent"}, {"state": "old"}]))
    assert (cause(found), found.run.variables["row"]) == ("normal", {"state": "sent"})
    none = walk({**QUERY, "exits": exits}, typed="")
    none.tell(Answered(1, []))
    assert (cause(none), none.run.variables["row"]) == ("busy", None)
    many = walk({**QUERY, "single": False}, typed="")
    many.tell(Answered(1, []))
    assert (cause(many), many.run.variables["row"]) == ("normal", [])
