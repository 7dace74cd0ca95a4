"""Keeps the record of callbacks: what was asked for, what has been tried, how it ended."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec

from rexian.floor import owed
from rexian.floor.callbacks import CallbackState
from rexian.infra.database import Work
from rexian.infra.journal import Row
from rexian.interactions import callback_store as store


class CallbackRecorder:
    """The subscriber of callbacks. Every fact says what is now, so seeing one again changes nothing."""

    name = "callbacks"

    async def handle(self, work: Work, rows: list[Row]) -> None:
        for row in rows:
            if kept := _FACTS.get(row.kind):
                kind, values = kept
                fact = msgspec.convert(row.data, kind)
                if kind is owed.CallbackAsked:
                    await store.keep(work, values(fact))
                else:
                    await store.change(work, fact.callback, values(fact))


def _asked(fact: owed.CallbackAsked) -> dict[str, Any]:
    return {
        "id": fact.callback,
        "queue_id": fact.queue,
        "number": fact.number,
        "name": fact.name,
        "customer_id": fact.customer,
        "origin_id": fact.origin,
        "by": fact.by,
        "asked_at": fact.at,
        "since": fact.since,
        "due_at": fact.due,
        "expires_at": fact.expires,
        "priority": fact.priority,
        "state": str(CallbackState.SCHEDULED if fact.due else CallbackState.WAITING),
        "attempts": 0,
        "reason": "",
        "result": "",
        "call_id": None,
        "agent_id": None,
        "ended_at": None,
    }


def _due(fact: owed.CallbackDue) -> dict[str, Any]:
    return {"state": str(CallbackState.WAITING), "due_at": None}


def _started(fact: owed.CallbackStarted) -> dict[str, Any]:
    return {"state": str(CallbackState.CALLING), "call_id": fact.call, "agent_id": fact.agent}


def _put_off(fact: owed.CallbackPutOff) -> dict[str, Any]:
    return {
        "state": str(CallbackState.RESTING),
        "due_at": fact.until,
        "attempts": fact.attempts,
        "reason": fact.reason,
        **_expires(fact.expires),
    }


def _moved(fact: owed.CallbackMoved) -> dict[str, Any]:
    moved: dict[str, Any] = {"queue_id": fact.queue, "priority": fact.priority}
    return {**moved, **({"due_at": fact.due} if fact.due else {}), **_expires(fact.expires)}


def _expires(at: datetime | None) -> dict[str, Any]:
    return {} if at is None else {"expires_at": at}


def _ended(fact: owed.CallbackEnded) -> dict[str, Any]:
    return {
        "state": str(CallbackState.ENDED),
        "result": fact.result,
        "attempts": fact.attempts,
        "ended_at": fact.at,
        "due_at": None,
    }


_FACTS: dict[str, tuple[type[Any], Callable[[Any], dict[str, Any]]]] = {
    "CallbackAsked": (owed.CallbackAsked, _asked),
    "CallbackDue": (owed.CallbackDue, _due),
    "CallbackStarted": (owed.CallbackStarted, _started),
    "CallbackPutOff": (owed.CallbackPutOff, _put_off),
    "CallbackMoved": (owed.CallbackMoved, _moved),
    "CallbackEnded": (owed.CallbackEnded, _ended),
}
