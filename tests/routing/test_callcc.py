"""A day of a small centre whose figures are published (P. L'Ecuyer, SSJ/contactcenters example CallCC), simulated.

The matching core serves it: what waits and who is idle go through `routing.matching`, everything else is an agenda.
"""

import heapq
import random
from datetime import UTC, datetime, timedelta

import pytest
from bench.floor import mean

from rexian.core.ids import AgentId, QueueId
from rexian.routing.matching import Matching

AGENTS = (4, 6, 8, 8, 8, 7, 8, 8, 6, 6, 4, 4, 4)
CALLS_AN_HOUR = (100, 150, 150, 180, 200, 150, 150, 150, 120, 100, 80, 70, 60)
EXPECTED = sum(CALLS_AN_HOUR)
HANDLE_S, PATIENCE_S, GOOD_S, NO_PATIENCE = 100.0, 1000.0, 20.0, 0.1
QUEUE = QueueId("calls")
START = datetime(2026, 1, 5, 8, tzinfo=UTC)


class Day:
    """Waits of all, how many were served within 20 s, how many gave up."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.matching = Matching()
        self.agenda: list[tuple[float, int, str, str]] = []
        self.turn = 0
        self.present = 0
        self.busy: set[AgentId] = set()
        self.waiting: dict[str, float] = {}
        self.wait_s = self.good = self.lost = 0.0
        busyness = self.chance.gammavariate(10, 0.1)
        for hour, calls in enumerate(CALLS_AN_HOUR):
            self.later(hour * 3600, "shift", str(AGENTS[hour]))
            at = hour * 3600 + self.chance.expovariate(calls * busyness / 3600)
            while at < (hour + 1) * 3600:
                self.later(at, "call", f"c{self.turn}")
                at += self.chance.expovariate(calls * busyness / 3600)

    def later(self, at: float, what: str, who: str) -> None:
        self.turn += 1
        heapq.heappush(self.agenda, (at, self.turn, what, who))

    def run(self) -> "Day":
        while self.agenda:
            at, _, what, who = heapq.heappop(self.agenda)
            getattr(self, what)(at, who)
            for match in self.matching.match(START + timedelta(seconds=at)):
                self.begin(at, match.item, match.agent)
        return self

    def shift(self, at: float, count: str) -> None:
        before, self.present = self.present, int(count)
        for number in range(before, self.present):
            if AgentId(f"a{number}") not in self.busy:
                self.free(at, AgentId(f"a{number}"))
        for number in range(self.present, before):
            self.matching.busy(AgentId(f"a{number}"))

    def free(self, at: float, agent: AgentId) -> None:
        self.matching.idle(agent, since=START + timedelta(seconds=at), queues=(QUEUE,))

    def call(self, at: float, who: str) -> None:
        self.waiting[who] = at
        self.matching.enqueue(who, QUEUE, priority=0, since=START + timedelta(seconds=at))
        patience = 0.0 if self.chance.random() < NO_PATIENCE else self.chance.expovariate(1 / PATIENCE_S)
        self.later(at + patience, "give_up", who)

    def give_up(self, at: float, who: str) -> None:
        began = self.waiting.pop(who, None)
        if began is not None:
            self.matching.withdraw(who)
            self.lost += 1
            self.wait_s += at - began
            self.good += at - began < GOOD_S

    def begin(self, at: float, who: str, agent: AgentId) -> None:
        waited = at - self.waiting.pop(who)
        self.wait_s += waited
        self.good += waited < GOOD_S
        self.busy.add(agent)
        self.later(at + self.chance.expovariate(1 / HANDLE_S), "done", agent)

    def done(self, at: float, who: str) -> None:
        self.busy.discard(AgentId(who))
        if int(who[1:]) < self.present:
            self.free(at, AgentId(who))


@pytest.mark.slow
def test_the_published_day_comes_out_of_the_matching_core() -> None:
    """Published (95 %), per 1660 expected calls: wait 11.83 ± 1.75 s, good .853 ± .009, lost .0342 ± .0032."""
    days = [Day(seed).run() for seed in range(100)]
    for published, half, figure in ((11.83, 1.75, "wait_s"), (0.853, 0.009, "good"), (0.0342, 0.0032, "lost")):
        ours = mean([getattr(day, figure) / EXPECTED for day in days])
        assert abs(ours.mean - published) <= ours.half + half, figure
