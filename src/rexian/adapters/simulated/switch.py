"""The port `Switch` over the simulation. Whoever owns the clock calls `advance`; there are no tasks and no waiting."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from datetime import timedelta

from rexian.adapters.simulated.core import SimulatedSwitch
from rexian.core.clock import VirtualClock
from rexian.telephony.commands import AnyCommand
from rexian.telephony.events import AnySwitchEvent, SwitchBack
from rexian.telephony.ports import Phone, Trunk


class Simulated:
    """One simulated switch on a virtual clock."""

    def __init__(self, core: SimulatedSwitch, clock: VirtualClock) -> None:
        self.core = core
        self._clock = clock
        self._unread: asyncio.Queue[AnySwitchEvent | None] = asyncio.Queue()
        self._unread.put_nowait(core.survey(clock.now()))

    async def perform(self, command: AnyCommand) -> None:
        self.core.handle(command, self._clock.now())
        self.deliver()

    async def events(self) -> AsyncIterator[AnySwitchEvent]:
        while (event := await self._unread.get()) is not None:
            yield event

    async def survey(self) -> SwitchBack:
        return self.core.survey(self._clock.now())

    async def provide(self, phones: Iterable[Phone], trunks: Iterable[Trunk]) -> None:
        self.core.provide(phones)

    async def close(self) -> None:
        self._unread.put_nowait(None)

    def advance(self, by: timedelta) -> None:
        """Move the clock, stopping at each thing that happens on the way."""
        target = self._clock.now() + by
        while (at := self.core.next_at()) is not None and at <= target:
            self._clock.set(max(at, self._clock.now()))
            self.deliver()
        self._clock.set(target)
        self.deliver()

    def deliver(self) -> None:
        """Hand on what has happened, after a party was moved from outside."""
        for event in self.core.take(self._clock.now()):
            self._unread.put_nowait(event)
