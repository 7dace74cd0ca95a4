"""What a switch tells us, in our own words. All times are aware UTC, as near to the event as the switch can say."""

from datetime import datetime

import msgspec

from rexian.core.ids import CallId, LegId
from rexian.telephony.commands import AnyCommand, Cause


class SwitchEvent(msgspec.Struct, frozen=True, tag=True, kw_only=True, gc=False):
    """The root: every event has a time. Plain data without circles, of no interest to the collector."""

    at: datetime


class Arrived(SwitchEvent, frozen=True):
    """A new calling leg from outside or from one of our phones. The adapter mints `call` (and can find it again).

    `phone` is the phone id when one of our own phones calls. `node` names the switch that holds the leg.
    """

    call: CallId
    leg: LegId
    caller: str
    called: str
    caller_name: str = ""
    phone: str = ""
    trunk: str = ""
    node: str = ""


class LegRinging(SwitchEvent, frozen=True):
    call: CallId
    leg: LegId


class LegAnswered(SwitchEvent, frozen=True):
    call: CallId
    leg: LegId


class LegEnded(SwitchEvent, frozen=True):
    """The leg is gone, whoever ended it."""

    call: CallId
    leg: LegId
    cause: Cause


class DigitPressed(SwitchEvent, frozen=True):
    call: CallId
    leg: LegId
    digit: str


class Talking(SwitchEvent, frozen=True):
    """A party that is recorded with an ear to its silence has begun to speak (`on`), or said nothing for a while."""

    call: CallId
    leg: LegId
    on: bool


class Played(SwitchEvent, frozen=True):
    """A playback is over; `finished` is false when it was cut short or could not be played."""

    call: CallId
    playback: str
    finished: bool = True


class Bridged(SwitchEvent, frozen=True):
    """All the legs asked for are in the bridge and hear each other."""

    call: CallId
    bridge: str
    legs: tuple[LegId, ...]


class Recorded(SwitchEvent, frozen=True):
    """A recording's file is closed. `path` is where the switch left it: raw stereo, 16 bit, at `rate` Hz."""

    call: CallId
    leg: LegId
    recording: str
    path: str
    rate: int = 8000


class Faxed(SwitchEvent, frozen=True):
    """A fax is over, whole (`complete`) or not; a leg that ends with it is told of after this.

    `path` is where the switch left the pages that came: a TIFF, black and white. `station` is what the other machine
    calls itself, `error` the switch's word for what went wrong; `machine`: whether one was there at all.
    """

    call: CallId
    leg: LegId
    fax: str
    complete: bool
    pages: int = 0
    station: str = ""
    t38: bool = False
    error: str = ""
    path: str = ""
    machine: bool = True


class Refused(SwitchEvent, frozen=True):
    """A command could not be carried out."""

    call: CallId
    command: AnyCommand
    reason: str


class PhoneReachable(SwitchEvent, frozen=True):
    """One of our phones registered, or lost its registration (`reachable` false)."""

    phone: str
    reachable: bool


class TrunkReachable(SwitchEvent, frozen=True):
    """The other end of a trunk answers, and takes our registration where we register; or it does not any more."""

    trunk: str
    reachable: bool


class SwitchLost(SwitchEvent, frozen=True):
    """The switch cannot be reached. Its legs may still be talking: nothing is known until `SwitchBack`."""

    node: str = ""


class LegSeen(msgspec.Struct, frozen=True, kw_only=True):
    """A leg as found in a survey of the switch."""

    leg: LegId
    call: CallId
    up: bool
    bridge: str | None = None
    fax: str = ""
    """The fax that it was told to take or send last."""


class SwitchBack(SwitchEvent, frozen=True):
    """The switch can be reached (again); `legs` are all that it holds of ours, `reachable` the phones registered.

    The floor reconciles: legs it does not know are ended, legs it thought it had and which are not here are over.
    """

    node: str = ""
    legs: tuple[LegSeen, ...] = ()
    reachable: frozenset[str] = frozenset()


AnySwitchEvent = (
    Arrived
    | LegRinging
    | LegAnswered
    | LegEnded
    | DigitPressed
    | Talking
    | Played
    | Bridged
    | Recorded
    | Faxed
    | Refused
    | PhoneReachable
    | TrunkReachable
    | SwitchLost
    | SwitchBack
)
