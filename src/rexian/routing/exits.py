"""The ways out of a queue: under which condition a caller is led elsewhere, and where to. Pure."""

from math import inf
from typing import Literal

import msgspec

from rexian.core.errors import Invalid

Condition = Literal[
    "size",
    "wait",
    "expected_wait",
    "per_serving",
    "per_staffed",
    "no_agents",
    "none_serving",
    "closing",
    "closed",
]
"""size: more than `limit` wait; wait: longer than `limit` seconds; expected_wait: the same of what is expected;
per_serving, per_staffed: more than `limit` wait per agent who is not paused, who is signed in; no_agents: nobody is
signed in; none_serving: all are paused; closing: less than `limit` seconds to the end of the opening hours; closed: a
supervisor has closed the queue."""

Goal = Literal["flow", "queue", "message", "number", "callback", "voicemail"]
"""flow: back to the flow by the exit's name; queue: another queue, his age is kept; message: a prompt, then as `after`
says; number: an outside number; callback: he is offered to be called back, and keeps his place meanwhile; voicemail: he
leaves a message."""

NAMES: dict[Condition, str] = {
    "size": "full",
    "wait": "timeout",
    "expected_wait": "too_long",
    "per_serving": "busy",
    "per_staffed": "busy",
    "no_agents": "no_agents",
    "none_serving": "none_serving",
    "closing": "closing",
    "closed": "closed",
}
"""By which exit of the flow's queue step a caller comes back."""

LIMITED = frozenset({"size", "wait", "expected_wait", "per_serving", "per_staffed"})
"""Conditions that say nothing without a limit."""
LOAD = LIMITED - {"wait"}
"""Conditions of the load: who comes while somebody is free does not meet them."""
TARGETED = frozenset({"queue", "message", "number"})


class Exit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One way out. The first of a queue's exits whose condition holds is taken."""

    when: Condition
    at: Literal["entry", "waiting", "both"] = "both"
    """Looked at when somebody comes, while he waits, or both."""
    limit: float | None = None
    """How many, or how many seconds."""
    calendar: str = ""
    """Whose opening hours `closing` means."""
    to: Goal = "flow"
    target: str = ""
    """The queue's id, the prompt's key, the number."""
    after: Literal["hang_up", "go_on"] = "hang_up"
    """After a message."""

    @property
    def name(self) -> str:
        return NAMES[self.when]

    def looked_at(self, moment: Literal["entry", "waiting"]) -> bool:
        return self.at in (moment, "both")


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How a queue stands for one caller."""

    place: int = 1
    """His place in line, from 1."""
    waited_s: float = 0.0
    """How long he has waited; at entry: the one who has waited longest."""
    expected_wait_s: float | None = None
    serving: int = 0
    staffed: int = 0
    open_for_s: float | None = None
    """To the end of the opening hours; negative or 0: they are over. None: no hours, or no end in sight."""
    closed: bool = False


def holds(exit: Exit, standing: Standing) -> bool:
    """Whether the condition is met. What is not known meets no condition."""
    limit = exit.limit or 0.0
    match exit.when:
        case "size":
            return standing.place > limit
        case "wait":
            return standing.waited_s >= limit
        case "expected_wait":
            return standing.expected_wait_s is not None and standing.expected_wait_s > limit
        case "per_serving":
            return _per(standing.place, standing.serving) > limit
        case "per_staffed":
            return _per(standing.place, standing.staffed) > limit
        case "no_agents":
            return standing.staffed == 0
        case "none_serving":
            return standing.serving == 0
        case "closing":
            return standing.open_for_s is not None and standing.open_for_s <= limit
        case "closed":
            return standing.closed


def _per(waiting: int, agents: int) -> float:
    return waiting / agents if agents else inf


def checked(exits: tuple[Exit, ...]) -> tuple[Exit, ...]:
    """The same; raises `Invalid` for one that lacks what its condition or its goal needs."""
    for number, exit in enumerate(exits, 1):
        if exit.when in LIMITED and exit.limit is None:
            raise incomplete(number, "limit")
        if exit.limit is not None and exit.limit < 0:
            raise incomplete(number, "limit")
        if exit.when == "closing" and not exit.calendar:
            raise incomplete(number, "calendar")
        if exit.to in TARGETED and not exit.target:
            raise incomplete(number, "target")
    return exits


def incomplete(number: int, field: str) -> Invalid:
    """What is wrong with the exit of this number (from 1)."""
    return Invalid("queue.exit", f"Exit {number} needs a {field} that makes sense.", number=number, missing=field)
