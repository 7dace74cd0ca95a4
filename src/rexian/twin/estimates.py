"""From replications to figures with confidence intervals, and to differences between two settings.

Every figure is a quotient of two sums over all days (a count: over the number of days), as published figures are:
totals are divided, never averages averaged. The interval is that of the ratio estimator by its linearised residuals;
of a difference, by the differences of both settings' residuals on the same day (common random numbers).
W. Cochran, "Sampling Techniques", 3rd ed. (1977), §6; A. Law, "Simulation Modeling and Analysis", 5th ed., §9.4, §10.2.
"""

from collections.abc import Callable, Sequence
from functools import partial

import msgspec
import numpy as np

from rexian.insight.formulas import DEFAULT_SERVICE_LEVEL, SERVICE_LEVELS
from rexian.twin.outcome import Counted, Duty, Outcome
from rexian.twin.special import Numbers, student_quantile

CONFIDENCE = 0.95


class Estimate(msgspec.Struct, frozen=True):
    """A figure and its confidence interval (95 %, if nothing else is said): none with a single day."""

    value: float
    low: float | None = None
    high: float | None = None

    def holds(self, exact: float) -> bool:
        return self.low is not None and self.high is not None and self.low <= exact <= self.high


Quotient = tuple[float, float]
Measure = Callable[[Counted], Quotient]


def _count(name: str) -> Measure:
    return lambda counted: (float(getattr(counted.sums, name)), 1.0)


MEASURES: dict[str, Measure] = {
    "offered": _count("offered"),
    "answered": _count("answered"),
    "abandoned": _count("abandoned"),
    "flow_out": _count("flow_out"),
    "service_level": lambda counted: SERVICE_LEVELS[DEFAULT_SERVICE_LEVEL][1](counted.sums.counts),
    "abandon_rate": lambda counted: (counted.sums.abandoned, counted.sums.offered),
    "asa_s": lambda counted: (counted.sums.answered_wait.total_seconds(), counted.sums.answered),
    "ata_s": lambda counted: (counted.sums.abandoned_wait.total_seconds(), counted.sums.abandoned),
    "wait_s": lambda counted: (
        (counted.sums.answered_wait + counted.sums.abandoned_wait).total_seconds(),
        counted.sums.answered + counted.sums.abandoned,
    ),
    "waited": lambda counted: (counted.waited, counted.sums.offered),
    "aht_s": lambda counted: (counted.sums.handling.total_seconds(), counted.sums.answered),
    "longest_wait_s": lambda counted: (counted.sums.longest_wait.total_seconds(), 1.0),
}
"""As insight's figures of the same names; `wait_s` is over all that were answered or gave up, `waited` the share of
visits that had to wait at all, `longest_wait_s` the mean over the days of each day's longest."""


OWED = ("asked", "connected", "resumed", "lost", "open")
"""What is told of those who asked to be called back, as `callbacks_asked` and so on: a day's numbers."""


def occupancy(duty: Duty) -> Quotient:
    """OCC1: handling, of the time handling or ready."""
    return duty.handling_s, duty.present_s


def estimate(quotients: Sequence[Quotient], confidence: float = CONFIDENCE) -> Estimate | None:
    """Of one quotient a day; none when there is nothing to divide by."""
    found = _linear(quotients)
    return None if found is None else _interval(found[0], found[1], confidence)


def difference(before: Sequence[Quotient], after: Sequence[Quotient]) -> Estimate | None:
    """`after` - `before`, the same days in both."""
    first, second = _linear(before), _linear(after)
    if first is None or second is None:
        return None
    return _interval(second[0] - first[0], second[1] - first[1])


def _linear(quotients: Sequence[Quotient]) -> tuple[float, Numbers] | None:
    """The quotient of the totals, and each day's residual from it in units of the quotient."""
    parts = np.asarray(quotients, dtype=np.float64).reshape(-1, 2)
    whole = parts[:, 1].sum()
    if whole <= 0:
        return None
    ratio = float(parts[:, 0].sum() / whole)
    return ratio, (parts[:, 0] - ratio * parts[:, 1]) / parts[:, 1].mean()


def _interval(value: float, residuals: Numbers, confidence: float = CONFIDENCE) -> Estimate:
    days = len(residuals)
    if days < 2:
        return Estimate(value)
    half = student_quantile(days - 1, (1 + confidence) / 2) * float(residuals.std(ddof=1)) / days**0.5
    return Estimate(value, value - half, value + half)


# --- reports ----------------------------------------------------------------------------------------------------------

Figures = dict[str, Estimate | None]


class Interval(msgspec.Struct, frozen=True):
    """Figures of the visits that began in one interval of the day."""

    begins_s: float
    figures: Figures


class Report(msgspec.Struct, frozen=True):
    """Figures of a setting, or what changes from one setting to another."""

    days: int
    calls: float
    """A day, retries included."""
    retries: float
    total: Figures
    queues: dict[str, Figures]
    crews: dict[str, Figures]
    """`occupancy` and `present_h`, the hours that they are there."""
    intervals: tuple[Interval, ...]


Combine = Callable[[list[list[Quotient]]], Estimate | None]


def report(outcomes: Sequence[Outcome], report_s: float) -> Report:
    return _report([outcomes], report_s, lambda settings: estimate(settings[0]))


def compared(before: Sequence[Outcome], after: Sequence[Outcome], report_s: float) -> Report:
    """What `after` brings against `before`; day for day the same customers."""
    return _report([before, after], report_s, lambda settings: difference(*settings))


def _report(settings: Sequence[Sequence[Outcome]], report_s: float, combine: Combine) -> Report:
    def figures(counted: Callable[[Outcome], Counted]) -> Figures:
        parts = [[counted(outcome) for outcome in outcomes] for outcomes in settings]
        return {
            name: combine([[measure(each) for each in outcomes] for outcomes in parts])
            for name, measure in MEASURES.items()
        }

    def duties(duty: Callable[[Outcome], Duty]) -> Figures:
        parts = [[duty(outcome) for outcome in outcomes] for outcomes in settings]
        return {
            "occupancy": combine([[occupancy(each) for each in outcomes] for outcomes in parts]),
            "present_h": combine([[(each.present_s / 3600, 1.0) for each in outcomes] for outcomes in parts]),
        }

    def owed() -> Figures:
        """Nothing, where nobody ever asked."""
        if not any(outcome.callbacks.asked for outcomes in settings for outcome in outcomes):
            return {}
        return {
            f"callbacks_{name}": combine(
                [[(float(getattr(outcome.callbacks, name)), 1.0) for outcome in outcomes] for outcomes in settings]
            )
            for name in OWED
        }

    def plain(number: Callable[[Outcome], float]) -> float:
        found = combine([[(number(outcome), 1.0) for outcome in outcomes] for outcomes in settings])
        return found.value if found else 0.0

    queues = sorted({name for outcomes in settings for outcome in outcomes for name in outcome.queues})
    crews = sorted({name for outcomes in settings for outcome in outcomes for name in outcome.crews})
    intervals = sorted({number for outcomes in settings for outcome in outcomes for number in outcome.intervals})
    return Report(
        days=len(settings[0]),
        calls=plain(lambda outcome: outcome.calls),
        retries=plain(lambda outcome: outcome.retries),
        total={**figures(lambda outcome: outcome.whole), **duties(lambda outcome: outcome.duty), **owed()},
        queues={name: figures(partial(_of_queue, name)) for name in queues},
        crews={name: duties(partial(_of_crew, name)) for name in crews},
        intervals=tuple(Interval(number * report_s, figures(partial(_of_interval, number))) for number in intervals),
    )


def _of_queue(name: str, outcome: Outcome) -> Counted:
    return outcome.queues.get(name, Counted())


def _of_interval(number: int, outcome: Outcome) -> Counted:
    return outcome.intervals.get(number, Counted())


def _of_crew(name: str, outcome: Outcome) -> Duty:
    return outcome.crews.get(name, Duty())
