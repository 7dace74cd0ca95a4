"""Who is calling: answered beside the call, so that the floor never waits for it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog

from rexian.core.ids import AgentId, CallId, CustomerId, TenantId
from rexian.crm.model import Customer
from rexian.crm.service import Customers
from rexian.infra.database import Database, Work

log = structlog.stdlib.get_logger()
_AT_ONCE = 8
_WAITING = 1_000


@dataclass(frozen=True, slots=True)
class Spoke:
    """An agent who spoke with a customer, and when they began."""

    agent: AgentId
    at: datetime


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a caller. `sure` is false when several have his number: then `customer` is the first of them."""

    call: CallId
    customer: CustomerId | None
    name: str
    sure: bool
    facts: dict[str, Any]
    manager: AgentId | None = None
    """The agent who looks after him."""
    last: Spoke | None = None
    """Who spoke with him last."""


LastAgent = Callable[[Work, CustomerId], Awaitable[Spoke | None]]
"""Who spoke with a customer last, as the records above this package know it."""


async def nobody(work: Work, customer: CustomerId) -> None:
    """Where no records are kept."""
    return


Answer = Callable[[TenantId, Known], None]


class CallerIdentifier:
    """Looks callers up, a few at a time, in tasks of its own.

    `ask` returns at once; what is found is handed to `answer`. Nobody waits: a look-up that is late, fails or finds
    nothing leaves the call as it is. More than `_WAITING` questions at once are dropped, the calls go on without.
    """

    def __init__(
        self,
        database: Database,
        customers: Customers,
        answer: Answer,
        *,
        last_agent: LastAgent = nobody,
        within_s: float = 3.0,
    ) -> None:
        self._database = database
        self._customers = customers
        self._answer = answer
        self._last_agent = last_agent
        self._within_s = within_s
        self._questions: asyncio.Queue[tuple[TenantId, CallId, str]] = asyncio.Queue(_WAITING)

    def ask(self, tenant: TenantId, call: CallId, number: str) -> None:
        """Who has this number? (inbound: the caller's, outbound: the called one)"""
        try:
            self._questions.put_nowait((tenant, call, number))
        except asyncio.QueueFull:
            log.warning("A caller is not looked up: too many wait.", tenant=tenant, call=call)

    async def run(self) -> None:
        """Answer questions until cancelled."""
        async with asyncio.TaskGroup() as group:
            for n in range(_AT_ONCE):
                group.create_task(self._answer_questions(), name=f"caller look-up {n}")

    async def _answer_questions(self) -> None:
        while True:
            tenant, call, number = await self._questions.get()
            try:
                async with asyncio.timeout(self._within_s):
                    known = await self.look_up(tenant, call, number)
            except Exception as error:
                log.warning("A caller could not be looked up.", tenant=tenant, call=call, error=type(error).__name__)
                continue
            if known is not None:
                self._answer(tenant, known)

    async def look_up(self, tenant: TenantId, call: CallId, number: str) -> Known | None:
        """What is known of whoever has this number; none: nobody has."""
        async with self._database.work(tenant) as work:
            match = await self._customers.recognise(work, number)
            if match.first is None:
                return None
            last = await self._last_agent(work, match.first.id) if match.sure else None
        return _known(call, match.first, sure=match.sure, last=last)


def _known(call: CallId, customer: Customer, *, sure: bool, last: Spoke | None) -> Known:
    """Of one who only may be meant nothing is told but the name."""
    facts = {"vip": customer.vip, "tags": list(customer.tags), **customer.attributes} if sure else {}
    manager = customer.manager if sure else None
    return Known(
        call=call, customer=customer.id, name=customer.name, sure=sure, facts=facts, manager=manager, last=last
    )
