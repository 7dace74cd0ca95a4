"""The rules of routing read plainly: all items, all agents, again and again. What the index must agree with."""

from datetime import datetime
from hashlib import blake2b
from math import inf, log
from typing import Any

from rexian.core.ids import AgentId, QueueId
from rexian.routing.lending import Known
from rexian.routing.requirement import compared, suffices
from rexian.routing.rings import scope
from rexian.routing.rules import (
    HELD,
    Custom,
    FewestContacts,
    LeastTalkTime,
    LongestIdle,
    LowestOccupancy,
    ProgressiveRing,
    RingAll,
    RoundRobin,
    Rules,
    SkillLevel,
    TopDown,
    WeightedRandom,
)
from rexian.routing.work import MEMORY_S, Work

Row = dict[str, Any]


class Plain:
    """The same face as the index, as far as the tests speak to it."""

    def __init__(self, rules: dict[QueueId, Rules], agents: list[AgentId], thresholds: dict[QueueId, float]) -> None:
        self.rules = rules
        self.numbers = {agent: number for number, agent in enumerate(agents)}
        self.thresholds = thresholds
        self.items: dict[str, Row] = {}
        self.agents: dict[AgentId, Row] = {}
        self.known: dict[QueueId, Known] = {}
        self.turns: dict[QueueId, int] = {}
        self.called: dict[QueueId, str] = {}

    # --- what happens

    def enqueue(self, item: str, queue: QueueId, **row: Any) -> None:
        self.items[item] = {
            "id": item,
            "queue": queue,
            "skills": {},
            "ring": 0,
            "prefers": (),
            "wants": 1,
            "kind": "call",
        } | row
        self.items[item].setdefault("rung", ())

    def withdraw(self, item: str) -> None:
        self.items.pop(item, None)

    def reprioritise(self, item: str, priority: int) -> None:
        self.items[item]["priority"] = priority

    def idle(self, agent: AgentId, **row: Any) -> None:
        self.agents[agent] = {
            "id": agent,
            "team": None,
            "work": Work(),
            "misses": 0,
            "room": 1,
            "refuses": frozenset(),
            "disturbed": False,
        } | row

    def busy(self, agent: AgentId) -> None:
        self.agents.pop(agent, None)

    def learn(self, queue: QueueId, known: Known) -> None:
        self.known[queue] = known

    def call_reserve(self, queue: QueueId, because: str) -> None:
        self.called[queue] = because

    # --- the rule

    def match(self, now: datetime) -> list[tuple[str, AgentId]]:
        found = []
        while (pair := self.first(now)) is not None:
            item, agent = pair
            found.append((item["id"], agent["id"]))
            self.turns[item["queue"]] = self.numbers[agent["id"]]
            item["wants"] -= 1
            item["rung"] = (*item["rung"], agent["id"])
            if item["wants"] <= 0:
                del self.items[item["id"]]
            agent["room"] -= 1
            if agent["room"] == 0:
                del self.agents[agent["id"]]
        return found

    def first(self, now: datetime) -> tuple[Row, Row] | None:
        able = {item["id"]: self.able(item) for item in self.items.values()}
        possible = [item for item in self.items.values() if able[item["id"]]]
        balanced = [item for item in possible if self.rules[item["queue"]].order.by == "balance"]
        if balanced:
            ahead = min(balanced, key=lambda item: self.by_balance(item, now))
            possible = [item for item in possible if item not in balanced or item is ahead]
        if not possible:
            return None
        item = min(possible, key=lambda item: self.rank(item, now))
        return item, self.chosen(item, able[item["id"]])

    def rank(self, item: Row, now: datetime) -> tuple[Any, ...]:
        rules = self.rules[item["queue"]]
        order = rules.order
        waited = (now - item["since"]).total_seconds() + order.head_start_s
        points = item["priority"] + self.scope(item).priority + order.ageing / 60 * waited
        urgency = waited - (self.thresholds[item["queue"]] if order.by == "deadline" else 0)
        return (bool(item["rung"]), -points, -(urgency * order.weight if urgency > 0 else urgency), item["id"])

    def by_balance(self, item: Row, now: datetime) -> tuple[Any, ...]:
        rung, points, urgency, id = self.rank(item, now)
        counts = {queue: self.count(queue) for queue, rules in self.rules.items() if rules.order.by == "balance"}
        shares = sum(self.rules[queue].order.share for queue in counts)
        queue = item["queue"]
        excess = counts[queue] - self.rules[queue].order.share / shares * sum(counts.values())
        return (rung, points, -excess, urgency, id)

    def count(self, queue: QueueId) -> int:
        return sum(1 for item in self.items.values() if item["queue"] == queue and not item["rung"])

    def scope(self, item: Row) -> Any:
        skills = tuple(sorted(item["skills"].items()))
        return scope(self.rules[item["queue"]], skills, item["ring"])

    def able(self, item: Row) -> list[Row]:
        asked = self.scope(item)
        return [
            agent
            for agent in self.agents.values()
            if self.may_serve(agent, item, asked.teams)
            and agent["id"] not in item["rung"]
            and item["kind"] not in agent["refuses"]
            and suffices(agent["skills"], asked.requirement)
        ]

    def may_serve(self, agent: Row, item: Row, teams: tuple[Any, ...]) -> bool:
        if item["ring"] == HELD and item["prefers"]:
            return agent["id"] in item["prefers"]
        queue = item["queue"]
        return (
            self.works_in(agent, queue)
            or agent["team"] in teams
            or any(self.lends(donor, queue) for donor in agent["queues"] if self.works_in(agent, donor))
        )

    def works_in(self, agent: Row, queue: QueueId) -> bool:
        """Who is in reserve there does only while it is called."""
        in_reserve = agent["id"] in self.rules[queue].reserve.agents
        return queue in agent["queues"] and (not in_reserve or bool(self.called.get(queue)))

    def lends(self, donor: QueueId, borrower: QueueId) -> bool:
        for loan in self.rules[donor].lending:
            here, there = self.known.get(donor, Known()), self.known.get(borrower, Known())
            ready = sum(1 for agent in self.agents.values() if self.works_in(agent, donor) and takes_calls(agent))
            conditions = [
                loan.to == borrower,
                self.count(borrower) > loan.when_waiting_above,
                loan.waiting_at_most is None or self.count(donor) <= loan.waiting_at_most,
                loan.keep_ready == 0 or ready > loan.keep_ready,
                loan.wait_below_s is None
                or (here.expected_wait_s is not None and here.expected_wait_s < loan.wait_below_s),
                loan.service_level_above is None
                or (here.service_level is not None and here.service_level > loan.service_level_above),
                loan.when_wait_above_s is None
                or (there.expected_wait_s is not None and there.expected_wait_s > loan.when_wait_above_s),
            ]
            if all(conditions):
                return True
        return False

    def chosen(self, item: Row, able: list[Row]) -> Row:
        for id in item["prefers"]:
            for agent in able:
                if agent["id"] == id:
                    return agent
        able = [agent for agent in able if not agent["disturbed"]] or able
        rules, queue = self.rules[item["queue"]], item["queue"]
        eager = [agent for agent in able if not agent["misses"]] or able
        longest = sorted(able, key=idleness)
        match rules.strategy:
            case LongestIdle(since="ready") | RingAll() | ProgressiveRing():
                return longest[0]
            case LongestIdle(since=since):
                return min(able, key=lambda agent: (bool(agent["misses"]), since_contact(agent, since, queue)))
            case RoundRobin():
                last = self.turns.get(queue, -1)
                return min(eager, key=lambda agent: (self.numbers[agent["id"]] <= last, self.numbers[agent["id"]]))
            case FewestContacts(of="this_queue"):
                return least(able, lambda agent: agent["work"].contacts.get(queue, 0))
            case FewestContacts():
                return least(able, lambda agent: sum(agent["work"].contacts.values()))
            case LeastTalkTime():
                return least(able, lambda agent: agent["work"].talk_s)
            case LowestOccupancy():
                return least(able, load)
            case TopDown():
                return least(able, lambda agent: rules.ranks.get(agent["id"], 1001))
            case SkillLevel(prefer=prefer):
                names = list(dict.fromkeys(each.skill for each in compared(self.scope(item).requirement)))
                sign = -1 if prefer == "best" else 1
                return min(
                    eager, key=lambda agent: ([sign * agent["skills"].get(n, 0) for n in names], idleness(agent))
                )
            case WeightedRandom():
                return self.drawn(item["id"], rules, eager)
            case Custom():
                return most_skilled(longest)
        raise AssertionError(rules.strategy)

    def drawn(self, item: str, rules: Rules, able: list[Row]) -> Row:
        """Everybody has as many lots as his grade: those who are named first, grade by grade, then the others."""
        grades = list(dict.fromkeys(grade for _, grade in sorted(rules.grades.items())))
        named = [
            (agent, grade)
            for grade in grades
            for agent in sorted(able, key=self.number)
            if rules.grades.get(agent["id"]) == grade
        ]
        others = [(agent, 1) for agent in sorted(able, key=self.number) if agent["id"] not in rules.grades]
        lots = [agent for agent, grade in named + others for _ in range(grade)]
        return lots[int.from_bytes(blake2b(item.encode(), digest_size=8).digest()) % len(lots)]

    def number(self, agent: Row) -> int:
        return self.numbers[agent["id"]]


def takes_calls(agent: Row) -> bool:
    return "call" not in agent["refuses"]


def idleness(agent: Row) -> tuple[datetime, AgentId]:
    return (agent["since"], agent["id"])


def least(able: list[Row], measure: Any) -> Row:
    return min(able, key=lambda agent: (bool(agent["misses"]), measure(agent), idleness(agent)))


def since_contact(agent: Row, since: str, queue: QueueId) -> tuple[datetime, AgentId]:
    work = agent["work"]
    last = {
        "contact": work.last,
        "any_queue": max(work.ended.values(), default=None),
        "this_queue": work.ended.get(queue),
    }[since]
    return (last or agent["since"], agent["id"])


def load(agent: Row) -> float:
    work = agent["work"]
    return log(work.load) + work.load_at.timestamp() / MEMORY_S if work.load > 0 else -inf


def most_skilled(agents: list[Row]) -> Row:
    return max(agents, key=lambda agent: sum(agent["skills"].values()))
