"""A whole small house for tests: the pure floor, a virtual clock, and a scripted switch that never does more than told.

Phones that are `willing` answer at once; others ring until a test (or a deadline) says otherwise.
"""

from collections import deque
from datetime import timedelta
from typing import Any

import msgspec

from rexian.core.clock import VirtualClock
from rexian.core.ids import AgentId, CallId, FlowVersionId, LegId, NumberId, QueueId
from rexian.floor import inputs
from rexian.floor.apply import replay
from rexian.floor.decide import decide
from rexian.floor.directory import AgentEntry, Directory, NumberEntry, QueueEntry, directory
from rexian.floor.events import Fact
from rexian.floor.model import Agent, Call, Snapshot
from rexian.floor.state import State, decode, encode
from rexian.flows.documents import read
from rexian.flows.nodes import load_registry
from rexian.telephony import commands, events
from rexian.telephony.commands import Cause

SALES, SERVICE = QueueId("sales"), QueueId("service")
NUMBER = "4008001234"
FLOW = FlowVersionId("01900000-0000-7000-8000-000000000001")
REGISTRY = load_registry()
HOTLINE = read(
    {
        "start": "answer",
        "nodes": {
            "answer": {"type": "answer", "exits": {"next": "welcome"}},
            "welcome": {"type": "play", "media": ["prompt:welcome"], "exits": {"next": "sales"}},
            "sales": {"type": "queue", "queue": "sales", "exits": {"timeout": "bye", "no_agents": "bye"}},
            "bye": {"type": "play", "media": ["prompt:goodbye"], "exits": {}},
        },
    },
    REGISTRY,
)
STRAIGHT = read({"start": "sales", "nodes": {"sales": {"type": "queue", "queue": "sales"}}}, REGISTRY)


def agent(name: str, **changes: Any) -> AgentEntry:
    return AgentEntry(
        **{
            "id": AgentId(name),
            "name": name.title(),
            "extension": str(1000 + sum(map(ord, name)) % 1000),
            "address": f"phone:demo-{name}",
            "phone": f"demo-{name}",
            "queues": (SALES, SERVICE),
            "wrap_up_s": None,
            **changes,
        }
    )


def queue(name: QueueId, **changes: Any) -> QueueEntry:
    return QueueEntry(**{"id": name, "name": str(name), "wrap_up_s": 20, "ring_timeout_s": 15, **changes})


def a_directory(**changes: Any) -> Directory:
    given: dict[str, Any] = {
        "agents": [agent("ann"), agent("bob"), agent("cid")],
        "queues": [queue(SALES), queue(SERVICE)],
        "numbers": [NumberEntry(id=NumberId("n"), number=NUMBER, flow=FLOW)],
        "flows": {FLOW: STRAIGHT},
        "trunk": "t1",
        "caller_number": "02112345",
        **changes,
    }
    return directory(**given)


class House:
    """The floor and its switch. `facts` is the journal."""

    def __init__(self, **changes: Any) -> None:
        self.clock = VirtualClock()
        self.state = State(a_directory(**changes))
        self.facts: list[Fact] = []
        self.effects: list[commands.Command] = []
        self.todo: deque[msgspec.Struct] = deque()
        self.legs: dict[str, str] = {}
        """What the switch really holds: leg → call."""
        self.up: set[str] = set()
        self.bridges: dict[str, set[str]] = {}
        self.willing: set[str] = set()
        self.refuses: set[type] = set()
        self.lazy = False
        """Nothing happens by itself: commands and events wait until `step`."""
        self.pending: deque[commands.Command] = deque()
        self.calls = 0

    # --- telling the floor

    def tell(self, input: msgspec.Struct) -> list[Fact]:
        """One input, and all that the switch answers to it."""
        told = len(self.facts)
        self._decide(input)
        while self.todo and not self.lazy:
            self._decide(self.todo.popleft())
        return self.facts[told:]

    def _decide(self, input: msgspec.Struct) -> None:
        decision = decide(self.state, input, self.clock.now())
        self.facts += decision.facts
        for effect in decision.effects:
            self.effects.append(effect)
            if self.lazy:
                self.pending.append(effect)
            else:
                self.perform(effect)

    def step(self) -> None:
        """The switch carries out its next command, or else its next event is heard."""
        if self.pending:
            self.perform(self.pending.popleft())
        elif self.todo:
            self._decide(self.todo.popleft())

    def wait(self, seconds: float) -> None:
        """Let time pass, with every deadline on its way."""
        end = self.clock.now() + timedelta(seconds=seconds)
        while (due := self.state.due.first()) is not None and due <= end:
            self.clock.set(max(due, self.clock.now()))
            before = len(self.facts)
            self.tell(inputs.Tick())
            if len(self.facts) == before and self.state.due.first() == due:
                raise AssertionError(f"nothing comes of the deadline at {due}")
        self.clock.set(end)

    # --- the switch

    def perform(self, command: Any) -> None:
        if type(command) in self.refuses:
            self.event(events.Refused, call=command.call, command=command, reason="no")
            return
        match command:
            case commands.Originate():
                if command.origin is not None and command.origin not in self.legs:
                    self.event(events.LegEnded, call=command.call, leg=command.leg, cause=Cause.FAILED)
                    return
                self.legs[command.leg] = command.call
                self.event(events.LegRinging, call=command.call, leg=command.leg)
                if command.auto_answer or command.address in self.willing:
                    self.answer(command.leg, now=False)
            case commands.Answer():
                self.answer(command.leg, now=False)
            case commands.HangUp():
                self.end(command.leg, command.cause, now=False)
            case commands.Bridge():
                if all(leg in self.up for leg in command.legs):
                    self.bridges.setdefault(command.bridge, set()).update(command.legs)
                    self.event(events.Bridged, call=command.call, bridge=command.bridge, legs=command.legs)
                else:
                    self.event(events.Refused, call=command.call, command=command, reason="leg gone")
            case commands.Unbridge():
                self.bridges.get(command.bridge, set()).difference_update(command.legs)
            case commands.CloseBridge():
                self.bridges.pop(command.bridge, None)
            case commands.Play():
                self.event(events.Played, call=command.call, playback=command.playback)
            case _:
                pass

    def event(self, kind: type, **fields: Any) -> None:
        self.todo.append(kind(at=self.clock.now(), **fields))

    def answer(self, leg: str, *, now: bool = True) -> None:
        """The phone of this leg is picked up."""
        if leg in self.legs:
            self.up.add(leg)
            self._say(events.LegAnswered(at=self.clock.now(), call=CallId(self.legs[leg]), leg=LegId(leg)), now)

    def end(self, leg: str, cause: Cause = Cause.NORMAL, *, now: bool = True) -> None:
        """The party on this leg is gone."""
        call = self.legs.pop(leg, None)
        self.up.discard(leg)
        for bridge in self.bridges.values():
            bridge.discard(leg)
        if call is not None:
            self._say(events.LegEnded(at=self.clock.now(), call=CallId(call), leg=LegId(leg), cause=cause), now)

    def _say(self, event: msgspec.Struct, now: bool) -> None:
        if now and not self.lazy:
            self.tell(event)
        else:
            self.todo.append(event)

    # --- people

    def staff(self, *names: str, ready: bool = True) -> None:
        """Agents whose phones are registered come to work."""
        for name in names:
            self.tell(events.PhoneReachable(at=self.clock.now(), phone=f"demo-{name}", reachable=True))
            self.tell(inputs.SignIn(agent=AgentId(name)))
            if ready:
                self.tell(inputs.Ready(agent=AgentId(name)))

    def arrive(self, caller: str = "13800000000", called: str = NUMBER) -> Call:
        """A customer phones in, and is still there."""
        return self.state.calls[self.arrive_only(caller, called)]

    def arrive_only(self, caller: str = "13800000000", called: str = NUMBER) -> CallId:
        self.calls += 1
        id = CallId(f"call-{self.calls}")
        self.legs[f"in-{self.calls}"] = id
        self.tell(
            events.Arrived(at=self.clock.now(), call=id, leg=LegId(f"in-{self.calls}"), caller=caller, called=called)
        )
        return id

    def pick_up(self, call: Call) -> None:
        """The agent who is offered the call answers; of several, the one who was chosen first."""
        self.answer(next(iter(call.offers.values())).leg)

    def connected(self, name: str = "ann") -> Call:
        """A customer talks with the only agent who is ready."""
        self.staff(name)
        call = self.arrive()
        self.pick_up(call)
        assert call.state == "talking"
        return call

    def agent(self, name: str) -> Agent:
        return self.state.agents[AgentId(name)]

    def say(self, kind: type, name: str, **fields: Any) -> list[Fact]:
        """An agent's command."""
        return self.tell(kind(agent=AgentId(name), **fields))

    # --- judging

    def told(self, *kinds: type) -> list[Any]:
        return [fact for fact in self.facts if type(fact) in kinds]

    def together(self, call: Call) -> set[str]:
        """Who is in the customer's conversation at the switch."""
        return self.bridges.get(f"{call.id}.b", set())

    def replayed(self) -> Snapshot:
        """The state that the journal alone gives, by way of its own encoding."""
        return lasting(replay(State(self.state.directory), self.facts).snapshot())

    def now_lasting(self) -> Snapshot:
        return lasting(self.state.snapshot())


def lasting(snapshot: Snapshot) -> Snapshot:
    """A copy that shares nothing, as a checkpoint would give it back."""
    return decode(encode(snapshot))
