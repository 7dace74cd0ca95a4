"""A made-up centre on a virtual clock: the real pure floor, a switch that obeys at once, customers and agents.

Nothing here decides anything: customers call, press a key, lose patience or talk and hang up; phones ring and are
answered; the rest is `floor.decide`. Times are seconds since the beginning.
"""

import heapq
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import inf
from typing import Any

import msgspec

from rexian.core.ids import AgentId, CallId, FlowVersionId, LegId, NumberId, QueueId
from rexian.floor import events as facts
from rexian.floor import inputs
from rexian.floor.decide import decide
from rexian.floor.directory import AgentEntry, Directory, NumberEntry, QueueEntry, directory
from rexian.floor.state import State
from rexian.flows.documents import read
from rexian.flows.nodes import load_registry
from rexian.telephony import commands, events
from rexian.telephony.commands import Cause

START = datetime(2026, 1, 5, tzinfo=UTC)
NUMBER = "4008001234"
QUEUE = QueueId("service")
FLOW = FlowVersionId("flow")

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
        skills={"service": 5},
        queues=(QUEUE,),
        auto_answer=True,
    )


class Centre:
    """Runs a scenario. `told` are the facts of the journal, when they are kept; `calls` those that have begun."""

    def __init__(self, scenario: Scenario, *, seed: int = 1, keep: tuple[type, ...] = ()) -> None:
        self.scenario = scenario
        self.state = State(scenario.directory())
        self.told: list[Any] = []
        self.calls = self.decisions = self.facts = 0
        self._keep = frozenset(keep)
        self._chance = random.Random(seed)
        self._agenda: list[tuple[float, int, Callable[[Any], None], Any]] = []
        self._turn = 0
        self._at = 0.0
        self._now = START
        self._talking: set[str] = set()
        self._playing: dict[str, str] = {}
        self._commands: dict[type, Callable[[Any], None]] = {
            commands.Answer: self._answer,
            commands.Originate: self._ring,
            commands.Bridge: self._bridge,
            commands.HangUp: self._hang_up,
            commands.Play: self._play,
            commands.StopPlaying: self._stop_playing,
        }

    # --- time

    def run(self, until_s: float) -> None:
        """Let time pass. Deadlines of the floor are its ticks."""
        self._open()
        agenda, due = self._agenda, self.state.due
        known: datetime | None = None
        due_s = inf
        while agenda:
            first = due.first()
            if first is not known:
                known, due_s = first, (first - START).total_seconds() if first else inf
            if due_s <= agenda[0][0]:
                self._move(due_s)
                self._tell(inputs.Tick())
                continue
            at, _, happen, what = heapq.heappop(agenda)
            if at > until_s:
                return
            self._move(at)
            happen(what)

    def _move(self, at: float) -> None:
        if at > self._at:
            self._at = at
            self._now = START + timedelta(seconds=at)

    def _later(self, seconds: float, happen: Callable[[Any], None], what: Any) -> None:
        self._turn += 1
        heapq.heappush(self._agenda, (self._at + seconds, self._turn, happen, what))

    def _tell(self, input: msgspec.Struct) -> None:
        decision = decide(self.state, input, self._now)
        self.decisions += 1
        self.facts += len(decision.facts)
        if self._keep:
            self.told += [fact for fact in decision.facts if type(fact) in self._keep]
        for effect in decision.effects:
            perform = self._commands.get(type(effect))
            if perform is not None:
                perform(effect)

    # --- people

    def _open(self) -> None:
        for agent in self.state.directory.agents:
            self._tell(inputs.SignIn(agent=agent))
            self._tell(inputs.Ready(agent=agent))
        self._later(self._chance.expovariate(self.scenario.calls_per_s), self._call, None)

    def _call(self, _: None) -> None:
        self.calls += 1
        call = CallId(f"c{self.calls}")
        self._later(self._chance.expovariate(self.scenario.calls_per_s), self._call, None)
        patience_s = self.scenario.patience_s
        if patience_s is not None:
            self._later(self._chance.expovariate(1 / patience_s), self._lose_patience, call)
        leg = LegId(f"{call}-in")
        self._tell(events.Arrived(at=self._now, call=call, leg=leg, caller="13800138000", called=NUMBER))

    def _lose_patience(self, call: CallId) -> None:
        if call in self.state.calls and call not in self._talking:
            self._end(call)

    def _end(self, call: CallId) -> None:
        """The customer hangs up."""
        self._talking.discard(call)
        self._playing.pop(call, None)
        if call in self.state.calls:
            leg = LegId(f"{call}-in")
            self._tell(events.LegEnded(at=self._now, call=call, leg=leg, cause=Cause.NORMAL))

    # --- the switch

    def _answer(self, command: commands.Answer) -> None:
        self._later(0.0, self._tell, events.LegAnswered(at=self._now, call=command.call, leg=command.leg))

    def _ring(self, command: commands.Originate) -> None:
        self._later(0.0, self._tell, events.LegRinging(at=self._now, call=command.call, leg=command.leg))
        self._later(0.0, self._tell, events.LegAnswered(at=self._now, call=command.call, leg=command.leg))

    def _bridge(self, command: commands.Bridge) -> None:
        self._talking.add(command.call)
        bridged = events.Bridged(at=self._now, call=command.call, bridge=command.bridge, legs=command.legs)
        self._later(0.0, self._tell, bridged)
        self._later(self._chance.expovariate(1 / self.scenario.handle_s), self._end, command.call)

    def _hang_up(self, command: commands.HangUp) -> None:
        ended = events.LegEnded(at=self._now, call=command.call, leg=command.leg, cause=command.cause)
        self._later(0.0, self._tell, ended)

    def _play(self, command: commands.Play) -> None:
        self._playing[command.call] = command.playback
        if self.scenario.key:
            self._later(1.0, self._press, command)

    def _press(self, command: commands.Play) -> None:
        """The customer does not listen to the end."""
        if self._playing.get(command.call) == command.playback and command.leg is not None:
            digit = self.scenario.key
            self._tell(events.DigitPressed(at=self._now, call=command.call, leg=command.leg, digit=digit))

    def _stop_playing(self, command: commands.StopPlaying) -> None:
        if self._playing.get(command.call) == command.playback:
            del self._playing[command.call]
            played = events.Played(at=self._now, call=command.call, playback=command.playback, finished=False)
            self._later(0.0, self._tell, played)


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


WAITS = (facts.Queued, facts.Connected, facts.Abandoned)
