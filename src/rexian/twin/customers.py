"""The customers of one simulated day: when each calls, and what he is like."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf

import numpy as np

from rexian.twin.distributions import Distribution
from rexian.twin.draws import Draws, unit_arrivals
from rexian.twin.scenario import Callers, Replay, Scenario, Stream, seconds
from rexian.twin.special import Numbers, gamma_quantile


class Customer:
    """One call's customer. Times in seconds; `at_s` after midnight. `attempt` 0 is the first call."""

    __slots__ = ("at_s", "attempt", "callers", "handling_s", "number", "patience_s", "place", "stream")

    def __init__(
        self,
        place: int,
        stream: int,
        number: str,
        callers: Callers,
        at_s: float,
        patience_s: float,
        handling_s: float,
        attempt: int = 0,
    ) -> None:
        self.place, self.stream, self.number, self.callers = place, stream, number, callers
        self.at_s, self.patience_s, self.handling_s, self.attempt = at_s, patience_s, handling_s, attempt


@dataclass(frozen=True, slots=True)
class Crowd:
    """All customers of a day in order of their first calls, and the chance that they were drawn with."""

    scenario: Scenario
    draws: Draws
    customers: list[Customer]

    def again(self, customer: Customer, now_s: float) -> Customer | None:
        """The call that one who has given up makes later, if he does."""
        retrials = self.scenario.retrials
        if retrials.share <= 0 or customer.attempt >= retrials.most:
            return None
        attempt = customer.attempt + 1
        if self._chance("retries", customer, attempt) >= retrials.share:
            return None
        delay = _one(retrials.delay, self._chance("retry delay", customer, attempt))
        patience = customer.callers.patience
        return Customer(
            customer.place,
            customer.stream,
            customer.number,
            customer.callers,
            now_s + delay,
            inf if patience is None else _one(patience, self._chance("patience", customer, attempt)),
            _one(customer.callers.handling, self._chance("handling", customer, attempt)),
            attempt,
        )

    def of(self, customer: Customer, purpose: str, distribution: Distribution, turn: int = 0) -> float:
        """A further length of time of this call; `turn` counts what happens more than once in it."""
        return _one(distribution, self.chance(customer, purpose, turn))

    def chance(self, customer: Customer, purpose: str, turn: int = 0) -> float:
        return self._chance(f"{purpose} {turn}" if turn else purpose, customer, customer.attempt)

    def _chance(self, purpose: str, customer: Customer, attempt: int) -> float:
        return self.draws.at(_purpose(purpose, customer.stream, attempt), customer.place)


def crowd(scenario: Scenario, replication: int = 0) -> Crowd:
    """The customers of one day; another `replication` is another day, the same one the same day in any setting."""
    draws = Draws(scenario.seed + replication)
    found: list[Customer] = []
    streams: list[Stream | Replay] = [*scenario.streams, *scenario.replays]
    for index, stream in enumerate(streams):
        times = _replayed(stream) if isinstance(stream, Replay) else _times(stream, draws, index)
        found += _people(stream, index, times, draws)
    found.sort(key=lambda customer: customer.at_s)
    return Crowd(scenario, draws, found)


def _replayed(stream: Replay) -> Numbers:
    return np.asarray(stream.at_s, dtype=np.float64)


def _times(stream: Stream, draws: Draws, index: int) -> Numbers:
    """Non-homogeneous Poisson by the inverse of the expected count: the n-th customer stays the n-th at other rates."""
    begins = seconds(stream.begins)
    expected = np.concatenate(([0.0], np.cumsum(stream.calls)))
    edges = begins + stream.interval_s * np.arange(len(expected))
    busyness = 1.0
    if stream.busyness_cv > 0:
        shape = stream.busyness_cv**-2
        busyness = float(gamma_quantile(shape, draws.at("busyness", index))) / shape
    units = unit_arrivals(draws, _purpose("arrivals", index, 0), float(expected[-1] * busyness))
    return np.interp(units / busyness, expected, edges) if busyness > 0 else units[:0]


def _people(stream: Stream | Replay, index: int, times: Numbers, draws: Draws) -> Iterator[Customer]:
    size = len(times)
    edges = np.cumsum([callers.share for callers in stream.callers])
    which = np.searchsorted(edges / edges[-1], draws.many(_purpose("callers", index, 0), size), side="right")
    which = np.minimum(which, len(stream.callers) - 1)
    patience = np.full(size, inf)
    handling = np.empty(size)
    impatience = draws.many(_purpose("patience", index, 0), size)
    length = draws.many(_purpose("handling", index, 0), size)
    for number, callers in enumerate(stream.callers):
        here = which == number
        handling[here] = callers.handling.quantile(length[here])
        if callers.patience is not None:
            patience[here] = callers.patience.quantile(impatience[here])
    rows = zip(which.tolist(), times.tolist(), patience.tolist(), handling.tolist(), strict=True)
    for place, (kind, at_s, patience_s, handling_s) in enumerate(rows):
        yield Customer(place, index, stream.number, stream.callers[kind], at_s, patience_s, handling_s)


def _purpose(purpose: str, stream: int, attempt: int) -> str:
    return f"{purpose}/{stream}/{attempt}"


def _one(distribution: Distribution, chance: float) -> float:
    return float(distribution.quantile(np.array([chance]))[0])
