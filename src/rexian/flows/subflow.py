"""The steps about flows within flows: go through another flow and come back, and come back from where one is.

A sub-flow has variables of its own: it begins with what it was given, and what it gives back is named by who asked.
"""

from collections.abc import Collection
from typing import Annotated, Any, ClassVar

import msgspec

from rexian.flows.expressions import read
from rexian.flows.look import ExpressionText, Look, refers
from rexian.flows.nodes import Leave, Node, Outcome, Reference, Visit, Way, Written

INTO = "*into"
"""The exit that leads into a sub-flow; nobody can draw it."""
ON_ERROR = "*on_error"
"""The exit to a sub-flow's own handler of errors."""


class SubFlow(Node, frozen=True, kw_only=True, tag="subflow"):
    """Go through another flow, and come back by the exit that it names (`next` where it names none).

    `inputs` become variables of the sub-flow, beside those that it begins with; `outputs` takes its variables over:
    ours on the left, its own on the right. `results` are the exits that its `return` steps name. Its version is the
    published one, renewed whenever it is published anew, or a certain one.
    """

    look: ClassVar[Look] = Look(category="route", icon="workflow", order=50, advanced=("version", "results"))

    flow: Annotated[str, refers("flow")]
    inputs: dict[str, ExpressionText] = msgspec.field(default_factory=dict)
    outputs: dict[str, str] = msgspec.field(default_factory=dict)
    results: tuple[str, ...] = ()
    version: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] | None = None

    def ways(self) -> tuple[Way, ...]:
        return ways_back(self.results)

    def instant(self) -> Collection[str]:
        """What time passes in a sub-flow is seen where it is put in its place (`linking`)."""
        return ()

    def refers(self) -> tuple[Reference, ...]:
        return (Reference("flow", self.flow, "flow"),)

    def written(self) -> tuple[Written, ...]:
        return tuple(Written(f"inputs/{name}", text) for name, text in self.inputs.items())

    def enter(self, visit: Visit) -> Outcome:
        return Leave("error", "flow.not_linked")


class Return(Node, frozen=True, kw_only=True, tag="return"):
    """Come back from a sub-flow by an exit of the step that called it. In a flow that nobody called it is the end."""

    look: ClassVar[Look] = Look(category="route", icon="corner-up-left", order=52)

    result: str = "next"

    def ways(self) -> tuple[Way, ...]:
        return ()

    def enter(self, visit: Visit) -> Outcome:
        return Leave("next")


# --- what stands for them where a sub-flow has been put in its place --------------------------------------------------


class Entering(Node, frozen=True, kw_only=True, tag="*entering"):
    """The first step of a sub-flow, in the place of the step that calls it."""

    inputs: dict[str, ExpressionText] = msgspec.field(default_factory=dict)
    variables: dict[str, Any] = msgspec.field(default_factory=dict)
    results: tuple[str, ...] = ()

    def ways(self) -> tuple[Way, ...]:
        return (Way(INTO), *ways_back(self.results))

    def instant(self) -> Collection[str]:
        return (INTO, "error", "default")

    def enter(self, visit: Visit) -> Outcome:
        given = {name: read(text).evaluate(visit) for name, text in self.inputs.items()}
        visit.step_in({**self.variables, **given})
        return Leave(INTO)


class Leaving(Node, frozen=True, kw_only=True, tag="*leaving"):
    """The last step of a sub-flow: from here on the variables are those of who called it."""

    result: str = "next"
    outputs: dict[str, str] = msgspec.field(default_factory=dict)
    results: tuple[str, ...] = ()

    def ways(self) -> tuple[Way, ...]:
        return ways_back(self.results)

    def enter(self, visit: Visit) -> Outcome:
        taken = {ours: visit.value(theirs) for ours, theirs in self.outputs.items()}
        visit.step_out()
        for name, value in taken.items():
            visit.set(name, value)
        return Leave(self.result)


class Failing(Node, frozen=True, kw_only=True, tag="*failing"):
    """Something in a sub-flow went wrong that it has no exit for: who called it takes his."""

    results: tuple[str, ...] = ()

    def ways(self) -> tuple[Way, ...]:
        return ways_back(self.results)

    def enter(self, visit: Visit) -> Outcome:
        visit.step_out()
        return Leave("error", "flow.subflow_failed")


def ways_back(results: tuple[str, ...]) -> tuple[Way, ...]:
    named = [Way(name, needed=True) for name in dict.fromkeys(results) if name not in ("next", "error", "default")]
    return (Way("next", needed=True), *named, Way("error"), Way("default"))


NODES = (SubFlow, Return)
LINKS = (Entering, Leaving, Failing)
"""What linked documents hold beside the nodes that can be drawn."""
