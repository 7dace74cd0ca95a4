"""A made-up centre on a virtual clock: the real pure floor, the simulated switch, customers and agents.

Nothing here decides anything: customers call, press a key, lose patience or talk and hang up; phones ring and answer by
themselves; the rest is `floor.decide`.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import msgspec

from rexian.adapters.simulated.agenda import Agenda
from rexian.adapters.simulated.core import SimulatedSwitch
from rexian.core.errors import RexianError
from rexian.core.ids import AgentId, CallId, FlowVersionId, LegId, NumberId, QueueId
from rexian.floor import conversations, inputs
from rexian.floor import events as facts
from rexian.floor.decide import decide
from rexian.floor.directory import AgentEntry, Directory, NumberEntry, QueueEntry, directory
from rexian.floor.state import State
from rexian.flows.documents import read
from rexian.flows.nodes import load_registry
from rexian.telephony import commands, events
from rexian.telephony.ports import Phone

START = datetime(2026, 1, 5, tzinfo=UTC)
NUMBER = "4008001234"
QUEUE = QueueId("service")
FLOW = FlowVersionId("flow")
LISTENS_S = 1.0
"""How long a customer listens before he presses his key."""

STRAIGHT = {"start": "queue", "nodes": {"queue": {"type": "queue", "queue": QUEUE}}}
GREETING = {
    "start": "answer",
    "nodes": {
        "answer": {"type": "answer", "exits": {"next": "menu"}},
        "menu": {
            "type": "menu",
            "media": ["prompt:welcome", "prompt:menu"],
            "choices": {"1": "service", "2": "sales"},
            "variable": "topic",
            "exits": {"1": "mark", "2": "mark", "default": "bye"},
        },
        "mark": {"type": "set", "priority": 1, "exits": {"next": "queue"}},
        "queue": {"type": "queue", "queue": QUEUE, "exits": {"timeout": "bye"}},
        "bye": {"type": "hang_up"},
    },
}


@dataclass(frozen=True, slots=True)
class Scenario:
    """Exponential everything. `patience_s` None: nobody gives up. `key`: what each customer presses in the flow."""

    agents: int
    calls_per_s: float
    handle_s: float
    patience_s: float | None = None
    wrap_up_s: int = 0
    document: dict[str, Any] = field(default_factory=lambda: STRAIGHT)
    key: str = ""

    def directory(self) -> Directory:
        return directory(
            agents=[_agent(number) for number in range(self.agents)],
            queues=[QueueEntry(id=QUEUE, name="service", wrap_up_s=self.wrap_up_s, skills={"service": 1})],
            numbers=[NumberEntry(id=NumberId("n"), number=NUMBER, flow=FLOW)],
            flows={FLOW: read(self.document, load_registry())},
        )


def _agent(number: int) -> AgentEntry:
    return AgentEntry(
        id=AgentId(f"a{number:05}"),
        name=f"Agent {number}",
        extension=f"{number}",
        address=f"phone:a{number}",
        phone=f"a{number}",
        skills={"service": 5},
        queues=(QUEUE,),
        auto_answer=True,
    )


class Centre:
    """Runs a scenario. `told` are the facts of the journal that are kept; `calls` those that have begun."""

    def __init__(self, scenario: Scenario, *, seed: int = 1, keep: tuple[type, ...] = ()) -> None:
        self.scenario = scenario
        self.state = State(scenario.directory())
        self.switch = SimulatedSwitch()
        self.told: list[Any] = []
        self.calls = self.decisions = self.facts = 0
        self.tape: list[tuple[msgspec.Struct, datetime]] | None = None
        """All inputs of the floor with their times, when a list is put here."""
        self._keep = frozenset(keep)
        self._chance = random.Random(seed)
        self._people = Agenda()
        self._now = START
        self._talking: set[str] = set()

    # --- time

    def run(self, until_s: float) -> None:
        """Let time pass: what people do, what the switch does by itself, and the floor's deadlines, in order."""
        self._open()
        end = START + timedelta(seconds=until_s)
        people, switch, due = self._people, self.switch, self.state.due
        while True:
            deadline = due.first()
            self._now = now = max(self._now, min(people.next_at() or end, switch.next_at() or end, deadline or end))
            if now >= end:
                return
            if deadline is not None and deadline <= now:
                self._tell(inputs.Tick())
            people.run(now)
            while events_ := switch.take(now):
                for event in events_:
                    self._hear(event)

    def _hear(self, event: Any) -> None:
        kind = type(event)
        if kind is events.Bridged:
            self._talking.add(event.call)
            talk_s = self._chance.expovariate(1 / self.scenario.handle_s)
            self._people.note(self._now, talk_s, partial(self.switch.hang_up, event.legs[0]))
        self._tell(event)

    def _tell(self, input: msgspec.Struct) -> None:
        if self.tape is not None:
            self.tape.append((input, self._now))
        decision = decide(self.state, input, self._now)
        self.decisions += 1
        self.facts += len(decision.facts)
        if self._keep:
            self.told += [fact for fact in decision.facts if type(fact) in self._keep]
        for effect in decision.effects:
            self._perform(effect)

    def _perform(self, command: Any) -> None:
        try:
            self.switch.handle(command, self._now)
        except RexianError as refusal:
            self._tell(events.Refused(at=self._now, call=command.call, command=command, reason=refusal.code))
            return
        if self.scenario.key and type(command) is commands.Play and command.leg is not None:
            self._people.note(self._now, LISTENS_S, partial(self.switch.press, command.leg, self.scenario.key))

    # --- people

    def _open(self) -> None:
        for agent in self.state.directory.agents.values():
            self.switch.provide([Phone(id=agent.phone, secret="")])
            self.switch.register(agent.phone, True, self._now)
        for event in self.switch.take(self._now):
            self._tell(event)
        for id in self.state.directory.agents:
            self._tell(inputs.SignIn(agent=id))
            self._tell(inputs.Ready(agent=id))
        self._people.note(self._now, self._chance.expovariate(self.scenario.calls_per_s), self._call)

    def _call(self, now: datetime) -> None:
        self.calls += 1
        self._people.note(now, self._chance.expovariate(self.scenario.calls_per_s), self._call)
        leg = self.switch.arrive(now, NUMBER, "13800138000")
        if self.scenario.patience_s is not None:
            patience_s = self._chance.expovariate(1 / self.scenario.patience_s)
            self._people.note(now, patience_s, partial(self._lose_patience, leg, self.switch.lines[leg].call))

    def _lose_patience(self, leg: LegId, call: CallId, now: datetime) -> None:
        if call in self._talking:
            self._talking.discard(call)
        else:
            self.switch.hang_up(leg, now)


@dataclass(frozen=True, slots=True)
class Day:
    """What a stretch of time brought, by the journal: waits of all who queued in it, and who of them gave up."""

    calls: int
    abandoned: float
    waited: float
    """Share of those who had to wait at all."""
    wait_s: float


def day(centre: Centre, *, warm_up_s: float, until_s: float) -> Day:
    """Run to the end and read the journal. Callers count by when they queued."""
    centre.run(until_s)
    waits = list(_waits(centre.told, warm_up_s))
    calls = len(waits)
    return Day(
        calls=calls,
        abandoned=sum(gave_up for _, gave_up in waits) / calls,
        waited=sum(wait_s > 0 for wait_s, _ in waits) / calls,
        wait_s=sum(wait_s for wait_s, _ in waits) / calls,
    )


def _waits(told: list[Any], warm_up_s: float) -> Iterator[tuple[float, bool]]:
    """Seconds from queued to connected or given up, for each call that queued after the warm-up."""
    began: dict[CallId, datetime] = {}
    counted = START + timedelta(seconds=warm_up_s)
    for fact in told:
        if type(fact) is facts.Queued:
            began[fact.call] = fact.at
        elif fact.call in began and (queued := began.pop(fact.call)) >= counted:
            yield (fact.at - queued).total_seconds(), type(fact) is facts.Abandoned


WAITS = (facts.Queued, conversations.Connected, facts.Abandoned)
