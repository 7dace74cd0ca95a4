"""Rehearsals: a call that is played step by step through the real interpreter, in a world that is made up.

`rehearse(document, stage, cues)` is pure and begins anew each time: what is kept of a rehearsal is how the stage was
set and what the player did, and that is what a recorded path is, too.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

import msgspec

from rexian.core.errors import Invalid
from rexian.core.numbers import number_or_none
from rexian.core.regions import region_of
from rexian.flows.actions import (
    Answered,
    Digit,
    Failed,
    FaxOver,
    GivenBack,
    HangUp,
    Input,
    Play,
    Played,
    QueueLeft,
    Recorded,
    Speaking,
    StopPlaying,
    TimeUp,
)
from rexian.flows.interpreter import begin, resume
from rexian.flows.model import Document
from rexian.flows.visit import ERRAND, Move, QueueFigures, RoomFigures, Run, Step

MOST_CUES = 300
MOST_MOVES = 5_000
"""More than this many nodes in one rehearsal is a circle."""
LONGEST_WAIT_S = 7 * 86_400


class Calendar(Protocol):
    def is_open(self, at: datetime) -> bool: ...


class Stage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The world around the call: when it is, who calls, what is known of him, how calendars and queues stand."""

    at: datetime
    caller: str = "13800138000"
    called: str = ""
    facts: dict[str, Any] = {}
    """What is known of the caller beside his number: `vip`, `customer` …"""
    calendars: dict[str, bool] = {}
    """Open or closed, set by hand; the others are asked for the time on the stage."""
    queues: dict[str, QueueFigures] = {}
    """How queues stand; the others are empty, with nobody ready."""


class Cue(msgspec.Struct, frozen=True, tag_field="do", kw_only=True, forbid_unknown_fields=True):
    """What the player does next."""


class Press(Cue, frozen=True, tag="press", kw_only=True):
    digit: str


class Hear(Cue, frozen=True, tag="hear", kw_only=True):
    """Listen to the end of what is playing."""


class Wait(Cue, frozen=True, tag="wait", kw_only=True):
    """Say nothing and let time pass; what is playing is heard first."""

    seconds: float


class Say(Cue, frozen=True, tag="say", kw_only=True):
    """Say something while the flow listens, and be understood rightly; a question that no voice cuts short is heard."""

    text: str


class LeaveQueue(Cue, frozen=True, tag="leave_queue", kw_only=True):
    """The queue gives the caller back: `timeout`, `no_agents`, `closed`."""

    result: str


class Reach(Cue, frozen=True, tag="reach", kw_only=True):
    """An agent answers."""


class GiveBack(Cue, frozen=True, tag="give_back", kw_only=True):
    """Whom the caller was put through to is gone (`next`), or does not come: `busy`, `no_answer`, `refused` …"""

    result: str


class Fax(Cue, frozen=True, tag="fax", kw_only=True):
    """The fax that the flow has begun is over: all pages went over, or none; or there was no `machine`."""

    complete: bool = True
    pages: int = 1
    machine: bool = True


class Break(Cue, frozen=True, tag="break", kw_only=True):
    """What the flow asked for last cannot be done."""

    reason: str = "flow.failed"


class GoAway(Cue, frozen=True, tag="go_away", kw_only=True):
    """The caller hangs up."""


class Tell(Cue, frozen=True, tag="tell", kw_only=True):
    """Any other input of the engine, as its wire form: the made-up answer of a look-up."""

    input: dict[str, Any]


AnyCue = Press | Hear | Wait | Say | LeaveQueue | Reach | GiveBack | Fax | Break | GoAway | Tell


class Beat(msgspec.Struct, frozen=True, kw_only=True):
    """One cue and what it led to. The first has none: it is the call's arrival."""

    cue: AnyCue | None
    at: datetime
    moves: tuple[Move, ...] = ()
    said: tuple[Play, ...] = ()
    actions: tuple[dict[str, Any], ...] = ()
    """What else the flow asked for, in wire form."""
    run: Run
    """How it stands afterwards, without what may not be written down."""
    over: str = ""
    """Why the call is over; empty while it goes on."""


class Rehearsal(msgspec.Struct, frozen=True, kw_only=True):
    beats: tuple[Beat, ...]

    @property
    def path(self) -> "Path":
        last = self.beats[-1]
        moves = [move for beat in self.beats for move in beat.moves if move.node]
        return Path(
            steps=tuple((move.exit, move.node) for move in _merged(moves)), over=last.over, queue=last.run.queue
        )


class Path(msgspec.Struct, frozen=True, kw_only=True):
    """Which way a rehearsal went: exits and the nodes they led to, the node it waits in, and how it ended."""

    steps: tuple[tuple[str, str], ...]
    over: str = ""
    queue: str = ""


def _merged(moves: list[Move]) -> list[Move]:
    """Without the notes of changed variables, which name the node again by no exit."""
    return [move for place, move in enumerate(moves) if place == 0 or move.exit or move.node != moves[place - 1].node]


def rehearse(
    document: Document,
    stage: Stage,
    cues: Collection[AnyCue],
    *,
    calendars: Mapping[str, Calendar] | None = None,
    queues: Collection[str] = (),
) -> Rehearsal:
    """Play a call. `calendars` and `queues` are those that there really are. Raises `Invalid` on impossible stages."""
    if len(cues) > MOST_CUES:
        raise Invalid("flow.rehearsal_too_long", f"A rehearsal has at most {MOST_CUES} steps.", most=MOST_CUES)
    play = _Rehearsing(document, _World(stage, calendars or {}, queues))
    for cue in cues:
        if play.over:
            break
        play.take(cue)
    return Rehearsal(beats=tuple(play.beats))


class _World:
    """What the flow sees (`visit.Context`)."""

    def __init__(self, stage: Stage, calendars: Mapping[str, Calendar], queues: Collection[str]) -> None:
        if stage.at.tzinfo is None:
            raise Invalid("flow.rehearsal_time", "The stage's time needs its offset, as in 2026-01-05T09:00:00+08:00.")
        self.now = stage.at
        self._stage = stage
        self._calendars = calendars
        self._queues = queues

    @property
    def facts(self) -> Mapping[str, Any]:
        stage = self._stage
        known = {"call": "rehearsal", "started": stage.at.isoformat(), "lists": [], "customer": {}}
        region = region_of(number_or_none(stage.caller) or "")
        return {"caller": stage.caller, "called": stage.called, "region": region, **known, **stage.facts}

    def is_open(self, calendar: str) -> bool | None:
        if calendar in self._stage.calendars:
            return self._stage.calendars[calendar]
        found = self._calendars.get(calendar)
        return None if found is None else found.is_open(self.now)

    def has_queue(self, queue: str) -> bool:
        return queue in self._stage.queues or queue in self._queues

    def queue(self, queue: str) -> QueueFigures | None:
        return self._stage.queues.get(queue) or (QueueFigures(1) if self.has_queue(queue) else None)

    def room(self, name: str) -> RoomFigures:
        """Nobody else calls, but whoever leads is there."""
        return RoomFigures(members=1, moderators=1)

    def callable(self, number: str) -> str | None:
        return number if number.lstrip("+").isdigit() and len(number) >= 3 else None

    def slots(self, queue: str) -> list[datetime]:
        """The next full hours."""
        first = self.now.replace(minute=0, second=0, microsecond=0)
        return [first + timedelta(hours=hours) for hours in (1, 2, 3)]

    def hindrance(self, number: str, flow: str) -> str:
        """Whoever has a number can be called; the limits of a day do not count here."""
        return "" if self.callable(number) else "number.invalid"

    def local(self, at: datetime) -> datetime:
        """By the clock of the stage."""
        return at.astimezone(self._stage.at.tzinfo)


class _Rehearsing:
    """The rehearsal while it goes on."""

    def __init__(self, document: Document, world: _World) -> None:
        self._document = document
        self._world = world
        self._steps: list[Step] = []
        self.beats: list[Beat] = []
        self.over = ""
        first = begin(document, {}, world)
        self._run = first.run
        self._took(first)
        self._beat(None)

    def take(self, cue: AnyCue) -> None:
        _CUES[type(cue)](self, cue)
        self._beat(cue)

    def _tell(self, input: Input) -> None:
        self._took(resume(self._document, self._run, input, self._world))

    def _took(self, step: Step) -> None:
        self._run = step.run
        self._steps.append(step)
        self.over = step.run.ended
        if step.run.moved > MOST_MOVES:
            self.over = "error:flow.endless"

    def _beat(self, cue: AnyCue | None) -> None:
        actions = [action for step in self._steps for action in step.actions]
        others = [action for action in actions if not isinstance(action, Play | StopPlaying | HangUp)]
        self.beats.append(
            Beat(
                cue=cue,
                at=self._world.now,
                moves=tuple(move for step in self._steps for move in step.moves),
                said=tuple(action for action in actions if isinstance(action, Play)),
                actions=tuple(msgspec.to_builtins(action) for action in others),
                run=self._run.open(),
                over=self.over,
            )
        )
        self._steps = []

    # --- what the player can do

    def press(self, cue: Press) -> None:
        if len(cue.digit) != 1 or cue.digit not in "0123456789*#":
            raise Invalid("flow.rehearsal_key", "A key is one of 0 to 9, * and #.", key=cue.digit)
        self._tell(Digit(cue.digit))

    def hear(self, _: Hear) -> None:
        for playback in self._run.playing:
            if not self.over:
                self._tell(Played(playback))

    def wait(self, cue: Wait) -> None:
        until = self._world.now + timedelta(seconds=min(max(cue.seconds, 0.0), LONGEST_WAIT_S))
        self._hear_all()
        while not self.over and self._run.until is not None and self._run.until <= until:
            self._world.now = max(self._world.now, self._run.until)
            self._tell(TimeUp())
            self._hear_all()
        if not self.over:
            self._world.now = until

    def _hear_all(self) -> None:
        while self._run.playing and not self.over:
            self.hear(Hear())

    def say(self, cue: Say) -> None:
        if not self._run.memory.get("utterance"):
            self._hear_all()
        for on in (True, False):
            self._tell_if_going(Speaking(on))
        if (recording := self._run.memory.get("utterance")) is not None:
            self._tell_if_going(Recorded(recording, ""))
            answer = {"text": cue.text, "confidence": 1.0, "choice": ""}
            self._tell_if_going(Answered(self._run.memory.get(ERRAND, 0), answer))

    def _tell_if_going(self, input: Input) -> None:
        if not self.over:
            self._tell(input)

    def leave_queue(self, cue: LeaveQueue) -> None:
        if self._run.queue:
            self._tell(QueueLeft(cue.result))

    def reach(self, _: Reach) -> None:
        if self._run.queue:
            self.over = "answered"

    def give_back(self, cue: GiveBack) -> None:
        self._tell(GivenBack(cue.result))

    def fax(self, cue: Fax) -> None:
        self._tell(FaxOver(cue.complete, cue.pages if cue.complete else 0, machine=cue.machine))

    def fail(self, cue: Break) -> None:
        self._tell(Failed(cue.reason))

    def go_away(self, _: GoAway) -> None:
        self.over = "caller_gone"

    def tell(self, cue: Tell) -> None:
        try:
            told = msgspec.convert(cue.input, _inputs())
        except msgspec.ValidationError as error:
            raise Invalid("flow.rehearsal_input", f"The made-up answer cannot be read: {error}.") from error
        self._tell(told)


def _inputs() -> Any:
    """The union of all inputs that there are, strangers' included."""
    kinds: list[type[Input]] = list(Input.__subclasses__())
    union: Any = kinds[0]
    for kind in kinds[1:]:
        union = union | kind
    return union


_CUES: dict[type[Cue], Callable[[_Rehearsing, Any], None]] = {
    Press: _Rehearsing.press,
    Hear: _Rehearsing.hear,
    Wait: _Rehearsing.wait,
    Say: _Rehearsing.say,
    LeaveQueue: _Rehearsing.leave_queue,
    Reach: _Rehearsing.reach,
    GiveBack: _Rehearsing.give_back,
    Fax: _Rehearsing.fax,
    Break: _Rehearsing.fail,
    GoAway: _Rehearsing.go_away,
    Tell: _Rehearsing.tell,
}
