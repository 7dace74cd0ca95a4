"""Nodes that have something done beside the call: the caller's call goes on, whatever becomes of it.

A subclass says what to ask for and what to make of the answer. The wait is bounded, and every failure has its exit.
"""

from typing import Annotated, Any

import msgspec

from rexian.flows.actions import Answered, Digit, Input, TimeUp
from rexian.flows.nodes import Leave, Node, Outcome, Stay, Visit, Way

Patience = Annotated[float, msgspec.Meta(gt=0, le=60)]


class Errand(Node, frozen=True, kw_only=True):
    """The root of such nodes. `timeout_s`: how long the caller waits for the answer at most."""

    timeout_s: Patience = 5.0

    def ways(self) -> tuple[Way, ...]:
        return (Way("next", needed=True), Way("timeout"), Way("error"), Way("default"))

    def begin(self, visit: Visit) -> Stay:
        """Ask: `visit.ask(kind, parameters, within_s=self.timeout_s)`."""
        raise NotImplementedError

    def answered(self, visit: Visit, value: Any) -> Outcome:
        """Make something of the answer."""
        raise NotImplementedError

    def enter(self, visit: Visit) -> Outcome:
        return self.begin(visit)

    def resume(self, visit: Visit, input: Input) -> Outcome:
        if type(input) is Answered:
            return self.answered(visit, input.value)
        return unanswered(visit, input)


def unanswered(visit: Visit, input: Input) -> Outcome:
    """Something else than the answer has come: the end of its time, or a key, which counts for what follows."""
    if type(input) is TimeUp:
        return Leave("timeout", "errand.timeout")
    if type(input) is Digit:
        visit.type_ahead(input.digit)
    return Stay(visit.until)
