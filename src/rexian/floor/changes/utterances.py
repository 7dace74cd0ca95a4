"""Whether a flow listens to the caller."""

from collections.abc import Callable
from typing import Any

from rexian.floor.events import Fact
from rexian.floor.state import State
from rexian.floor.utterances import CallerHeard, ListeningBegan, ListeningEnded


def _began(state: State, fact: ListeningBegan) -> None:
    state.calls[fact.call].listening = fact.recording


def _ended(state: State, fact: ListeningEnded) -> None:
    state.calls[fact.call].listening = ""


def _heard(state: State, fact: CallerHeard) -> None:
    """Told for those who read the journal."""


CHANGES: dict[type[Fact], Callable[[State, Any], None]] = {
    ListeningBegan: _began,
    ListeningEnded: _ended,
    CallerHeard: _heard,
}
