"""Asterisk's REST interface and its events, as little of them as we need.

<https://docs.asterisk.org/Asterisk_22_Documentation/API_Documentation/Asterisk_REST_Interface/>
"""

from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any
from urllib.parse import quote

import aiohttp
import msgspec

from rexian.adapters.asterisk.config import Access
from rexian.core.errors import Invalid, NotFound, RexianError, Unavailable

REPLY_WITHIN_S = 5.0
HEARTBEAT_S = 5.0


class Caller(msgspec.Struct, frozen=True):
    name: str = ""
    number: str = ""


class Dialplan(msgspec.Struct, frozen=True):
    context: str = ""
    exten: str = ""
    app_name: str = ""


class Channel(msgspec.Struct, frozen=True):
    id: str
    name: str = ""
    state: str = ""
    caller: Caller = Caller()
    dialplan: Dialplan = Dialplan()
    channelvars: dict[str, str] = {}


class MixingBridge(msgspec.Struct, frozen=True):
    id: str
    channels: tuple[str, ...] = ()


class Playback(msgspec.Struct, frozen=True):
    id: str
    state: str = ""


class Event(msgspec.Struct, frozen=True):
    """One event, with the fields of all kinds that we read."""

    type: str
    timestamp: str = ""
    channel: Channel | None = None
    bridge: MixingBridge | None = None
    playback: Playback | None = None
    args: tuple[str, ...] = ()
    digit: str = ""
    cause: int = 0
    tech_cause: int = 0
    soft: bool = False
    eventname: str = ""
    userevent: dict[str, str] = {}


class Endpoint(msgspec.Struct, frozen=True):
    resource: str
    state: str = ""


class _Variable(msgspec.Struct, frozen=True):
    value: str = ""


class _Status(msgspec.Struct, frozen=True):
    startup_time: str = ""


class _Info(msgspec.Struct, frozen=True):
    status: _Status = _Status()


_event = msgspec.json.Decoder(Event)


class Ari:
    """REST over a pool of kept connections, and one WebSocket of events per app name."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._root = f"{access.ari_url}/ari"
        self._http: aiohttp.ClientSession | None = None

    async def call(
        self, method: str, path: str, params: Mapping[str, str] | None = None, body: Mapping[str, Any] | None = None
    ) -> bytes:
        """One request. Raises `NotFound`, `Invalid` (the request) or `Unavailable` (Asterisk)."""
        try:
            async with self._session().request(
                method, self._root + path, params=params, data=msgspec.json.encode(body) if body else None
            ) as reply:
                said = await reply.read()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Unavailable("voice.unreachable", f"Asterisk did not answer: {type(error).__name__}.") from None
        if reply.status >= 400:
            raise _refusal(reply.status, path, said)
        return said

    async def gone_is_fine(
        self, method: str, path: str, params: dict[str, str] | None = None, also: tuple[type[RexianError], ...] = ()
    ) -> None:
        """A request about something that may have ended by itself meanwhile."""
        try:
            await self.call(method, path, params)
        except RexianError as error:
            if not isinstance(error, (NotFound, *also)):
                raise

    async def channels(self) -> list[Channel]:
        return msgspec.json.decode(await self.call("GET", "/channels"), type=list[Channel])

    async def bridges(self) -> list[MixingBridge]:
        return msgspec.json.decode(await self.call("GET", "/bridges"), type=list[MixingBridge])

    async def bridge(self, bridge: str) -> MixingBridge:
        return msgspec.json.decode(await self.call("GET", f"/bridges/{bridge}"), type=MixingBridge)

    async def set(self, channel: str, **variables: str) -> None:
        """Variables of a channel."""
        for name, value in variables.items():
            await self.call("POST", f"/channels/{channel}/variable", {"variable": name, "value": value})

    async def value(self, channel: str, variable: str) -> str:
        """A variable of a channel; empty when it has none of that name. Raises `NotFound` when the channel is gone."""
        said = await self.call("GET", f"/channels/{channel}/variable", {"variable": variable})
        return msgspec.json.decode(said, type=_Variable).value

    async def started_at(self) -> str:
        """When this Asterisk started; another answer means another Asterisk."""
        said = await self.call("GET", "/asterisk/info", {"only": "status"})
        return msgspec.json.decode(said, type=_Info).status.startup_time

    async def only_events(self, kinds: Iterable[str]) -> None:
        """Ask for no other kinds of events: Asterisk tells every variable it sets, unless it is told not to."""
        body = {"allowed": [{"type": kind} for kind in kinds]}
        await self.call("PUT", f"/applications/{self._access.app}/eventFilter", body=body)

    async def endpoints(self) -> list[Endpoint]:
        try:
            return msgspec.json.decode(await self.call("GET", "/endpoints/PJSIP"), type=list[Endpoint])
        except NotFound:  # none at all
            return []

    async def follow(self, channel: str) -> None:
        """Hear of a channel though it leaves our app. Raises `NotFound` when it is gone."""
        try:
            path = f"/applications/{self._access.app}/subscription"
            await self.call("POST", path, {"eventSource": f"channel:{channel}"})
        except Invalid:  # so Asterisk says of what it does not find
            raise NotFound("voice.not_there", f"There is no channel {channel}.") from None

    async def subscribe(self, sources: list[str], at_once: int = 100) -> None:
        """Ask for the events of things that were there before us; ones that are gone meanwhile are skipped."""
        for start in range(0, len(sources), at_once):
            await self._subscribe_some(sources[start : start + at_once])

    async def _subscribe_some(self, sources: list[str]) -> None:
        path = f"/applications/{self._access.app}/subscription"
        try:
            await self.call("POST", path, {"eventSource": ",".join(sources)})
        except (NotFound, Invalid):  # one that is gone spoils the whole request
            if len(sources) > 1:
                for source in sources:
                    await self._subscribe_some([source])

    async def is_heard(self) -> bool:
        """Whether Asterisk knows our app: that somebody listens under its name."""
        try:
            await self.call("GET", f"/applications/{self._access.app}")
        except NotFound:
            return False
        return True

    async def connect(self) -> aiohttp.ClientWebSocketResponse:
        """Open the stream of events under our app's name; another one's under that name ends."""
        url = f"{self._root}/events?app={quote(self._access.app)}&subscribeAll=false"
        try:
            return await self._session().ws_connect(url, heartbeat=HEARTBEAT_S, max_msg_size=0)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Unavailable("voice.unreachable", f"Asterisk did not answer: {type(error).__name__}.") from None

    async def close(self) -> None:
        if self._http is not None:
            await self._http.close()

    def _session(self) -> aiohttp.ClientSession:
        if self._http is None:
            self._http = aiohttp.ClientSession(
                headers={
                    "Authorization": aiohttp.encode_basic_auth(self._access.ari_user, self._access.ari_password),
                    "Content-Type": "application/json",
                },
                connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=30),
                timeout=aiohttp.ClientTimeout(total=REPLY_WITHIN_S),
            )
        return self._http


async def stream(socket: aiohttp.ClientWebSocketResponse) -> AsyncIterator[Event]:
    """The events, until the socket closes."""
    async for message in socket:
        if message.type is aiohttp.WSMsgType.TEXT:
            yield _event.decode(message.data)


def _refusal(status: int, path: str, said: bytes) -> Invalid | NotFound | Unavailable:
    text = said.decode(errors="replace")[:200]
    if status == 404:
        return NotFound("voice.not_there", f"Asterisk has no {path}: {text}")
    if status in (400, 409, 412, 422):
        return Invalid("voice.refused", f"Asterisk refused {path} ({status}): {text}")
    return Unavailable("voice.failed", f"Asterisk failed at {path} ({status}): {text}")
