"""What a flow asks for, and what it is told: plain data in the flow's own words. Whoever runs it translates.

Playbacks are numbered within a call, from the number that `begin` was given on.
"""

import msgspec

# --- what a flow asks for -------------------------------------------------------------------------------------------


class Action(msgspec.Struct, frozen=True, tag=True):
    """The root. Actions of one step are carried out in order."""


class Answer(Action, frozen=True):
    """Take the call. Nothing waits for it: what follows is carried out after it."""


class Play(Action, frozen=True):
    """Play media in order (`prompt:<key>`, `tone:<name>`, `silence:<ms>`), after what is playing already."""

    playback: int
    media: tuple[str, ...]
    language: str
    interruptible: bool = True


class StopPlaying(Action, frozen=True):
    playback: int


class EnterQueue(Action, frozen=True):
    """Wait for an agent of `queue`. None: as the queue itself says. In another queue already: move over."""

    queue: str
    priority: int | None = None
    skills: dict[str, int] = {}
    max_wait_s: float | None = None


class HangUp(Action, frozen=True):
    """End the call; `cause` is one of the switch's words. Always the last action of a run."""

    cause: str = "normal"


# --- what a flow is told --------------------------------------------------------------------------------------------


class Input(msgspec.Struct, frozen=True, tag=True):
    """The root."""


class Digit(Input, frozen=True):
    digit: str


class Played(Input, frozen=True):
    """A playback is over; `finished` is false when it was cut short or could not be played."""

    playback: int
    finished: bool = True


class TimeUp(Input, frozen=True):
    """The run's deadline has passed."""


class QueueLeft(Input, frozen=True):
    """The queue has given the caller back: `timeout`, `no_agents`, `closed` …; names an exit of the queue's node."""

    result: str


class Failed(Input, frozen=True):
    """What the flow asked for last could not be done."""

    reason: str = ""
