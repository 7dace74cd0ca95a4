"""Distributions from what has been seen: waits that were cut short by an answer, conversations, counts of calls."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from rexian.twin.distributions import Distribution, Empirical, Exponential, Gamma, Lognormal
from rexian.twin.special import Numbers, log_normal_below

Shape = Literal["empirical", "lognormal", "exponential", "gamma"]
POINTS = 200
"""So many quantiles stand for an empirical distribution."""
LEAST_S = 0.5
"""Waits are measured in whole seconds: 0 counts as half of one."""


@dataclass(frozen=True, slots=True)
class Waits:
    """Waits in seconds, and which of them ended by giving up; the others were answered before their patience ended."""

    wait_s: Numbers
    gave_up: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, waits: Sequence[tuple[float, bool]]) -> "Waits":
        """Who did not wait at all tells nothing of his patience."""
        known = [(wait_s, gave_up) for wait_s, gave_up in waits if gave_up or wait_s > 0]
        table = np.array(known, dtype=np.float64).reshape(-1, 2)
        return cls(np.maximum(table[:, 0], LEAST_S), table[:, 1] > 0)

    @property
    def abandons(self) -> int:
        return int(self.gave_up.sum())


def survival(waits: Waits) -> tuple[Numbers, Numbers]:
    """Kaplan-Meier: the times at which somebody gave up, and the share whose patience is longer than each.

    E. Kaplan, P. Meier, "Nonparametric estimation from incomplete observations", JASA 53 (1958). Someone answered at
    the very moment counts as still patient then.
    """
    times, gone = np.unique(waits.wait_s[waits.gave_up], return_counts=True)
    ordered = np.sort(waits.wait_s)
    at_risk = len(ordered) - np.searchsorted(ordered, times, side="left")
    staying: Numbers = np.maximum(1.0 - gone.astype(np.float64) / at_risk, 0.0)
    return times.astype(np.float64), np.asarray(np.cumprod(staying), dtype=np.float64)


def patience(waits: Waits, shape: Shape = "empirical") -> Distribution | None:
    """The distribution of patience; none when nobody gave up. Censored by maximum likelihood, or by Kaplan-Meier."""
    if waits.abandons == 0:
        return None
    mean_s = float(waits.wait_s.sum() / waits.abandons)
    if shape == "exponential":
        return Exponential(mean_s=mean_s)
    if shape == "lognormal":
        return _censored_lognormal(waits, mean_s)
    if shape == "gamma":
        raise ValueError("patience is fitted as empirical, lognormal or exponential")
    times, beyond = survival(waits)
    reached = 1.0 - beyond[-1]
    grid = (np.arange(POINTS) + 0.5) / POINTS * reached
    values = times[np.minimum(np.searchsorted(1.0 - beyond, grid), len(times) - 1)]
    return Empirical(
        values_s=tuple(np.round(values, 3).tolist()),
        beyond=float(beyond[-1]),
        beyond_mean_s=max(mean_s, 1.0),
    )


def _censored_lognormal(waits: Waits, mean_s: float) -> Lognormal:
    """Who gave up adds the density, who was answered the chance of being more patient."""
    from scipy.optimize import minimize  # here: it takes a second that every start would pay

    logs, gave_up = np.log(waits.wait_s), waits.gave_up

    def loss(parameters: Numbers) -> float:
        mu, log_sigma = parameters
        z = (logs - mu) / np.exp(log_sigma)
        density = -0.5 * z**2 - log_sigma - 0.5 * np.log(2 * np.pi) - logs
        return float(-np.where(gave_up, density, log_normal_below(-z)).sum())

    found = minimize(loss, np.array([np.log(mean_s), 0.5]), method="Nelder-Mead")
    mu, sigma = float(found.x[0]), float(np.exp(found.x[1]))
    return Lognormal(mean_s=float(np.exp(mu + sigma**2 / 2)), cv=float(np.sqrt(np.expm1(sigma**2))))


def length(values_s: Sequence[float], shape: Shape = "empirical") -> Distribution:
    """Of lengths that were seen whole. Empirical: their quantiles, of the same mean; else by moments (of the logs)."""
    values = np.maximum(np.asarray(values_s, dtype=np.float64), LEAST_S)
    mean_s = float(values.mean())
    if shape == "exponential" or len(values) < 2 or values.min() == values.max():
        return Exponential(mean_s=mean_s) if shape == "exponential" else Empirical(values_s=(mean_s,))
    if shape == "lognormal":
        variance = float(np.log(values).var(ddof=1))
        mu = float(np.log(values).mean())
        return Lognormal(mean_s=float(np.exp(mu + variance / 2)), cv=float(np.sqrt(np.expm1(variance))))
    if shape == "gamma":
        return Gamma(mean_s=mean_s, cv=float(values.std(ddof=1)) / mean_s)
    points = values if len(values) <= POINTS else np.quantile(values, (np.arange(POINTS) + 0.5) / POINTS)
    return Empirical(values_s=tuple(np.round(np.sort(points) * (mean_s / points.mean()), 3).tolist()))


def busyness_cv(totals: Sequence[float]) -> float:
    """How much more days differ than Poisson counts would: the gamma factor's coefficient of variation."""
    if len(totals) < 2:
        return 0.0
    counts = np.asarray(totals, dtype=np.float64)
    mean = counts.mean()
    return float(np.sqrt(max(counts.var(ddof=1) - mean, 0.0)) / mean) if mean > 0 else 0.0


def curve(at_s: Sequence[float], *, interval_s: float, days: int = 1, until_s: float = 86_400.0) -> tuple[float, ...]:
    """Mean calls per interval from midnight, of the calls of so many days together."""
    edges = np.arange(0.0, until_s + interval_s, interval_s)
    counts, _ = np.histogram(np.asarray(at_s, dtype=np.float64), bins=edges)
    return tuple((counts / days).tolist())
