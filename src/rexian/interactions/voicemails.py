"""Keeps the record of voicemails: who left them, who deals with them, how they were closed."""

from collections.abc import Callable
from typing import Any

import msgspec

from rexian.floor import owed
from rexian.floor.voicemails import VoicemailState
from rexian.infra.database import Work
from rexian.infra.journal import Row
from rexian.interactions import voicemail_store as store


class VoicemailRecorder:
    """The subscriber of voicemails. Every fact says what is now, so seeing one again changes nothing."""

    name = "voicemails"

    async def handle(self, work: Work, rows: list[Row]) -> None:
        for row in rows:
            if kept := _FACTS.get(row.kind):
                kind, values = kept
                fact = msgspec.convert(row.data, kind)
                if kind is owed.VoicemailLeft:
                    await store.keep(work, values(fact))
                else:
                    await store.change(work, fact.voicemail, values(fact))


def _left(fact: owed.VoicemailLeft) -> dict[str, Any]:
    return {
        "id": fact.voicemail,
        "queue_id": fact.queue,
        "interaction_id": fact.call,
        "recording_id": fact.recording,
        "number": fact.number,
        "name": fact.name,
        "customer_id": fact.customer,
        "left_at": fact.at,
        "priority": fact.priority,
        "state": str(VoicemailState.WAITING),
        "agent_id": None,
        "closed_at": None,
        "disposition": "",
        "notes": "",
    }


def _taken(fact: owed.VoicemailTaken) -> dict[str, Any]:
    return {"state": str(VoicemailState.TAKEN), "agent_id": fact.agent}


def _returned(fact: owed.VoicemailReturned) -> dict[str, Any]:
    return {"state": str(VoicemailState.WAITING), "agent_id": None}


def _moved(fact: owed.VoicemailMoved) -> dict[str, Any]:
    return {"queue_id": fact.queue, "priority": fact.priority}


def _closed(fact: owed.VoicemailClosed) -> dict[str, Any]:
    closed = {"state": str(VoicemailState.CLOSED), "closed_at": fact.at, "disposition": fact.disposition}
    by = {"agent_id": fact.agent} if fact.agent else {}
    return {**closed, **by, "notes": fact.notes}


_FACTS: dict[str, tuple[type[Any], Callable[[Any], dict[str, Any]]]] = {
    "VoicemailLeft": (owed.VoicemailLeft, _left),
    "VoicemailTaken": (owed.VoicemailTaken, _taken),
    "VoicemailReturned": (owed.VoicemailReturned, _returned),
    "VoicemailMoved": (owed.VoicemailMoved, _moved),
    "VoicemailClosed": (owed.VoicemailClosed, _closed),
}
