"""Sums over queue visits, and the figures that follow from them. Totals only: a mean is made at the very end."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import msgspec

from rexian.insight.formulas import DEFAULT_SERVICE_LEVEL, Counts, service_level
from rexian.interactions.model import NOTHING, Visit, VisitEnd


class Sums(msgspec.Struct, frozen=True):
    """Of a set of visits. `plus` and `minus` are exact; the longest wait and the thresholds only ever grow."""

    offered: int = 0
    answered: int = 0
    answered_in_sl: int = 0
    abandoned: int = 0
    abandoned_in_sl: int = 0
    short_abandoned: int = 0
    flow_out: int = 0
    answered_wait: timedelta = NOTHING
    abandoned_wait: timedelta = NOTHING
    handling: timedelta = NOTHING
    longest_wait: timedelta = NOTHING
    foretold: int = 0
    """Answered after a wait that had been foretold."""
    foretold_miss: timedelta = NOTHING
    """Their waits, less what was foretold."""
    foretold_off: timedelta = NOTHING
    """How far that was off, whichever way."""
    sl_thresholds: frozenset[timedelta] = frozenset()
    short_abandons: frozenset[timedelta] = frozenset()

    @classmethod
    def of(cls, visit: Visit) -> "Sums":
        """One visit's share."""
        answered, abandoned = visit.end is VisitEnd.ANSWERED, visit.end is VisitEnd.ABANDONED
        in_time = visit.wait <= visit.sl_threshold
        miss = visit.wait - visit.foretold if answered and visit.foretold is not None else None
        return cls(
            offered=1,
            answered=int(answered),
            answered_in_sl=int(answered and in_time),
            abandoned=int(abandoned),
            abandoned_in_sl=int(abandoned and in_time),
            short_abandoned=int(visit.short),
            flow_out=int(visit.end is VisitEnd.FLOW_OUT),
            answered_wait=visit.wait if answered else NOTHING,
            abandoned_wait=visit.wait if abandoned else NOTHING,
            handling=visit.talk + visit.hold + visit.consult + visit.wrap_up,
            longest_wait=visit.wait,
            foretold=int(miss is not None),
            foretold_miss=miss or NOTHING,
            foretold_off=abs(miss or NOTHING),
            sl_thresholds=frozenset({visit.sl_threshold}),
            short_abandons=frozenset({visit.short_abandon}),
        )

    def plus(self, other: "Sums", sign: int = 1) -> "Sums":
        return Sums(
            offered=self.offered + sign * other.offered,
            answered=self.answered + sign * other.answered,
            answered_in_sl=self.answered_in_sl + sign * other.answered_in_sl,
            abandoned=self.abandoned + sign * other.abandoned,
            abandoned_in_sl=self.abandoned_in_sl + sign * other.abandoned_in_sl,
            short_abandoned=self.short_abandoned + sign * other.short_abandoned,
            flow_out=self.flow_out + sign * other.flow_out,
            answered_wait=self.answered_wait + sign * other.answered_wait,
            abandoned_wait=self.abandoned_wait + sign * other.abandoned_wait,
            handling=self.handling + sign * other.handling,
            longest_wait=max(self.longest_wait, other.longest_wait),
            foretold=self.foretold + sign * other.foretold,
            foretold_miss=self.foretold_miss + sign * other.foretold_miss,
            foretold_off=self.foretold_off + sign * other.foretold_off,
            sl_thresholds=self.sl_thresholds | other.sl_thresholds,
            short_abandons=self.short_abandons | other.short_abandons,
        )

    def minus(self, other: "Sums") -> "Sums":
        return self.plus(other, -1)

    @property
    def counts(self) -> Counts:
        return Counts(
            answered=self.answered,
            answered_in_sl=self.answered_in_sl,
            abandoned=self.abandoned,
            abandoned_in_sl=self.abandoned_in_sl,
            short_abandoned=self.short_abandoned,
            flow_out=self.flow_out,
        )

    @property
    def waiting(self) -> int:
        return self.offered - self.answered - self.abandoned - self.flow_out


def total(sums: Iterable[Sums]) -> Sums:
    result = Sums()
    for each in sums:
        result = result.plus(each)
    return result


FORMULA_OF = {
    "offered": "O1",
    "answered": "A1",
    "abandoned": "B1",
    "short_abandoned": "BS1",
    "flow_out": "F1",
    "abandon_rate": "AR1",
    "abandon_rate_without_short": "AR2",
    "asa_s": "ASA1",
    "ata_s": "ATA1",
    "aht_s": "AHT1",
    "longest_wait_s": "LW1",
    "foretold": "EW1",
    "wait_bias_s": "EW2",
    "wait_error_s": "EW3",
}
"""Which formula each figure of a queue is computed by; `service_level` names its own."""


def figures(sums: Sums, formula: str = DEFAULT_SERVICE_LEVEL) -> dict[str, Any]:
    """The published numbers; rates between 0 and 1, none where there is nothing to divide by."""
    return {
        "offered": sums.offered,
        "answered": sums.answered,
        "abandoned": sums.abandoned,
        "short_abandoned": sums.short_abandoned,
        "flow_out": sums.flow_out,
        "waiting": sums.waiting,
        "answered_in_sl": sums.answered_in_sl,
        "service_level": service_level(sums.counts, formula),
        "abandon_rate": _share(sums.abandoned, sums.offered),
        "abandon_rate_without_short": _share(
            sums.abandoned - sums.short_abandoned, sums.offered - sums.short_abandoned
        ),
        "asa_s": mean_s(sums.answered_wait, sums.answered),
        "ata_s": mean_s(sums.abandoned_wait, sums.abandoned),
        "aht_s": mean_s(sums.handling, sums.answered),
        "longest_wait_s": sums.longest_wait.total_seconds(),
        "foretold": sums.foretold,
        "wait_bias_s": mean_s(sums.foretold_miss, sums.foretold),
        "wait_error_s": mean_s(sums.foretold_off, sums.foretold),
        "sl_threshold_s": sorted(each.total_seconds() for each in sums.sl_thresholds),
        "short_abandon_s": sorted(each.total_seconds() for each in sums.short_abandons),
    }


def mean_s(total: timedelta, count: int) -> float | None:
    return total.total_seconds() / count if count else None


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
