"""The state of a walk: `Run`, which lasts, and `Visit`, the working copy of one step."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Protocol, final

import msgspec

from rexian.flows.actions import Action, Ask, HangUp, Play, StopPlaying


class QueueFigures(msgspec.Struct, frozen=True):
    """How a queue stands for one caller. `position` counts from 1: his own place, or the one he would get."""

    position: int
    expected_wait_s: float | None = None
    ready: int = 0
    waiting: int = 0
    """How many wait in it now."""
    staffed: int = 0
    """How many are signed in to it, whatever they are doing."""
    longest_wait_s: float = 0.0
    """For how long the first of them has waited."""


class RoomFigures(msgspec.Struct, frozen=True):
    """Who is in a room, the caller himself not counted."""

    members: int = 0
    moderators: int = 0


class Context(Protocol):
    """What a flow may look at while it decides. Everything in it is at hand: nothing waits, nothing raises."""

    @property
    def now(self) -> datetime: ...

    @property
    def facts(self) -> Mapping[str, Any]:
        """What is known of the caller and the call (`caller`, `called`, `customer` …), beside the variables."""

    def is_open(self, calendar: str) -> bool | None:
        """None: there is no such calendar."""

    def has_queue(self, queue: str) -> bool: ...

    def queue(self, queue: str) -> QueueFigures | None:
        """None: there is no such queue."""

    def room(self, name: str) -> RoomFigures: ...

    def callable(self, number: str) -> str | None:
        """The number in its full form, when it is one that we can call."""

    def slots(self, queue: str) -> list[datetime]:
        """When a callback can be booked for, earliest first. `queue` empty: the one that the call waits in."""

    def hindrance(self, number: str, flow: str) -> str:
        """What keeps a call from being ordered to this number that goes through this flow; empty: nothing."""

    def local(self, at: datetime) -> datetime:
        """A moment on the house's wall clock."""


class Run(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """Where a call stands in its flow. Small and serialisable; without `concealed` it may go into the journal."""

    node: str
    language: str
    variables: dict[str, Any] = {}
    priority: int | None = None
    skills: dict[str, int] = {}
    until: datetime | None = None
    """When to say `TimeUp`."""
    memory: dict[str, Any] = {}
    """What the node it stands at keeps until it is left."""
    plays: int = 0
    """How many playbacks and errands have been numbered."""
    playing: tuple[int, ...] = ()
    queue: str = ""
    """The node in whose queue the call waits."""
    failed: bool = False
    """The document's own `on_error` has been used."""
    moved: int = 0
    """Through how many nodes it has come."""
    ended: str = ""
    """Why it is over: `done`, `hangup` or `error:<code>`; empty while it goes on."""
    concealed: dict[str, str] = {}
    """What may not be written down: keys typed ahead and numbers typed in secret."""
    scopes: tuple[dict[str, Any], ...] = ()
    """The variables of the flows that wait for a sub-flow to come back, the outermost first."""

    def open(self) -> "Run":
        """This run as it may be written down."""
        return msgspec.structs.replace(self, concealed={}) if self.concealed else self


class Move(msgspec.Struct, frozen=True, gc=False):
    """The walk has come to `node` by `exit` of the node before; `variables` are those that changed before it.

    `error`: the code of what went wrong at the node before, where that is why it took this exit.
    """

    node: str
    exit: str = ""
    variables: dict[str, Any] = {}
    error: str = ""


class Step(msgspec.Struct, frozen=True, gc=False):
    """What one input led to."""

    run: Run
    actions: tuple[Action, ...] = ()
    moves: tuple[Move, ...] = ()


@final
class Leave(msgspec.Struct, frozen=True, gc=False):
    """Go on by this exit. `error` tells why, when it is a failure."""

    exit: str = "next"
    error: str = ""


@final
class Stay(msgspec.Struct, frozen=True, gc=False):
    """Stay here until an input comes, at most until the deadline. None: only in a queue, which has its own."""

    until: datetime | None


Outcome = Leave | Stay

TYPED = "*typed*"
"""Name in `concealed` of the keys that were typed ahead; no variable can have it."""


MOST_SCOPES = 20
"""Far more than sub-flows lie within each other."""

ERRAND = "errand"
"""Name in a node's memory of the errand it waits for."""


ROOM = "conference_room"
"""Name in a node's memory of the room that the caller is in while he stands there: `name`, and his `part`."""

SECRET = "secret"
"""Name in a node's memory of the mark that something is typed in secret just now."""


class Visit(msgspec.Struct, gc=False):
    """The working copy of a run during one step, made by `visiting`. Nodes read it and ask through it.

    It never leaves the step.
    """

    ctx: Context
    now: datetime
    node: str
    language: str
    _variables: dict[str, Any]
    priority: int | None
    skills: dict[str, int]
    until: datetime | None
    memory: dict[str, Any]
    _plays: int
    playing: tuple[int, ...]
    queue: str
    failed: bool
    moved_in_all: int
    ended: str
    _concealed: dict[str, str]
    scopes: tuple[dict[str, Any], ...]
    hung_up: bool = False
    actions: list[Action] = []
    moves: list[Move] = []
    changed: dict[str, Any] = {}

    # --- asking

    def do(self, action: Action) -> None:
        self.actions.append(action)
        if type(action) is HangUp:
            self.hung_up = True

    def play(self, media: tuple[str, ...], *, interruptible: bool = True, skip_s: float = 0.0) -> int:
        """Ask for a playback; returns its number. `skip_s`: so much of its beginning is left out."""
        self._plays += 1
        self.playing += (self._plays,)
        self.actions.append(Play(self._plays, media, self.language, interruptible, skip_s))
        return self._plays

    def numbered(self) -> int:
        """The next number of this call's playbacks, errands and recordings."""
        self._plays += 1
        return self._plays

    def ask(self, kind: str, parameters: dict[str, Any], *, within_s: float) -> Stay:
        """Have an errand run, and stay until it is answered, at most so long."""
        self._plays += 1
        self.memory[ERRAND] = self._plays
        self.actions.append(Ask(self._plays, kind, parameters, within_s))
        return Stay(self.after(within_s))

    def stop_playing(self) -> None:
        """Cut short all that is playing."""
        for playback in self.playing:
            self.actions.append(StopPlaying(playback))
        self.playing = ()

    # --- remembering

    def set(self, name: str, value: Any) -> None:
        if not self.changed:
            self._variables = dict(self._variables)
        self._variables[name] = self.changed[name] = value

    def step_in(self, variables: dict[str, Any]) -> None:
        """Go on with other variables: those of a sub-flow. Raises `ValueError` where this has no end."""
        if len(self.scopes) >= MOST_SCOPES:
            raise ValueError("Sub-flows lie too deep.")
        self.scopes = (*self.scopes, self._variables)
        self._variables = dict(variables)

    def step_out(self) -> None:
        """Go on with the variables of who called the sub-flow."""
        if self.scopes:
            self._variables = dict(self.scopes[-1])
            self.scopes = self.scopes[:-1]

    def step_to(self, depth: int) -> None:
        """The walk goes on where no exit led to: so many sub-flows deep, with the variables of there.

        Those of a sub-flow that was left meanwhile are gone; then it goes on with those that there are.
        """
        while len(self.scopes) > depth:
            self.step_out()
        while len(self.scopes) < min(depth, MOST_SCOPES):
            self.step_in(self._variables)

    def conceal(self, name: str, value: str) -> None:
        """Keep a value that may not be written down; nothing but nodes can read it. Empty: keep none."""
        kept = self._concealed.copy()
        if value:
            kept[name] = value
        else:
            kept.pop(name, None)
        self._concealed = kept

    def reveal(self, name: str) -> str:
        return self._concealed.get(name, "")

    def secrets(self) -> tuple[str, ...]:
        """All that is concealed just now."""
        return tuple(self._concealed.values())

    def type_ahead(self, digit: str) -> None:
        self.conceal(TYPED, self.reveal(TYPED) + digit)

    def take_typed(self) -> str:
        """The keys that were typed ahead, once."""
        typed = self.reveal(TYPED)
        if typed:
            self.conceal(TYPED, "")
        return typed

    def come_to(self, node: str, exit: str, error: str = "") -> None:
        """Stand at a node to which `exit` led (by this error), with nothing kept and nothing awaited yet."""
        self.node = node
        self.memory = {}
        self.until = None
        self.moves.append(Move(node, exit, self.changed, error))
        self.moved_in_all += 1
        self.changed = {}

    def note_changed(self) -> None:
        """Note the variables that have changed since the walk came to where it stands."""
        self.moves.append(Move(self.node, "", self.changed))
        self.moved_in_all += 1
        self.changed = {}

    # --- looking

    def value(self, path: str) -> Any:
        """A variable, or what is known of the call: `vip`, `customer.attributes.level`. None when there is none."""
        if path in self._variables:
            return self._variables[path]
        head, *rest = path.split(".")
        if head in self._variables:
            found: Any = self._variables[head]
        else:
            found = self.language if head == "language" else self.ctx.facts.get(head)
        for name in rest:
            found = found.get(name) if isinstance(found, Mapping) else None
        return found

    def after(self, seconds: float) -> datetime:
        return self.now + _span(seconds)

    def run(self) -> Run:
        return Run(
            self.node,
            self.language,
            self._variables,
            self.priority,
            self.skills,
            self.until,
            self.memory,
            self._plays,
            self.playing,
            self.queue,
            self.failed,
            self.moved_in_all,
            self.ended,
            self._concealed,
            self.scopes,
        )


def visiting(run: Run, ctx: Context) -> Visit:
    """The working copy; the run itself is never changed."""
    return Visit(
        ctx,
        ctx.now,
        run.node,
        run.language,
        run.variables,
        run.priority,
        run.skills,
        run.until,
        run.memory.copy(),
        run.plays,
        run.playing,
        run.queue,
        run.failed,
        run.moved,
        run.ended,
        run.concealed,
        run.scopes,
    )


@lru_cache(maxsize=1024)
def _span(seconds: float) -> timedelta:
    """Documents know few lengths of time, and wait for each of them again and again."""
    return timedelta(seconds=seconds)
