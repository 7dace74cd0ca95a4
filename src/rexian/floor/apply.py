"""The only door by which the floor's state changes: one fact at a time."""

from collections.abc import Callable, Iterable
from typing import Any

from rexian.floor.changes import (
    agents,
    callbacks,
    calls,
    closing,
    consults,
    faxes,
    gatherings,
    legs,
    messages,
    outcalls,
    queueing,
    reserves,
    supervising,
    switch,
    talking,
    utterances,
    voicemails,
)
from rexian.floor.events import Fact
from rexian.floor.state import State

CHANGES: dict[type[Fact], Callable[[State, Any], None]] = {
    **calls.CHANGES,
    **legs.CHANGES,
    **queueing.CHANGES,
    **reserves.CHANGES,
    **callbacks.CHANGES,
    **voicemails.CHANGES,
    **outcalls.CHANGES,
    **talking.CHANGES,
    **consults.CHANGES,
    **agents.CHANGES,
    **switch.CHANGES,
    **supervising.CHANGES,
    **messages.CHANGES,
    **closing.CHANGES,
    **gatherings.CHANGES,
    **utterances.CHANGES,
    **faxes.CHANGES,
}


def apply(state: State, fact: Fact) -> None:
    """Let `fact` have happened."""
    CHANGES[type(fact)](state, fact)


def replay(state: State, facts: Iterable[Fact]) -> State:
    """Let all have happened, then derive anew what follows from them."""
    for fact in facts:
        apply(state, fact)
    state.reconfigure(state.directory)
    return state
