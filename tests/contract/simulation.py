"""The simulated world: the same parties, moved on a virtual clock."""

import asyncio
from datetime import timedelta
from pathlib import Path

import soundfile

from rexian.adapters.simulated.core import SimulatedSwitch
from rexian.adapters.simulated.parties import by_hand
from rexian.adapters.simulated.switch import Simulated
from rexian.core.clock import VirtualClock
from rexian.core.errors import NotFound
from rexian.core.ids import LegId
from rexian.telephony.commands import Cause, Play
from rexian.telephony.events import AnySwitchEvent, SwitchBack
from tests.contract.worlds import PHONE, TRUNK, Party, event
from tests.sip.media import Samples, strength

STEP = timedelta(milliseconds=50)


class SimulatedParty:
    def __init__(self, world: "SimulatedWorld", leg: LegId) -> None:
        self._world = world
        self._leg = leg
        self._line = world.core.lines[leg]

    @property
    def pressed(self) -> str:
        return self._line.pressed

    @property
    def ended(self) -> bool:
        return self._leg not in self._world.core.lines

    @property
    def auto_answer(self) -> bool:
        return self._line.auto_answer

    async def ring(self) -> None:
        self._world.core.ring(self._leg, self._world.clock.now())
        self._world.face.deliver()

    async def answer(self) -> None:
        self._world.core.answer(self._leg, self._world.clock.now())
        self._world.face.deliver()

    async def reject(self, cause: Cause) -> None:
        self._world.core.hang_up(self._leg, self._world.clock.now(), cause)
        self._world.face.deliver()

    async def hang_up(self) -> None:
        self._world.core.hang_up(self._leg, self._world.clock.now())
        self._world.face.deliver()

    def say(self, pitch: float) -> None:
        self._world.core.say(self._leg, pitch, self._world.clock.now())

    def hears(self, pitch: float) -> bool:
        sounds = self._world.core.hears(self._leg)
        names = [name.partition(":")[2] for name in sounds if isinstance(name, str) and name.startswith("prompt:")]
        return pitch in sounds or any(strength(self._world.prompt(name), pitch) > 1000 for name in names)

    def hears_anything(self) -> bool:
        return bool(self._world.core.hears(self._leg))

    def press(self, keys: str) -> None:
        for key in keys:
            self._world.core.press(self._leg, key, self._world.clock.now())
        self._world.face.deliver()


class SimulatedWorld:
    def __init__(self, folder: Path) -> None:
        self.clock = VirtualClock()
        self.prompts = folder / "prompts"
        self.core = SimulatedSwitch(behaviour=by_hand, measure=self._measure, recordings=folder / "recordings")
        self.face = self.switch = Simulated(self.core, self.clock)
        self.told: list[AnySwitchEvent] = []
        self._rung = 0
        self._reading: asyncio.Task[None] | None = None

    async def open(self) -> None:
        await self.switch.provide([PHONE], [TRUNK])
        self._reading = asyncio.create_task(self._read())
        await event(self, SwitchBack)

    async def close(self) -> None:
        await self.switch.close()
        if self._reading is not None:
            await self._reading

    async def _read(self) -> None:
        async for told in self.switch.events():
            self.told.append(told)

    async def call_in(self, called: str = "4008001234", caller: str = "13800138000") -> Party:
        return self._arrived(self.core.arrive(self.clock.now(), called, caller, trunk=TRUNK.id))

    async def call_from_phone(self, called: str) -> Party:
        return self._arrived(self.core.arrive(self.clock.now(), called, PHONE.id, phone=PHONE.id))

    def _arrived(self, leg: LegId) -> Party:
        self.face.deliver()
        return SimulatedParty(self, leg)

    async def far_address(self) -> str:
        return "sip:robot@simulated.invalid"

    async def rung(self) -> Party:
        leg = self.core.placed[self._rung]
        self._rung += 1
        return SimulatedParty(self, leg)

    async def register(self, on: bool) -> None:
        self.core.register(PHONE.id, on, self.clock.now())
        self.face.deliver()

    async def lose(self) -> None:
        self.core.lose(self.clock.now())
        self.face.deliver()

    async def restore(self) -> None:
        self.core.restore(self.clock.now())
        self.face.deliver()

    async def pause(self) -> float:
        self.face.advance(STEP)
        for _ in range(3):  # let the reader take what was delivered
            await asyncio.sleep(0)
        return STEP.total_seconds()

    def patience(self) -> float:
        return 60.0

    def prompt(self, key: str) -> Samples:
        samples: Samples = soundfile.read(self._path(key), dtype="int16")[0]
        return samples

    def _path(self, key: str) -> Path:
        return self.prompts / "demo/zh" / f"{key}.wav"

    def _measure(self, name: str, play: Play) -> float:
        kind, _, value = name.partition(":")
        if kind == "silence":
            return float(value) / 1000
        if not self._path(value).exists():
            raise NotFound("voice.no_prompt", f"There is no prompt {value}.")
        return len(self.prompt(value)) / 8000
