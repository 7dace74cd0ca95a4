"""Keeps the record of outcalls: what flows have ordered, what has been tried, how it ended."""

from collections.abc import Callable
from typing import Any

import msgspec

from rexian.floor import owed
from rexian.floor.outcalls import OutcallState
from rexian.infra.database import Work
from rexian.infra.journal import Row
from rexian.interactions import outcall_store as store


class OutcallRecorder:
    """The subscriber of outcalls. Every fact says what is now, so seeing one again changes nothing."""

    name = "outcalls"

    async def handle(self, work: Work, rows: list[Row]) -> None:
        for row in rows:
            if kept := _FACTS.get(row.kind):
                kind, values = kept
                fact = msgspec.convert(row.data, kind)
                if kind is owed.OutcallOrdered:
                    await store.keep(work, values(fact))
                else:
                    await store.change(work, fact.outcall, values(fact))


def _ordered(fact: owed.OutcallOrdered) -> dict[str, Any]:
    return {
        "id": fact.outcall,
        "number": fact.number,
        "caller": fact.caller,
        "origin_id": fact.origin,
        "flow_id": fact.flow,
        "version_id": fact.version,
        "ordered_at": fact.at,
        "due_at": fact.due,
        "expires_at": fact.expires,
        "state": str(OutcallState.SCHEDULED),
        "attempts": 0,
        "reason": "",
        "result": "",
        "call_id": None,
        "answered_at": None,
        "ended_at": None,
        "ended_by": "",
    }


def _due(fact: owed.OutcallDue) -> dict[str, Any]:
    return {"state": str(OutcallState.DUE)}


def _dialled(fact: owed.OutcallDialled) -> dict[str, Any]:
    return {"state": str(OutcallState.CALLING), "call_id": fact.call}


def _answered(fact: owed.OutcallAnswered) -> dict[str, Any]:
    return {"state": str(OutcallState.ANSWERED), "answered_at": fact.at}


def _put_off(fact: owed.OutcallPutOff) -> dict[str, Any]:
    return {
        "state": str(OutcallState.SCHEDULED),
        "due_at": fact.until,
        "attempts": fact.attempts,
        "reason": fact.reason,
    }


def _ended(fact: owed.OutcallEnded) -> dict[str, Any]:
    return {
        "state": str(OutcallState.ENDED),
        "result": fact.result,
        "reason": fact.reason,
        "attempts": fact.attempts,
        "ended_at": fact.at,
        "ended_by": fact.by,
        "due_at": None,
    }


_FACTS: dict[str, tuple[type[Any], Callable[[Any], dict[str, Any]]]] = {
    "OutcallOrdered": (owed.OutcallOrdered, _ordered),
    "OutcallDue": (owed.OutcallDue, _due),
    "OutcallDialled": (owed.OutcallDialled, _dialled),
    "OutcallAnswered": (owed.OutcallAnswered, _answered),
    "OutcallPutOff": (owed.OutcallPutOff, _put_off),
    "OutcallEnded": (owed.OutcallEnded, _ended),
}
