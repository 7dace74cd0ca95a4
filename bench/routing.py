"""`rexian bench routing`: how many decisions a second the matching takes in a large centre, and how the cost grows.

A centre of 10,000 waiting, 5,000 agents, 200 skills and 300 queues: every strategy, expressions, rings, ageing, head
starts, deadlines, balance, lending and preferred agents are mixed over the queues. A decision is one event (a customer
comes, gives up, is moved or made more urgent, or goes on to a wider ring; an agent is free or goes away) with all that
is matched by it and the reasons, measured one by one. Whoever is given a customer is free again after a while, so that
the centre stays as full as it was. Growth: the same at a hundredth, a tenth and the whole of it.
"""

import argparse
import cProfile
import heapq
import json
import pstats
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import quantiles
from typing import Any

from rexian.core.ids import AgentId, QueueId, TeamId
from rexian.routing.matching import Matching
from rexian.routing.rules import (
    FewestContacts,
    LeastTalkTime,
    Loan,
    LongestIdle,
    LowestOccupancy,
    Order,
    ProgressiveRing,
    Ring,
    RingAll,
    RoundRobin,
    Rules,
    SkillLevel,
    Strategy,
    TopDown,
    WeightedRandom,
)
from rexian.routing.work import Work

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
WHOLE = {"waiting": 10_000, "agents": 5_000, "skills": 200, "queues": 300}
PARTS = {"1×": 100, "10×": 10, "100×": 1}
STRATEGIES: tuple[Strategy, ...] = (
    LongestIdle(),
    LongestIdle(since="contact"),
    LongestIdle(since="this_queue"),
    RoundRobin(),
    FewestContacts(),
    FewestContacts(of="this_queue"),
    LeastTalkTime(),
    LowestOccupancy(),
    RingAll(at_most=3),
    ProgressiveRing(),
    TopDown(),
    WeightedRandom(),
    SkillLevel(),
    SkillLevel(prefer="just_enough"),
)
EVENTS = {"comes": 40, "free": 40, "gives up": 8, "widens": 6, "more urgent": 3, "moved": 1, "goes away": 2}
"""Of a hundred events."""


class Crowd:
    """The centre and its people. `part`: which part of the whole it is."""

    def __init__(self, part: int, seed: int = 1) -> None:
        self.chance = Random(seed)
        self.now = START
        sizes = {name: max(count // part, 2) for name, count in WHOLE.items()}
        self.queues = [QueueId(f"q{number:03}") for number in range(sizes["queues"])]
        self.skills = [f"s{number:03}" for number in range(sizes["skills"])]
        self.teams = [TeamId(f"t{number:03}") for number in range(max(sizes["agents"] // 20, 1))]
        self.agents = [AgentId(f"a{number:05}") for number in range(sizes["agents"])]
        self.rules = {queue: self._rules(queue, number) for number, queue in enumerate(self.queues)}
        self.asked = {queue: self._asked() for queue in self.queues}
        self.people = {agent: self._person() for agent in self.agents}
        self.matching = Matching(self.rules, self.agents, thresholds=dict.fromkeys(self.queues, 20.0))
        for agent, person in self.people.items():
            self.matching.know(agent, skills=person["skills"], team=person["team"])
        self.waiting: list[str] = []
        self.places: dict[str, int] = {}
        self.rows: dict[str, dict[str, Any]] = {}
        self.busy: list[tuple[datetime, AgentId]] = []
        self.came = 0
        self.full = sizes["waiting"]
        self._fill(sizes["waiting"])

    # --- who is who

    def _rules(self, queue: QueueId, number: int) -> Rules:
        one, many = self.chance.choice, self.chance.sample
        skills = many(self.skills, min(3, len(self.skills)))
        expression = f"{skills[0]} >= 2 and ({skills[1 % len(skills)]} >= 3 or {skills[-1]} >= 1)"
        order = one(
            [
                Order(),
                Order(ageing=1.5),
                Order(by="deadline", weight=2.0),
                Order(head_start_s=60.0),
                Order(by="balance", share=one([1.0, 2.0])),
            ]
        )
        agents = many(self.agents, min(20, len(self.agents)))
        return Rules(
            strategy=STRATEGIES[number % len(STRATEGIES)],
            requirement=expression if one([True, False]) else "",
            rings=(
                Ring(after_s=20, lower=2),
                Ring(after_s=40, requirement="", priority=2),
                Ring(after_s=60, teams=(one(self.teams),)),
            ),
            order=order,
            ranks=dict(zip(agents, range(1, 21), strict=False)),
            grades={agent: one([2, 5, 9]) for agent in agents},
            lending=(Loan(to=one(self.queues), waiting_at_most=5, when_waiting_above=20),)
            if one([True, False, False])
            else (),
        )

    def _asked(self) -> list[dict[str, int]]:
        """What customers of a queue ask for: four kinds."""
        return [
            {
                skill: self.chance.randint(1, 5)
                for skill in self.chance.sample(self.skills, min(count, len(self.skills)))
            }
            for count in (0, 1, 1, 2)
        ]

    def _person(self) -> dict[str, Any]:
        chance = self.chance
        queues = tuple(chance.sample(self.queues, min(6, len(self.queues))))
        own = {skill for queue in queues for asked in self.asked[queue] for skill in asked if chance.random() < 0.5}
        other = chance.sample(self.skills, min(6, len(self.skills)))
        return {
            "queues": queues,
            "skills": {skill: chance.randint(1, 9) for skill in sorted({*own, *other})},
            "team": chance.choice(self.teams),
            "work": Work(
                contacts={queue: chance.randint(0, 30) for queue in queues},
                talk_s=chance.uniform(0, 9000),
                last=START,
                ended=dict.fromkeys(queues, START),
                load=chance.random(),
                load_at=START,
            ),
        }

    # --- what happens

    def _fill(self, waiting: int) -> None:
        """As many wait as should, and nearly all agents have somebody."""
        for _ in range(waiting):
            self.comes()
            self.now += timedelta(milliseconds=20)
        for agent in self.agents:
            heapq.heappush(self.busy, (self.now + timedelta(seconds=self.chance.expovariate(1 / 100)), agent))

    def draw(self) -> str:
        """What comes next."""
        what = self.chance.choices(list(EVENTS), weights=list(EVENTS.values()))[0]
        if len(self.waiting) < self.full and what in ("gives up", "widens", "more urgent", "moved"):
            return "comes"
        return what

    def comes(self) -> None:
        self.came += 1
        item = f"c{self.came:07}"
        queue = self.chance.choice(self.queues)
        prefers = (self.chance.choice(self.agents),) if self.chance.random() < 0.1 else ()
        wants = self.matching.at_once(queue)
        row = {
            "queue": queue,
            "priority": self.chance.choice([0, 0, 0, 1, 5]),
            "since": self.now,
            "skills": self.chance.choice(self.asked[queue]),
            "ring": 0,
            "prefers": prefers,
            "wants": wants,
        }
        self._keep(item, row)
        self.matching.enqueue(item, **row)

    def free(self) -> None:
        if self.busy:
            _, agent = heapq.heappop(self.busy)
            self.matching.idle(agent, since=self.now, **self.people[agent])

    def gives_up(self) -> None:
        item = self.chance.choice(self.waiting)
        self._drop(item)
        self.matching.withdraw(item)

    def widens(self) -> None:
        self._change("ring", lambda row: min(row["ring"] + 1, 3))

    def more_urgent(self) -> None:
        self._change("priority", lambda row: row["priority"] + 3)

    def moved(self) -> None:
        self._change("queue", lambda row: self.chance.choice(self.queues))

    def _change(self, name: str, renewed: Any) -> None:
        item = self.chance.choice(self.waiting)
        row = self.rows[item]
        row[name] = renewed(row)
        self.matching.enqueue(item, **row)

    def goes_away(self) -> None:
        agent = self.chance.choice(self.agents)
        if self.matching.people[agent].room:
            self.matching.busy(agent)
            heapq.heappush(self.busy, (self.now + timedelta(seconds=60), agent))

    def begin(self, found: list[Any]) -> None:
        """Those who were matched talk; the centre is as full as before, for as many come as are served."""
        for match in found:
            heapq.heappush(self.busy, (self.now + timedelta(seconds=self.chance.expovariate(1 / 100)), match.agent))
            if match.item in self.rows:
                self._drop(match.item)
                self.matching.withdraw(match.item)

    def _keep(self, item: str, row: dict[str, Any]) -> None:
        self.places[item] = len(self.waiting)
        self.waiting.append(item)
        self.rows[item] = row

    def _drop(self, item: str) -> None:
        place, last = self.places.pop(item), self.waiting.pop()
        if last != item:
            self.waiting[place] = last
            self.places[last] = place
        del self.rows[item]


def run(part: int, decisions: int, *, warm_up: int) -> dict[str, Any]:
    """So many decisions, each measured alone; the making up of events is not counted."""
    crowd = Crowd(part)
    acts = {name: getattr(crowd, name.replace(" ", "_")) for name in EVENTS}
    matching = crowd.matching
    while matching.changed:
        crowd.begin(matching.match(crowd.now))
    took: list[int] = []
    by_kind: Counter[str] = Counter()
    spent: Counter[str] = Counter()
    matched = 0
    for number in range(warm_up + decisions):
        crowd.now += timedelta(milliseconds=20)
        what = crowd.draw()
        state = _Clocked(matching)
        crowd.matching = state  # type: ignore[assignment]
        acts[what]()
        found = state.match(crowd.now)
        crowd.matching = matching
        crowd.begin(found)
        if number >= warm_up:
            took.append(state.spent)
            by_kind[what] += 1
            spent[what] += state.spent
            matched += len(found)
    cuts = quantiles(took, n=1000)
    return {
        "waiting": len(crowd.waiting),
        "agents": len(crowd.agents),
        "queues": len(crowd.queues),
        "idle": matching.people.idle.bit_count(),
        "matched": matched,
        "decisions_per_s": round(len(took) / (sum(took) / 1e9)),
        "mean_us": round(sum(took) / len(took) / 1e3, 2),
        "p50_us": round(cuts[499] / 1e3, 2),
        "p99_ms": round(cuts[989] / 1e6, 4),
        "p999_ms": round(cuts[998] / 1e6, 4),
        "by_kind_us": {what: round(spent[what] / by_kind[what] / 1e3, 2) for what in by_kind},
    }


class _Clocked:
    """The matching with a stop-watch on the processor's time: whatever is asked of it is measured, and nothing else."""

    def __init__(self, matching: Matching) -> None:
        self._matching = matching
        self.spent = 0

    def __getattr__(self, name: str) -> Any:
        inner = getattr(self._matching, name)
        if not callable(inner) or name in ("at_once", "people"):
            return inner

        def timed(*arguments: Any, **named: Any) -> Any:
            started = time.thread_time_ns()
            result = inner(*arguments, **named)
            self.spent += time.thread_time_ns() - started
            return result

        return timed


def profile(decisions: int) -> None:
    """Where the time goes."""
    profiler = cProfile.Profile()
    profiler.runcall(run, 1, decisions, warm_up=0)
    pstats.Stats(profiler).sort_stats("tottime").print_stats(40)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="./rexian bench routing", description=__doc__)
    parser.add_argument("--json", type=Path, help="write the figures there")
    parser.add_argument("--decisions", type=int, default=40_000, help="decisions that are measured")
    parser.add_argument("--profile", action="store_true", help="only show where the time goes")
    chosen = parser.parse_args(arguments)
    if chosen.profile:
        profile(chosen.decisions)
        return 0
    sizes = {}
    for name, part in PARTS.items():
        sizes[name] = run(part, chosen.decisions, warm_up=chosen.decisions // 2)
        print(json.dumps({name: sizes[name]}, ensure_ascii=False), flush=True)
    whole = sizes["100×"]
    figures = {
        "decisions_per_s": whole["decisions_per_s"],
        "p99_ms": whole["p99_ms"],
        "growth": {name: size["mean_us"] for name, size in sizes.items()},
        "growth_p99_ms": {name: size["p99_ms"] for name, size in sizes.items()},
        "sizes": sizes,
    }
    print(json.dumps({name: figures[name] for name in ("decisions_per_s", "p99_ms", "growth")}, ensure_ascii=False))
    if chosen.json:
        chosen.json.write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
