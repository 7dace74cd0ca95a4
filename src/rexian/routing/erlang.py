"""Exact formulas of the telephone traffic theory: Erlang B, C and A, Engset.

Rates and times are in one unit of the caller's choice (calls a minute and minutes, say). Loads are in erlangs: calls in
the time that one lasts. No factorials: the recursions are stable for any size, and overload never gives a number that
cannot be (a probability above one, a negative wait).
"""

from dataclasses import dataclass
from functools import cached_property
from math import ceil, exp, inf, log, sqrt
from typing import Literal

import numpy as np
from scipy.optimize import brentq
from scipy.special import gammainc, gammaln

Definition = Literal["virtual", "answered", "offered", "excluding_short"]
"""Service level within t. virtual: share who, with endless patience, would have waited at most t; answered: answered
within t of all answered; offered: of all who called; excluding_short: of all but those who gave up before t."""

NEGLIGIBLE = 1e-17


# --- without a queue ------------------------------------------------------------------------------------------------


def erlang_b(lines: int, load: float) -> float:
    """The share of calls that find all lines busy and are lost. Recursion B(k) = aB(k-1) / (k + aB(k-1)), B(0) = 1."""
    blocked = 1.0
    for line in range(1, lines + 1):
        blocked = load * blocked / (line + load * blocked)
    return blocked


def erlang_b_load(lines: int, blocking: float) -> float:
    """The load in erlangs that so many lines carry at this blocking; the inverse of `erlang_b`."""
    high = 1.0
    while erlang_b(lines, high) < blocking:
        high *= 2
    return float(brentq(lambda load: erlang_b(lines, load) - blocking, 0.0, high, xtol=1e-12, rtol=1e-14))


def extended_erlang_b(lines: int, load: float, retrying: float) -> float:
    """Blocking when this share of the blocked calls again at once: T = a / (1 - r B(T)) solved for the total load T."""
    total = load
    for _ in range(10_000):
        following = load / (1.0 - retrying * erlang_b(lines, total))
        if abs(following - total) <= 1e-13 * total:
            break
        total = following
    return erlang_b(lines, total)


def extended_erlang_b_load(lines: int, blocking: float, retrying: float) -> float:
    """The first-attempt load at this blocking: the total load less what comes of retries."""
    return erlang_b_load(lines, blocking) * (1.0 - retrying * blocking)


def engset_time(lines: int, sources: int, intensity: float) -> float:
    """Time congestion with few sources, each calling at `intensity` erlangs while free: share of time all are busy."""
    return _engset(lines, sources, intensity)


def engset_call(lines: int, sources: int, intensity: float) -> float:
    """Call congestion with few sources: share of calls blocked. What one source sees is the rest of them."""
    return _engset(lines, sources - 1, intensity)


def _engset(lines: int, sources: int, intensity: float) -> float:
    blocked = 1.0
    for line in range(1, lines + 1):
        offered = max(sources - line + 1, 0) * intensity * blocked
        blocked = offered / (line + offered)
    return blocked


# --- with a queue, endless patience ---------------------------------------------------------------------------------


def erlang_c(agents: int, load: float) -> float:
    """The share of calls that wait when nobody gives up; 1 when the load is more than the agents can carry."""
    if load >= agents:
        return 1.0
    blocked = erlang_b(agents, load)
    return agents * blocked / (agents - load * (1.0 - blocked))


def erlang_c_agents(load: float, waiting: float) -> int:
    """The fewest agents with whom at most this share of calls waits."""
    agents, blocked = 0, 1.0
    while True:
        agents += 1
        blocked = load * blocked / (agents + load * blocked)
        if load < agents and agents * blocked / (agents - load * (1.0 - blocked)) <= waiting:
            return agents


@dataclass(frozen=True)
class ErlangC:
    """M/M/n: `arrivals` calls per unit of time, each `handle` units long, `agents` who serve them."""

    agents: int
    arrivals: float
    handle: float

    @property
    def load(self) -> float:
        return self.arrivals * self.handle

    @cached_property
    def waiting(self) -> float:
        """P(W > 0)."""
        return erlang_c(self.agents, self.load)

    @property
    def occupancy(self) -> float:
        return min(self.load / self.agents, 1.0)

    @property
    def wait(self) -> float:
        """E[W] over all calls; infinite in overload."""
        spare = self.agents - self.load
        return self.waiting * self.handle / spare if spare > 0 else inf

    @property
    def queue(self) -> float:
        """The mean number waiting (Little's law)."""
        return self.arrivals * self.wait

    def service_level(self, within: float) -> float:
        """Share answered within this time."""
        spare = self.agents - self.load
        return 1.0 - self.waiting * exp(-spare * within / self.handle) if spare > 0 else 0.0

    def wait_at(self, share: float) -> float:
        """The time within which this share of the calls is answered."""
        spare = self.agents - self.load
        if spare <= 0:
            return inf
        return max(log(self.waiting / (1.0 - share)) * self.handle / spare, 0.0)


# --- with a queue that people leave ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class ErlangA:
    """M/M/n+M (Palm): as Erlang C, but each caller gives up after an exponential time of mean `patience`.

    The states are those of a birth-death process; the wait V of a caller with endless patience has the density
    n μ p(n) exp(-n μ x + (λ/θ)(1 - exp(-θ x))), integrated here by incomplete gamma functions. O. Garnett,
    A. Mandelbaum, M. Reiman, "Designing a call center with impatient customers", M&SOM 4 (2002).
    """

    agents: int
    arrivals: float
    handle: float
    patience: float

    @cached_property
    def _states(self) -> tuple[float, float, float, float]:
        """log p(n), P(k ≥ n), E[number waiting], E[number busy]; weights as logarithms, so that none overflows."""
        places = np.arange(1, self._most() + 1)
        leaving = self.agents / self.handle + np.maximum(places - self.agents, 0) / self.patience
        down = np.where(places < self.agents, places / self.handle, leaving)
        weights = np.concatenate(([0.0], np.cumsum(log(self.arrivals) - np.log(down))))
        weights -= weights.max()
        chances = np.exp(weights)
        whole = chances.sum()
        queue = np.arange(len(chances)) - self.agents
        at_least = chances[self.agents :].sum() / whole
        waiting = (np.maximum(queue, 0) * chances).sum() / whole
        busy = (np.minimum(queue, 0) * chances).sum() / whole + self.agents
        return float(weights[self.agents] - log(whole)), float(at_least), float(waiting), float(busy)

    def _most(self) -> int:
        """A number in the system that is practically never passed."""
        scale = self.arrivals * self.patience
        fullest = max((self.arrivals - self.agents / self.handle) * self.patience, 0.0)
        spread = 12.0 * sqrt(scale + 1.0) + 50.0
        if self.load < self.agents:
            spread = min(spread, log(NEGLIGIBLE) / log(self.load / self.agents) + 1.0)
        return self.agents + ceil(fullest + spread)

    @property
    def load(self) -> float:
        return self.arrivals * self.handle

    @property
    def waiting(self) -> float:
        """P(W > 0)."""
        return self._states[1]

    @property
    def queue(self) -> float:
        """The mean number waiting."""
        return self._states[2]

    @property
    def abandoned(self) -> float:
        """The share of all calls that give up."""
        return self.queue / self.patience / self.arrivals

    @property
    def wait(self) -> float:
        """E[W] over all calls, those who give up included (Little's law)."""
        return self.queue / self.arrivals

    @property
    def occupancy(self) -> float:
        return self._states[3] / self.agents

    def beyond(self, time: float) -> float:
        """P(V > t): a caller with endless patience would wait longer than this."""
        return self._tail(time, 0)

    def served_beyond(self, time: float) -> float:
        """The share of all calls that are answered, but after this time."""
        return self._tail(time, 1)

    def service_level(self, within: float, definition: Definition = "offered") -> float:
        answered = 1.0 - self.abandoned
        good = answered - self.served_beyond(within)
        if definition == "virtual":
            return 1.0 - self.beyond(within)
        if definition == "offered":
            return good
        if definition == "answered":
            return good / answered
        return good / (1.0 - self._abandoned_before(within))

    def wait_at(self, share: float) -> float:
        """The time after which this share of all calls waits no longer (answered or given up)."""
        if 1.0 - self.waiting >= share:
            return 0.0
        high = self.handle
        while self._still_waiting(high) > 1.0 - share:
            high *= 2
        return float(brentq(lambda time: self._still_waiting(time) - (1.0 - share), 0.0, high))

    def _still_waiting(self, time: float) -> float:
        return exp(-time / self.patience) * self.beyond(time)

    def _abandoned_before(self, time: float) -> float:
        answered_meanwhile = self.served_beyond(0.0) - self.served_beyond(time)
        return self.waiting - self._still_waiting(time) - answered_meanwhile

    def _tail(self, time: float, order: int) -> float:
        """∫ from t of v(x) exp(-order θ x) dx; by u = (λ/θ) exp(-θ x) a lower incomplete gamma function γ(a, u(t)).

        Where that is tiny its series (NIST DLMF 8.7.1) is taken: a factor that overflows would meet one that vanishes.
        """
        gamma = self.agents * self.patience / self.handle
        scale = self.arrivals * self.patience
        power = gamma + order
        end = scale * exp(-time / self.patience)
        density = log(gamma) + self._states[0]
        if end < power:
            return exp(density + scale - end - power * time / self.patience - log(power)) * _series(power, end)
        whole = density + scale - power * log(scale) + float(gammaln(power))
        return exp(whole) * float(gammainc(power, end))


def _series(power: float, end: float) -> float:
    """Σ end^k / ((power+1) … (power+k)), for end < power."""
    total, term, place = 1.0, 1.0, 0
    while term > NEGLIGIBLE * total:
        place += 1
        term *= end / (power + place)
        total += term
    return total


def staff_for(
    arrivals: float, handle: float, patience: float, *, share: float, within: float, definition: Definition = "offered"
) -> int:
    """The fewest agents with whom this share is answered within that time (Erlang A)."""
    low, high = 0, max(ceil(arrivals * handle), 1)
    while ErlangA(high, arrivals, handle, patience).service_level(within, definition) < share:
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        good = ErlangA(middle, arrivals, handle, patience).service_level(within, definition) >= share
        low, high = (low, middle) if good else (middle, high)
    return high
