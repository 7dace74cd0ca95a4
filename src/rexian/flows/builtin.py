"""The nodes that are about the flow itself: deciding by what is known, setting, waiting."""

import zlib
from typing import Annotated, Any, ClassVar

import msgspec

from rexian.flows import outside, subflow
from rexian.flows.actions import Input, TimeUp
from rexian.flows.conditions import Condition, holds
from rexian.flows.expressions import is_true, read
from rexian.flows.expressions.values import equal
from rexian.flows.look import ExpressionText, Language, Look, unit, widget
from rexian.flows.nodes import Leave, Node, Outcome, Stay, Visit, Way, Written

Percent = Annotated[float, msgspec.Meta(ge=0, le=100), unit("%")]


class Case(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An exit and when it is taken: all conditions must hold, and the expression, if there is one, must be true."""

    exit: str
    when: tuple[Condition, ...] = ()
    expression: str = ""


class Branch(Node, frozen=True, kw_only=True, tag="branch"):
    """Take the exit of the first case that holds, else `default`."""

    look: ClassVar[Look] = Look(category="decide", icon="split", order=10)

    cases: tuple[Case, ...] = ()

    def ways(self) -> tuple[Way, ...]:
        return (*(Way(case.exit, needed=True) for case in self.cases), Way("default", needed=True), Way("error"))

    def written(self) -> tuple[Written, ...]:
        return tuple(
            Written(f"cases/{place}/expression", case.expression)
            for place, case in enumerate(self.cases)
            if case.expression
        )

    def enter(self, visit: Visit) -> Outcome:
        for case in self.cases:
            if all(holds(condition, visit.value(condition.variable)) for condition in case.when) and (
                not case.expression or is_true(read(case.expression).evaluate(visit))
            ):
                return Leave(case.exit)
        return Leave("default")


class If(Node, frozen=True, kw_only=True, tag="if"):
    """Take the exit `true` or `false`, as an expression says."""

    look: ClassVar[Look] = Look(category="decide", icon="git-branch", order=5)

    condition: ExpressionText

    def ways(self) -> tuple[Way, ...]:
        return (Way("true", needed=True), Way("false", needed=True), Way("error"))

    def written(self) -> tuple[Written, ...]:
        return (Written("condition", self.condition),)

    def enter(self, visit: Visit) -> Outcome:
        return Leave("true" if is_true(read(self.condition).evaluate(visit)) else "false")


class Switch(Node, frozen=True, kw_only=True, tag="switch"):
    """Take the exit among whose values an expression's value is, else `default`."""

    look: ClassVar[Look] = Look(category="decide", icon="waypoints", order=12, fresh={"cases": {"a": []}})

    value: ExpressionText
    cases: dict[str, tuple[str | int | float | bool, ...]]

    def ways(self) -> tuple[Way, ...]:
        return (*(Way(exit, needed=True) for exit in self.cases), Way("default", needed=True), Way("error"))

    def written(self) -> tuple[Written, ...]:
        return (Written("value", self.value),)

    def enter(self, visit: Visit) -> Outcome:
        found = read(self.value).evaluate(visit)
        for exit, values in self.cases.items():
            if any(equal(found, value) for value in values):
                return Leave(exit)
        return Leave("default")


class Split(Node, frozen=True, kw_only=True, tag="split"):
    """Share calls out among exits by percent; what is left over takes `default`. A call keeps its lot at this node."""

    look: ClassVar[Look] = Look(category="decide", icon="percent", order=60, fresh={"shares": {"a": 50}})

    shares: dict[str, Percent]

    def ways(self) -> tuple[Way, ...]:
        return (*(Way(exit, needed=True) for exit in self.shares), Way("default"))

    def enter(self, visit: Visit) -> Outcome:
        drawn = lot(f"{visit.value('call')}/{visit.node}")
        for exit, share in self.shares.items():
            drawn -= share
            if drawn < 0:
                return Leave(exit)
        return Leave("default")


def lot(of: str) -> float:
    """A number from 0 to 100 that looks random and is the same for the same text."""
    return zlib.crc32(of.encode()) % 10_000 / 100


class Set(Node, frozen=True, kw_only=True, tag="set"):
    """Set variables, priority (higher is served first), required skills and the caller's language.

    `expressions` are computed one after the other, so that a later one may use an earlier one's variable.
    """

    look: ClassVar[Look] = Look(category="do", icon="variable", order=10)

    variables: dict[str, Any] = msgspec.field(default_factory=dict)
    expressions: dict[str, ExpressionText] = msgspec.field(default_factory=dict)
    priority: int | None = None
    skills: Annotated[dict[str, int], widget("skills")] = msgspec.field(default_factory=dict)
    language: Language | None = None

    def ways(self) -> tuple[Way, ...]:
        return (Way("next", needed=True), Way("error"), Way("default"))

    def written(self) -> tuple[Written, ...]:
        return tuple(Written(f"expressions/{name}", text) for name, text in self.expressions.items())

    def enter(self, visit: Visit) -> Outcome:
        for name, value in self.variables.items():
            visit.set(name, value)
        for name, text in self.expressions.items():
            visit.set(name, read(text).evaluate(visit))
        if self.priority is not None:
            visit.priority = self.priority
        if self.skills:
            visit.skills = {**visit.skills, **self.skills}
        if self.language:
            visit.language = self.language
        return Leave()


class Wait(Node, frozen=True, kw_only=True, tag="wait"):
    """Let time pass, at least one second; in the waiting branch of a queue the caller hears its music."""

    look: ClassVar[Look] = Look(category="do", icon="timer", order=20)

    seconds: Annotated[float, unit("s")] = 10.0

    def instant(self) -> tuple[str, ...]:
        return ()

    def enter(self, visit: Visit) -> Outcome:
        return Stay(visit.after(min(max(self.seconds, 1.0), 3600.0)))

    def resume(self, visit: Visit, input: Input) -> Outcome:
        return Leave() if type(input) is TimeUp else Stay(visit.until)


NODES = (Branch, If, Switch, Split, Set, Wait, *outside.NODES, *subflow.NODES)
