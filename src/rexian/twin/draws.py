"""Chance, so dealt that two settings see the same customers.

Every number a call needs comes from a substream of its own: by the seed, the purpose (patience, handling …), the stream
of calls, the attempt, and the call's place in the stream. A setting that uses one number more or less changes no other.
Philox: J. Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC'11.
"""

from zlib import crc32

import numpy as np
from numpy.random import Generator, Philox

from rexian.twin.special import Numbers


def uniforms(seed: int, purpose: str, size: int) -> Numbers:
    """`size` numbers in [0, 1); a longer answer begins with the shorter one."""
    return Generator(Philox(key=[seed, crc32(purpose.encode())])).random(size)


class Substream:
    """One purpose's numbers by place, dealt in blocks as far as they are asked for."""

    def __init__(self, seed: int, purpose: str) -> None:
        self._seed, self._purpose = seed, purpose
        self._numbers: list[float] = []

    def at(self, place: int) -> float:
        while place >= len(self._numbers):
            size = max(256, 2 * len(self._numbers), place + 1)
            self._numbers = uniforms(self._seed, self._purpose, size).tolist()
        return self._numbers[place]


class Draws:
    """A day's chance. `at` is for single numbers, `many` for the first `size` of a substream."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._substreams: dict[str, Substream] = {}

    def at(self, purpose: str, place: int) -> float:
        found = self._substreams.get(purpose)
        if found is None:
            found = self._substreams[purpose] = Substream(self.seed, purpose)
        return found.at(place)

    def many(self, purpose: str, size: int) -> Numbers:
        return uniforms(self.seed, purpose, size)


def unit_arrivals(draws: Draws, purpose: str, until: float) -> Numbers:
    """The times before `until` of a Poisson process of rate 1: a longer one begins with the shorter one."""
    size = int(until + 6.0 * until**0.5) + 16
    while True:
        times = np.cumsum(-np.log1p(-draws.many(purpose, size)))
        if times[-1] >= until:
            found: Numbers = times[: int(np.searchsorted(times, until))]
            return found
        size *= 2
