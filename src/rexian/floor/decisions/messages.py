"""Supervisors' words to agents: sent, read, grown old."""

from datetime import timedelta

from rexian.core.errors import Invalid, NotFound
from rexian.core.ids import AgentId
from rexian.floor.inputs import ReadMessage, SendMessage
from rexian.floor.interventions import MessageExpired, MessageRead, MessageSent
from rexian.floor.model import Message
from rexian.floor.state import State
from rexian.floor.turn import Turn

LASTING = timedelta(hours=12)
"""A shift: what nobody has read by then is no news any more."""


def send(turn: Turn, input: SendMessage) -> None:
    """The same message again is no error."""
    if input.message in turn.state.messages:
        return
    agents = _recipients(turn.state, input)
    if not agents:
        raise Invalid("message.nobody", "There is nobody to read this; choose an agent or a team with agents.")
    turn.tell(
        MessageSent(
            at=turn.now,
            message=input.message,
            by=input.by,
            name=input.name,
            text=input.text,
            agents=agents,
            until=turn.now + LASTING,
            team=input.team,
            urgent=input.urgent,
        )
    )


def _recipients(state: State, input: SendMessage) -> tuple[AgentId, ...]:
    entries = state.directory.agents
    if input.agent is not None:
        return (input.agent,) if input.agent in entries else ()
    return tuple(id for id, entry in entries.items() if input.team is None or entry.team == input.team)


def read(turn: Turn, input: ReadMessage) -> None:
    """Reading it twice is no error."""
    message = turn.state.messages.get(input.message)
    if message is None or (input.agent not in message.unread and input.agent not in message.read):
        raise NotFound("message.not_found", "This message is not there any more.", id=input.message)
    if input.agent in message.unread:
        turn.tell(MessageRead(at=turn.now, message=message.id, agent=input.agent))


def expire(turn: Turn, message: Message) -> None:
    turn.tell(MessageExpired(at=turn.now, message=message.id, agents=tuple(message.unread)))
