"""Words of supervisors: on desks until they are read or too old."""

from collections.abc import Callable
from typing import Any

from rexian.floor.events import Fact
from rexian.floor.interventions import MessageExpired, MessageRead, MessageSent
from rexian.floor.model import Message
from rexian.floor.state import State


def _sent(state: State, fact: MessageSent) -> None:
    state.messages[fact.message] = Message(
        id=fact.message,
        at=fact.at,
        by=fact.by,
        name=fact.name,
        text=fact.text,
        until=fact.until,
        urgent=fact.urgent,
        team=fact.team,
        unread=dict.fromkeys(fact.agents),
    )
    state.due.set(fact.message, fact.until)


def _read(state: State, fact: MessageRead) -> None:
    message = state.messages[fact.message]
    message.unread.pop(fact.agent, None)
    message.read[fact.agent] = fact.at


def _expired(state: State, fact: MessageExpired) -> None:
    del state.messages[fact.message]
    state.due.set(fact.message, None)


CHANGES: dict[type[Fact], Callable[[State, Any], None]] = {
    MessageSent: _sent,
    MessageRead: _read,
    MessageExpired: _expired,
}
