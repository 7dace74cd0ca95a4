"""`rexian bench twin`: how many calls a second the twin simulates, beside simpy and ciw, and whether all are right.

One day of Garnett, Mandelbaum and Reiman's centre (50 agents, 48 calls a minute, one minute each, two minutes of
patience) in the same run: by the routing core, by the whole floor with the records' figures, by simpy, by ciw. Speeds
are calls per second of processor time on one core, the best of some runs, for a machine may be shared. Truth: each of
the four against exact Erlang A, and the routing core at more points, on M/M/n without patience (Erlang C) and on
L'Ecuyer's day, each with the confidence interval of independent days. So many comparisons are made that a 95 % interval
would miss some of them by chance: each has 99.9 %, which is 95 % for all together (Bonferroni).
"""

import argparse
import cProfile
import json
import pstats
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ciw
import simpy

from rexian.core.memory import keep_for_good
from rexian.routing.erlang import ErlangA, ErlangC
from rexian.twin import estimates
from rexian.twin.by_floor import FloorDay
from rexian.twin.by_routing import RoutingDay
from rexian.twin.customers import crowd
from rexian.twin.distributions import Exponential, Fixed, Mixture, Part
from rexian.twin.estimates import Estimate
from rexian.twin.outcome import Outcome
from rexian.twin.scenario import Callers, Crew, Scenario, Shift, Stream

AGENTS, CALLS_A_MINUTE, HANDLE_S, PATIENCE_S = 50, 48.0, 60.0, 120.0
WARM_UP_H = 1
CONFIDENCE = 0.999


def centre(
    agents: int, calls_a_minute: float, handle_s: float, patience_s: float | None, *, hours: int, seed: int = 1
) -> Scenario:
    """M/M/n(+M), counted after an hour of warming up, of so many hours."""
    callers = Callers(
        queue="service",
        patience=None if patience_s is None else Exponential(mean_s=patience_s),
        handling=Exponential(mean_s=handle_s),
    )
    return Scenario(
        seed=seed,
        streams=(Stream(interval_s=3600, calls=(calls_a_minute * 60,) * (hours + WARM_UP_H), callers=(callers,)),),
        crews=(Crew(name="all", agents=agents, queues=("service",), shifts=(Shift(ends="47:00"),)),),
        queues=({"name": "service"},),
        count_from=f"{WARM_UP_H:02}:00",
        count_until=f"{hours + WARM_UP_H:02}:00",
    )


AGENTS_BY_HOUR = (4, 6, 8, 8, 8, 7, 8, 8, 6, 6, 4, 4, 4)
CALLS_BY_HOUR = (100, 150, 150, 180, 200, 150, 150, 150, 120, 100, 80, 70, 60)
PUBLISHED_DAY = {"wait_s": (11.83, 1.75), "good": (0.853, 0.009), "lost": (0.0342, 0.0032)}
"""Means and half widths of 95 % intervals, per expected call: P. L'Ecuyer, E. Buist, "Simulation in Java with SSJ",
WSC 2005; parameters and results also in umontreal-simul/contactcenters (CallCenter.dat, CallCC.res)."""


def published_day() -> Scenario:
    """13 hours, agents by the hour, gamma busyness of shape 10; one in ten has no patience, the others 1000 s."""
    shifts = _shifts(AGENTS_BY_HOUR, first=8)
    patience = Mixture(parts=(Part(share=0.1, of=Fixed(value_s=0.0)), Part(share=0.9, of=Exponential(mean_s=1000.0))))
    callers = Callers(queue="calls", patience=patience, handling=Exponential(mean_s=100.0))
    return Scenario(
        streams=(
            Stream(begins="08:00", interval_s=3600, calls=CALLS_BY_HOUR, busyness_cv=0.1**0.5, callers=(callers,)),
        ),
        crews=tuple(Crew(queues=("calls",), shifts=mine) for mine in shifts),
        queues=({"name": "calls", "sl_threshold_s": 20},),
    )


def _shifts(agents: tuple[int, ...], *, first: int) -> list[tuple[Shift, ...]]:
    """For each of the most agents there ever are, the stretches of hours in which so many are there."""
    found = []
    for number in range(max(agents)):
        there = [hour for hour, count in enumerate(agents) if count > number]
        starts = [hour for hour in there if hour - 1 not in there]
        ends = [hour + 1 for hour in there if hour + 1 not in there]
        found.append(
            tuple(
                Shift(begins=f"{first + a:02}:00", ends=f"{first + b:02}:00") for a, b in zip(starts, ends, strict=True)
            )
        )
    return found


# --- the others -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Seen:
    """What another engine's day brought: (abandoned, calls), (waited, calls), (seconds of waiting, calls)."""

    calls: int
    abandoned: tuple[float, float]
    waited: tuple[float, float]
    wait_s: tuple[float, float]


def by_simpy(hours: int, seed: int) -> Seen:
    """A process per call: the request or the end of patience, whichever comes first."""
    chance = random.Random(seed)
    begins, ends = WARM_UP_H * 3600.0, (hours + WARM_UP_H) * 3600.0
    environment = simpy.Environment()
    agents = simpy.Resource(environment, capacity=AGENTS)
    waits: list[tuple[float, bool]] = []

    def customer() -> Any:
        arrived = environment.now
        with agents.request() as request:
            got = yield request | environment.timeout(chance.expovariate(1 / PATIENCE_S))
            if arrived >= begins:
                waits.append((environment.now - arrived, request not in got))
            if request in got:
                yield environment.timeout(chance.expovariate(1 / HANDLE_S))

    count = 0

    def arrivals() -> Any:
        nonlocal count
        while True:
            yield environment.timeout(chance.expovariate(CALLS_A_MINUTE / 60))
            if environment.now >= ends:
                return
            count += 1
            environment.process(customer())

    environment.process(arrivals())
    environment.run()
    return _seen(count, waits)


def by_ciw(hours: int, seed: int) -> Seen:
    """A node with reneging."""
    begins, ends = WARM_UP_H * 3600.0, (hours + WARM_UP_H) * 3600.0
    ciw.seed(seed)
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(rate=CALLS_A_MINUTE / 60)],
        service_distributions=[ciw.dists.Exponential(rate=1 / HANDLE_S)],
        number_of_servers=[AGENTS],
        reneging_time_distributions=[ciw.dists.Exponential(rate=1 / PATIENCE_S)],
    )
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_time(ends)
    records = list(simulation.get_all_records(only=["service", "renege"]))
    waits = [
        (each.waiting_time, each.record_type == "renege")
        for each in records
        if each.arrival_date >= begins and each.arrival_date < ends
    ]
    return _seen(len(records), waits)


def _seen(count: int, waits: list[tuple[float, bool]]) -> Seen:
    calls = len(waits)
    return Seen(
        count,
        (sum(gave_up for _, gave_up in waits), calls),
        (sum(wait_s > 1e-9 for wait_s, _ in waits), calls),
        (sum(wait_s for wait_s, _ in waits), calls),
    )


def ours(outcome: Outcome) -> Seen:
    whole = outcome.whole
    measures = estimates.MEASURES
    return Seen(outcome.calls, *(measures[name](whole) for name in ("abandon_rate", "waited", "wait_s")))


# --- measuring --------------------------------------------------------------------------------------------------------

Engine = Callable[[int, int], Seen]


def by_routing(hours: int, seed: int) -> Seen:
    people = crowd(centre(AGENTS, CALLS_A_MINUTE, HANDLE_S, PATIENCE_S, hours=hours, seed=seed))
    return ours(RoutingDay(people).run())


def by_floor(hours: int, seed: int) -> Seen:
    people = crowd(centre(AGENTS, CALLS_A_MINUTE, HANDLE_S, PATIENCE_S, hours=hours, seed=seed))
    return ours(FloorDay(people).run())


ENGINES: dict[str, Engine] = {"routing": by_routing, "floor": by_floor, "simpy": by_simpy, "ciw": by_ciw}


def speed_and_truth(engine: Engine, *, hours: int, days: int) -> dict[str, Any]:
    """Calls per second of processor time, all that a day needs included; and the days against exact Erlang A."""
    seen, best = [], 0.0
    for number in range(days):
        started = time.process_time()
        seen.append(engine(hours, 100 * number + 7))
        best = max(best, seen[-1].calls / (time.process_time() - started))
    exact = ErlangA(AGENTS, CALLS_A_MINUTE / 60, HANDLE_S, PATIENCE_S)
    compared = {
        "abandon": _against([each.abandoned for each in seen], exact.abandoned),
        "waited": _against([each.waited for each in seen], exact.waiting),
        "wait_s": _against([each.wait_s for each in seen], exact.wait),
    }
    return {
        "calls_per_s": round(best),
        "calls": sum(each.calls for each in seen),
        **compared,
        "agrees": all(each["agrees"] for each in compared.values()),
    }


def _against(quotients: list[tuple[float, float]], exact: float) -> dict[str, Any]:
    found = estimates.estimate(quotients, CONFIDENCE)
    assert found is not None
    return _said(found, exact)


def _said(found: Estimate, exact: float) -> dict[str, Any]:
    assert found.low is not None
    assert found.high is not None
    return {
        "value": round(found.value, 6),
        "ci": [round(found.low, 6), round(found.high, 6)],
        "exact": round(exact, 6),
        "agrees": found.holds(exact),
    }


POINTS = (
    (12, 4.2, 120.0, 60.0),
    (10, 14.0, 60.0, 60.0),
    (200, 195.0, 60.0, 180.0),
    (50, 48.0, 60.0, None),
    (12, 4.2, 120.0, None),
    (5, 4.0, 60.0, None),
)
"""Agents, calls a minute, seconds of handling and of patience (none: endless): the Montreal example, one in heavy
overload, a large centre; then Erlang C."""


def oracle(point: tuple[int, float, float, float | None], *, days: int, hours: int) -> dict[str, Any]:
    """A point of Erlang A or C by the routing core."""
    agents, rate, handle_s, patience_s = point
    scenario = centre(agents, rate, handle_s, patience_s, hours=hours, seed=11)
    outcomes = [RoutingDay(crowd(scenario, number)).run() for number in range(days)]
    whole = [outcome.whole for outcome in outcomes]
    exact: ErlangA | ErlangC
    if patience_s is None:
        exact = ErlangC(agents, rate / 60, handle_s)
    else:
        exact = ErlangA(agents, rate / 60, handle_s, patience_s)
    measures = estimates.MEASURES
    compared = {
        "waited": _against([measures["waited"](each) for each in whole], exact.waiting),
        "wait_s": _against([measures["wait_s"](each) for each in whole], exact.wait),
        "service_level": _against([measures["service_level"](each) for each in whole], exact.service_level(20.0)),
        "occupancy": _against([estimates.occupancy(each.duty) for each in outcomes], exact.occupancy),
    }
    if isinstance(exact, ErlangA):
        compared["abandon"] = _against([measures["abandon_rate"](each) for each in whole], exact.abandoned)
    return {
        "agents": agents,
        "load": round(rate / 60 * handle_s, 3),
        "patience_s": patience_s,
        "calls": sum(outcome.calls for outcome in outcomes),
        **compared,
        "agrees": all(each["agrees"] for each in compared.values()),
    }


def ecuyers_day(days: int) -> dict[str, Any]:
    """Published and simulated intervals must overlap. Who gave up within 20 s counts as good there."""
    expected = float(sum(CALLS_BY_HOUR))
    scenario = published_day()
    whole = [RoutingDay(crowd(scenario, number)).run().whole.sums for number in range(days)]
    quotients = {
        "wait_s": [((sums.answered_wait + sums.abandoned_wait).total_seconds(), expected) for sums in whole],
        "good": [(float(sums.answered_in_sl + sums.abandoned_in_sl), expected) for sums in whole],
        "lost": [(float(sums.abandoned), expected) for sums in whole],
    }
    told: dict[str, Any] = {}
    for name, (published, half) in PUBLISHED_DAY.items():
        found = estimates.estimate(quotients[name], CONFIDENCE)
        assert found is not None
        assert found.low is not None
        assert found.high is not None
        told[name] = {
            "value": round(found.value, 5),
            "ci": [round(found.low, 5), round(found.high, 5)],
            "published": [round(published - half, 5), round(published + half, 5)],
            "agrees": found.low <= published + half and found.high >= published - half,
        }
    return {"days": days, **told, "agrees": all(each["agrees"] for each in told.values())}


def profile(engine: Engine, hours: int) -> None:
    """Where the time goes."""
    profiler = cProfile.Profile()
    profiler.runcall(engine, hours, 1)
    pstats.Stats(profiler).sort_stats("tottime").print_stats(40)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="./rexian bench twin", description=__doc__)
    parser.add_argument("--json", type=Path, help="write the figures there")
    parser.add_argument("--days", type=int, default=20, help="independent days per engine and point")
    parser.add_argument("--hours", type=int, default=3, help="length of a day, after an hour of warming up")
    parser.add_argument("--profile", choices=ENGINES, help="only show where the time of this engine goes")
    chosen = parser.parse_args(arguments)
    if chosen.profile:
        profile(ENGINES[chosen.profile], chosen.hours)
        return 0
    keep_for_good()
    figures: dict[str, Any] = {}
    for name, engine in ENGINES.items():
        figures[name] = speed_and_truth(engine, hours=chosen.hours, days=chosen.days)
        print(json.dumps({name: figures[name]}), flush=True)
    points = []
    for point in POINTS:
        points.append(oracle(point, days=2 * chosen.days, hours=chosen.hours))
        print(json.dumps(points[-1]), flush=True)
    day = ecuyers_day(10 * chosen.days)
    print(json.dumps({"ecuyers_day": day}), flush=True)
    speed = {name: figures[name]["calls_per_s"] for name in ENGINES}
    told = {
        "routing_calls_per_s": speed["routing"],
        "floor_calls_per_s": speed["floor"],
        "vs_simpy": round(speed["routing"] / speed["simpy"], 2),
        "vs_ciw": round(speed["routing"] / speed["ciw"], 2),
        "engines": figures,
        "points": points,
        "ecuyers_day": day,
    }
    print(json.dumps({name: told[name] for name in list(told)[:4]}), flush=True)
    if chosen.json:
        chosen.json.write_text(json.dumps(told, indent=2) + "\n")
    right = [*figures.values(), *points, day]
    return 0 if all(each["agrees"] for each in right) else 1


if __name__ == "__main__":
    raise SystemExit(main())
