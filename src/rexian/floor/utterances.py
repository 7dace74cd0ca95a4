"""What flows hear of their callers: recorded for a moment, understood, and thrown away."""

from rexian.core.ids import CallId, LegId
from rexian.floor.facts import Fact


class ListeningBegan(Fact, frozen=True):
    """A flow listens to what the caller says. Nothing of the recording stays."""

    call: CallId
    leg: LegId
    recording: str


class ListeningEnded(Fact, frozen=True):
    call: CallId
    recording: str


class CallerHeard(Fact, frozen=True):
    """What the caller has said at `node`, and the exit it was taken for. `text` empty: he said it in secret."""

    call: CallId
    node: str
    text: str
    choice: str = ""
    confidence: float | None = None
