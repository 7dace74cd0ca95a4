"""When a queue calls its reserve and when it lets it go: its limits have a margin, so that it does not flutter."""

from typing import Literal

import msgspec

from rexian.routing.rules import Reserve

Because = Literal["", "nobody", "waiting", "wait", "service_level"]
"""Which limit is passed; nobody: only the reserve is at work; empty: none."""


class Load(msgspec.Struct, frozen=True, kw_only=True):
    """How the queue stands. None: not known, and no limit is passed by it."""

    waiting: int
    """So many wait for whom no phone rings."""
    others: int
    """Agents at work who are not in reserve."""
    expected_wait_s: float | None = None
    """Of one who came now, while the reserve is counted as it is."""
    service_level: float | None = None


def pressure(reserve: Reserve, load: Load, *, called: bool) -> Because:
    """Why the reserve is wanted; empty: it is not. `called`: it is at work, and stays until the margin is kept."""
    relief = reserve.relief if called else 1.0
    if load.waiting and not load.others:
        return "nobody"
    if reserve.waiting_above is not None and load.waiting > relief * reserve.waiting_above:
        return "waiting"
    wait_s, limit_s = load.expected_wait_s, reserve.wait_above_s
    if limit_s is not None and wait_s is not None and load.waiting and wait_s > relief * limit_s:
        return "wait"
    level, least = load.service_level, reserve.service_level_below
    if least is not None and level is not None and 1.0 - level > relief * (1.0 - least):
        return "service_level"
    return ""
