"""The two worlds in which the port `Switch` is tried: a real Asterisk with small telephones, and the simulation."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar

import msgspec

from rexian.adapters.asterisk.config import Access
from rexian.adapters.asterisk.switch import AsteriskSwitch
from rexian.core.ids import CallId, LegId
from rexian.telephony.commands import Cause
from rexian.telephony.events import AnySwitchEvent, Arrived, SwitchBack
from rexian.telephony.ports import Phone, Switch, Trunk
from tests.asterisk import Cable
from tests.sip import Line, SipPhone

PATIENCE_S = 8.0
STEP_S = 0.01
TRUNK = Trunk(id="loop", hosts=("127.0.0.1",))
PHONE = Phone(id="demo-1001", secret="s3cret", web=False)
Kind = TypeVar("Kind", bound=AnySwitchEvent)

_SIP = {
    Cause.BUSY: (486, "Busy Here"),
    Cause.REJECTED: (603, "Decline"),
    Cause.UNALLOCATED: (404, "Not Found"),
    Cause.CONGESTION: (503, "Service Unavailable"),
}


class Party(Protocol):
    """A person at the far end of a leg."""

    @property
    def pressed(self) -> str: ...
    @property
    def ended(self) -> bool: ...
    @property
    def auto_answer(self) -> bool: ...
    async def ring(self) -> None: ...
    async def answer(self) -> None: ...
    async def reject(self, cause: Cause) -> None: ...
    async def hang_up(self) -> None: ...
    def say(self, pitch: float) -> None: ...
    def hears(self, pitch: float) -> bool: ...
    def hears_anything(self) -> bool: ...
    def press(self, keys: str) -> None: ...


class World(Protocol):
    told: list[AnySwitchEvent]
    prompts: Path

    @property
    def switch(self) -> Switch: ...
    async def call_in(self, called: str = "4008001234", caller: str = "13800138000") -> Party: ...
    async def call_from_phone(self, called: str) -> Party: ...
    async def far_address(self) -> str: ...
    async def rung(self) -> Party: ...
    async def register(self, on: bool) -> None: ...
    async def lose(self) -> None: ...
    async def restore(self) -> None: ...
    async def pause(self) -> float: ...
    def patience(self) -> float: ...


async def until(world: World, condition: Callable[[], bool], what: str = "", within_s: float | None = None) -> None:
    """Let time pass in `world` until `condition` holds."""
    passed = 0.0
    while not condition():
        passed += await world.pause()
        if passed > (within_s or world.patience()):
            raise AssertionError(f"{what or 'the condition'} did not come; told were {world.told}")


async def event(world: World, kind: type[Kind], **fields: object) -> Kind:
    """The first event of that kind with those fields, waited for when it has not come yet."""

    def found() -> Kind | None:
        return next(
            (e for e in world.told if isinstance(e, kind) and all(getattr(e, k) == v for k, v in fields.items())), None
        )

    await until(world, lambda: found() is not None, f"{kind.__name__} {fields}")
    result = found()
    assert result is not None
    world.told.remove(result)
    return result


async def arrival(world: World, called: str = "4008001234") -> tuple[Party, CallId, LegId]:
    party = await world.call_in(called)
    arrived = await event(world, Arrived, called=called)
    return party, arrived.call, arrived.leg


class SipParty:
    """A line of a small telephone."""

    def __init__(self, line: Line) -> None:
        self._line = line

    @property
    def pressed(self) -> str:
        return self._line.media.pressed

    @property
    def ended(self) -> bool:
        return self._line.ended.is_set()

    @property
    def auto_answer(self) -> bool:
        return self._line.auto_answer

    async def ring(self) -> None:
        self._line.ring()

    async def answer(self) -> None:
        await self._line.answer()

    async def reject(self, cause: Cause) -> None:
        self._line.reject(*_SIP[cause])

    async def hang_up(self) -> None:
        self._line.hang_up()

    def die(self) -> None:
        self._line.die()

    def say(self, pitch: float) -> None:
        self._line.media.say(pitch)

    def hears(self, pitch: float) -> bool:
        return self._line.media.hears(pitch)

    def hears_anything(self) -> bool:
        return self._line.media.loudness() > 300

    def press(self, keys: str) -> None:
        self._line.media.press(keys)


class AsteriskWorld:
    """Telephones on the loopback, and cables to Asterisk's two doors."""

    def __init__(self, access: Access, sip_port: int) -> None:
        self._cables = (Cable(int(access.ari_url.rpartition(":")[2])), Cable(access.ami_port))
        web, manager = self._cables
        through = msgspec.structs.replace(access, ari_url=f"http://127.0.0.1:{web.port}", ami_port=manager.port)
        self.switch: Switch = AsteriskSwitch(through)
        self.told: list[AnySwitchEvent] = []
        self.prompts = Path(access.prompts)
        self._server = ("127.0.0.1", sip_port)
        self._outside = SipPhone()
        self._phone = SipPhone(PHONE.id, PHONE.secret)
        self._reading: asyncio.Task[None] | None = None

    async def open(self) -> SwitchBack:
        """What it finds at first."""
        await self._outside.__aenter__()
        await self._phone.__aenter__()
        await self.restore()
        await self.switch.provide([PHONE], [TRUNK])
        self._reading = asyncio.create_task(self._read())
        return await event(self, SwitchBack)

    async def close(self) -> None:
        await self._phone.__aexit__(None, None, None)
        await self._outside.__aexit__(None, None, None)
        await self.switch.close()
        if self._reading is not None:
            await self._reading
        await self.lose()

    async def _read(self) -> None:
        async for told in self.switch.events():
            self.told.append(told)

    async def call_in(self, called: str = "4008001234", caller: str = "13800138000") -> Party:
        return SipParty(await self._outside.dial(self._uri(called), caller))

    async def call_from_phone(self, called: str) -> Party:
        return SipParty(await self._phone.dial(self._uri(called)))

    async def far_address(self) -> str:
        return self._outside.uri

    async def rung(self) -> Party:
        arriving = [asyncio.create_task(phone.incoming()) for phone in (self._outside, self._phone)]
        done, waiting = await asyncio.wait(arriving, return_when=asyncio.FIRST_COMPLETED)
        for task in waiting:
            task.cancel()
        return SipParty(done.pop().result())

    async def register(self, on: bool) -> None:
        assert await self._phone.register(self._server, 300 if on else 0) == 200

    async def lose(self) -> None:
        for cable in self._cables:
            await cable.cut()

    async def restore(self) -> None:
        for cable in self._cables:
            await cable.plug_in()

    async def pause(self) -> float:
        """Let a little time pass; how much, in seconds."""
        started = time.monotonic()
        await asyncio.sleep(STEP_S)
        return time.monotonic() - started

    def patience(self) -> float:
        return PATIENCE_S

    def _uri(self, called: str) -> str:
        return f"sip:{called}@{self._server[0]}:{self._server[1]}"
