"""The demonstration's past: some days of its centre, decided by the real floor on a virtual clock.

Customers and the switch are made up here; who is offered to whom, what is counted and what stands in the journal is
the floor's own work. So the past looks in every report just as a real one would.
"""

import heapq
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from rexian.core.clock import VirtualClock
from rexian.core.ids import AgentId, CallId, LegId, uuid7
from rexian.crm.model import Customer
from rexian.floor import events as facts
from rexian.floor import inputs
from rexian.floor.decide import decide
from rexian.floor.directory import Directory
from rexian.floor.state import State
from rexian.floor.turn import subject
from rexian.infra.database import Work
from rexian.infra.rows import Listing
from rexian.main.wiring import Rexian
from rexian.telephony import commands, events
from rexian.telephony.commands import Cause

DAYS = 3
ON_DUTY = 5
CALLS_AN_HOUR = 18.0
OPENS, CLOSES = time(9), time(18)
ZONE = ZoneInfo("Asia/Shanghai")
BEFORE_NOW = timedelta(minutes=40)
"""So long before now the past ends, that all its calls are over."""
MENUS = {"prompt:demo-welcome", "prompt:demo-menu"}
NOTES = ("", "", "已解答客户疑问。", "已登记，等待回访。", "客户满意。", "转后台处理。")


async def tell(rexian: Rexian, work: Work, customers: Sequence[Customer]) -> None:
    """Record the past, for the journal to take with the transaction."""
    offered = await rexian.agents.dispositions.list(work, Listing(limit=100))
    directory = await rexian.house.directory(work.tenant)
    now = rexian.clock.now()
    clock = VirtualClock(now - timedelta(days=DAYS + 1))
    centre = Centre(directory, customers, dispositions=[row["id"] for row in offered.items], clock=clock)
    for day in range(DAYS, -1, -1):
        centre.work_a_day(*_shift(now - timedelta(days=day), now))
    for fact in centre.told:
        work.record(subject(fact), fact)


def _shift(day: datetime, now: datetime) -> tuple[datetime, datetime]:
    """When the day begins and when the last customer calls."""
    local = day.astimezone(ZONE).date()
    closes = datetime.combine(local, CLOSES, ZONE)
    return datetime.combine(local, OPENS, ZONE), min(closes, now - BEFORE_NOW)


@dataclass(slots=True)
class Caller:
    """One call's customer: what he will press, how long he waits and talks."""

    customer: Customer
    leg: LegId
    keys: list[str]
    talk_s: float
    talking: bool = False


class Centre:
    """A virtual clock, an agenda, and the floor's state. `told` are the facts, in the order in which they happened."""

    def __init__(
        self,
        directory: Directory,
        customers: Sequence[Customer],
        *,
        dispositions: Sequence[str],
        clock: VirtualClock,
        seed: int = 1,
    ) -> None:
        self.told: list[facts.Fact] = []
        self.calls = 0
        self._directory = directory
        self._customers = customers
        self._dispositions = dispositions
        self._clock = clock
        self._state = State(msgspec.structs.replace(directory, record=False))  # there was no voice to be recorded
        self._chance = random.Random(seed)
        self._turn = 0
        self._agenda: list[tuple[datetime, int, Callable[..., None], tuple[Any, ...]]] = []
        self._callers: dict[CallId, Caller] = {}
        self._legs: set[LegId] = set()
        self._playing: set[str] = set()
        self._do: dict[type, Callable[[Any], None]] = {
            commands.Answer: self._answer,
            commands.Originate: self._ring,
            commands.Bridge: self._bridge,
            commands.HangUp: self._hang_up,
            commands.Play: self._play,
            commands.StopPlaying: self._stop_playing,
        }

    def work_a_day(self, opens: datetime, last_call: datetime) -> None:
        """Agents come, customers call until `last_call`, agents go when the last one has been served."""
        if last_call <= opens:
            return
        self._clock.set(opens - timedelta(minutes=10))
        serving = [agent for agent in self._directory.agents.values() if agent.queues]
        on_duty = self._chance.sample(sorted(serving, key=lambda each: each.extension), ON_DUTY)
        for agent in on_duty:
            self._later(self._chance.uniform(0, 500), self._come, agent.id)
        at = opens
        while (at := at + timedelta(hours=self._chance.expovariate(CALLS_AN_HOUR))) < last_call:
            self._at(at, self._call)
        self._run()
        for agent in on_duty:
            self._tell(inputs.SignOut(agent=agent.id))
            self._tell(inputs.DeskPresence(agent=agent.id, present=False))
            self._tell(events.PhoneReachable(at=self._now, phone=agent.phone, reachable=False))

    # --- time

    @property
    def _now(self) -> datetime:
        return self._clock.now()

    def _run(self) -> None:
        """Until nothing is left to happen, the floor's own deadlines in between."""
        while self._agenda or self._state.calls:
            due = self._state.due.first()
            if due is not None and (not self._agenda or due <= self._agenda[0][0]):
                self._clock.set(max(self._now, due))
                self._tell(inputs.Tick())
            else:
                at, _, happen, what = heapq.heappop(self._agenda)
                self._clock.set(max(self._now, at))
                happen(*what)

    def _later(self, seconds: float, happen: Callable[..., None], *what: Any) -> None:
        self._at(self._now + timedelta(seconds=seconds), happen, *what)

    def _at(self, at: datetime, happen: Callable[..., None], *what: Any) -> None:
        self._turn += 1
        heapq.heappush(self._agenda, (at, self._turn, happen, what))

    def _tell(self, said: msgspec.Struct) -> None:
        decision = decide(self._state, said, self._now)
        self.told += decision.facts
        for fact in decision.facts:
            if isinstance(fact, facts.WrapUpStarted):
                self._later(self._chance.uniform(5, 18), self._wrap_up, fact)
        for effect in decision.effects:
            self._do.get(type(effect), lambda _: None)(effect)

    # --- people

    def _come(self, agent: AgentId) -> None:
        self._tell(events.PhoneReachable(at=self._now, phone=self._directory.agents[agent].phone, reachable=True))
        self._tell(inputs.SignIn(agent=agent))
        self._tell(inputs.DeskPresence(agent=agent, present=True))
        self._tell(inputs.Ready(agent=agent))

    def _call(self) -> None:
        self.calls += 1
        customer = self._chance.choice(self._customers)
        call = CallId(uuid7())
        keys = [self._chance.choices(("1", "2"), (9, 1))[0], self._chance.choices("123", (4, 4, 2))[0]]
        leg = LegId(f"{call}.past")
        self._callers[call] = Caller(customer, leg, keys, min(self._chance.lognormvariate(0, 0.7) * 130, 900))
        self._legs.add(leg)
        called = next(iter(self._directory.numbers))
        self._tell(events.Arrived(at=self._now, call=call, leg=leg, caller=customer.identities[0].value, called=called))
        self._tell(inputs.Identified(call=call, customer=customer.id, name=customer.name))
        self._later(self._chance.expovariate(1 / 150) + 4, self._lose_patience, call)

    def _lose_patience(self, call: CallId) -> None:
        caller = self._callers.get(call)
        if caller is not None and not caller.talking:
            self._leave(call)

    def _leave(self, call: CallId) -> None:
        """The customer hangs up."""
        caller = self._callers.pop(call, None)
        if caller is not None:
            self._end(call, caller.leg, Cause.NORMAL)

    def _wrap_up(self, fact: facts.WrapUpStarted) -> None:
        live = self._state.agents.get(fact.agent)
        if live is not None and live.call == fact.call:
            disposition, notes = self._chance.choice(self._dispositions), self._chance.choice(NOTES)
            self._tell(inputs.WrapUp(agent=fact.agent, call=fact.call, disposition=disposition, notes=notes))

    # --- the switch

    def _answer(self, command: commands.Answer) -> None:
        self._later(0.1, self._if_up, command.leg, events.LegAnswered, {"call": command.call, "leg": command.leg})

    def _ring(self, command: commands.Originate) -> None:
        self._legs.add(command.leg)
        same = {"call": command.call, "leg": command.leg}
        self._later(0.2, self._if_up, command.leg, events.LegRinging, same)
        if self._chance.random() > 0.04:  # now and then an agent does not hear it
            self._later(self._chance.uniform(1.5, 7), self._if_up, command.leg, events.LegAnswered, same)

    def _if_up(self, leg: LegId, event: type[events.SwitchEvent], what: dict[str, Any]) -> None:
        if leg in self._legs:
            self._tell(event(at=self._now, **what))

    def _bridge(self, command: commands.Bridge) -> None:
        same = {"call": command.call, "bridge": command.bridge, "legs": command.legs}
        self._later(0.05, self._if_up, command.legs[0], events.Bridged, same)
        caller = self._callers.get(command.call)
        if caller is not None and not caller.talking:
            caller.talking = True
            self._later(caller.talk_s, self._leave, command.call)

    def _hang_up(self, command: commands.HangUp) -> None:
        self._later(0.05, self._end, command.call, command.leg, command.cause)

    def _end(self, call: CallId, leg: LegId, cause: Cause) -> None:
        if leg in self._legs:
            self._legs.discard(leg)
            self._tell(events.LegEnded(at=self._now, call=call, leg=leg, cause=cause))

    def _play(self, command: commands.Play) -> None:
        self._playing.add(command.playback)
        caller = self._callers.get(command.call)
        if caller is not None and caller.keys and MENUS.intersection(command.media):
            self._later(self._chance.uniform(2, 7), self._press, command.call)
        else:
            self._later(3.5, self._played, command.call, command.playback, True)

    def _press(self, call: CallId) -> None:
        caller = self._callers.get(call)
        if caller is not None and caller.keys:
            digit = caller.keys.pop(0)
            self._tell(events.DigitPressed(at=self._now, call=call, leg=caller.leg, digit=digit))

    def _stop_playing(self, command: commands.StopPlaying) -> None:
        self._later(0.02, self._played, command.call, command.playback, False)

    def _played(self, call: CallId, playback: str, finished: bool) -> None:
        if playback in self._playing:
            self._playing.discard(playback)
            self._tell(events.Played(at=self._now, call=call, playback=playback, finished=finished))
