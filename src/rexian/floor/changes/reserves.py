"""The reserves of queues: called, and let go."""

from collections.abc import Callable
from typing import Any

from rexian.floor.events import Fact
from rexian.floor.model import Pressure
from rexian.floor.reserves import ReserveCalled, ReserveReleased
from rexian.floor.state import State


def _called(state: State, fact: ReserveCalled) -> None:
    state.pressed[fact.queue] = Pressure(since=fact.at, because=fact.because)
    state.settle_reserve(fact.queue)


def _released(state: State, fact: ReserveReleased) -> None:
    state.pressed.pop(fact.queue, None)
    state.settle_reserve(fact.queue)


CHANGES: dict[type[Fact], Callable[[State, Any], None]] = {ReserveCalled: _called, ReserveReleased: _released}
