"""One turn of the floor: what an input leads to. Facts take effect as they are told, effects wait for the commit."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec

from rexian.core.ids import CallId, LegId
from rexian.floor.apply import CHANGES
from rexian.floor.events import Fact
from rexian.floor.model import Call
from rexian.floor.state import State
from rexian.telephony.commands import Command

OF_CALL: dict[type, bool] = {fact: "call" in fact.__struct_fields__ for fact in CHANGES}
DOING = {fact: (change, OF_CALL[fact]) for fact, change in CHANGES.items()}
"""What a fact changes, and whether it is about a call: one look-up on the hottest path there is."""


class Decision(msgspec.Struct, frozen=True, gc=False):
    """What is to be written down, and then what is to be done, each in order."""

    facts: tuple[Fact, ...]
    effects: tuple[Command, ...]


class Turn:
    """The working place of `decide`: told facts change the state at once, so later decisions see them."""

    __slots__ = ("effects", "facts", "given_back", "now", "state", "touched")

    def __init__(self, state: State, now: datetime) -> None:
        self.state = state
        self.now = now
        self.facts: list[Fact] = []
        self.effects: list[Command] = []
        self.touched: set[CallId] = set()
        self.given_back: dict[CallId, str] = {}
        """Callers who are alone again, and with which result: their flows go on at the end of the turn."""

    def tell(self, fact: Any) -> None:
        """This has happened."""
        change, of_call = DOING[type(fact)]
        change(self.state, fact)
        self.facts.append(fact)
        if of_call:
            self.touched.add(fact.call)

    def do(self, command: Command) -> None:
        """This is to be done once the facts are safe."""
        self.effects.append(command)

    def call(self, id: CallId) -> Call | None:
        return self.state.calls.get(id)

    def close(self) -> Decision:
        state = self.state
        for id in self.touched:
            call = state.calls.get(id)
            if call is not None:
                state.remind(call)
        return Decision(tuple(self.facts), tuple(self.effects))


def subject(fact: Any) -> str:
    """Whom a fact is about, in the journal."""
    if OF_CALL[type(fact)]:
        return f"call:{fact.call}"
    for kind in ("callback", "voicemail", "outcall", "agent", "queue", "number", "message"):
        if id := getattr(fact, kind, None):
            return f"{kind}:{id}"
    return f"switch:{fact.node}"


def next_leg(call: Call) -> LegId:
    return LegId(f"{call.id}.{call.placed + 1}")


def bridge_of(call: Call) -> str:
    return f"{call.id}.b"


def consult_bridge_of(call: Call) -> str:
    return f"{call.id}.c"


Decider = Callable[[Turn, Any], None]
