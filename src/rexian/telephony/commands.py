"""What can be asked of a switch. Plain data: the floor's effects, and all that an adapter must know how to do.

Every command names the call it belongs to; commands of one call are carried out in order, calls run side by side.
A command that fails comes back to the floor as `events.Refused` with the command inside.
"""

from enum import StrEnum

import msgspec

from rexian.core.ids import CallId, LegId


class Cause(StrEnum):
    """Why a leg ends. Adapters translate to and from Q.850 and SIP."""

    NORMAL = "normal"  # Q.850 16
    BUSY = "busy"  # 17
    NO_ANSWER = "no_answer"  # 19
    REJECTED = "rejected"  # 21
    UNALLOCATED = "unallocated"  # 1: no such number
    UNREACHABLE = "unreachable"  # 20, 18, 27: phone not registered or out of order
    CONGESTION = "congestion"  # 34, 42: no line or no capacity
    ELSEWHERE = "elsewhere"  # 26: answered elsewhere
    LOST = "lost"  # media or signalling died (RTP time-out, transport gone)
    SWITCH_LOST = "switch_lost"  # the switch itself went away
    FAILED = "failed"  # anything else


class ListenMode(StrEnum):
    """What a supervisor's leg may do with the leg it attends."""

    LISTEN = "listen"
    WHISPER = "whisper"
    BARGE = "barge"


class Command(msgspec.Struct, frozen=True, tag=True, kw_only=True, gc=False):
    """The root: every command belongs to one call. Plain data without circles, of no interest to the collector."""

    call: CallId


class Ring(Command, frozen=True):
    """Tell the calling leg that we are ringing (180)."""

    leg: LegId


class Answer(Command, frozen=True):
    """Answer the calling leg; `LegAnswered` follows."""

    leg: LegId


class HangUp(Command, frozen=True):
    """End a leg; `LegEnded` follows. A leg that is gone already is no error."""

    leg: LegId
    cause: Cause = Cause.NORMAL


class Play(Command, frozen=True):
    """Play `media` in order to a leg, or to all in a bridge when `bridge` is given; `Played` follows.

    Media are keys of prompts (`prompt:<key>`), tones (`tone:ring`) or silence in ms (`silence:200`). `language`
    chooses among a prompt's renderings; `tenant` is the slug of the one whose own prompts are heard before the
    built-in ones.
    """

    playback: str
    media: tuple[str, ...]
    leg: LegId | None = None
    bridge: str | None = None
    language: str = "zh"
    tenant: str = ""
    skip_s: float = 0.0
    """So much of the first medium's beginning is left out."""


class StopPlaying(Command, frozen=True):
    """Cut a playback short. One that has ended already is no error."""

    playback: str


class StartMusic(Command, frozen=True):
    """Music on hold to one leg (until `StopMusic`).

    `music`: the key of a prompt of the tenant's own (`tenant` is its slug), played over and over; where it
    has no sound, the built-in tune.
    """

    leg: LegId
    music: str = "default"
    tenant: str = ""


class StopMusic(Command, frozen=True):
    leg: LegId


class SendDigits(Command, frozen=True):
    """Send DTMF out on a leg, to the party at its far end."""

    leg: LegId
    digits: str


class Originate(Command, frozen=True):
    """Place a leg under an id that we choose. `LegRinging`, `LegAnswered` and `LegEnded` tell how it fares.

    `address` is `phone:<phone id>` (a phone that registers with us), `trunk:<trunk id>/<number>` or a `sip:` URI.
    `origin` lets the switch pick the same codec as that leg, so nothing is transcoded. `auto_answer` asks the phone
    to answer by itself. `headers` reach the phone as SIP headers (`X-Rexian-…`).
    """

    leg: LegId
    address: str
    caller_number: str
    caller_name: str = ""
    origin: LegId | None = None
    ring_timeout_s: float = 30.0
    auto_answer: bool = False
    headers: dict[str, str] = {}


class Bridge(Command, frozen=True):
    """Put legs into one conversation; makes the bridge when it is new. `Bridged` follows once all are in."""

    bridge: str
    legs: tuple[LegId, ...]


class Unbridge(Command, frozen=True):
    """Take legs out of a conversation; they stay up and hear nothing until told otherwise."""

    bridge: str
    legs: tuple[LegId, ...]


class CloseBridge(Command, frozen=True):
    """Dissolve a bridge. One that is gone already is no error."""

    bridge: str


class Mute(Command, frozen=True):
    """`on`: what this leg says is no longer heard by the others."""

    leg: LegId
    on: bool


class StartRecording(Command, frozen=True):
    """Record a leg in two tracks: left what its party says, right what it hears.

    With `silence_s`, `Talking` tells when its party begins to speak and when he has said nothing for so long.
    """

    leg: LegId
    recording: str
    silence_s: float = 0.0


class PauseRecording(Command, frozen=True):
    """`on`: write silence instead of speech (card numbers), in both tracks."""

    leg: LegId
    recording: str
    on: bool


class StopRecording(Command, frozen=True):
    """Close the file; `Recorded` follows. It also follows by itself when the leg ends."""

    leg: LegId
    recording: str


class Listen(Command, frozen=True):
    """Let `leg` (a supervisor's, already up) attend `target` (an agent's leg) in the given mode, until `leg` ends.

    Asked again with another mode it changes the mode.
    """

    leg: LegId
    target: LegId
    mode: ListenMode = ListenMode.LISTEN


class StopListening(Command, frozen=True):
    """`leg` attends nobody any more: it stays up, and hears nothing until told otherwise. Not attending is no error."""

    leg: LegId


class ReceiveFax(Command, frozen=True):
    """Take a fax on a leg that is answered, over T.38 where its far end has that, else in its voice; `Faxed` follows.

    Until then the leg can be told nothing but `HangUp`, and how it is recorded. `station`: our own number.
    """

    leg: LegId
    fax: str
    station: str = ""


class SendFax(Command, frozen=True):
    """Send a fax on a leg that is answered; else like `ReceiveFax`.

    `document` is the key of one of the tenant's documents; `tenant` is its slug.
    """

    leg: LegId
    fax: str
    document: str
    station: str = ""
    tenant: str = ""


AnyCommand = (
    Ring
    | Answer
    | HangUp
    | Play
    | StopPlaying
    | StartMusic
    | StopMusic
    | SendDigits
    | Originate
    | Bridge
    | Unbridge
    | CloseBridge
    | Mute
    | StartRecording
    | PauseRecording
    | StopRecording
    | Listen
    | StopListening
    | ReceiveFax
    | SendFax
)
