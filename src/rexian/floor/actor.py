"""The floor, running: one actor per tenant, the only writer of its live state.

Inputs that wait together are decided in order and their facts committed together; only then do the effects leave. When
the commit fails, nothing of it has happened: the floor is read again from the journal and compared with the switch.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog

from rexian.core.clock import Clock
from rexian.core.errors import RexianError, Unavailable
from rexian.core.ids import TenantId
from rexian.floor.decide import decide
from rexian.floor.directory import Directory
from rexian.floor.events import Fact
from rexian.floor.inputs import Input, Reconfigured, Tick
from rexian.floor.lanes import Lanes, Perform
from rexian.floor.state import State
from rexian.floor.store import Keeper
from rexian.floor.turn import Decision
from rexian.telephony.events import SwitchBack, SwitchEvent

log = structlog.stdlib.get_logger()

MOST_WAITING = 20_000
"""Inputs that may wait; a floor that is further behind refuses commands of people, and never an event of the switch."""
MOST_AT_ONCE = 500
Said = Input | SwitchEvent


Watcher = Callable[[Sequence[Fact]], None]
"""Told each batch of facts once it is committed."""


class Floor:
    """One tenant's floor. `tell` it what happens, `ask` it for what people want; `run` it in a task."""

    def __init__(
        self,
        tenant: TenantId,
        *,
        directory: Directory,
        keeper: Keeper,
        perform: Perform,
        survey: Callable[[], Awaitable[SwitchBack]],
        clock: Clock,
    ) -> None:
        self.tenant = tenant
        self.state = State(directory)
        self.seq = 0
        self.watchers: list[Watcher] = []
        self._keeper = keeper
        self._perform = perform
        self._survey = survey
        self._clock = clock
        self._inbox: deque[tuple[Said, asyncio.Future[None] | None]] = deque()
        self._news = asyncio.Event()
        self._last = clock.now()
        self._failures = 0
        """Turns in a row that could not be taken."""
        self._turning = asyncio.Lock()
        """Held while the state is ahead of the journal."""
        self._alarm: tuple[datetime, asyncio.TimerHandle] | None = None

    # --- what others say

    def tell(self, said: Said) -> None:
        """An event: it has happened, so it is always taken."""
        self._inbox.append((said, None))
        self._news.set()

    async def ask(self, said: Said) -> None:
        """A command: returns when its facts are safe; raises why it cannot be."""
        if len(self._inbox) >= MOST_WAITING:
            raise Unavailable("floor.busy", "The centre is overloaded just now. Try again in a moment.")
        answer: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._inbox.append((said, answer))
        self._news.set()
        await answer

    def reconfigure(self, directory: Directory) -> None:
        """Take over changed settings between two inputs."""
        self.state.reconfigure(directory)
        self.tell(Reconfigured())

    # --- running

    async def load(self) -> None:
        """Take up the state that the journal holds."""
        self.state, self.seq = await self._keeper.restored(self.state.directory)

    async def run(self) -> None:
        """Decide, write down, do; until cancelled. What is known then is kept, so that the next start is quick."""
        try:
            async with asyncio.TaskGroup() as group:
                lanes = Lanes(group, self._perform, self.tell, self._clock.now)
                while True:
                    self._set_alarm()
                    await self._news.wait()
                    self._news.clear()
                    while self._inbox:
                        async with self._turning:
                            await self._turn(lanes)
        finally:
            if self._alarm is not None:
                self._alarm[1].cancel()

    async def _turn(self, lanes: Lanes) -> None:
        """One batch: decided in order, committed together, then carried out."""
        said = [self._inbox.popleft() for _ in range(min(len(self._inbox), MOST_AT_ONCE))]
        facts: list[Fact] = []
        effects: list[Any] = []
        answers: list[asyncio.Future[None]] = []
        culprit: Said | None = None
        try:
            for each, answer in said:
                culprit = each
                decision = self._decide(each, answer)
                if decision is None:
                    continue
                facts.extend(decision.facts)
                effects.extend(decision.effects)
                if answer is not None:
                    answers.append(answer)
            culprit = None
            if facts:
                self.seq = await self._keeper.append(facts)
        except Exception as error:
            await self._start_again(error, said, culprit)
            return
        self._failures = 0
        lanes.send(effects)
        for answer in answers:
            if not answer.done():
                answer.set_result(None)
        if facts:
            self._show(facts)
            await self._keeper.maybe_save(self.state, self.seq, len(facts), self._clock.now())

    def _decide(self, said: Said, answer: asyncio.Future[None] | None) -> Decision | None:
        """The decision; none when it is not possible, which the one who asked is told."""
        try:
            return decide(self.state, said, self._moment(said))
        except RexianError as error:
            if answer is None:
                log.warning("An event did not fit.", kind=type(said).__name__, code=error.code)
            elif not answer.done():
                answer.set_exception(error)
            return None

    def _moment(self, said: Said) -> datetime:
        """When it happened: as the switch says, but never before what was decided last, nor in the future."""
        now = self._clock.now()
        at = min(said.at, now) if isinstance(said, SwitchEvent) else now
        self._last = max(at, self._last)
        return self._last

    def _show(self, facts: list[Fact]) -> None:
        for watcher in self.watchers:
            try:
                watcher(facts)
            except Exception:
                log.exception("A watcher of the floor failed.")

    async def _start_again(
        self, error: Exception, said: list[tuple[Said, asyncio.Future[None] | None]], culprit: Said | None
    ) -> None:
        """Nothing of this batch has been done. Read the state anew until it works, then compare with the switch.

        Who asked may ask again. Events have happened, and are decided again; but not the one (`culprit`) that we
        could not decide.
        """
        cause = repr(error.__cause__ or "")
        log.error("The floor starts again from its journal.", error=repr(error), cause=cause, inputs=len(said))
        self._failures += 1
        refusal = error if isinstance(error, RexianError) else Unavailable("floor.failed", "That failed. Try again.")
        for _, answer in said:
            if answer is not None and not answer.done():
                answer.set_exception(refusal)
        again = [(each, None) for each, answer in said if answer is None and each is not culprit]
        pause = 0.1
        await asyncio.sleep(min(0.1 * (self._failures - 1), 5.0))
        while True:
            try:
                await self.load()
                seen = await self._survey()
                self._inbox.extendleft(reversed(again))
                self.tell(seen)
                return
            except Exception as again:
                log.error("The floor could not start again yet.", error=repr(again))
                await asyncio.sleep(pause)
                pause = min(pause * 2, 5.0)

    # --- time

    def _set_alarm(self) -> None:
        """Wake at the earliest deadline."""
        first = self.state.due.first()
        if self._alarm is not None:
            if self._alarm[0] == first:
                return
            self._alarm[1].cancel()
            self._alarm = None
        if first is not None:
            delay = max((first - self._clock.now()) / timedelta(seconds=1), 0.0)
            self._alarm = (first, asyncio.get_running_loop().call_later(delay, self._ring))

    def _ring(self) -> None:
        self._alarm = None
        self.tell(Tick())

    async def save(self) -> None:
        """Keep the state as it stands, for a quick start; not while the journal has yet to hear of it."""
        async with self._turning:
            await self._keeper.save(self.state, self.seq, self._clock.now())
