"""What a process of the twin is asked for, and what it tells; light, for those who only ask."""

from typing import Literal

import msgspec

from rexian.twin.estimates import Report
from rexian.twin.scenario import Scenario
from rexian.twin.what_if import Changes

Depth = Literal["routing", "floor"]
"""How much of the program takes part: the routing core alone (quick), or the whole floor with its flows and facts."""


class Order(msgspec.Struct, frozen=True, kw_only=True):
    before: Scenario
    changes: Changes | None = None
    depth: Depth = "routing"
    days: int = 20


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """`after` and `difference` only where something was compared."""

    before: Report
    after: Report | None = None
    difference: Report | None = None


class Told(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    done: int = 0
    result: Result | None = None
    problem: str = ""
