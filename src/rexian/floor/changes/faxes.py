"""Whether the caller's line faxes."""

from collections.abc import Callable
from typing import Any

from rexian.floor.events import Fact
from rexian.floor.faxes import FaxEnded, FaxStarted
from rexian.floor.model import Fax
from rexian.floor.state import State


def _started(state: State, fact: FaxStarted) -> None:
    state.calls[fact.call].fax = Fax(id=fact.fax, leg=fact.leg, way=fact.way, document=fact.document)


def _ended(state: State, fact: FaxEnded) -> None:
    if (call := state.calls.get(fact.call)) is not None and call.fax is not None and call.fax.id == fact.fax:
        call.fax = None


CHANGES: dict[type[Fact], Callable[[State, Any], None]] = {
    FaxStarted: _started,
    FaxEnded: _ended,
}
