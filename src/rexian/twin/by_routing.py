"""The quick depth: the routing core alone, with queues, agents and patience; no calls, no flow, no journal.

Who gets whom is decided by `routing.matching`, the same code that serves the floor; the rest is an agenda.
"""

from datetime import UTC, datetime, time, timedelta
from heapq import heappop, heappush
from math import inf
from typing import Any
from zoneinfo import ZoneInfo

from rexian.core.errors import Invalid
from rexian.core.ids import AgentId, QueueId
from rexian.routing.matching import Match, Matching
from rexian.routing.model import Queue
from rexian.routing.rings import goes_to, next_due, next_ring
from rexian.routing.rules import Custom, LongestIdle, ProgressiveRing, RingAll
from rexian.routing.work import Work
from rexian.twin.customers import Crowd, Customer
from rexian.twin.distributions import Fixed
from rexian.twin.outcome import ABANDONED, ANSWERED, FLOW_OUT, WAITING, Duty, Outcome, Visits, Window
from rexian.twin.scenario import Crew, Scenario, agents, ids, kinds, rules, seconds


class Wait:
    """One stay in a queue."""

    __slots__ = ("agent", "began_s", "customer", "item", "missed", "queue", "ring", "since_s")

    def __init__(self, item: str, customer: Customer, queue: Queue, began_s: float) -> None:
        self.item, self.customer, self.queue, self.began_s = item, customer, queue, began_s
        self.since_s = began_s - customer.callers.head_start_s
        self.ring = 0
        self.agent: Server | None = None
        """Whose phone rings for him."""
        self.missed = 0


class Server:
    """One agent."""

    __slots__ = (
        "busy", "came_s", "crew", "handling_s", "id", "misses", "present", "present_s", "queues", "work", "wraps",
    )  # fmt: skip

    def __init__(self, id: AgentId, crew: Crew, queues: tuple[QueueId, ...]) -> None:
        self.id, self.crew, self.queues = id, crew, queues
        self.present = self.busy = False
        self.came_s = self.handling_s = self.present_s = 0.0
        self.misses = 0
        self.wraps = crew.wrap_up
        self.work: Work | None = None
        """What he has done in his shift, where a strategy weighs it."""


class RoutingDay:
    """Runs one day. What is due lies in `_agenda`: (when, turn, what to do, with whom)."""

    def __init__(self, crowd: Crowd) -> None:
        scenario = crowd.scenario
        self._crowd = crowd
        self._scenario = scenario
        self._midnight = datetime.combine(scenario.day, time(), ZoneInfo(scenario.zone)).astimezone(UTC)
        self._asked_s, self._asked = 0.0, self._midnight
        """The time that was asked for last: one event asks for the same again and again."""
        self._rules: dict[QueueId, Queue] = {queue.id: queue for queue in rules(scenario).values()}
        self._ids = ids(scenario)
        _require_simple(scenario)
        staff = agents(scenario)
        self._matching = Matching(
            {id: queue.rules for id, queue in self._rules.items()},
            list(staff),
            thresholds={id: queue.sl_threshold_s for id, queue in self._rules.items()},
            explains=False,
        )
        self._weighs = any(queue.rules.strategy != LongestIdle() for queue in self._rules.values())
        self._agenda: list[tuple[float, int, Any, Any]] = []
        self._turn = 0
        self._waits: dict[str, Wait] = {}
        self._staff: dict[QueueId, int] = {}
        self._visits = Visits(scenario)
        self._window = Window(scenario)
        self._servers: dict[AgentId, Server] = {}
        self._calls = self._retries = 0
        for id, crew in staff.items():
            self._hire(id, crew)

    def run(self) -> Outcome:
        """Until nothing is left to happen."""
        arrivals = self._crowd.customers
        agenda, matching = self._agenda, self._matching
        place, count = 0, len(arrivals)
        while True:
            next_s = arrivals[place].at_s if place < count else inf
            if agenda and agenda[0][0] <= next_s:
                now, _, happen, whom = heappop(agenda)
                happen(now, whom)
            elif place < count:
                now = next_s
                self._call(now, arrivals[place])
                place += 1
            else:
                return self._outcome()
            if matching.changed:
                for match in matching.match(self._at(now)):
                    self._offer(now, match)

    def _outcome(self) -> Outcome:
        for wait in self._waits.values():
            self._visits.add((self._visits.number[wait.queue.id], wait.began_s, 0.0, WAITING, 0.0))
        crews: dict[str, Duty] = {}
        for server in self._servers.values():
            crews[server.crew.name] = crews.get(server.crew.name, Duty()).plus(
                Duty(server.handling_s, server.present_s)
            )
        queues, intervals = self._visits.counted()
        return Outcome(self._calls, self._retries, queues, intervals, crews)

    def _later(self, when: float, happen: Any, whom: Any) -> None:
        self._turn += 1
        heappush(self._agenda, (when, self._turn, happen, whom))

    def _at(self, now: float) -> datetime:
        if now != self._asked_s:
            self._asked_s, self._asked = now, self._midnight + timedelta(seconds=now)
        return self._asked

    # --- agents

    def _hire(self, id: AgentId, crew: Crew) -> None:
        server = Server(id, crew, tuple(self._ids[queue] for queue in crew.queues))
        server.work = Work() if self._weighs else None
        self._servers[id] = server
        for shift in crew.shifts:
            self._later(seconds(shift.begins), self._come, server)
            self._later(seconds(shift.ends), self._go, server)

    def _come(self, now: float, server: Server) -> None:
        if server.present:
            return
        server.present = True
        if not server.busy:
            self._arrive_at_work(now, server)
            self._free(now, server)

    def _arrive_at_work(self, now: float, server: Server) -> None:
        server.came_s = now
        if server.work is not None:
            server.work.begin(self._at(now))
        for queue in server.queues:
            self._staff[queue] = self._staff.get(queue, 0) + 1

    def _go(self, now: float, server: Server) -> None:
        server.present = False
        if not server.busy:
            self._matching.busy(server.id)
            self._leave_work(now, server)

    def _leave_work(self, now: float, server: Server) -> None:
        server.present_s += self._window.part(server.came_s, now)
        if server.work is not None:
            server.work.go(self._at(now))
        for queue in server.queues:
            self._staff[queue] -= 1
            if not self._staff[queue] and self._rules[queue].when_no_agents == "exit":
                for wait in [wait for wait in self._waits.values() if wait.queue.id == queue]:
                    self._leave(now, wait, FLOW_OUT)

    def _free(self, now: float, server: Server) -> None:
        """Ready again; or gone, when his shift is over."""
        server.busy = False
        if server.present:
            self._matching.idle(
                server.id,
                since=self._at(now),
                queues=server.queues,
                skills=server.crew.skills,
                work=server.work,
                misses=server.misses,
            )
        else:
            self._leave_work(now, server)

    # --- customers

    def _call(self, now: float, customer: Customer) -> None:
        self._calls += 1
        callers = customer.callers
        if not callers.queue:
            return
        queue = self._rules[self._ids[callers.queue]]
        wait = Wait(f"c{self._calls}", customer, queue, now)
        if queue.when_no_agents == "exit" and not self._staff.get(queue.id):
            self._visits.add((self._visits.number[queue.id], now, 0.0, FLOW_OUT, 0.0))
            return
        self._waits[wait.item] = wait
        self._line_up(wait)
        if customer.patience_s < inf:
            self._later(now + customer.patience_s, self._give_up, wait)
        if queue.max_wait_s is not None:
            self._later(now + queue.max_wait_s, self._time_out, wait)
        if queue.rules.rings:
            self._look_at_rings(wait)

    def _line_up(self, wait: Wait) -> None:
        queue, callers = wait.queue, wait.customer.callers
        self._matching.enqueue(
            wait.item,
            queue.id,
            priority=queue.priority if callers.priority is None else callers.priority,
            since=self._at(wait.since_s),
            skills={**queue.skills, **callers.skills} if callers.skills else queue.skills,
            ring=wait.ring,
        )

    def _look_at_rings(self, wait: Wait) -> None:
        due = next_due(wait.queue.rules, ring=wait.ring, entered=self._at(wait.began_s))
        if due is not None:
            self._later((due - self._midnight).total_seconds(), self._widen, wait)

    def _widen(self, now: float, wait: Wait) -> None:
        """The next ring; the last one may lead to another queue, where he keeps his age."""
        if wait.item not in self._waits:
            return
        rules, entered = wait.queue.rules, self._at(wait.began_s)
        wait.ring = next_ring(rules, ring=wait.ring, entered=entered, expected_wait_s=None, now=self._at(now))
        goal = goes_to(rules, wait.ring)
        if goal is None or goal not in self._rules:
            if wait.agent is None:
                self._line_up(wait)
            self._look_at_rings(wait)
        elif wait.agent is None:
            self._move(now, wait, self._rules[goal])

    def _move(self, now: float, wait: Wait, queue: Queue) -> None:
        self._leave(now, wait, FLOW_OUT)
        moved = Wait(wait.item + "+", wait.customer, queue, now)
        moved.since_s = wait.since_s
        self._waits[moved.item] = moved
        self._line_up(moved)
        gone_s = now - (wait.since_s + wait.customer.callers.head_start_s)
        if wait.customer.patience_s < inf:
            self._later(now + max(wait.customer.patience_s - gone_s, 0.0), self._give_up, moved)
        if queue.max_wait_s is not None:
            self._later(now + queue.max_wait_s, self._time_out, moved)
        if queue.rules.rings:
            self._look_at_rings(moved)

    def _give_up(self, now: float, wait: Wait) -> None:
        if wait.item in self._waits:
            self._leave(now, wait, ABANDONED)
            again = self._crowd.again(wait.customer, now)
            if again is not None:
                self._retries += 1
                self._later(again.at_s, self._call, again)

    def _time_out(self, now: float, wait: Wait) -> None:
        if wait.item in self._waits:
            self._leave(now, wait, FLOW_OUT)

    def _leave(self, now: float, wait: Wait, how: int) -> None:
        del self._waits[wait.item]
        self._visits.add((self._visits.number[wait.queue.id], wait.began_s, now - wait.began_s, how, 0.0))
        if wait.agent is None:
            self._matching.withdraw(wait.item)
        else:
            self._free(now, wait.agent)

    # --- offers

    def _offer(self, now: float, match: Match) -> None:
        wait, server = self._waits[match.item], self._servers[match.agent]
        server.busy = True
        if self._weighs:
            self._matching.took_turn(match.queue, match.agent)
        crew = server.crew
        if crew.misses and self._crowd.chance(wait.customer, "misses", wait.missed) < crew.misses:
            wait.agent = server
            self._later(now + wait.queue.ring_timeout_s, self._miss, (wait, server))
            return
        ringing = crew.ringing
        rings_s = (
            ringing.value_s
            if type(ringing) is Fixed
            else self._crowd.of(wait.customer, "ringing", ringing, wait.missed)
        )
        if rings_s > wait.queue.ring_timeout_s:
            wait.agent = server
            self._later(now + wait.queue.ring_timeout_s, self._miss, (wait, server))
        elif rings_s > 0:
            wait.agent = server
            self._later(now + rings_s, self._answer, (wait, server))
        else:
            self._connect(now, wait, server)

    def _answer(self, now: float, offer: tuple[Wait, Server]) -> None:
        wait, server = offer
        if wait.agent is server and wait.item in self._waits:
            self._connect(now, wait, server)

    def _miss(self, now: float, offer: tuple[Wait, Server]) -> None:
        wait, server = offer
        if wait.agent is not server or wait.item not in self._waits:
            return
        wait.agent = None
        wait.missed += 1
        server.misses += 1
        self._line_up(wait)
        if server.misses >= wait.queue.max_misses:
            server.misses = 0
            self._later(now + server.crew.returns_s, self._free, server)
        else:
            self._free(now, server)

    def _connect(self, now: float, wait: Wait, server: Server) -> None:
        del self._waits[wait.item]
        server.misses = 0
        talk_s = wait.customer.handling_s / server.crew.pace
        wrap_s = float(self._scenario.wrap_up_s if wait.queue.wrap_up_s is None else wait.queue.wrap_up_s)
        if server.wraps is not None and wrap_s > 0:
            wrap_s = min(wrap_s, self._crowd.of(wait.customer, "wrap-up", server.wraps))
        ends = now + talk_s + wrap_s
        server.handling_s += self._window.part(now, ends)
        number = self._visits.number[wait.queue.id]
        self._visits.add((number, wait.began_s, now - wait.began_s, ANSWERED, talk_s + wrap_s))
        if server.work is None:
            self._later(ends, self._free, server)
        else:
            server.work.weigh(self._at(now), busy=False, ready=True)
            self._later(ends, self._finish, (server, wait.queue.id, talk_s))

    def _finish(self, now: float, done: tuple[Server, QueueId, float]) -> None:
        server, queue, talk_s = done
        assert server.work is not None
        server.work.weigh(self._at(now), busy=True, ready=False)
        server.work.finish(queue, talk_s, self._at(now))
        self._free(now, server)


def unsuited(scenario: Scenario) -> Queue | None:
    """The first queue that needs more of the floor than the routing core; none: the core alone can serve all."""
    return next((queue for queue in rules(scenario).values() if not _suits(queue, scenario)), None)


def _suits(queue: Queue, scenario: Scenario) -> bool:
    rules = queue.rules
    if isinstance(rules.strategy, RingAll | ProgressiveRing | Custom) or rules.preferred.agents:
        return False
    if rules.lending or rules.reserve.agents or any(exit.when != "closed" for exit in queue.exits):
        return False
    if "callback" in queue.comfort and any(callers.callback for callers in kinds(scenario)):
        return False
    if queue.keep_place_s and scenario.retrials.share:
        return False
    return all(ring.wait_above_s is None and not ring.teams for ring in rules.rings)


def _require_simple(scenario: Scenario) -> None:
    """Raises `Invalid` for rules that need more of the floor than the routing core."""
    if (queue := unsuited(scenario)) is not None:
        raise Invalid(
            "twin.depth",
            f"The rules of the queue {queue.name!r} need the whole floor; simulate it in depth `floor`.",
            queue=queue.name,
        )
