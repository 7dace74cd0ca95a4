"""A fax machine on the loopback: an app of its own on the test's Asterisk, which calls in over SIP like anybody."""

import asyncio
import itertools
from contextlib import suppress
from pathlib import Path
from typing import Self

import aiohttp
import msgspec

from rexian.adapters.asterisk.ari import Ari, Event, stream
from rexian.adapters.asterisk.config import Access
from rexian.core.errors import NotFound

ENDPOINT = "fax-machine"
WITHIN_S = 90.0
"""A fax of a page takes 20 s; machines that work on a busy computer repeat what they did not understand."""


class FaxMachine:
    """`t38`: whether it can fax over IP, or only by its voice (G.711)."""

    _numbers = itertools.count(1)

    def __init__(self, access: Access, sip_port: int, *, t38: bool = True) -> None:
        self.channel = self._app = f"{ENDPOINT}-{next(self._numbers)}"
        self._ari = Ari(msgspec.structs.replace(access, app=self._app))
        self._port = sip_port
        self._t38 = t38
        self._told: list[Event] = []
        self._news = asyncio.Event()
        self._reading: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        endpoint = {
            "context": "none",
            "identify_by": "username",
            "dtmf_mode": "rfc4733",
            "disallow": "all",
            "allow": "alaw",
            "direct_media": "no",
            "t38_udptl": "yes" if self._t38 else "no",
            "t38_udptl_ec": "redundancy",
        }
        fields = [{"attribute": name, "value": value} for name, value in endpoint.items()]
        where = f"/asterisk/config/dynamic/res_pjsip/endpoint/{self.channel}"  # its own: two cannot make one at once
        await self._ari.call("PUT", where, body={"fields": fields})
        socket = await self._ari.connect()
        self._reading = asyncio.create_task(self._read(socket))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.hang_up()
        assert self._reading is not None
        self._reading.cancel()
        await asyncio.gather(self._reading, return_exceptions=True)
        await self._ari.close()

    async def _read(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for event in stream(socket):
            self._told.append(event)
            self._news.set()

    async def _until(self, kind: str) -> Event:
        async with asyncio.timeout(WITHIN_S):
            while True:
                self._news.clear()
                found = next((each for each in self._told if each.type == kind), None)
                if found is not None:
                    return found
                await self._news.wait()

    async def dial(self, called: str, caller: str = "02155501000") -> None:
        """Call in, and be answered."""
        address = f"PJSIP/{self.channel}/sip:{called}@127.0.0.1:{self._port}"
        params = {"endpoint": address, "app": self._app, "callerId": caller}
        await self._ari.call("POST", f"/channels/{self.channel}", params)
        await self._until("StasisStart")

    async def press(self, keys: str) -> None:
        await self._ari.call("POST", f"/channels/{self.channel}/dtmf", {"dtmf": keys})

    async def send(self, tiff: Path, station: str = "+86 21 5550 1000") -> None:
        """Lay the pages in, and press start."""
        await self._start("send-fax", tiff, station)

    async def receive(self, tiff: Path, station: str = "+86 21 5550 1000") -> None:
        """Press start with no pages laid in."""
        await self._start("receive-fax", tiff, station)

    async def _start(self, context: str, tiff: Path, station: str) -> None:
        await self._ari.follow(self.channel)
        await self._ari.set(self.channel, REXIAN_FAX=str(tiff), REXIAN_STATION=station)
        where = {"context": context, "extension": "1000", "priority": "1"}
        await self._ari.call("POST", f"/channels/{self.channel}/continue", where)

    async def result(self) -> dict[str, str]:
        """What it says of the fax when it is over."""
        return (await self._until("ChannelUserevent")).userevent

    async def hang_up(self) -> None:
        with suppress(NotFound):
            await self._ari.call("DELETE", f"/channels/{self.channel}")
