"""Why an agent was chosen, in a form that can be kept and shown; and what would be chosen if something came now."""

from collections.abc import Iterable
from itertools import islice
from typing import Any

from rexian.core.ids import AgentId
from rexian.routing.choosing import in_order
from rexian.routing.groups import Agent, Group, Line, Place
from rexian.routing.index import Index, able, pool
from rexian.routing.people import People
from rexian.routing.requirement import HIGHEST, Compared, Requirement, conditions

BEST = 3
"""So many candidates are named with their scores."""
MOST_COMPARED = 16
"""Of more candidates than this, the first are read off the order of the line."""


def reason(index: Index, group: Group, agent: Agent, here: int, candidates: int, now: float) -> dict[str, Any]:
    """Why `agent` is offered the item at the head of this group.

    `here`: those who were idle and may serve it; `candidates`: of these, those who are able to. All counts are of them.
    """
    line, place = group.line, group.places[0]
    waiting = index.items[place[2]]
    found = _choice(index.people, group, here, candidates, now)
    first = found["best"][0]
    found["chosen_score"] = first["score"] if first["agent"] == agent.id else line.chooser.score(agent, line, now)
    found["idle_since"] = agent.since
    found["waiting_since"] = waiting.since
    found["priority"] = waiting.priority
    found["points"] = _points(line, place, now)
    if agent.id in waiting.prefers:
        found["preferred"] = agent.id
    if agent.bit & line.reserve:
        found["reserve"] = line.pressure
    note = line.chooser.note()
    if note:
        found["fallback"] = note
    return found


def foresee(index: Index, group: Group, place: Place, now: float, prefers: Iterable[AgentId]) -> dict[str, Any]:
    """What would come of an item at this place that is not there: `agent`, or `before`, how many stand before it."""
    line, people = group.line, index.people
    here = pool(index, group)
    candidates = here & able(index, group)
    found = {
        **_choice(people, group, here, candidates, now),
        "agent": None,
        "before": index.before(line, place),
        "points": _points(line, place, now),
    }
    if candidates:
        chosen = _preferred(people, candidates, prefers)
        found["preferred"] = chosen.id if chosen else None
        agent = chosen or line.chooser.choose(people.first_of(candidates), group, place[2], now, people)
        found["agent"] = agent.id
        note = line.chooser.note()
        if note:
            found["fallback"] = note
    return found


def _choice(people: People, group: Group, here: int, candidates: int, now: float) -> dict[str, Any]:
    line = group.line
    found: dict[str, Any] = {
        "strategy": line.chooser.name,
        "order": line.rules.order.by,
        "idle": here.bit_count(),
        "candidates": candidates.bit_count(),
        "excluded": {} if here == candidates else excluded(people, group, here),
        "best": best(people, line, people.first_of(candidates), now),
        "ring": group.ask.ring,
    }
    held_back = line.held_back & people.idle if line.held_back else 0
    if held_back and (in_reserve := sum(line in agent.lines for agent in people.each(held_back))):
        found["in_reserve"] = in_reserve
    elsewhere = here & ~line.members
    if elsewhere:
        found["from_elsewhere"] = elsewhere.bit_count()
    return found


def excluded(people: People, group: Group, here: int) -> dict[str, int]:
    """By each condition that not all of those who are idle satisfy: how many do not."""
    found = {}
    for condition in conditions(group.requirement):
        lacking = (here & ~people.able(condition)).bit_count()
        if lacking:
            found[_failed(condition)] = lacking
    return found


def _failed(condition: Requirement) -> str:
    if isinstance(condition, Compared) and condition.most >= HIGHEST:
        return f"{condition.skill} < {condition.least}"
    return f"not ({condition})"


def best(people: People, line: Line, candidates: int, now: float) -> list[dict[str, Any]]:
    """The first few candidates in the line's order, with their scores."""
    key, score = line.chooser.key, line.chooser.score
    agents: Iterable[Agent] = ()
    if candidates & (candidates - 1) == 0:
        agents = (people.by_bit[candidates.bit_length() - 1],) if candidates else ()
    elif candidates.bit_count() <= MOST_COMPARED:
        agents = sorted(people.each(candidates), key=lambda agent: (key(agent, line), agent.id))[:BEST]
    else:
        agents = islice(in_order(candidates, line, people), BEST)
    return [{"agent": agent.id, "score": score(agent, line, now)} for agent in agents]


def _points(line: Line, place: Place, now: float) -> float:
    return round(line.ageing * now - place[0], 3)


def _preferred(people: People, candidates: int, prefers: Iterable[AgentId]) -> Agent | None:
    for id in prefers:
        agent = people.find(id)
        if agent is not None and agent.bit & candidates:
            return agent
    return None
