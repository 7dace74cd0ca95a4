"""Whom a waiting customer is to have rather than others."""

from datetime import timedelta

from rexian.core.ids import AgentId
from rexian.floor.model import Call
from rexian.floor.presence import Presence
from rexian.floor.turn import Turn
from rexian.routing.rings import first_ring
from rexian.routing.rules import Preferred


def preferred(turn: Turn, call: Call, rules: Preferred) -> tuple[AgentId, ...]:
    """The agents whom the queue's rules put first for this customer, as far as they are known."""
    customer = call.customer
    if customer is None:
        return ()
    found: list[AgentId] = []
    for kind in rules.agents:
        if kind == "manager" and customer.manager is not None:
            found.append(customer.manager)
        recent = customer.last_at is not None and turn.now - customer.last_at <= timedelta(days=rules.days)
        if kind == "last" and customer.last_agent is not None and recent:
            found.append(customer.last_agent)
    return tuple(agent for agent in dict.fromkeys(found) if agent in turn.state.directory.agents)


def beginning(turn: Turn, prefers: tuple[AgentId, ...], rules: Preferred) -> int:
    """The ring to begin with: it waits for them alone only if one of them is at work."""
    return first_ring(rules, known=bool(prefers), present=any(_is_at_work(turn, agent) for agent in prefers))


def patience_of(rules: Preferred) -> timedelta:
    return timedelta(seconds=rules.patience_s)


def _is_at_work(turn: Turn, id: AgentId) -> bool:
    agent = turn.state.agents.get(id)
    return agent is not None and agent.state not in (Presence.OFF, Presence.PAUSED)
