"""What one simulated day brought: sums by queue and by interval, and how busy each crew was."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

import msgspec
import numpy as np

from rexian.insight.figures import Sums
from rexian.twin.scenario import Scenario, rules, seconds
from rexian.twin.special import Numbers

ANSWERED, ABANDONED, FLOW_OUT, WAITING = range(4)


class Counted(msgspec.Struct, frozen=True):
    """The sums that all figures are made of, and how many had to wait at all."""

    sums: Sums = Sums()
    waited: int = 0

    def plus(self, other: "Counted") -> "Counted":
        return Counted(self.sums.plus(other.sums), self.waited + other.waited)


@dataclass(frozen=True, slots=True)
class Duty:
    """A crew's time in the counted window: handling, and there (handling or ready)."""

    handling_s: float = 0.0
    present_s: float = 0.0

    def plus(self, other: "Duty") -> "Duty":
        return Duty(self.handling_s + other.handling_s, self.present_s + other.present_s)


@dataclass(frozen=True, slots=True)
class CalledBack:
    """What became of those who asked to be called back, over the whole day."""

    asked: int = 0
    connected: int = 0
    resumed: int = 0
    """They called again meanwhile."""
    lost: int = 0
    """Not reached in all attempts, or given up because it had become too late."""

    @property
    def open(self) -> int:
        """Still owed when the day was over."""
        return self.asked - self.connected - self.resumed - self.lost


@dataclass(frozen=True, slots=True)
class Outcome:
    """`queues` by name; `intervals` by their number from midnight, each `Scenario.report_s` long."""

    calls: int
    """All that came in, those who never asked for an agent and those who called again included."""
    retries: int
    queues: Mapping[str, Counted]
    intervals: Mapping[int, Counted]
    crews: Mapping[str, Duty]
    callbacks: CalledBack = CalledBack()

    @property
    def whole(self) -> Counted:
        return added(self.queues.values())

    @property
    def duty(self) -> Duty:
        found = Duty()
        for duty in self.crews.values():
            found = found.plus(duty)
        return found


def added(parts: Iterable[Counted]) -> Counted:
    found = Counted()
    for part in parts:
        found = found.plus(part)
    return found


class Window:
    """The part of the day that is counted."""

    def __init__(self, scenario: Scenario) -> None:
        self.begins, self.ends = seconds(scenario.count_from), seconds(scenario.count_until)

    def holds(self, at_s: float) -> bool:
        return self.begins <= at_s < self.ends

    def part(self, begins: float, ends: float) -> float:
        """How much of a stretch of time lies inside."""
        return max(min(ends, self.ends) - max(begins, self.begins), 0.0)


class Visits:
    """Visits in columns, as the quick depth writes them down; `counted` makes the same sums of them as insight does."""

    def __init__(self, scenario: Scenario) -> None:
        self._queues = list(rules(scenario).values())
        self.number = {queue.id: place for place, queue in enumerate(self._queues)}
        self._window = Window(scenario)
        self._report_s = scenario.report_s
        self._rows: list[tuple[int, float, float, int, float]] = []
        self.add = self._rows.append
        """Takes (queue's number, began at, waited, how it ended, handling): seconds."""

    def counted(self) -> tuple[dict[str, Counted], dict[int, Counted]]:
        """By queue's name and by interval."""
        table = np.array(self._rows or np.empty((0, 5)))
        inside = (table[:, 1] >= self._window.begins) & (table[:, 1] < self._window.ends)
        table = table[inside]
        intervals = (table[:, 1] // self._report_s).astype(np.int64)
        queues: dict[str, Counted] = {}
        by_interval: dict[int, Counted] = {}
        for place, queue in enumerate(self._queues):
            mine = table[:, 0] == place
            limits = timedelta(seconds=queue.sl_threshold_s), timedelta(seconds=queue.short_abandon_s)
            queues[queue.name] = _counted(table[mine], *limits)
            for interval in np.unique(intervals[mine]).tolist():
                part = _counted(table[mine & (intervals == interval)], *limits)
                by_interval[interval] = by_interval.get(interval, Counted()).plus(part)
        return queues, dict(sorted(by_interval.items()))


def _counted(table: Numbers, threshold: timedelta, short: timedelta) -> Counted:
    wait, ended = table[:, 2], table[:, 3]
    answered, abandoned = ended == ANSWERED, ended == ABANDONED
    in_time = wait <= threshold.total_seconds()
    sums = Sums(
        offered=len(table),
        answered=int(answered.sum()),
        answered_in_sl=int((answered & in_time).sum()),
        abandoned=int(abandoned.sum()),
        abandoned_in_sl=int((abandoned & in_time).sum()),
        short_abandoned=int((abandoned & (wait <= short.total_seconds())).sum()),
        flow_out=int((ended == FLOW_OUT).sum()),
        answered_wait=timedelta(seconds=float(wait[answered].sum())),
        abandoned_wait=timedelta(seconds=float(wait[abandoned].sum())),
        handling=timedelta(seconds=float(table[:, 4].sum())),
        longest_wait=timedelta(seconds=float(wait.max())) if len(table) else timedelta(),
        sl_thresholds=frozenset({threshold}),
        short_abandons=frozenset({short}),
    )
    return Counted(sums, int((wait > 0).sum()))
