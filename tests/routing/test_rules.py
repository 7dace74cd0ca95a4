"""The document of a queue's rules: what it may say, how it is kept, when rings begin."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from rexian.core.errors import Invalid
from rexian.core.ids import QueueId
from rexian.routing.requirement import ANYBODY, parse
from rexian.routing.rings import next_due, next_ring, scope
from rexian.routing.rules import HELD, Order, Preferred, ProgressiveRing, Ring, Rules, TopDown, read, write

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "rules",
    [
        Rules(),
        Rules(strategy=ProgressiveRing(every_s=3), requirement="english >= 3", order=Order(by="deadline", ageing=2.0)),
        Rules(strategy=TopDown(), rings=(Ring(after_s=5, lower=2), Ring(wait_above_s=60, queue=QueueId("q")))),
    ],
)
def test_rules_are_kept_as_they_are_and_say_only_what_is_not_as_always(rules: Rules) -> None:
    assert read(write(rules)) == rules
    assert write(Rules()) == {}


@pytest.mark.parametrize(
    ("document", "code", "told", "params"),
    [
        ({"stratergy": {}}, "queue.rules_invalid", "stratergy", {"at": "$"}),
        ({"strategy": {"type": "loudest"}}, "queue.rules_invalid", "loudest", {"at": "strategy.type"}),
        ({"rings": [{"lower": "x"}]}, "queue.rules_invalid", "Expected `int`", {"at": "rings[0].lower"}),
        ({"rings": [{"lower": 1}]}, "rules.ring_never", "ring 1 never begins", {"ring": 1}),
        (
            {"rings": [{"after_s": 20}, {"after_s": 10}]},
            "rules.ring_too_early",
            "ring 2 begins before",
            {"ring": 2, "least": 20},
        ),
        (
            {"rings": [{"after_s": 20, "queue": "q"}, {"after_s": 30}]},
            "rules.ring_moves_on",
            "make it the last ring",
            {"ring": 1},
        ),
        (
            {"rings": [{"after_s": 1 + n} for n in range(9)]},
            "rules.too_many_rings",
            "9 rings",
            {"count": 9, "most": 8},
        ),
        ({"order": {"by": "balance", "ageing": 1}}, "rules.balance_ageing", "no ageing", {}),
        (
            {"order": {"weight": 0}},
            "rules.out_of_range",
            "weight is 0",
            {"field": "order.weight", "value": 0, "least": 0.001, "most": 1000},
        ),
        (
            {"strategy": {"type": "ring_all", "at_most": 99}},
            "rules.out_of_range",
            "at_most is 99",
            {"field": "strategy.at_most", "value": 99, "least": 1, "most": 20},
        ),
        (
            {"grades": {"a": 11}},
            "rules.out_of_range",
            "grades[a] is 11",
            {"field": "grades[a]", "value": 11, "least": 1, "most": 10},
        ),
        ({"rings": 5}, "queue.rules_invalid", "rings", {"at": "rings"}),
        ([], "queue.rules_invalid", "Expected", {"at": "$"}),
    ],
)
def test_what_is_wrong_with_a_document_is_said(document: Any, code: str, told: str, params: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        read(document)
    assert (refused.value.code, refused.value.params) == (code, params)
    assert told in refused.value.message


def test_a_requirement_in_a_ring_is_read_as_well() -> None:
    with pytest.raises(Invalid) as refused:
        read({"rings": [{"after_s": 5, "requirement": "english >="}]})
    assert refused.value.code == "requirement.level"


def test_a_ring_widens_what_those_before_it_ask_for() -> None:
    rules = Rules(
        requirement="billing >= 4",
        rings=(
            Ring(after_s=5, lower=2, priority=1),
            Ring(after_s=10, priority=1),
            Ring(after_s=15, requirement="english >= 3"),
            Ring(after_s=20, requirement=""),
        ),
    )
    asked = [scope(rules, (("english", 6),), ring) for ring in (HELD, 0, 1, 2, 3, 4)]
    wide = parse("english >= 4 and billing >= 2")
    own = parse("english >= 6 and billing >= 4")
    assert [each.requirement for each in asked] == [own, own, wide, wide, parse("english >= 3"), ANYBODY]
    assert [each.priority for each in asked] == [0, 0, 1, 2, 2, 2]


def test_rings_begin_by_time_or_by_the_expected_wait() -> None:
    rules = Rules(rings=(Ring(after_s=30), Ring(wait_above_s=60), Ring(after_s=90, wait_above_s=300)))

    def ring(since: int, at: float, wait_s: float | None = None) -> int:
        return next_ring(rules, ring=since, entered=NOW, expected_wait_s=wait_s, now=after(at))

    assert [ring(0, 29.9), ring(0, 30)] == [0, 1]
    assert [ring(1, 40, 60), ring(1, 40, 61), ring(1, 40, None)] == [1, 2, 1]
    assert [ring(2, 89, 100), ring(2, 89, 301), ring(2, 90, None)] == [2, 3, 3]
    assert ring(0, 100, 400) == 3
    assert next_due(rules, ring=0, entered=NOW) == after(30)
    assert next_due(rules, ring=1, entered=NOW, looked=after(30)) == after(40)
    assert next_due(rules, ring=2, entered=NOW, looked=after(85)) == after(90)
    assert next_due(rules, ring=3, entered=NOW) is None


def test_what_is_held_for_an_agent_is_so_until_the_patience_is_over() -> None:
    rules = Rules(preferred=Preferred(agents=("last",), patience_s=20), rings=(Ring(after_s=20),))
    assert next_due(rules, ring=HELD, entered=NOW) == after(20)
    assert next_ring(rules, ring=HELD, entered=NOW, expected_wait_s=None, now=after(19)) == HELD
    assert next_ring(rules, ring=HELD, entered=NOW, expected_wait_s=None, now=after(20)) == 1
