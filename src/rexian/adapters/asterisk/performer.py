"""Carries out commands: each one or a few requests to Asterisk, none waiting for another call's."""

import asyncio
import math
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rexian.adapters.asterisk.ami import Ami
from rexian.adapters.asterisk.ari import Ari
from rexian.adapters.asterisk.book import TRUNK_PREFIX, Book, Closing, Leg
from rexian.adapters.asterisk.causes import TO_Q850
from rexian.adapters.asterisk.config import Access
from rexian.adapters.asterisk.contacts import Contacts
from rexian.adapters.asterisk.faxing import Faxing
from rexian.adapters.asterisk.listening import Listening
from rexian.adapters.asterisk.media import MediaFiles
from rexian.adapters.asterisk.provision import DIRECT
from rexian.adapters.asterisk.tunes import Tunes
from rexian.core.errors import Invalid, NotFound, RexianError, Unavailable
from rexian.core.ids import CallId, LegId
from rexian.telephony import commands as c
from rexian.telephony.events import AnySwitchEvent, Refused

Step = Callable[[Any], Awaitable[None]]


SPEECH = 256
"""The mean magnitude (16 bit) from which on a sound is speech: Asterisk's own."""


class Performer:
    """One method per command. The book is told before Asterisk is asked: an event can overtake the reply."""

    def __init__(
        self,
        access: Access,
        *,
        ari: Ari,
        ami: Callable[[], Ami],
        book: Book,
        contacts: Contacts,
        emit: Callable[[AnySwitchEvent], None],
        spawn: Callable[[Coroutine[Any, Any, None]], asyncio.Task[None]],
        reachable: Callable[[], bool],
    ) -> None:
        self._access = access
        self._ari = ari
        self._ami = ami
        self._book = book
        self._contacts = contacts
        self._emit = emit
        self._spawn = spawn
        self._reachable = reachable
        self._media = MediaFiles(Path(access.prompts))
        self._tunes = Tunes(Path(access.prompts), self._media, ari)
        self._making: dict[str, asyncio.Lock] = {}
        self.listening = Listening(ari, book, access.app)
        self.faxing = Faxing(ari, book, recordings=Path(access.recordings), media=self._media)
        self._steps: dict[type[c.Command], Step] = {
            **{c.Ring: self._ring, c.Answer: self._answer, c.HangUp: self._hang_up, c.Play: self._play},
            **{c.StopPlaying: self._stop_playing, c.StartMusic: self._start_music, c.StopMusic: self._stop_music},
            **{c.SendDigits: self._send_digits, c.Originate: self._originate, c.Bridge: self._bridge},
            **{c.Unbridge: self._unbridge, c.CloseBridge: self._close_bridge, c.Mute: self._mute},
            **{c.StartRecording: self._start_recording, c.PauseRecording: self._pause_recording},
            **{c.StopRecording: self._stop_recording, c.Listen: self._listen, c.StopListening: self._stop_listening},
            **{c.ReceiveFax: self._receive_fax, c.SendFax: self._send_fax},
        }

    async def perform(self, command: c.AnyCommand) -> None:
        self.faxing.require_none(command)
        await self._steps[type(command)](command)

    async def _ring(self, command: c.Ring) -> None:
        await self._in_turn(command, command.leg, "POST", f"/channels/{command.leg}/ring")

    async def _answer(self, command: c.Answer) -> None:
        """Once is enough: Asterisk would let a second one wait until whatever plays has ended."""
        leg = self._book.legs.get(command.leg)
        if leg is not None and (leg.up or leg.answering):
            return
        if leg is not None:
            leg.answering = True
        await self._in_turn(command, command.leg, "POST", f"/channels/{command.leg}/answer")

    async def _hang_up(self, command: c.HangUp) -> None:
        leg = self._book.legs.get(command.leg)
        if leg is not None:
            leg.asked = leg.asked or command.cause
        await self._ari.gone_is_fine("DELETE", f"/channels/{command.leg}", {"reason_code": str(TO_Q850[command.cause])})

    async def _play(self, command: c.Play) -> None:
        media = [self._media.media(name, tenant=command.tenant, language=command.language) for name in command.media]
        where = f"/bridges/{command.bridge}" if command.bridge else f"/channels/{command.leg}"
        self._book.playbacks[command.playback] = (command.call, command.leg)
        body: dict[str, Any] = {"media": media}
        if command.skip_s:
            body["offsetms"] = round(command.skip_s * 1000)
        try:
            await self._in_turn(command, command.leg, "POST", f"{where}/play/{command.playback}", body=body)
        except BaseException:
            self._book.playbacks.pop(command.playback, None)
            raise

    async def _stop_playing(self, command: c.StopPlaying) -> None:
        playing = self._book.playbacks.get(command.playback)
        if playing is not None:
            self._book.stopped.add(command.playback)
            await self._idle(filter(None, (playing[1],)))
        await self._ari.gone_is_fine("DELETE", f"/playbacks/{command.playback}")

    async def _start_music(self, command: c.StartMusic) -> None:
        if (leg := self._book.legs.get(command.leg)) is not None:
            leg.music = True
        music = await self._tunes.class_of(command.music, tenant=command.tenant)
        await self._in_turn(command, command.leg, "POST", f"/channels/{command.leg}/moh", {"mohClass": music})

    async def _stop_music(self, command: c.StopMusic) -> None:
        if (leg := self._book.legs.get(command.leg)) is not None:
            leg.music = False
        await self._in_turn(command, command.leg, "DELETE", f"/channels/{command.leg}/moh")

    async def _send_digits(self, command: c.SendDigits) -> None:
        await self._in_turn(command, command.leg, "POST", f"/channels/{command.leg}/dtmf", {"dtmf": command.digits})

    async def _in_turn(
        self,
        command: c.AnyCommand,
        leg_id: LegId | None,
        method: str,
        path: str,
        params: dict[str, str] | None = None,
        body: dict[str, Any] | None = None,
    ) -> None:
        """One leg's requests follow each other, and the rest of the call does not wait for them.

        So an agent's phone is called while the customer's leg is still being answered. A refusal then comes as the
        event `Refused`; for a leg that we do not know it is raised here.
        """
        leg = self._book.legs.get(leg_id) if leg_id is not None else None
        if leg is None:
            await self._ari.call(method, path, params, body)
            return
        if not self._reachable():
            raise Unavailable("voice.unreachable", "Asterisk cannot be reached now.")
        leg.turn = self._spawn(self._request(leg.turn, command, lambda: self._ari.call(method, path, params, body)))

    async def _request(
        self, before: asyncio.Task[None] | None, command: c.AnyCommand, send: Callable[[], Awaitable[object]]
    ) -> None:
        if before is not None:
            await asyncio.wait((before,))
        try:
            await send()
        except RexianError as error:
            if isinstance(command, c.Play):
                self._book.playbacks.pop(command.playback, None)
            refused = Refused(at=datetime.now(UTC), call=command.call, command=command, reason=error.message)
            self._emit(refused)

    async def _idle(self, legs: Iterable[LegId]) -> None:
        """Wait until these legs' own requests have been answered."""
        known = (self._book.legs.get(leg) for leg in legs)
        turns = [leg.turn for leg in known if leg is not None and leg.turn is not None]
        if turns:
            await asyncio.wait(turns)

    async def _originate(self, command: c.Originate) -> None:
        params = {
            "endpoint": self._dial_string(command.address),
            "app": self._access.app,
            "appArgs": "leg",
            "callerId": f'"{_quotable(command.caller_name)}" <{_quotable(command.caller_number)}>',
            "timeout": str(math.ceil(command.ring_timeout_s)),
        }
        if command.origin is not None:
            params["originator"] = command.origin
        self._book.legs[command.leg] = Leg(command.leg, command.call, placed=True)
        try:
            await self._ari.call("POST", f"/channels/{command.leg}", params, {"variables": _headers(command)})
        except BaseException:
            self._book.forget(command.leg)
            raise

    def _dial_string(self, address: str) -> str:
        kind, _, rest = address.partition(":")
        if kind == "phone" and rest:
            if rest not in self._contacts.reachable():
                raise Unavailable("voice.phone_unreachable", f"The phone {rest} is not registered.", phone=rest)
            return f"PJSIP/{rest}"
        if kind == "trunk" and "/" in rest:
            trunk, _, number = rest.partition("/")
            return f"PJSIP/{number}@{TRUNK_PREFIX}{trunk}"
        if kind == "sip" and "@" in rest:
            return f"PJSIP/{DIRECT}/{address}"
        raise Invalid("voice.bad_address", f"{address} is no address that can be called.", address=address)

    async def _bridge(self, command: c.Bridge) -> None:
        book, bridge = self._book, command.bridge
        await asyncio.gather(self._make_bridge(bridge), self._silence(command.call, command.legs))
        members = book.bridges.setdefault(bridge, set())
        asked = (command.call, command.legs)
        book.awaited.setdefault(bridge, []).append(asked)
        outside = [leg for leg in command.legs if leg not in members]
        try:
            if outside:
                await self._ari.call("POST", f"/bridges/{bridge}/addChannel", {"channel": ",".join(outside)})
        except BaseException:
            self._unawait(bridge, asked)
            raise
        for bridged in book.complete(bridge, datetime.now(UTC)):
            self._emit(bridged)

    async def _make_bridge(self, bridge: str) -> None:
        """Once, though several calls may come into it in the same moment: Asterisk would make one for each."""
        if bridge in self._book.bridges:
            return
        making = self._making.setdefault(bridge, asyncio.Lock())
        try:
            async with making:
                if bridge not in self._book.bridges:
                    await self._ari.call("POST", f"/bridges/{bridge}", {"type": "mixing"})
                    self._book.bridges.setdefault(bridge, set())
        finally:
            self._making.pop(bridge, None)

    async def _silence(self, call: CallId, legs: tuple[LegId, ...]) -> None:
        """Who is to talk hears no more music or prompts; Asterisk would bridge him only after the prompt's end."""
        for playback in set(self._book.playing_to(legs)) - self._book.stopped:
            await self._stop_playing(c.StopPlaying(call=call, playback=playback))
        for leg in (self._book.legs.get(leg) for leg in legs):
            if leg is not None and leg.music:
                await self._stop_music(c.StopMusic(call=call, leg=leg.id))
        await self._idle(legs)

    def _unawait(self, bridge: str, asked: tuple[CallId, tuple[LegId, ...]]) -> None:
        waiting = self._book.awaited.get(bridge, [])
        if asked in waiting:
            waiting.remove(asked)

    async def _unbridge(self, command: c.Unbridge) -> None:
        """One that has left by itself meanwhile is no error."""
        inside = [leg for leg in command.legs if leg in self._book.legs]
        if inside:
            await self._ari.gone_is_fine(
                "POST", f"/bridges/{command.bridge}/removeChannel", {"channel": ",".join(inside)}, also=(Invalid,)
            )

    async def _close_bridge(self, command: c.CloseBridge) -> None:
        self._book.forget_bridge(command.bridge)
        await self._ari.gone_is_fine("DELETE", f"/bridges/{command.bridge}")

    async def _mute(self, command: c.Mute) -> None:
        await self._ari.call("POST" if command.on else "DELETE", f"/channels/{command.leg}/mute", {"direction": "in"})

    async def _start_recording(self, command: c.StartRecording) -> None:
        leg = self._book.legs.get(command.leg)
        if leg is None:
            raise NotFound("voice.not_there", f"There is no leg {command.leg} to record.")
        path = Path(self._access.recordings) / f"{command.recording}.raw"
        leg.recordings[command.recording] = path
        try:
            if command.silence_s > 0:
                await self._hear_silence(command.leg, f"{round(command.silence_s * 1000)},{SPEECH}")
                leg.silence = True
            await self._ami().ask("MixMonitor", Channel=command.leg, File=str(path), Options="D")
        except BaseException:
            leg.recordings.pop(command.recording, None)
            raise

    async def _hear_silence(self, leg: LegId, how: str) -> None:
        """`how`: the silence in ms, and the loudness from which on a sound is speech; empty: not any more."""
        name = "TALK_DETECT(set)" if how else "TALK_DETECT(remove)"
        await self._ari.call("POST", f"/channels/{leg}/variable", {"variable": name, "value": how})

    async def _pause_recording(self, command: c.PauseRecording) -> None:
        state = "1" if command.on else "0"
        await self._ami().ask("MixMonitorMute", Channel=command.leg, Direction="both", State=state)

    async def _stop_recording(self, command: c.StopRecording) -> None:
        await self._ami().ask("StopMixMonitor", Channel=command.leg)
        leg = self._book.legs.get(command.leg)
        path = leg.recordings.pop(command.recording, None) if leg is not None else None
        if leg is not None and path is not None:
            self._book.closing.append(Closing(leg.call, leg.id, command.recording, path))
        if leg is not None and leg.silence:
            leg.silence = False
            await self._hear_silence(command.leg, "")

    async def _listen(self, command: c.Listen) -> None:
        await self._silence(command.call, (command.leg,))
        await self.listening.attend(command)

    async def _receive_fax(self, command: c.ReceiveFax) -> None:
        await self._silence(command.call, (command.leg,))
        await self.faxing.receive(command)

    async def _send_fax(self, command: c.SendFax) -> None:
        await self._silence(command.call, (command.leg,))
        await self.faxing.send(command)

    async def _stop_listening(self, command: c.StopListening) -> None:
        await self.listening.end(command.leg)


def _headers(command: c.Originate) -> dict[str, str]:
    """SIP headers travel to the phone as variables of the new channel."""
    headers = dict(command.headers)
    if command.auto_answer:
        headers |= {"Call-Info": "<sip:rexian>;answer-after=0", "Alert-Info": "<sip:rexian>;info=alert-autoanswer"}
    return {f"PJSIP_HEADER(add,{name})": _one_line(value) for name, value in headers.items()}


def _one_line(text: str) -> str:
    """A line break would end the header and begin one of the writer's choosing."""
    return text.replace("\r", " ").replace("\n", " ")


def _quotable(text: str) -> str:
    """What may stand inside a quoted string or between angle brackets."""
    return "".join(letter for letter in _one_line(text) if letter not in '"\\<>')
