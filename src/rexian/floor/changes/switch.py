"""The switch: gone, and back."""

from collections.abc import Callable
from typing import Any

from rexian.floor.events import Fact, SwitchCameBack, SwitchWentAway
from rexian.floor.model import FROZEN
from rexian.floor.state import State


def _went_away(state: State, fact: SwitchWentAway) -> None:
    state.lost.add(fact.node)
    for call in state.calls.values():
        if call.node == fact.node and call.ended_at is None:
            call.frozen_until = fact.at + FROZEN
            state.settle_call(call)
            state.remind(call)


def _came_back(state: State, fact: SwitchCameBack) -> None:
    state.lost.discard(fact.node)
    for call in state.calls.values():
        if call.frozen_until is not None and call.node == fact.node:
            call.frozen_until = None
            state.settle_call(call)
            state.remind(call)


CHANGES: dict[type[Fact], Callable[[State, Any], None]] = {
    SwitchWentAway: _went_away,
    SwitchCameBack: _came_back,
}
