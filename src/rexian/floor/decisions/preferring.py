"""Whom a waiting customer is to have rather than others."""

from datetime import datetime, timedelta

from rexian.core.ids import AgentId
from rexian.floor.model import Call, Customer
from rexian.floor.presence import Presence
from rexian.floor.turn import Turn
from rexian.routing.rings import first_ring
from rexian.routing.rules import Preferred


def preferred(
    turn: Turn, call: Call, rules: Preferred, named: AgentId | None, patience_s: float | None
) -> tuple[AgentId, ...]:
    """The agents whom the queue's rules put first for this customer, as far as they are known.

    `named` is whom the flow names, or who hands him over; with a patience of its own he comes first whatever the rules
    say. One who only may be a customer is known for nothing.
    """
    customer = call.customer if call.customer is not None and call.customer.sure else None
    found: list[AgentId] = [] if named is None or patience_s is None else [named]
    for kind in rules.agents:
        if kind == "named" and named is not None:
            found.append(named)
        if kind == "manager" and customer is not None and customer.manager is not None:
            found.append(customer.manager)
        if kind == "last" and (agent := _spoke_last(customer, turn.now - timedelta(days=rules.days))) is not None:
            found.append(agent)
    return tuple(agent for agent in dict.fromkeys(found) if agent in turn.state.directory.agents)


def _spoke_last(customer: Customer | None, since: datetime) -> AgentId | None:
    recently = customer is not None and customer.last_at is not None and customer.last_at >= since
    return customer.last_agent if customer is not None and recently else None


def beginning(turn: Turn, prefers: tuple[AgentId, ...], patience: timedelta) -> int:
    """The ring to begin with: it waits for them alone only if one of them is at work."""
    return first_ring(patience, known=bool(prefers), present=any(is_at_work(turn, agent) for agent in prefers))


def patience_of(rules: Preferred, own_s: float | None) -> timedelta:
    """How long it waits for the preferred alone; `own_s`: it has a patience of its own."""
    return timedelta(seconds=rules.patience_s if own_s is None else own_s)


def is_at_work(turn: Turn, id: AgentId) -> bool:
    """Signed in and not paused, whatever he is doing."""
    agent = turn.state.agents.get(id)
    return agent is not None and agent.state not in (Presence.OFF, Presence.PAUSED)
