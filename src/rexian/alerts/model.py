"""What an alert rule says, and what stands open."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import msgspec


class Kind(StrEnum):
    """What a rule looks at, and whose value it judges."""

    WAITING = "waiting"  # queue: callers who wait
    LONGEST_WAIT = "longest_wait"  # queue: seconds that the first of them has waited
    SERVICE_LEVEL = "service_level"  # queue: of today, in percent; worse when lower
    ABANDON_BURST = "abandon_burst"  # queue: callers who gave up within the last `window_s`
    NO_AGENT_READY = "no_agent_ready"  # queue: 1 while nobody is ready, though somebody waits or is at work
    STATE_TOO_LONG = "state_too_long"  # agent: seconds in one of `states`
    TRUNK_DOWN = "trunk_down"  # trunk: 1 while it cannot be reached


class Severity(StrEnum):
    WARNING = "warning"
    CRITICAL = "critical"


OF_QUEUES = frozenset({Kind.WAITING, Kind.LONGEST_WAIT, Kind.SERVICE_LEVEL, Kind.ABANDON_BURST, Kind.NO_AGENT_READY})
YES_OR_NO = frozenset({Kind.NO_AGENT_READY, Kind.TRUNK_DOWN})
"""Kinds without a threshold of their own: something is so, or it is not."""
LOWER_IS_WORSE = frozenset({Kind.SERVICE_LEVEL})


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """When to warn. `queues` and `teams` narrow it; empty: all.

    It is raised once the value has passed `threshold` for `for_s`, cleared once it is back behind `clear_at` (none: the
    threshold itself), and then rests for `rest_s` before it may be raised again.
    """

    id: str
    name: str
    kind: Kind
    severity: Severity = Severity.WARNING
    enabled: bool = True
    queues: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    threshold: float = 1.0
    clear_at: float | None = None
    for_s: float = 0.0
    rest_s: float = 60.0
    window_s: float = 300.0
    sound: bool = True
    webhooks: tuple[str, ...] = ()

    def passed(self, value: float | None) -> bool:
        """Whether the value is beyond the threshold; a value that is not known is not."""
        return value is not None and self._beyond(value, self.threshold, touching=True)

    def back(self, value: float | None) -> bool:
        """Whether the value is well again."""
        if value is None or self.clear_at is None:
            return not self.passed(value)
        return not self._beyond(value, self.clear_at, touching=False)

    def _beyond(self, value: float, limit: float, *, touching: bool) -> bool:
        if self.kind in LOWER_IS_WORSE:
            return value < limit
        return value >= limit if touching else value > limit

    @property
    def lasting(self) -> timedelta:
        return timedelta(seconds=self.for_s)

    @property
    def resting(self) -> timedelta:
        return timedelta(seconds=self.rest_s)


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """The value of one subject (`queue:<id>`, `agent:<id>`, `trunk:<id>`) now; `name` is what people call it."""

    subject: str
    name: str
    value: float | None


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """One that was raised and is not cleared."""

    id: str
    rule: str
    rule_name: str
    kind: Kind
    severity: Severity
    subject: str
    subject_name: str
    value: float
    threshold: float
    raised_at: datetime
    sound: bool = True
    acknowledged_at: datetime | None = None
    acknowledged_by: str = ""

    def row(self) -> dict[str, Any]:
        """As live screens are sent it."""
        return msgspec.structs.asdict(self)
