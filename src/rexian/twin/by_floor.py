"""The whole depth: the real floor with its flows and facts, the simulated switch, customers and agents.

Nothing here decides anything: customers call, press keys, lose patience or talk and hang up; phones ring and are
answered; the rest is `floor.decide`. The figures are made of the facts as the records make them.
"""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from functools import partial
from math import inf
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import msgspec

from rexian.adapters.simulated.agenda import Agenda
from rexian.adapters.simulated.core import SimulatedSwitch
from rexian.adapters.simulated.parties import Behaviour
from rexian.core.errors import RexianError
from rexian.core.ids import AgentId, CallbackId, CallId, LegId
from rexian.floor import conversations, inputs
from rexian.floor import events as facts
from rexian.floor.callback_node import CHOOSE, CONFIRM, OFFER, OTHER, YES
from rexian.floor.callback_node import Callback as CallbackStep
from rexian.floor.decide import decide
from rexian.floor.model import Call
from rexian.floor.owed import CallbackAsked, CallbackEnded, CallbackStarted
from rexian.floor.presence import Presence
from rexian.floor.state import State
from rexian.flows.nodes import Node
from rexian.telephony import commands, events
from rexian.telephony.nodes import CollectDigits, Menu
from rexian.telephony.ports import Phone
from rexian.twin.books import Books
from rexian.twin.customers import Crowd, Customer
from rexian.twin.distributions import Distribution, Fixed
from rexian.twin.house import House
from rexian.twin.house import house as made
from rexian.twin.outcome import Outcome
from rexian.twin.scenario import seconds

CLOSING = frozenset({facts.CallEnded, facts.LegDown, facts.WrappedUp})
"""One of these is the last that is told of a call."""
LATER = 100
"""The offers of an attempt to call somebody back are numbered from here on, times the attempt."""
AFTER = timedelta(hours=4)
"""So long after the last shift and the last first call the day is left, whoever still waits."""


class People(Protocol):
    """What customers and agents are beyond the scenario."""

    def number(self, customer: Customer) -> str:
        """The number he calls from."""

    def identity(self, customer: Customer, call: CallId) -> inputs.Identified | None:
        """Who he is, if it is known."""

    def notes(self, call: CallId) -> tuple[str, str]:
        """The disposition and the notes that the agent leaves."""


class Strangers:
    """Nobody is known."""

    def number(self, customer: Customer) -> str:
        """Each his own, so that a callback or a kept place is nobody else's."""
        return f"13{(customer.stream * 10_000_019 + customer.place) % 10**9:09}"

    def identity(self, customer: Customer, call: CallId) -> inputs.Identified | None:
        return None

    def notes(self, call: CallId) -> tuple[str, str]:
        return "", ""


class Caller:
    """A customer on the line."""

    __slots__ = ("customer", "leg", "offered", "offers", "pressed", "queued", "talking")

    def __init__(self, customer: Customer, leg: LegId) -> None:
        self.customer, self.leg = customer, leg
        self.offered = False
        """He has been offered a callback by a key."""
        self.offers = self.pressed = 0
        self.queued = self.talking = False


Listener = Callable[[Any], None]
"""Hears every fact as it is told."""


class FloorDay:
    """Runs one day. `tape`: all inputs of the floor with their times, when a list is put there."""

    def __init__(
        self,
        crowd: Crowd,
        *,
        house: House | None = None,
        people: People | None = None,
        names: Callable[[], CallId] | None = None,
        listener: Listener | None = None,
    ) -> None:
        scenario = crowd.scenario
        self.house = house or made(scenario)
        self.state = State(self.house.directory)
        self.tape: list[tuple[msgspec.Struct, datetime]] | None = None
        self.calls = self.decisions = self.facts = self.retries = 0
        self._crowd = crowd
        self._scenario = scenario
        self._people = people or Strangers()
        self._names = names or self._name
        self._listener = listener
        self._midnight = datetime.combine(scenario.day, time(), ZoneInfo(scenario.zone)).astimezone(UTC)
        self._books = Books(scenario, self.house, self._midnight)
        self._agenda = Agenda()
        self._switch = SimulatedSwitch(behaviour=self._behave)
        self._callers: dict[CallId, Caller] = {}
        self._owed: dict[CallbackId, Customer] = {}
        """Who is to be called back."""
        self._at_address = {entry.address: id for id, entry in self.house.directory.agents.items()}
        self._leaving: set[AgentId] = set()
        self._now = self._midnight
        self._told: dict[type, Callable[[Any], None]] = {
            facts.Queued: self._queued,
            conversations.Connected: self._connected,
            facts.CallEnded: self._ended,
            facts.WrapUpStarted: self._wrapping,
            facts.Readied: self._maybe_leave,
            facts.Paused: self._paused,
            CallbackAsked: self._asked,
            CallbackStarted: self._called_back,
            CallbackEnded: self._settled,
        }

    # --- time

    def run(self) -> Outcome:
        """To the end: what people do, what the switch does by itself, and the floor's deadlines, in order."""
        end = self._open()
        agenda, switch, due = self._agenda, self._switch, self.state.due
        arrivals, place = self._crowd.customers, 0
        next_call = self._at(arrivals[0].at_s) if arrivals else end
        while True:
            deadline = due.first()
            self._now = now = max(
                self._now, min(next_call, agenda.next_at() or end, switch.next_at() or end, deadline or end)
            )
            if now >= end:
                break
            if deadline is not None and deadline <= now:
                self._tell(inputs.Tick())
            if next_call <= now:
                self._call(arrivals[place], now)
                place += 1
                next_call = self._at(arrivals[place].at_s) if place < len(arrivals) else end
            agenda.run(now)
            while heard := switch.take(now):
                for event in heard:
                    self._tell(event)
        self._books.close(end)
        return self._books.outcome(self.calls, self.retries)

    def _open(self) -> datetime:
        """Give out phones and shifts; says when all is over."""
        switch = self._switch
        switch.provide([Phone(id=phone, secret="") for phone in self.state.directory.phones])
        last = self._crowd.customers[-1].at_s if self._crowd.customers else 0.0
        for id, crew in self.house.crews.items():
            for shift in crew.shifts:
                self._agenda.note(self._midnight, seconds(shift.begins), partial(self._come, id))
                self._agenda.note(self._midnight, seconds(shift.ends), partial(self._go, id))
                last = max(last, seconds(shift.ends))
        return self._at(last) + AFTER

    def _at(self, at_s: float) -> datetime:
        return self._midnight + timedelta(seconds=at_s)

    def _tell(self, input: Any) -> None:
        if self.tape is not None:
            self.tape.append((input, self._now))
        decision = decide(self.state, input, self._now)
        self.decisions += 1
        self.facts += len(decision.facts)
        after, listener, books = self._told, self._listener, self._books
        closing: Any = None
        for fact in decision.facts:
            books.note(fact)
            if listener is not None:
                listener(fact)
            if (then := after.get(type(fact))) is not None:
                then(fact)
            if type(fact) in CLOSING:
                closing = fact
        if closing is not None and closing.call not in self.state.calls:
            books.over(closing.call)
        for effect in decision.effects:
            self._perform(effect)

    def _perform(self, command: Any) -> None:
        try:
            self._switch.handle(command, self._now)
        except RexianError as refusal:
            self._tell(events.Refused(at=self._now, call=command.call, command=command, reason=refusal.code))
            return
        if type(command) is commands.Play and command.leg is not None:
            self._listen(command)

    # --- agents

    def _come(self, agent: AgentId, now: datetime) -> None:
        self._leaving.discard(agent)
        live = self.state.agents.get(agent)
        if live is None or live.state is Presence.OFF:
            self._switch.register(self.state.directory.agents[agent].phone, True, now)
            for event in self._switch.take(now):
                self._tell(event)
            self._tell(inputs.SignIn(agent=agent))
            self._tell(inputs.DeskPresence(agent=agent, present=True))
        self._tell(inputs.Ready(agent=agent))

    def _go(self, agent: AgentId, now: datetime) -> None:
        """At once, or after what he is doing."""
        live = self.state.agents[agent]
        if live.state in (Presence.READY, Presence.PAUSED):
            self._leave(agent, now)
        else:
            self._leaving.add(agent)
            if live.state is not Presence.WRAP_UP:
                self._tell(inputs.Pause(agent=agent, reason="shift"))

    def _leave(self, agent: AgentId, now: datetime) -> None:
        self._leaving.discard(agent)
        self._tell(inputs.SignOut(agent=agent))
        self._tell(inputs.DeskPresence(agent=agent, present=False))
        self._switch.register(self.state.directory.agents[agent].phone, False, now)

    def _maybe_leave(self, fact: facts.Readied | facts.Paused) -> None:
        if fact.agent in self._leaving:
            self._agenda.note(self._now, 0.0, partial(self._go, fact.agent))

    def _paused(self, fact: facts.Paused) -> None:
        """Who did not hear his phone is back in a while."""
        if fact.agent in self._leaving:
            self._maybe_leave(fact)
        elif fact.by == "system":
            back_s = self.house.crews[fact.agent].returns_s
            self._agenda.note(self._now, back_s, partial(self._return, fact.agent))

    def _return(self, agent: AgentId, now: datetime) -> None:
        if self.state.agents[agent].state is Presence.PAUSED:
            self._tell(inputs.Ready(agent=agent))

    def _behave(self, command: commands.Originate) -> Behaviour:
        """His phone rings; he answers it, or does not hear it."""
        caller = self._callers.get(command.call)
        agent = self._at_address.get(command.address)
        if caller is None:
            return Behaviour(answers_after_s=None)
        if agent is None:
            return self._is_reached(caller, command)
        crew = self.house.crews[agent]
        turn, caller.offers = caller.offers, caller.offers + 1
        if crew.misses and self._crowd.chance(caller.customer, "misses", turn) < crew.misses:
            return Behaviour(answers_after_s=None)
        return Behaviour(answers_after_s=self._length(caller.customer, "ringing", crew.ringing, turn))

    def _wrapping(self, fact: facts.WrapUpStarted) -> None:
        crew = self.house.crews[fact.agent]
        caller = self._callers.get(fact.call)
        if crew.wrap_up is not None and caller is not None:
            after_s = self._length(caller.customer, "wrap-up", crew.wrap_up)
            self._agenda.note(self._now, after_s, partial(self._wrap_up, fact))

    def _wrap_up(self, fact: facts.WrapUpStarted, now: datetime) -> None:
        live = self.state.agents[fact.agent]
        if live.state is Presence.WRAP_UP and live.call == fact.call:
            disposition, notes = self._people.notes(fact.call)
            self._tell(inputs.WrapUp(agent=fact.agent, call=fact.call, disposition=disposition, notes=notes))

    # --- customers

    def _name(self) -> CallId:
        return CallId(f"call-{self.calls:07}")

    def _call(self, customer: Customer, now: datetime) -> None:
        self.calls += 1
        call = self._names()
        number = self._people.number(customer)
        leg = self._switch.arrive(now, self.house.called(customer), number, call=call)
        self._callers[call] = Caller(customer, leg)
        for event in self._switch.take(now):
            self._tell(event)
        identity = self._people.identity(customer, call)
        if identity is not None:
            self._tell(identity)
        if customer.callers.stays is not None:
            stays_s = self._length(customer, "stays", customer.callers.stays)
            self._agenda.note(now, stays_s, partial(self._leave_flow, call))

    def _queued(self, fact: facts.Queued) -> None:
        caller = self._callers[fact.call]
        if not caller.queued and caller.customer.patience_s < inf:
            self._agenda.note(self._now, caller.customer.patience_s, partial(self._give_up, fact.call))
        caller.queued = True

    def _connected(self, fact: conversations.Connected) -> None:
        caller = self._callers[fact.call]
        if not caller.talking:
            caller.talking = True
            talk_s = caller.customer.handling_s / self.house.crews[fact.agent].pace
            self._agenda.note(self._now, talk_s, partial(self._switch.hang_up, caller.leg))

    def _give_up(self, call: CallId, now: datetime) -> None:
        caller = self._callers.get(call)
        live = self.state.calls.get(call)
        if caller is None or live is None or caller.talking:
            return
        if live.waiting is not None:
            again = self._crowd.again(caller.customer, (now - self._midnight).total_seconds())
            if again is not None:
                self.retries += 1
                self._agenda.note(self._midnight, again.at_s, partial(self._call, again))
        self._switch.hang_up(caller.leg, now)

    # --- who is called back

    def _asked(self, fact: CallbackAsked) -> None:
        if fact.origin is not None and fact.origin in self._callers:
            self._owed[fact.callback] = self._callers[fact.origin].customer

    def _called_back(self, fact: CallbackStarted) -> None:
        """An attempt is a call of its own; he does not lose his patience in it."""
        caller = self._callers[fact.call] = Caller(self._owed[fact.callback], LegId(""))
        caller.queued = True
        caller.offers = LATER * fact.attempt

    def _is_reached(self, caller: Caller, command: commands.Originate) -> Behaviour:
        """His phone rings, if he was called at all; he answers, or is not there."""
        callback = caller.customer.callers.callback
        if callback is None or caller.leg or not command.address.startswith("trunk:"):
            return Behaviour(answers_after_s=None)
        caller.leg, attempt = command.leg, caller.offers // LATER
        if self._crowd.chance(caller.customer, "reached", attempt) >= callback.reached:
            return Behaviour(answers_after_s=None)
        return Behaviour(answers_after_s=self._length(caller.customer, "answering", callback.ringing, attempt))

    def _settled(self, fact: CallbackEnded) -> None:
        self._owed.pop(fact.callback, None)

    def _answer_offer(self, call: Call, caller: Caller) -> str:
        """The key that he presses where a callback is offered to him; none: he is asked for none."""
        callback = caller.customer.callers.callback
        wants = callback is not None and self._crowd.chance(caller.customer, "callback") < callback.share
        if isinstance(self._node(call), CallbackStep) and call.run is not None:
            return {OFFER: YES if wants else OTHER, CONFIRM: YES, CHOOSE: YES}.get(call.run.memory.get("step", ""), "")
        comfort = self.state.directory.queues[call.waiting.queue].comfort if call.waiting else ()
        if not wants or caller.offered or "callback" not in comfort:
            return ""
        caller.offered = True
        return str(comfort.index("callback") + 1)

    def _leave_flow(self, call: CallId, now: datetime) -> None:
        caller = self._callers.get(call)
        if caller is not None and not caller.queued:
            self._switch.hang_up(caller.leg, now)

    def _ended(self, fact: facts.CallEnded) -> None:
        """He has hung up, or has been hung up on."""
        del self._callers[fact.call]

    def _listen(self, command: commands.Play) -> None:
        """Where the flow asks for keys he listens for a moment, and presses his."""
        caller = self._callers.get(command.call)
        live = self.state.calls.get(command.call)
        if caller is None or live is None:
            return
        if caller.customer.callers.callback is not None and (key := self._answer_offer(live, caller)):
            listens_s = self._length(caller.customer, "listens", self._scenario.listens)
            self._agenda.note(self._now, listens_s, partial(self._press_key, command.call, key))
        if caller.pressed >= len(caller.customer.callers.keys):
            return
        if isinstance(self._node(live), Menu | CollectDigits):
            turn, caller.pressed = caller.pressed, caller.pressed + 1
            listens_s = self._length(caller.customer, "listens", self._scenario.listens, turn)
            self._agenda.note(self._now, listens_s, partial(self._press, command.call, turn))

    def _node(self, call: Call) -> Node | None:
        """The step of the flow at which it is."""
        document = self.state.directory.flows.get(call.flow) if call.flow else None
        return document.nodes.get(call.run.node) if document and call.run else None

    def _press(self, call: CallId, turn: int, now: datetime) -> None:
        caller = self._callers.get(call)
        if caller is not None:
            self._press_key(call, caller.customer.callers.keys[turn], now)

    def _press_key(self, call: CallId, keys: str, now: datetime) -> None:
        caller = self._callers.get(call)
        if caller is not None:
            for digit in keys:
                self._switch.press(caller.leg, digit, now)

    def _length(self, customer: Customer, purpose: str, distribution: Distribution, turn: int = 0) -> float:
        if type(distribution) is Fixed:
            return distribution.value_s
        return self._crowd.of(customer, purpose, distribution, turn)
