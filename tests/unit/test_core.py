"""The shared vocabulary keeps its word."""

import re
import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rexian.core.clock import SystemClock, VirtualClock
from rexian.core.errors import IllegalMove
from rexian.core.ids import uuid7
from rexian.core.machine import Machine


class Opened:
    pass


class Shut:
    pass


DOOR: Machine[str, type] = Machine("door", {"shut": {Opened: "open"}, "open": {Shut: "shut"}})


def test_a_uuid7_has_version_variant_and_the_time_of_its_making() -> None:
    before = time.time_ns() // 1_000_000
    made = uuid7()
    after = time.time_ns() // 1_000_000

    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", made)
    assert before <= int(made.replace("-", "")[:12], 16) <= after


def test_uuid7s_do_not_repeat() -> None:
    assert len({uuid7() for _ in range(10_000)}) == 10_000


def test_a_machine_moves_by_its_table() -> None:
    assert DOOR.after("shut", Opened) == "open"
    assert DOOR.allows("open", Shut)
    assert not DOOR.allows("open", Opened)


def test_an_illegal_move_names_the_move_and_the_state() -> None:
    with pytest.raises(IllegalMove, match="Opened is not possible while open") as raised:
        DOOR.after("open", Opened)
    assert raised.value.code == "door.illegal_move"
    assert raised.value.params == {"state": "open", "move": "Opened"}


def test_a_table_that_leads_nowhere_is_refused() -> None:
    with pytest.raises(ValueError, match="gone"):
        Machine("door", {"shut": {Opened: "gone"}})


def test_the_diagram_has_every_move() -> None:
    assert DOOR.diagram().splitlines() == [
        "stateDiagram-v2",
        "    [*] --> shut",
        "    shut --> open: Opened",
        "    open --> shut: Shut",
    ]


@given(st.lists(st.timedeltas(min_value=timedelta(), max_value=timedelta(days=1))))
def test_a_virtual_clock_moves_only_when_moved(steps: list[timedelta]) -> None:
    clock = VirtualClock(datetime(2026, 1, 1, tzinfo=UTC))
    for step in steps:
        clock.advance(step)
    assert clock.now() == datetime(2026, 1, 1, tzinfo=UTC) + sum(steps, timedelta())


def test_a_virtual_clock_cannot_go_back() -> None:
    with pytest.raises(ValueError, match="cannot go back"):
        VirtualClock().advance(timedelta(seconds=-1))


def test_the_system_clock_is_aware() -> None:
    assert SystemClock().now().tzinfo is UTC
