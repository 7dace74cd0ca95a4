"""How well a queue foretells its waits, and which of two ways of foretelling it trusts. Pure.

What was foretold when a caller came is set against what his wait turned out to be when he is answered. A caller who
gives up tells nothing of the wait he would have had, and is left out.
"""

from typing import Literal

import msgspec

from rexian.routing.waits import head_of_line

MEMORY = 200
"""What is learned follows about this many of the last callers who were answered after a wait."""
ENOUGH = 10
"""So many must have been seen before one way is believed to be better than the other."""

Way = Literal["length", "head"]
"""length: by the queue's length, speed and patience (QLm); head: by the wait of the head of the line (HOL)."""


class Forecast(msgspec.Struct, frozen=True, kw_only=True):
    """What was foretold, in seconds: the wait, by which way, and what each way went by (None: it could not be)."""

    wait_s: float
    way: Way
    length_s: float | None = None
    head_s: float | None = None
    """How long the head of the line had waited."""


class Errors(msgspec.Struct, kw_only=True):
    """Of one way of foretelling."""

    seen: int = 0
    squared: float = 0.0
    """Mean of (waited − foretold)² over the last callers, in seconds squared."""

    def learn(self, foretold_s: float, waited_s: float) -> None:
        self.seen += 1
        self.squared += ((waited_s - foretold_s) ** 2 - self.squared) / min(self.seen, MEMORY)


class Calibration(msgspec.Struct, kw_only=True):
    """What a queue has learned of its own forecasts."""

    length: Errors = msgspec.field(default_factory=Errors)
    head: Errors = msgspec.field(default_factory=Errors)
    late_s: float = 0.0
    """By how much the last callers waited for longer than the head of the line had when they came: the trend."""

    def learn(self, forecast: Forecast, waited_s: float) -> None:
        """A caller for whom this was foretold has been answered after `waited_s` seconds."""
        if forecast.length_s is not None:
            self.length.learn(forecast.length_s, waited_s)
        if forecast.head_s is not None:
            self.head.learn(head_of_line(forecast.head_s, late_s=self.late_s), waited_s)
            self.late_s += (waited_s - forecast.head_s - self.late_s) / min(self.head.seen, MEMORY)

    def forecast(self, length_s: float | None, head_s: float | None) -> Forecast | None:
        """The wait of one who comes now, by the way that has been nearer of late. None: nothing can be said.

        Where the speed or the patience has changed, the length misleads until they are learned anew; the head of the
        line needs neither (R. Ibrahim, W. Whitt, "Wait-time predictors for customer service systems with time-varying
        demand and capacity", Operations Research 59, 2011).
        """
        if head_s is not None and self.head.seen >= ENOUGH and (length_s is None or self._head_is_nearer):
            wait_s = head_of_line(head_s, late_s=self.late_s)
            return Forecast(wait_s=round(wait_s, 1), way="head", length_s=length_s, head_s=head_s)
        if length_s is None:
            return None
        return Forecast(wait_s=round(length_s, 1), way="length", length_s=length_s, head_s=head_s)

    @property
    def _head_is_nearer(self) -> bool:
        return self.length.seen >= ENOUGH and self.head.squared < self.length.squared
