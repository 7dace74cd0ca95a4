"""What a flow asks for, and what it is told: plain data in the flow's own words. Whoever runs it translates.

Playbacks and errands are numbered within a call, from the number that `begin` was given on.
"""

from typing import Any

import msgspec

# --- what a flow asks for -------------------------------------------------------------------------------------------


class Action(msgspec.Struct, frozen=True, tag=True, gc=False):
    """The root. Actions of one step are carried out in order."""


class Answer(Action, frozen=True):
    """Take the call. Nothing waits for it: what follows is carried out after it."""


class Play(Action, frozen=True):
    """Play media in order (`prompt:<key>`, `tone:<name>`, `silence:<ms>`), after what is playing already."""

    playback: int
    media: tuple[str, ...]
    language: str
    interruptible: bool = True
    skip_s: float = 0.0
    """So much of the first medium's beginning is left out."""


class StopPlaying(Action, frozen=True):
    playback: int


class StartMusic(Action, frozen=True):
    """Music on hold, until `StopMusic` or until something is played."""

    music: str = "default"


class StopMusic(Action, frozen=True):
    pass


class MuteRecording(Action, frozen=True):
    """`on`: what is said and pressed now is not recorded (a number is typed in secret); then it is again."""

    on: bool


class EnterQueue(Action, frozen=True):
    """Wait for an agent of `queue`. None: as the queue itself says. In another queue already: move over."""

    queue: str
    priority: int | None = None
    skills: dict[str, int] = {}
    max_wait_s: float | None = None
    agent: str = ""
    """Whom the flow names for him: an agent's id or extension. Empty: nobody."""


class Ask(Action, frozen=True):
    """Have an errand run beside the call. `Answered` or `Failed` with its number follows, unless time is up before.

    `parameters` may hold what is concealed: whoever runs it writes nothing of it down.
    """

    errand: int
    kind: str
    parameters: dict[str, Any]
    within_s: float


class AskCallback(Action, frozen=True):
    """The caller leaves the queue and is to be called back. `queue` empty: the one he waits in; `due`: when (ISO)."""

    queue: str
    number: str
    due: str | None = None


class OrderCall(Action, frozen=True):
    """Have a number called, at `due` (ISO; none: now), and whoever answers led through a flow with these variables.

    `flow`: by its name or id; empty: this very flow. He is called `attempts` times at most, with pauses of `gap_s`, and
    not any more when it is `valid_s` late.
    """

    number: str
    flow: str = ""
    due: str | None = None
    variables: dict[str, Any] = {}
    language: str = "zh"
    attempts: int = 3
    gap_s: float = 600.0
    ring_s: float = 30.0
    valid_s: float = 86400.0


class LeaveQueue(Action, frozen=True):
    """Wait no longer. One who waits in no queue is not concerned."""

    reason: str


class StartTape(Action, frozen=True):
    """Record what the caller says, as a message for `queue` (empty: the one he was in last)."""

    queue: str


class StopTape(Action, frozen=True):
    """Record no more."""


class LeaveVoicemail(Action, frozen=True):
    """What was recorded last is the caller's message. Hanging up while it is recorded means the same."""


class StartRecording(Action, frozen=True):
    """Record what the caller says, under a name of its own, with the contact.

    With `silence_s`, `Speaking` tells when he begins to speak and when he has said nothing for so long. One that is
    not `kept` is there to be understood only: `Recorded` tells of its file, and nothing of it stays.
    """

    recording: str
    silence_s: float = 0.0
    kept: bool = True


class StopRecording(Action, frozen=True):
    """Record no more; what has been recorded is kept."""

    recording: str


class PutThrough(Action, frozen=True):
    """Call somebody for the caller: `agent:<id or extension>` or `number:<n>`; `GivenBack` follows when that is over.

    It may ring so long. Meanwhile the caller hears it ring, or `music`.
    """

    target: str
    ring_s: float
    music: bool = False
    paused: bool = False
    """Call the agent also while he has paused."""


class ReceiveFax(Action, frozen=True):
    """Take a fax under a name of its own; `FaxOver` follows. Until then nothing else can be done with the caller."""

    fax: str


class SendFax(Action, frozen=True):
    """Send a document of the library as a fax under a name of its own; `FaxOver` follows, as of `ReceiveFax`."""

    fax: str
    document: str
    document_name: str = ""
    """As people call it: kept with the contact."""


class KeepRecording(Action, frozen=True):
    """What was recorded to be understood has been, and stays with the contact."""

    recording: str
    path: str
    rate: int


class NoteHeard(Action, frozen=True):
    """Write down what the caller has said, and what it was taken for. `text` empty: he said it in secret."""

    node: str
    text: str
    choice: str = ""
    confidence: float | None = None


class HangUp(Action, frozen=True):
    """End the call; `cause` is one of the switch's words. Always the last action of a run."""

    cause: str = "normal"


# --- what a flow is told --------------------------------------------------------------------------------------------


class Input(msgspec.Struct, frozen=True, tag=True, gc=False):
    """The root."""


class Digit(Input, frozen=True):
    digit: str


class Played(Input, frozen=True):
    """A playback is over; `finished` is false when it was cut short or could not be played."""

    playback: int
    finished: bool = True


class TimeUp(Input, frozen=True):
    """The run's deadline has passed."""


class Speaking(Input, frozen=True):
    """The caller, who is recorded, has begun to speak (`on`), or has said nothing for as long as was asked."""

    on: bool


class Recorded(Input, frozen=True):
    """What was recorded to be understood is whole: two tracks, 16 bit, the caller on the left one."""

    recording: str
    path: str
    rate: int = 8000


class QueueLeft(Input, frozen=True):
    """The queue has given the caller back: `timeout`, `no_agents`, `closed` …; names an exit of the queue's node."""

    result: str


class GivenBack(Input, frozen=True):
    """Whom the caller was put through to is gone (`next`: they have talked), or did not come.

    That is: `busy`, `no_answer`, `refused`, `unavailable` or `failed`.
    """

    result: str


class FaxOver(Input, frozen=True):
    """A fax is over. Not `complete`: so many pages went over all the same. `station`: the other machine's name.

    `machine`: whether there was one.
    """

    complete: bool
    pages: int = 0
    station: str = ""
    machine: bool = True


class RoomOver(Input, frozen=True):
    """Who led the room that the caller is in has left it."""


class Answered(Input, frozen=True):
    """An errand is done; `value` is what it brought."""

    errand: int
    value: Any = None


class Failed(Input, frozen=True):
    """What the flow asked for last could not be done; or the errand of this number."""

    reason: str = ""
    errand: int = 0


class Recognised(Input, frozen=True):
    """Who calls has been found; it stands in what is known of the call."""
