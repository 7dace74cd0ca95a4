"""What flows have done beside the call: each errand is a task of its own, and its answer one input of the floor.

The floor never waits for one. An errand that takes too long, fails or finds too much company is answered as failed.
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
import structlog

from rexian.core.errands import Doer, Wanted
from rexian.core.errors import RexianError
from rexian.core.ids import TenantId
from rexian.floor.inputs import ErrandDone
from rexian.telephony.commands import Command

log = structlog.stdlib.get_logger()

MOST_AT_ONCE = 500
LARGEST_ANSWER = 64 * 1024
"""Bytes of an answer: it becomes a variable, and variables are written down."""
MARGIN_S = 0.5
"""The flow's own deadline comes first; ours only sees to it that nothing is left running."""


class RunErrand(Command, frozen=True):
    """The floor's effect: have something done for a call's flow."""

    errand: int
    kind: str
    parameters: dict[str, Any]
    within_s: float


class Errands:
    """Runs errands until cancelled; `start` returns at once."""

    def __init__(self, doers: Mapping[str, Doer], answer: Callable[[TenantId, ErrandDone], None]) -> None:
        self._doers = doers
        self._answer = answer
        self._group: asyncio.TaskGroup | None = None
        self._running = 0

    async def run(self) -> None:
        try:
            async with asyncio.TaskGroup() as self._group:
                await asyncio.Event().wait()
        finally:
            self._group = None

    def start(self, tenant: TenantId, command: RunErrand) -> None:
        doer = self._doers.get(command.kind)
        if doer is None:
            self._failed(tenant, command, "errand.unknown")
        elif self._group is None or self._running >= MOST_AT_ONCE:
            self._failed(tenant, command, "errand.too_many")
        else:
            self._running += 1
            self._group.create_task(self._do(tenant, command, doer), name=f"errand {command.kind}")

    async def _do(self, tenant: TenantId, command: RunErrand, doer: Doer) -> None:
        wanted = Wanted(tenant, command.call, command.parameters, command.within_s)
        try:
            async with asyncio.timeout(command.within_s + MARGIN_S):
                value = plain(await doer(wanted))
        except TimeoutError:
            self._failed(tenant, command, "errand.timeout")
        except RexianError as error:
            self._failed(tenant, command, error.code)
        except Exception as error:
            log.error("An errand failed.", kind=command.kind, error=type(error).__name__)
            self._failed(tenant, command, "errand.failed")
        else:
            self._answer(tenant, ErrandDone(call=command.call, errand=command.errand, value=value))
        finally:
            self._running -= 1

    def _failed(self, tenant: TenantId, command: RunErrand, code: str) -> None:
        log.info("An errand came to nothing.", tenant=tenant, call=command.call, kind=command.kind, code=code)
        self._answer(tenant, ErrandDone(call=command.call, errand=command.errand, error=code))


def plain(value: Any) -> Any:
    """The value as the journal can hold it: JSON without NUL (PostgreSQL has none) and not too large."""
    try:
        written = msgspec.json.encode(value)
    except (TypeError, ValueError, RecursionError, UnicodeEncodeError) as error:
        raise UnfitAnswer from error
    if len(written) > LARGEST_ANSWER:
        raise UnfitAnswer
    return msgspec.json.decode(written.replace(b"\\u0000", b""))


class UnfitAnswer(RexianError):
    """What was brought cannot be kept."""

    def __init__(self) -> None:
        super().__init__("errand.unfit_answer", "The answer is too large or cannot be written down.")
