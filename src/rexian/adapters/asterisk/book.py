"""What we know of Asterisk's channels and bridges, and the reading of its events in our words."""

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote

from rexian.adapters.asterisk.ari import Channel, Event, MixingBridge
from rexian.adapters.asterisk.causes import asked_to_hang_up, ended_talking, ended_unanswered
from rexian.adapters.asterisk.faxes import RETURNED, Fax, fax_of, told
from rexian.adapters.asterisk.templates import FAXED
from rexian.core.ids import CallId, LegId, uuid7
from rexian.telephony.commands import Cause
from rexian.telephony.events import (
    AnySwitchEvent,
    Arrived,
    Bridged,
    DigitPressed,
    Faxed,
    LegAnswered,
    LegEnded,
    LegRinging,
    LegSeen,
    Played,
    Talking,
)

UUID_LENGTH = 36
CALL_VARIABLE = "REXIAN_CALL"
RECORDING_VARIABLE = "MIXMONITOR_FILENAME"
TRUNK_PREFIX = "trunk-"
SNOOP_PREFIX = "snoop."
CONTEXT_PREFIX = "from-"
READ_EVENTS = (
    *("StasisStart", "StasisEnd", "ChannelStateChange", "ChannelHangupRequest", "ChannelDestroyed"),
    *("ChannelDtmfReceived", "PlaybackFinished", "ChannelEnteredBridge", "ChannelLeftBridge"),
    *("ChannelTalkingStarted", "ChannelTalkingFinished", "ChannelUserevent"),
)


class Leg:
    """One channel of ours."""

    __slots__ = (
        "answering",
        "asked",
        "call",
        "cause",
        "fax",
        "faxed",
        "id",
        "music",
        "placed",
        "rang",
        "recordings",
        "silence",
        "turn",
        "up",
    )

    def __init__(self, leg: LegId, call: CallId, *, placed: bool, up: bool = False) -> None:
        self.id = leg
        self.call = call
        self.placed = placed
        self.up = up
        self.rang = False
        self.music = False
        self.answering = False
        self.turn: asyncio.Task[None] | None = None  # its last request, under way or done
        self.asked: Cause | None = None  # we ended it, for this reason
        self.cause = 0  # Q.850, when the far end asked to hang up
        self.recordings: dict[str, Path] = {}
        self.silence = False  # we asked to be told when it falls silent
        self.fax: Fax | None = None  # away for it: not in our app
        self.faxed: Faxed | None = None  # what came of it, known before the leg is back


@dataclass(frozen=True, slots=True)
class Closing:
    """A recording whose file Asterisk is about to close."""

    call: CallId
    leg: LegId
    recording: str
    path: Path


class Book:
    """Legs, bridges and playbacks by id. One event in, what it means out; no I/O."""

    def __init__(self, node: str) -> None:
        self._node = node
        self.legs: dict[LegId, Leg] = {}
        self.bridges: dict[str, set[str]] = {}
        self.awaited: dict[str, list[tuple[CallId, tuple[LegId, ...]]]] = {}
        self.playbacks: dict[str, tuple[CallId, LegId | None]] = {}
        self.stopped: set[str] = set()
        self.closing: list[Closing] = []
        self.left: list[LegId] = []
        self.spies: dict[str, asyncio.Event] = {}  # asked for; set when they can be put into a bridge

    def read(self, event: Event) -> Iterator[AnySwitchEvent]:
        at = moment(event.timestamp)
        if event.type == "PlaybackFinished" and event.playback is not None:
            yield from self._played(event.playback.id, at, finished=event.playback.state == "done")
        elif event.channel is not None and event.channel.id.startswith(SNOOP_PREFIX):
            if event.type == "StasisStart" and event.channel.id in self.spies:
                self.spies[event.channel.id].set()
        elif event.channel is not None:
            yield from self._read_channel(event, event.channel, at)

    def _read_channel(self, event: Event, channel: Channel, at: datetime) -> Iterator[AnySwitchEvent]:
        leg = self.legs.get(LegId(channel.id))
        if event.type == "StasisStart":
            yield from self._entered(event, channel, leg, at)
        elif leg is None:
            return
        elif event.type == "ChannelStateChange":
            yield from self._changed(channel.state, leg, at)
        elif event.type == "ChannelDtmfReceived":
            yield DigitPressed(at=at, call=leg.call, leg=leg.id, digit=event.digit)
        elif event.type in ("ChannelTalkingStarted", "ChannelTalkingFinished"):
            yield Talking(at=at, call=leg.call, leg=leg.id, on=event.type == "ChannelTalkingStarted")
        elif event.type == "ChannelHangupRequest":
            leg.cause = asked_to_hang_up(event.cause, soft=event.soft) or leg.cause
        elif event.type == "ChannelUserevent":
            if event.eventname == FAXED and leg.fax is not None and leg.faxed is None:
                results = {name: unquote(value) for name, value in event.userevent.items()}
                leg.faxed = told(leg.fax, leg.call, leg.id, results, at)
        elif event.type == "ChannelDestroyed" or (event.type == "StasisEnd" and not leg.placed and leg.fax is None):
            # Of a leg that called in nothing more is told after it left us; a placed one tells its true cause last.
            yield from self._ended(event, leg, at)
        elif event.bridge is not None:
            yield from self._moved(event, event.bridge, leg, at)

    def _entered(self, event: Event, channel: Channel, leg: Leg | None, at: datetime) -> Iterator[AnySwitchEvent]:
        """A channel came into our app: a call from outside or a phone, or a placed leg that was answered."""
        if leg is not None:
            if leg.placed and not leg.up:
                leg.up = True
                yield LegAnswered(at=at, call=leg.call, leg=leg.id)
            if event.args[:1] == (RETURNED,):
                yield from self.fax_over(leg, at)
            return
        yield from self._arrived(channel, event.args[0] if event.args else "", at)

    def found(self, channel: Channel, at: datetime) -> Iterator[AnySwitchEvent]:
        """A call that entered our app while nobody listened comes now: nothing more is told of its coming."""
        if channel.id not in self.legs:
            yield from self._arrived(channel, channel.dialplan.context.removeprefix(CONTEXT_PREFIX), at)

    def _arrived(self, channel: Channel, source: str, at: datetime) -> Iterator[AnySwitchEvent]:
        if source not in ("trunk", "phone"):
            return
        line = endpoint_of(channel.name)
        arrived = Leg(LegId(channel.id), CallId(uuid7()), placed=False)
        self.legs[arrived.id] = arrived
        yield Arrived(
            at=at,
            call=arrived.call,
            leg=arrived.id,
            caller=channel.caller.number,
            called=channel.dialplan.exten,
            caller_name=channel.caller.name,
            phone=line if source == "phone" else "",
            trunk=line.removeprefix(TRUNK_PREFIX) if source == "trunk" else "",
            node=self._node,
        )

    def _changed(self, state: str, leg: Leg, at: datetime) -> Iterator[AnySwitchEvent]:
        if state == "Ringing" and leg.placed and not leg.rang:
            leg.rang = True
            yield LegRinging(at=at, call=leg.call, leg=leg.id)
        elif state == "Up" and not leg.placed and not leg.up:
            leg.up = True
            yield LegAnswered(at=at, call=leg.call, leg=leg.id)

    def _ended(self, event: Event, leg: Leg, at: datetime) -> Iterator[AnySwitchEvent]:
        cause = leg.asked or self._cause(event, leg)
        yield from self.fax_over(leg, at)
        self.forget(leg.id)
        self.left.append(leg.id)
        yield LegEnded(at=at, call=leg.call, leg=leg.id, cause=cause)

    def fax_over(self, leg: Leg, at: datetime) -> Iterator[Faxed]:
        """Told once, when the leg is back or gone."""
        if leg.fax is not None:
            yield leg.faxed or told(leg.fax, leg.call, leg.id, {}, at)
        leg.fax = leg.faxed = None

    def _cause(self, event: Event, leg: Leg) -> Cause:
        q850 = event.cause or leg.cause
        if leg.placed and not leg.up:
            return ended_unanswered(q850, event.tech_cause, rang=leg.rang)
        return ended_talking(q850)

    def _moved(self, event: Event, bridge: MixingBridge, leg: Leg, at: datetime) -> Iterator[AnySwitchEvent]:
        members = self.bridges.setdefault(bridge.id, set())
        if event.type == "ChannelEnteredBridge":
            members.add(leg.id)
            yield from self.complete(bridge.id, at)
        else:
            members.discard(leg.id)

    def complete(self, bridge: str, at: datetime) -> Iterator[Bridged]:
        """The conversations asked for in `bridge` whose legs are now all in."""
        members = self.bridges.get(bridge, set())
        waiting = self.awaited.pop(bridge, [])
        still = [asked for asked in waiting if not members.issuperset(asked[1])]
        if still:
            self.awaited[bridge] = still
        for call, legs in waiting:
            if members.issuperset(legs):
                yield Bridged(at=at, call=call, bridge=bridge, legs=legs)

    def _played(self, playback: str, at: datetime, *, finished: bool) -> Iterator[Played]:
        known = self.playbacks.pop(playback, None)
        call = known[0] if known else call_of(playback)
        stopped = playback in self.stopped
        self.stopped.discard(playback)
        if call is not None:
            yield Played(at=at, call=call, playback=playback, finished=finished and not stopped)

    def playing_to(self, legs: Iterable[LegId]) -> list[str]:
        wanted = set(legs)
        return [playback for playback, (_, leg) in self.playbacks.items() if leg in wanted]

    def forget(self, leg: LegId) -> None:
        known = self.legs.pop(leg, None)
        if known is not None:
            self._close_recordings(known)

    def forget_bridge(self, bridge: str) -> None:
        self.bridges.pop(bridge, None)
        self.awaited.pop(bridge, None)

    def survey(self, channels: Iterable[Channel], bridges: Iterable[MixingBridge]) -> tuple[LegSeen, ...]:
        """Take over what Asterisk really holds in place of what we thought."""
        channels, bridges = list(channels), list(bridges)
        seen = self.seen(channels, bridges)
        of = {channel.id: channel for channel in channels}
        self.bridges = {bridge.id: set(bridge.channels) for bridge in bridges}
        self.awaited.clear()
        self.playbacks.clear()
        self.stopped.clear()
        known, self.legs = self.legs, {}
        for leg in seen:
            self._take_up(of[leg.leg], known.pop(leg.leg) if leg.leg in known else _found(leg))
        for lost in known.values():
            self._close_recordings(lost)
        return seen

    def seen(self, channels: Iterable[Channel], bridges: Iterable[MixingBridge]) -> tuple[LegSeen, ...]:
        """What Asterisk holds of our calls, in our words; changes nothing. Who has just come belongs to none yet."""
        bridge_of = {member: bridge.id for bridge in bridges for member in bridge.channels}
        return tuple(
            LegSeen(
                leg=LegId(channel.id),
                call=call,
                up=channel.state == "Up",
                bridge=bridge_of.get(channel.id),
                fax=fax_of(channel),
            )
            for channel in ours(channels)
            if (call := self._call_of(channel)) is not None
        )

    def _call_of(self, channel: Channel) -> CallId | None:
        known = self.legs.get(LegId(channel.id))
        marked = channel.channelvars.get(CALL_VARIABLE)
        return known.call if known else call_of(channel.id) or (CallId(marked) if marked else None)

    def _take_up(self, channel: Channel, leg: Leg) -> None:
        leg.up = channel.state == "Up"
        leg.rang = leg.rang or channel.state == "Ringing"
        recording = channel.channelvars.get(RECORDING_VARIABLE, "")
        if recording and not leg.recordings:
            leg.recordings[Path(recording).stem] = Path(recording)
        self.legs[leg.id] = leg

    def _close_recordings(self, leg: Leg) -> None:
        self.closing += [Closing(leg.call, leg.id, name, path) for name, path in leg.recordings.items()]


def ours(channels: Iterable[Channel]) -> list[Channel]:
    """Without the spies, which are no party's line."""
    return [channel for channel in channels if not channel.id.startswith(SNOOP_PREFIX)]


def _found(seen: LegSeen) -> Leg:
    return Leg(seen.leg, seen.call, placed=call_of(seen.leg) is not None)


def call_of(name: str) -> CallId | None:
    """The call in an id of ours (`<call>.<rest>`); none in Asterisk's own."""
    return CallId(name[:UUID_LENGTH]) if name[UUID_LENGTH : UUID_LENGTH + 1] == "." and name.count("-") == 4 else None


def endpoint_of(channel_name: str) -> str:
    """`PJSIP/<endpoint>-<8 hex digits>`."""
    return channel_name.partition("/")[2].rpartition("-")[0]


def moment(timestamp: str) -> datetime:
    """Asterisk's own time of an event (`2026-01-31T09:00:00.123+0800`), in UTC."""
    return datetime.fromisoformat(timestamp).astimezone(UTC) if timestamp else datetime.now(UTC)
