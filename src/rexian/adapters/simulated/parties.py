"""The people at the far ends: what they do by themselves, and what is known of their lines."""

from dataclasses import dataclass, field
from datetime import datetime

from rexian.core.ids import CallId, LegId
from rexian.telephony.commands import Cause, ListenMode, Originate
from rexian.telephony.events import Faxed


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """What a party whom we call does by himself. Seconds; None: never."""

    rings_after_s: float | None = 0.0
    answers_after_s: float | None = 1.0  # after the call reached him
    rejects: Cause | None = None  # instead of answering
    talks_s: float | None = None  # then he hangs up


def prompt(command: Originate) -> Behaviour:
    """Who answers at once and stays."""
    return Behaviour(answers_after_s=0.0)


def by_hand(command: Originate) -> Behaviour:
    """Who does nothing by himself: the test moves him."""
    return Behaviour(rings_after_s=None, answers_after_s=None)


@dataclass(slots=True)
class FaxMachine:
    """A fax machine at a far end: it sends the pages laid in, and takes what we send."""

    tiff: bytes = b""
    pages: int = 1
    station: str = ""
    t38: bool = True
    taken: list[str] = field(default_factory=list)
    """The documents that came out of it."""


@dataclass(slots=True)
class Line:
    """One leg, as the switch sees it."""

    id: LegId
    call: CallId
    placed: bool
    address: str = ""
    auto_answer: bool = False
    up: bool = False
    rang: bool = False
    muted: bool = False
    music: bool = False
    voice: float = 0.0  # the pitch in Hz that the party sounds; 0: says nothing
    pressed: str = ""  # what we sent to the party
    bridge: str | None = None  # the conversation it is in
    playing: dict[str, None] = field(default_factory=dict)  # playbacks to this leg
    listens_to: LegId | None = None
    mode: ListenMode = ListenMode.LISTEN
    recordings: dict[str, "Tape"] = field(default_factory=dict)
    silence_s: float = 0.0  # told when it has said nothing for so long; 0: nobody asks
    talks: bool = False  # as it was told last
    quiet: datetime | None = None  # since when it says nothing
    machine: FaxMachine | None = None  # stands at the far end, with its start key pressed
    fax: str = ""  # was told to take or send it last
    faxing: bool = False
    faxed: Faxed | None = None  # what came of the last one


Sound = float | str
"""A voice by its pitch in Hz, or the name of what is played."""
Sounds = frozenset[Sound]


@dataclass(slots=True)
class Tape:
    """A recording: what was on its two tracks, from when on (seconds since it began)."""

    began_s: float
    paused: bool = False
    marks: list[tuple[float, Sounds, Sounds]] = field(default_factory=list)

    def mark(self, now_s: float, left: Sounds, right: Sounds) -> None:
        if self.paused:
            left = right = frozenset()
        if not self.marks or self.marks[-1][1:] != (left, right):
            self.marks.append((now_s - self.began_s, left, right))
