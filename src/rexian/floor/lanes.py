"""Effects on their way out: in order within a call, calls side by side."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime

import structlog

from rexian.core.errors import RexianError
from rexian.core.ids import CallId
from rexian.telephony.commands import AnyCommand, Command
from rexian.telephony.events import Refused

log = structlog.stdlib.get_logger()

Perform = Callable[[AnyCommand], Awaitable[None]]


class Lanes:
    """One lane per call that has something to do; a lane is gone when it is empty.

    A command that fails is reported as `Refused`; those after it in its lane are still carried out.
    """

    def __init__(
        self,
        group: asyncio.TaskGroup,
        perform: Perform,
        refused: Callable[[Refused], None],
        now: Callable[[], datetime],
    ) -> None:
        self._group = group
        self._perform = perform
        self._refused = refused
        self._now = now
        self._lanes: dict[CallId, deque[AnyCommand]] = {}

    def send(self, commands: Iterable[Command]) -> None:
        for command in commands:
            lane = self._lanes.get(command.call)
            if lane is None:
                self._lanes[command.call] = lane = deque()
                self._group.create_task(self._run(command.call, lane))
            lane.append(command)  # type: ignore[arg-type]  # every command there is stands in AnyCommand

    async def _run(self, call: CallId, lane: deque[AnyCommand]) -> None:
        try:
            while lane:
                await self._carry_out(lane.popleft())
        finally:
            del self._lanes[call]

    async def _carry_out(self, command: AnyCommand) -> None:
        try:
            await self._perform(command)
        except RexianError as error:
            self._refuse(command, error.message)
        except Exception as error:
            log.exception("A command could not be carried out.", command=type(command).__name__)
            self._refuse(command, type(error).__name__)

    def _refuse(self, command: AnyCommand, reason: str) -> None:
        self._refused(Refused(at=self._now(), call=command.call, command=command, reason=reason))
