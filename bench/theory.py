"""Days of theory through the matching core: what waits and who is idle go through it, the rest is an agenda.

One item type is one queue. Times are minutes; the engine sees them as seconds of a made-up day.
"""

import argparse
import heapq
import json
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import sqrt
from pathlib import Path
from random import Random
from statistics import fmean
from typing import Any

from bench.floor import mean
from rexian.core.ids import AgentId, QueueId
from rexian.routing.erlang import ErlangA, ErlangC
from rexian.routing.matching import Matching
from rexian.routing.rules import Rules, SkillLevel, TopDown
from rexian.routing.waits import expected_wait

START = datetime(2026, 1, 5, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Server:
    """An agent who serves `rate` contacts a minute from these queues."""

    id: AgentId
    queues: tuple[QueueId, ...]
    rate: float = 1.0
    skills: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Seen:
    """What a day brought after warming up: the wait of each who was served, and what was predicted as he came."""

    waits: list[float] = field(default_factory=list)
    lost: int = 0
    busy: dict[AgentId, float] = field(default_factory=dict)
    predicted: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    """Predictor → (predicted, waited) of those who had to wait and were served."""

    @property
    def waited(self) -> float:
        return fmean(wait > 1e-9 for wait in self.waits)

    @property
    def wait(self) -> float:
        return fmean(self.waits)

    def within(self, time: float) -> float:
        return fmean(wait <= time for wait in self.waits)

    def occupancy(self, kind: str, minutes: float) -> float:
        """The share of this time that the agents whose ids begin so were with a contact."""
        lasted = [busy for agent, busy in self.busy.items() if agent.startswith(kind)]
        return fmean(lasted) / minutes

    def error(self, predictor: str) -> float:
        """Root of the mean squared error, relative to the mean wait, of those who were delayed."""
        pairs = self.predicted[predictor]
        squared = fmean((predicted - waited) ** 2 for predicted, waited in pairs)
        return sqrt(squared) / fmean(waited for _, waited in pairs)


class Day:
    """Poisson arrivals to each queue, exponential service, patience and all."""

    def __init__(
        self,
        servers: Sequence[Server],
        arrivals: dict[QueueId, float],
        rules: dict[QueueId, Rules],
        *,
        seed: int,
        patience: float | None = None,
        predicts: bool = False,
    ) -> None:
        self.chance = Random(seed)
        self.servers = {server.id: server for server in servers}
        self.arrivals = arrivals
        self.patience = patience
        self.predicts = predicts
        self.matching = Matching(rules, list(self.servers), explains=False)
        for server in servers:
            self.matching.know(server.id, skills=server.skills)
        self.agenda: list[tuple[float, int, Callable[[float, str], None], str]] = []
        self.turn = self.came = 0
        self.line: dict[str, tuple[float, QueueId]] = {}
        self.expected: dict[str, tuple[float, float, float, float]] = {}
        self.order: deque[str] = deque()
        self.last_wait = 0.0
        self.rate = sum(server.rate for server in servers)
        self.warm_up = 0.0
        self.seen = Seen(predicted={name: [] for name in PREDICTORS})

    def run(self, until: float, *, warm_up: float) -> Seen:
        self.warm_up = warm_up
        for server in self.servers.values():
            self._free(0.0, server.id)
        for queue in self.arrivals:
            self._later(self.chance.expovariate(self.arrivals[queue]), self._come, queue)
        while self.agenda and self.agenda[0][0] < until:
            at, _, act, who = heapq.heappop(self.agenda)
            act(at, who)
            for match in self.matching.match(moment(at)):
                self._serve(at, match.item, match.agent)
        return self.seen

    def _later(self, at: float, act: Callable[[float, str], None], who: str) -> None:
        self.turn += 1
        heapq.heappush(self.agenda, (at, self.turn, act, who))

    def _come(self, at: float, queue: str) -> None:
        self.came += 1
        item, name = f"i{self.came}", QueueId(queue)
        self._later(at + self.chance.expovariate(self.arrivals[name]), self._come, queue)
        if self.predicts:
            self._predict(at, item)
        self.line[item] = (at, name)
        self.matching.enqueue(item, name, priority=0, since=moment(at))
        if self.patience is not None:
            self._later(at + self.chance.expovariate(1 / self.patience), self._give_up, item)

    def _give_up(self, at: float, item: str) -> None:
        began = self.line.pop(item, None)
        if began is not None:
            self.matching.withdraw(item)
            self.seen.lost += began[0] >= self.warm_up

    def _serve(self, at: float, item: str, agent: AgentId) -> None:
        began, _ = self.line.pop(item)
        wait = at - began
        lasts = self.chance.expovariate(self.servers[agent].rate)
        self._later(at + lasts, self._free, agent)
        if wait > 0:
            self.last_wait = wait
        if began >= self.warm_up:
            self.seen.waits.append(wait)
            self.seen.busy[agent] = self.seen.busy.get(agent, 0.0) + lasts
            for name, predicted in zip(PREDICTORS, self.expected.pop(item, ()), strict=False):
                if wait > 1e-9:
                    self.seen.predicted[name].append((predicted, wait))

    def _free(self, at: float, agent: str) -> None:
        server = self.servers[AgentId(agent)]
        self.matching.idle(server.id, since=moment(at), queues=server.queues, skills=server.skills)

    def _predict(self, at: float, item: str) -> None:
        """By queue length, without and with patience; the last who was served after waiting; the head of the line."""
        while self.order and self.order[0] not in self.line:
            self.order.popleft()
        ahead, count = len(self.line), len(self.servers)
        head = at - self.line[self.order[0]][0] if self.order else 0.0
        by_length = expected_wait(ahead, agents=count, handle_s=count / self.rate) or 0.0
        with_patience = expected_wait(ahead, agents=count, handle_s=count / self.rate, patience_s=self.patience) or 0.0
        self.expected[item] = (by_length, with_patience, self.last_wait, head)
        self.order.append(item)


PREDICTORS = ("QL", "QLm", "LES", "HOL")


def moment(at: float) -> datetime:
    """Minutes of the day as a time."""
    return START + timedelta(minutes=at)


# --- the questions --------------------------------------------------------------------------------------------------


def chained(skills: int, *, seed: int, until: float, types: int = 6, each: int = 15, load: float = 14.0) -> Seen:
    """Six types of 14 erlangs each and 90 agents with so many skills in a chain; the fewest skills first, longest wait.

    W. Whitt, R. Wallace, "A staffing algorithm for call centers with skill-based routing", M&SOM 7 (2005). An agent
    who knows the type best is its first choice: rank 1 for his own type, 2 for the next in his chain, and so on.
    """
    queues = [QueueId(f"type {number}") for number in range(types)]
    servers, ranks = [], {queue: {} for queue in queues}  # type: ignore[var-annotated]
    for number in range(types * each):
        own = number % types
        id = AgentId(f"a{number:03}")
        order = [queues[(own + step) % types] for step in range(skills)]
        servers.append(Server(id, tuple(order)))
        for rank, queue in enumerate(order, 1):
            ranks[queue][id] = rank
    rules = {queue: Rules(strategy=TopDown(), ranks=ranks[queue]) for queue in queues}
    return Day(servers, dict.fromkeys(queues, load), rules, seed=seed).run(until, warm_up=until / 10)


def paced(
    strategy: Any, *, seed: int, until: float, fast: float = 1.25, slow: float = 0.75, load: float = 46.0
) -> Seen:
    """25 agents who serve at 1.25 a minute and 25 at 0.75, 46 calls a minute: the fastest first, or the longest idle.

    M. Armony, "Dynamic routing in large-scale service systems with heterogeneous servers", Queueing Systems 51 (2005).
    """
    queue = QueueId("calls")
    servers = [Server(AgentId(f"f{n:02}"), (queue,), 1.25, {"speed": 9}) for n in range(25)]
    servers += [Server(AgentId(f"s{n:02}"), (queue,), 0.75, {"speed": 1}) for n in range(25)]
    rules = Rules(strategy=strategy, requirement="speed >= 1")
    return Day(servers, {queue: load}, {queue: rules}, seed=seed).run(until, warm_up=until / 10)


FASTEST_FIRST = SkillLevel(prefer="best")


def predicted(*, load: float, patience: float | None, seed: int, until: float, agents: int = 100) -> Seen:
    """M/M/100 with and without patience: how far predictions of the wait are off.

    R. Ibrahim, W. Whitt, "Real-time delay estimation in overloaded multiserver queues with abandonments", Management
    Science 55 (2009).
    """
    queue = QueueId("calls")
    servers = [Server(AgentId(f"a{n:03}"), (queue,)) for n in range(agents)]
    day = Day(servers, {queue: load}, {queue: Rules()}, seed=seed, patience=patience, predicts=True)
    return day.run(until, warm_up=until / 10)


def report(days: int, until: float) -> dict[str, Any]:
    """All the questions, each over independent days, with the half-width of its 95 % confidence interval."""
    found: dict[str, Any] = {}
    for skills in (1, 2, 3, 6):
        seen = [chained(skills, seed=seed, until=until) for seed in range(days)]
        found[f"chain of {skills}"] = figures(seen, ("waited", "wait"))
    found["pooled exactly"] = {"waited": ErlangC(90, 84.0, 1.0).waiting, "wait": ErlangC(90, 84.0, 1.0).wait}
    for name, strategy in (("fastest first", FASTEST_FIRST), ("longest idle", Rules().strategy)):
        found[name] = figures([paced(strategy, seed=seed, until=until) for seed in range(days)], ("wait",))
    for name, load, patience in (("ρ .95", 95.0, None), ("λ 140, θ 1", 140.0, 1.0), ("λ 120, θ .5", 120.0, 2.0)):
        seen = [predicted(load=load, patience=patience, seed=seed, until=until) for seed in range(days)]
        found[name] = {predictor: interval([day.error(predictor) for day in seen]) for predictor in PREDICTORS}
        if patience is not None:
            lost = [day.lost / (day.lost + len(day.waits)) for day in seen]
            found[name] |= {"lost": interval(lost), "lost_exact": ErlangA(100, load, 1.0, patience).abandoned}
    return found


def figures(seen: list[Seen], names: tuple[str, ...]) -> dict[str, list[float]]:
    return {name: interval([getattr(day, name) for day in seen]) for name in names}


def interval(values: list[float]) -> list[float]:
    found = mean(values)
    return [round(found.mean, 5), round(found.half, 5)]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="./rexian bench theory", description=__doc__)
    parser.add_argument("--json", type=Path, help="write the figures there")
    parser.add_argument("--days", type=int, default=10, help="independent days per question")
    parser.add_argument("--minutes", type=float, default=1000.0, help="length of a day")
    chosen = parser.parse_args(arguments)
    found = report(chosen.days, chosen.minutes)
    print(json.dumps(found, indent=2, ensure_ascii=False))
    if chosen.json:
        chosen.json.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
