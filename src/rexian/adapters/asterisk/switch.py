"""The port `Switch` over Asterisk: commands by REST and manager, events by WebSocket, both taken up again for ever."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import structlog

from rexian.adapters.asterisk.ami import Ami
from rexian.adapters.asterisk.ari import Ari, stream
from rexian.adapters.asterisk.book import READ_EVENTS, Book, Closing, ours
from rexian.adapters.asterisk.config import Access
from rexian.adapters.asterisk.contacts import Contacts
from rexian.adapters.asterisk.performer import Performer
from rexian.adapters.asterisk.provision import Provision
from rexian.adapters.asterisk.trunks import Trunks
from rexian.core.errors import RexianError, Unavailable
from rexian.core.ids import LegId
from rexian.telephony.commands import AnyCommand
from rexian.telephony.events import AnySwitchEvent, Arrived, LegSeen, Recorded, SwitchBack, SwitchLost
from rexian.telephony.ports import Phone, Trunk

_log = structlog.get_logger(__name__)

FIRST_PAUSE_S = 0.1
LONGEST_PAUSE_S = 2.0
SETTLE_S = 0.05
COMING_S = 1.0
"""So long after a survey Asterisk has told of every call that was just coming then."""
FORMER_GOES_S = 1.0
"""So long Asterisk may take to be done with a former connection; one that stays is another's, whose place we take."""
WATCH_S = 1.0
"""So often we ask whether Asterisk still knows our app."""
REFUSED_AGAIN_S = 1.0, 30.0
"""A line that Asterisk has refused is told to it again so soon at first, and so seldom at last."""
UNREAD_AT_MOST = 10_000
"""With more waiting we stop reading: Asterisk then ends the connection, and a survey makes good what was missed."""


class AsteriskSwitch:
    """One Asterisk. `events` may be read by one reader; `perform` may be called by many at once."""

    def __init__(self, access: Access) -> None:
        self._node = access.node
        self._ari = Ari(access)
        self._ami = Ami(access)
        self._access = access
        self._book = Book(access.node)
        self._contacts = Contacts()
        self._trunks = Trunks()
        self._provision = Provision(self._ari)
        self._performer = Performer(
            access,
            ari=self._ari,
            ami=lambda: self._ami,
            book=self._book,
            contacts=self._contacts,
            emit=self._emit,
            spawn=self._spawn,
            reachable=lambda: self._connected,
        )
        self._unread: asyncio.Queue[AnySwitchEvent | None] = asyncio.Queue()
        self._tasks: set[asyncio.Task[None]] = set()
        self._listening = False
        self._connected = False
        self._closed = False
        self._started_at = ""

    async def perform(self, command: AnyCommand) -> None:
        await self._performer.perform(command)
        self._follow_up()

    async def events(self) -> AsyncIterator[AnySwitchEvent]:
        if not self._listening:
            self._listening = True
            self._spawn(self._for_ever(self._listen))
            self._spawn(self._for_ever(self._listen_to_manager))
        while (event := await self._unread.get()) is not None:
            yield event

    async def provide(self, phones: Iterable[Phone], trunks: Iterable[Trunk]) -> None:
        """Told at once when Asterisk can be reached, else as soon as it can."""
        self._provision.want(phones, trunks)
        if self._connected:
            await self._provision.push()

    async def survey(self) -> SwitchBack:
        if not self._connected:
            raise Unavailable("voice.unreachable", "Asterisk cannot be reached now.")
        legs = self._book.seen(await self._ari.channels(), await self._ari.bridges())
        return self._found(legs)

    async def close(self) -> None:
        self._closed = True
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._ami.close()
        await self._ari.close()
        self._unread.put_nowait(None)

    async def _for_ever(self, listen: Callable[[], Awaitable[None]]) -> None:
        pause = FIRST_PAUSE_S
        while True:
            try:
                await listen()
                pause = FIRST_PAUSE_S
            except RexianError as error:
                _log.warning("The way to Asterisk is closed.", code=error.code, reason=error.message)
                pause = min(2 * pause, LONGEST_PAUSE_S)
            except Exception:
                _log.exception("The reading of Asterisk's events failed.")
                pause = LONGEST_PAUSE_S
            await asyncio.sleep(pause)

    async def _listen(self) -> None:
        """One connection: survey, then events until it breaks."""
        await self._let_former_go()
        socket = await self._ari.connect()
        watching = [self._spawn(self._watch(socket)), self._spawn(self._offer_again())]
        try:
            await self._ari.only_events(READ_EVENTS)
            await self._provide_anew()
            self._emit(await self._take_stock())
            for faxed in await self._performer.faxing.take_up():
                self._emit(faxed)
            await self._look_at_trunks()
            self._connected = True
            self._follow_up()
            async for event in stream(socket):
                for told in self._book.read(event):
                    self._emit(told)
                self._follow_up()
                await self._let_reader_catch_up()
        finally:
            for watch in watching:
                watch.cancel()
            await socket.close()
            lost, self._connected = self._connected, False
            if lost and not self._closed:
                self._emit(SwitchLost(at=datetime.now(UTC), node=self._node))

    async def _let_former_go(self) -> None:
        """Asterisk, which is just closing a former connection, would forget the app that a new one has opened."""
        ends = asyncio.get_running_loop().time() + FORMER_GOES_S
        while await self._ari.is_heard() and asyncio.get_running_loop().time() < ends:  # noqa: ASYNC110
            await asyncio.sleep(FORMER_GOES_S / 20)

    async def _watch(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        """Where it has forgotten the app all the same, no call comes to us any more: connect anew."""
        while True:
            await asyncio.sleep(WATCH_S)
            try:
                heard = await self._ari.is_heard()
            except RexianError:
                continue  # the connection itself tells whether Asterisk is there
            if not heard:
                _log.warning("Asterisk has forgotten our app; connecting anew.")
                await socket.close()
                return

    async def _offer_again(self) -> None:
        """A line may be refused for what passes by: a carrier's name that could not be resolved."""
        soonest, latest = REFUSED_AGAIN_S
        pause = soonest
        while True:
            await asyncio.sleep(pause)
            if not self._provision.refused:
                pause = soonest
                continue
            pause = min(2 * pause, latest)
            with contextlib.suppress(RexianError):  # the connection itself tells whether Asterisk is there
                await self._provision.push()

    async def _let_reader_catch_up(self) -> None:
        # It happens too seldom for a condition that every event would have to notify.
        while self._unread.qsize() > UNREAD_AT_MOST:  # noqa: ASYNC110
            await asyncio.sleep(0.01)

    async def _provide_anew(self) -> None:
        started_at = await self._ari.started_at()
        if started_at != self._started_at:
            self._provision.forget()
            self._started_at = started_at
        await self._provision.push()

    async def _take_stock(self) -> SwitchBack:
        """List, subscribe, list again: without the subscription nothing would be heard of the legs that were there."""
        before = [f"channel:{channel.id}" for channel in await self._ari.channels()]
        before += [f"bridge:{bridge.id}" for bridge in await self._ari.bridges()]
        await self._ari.subscribe(before)
        channels = await self._ari.channels()
        legs = self._book.survey(channels, await self._ari.bridges())
        coming = {channel.id for channel in ours(channels)} - set(self._book.legs)
        if coming:
            self._spawn(self._see_to(coming))
        for leg in self._performer.listening.take_up():
            await self._end_listening(leg)
        self._contacts.survey(await self._online(), datetime.now(UTC))
        return self._found(legs)

    async def _see_to(self, coming: set[str]) -> None:
        """Calls on their way in when the survey was made are told of; who came before anybody listened is taken now."""
        await asyncio.sleep(COMING_S)
        try:
            left = [each for each in await self._ari.channels() if each.id in coming - set(self._book.legs)]
            for channel in left:
                told = list(self._book.found(channel, datetime.now(UTC)))
                if not told:
                    await self._ari.gone_is_fine("DELETE", f"/channels/{channel.id}")
                for event in told:
                    self._emit(event)
        except Unavailable:
            return  # Asterisk is gone; the next survey sees to what it then holds

    def _found(self, legs: tuple[LegSeen, ...]) -> SwitchBack:
        return SwitchBack(at=datetime.now(UTC), node=self._node, legs=legs, reachable=self._contacts.reachable())

    async def _online(self) -> set[str]:
        phones = self._provision.phones()
        return {each.resource for each in await self._ari.endpoints() if each.state == "online"} & phones

    async def _look_at_trunks(self) -> None:
        called = self._provision.called()
        endpoints = {each.resource: each.state for each in await self._ari.endpoints() if each.resource in called}
        for told in self._trunks.survey(endpoints, datetime.now(UTC)):
            self._emit(told)

    async def _listen_to_manager(self) -> None:
        ami = Ami(self._access)
        await ami.connect()
        self._ami, old = ami, self._ami
        old.close()
        greeting = self._spawn(self._greet_manager(ami))
        try:
            async for message in ami.stream():
                if message.get("Event") == "ContactStatus" and message.get("EndpointName") in self._provision.phones():
                    for told in self._contacts.read(message, datetime.now(UTC)):
                        self._emit(told)
                for heard in self._trunks.read(message, self._provision.registrations(), datetime.now(UTC)):
                    self._emit(heard)
        finally:
            greeting.cancel()
            ami.close()
            self._contacts.unheard()

    async def _greet_manager(self, ami: Ami) -> None:
        """Log in, and make good what was missed while nobody listened."""
        try:
            await ami.log_in()
            if self._connected:
                for told in self._contacts.survey(await self._online(), datetime.now(UTC)):
                    self._emit(told)
        except RexianError:
            ami.close()

    def _emit(self, event: AnySwitchEvent) -> None:
        if isinstance(event, Arrived):
            self._spawn(self._mark(event))
        self._unread.put_nowait(event)

    async def _mark(self, arrived: Arrived) -> None:
        """Write the call on its channel, so that it is found again after a restart."""
        try:
            params = {"variable": "REXIAN_CALL", "value": arrived.call}
            await self._ari.call("POST", f"/channels/{arrived.leg}/variable", params)
        except RexianError:
            return  # the leg has gone already

    def _follow_up(self) -> None:
        """See to what legs leave behind: open recordings, and spies."""
        closing, self._book.closing = self._book.closing, []
        left, self._book.left = self._book.left, []
        for each in closing:
            self._spawn(self._report_recording(each))
        for leg in left:
            if leg in self._performer.listening.listeners:
                self._spawn(self._end_listening(leg))

    async def _end_listening(self, leg: LegId) -> None:
        try:
            await self._performer.listening.end(leg)
        except RexianError:
            return  # gone with Asterisk itself

    async def _report_recording(self, closing: Closing) -> None:
        """Asterisk tells nothing when a leg's end closes the file: it is whole when it has stopped growing."""
        size = -1
        while (now := _size(closing.path)) != size:
            size = now
            await asyncio.sleep(SETTLE_S)
        self._emit(
            Recorded(
                at=datetime.now(UTC),
                call=closing.call,
                leg=closing.leg,
                recording=closing.recording,
                path=str(closing.path),
            )
        )

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
