"""`rexian bench floor`: how many whole calls a second the pure floor decides, and whether a day of it is right.

Speed: a greeting with a menu cut short by a key, queue, offer, answer, bridge, hang-up, wrap-up, on one core; with the
simulated switch and made-up customers, and the floor alone. Truth: days of M/M/n+M against exact Erlang A, with the
95 % confidence interval of the mean over independent days.
"""

import argparse
import cProfile
import json
import pstats
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, stdev
from typing import Any

from scipy.stats import t as student

from bench.centre import GREETING, WAITS, Centre, Day, Scenario, day
from rexian.core.memory import keep_for_good
from rexian.floor.decide import decide
from rexian.floor.state import State
from rexian.routing.erlang import ErlangA

BUSY = Scenario(
    agents=400,
    calls_per_s=10.0,
    handle_s=20.0,
    patience_s=120.0,
    wrap_up_s=10,
    document=GREETING,
    key="1",
)
POINTS = (
    Scenario(agents=50, calls_per_s=48 / 60, handle_s=60.0, patience_s=120.0),
    Scenario(agents=12, calls_per_s=4.2 / 60, handle_s=120.0, patience_s=60.0),
    Scenario(agents=10, calls_per_s=14 / 60, handle_s=60.0, patience_s=60.0),
)
"""Garnett, Mandelbaum and Reiman's centre; the Montreal example; one in heavy overload."""
WARM_UP_S = 1800.0


def speed(calls: int) -> dict[str, Any]:
    """Whole calls per second of processor time, with customers and switch and for the floor alone.

    The floor alone decides the same inputs once more, from a tape. The best of three, for a machine may be shared.
    """
    whole = alone = 0.0
    for seed in range(3):
        centre = Centre(BUSY, seed=seed)
        started = time.process_time()
        centre.run(calls / BUSY.calls_per_s)
        whole = max(whole, centre.calls / (time.process_time() - started))
        alone = max(alone, _alone(calls, seed))
    return {
        "calls_per_s": round(whole),
        "floor_calls_per_s": round(alone),
        "decisions_per_call": round(centre.decisions / centre.calls, 1),
        "facts_per_call": round(centre.facts / centre.calls, 1),
    }


def _alone(calls: int, seed: int) -> float:
    """Calls per second when nothing but `decide` runs."""
    centre = Centre(BUSY, seed=seed)
    centre.tape = []
    centre.run(calls / BUSY.calls_per_s)
    state = State(BUSY.directory())
    started = time.process_time()
    for input, now in centre.tape:
        decide(state, input, now)
    return centre.calls / (time.process_time() - started)


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean over independent days and the half-width of its 95 % confidence interval (Student's t)."""

    mean: float
    half: float

    def holds(self, exact: float) -> bool:
        return abs(self.mean - exact) <= self.half


def mean(values: list[float]) -> Mean:
    quantile = float(student.ppf(0.975, len(values) - 1))
    return Mean(fmean(values), quantile * stdev(values) / len(values) ** 0.5)


def truth(scenario: Scenario, *, days: int, hours: float, seed: int = 100) -> dict[str, Any]:
    """Simulated days against the exact formula."""
    seen: list[Day] = [
        day(Centre(scenario, seed=seed + number, keep=WAITS), warm_up_s=WARM_UP_S, until_s=WARM_UP_S + hours * 3600)
        for number in range(days)
    ]
    assert scenario.patience_s is not None
    exact = ErlangA(scenario.agents, scenario.calls_per_s, scenario.handle_s, scenario.patience_s)
    abandon = mean([one.abandoned for one in seen])
    waited = mean([one.waited for one in seen])
    wait = mean([one.wait_s for one in seen])
    return {
        "agents": scenario.agents,
        "load": round(exact.load, 3),
        "calls": sum(one.calls for one in seen),
        "abandon": round(abandon.mean, 6),
        "abandon_exact": round(exact.abandoned, 6),
        "ci": [round(abandon.mean - abandon.half, 6), round(abandon.mean + abandon.half, 6)],
        "waited": round(waited.mean, 5),
        "waited_exact": round(exact.waiting, 5),
        "waited_ci": [round(waited.mean - waited.half, 5), round(waited.mean + waited.half, 5)],
        "wait_s": round(wait.mean, 4),
        "wait_s_exact": round(exact.wait, 4),
        "wait_s_ci": [round(wait.mean - wait.half, 4), round(wait.mean + wait.half, 4)],
        "agrees": abandon.holds(exact.abandoned) and waited.holds(exact.waiting) and wait.holds(exact.wait),
    }


def profile(calls: int) -> None:
    """Where the time goes."""
    centre = Centre(BUSY)
    profiler = cProfile.Profile()
    profiler.runcall(centre.run, calls / BUSY.calls_per_s)
    pstats.Stats(profiler).sort_stats("tottime").print_stats(45)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="./rexian bench floor", description=__doc__)
    parser.add_argument("--json", type=Path, help="write the figures there")
    parser.add_argument("--calls", type=int, default=10_000, help="calls per speed run")
    parser.add_argument("--days", type=int, default=10, help="independent days per point")
    parser.add_argument("--hours", type=float, default=4.0, help="length of a day, after half an hour of warming up")
    parser.add_argument("--profile", action="store_true", help="only show where the time goes")
    chosen = parser.parse_args(arguments)
    if chosen.profile:
        profile(chosen.calls)
        return 0
    keep_for_good()
    figures = speed(chosen.calls)
    print(json.dumps(figures), flush=True)
    points = []
    for scenario in POINTS:
        points.append(truth(scenario, days=chosen.days, hours=chosen.hours))
        print(json.dumps(points[-1]), flush=True)
    first = points[0]
    figures |= {name: first[name] for name in ("abandon", "abandon_exact", "ci")} | {"points": points}
    if chosen.json:
        chosen.json.write_text(json.dumps(figures, indent=2) + "\n")
    return 0 if all(point["agrees"] for point in points) else 1


if __name__ == "__main__":
    raise SystemExit(main())
