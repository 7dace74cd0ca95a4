"""When what waits goes on to its next ring, and what it asks for there. The floor keeps ring and clock."""

from datetime import datetime, timedelta

import msgspec

from rexian.core.ids import QueueId, TeamId
from rexian.routing.requirement import Requirement, lowered, of_skills, together
from rexian.routing.rules import HELD, ProgressiveRing, Ring, RingAll, Rules, requirement_of

LOOK_AGAIN = timedelta(seconds=10)
"""How often the expected wait is looked at, where a ring depends on it."""


class Scope(msgspec.Struct, frozen=True):
    """Who may serve in a ring, and what is added to the priority there."""

    requirement: Requirement
    teams: tuple[TeamId, ...] = ()
    priority: int = 0


def scope(rules: Rules, skills: tuple[tuple[str, int], ...], ring: int) -> Scope:
    """What ring `ring` asks for. `skills`: the least levels that the item asks for itself (its queue's among them)."""
    passed = rules.rings[: max(ring, 0)]
    own = together(of_skills(dict(skills)), requirement_of(rules.requirement))
    lower = 0
    for each in passed:
        if each.requirement is not None:
            own, lower = requirement_of(each.requirement), 0
        lower = max(lower, each.lower)
    return Scope(
        requirement=lowered(own, lower) if lower else own,
        teams=tuple(dict.fromkeys(team for each in passed for team in each.teams)),
        priority=sum(each.priority for each in passed),
    )


def first_ring(patience: timedelta, *, known: bool, present: bool) -> int:
    """The ring to begin with: alone for the preferred agent, if there is one who is at work, and patience for him."""
    return HELD if known and present and patience > timedelta() else 0


def next_due(
    rules: Rules, *, ring: int, entered: datetime, looked: datetime | None = None, patience_s: float | None = None
) -> datetime | None:
    """When to ask `next_ring` again; None: never. `looked`: when it was asked last.

    `patience_s`: how long it waits for its preferred agent alone; none: as the rules say.
    """
    if ring == HELD:
        return _patient_until(rules, entered, patience_s)
    if ring >= len(rules.rings):
        return None
    following = rules.rings[ring]
    after = None if following.after_s is None else entered + timedelta(seconds=following.after_s)
    if following.wait_above_s is None:
        return after
    look = (looked or entered) + LOOK_AGAIN
    return look if after is None else min(after, look)


def next_ring(
    rules: Rules,
    *,
    ring: int,
    entered: datetime,
    expected_wait_s: float | None,
    now: datetime,
    patience_s: float | None = None,
) -> int:
    """The ring it is to be in now. `expected_wait_s` is what it still has before it; None: unknown."""
    if ring == HELD and now >= _patient_until(rules, entered, patience_s):
        ring = 0
    while 0 <= ring < len(rules.rings) and _begins(rules.rings[ring], entered, expected_wait_s, now):
        ring += 1
    return ring


def _patient_until(rules: Rules, entered: datetime, patience_s: float | None) -> datetime:
    return entered + timedelta(seconds=rules.preferred.patience_s if patience_s is None else patience_s)


def phones_at_once(rules: Rules, allowed: int) -> int:
    """How many phones may ring for one item; `allowed`: so many have been let ring one after the other."""
    strategy = rules.strategy
    if type(strategy) is RingAll:
        return strategy.at_most
    if type(strategy) is ProgressiveRing:
        return min(allowed, strategy.at_most)
    return 1


def another_phone_after_s(rules: Rules, allowed: int) -> float | None:
    """After how long one phone more may ring, while so many may; None: never."""
    strategy = rules.strategy
    return strategy.every_s if type(strategy) is ProgressiveRing and allowed < strategy.at_most else None


def asks_for_wait(rules: Rules, ring: int) -> bool:
    """Whether the next ring depends on the expected wait."""
    return 0 <= ring < len(rules.rings) and rules.rings[ring].wait_above_s is not None


def goes_to(rules: Rules, ring: int) -> QueueId | None:
    """The queue that this ring sends it to."""
    return rules.rings[ring - 1].queue if ring >= 1 else None


def _begins(ring: Ring, entered: datetime, expected_wait_s: float | None, now: datetime) -> bool:
    if ring.after_s is not None and now >= entered + timedelta(seconds=ring.after_s):
        return True
    if ring.wait_above_s is None or now < entered + LOOK_AGAIN:
        return False
    return expected_wait_s is not None and expected_wait_s > ring.wait_above_s
