"""The house has changed its settings: who is gone leaves, what is closed gives its callers back."""

from rexian.core.ids import AgentId
from rexian.floor.decisions import consults
from rexian.floor.decisions.attendance import choose, end_wrap_up
from rexian.floor.decisions.guiding import give_back
from rexian.floor.decisions.voicemails import let_go
from rexian.floor.events import SignedOut
from rexian.floor.inputs import Reconfigured
from rexian.floor.model import Agent
from rexian.floor.presence import Presence
from rexian.floor.turn import Turn


def reconfigured(turn: Turn, input: Reconfigured) -> None:
    """The new directory is in the state already, with the one before it beside it."""
    for agent in list(turn.state.agents.values()):
        _agent(turn, agent)
    for queue in [queue for queue in turn.state.waiting if queue not in turn.state.directory.queues]:
        for id in list(turn.state.waiting[queue]):
            call = turn.state.calls.get(id)
            if call is None or call.waiting is None or call.waiting.queue != queue:
                continue
            if call.consult is not None:
                consults.end(turn, call, "failed")
            else:
                give_back(turn, call, "closed")


def _agent(turn: Turn, agent: Agent) -> None:
    entry = turn.state.directory.agents.get(agent.id)
    if entry is None:
        _sign_out(turn, agent)
    elif agent.state is not Presence.OFF:
        queues = tuple(queue for queue in agent.queues if queue in entry.queues)
        queues += tuple(queue for queue in entry.queues if queue not in queues and _is_new(turn, agent.id, queue))
        if queues != agent.queues:
            choose(turn, agent.id, queues)


def _is_new(turn: Turn, id: AgentId, queue: str) -> bool:
    """He has been put into it just now: then he works in it at once, and may leave it on his desk."""
    before = turn.state.before.agents.get(id)
    return before is not None and queue not in before.queues


def _sign_out(turn: Turn, agent: Agent) -> None:
    """One who is in a call finishes it; he is offered nothing more."""
    if agent.state in (Presence.PAUSED, Presence.READY, Presence.WRAP_UP):
        end_wrap_up(turn, agent, "forced")
        let_go(turn, agent.id)
        turn.tell(SignedOut(at=turn.now, agent=agent.id, by="system"))
