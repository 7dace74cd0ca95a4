"""The nodes that are about the flow itself: branch, set, wait."""

from typing import Any

import msgspec

from rexian.flows.actions import Input, TimeUp
from rexian.flows.conditions import Condition, holds
from rexian.flows.nodes import Leave, Node, Outcome, Stay, Visit, Way


class Case(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An exit and the conditions under which it is taken: all of them must hold."""

    exit: str
    when: tuple[Condition, ...]


class Branch(Node, frozen=True, kw_only=True, tag="branch"):
    """Take the exit of the first case that holds, else `default`."""

    cases: tuple[Case, ...] = ()

    def ways(self) -> tuple[Way, ...]:
        return (*(Way(case.exit, needed=True) for case in self.cases), Way("default", needed=True))

    def enter(self, visit: Visit) -> Outcome:
        for case in self.cases:
            if all(holds(condition, visit.value(condition.variable)) for condition in case.when):
                return Leave(case.exit)
        return Leave("default")


class Set(Node, frozen=True, kw_only=True, tag="set"):
    """Set variables, priority (higher is served first), required skills and the caller's language."""

    variables: dict[str, Any] = msgspec.field(default_factory=dict)
    priority: int | None = None
    skills: dict[str, int] = msgspec.field(default_factory=dict)
    language: str | None = None

    def enter(self, visit: Visit) -> Outcome:
        for name, value in self.variables.items():
            visit.set(name, value)
        if self.priority is not None:
            visit.priority = self.priority
        if self.skills:
            visit.skills = {**visit.skills, **self.skills}
        if self.language:
            visit.language = self.language
        return Leave()


class Wait(Node, frozen=True, kw_only=True, tag="wait"):
    """Let time pass, at least one second; in the waiting branch of a queue the caller hears its music."""

    seconds: float = 10.0

    def instant(self) -> tuple[str, ...]:
        return ()

    def enter(self, visit: Visit) -> Outcome:
        return Stay(visit.after(min(max(self.seconds, 1.0), 3600.0)))

    def resume(self, visit: Visit, input: Input) -> Outcome:
        return Leave() if type(input) is TimeUp else Stay(visit.until)


NODES = (Branch, Set, Wait)
