"""The simulated switch itself: synchronous, no I/O but recordings, time given with each call."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from pathlib import Path

from rexian.adapters.simulated import tape
from rexian.adapters.simulated.agenda import Agenda
from rexian.adapters.simulated.faxing import Faxing
from rexian.adapters.simulated.hearing import heard_by
from rexian.adapters.simulated.parties import Behaviour, FaxMachine, Line, Sounds, Tape, prompt
from rexian.core.errors import Invalid, NotFound, Unavailable
from rexian.core.ids import CallId, LegId, uuid7
from rexian.telephony import commands as c
from rexian.telephony import events as e
from rexian.telephony.commands import Cause
from rexian.telephony.ports import Phone

Measure = Callable[[str, c.Play], float]
"""How many seconds a medium lasts; raises `NotFound` when there is none of that name."""


def two_seconds(name: str, play: c.Play) -> float:
    """Every prompt is there and lasts so long; silence as long as it says; tones never end."""
    kind, _, value = name.partition(":")
    if kind == "silence":
        return float(value) / 1000
    return 1e9 if kind == "tone" else 2.0


class SimulatedSwitch:
    """`handle` and the far ends' moves change the state; `take` gives the events that are due."""

    def __init__(
        self,
        *,
        behaviour: Callable[[c.Originate], Behaviour] = prompt,
        measure: Measure = two_seconds,
        recordings: Path | None = None,
        node: str = "simulated",
    ) -> None:
        self.lines: dict[LegId, Line] = {}
        self.registered: set[str] = set()
        self.placed: list[LegId] = []
        self._behaviour, self._measure, self._recordings, self._node = behaviour, measure, recordings, node
        self._phones: set[str] = set()
        self._bridges: dict[str, dict[LegId, None]] = {}
        self._playing: dict[str, tuple[c.Play, str]] = {}
        self._agenda = Agenda()
        self._out: list[e.AnySwitchEvent] = []
        self._faxing = Faxing(self._agenda, self._tell, recordings)
        self._refusing: list[type[c.Command]] = []
        self._lost = False
        self._arrivals = 0
        self._steps: dict[type[c.Command], Callable[..., None]] = {
            **{c.Ring: self._ring, c.Answer: self._answer, c.HangUp: self._hang_up, c.Play: self._play},
            **{c.StopPlaying: self._stop_playing, c.StartMusic: self._music, c.StopMusic: self._music},
            **{c.SendDigits: self._send_digits, c.Originate: self._originate, c.Bridge: self._bridge},
            **{c.Unbridge: self._unbridge, c.CloseBridge: self._close_bridge, c.Mute: self._mute},
            **{c.StartRecording: self._start_recording, c.PauseRecording: self._pause_recording},
            **{c.StopRecording: self._stop_recording, c.Listen: self._listen, c.StopListening: self._stop_listening},
            **{c.ReceiveFax: self._fax, c.SendFax: self._fax},
        }

    # --- the port, without waiting

    def handle(self, command: c.AnyCommand, now: datetime) -> None:
        """Carry out one command; what follows from it comes out of `take`. Raises when it is refused."""
        if self._lost:
            raise Unavailable("voice.unreachable", "The simulated switch is lost.")
        if self._refusing and isinstance(command, self._refusing[0]):
            self._refusing.pop(0)
            raise Unavailable("voice.failed", "The simulated switch was told to refuse.")
        self._steps[type(command)](command, now)
        if self._recordings is not None:
            self._mark_tapes(now)

    def take(self, now: datetime) -> list[e.AnySwitchEvent]:
        """The events up to `now`, in order."""
        self._agenda.run(now)
        out, self._out = self._out, []
        return out

    def next_at(self) -> datetime | None:
        """When the next thing happens by itself."""
        return self._agenda.next_at()

    def survey(self, now: datetime) -> e.SwitchBack:
        if self._lost:
            raise Unavailable("voice.unreachable", "The simulated switch is lost.")
        legs = tuple(
            e.LegSeen(leg=line.id, call=line.call, up=line.up, bridge=line.bridge, fax=line.fax)
            for line in self.lines.values()
        )
        return e.SwitchBack(at=now, node=self._node, legs=legs, reachable=frozenset(self.registered))

    def provide(self, phones: Iterable[Phone]) -> None:
        self._phones = {phone.id for phone in phones}

    # --- faults

    def refuse_next(self, kind: type[c.Command] = c.Command) -> None:
        """The next command of this kind (or any) is refused."""
        self._refusing.append(kind)

    def lose(self, now: datetime) -> None:
        """Nothing goes in or out any more; the calls go on."""
        self._tell(e.SwitchLost(at=now, node=self._node))
        self._lost = True

    def restore(self, now: datetime) -> None:
        self._lost = False
        self._tell(self.survey(now))
        for line in self.lines.values():
            if line.faxed is not None:  # what came of it may not have been told
                self._tell(line.faxed)

    def crash(self, now: datetime) -> None:
        """The switch dies and starts anew: all its calls are gone, untold."""
        if not self._lost:
            self.lose(now)
        self.lines.clear()
        self._bridges.clear()
        self._playing.clear()
        self.registered.clear()

    # --- what the far ends do

    def arrive(
        self,
        now: datetime,
        called: str,
        caller: str = "",
        *,
        phone: str = "",
        trunk: str = "",
        call: CallId | None = None,
    ) -> LegId:
        """Somebody calls in. `call` names it; by itself every call gets a new UUID."""
        self._arrivals += 1
        line = Line(LegId(f"simulated-{self._arrivals}"), call or CallId(uuid7()), placed=False)
        self.lines[line.id] = line
        self._tell(
            e.Arrived(
                at=now,
                call=line.call,
                leg=line.id,
                caller=caller,
                called=called,
                phone=phone,
                trunk=trunk,
                node=self._node,
            )
        )
        return line.id

    def ring(self, leg: LegId, now: datetime) -> None:
        line = self.lines.get(leg)
        if line is not None and not line.rang and not line.up:
            line.rang = True
            self._tell(e.LegRinging(at=now, call=line.call, leg=leg))

    def answer(self, leg: LegId, now: datetime) -> None:
        line = self.lines.get(leg)
        if line is not None and not line.up:
            line.up = True
            self._tell(e.LegAnswered(at=now, call=line.call, leg=leg))

    def hang_up(self, leg: LegId, now: datetime, cause: Cause = Cause.NORMAL) -> None:
        """The far end is gone: it hung up, rejected, or died (`Cause.LOST`)."""
        self._end(leg, now, cause)

    def press(self, leg: LegId, digit: str, now: datetime) -> None:
        if (line := self.lines.get(leg)) is not None:
            self._tell(e.DigitPressed(at=now, call=line.call, leg=leg, digit=digit))

    def lay_in(self, leg: LegId, machine: FaxMachine) -> None:
        """A fax machine stands at the far end; its start key is pressed."""
        self.lines[leg].machine = machine

    def say(self, leg: LegId, pitch: float, now: datetime) -> None:
        line = self.lines[leg]
        line.voice = float(pitch)
        self._mark_tapes(now)
        self._hear_talking(line, now)

    def _hear_talking(self, line: Line, now: datetime) -> None:
        """Speech is told at once, silence when it has lasted."""
        line.quiet = None if line.voice > 0 else now
        if line.silence_s <= 0:
            return
        if line.voice > 0 and not line.talks:
            self._tell_talking(line, now, on=True)
        elif line.voice == 0 and line.talks:
            self._agenda.note(now, line.silence_s, partial(self._fell_silent, line, now))

    def _fell_silent(self, line: Line, since: datetime, at: datetime) -> None:
        if line.silence_s > 0 and line.talks and line.quiet == since:
            self._tell_talking(line, at, on=False)

    def _tell_talking(self, line: Line, now: datetime, *, on: bool) -> None:
        line.talks = on
        self._tell(e.Talking(at=now, call=line.call, leg=line.id, on=on))

    def register(self, phone: str, on: bool, now: datetime) -> None:
        if phone in self._phones and (phone in self.registered) is not on:
            (self.registered.add if on else self.registered.discard)(phone)
            self._tell(e.PhoneReachable(at=now, phone=phone, reachable=on))

    def trunk(self, trunk: str, on: bool, now: datetime) -> None:
        """The other end of a trunk answers again, or does not any more."""
        self._tell(e.TrunkReachable(at=now, trunk=trunk, reachable=on))

    def hears(self, leg: LegId) -> Sounds:
        """All that sounds at the far end of `leg`: voices, and the names of what is played."""
        return heard_by(leg, self.lines, self._bridges.values(), self._playing_to(leg))

    def _playing_to(self, leg: LegId) -> set[str]:
        return {name for play, name in self._playing.values() if play.leg == leg or self._in(play.bridge, leg)}

    # --- commands

    def _line(self, leg: LegId) -> Line:
        line = self.lines.get(leg)
        if line is None:
            raise NotFound("voice.not_there", f"There is no leg {leg}.")
        return line

    def _there(self, leg: LegId) -> Line:
        """A line that can be told something: one that faxes can not."""
        line = self._line(leg)
        if line.faxing:
            raise Invalid("voice.faxing", f"The leg {leg} is faxing and can only be ended.")
        return line

    def _fax(self, command: c.ReceiveFax | c.SendFax, now: datetime) -> None:
        line = self._there(command.leg)
        for playback in list(line.playing):
            self._played(playback, now, finished=False)
        self._faxing.begin(line, command, now)

    def _ring(self, command: c.Ring, now: datetime) -> None:
        self._there(command.leg)

    def _answer(self, command: c.Answer, now: datetime) -> None:
        if not self._line(command.leg).up:
            self._agenda.note(now, 0.0, partial(self.answer, command.leg))

    def _hang_up(self, command: c.HangUp, now: datetime) -> None:
        self._agenda.note(now, 0.0, partial(self._end, command.leg, cause=command.cause))

    def _end(self, leg: LegId, now: datetime, cause: Cause) -> None:
        line = self.lines.pop(leg, None)
        if line is None:
            return
        self._leave(line)
        self._faxing.break_off(line, now)
        self._tell(e.LegEnded(at=now, call=line.call, leg=leg, cause=cause))
        for playback in line.playing:
            self._played(playback, now, finished=False)
        for name, recorded in line.recordings.items():
            self._close_tape(line, name, recorded, now)
        self._mark_tapes(now)

    def _play(self, command: c.Play, now: datetime) -> None:
        if command.bridge is None and command.leg is not None:
            self._there(command.leg)
        elif command.bridge not in self._bridges:
            raise NotFound("voice.not_there", f"There is no bridge {command.bridge}.")
        after = 0.0
        lengths = [(name, self._measure(name, command)) for name in command.media]
        skipped = command.skip_s
        for name, whole in lengths:
            length, skipped = max(whole - skipped, 0.0), 0.0
            self._agenda.note(now, after, partial(self._now_playing, command, name))
            after += length
        self._playing[command.playback] = (command, command.media[0])
        if command.leg is not None:
            self._line(command.leg).playing[command.playback] = None
        self._agenda.note(now, after, lambda at: self._played(command.playback, at, finished=True, of=command))

    def _now_playing(self, command: c.Play, name: str, now: datetime) -> None:
        playing = self._playing.get(command.playback)
        if playing is not None and playing[0] is command:
            self._playing[command.playback] = (command, name)

    def _stop_playing(self, command: c.StopPlaying, now: datetime) -> None:
        self._played(command.playback, now, finished=False)

    def _played(self, playback: str, now: datetime, *, finished: bool, of: c.Play | None = None) -> None:
        playing = self._playing.get(playback)
        if playing is not None and of in (None, playing[0]):
            del self._playing[playback]
            line = self.lines.get(playing[0].leg) if playing[0].leg is not None else None
            if line is not None:
                line.playing.pop(playback, None)
            self._tell(e.Played(at=now, call=playing[0].call, playback=playback, finished=finished))

    def _music(self, command: c.StartMusic | c.StopMusic, now: datetime) -> None:
        self._there(command.leg).music = isinstance(command, c.StartMusic)

    def _send_digits(self, command: c.SendDigits, now: datetime) -> None:
        self._there(command.leg).pressed += command.digits

    def _originate(self, command: c.Originate, now: datetime) -> None:
        kind, _, rest = command.address.partition(":")
        if kind == "phone" and rest not in self.registered:
            raise Unavailable("voice.phone_unreachable", f"The phone {rest} is not registered.", phone=rest)
        if kind not in ("phone", "trunk", "sip"):
            raise Invalid("voice.bad_address", f"{command.address} is no address that can be called.")
        line = Line(command.leg, command.call, placed=True, address=command.address, auto_answer=command.auto_answer)
        self.lines[command.leg] = line
        self.placed.append(command.leg)
        self._behave(line, self._behaviour(command), now)
        self._agenda.note(now, command.ring_timeout_s, partial(self._give_up, line))

    def _behave(self, line: Line, behaviour: Behaviour, now: datetime) -> None:
        if behaviour.rings_after_s is not None:
            self._agenda.note(now, behaviour.rings_after_s, partial(self.ring, line.id))
        if behaviour.answers_after_s is None:
            return
        if behaviour.rejects is not None:
            self._agenda.note(now, behaviour.answers_after_s, partial(self.hang_up, line.id, cause=behaviour.rejects))
            return
        self._agenda.note(now, behaviour.answers_after_s, partial(self.answer, line.id))
        if behaviour.talks_s is not None:
            self._agenda.note(now, behaviour.answers_after_s + behaviour.talks_s, partial(self.hang_up, line.id))

    def _give_up(self, line: Line, now: datetime) -> None:
        if self.lines.get(line.id) is line and not line.up:
            self._end(line.id, now, Cause.NO_ANSWER)

    def _bridge(self, command: c.Bridge, now: datetime) -> None:
        lines = [self._there(leg) for leg in command.legs]
        members = self._bridges.setdefault(command.bridge, {})
        for line in lines:
            line.music = False
            for playback in list(line.playing):
                self._played(playback, now, finished=False)
            self._leave(line)
            line.bridge = command.bridge
            members[line.id] = None
        bridged = e.Bridged(at=now, call=command.call, bridge=command.bridge, legs=command.legs)
        self._agenda.note(now, 0.0, lambda at: self._tell(bridged))

    def _leave(self, line: Line) -> None:
        if line.bridge is not None:
            self._bridges[line.bridge].pop(line.id, None)
            line.bridge = None

    def _unbridge(self, command: c.Unbridge, now: datetime) -> None:
        for leg in command.legs:
            if (line := self.lines.get(leg)) is not None and line.bridge == command.bridge:
                self._leave(line)

    def _close_bridge(self, command: c.CloseBridge, now: datetime) -> None:
        for leg in list(self._bridges.get(command.bridge, ())):
            self._leave(self.lines[leg])
        self._bridges.pop(command.bridge, None)

    def _mute(self, command: c.Mute, now: datetime) -> None:
        self._there(command.leg).muted = command.on

    def _listen(self, command: c.Listen, now: datetime) -> None:
        self._there(command.target)
        line = self._there(command.leg)
        line.listens_to, line.mode = command.target, command.mode

    def _stop_listening(self, command: c.StopListening, now: datetime) -> None:
        if (line := self.lines.get(command.leg)) is not None:
            line.listens_to = None

    # --- recordings

    def _start_recording(self, command: c.StartRecording, now: datetime) -> None:
        line = self._line(command.leg)
        line.recordings[command.recording] = Tape(now.timestamp())
        line.silence_s, line.talks = command.silence_s, False
        self._hear_talking(line, now)

    def _pause_recording(self, command: c.PauseRecording, now: datetime) -> None:
        recording = self._line(command.leg).recordings.get(command.recording)
        if recording is None:
            raise NotFound("voice.not_there", f"There is no recording {command.recording}.")
        recording.paused = command.on

    def _stop_recording(self, command: c.StopRecording, now: datetime) -> None:
        line = self._line(command.leg)
        recording = line.recordings.pop(command.recording, None)
        line.silence_s = 0.0
        if recording is not None:
            self._close_tape(line, command.recording, recording, now)

    def _mark_tapes(self, now: datetime) -> None:
        if self._recordings is None:
            return
        for line in self.lines.values():
            for recording in line.recordings.values():
                said: Sounds = frozenset({line.voice} - {0.0})
                recording.mark(now.timestamp(), said, self.hears(line.id))

    def _close_tape(self, line: Line, name: str, recording: Tape, now: datetime) -> None:
        path = f"{name}.raw"
        if self._recordings is not None:
            path = str(self._recordings / path)
            tape.write(recording, Path(path), now.timestamp() - recording.began_s)
        self._tell(e.Recorded(at=now, call=line.call, leg=line.id, recording=name, path=path))

    def _in(self, bridge: str | None, leg: LegId) -> bool:
        return bridge is not None and leg in self._bridges.get(bridge, {})

    def _tell(self, event: e.AnySwitchEvent) -> None:
        if not self._lost:
            self._out.append(event)
