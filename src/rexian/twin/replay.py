"""The bank's month once more: fitted from its log, simulated, and laid beside what really happened, hour by hour."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import numpy as np

from rexian.twin import fitting
from rexian.twin.bank_log import Logged, pauses, presence
from rexian.twin.by_routing import RoutingDay
from rexian.twin.customers import crowd
from rexian.twin.distributions import Distribution
from rexian.twin.fitting import Shape, Waits
from rexian.twin.outcome import Counted, added
from rexian.twin.scenario import Callers, Crew, Replay, Scenario, Shift, Stream, clock
from rexian.twin.special import Numbers

HOUR_S = 3600
HEAD_START_S = 90.0
"""The bank's customers of priority 2 were put a minute and a half ahead in the queue."""
GAP_S = 1800.0
QUEUE = "bank"
Calls = Literal["replayed", "fitted"]
"""The real calls at their real times, or Poisson calls of each kind by the mean curve of such days."""
DAY_TYPES = {4: "friday", 5: "saturday"}
"""By `date.weekday()`; all others are workdays (Sunday to Thursday)."""


@dataclass(frozen=True, slots=True)
class Fit:
    """What was learned from the log."""

    calls: Sequence[Logged]
    patience: Mapping[str, Distribution | None]
    handling: Mapping[str, Distribution]
    spans: Mapping[date, Sequence[tuple[float, float]]]
    pause: Distribution | None = None
    """How long an agent is away after a conversation though others wait; none: not at all."""
    days: Mapping[str, Sequence[date]] = field(default_factory=dict)


def fit(calls: Sequence[Logged], *, shape: Shape = "empirical", gap_s: float = GAP_S) -> Fit:
    """Patience and handling by kind of call, who was there by day, days by type."""
    kinds = sorted({call.kind for call in calls})
    by_kind = {kind: [call for call in calls if call.kind == kind] for kind in kinds}
    days: dict[str, list[date]] = defaultdict(list)
    for day in sorted({call.day for call in calls}):
        days[day_type(day)].append(day)
    away = pauses(calls, gap_s=gap_s)
    return Fit(
        calls,
        {kind: _patience(some, calls, shape) for kind, some in by_kind.items()},
        {
            kind: fitting.length([call.handling_s for call in some if call.answered], shape)
            for kind, some in by_kind.items()
        },
        presence(calls, gap_s=gap_s),
        fitting.length(away) if away else None,
        days,
    )


FEW = 50
"""With fewer who gave up, a kind of call is taken to be as patient as all together."""


def _patience(some: Sequence[Logged], calls: Sequence[Logged], shape: Shape) -> Distribution | None:
    own = Waits.of([(call.wait_s, not call.answered) for call in some])
    if own.abandons >= FEW:
        return fitting.patience(own, shape)
    return fitting.patience(Waits.of([(call.wait_s, not call.answered) for call in calls]), shape)


def day_type(day: date) -> str:
    return DAY_TYPES.get(day.weekday(), "workday")


def scenario(fitted: Fit, day: date, how: Calls, *, interval_s: float = 1800.0) -> Scenario:
    """One day of the month, with those who were there on it."""
    mine = [call for call in fitted.calls if call.day == day]
    return Scenario(
        name=day.isoformat(),
        day=day,
        zone="Asia/Jerusalem",
        seed=int(day.strftime("%y%m%d")) * 10_000,
        replays=_replays(fitted, mine) if how == "replayed" else (),
        streams=_streams(fitted, day_type(day), interval_s) if how == "fitted" else (),
        crews=tuple(
            Crew(queues=(QUEUE,), shifts=(Shift(begins=clock(begins), ends=clock(ends + 1)),), wrap_up=fitted.pause)
            for begins, ends in fitted.spans.get(day, ())
        ),
        queues=({"name": QUEUE, "wrap_up_s": 0 if fitted.pause is None else round(GAP_S)},),
        report_s=HOUR_S,
    )


def _replays(fitted: Fit, calls: Sequence[Logged]) -> tuple[Replay, ...]:
    kinds = sorted({(call.kind, call.priority) for call in calls})
    return tuple(
        Replay(
            number=f"{kind} {priority}",
            at_s=tuple(call.at_s for call in calls if (call.kind, call.priority) == (kind, priority)),
            callers=(_callers(fitted, kind, priority, 1.0),),
        )
        for kind, priority in kinds
    )


def _streams(fitted: Fit, type: str, interval_s: float) -> tuple[Stream, ...]:
    """One stream for each kind of call; its callers are of each priority by their shares."""
    days = set(fitted.days[type])
    mine = [call for call in fitted.calls if call.day in days]
    streams = []
    for kind in sorted({call.kind for call in mine}):
        calls = [call for call in mine if call.kind == kind]
        totals = [sum(call.day == day for call in calls) for day in days]
        streams.append(
            Stream(
                number=kind,
                interval_s=interval_s,
                calls=fitting.curve([call.at_s for call in calls], interval_s=interval_s, days=len(days)),
                busyness_cv=fitting.busyness_cv(totals),
                callers=tuple(
                    _callers(fitted, kind, priority, sum(call.priority == priority for call in calls))
                    for priority in sorted({call.priority for call in calls})
                ),
            )
        )
    return tuple(streams)


def _callers(fitted: Fit, kind: str, priority: int, share: float) -> Callers:
    return Callers(
        name=f"{kind} {priority}",
        share=share,
        queue=QUEUE,
        head_start_s=HEAD_START_S if priority == 2 else 0.0,
        patience=fitted.patience[kind],
        handling=fitted.handling[kind],
    )


# --- beside what happened ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Beside:
    """One hour of the month: what the log says, the mean of the simulated months, and the range 95 % of them lie in."""

    hour: int
    """-1: all hours together."""
    calls: float
    wait_s: float
    abandoned: float
    simulated_calls: float
    simulated_wait_s: float
    wait_range_s: tuple[float, float]
    simulated_abandoned: float
    abandoned_range: tuple[float, float]


Progress = Callable[[int, int], None]


def beside(
    fitted: Fit, how: Calls, *, months: int, progress: Progress = lambda done, of: None, first_hour: int = 7
) -> list[Beside]:
    """Simulate the month so many times. Hours from `first_hour` on; the total is over all."""
    days = sorted({call.day for call in fitted.calls})
    scenarios = [scenario(fitted, day, how) for day in days]
    seen: list[dict[int, Counted]] = []
    for month in range(months):
        hours: dict[int, list[Counted]] = defaultdict(list)
        for one in scenarios:
            for hour, counted in RoutingDay(crowd(one, month)).run().intervals.items():
                hours[hour].append(counted)
        seen.append({hour: added(parts) for hour, parts in hours.items()})
        progress(month + 1, months)
    whole = [{-1: added(month.values())} for month in seen]
    hours_told = sorted({int(call.at_s // HOUR_S) for call in fitted.calls if call.at_s >= first_hour * HOUR_S})
    told = [_beside(-1, list(fitted.calls), whole)]
    for hour in hours_told:
        told.append(_beside(hour, [call for call in fitted.calls if int(call.at_s // HOUR_S) == hour], seen))
    return told


def _beside(hour: int, calls: Sequence[Logged], months: Sequence[Mapping[int, Counted]]) -> Beside:
    parts = [month.get(hour, Counted()) for month in months]
    waits = np.array([_wait(part) for part in parts])
    lost = np.array([part.sums.abandoned / max(part.sums.offered, 1) for part in parts])
    return Beside(
        hour=hour,
        calls=len(calls),
        wait_s=sum(call.wait_s for call in calls) / len(calls),
        abandoned=sum(not call.answered for call in calls) / len(calls),
        simulated_calls=float(np.mean([part.sums.offered for part in parts])),
        simulated_wait_s=float(waits.mean()),
        wait_range_s=_range(waits),
        simulated_abandoned=float(lost.mean()),
        abandoned_range=_range(lost),
    )


def _wait(counted: Counted) -> float:
    sums = counted.sums
    return (sums.answered_wait + sums.abandoned_wait).total_seconds() / max(sums.answered + sums.abandoned, 1)


def _range(values: Numbers) -> tuple[float, float]:
    low, high = np.quantile(values, (0.025, 0.975))
    return float(low), float(high)
