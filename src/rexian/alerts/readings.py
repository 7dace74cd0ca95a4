"""What the rules look at: values read off the floor's state and the figures of the day. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec

from rexian.alerts.model import OF_QUEUES, Kind, Reading, Rule
from rexian.core.ids import CallId, QueueId
from rexian.floor.events import Abandoned, Fact
from rexian.floor.presence import Presence
from rexian.floor.state import State
from rexian.floor.views import staffing

LONGEST_WINDOW = timedelta(hours=1)
"""So long those who gave up are remembered."""
FEWEST_COUNTED = 10
"""With fewer contacts a service level says nothing yet."""


class Abandons:
    """When callers gave up of late, by queue."""

    def __init__(self) -> None:
        self._at: dict[QueueId, dict[CallId, datetime]] = {}

    def note(self, facts: Iterable[Fact]) -> None:
        for fact in facts:
            if isinstance(fact, Abandoned) and fact.queue:
                self.add(fact.queue, fact.call, fact.at)

    def add(self, queue: QueueId, call: CallId, at: datetime) -> None:
        """One that is known already counts once."""
        self._at.setdefault(queue, {})[call] = at

    def within(self, queue: QueueId, window: timedelta, now: datetime) -> int:
        """How many gave up in the `window` before `now`."""
        late = {call: at for call, at in self._at.get(queue, {}).items() if at > now - LONGEST_WINDOW}
        self._at[queue] = late
        return sum(at > now - window for at in late.values())


class Picture(msgspec.Struct, frozen=True):
    """The centre at one moment."""

    state: State
    figures: Mapping[str, Mapping[str, Any]]
    trunks: Mapping[str, Mapping[str, Any]]
    abandons: Abandons
    now: datetime


def read(rules: Iterable[Rule], picture: Picture) -> dict[str, list[Reading]]:
    """The readings of each enabled rule, by its id."""
    enabled = [rule for rule in rules if rule.enabled]
    counts = staffing(picture.state, set(picture.state.directory.queues)) if _ask_for_staff(enabled) else {}
    return {rule.id: list(_read_one(rule, picture, counts)) for rule in enabled}


def _ask_for_staff(rules: Iterable[Rule]) -> bool:
    return any(rule.kind is Kind.NO_AGENT_READY for rule in rules)


def _read_one(rule: Rule, picture: Picture, counts: Mapping[QueueId, Counter[str]]) -> Iterator[Reading]:
    if rule.kind in OF_QUEUES:
        for id, queue in picture.state.directory.queues.items():
            if not rule.queues or id in rule.queues:
                value = _of_queue(rule, id, picture, counts)
                yield Reading(subject=f"queue:{id}", name=queue.name, value=value)
    elif rule.kind is Kind.STATE_TOO_LONG:
        yield from _of_agents(rule, picture)
    else:
        for trunk in picture.trunks.values():
            down = {"up": 0.0, "down": 1.0}.get(trunk["state"])
            yield Reading(subject=f"trunk:{trunk['id']}", name=trunk["name"], value=down)


def _of_queue(rule: Rule, id: QueueId, picture: Picture, counts: Mapping[QueueId, Counter[str]]) -> float | None:
    match rule.kind:
        case Kind.WAITING:
            return float(len(_entered(picture.state, id)))
        case Kind.LONGEST_WAIT:
            first = min(_entered(picture.state, id), default=picture.now)
            return (picture.now - first).total_seconds()
        case Kind.ABANDON_BURST:
            return float(picture.abandons.within(id, timedelta(seconds=rule.window_s), picture.now))
        case Kind.NO_AGENT_READY:
            open = bool(picture.state.waiting.get(id)) or counts[id].total() > counts[id][Presence.OFF]
            return float(open and not counts[id][Presence.READY])
        case _:
            return _service_level(picture.figures.get(id))


def _entered(state: State, id: QueueId) -> list[datetime]:
    """When each who waits in the queue entered it."""
    calls = (state.calls.get(call) for call in state.waiting.get(id, ()))
    return [call.waiting.entered for call in calls if call is not None and call.waiting is not None]


def _service_level(figures: Mapping[str, Any] | None) -> float | None:
    """In percent."""
    if figures is None or figures["service_level"] is None or figures["offered"] < FEWEST_COUNTED:
        return None
    return 100.0 * float(figures["service_level"])


def _of_agents(rule: Rule, picture: Picture) -> Iterator[Reading]:
    """Agents in one of the rule's states; the others have no value, so that what is raised of them is cleared."""
    directory = picture.state.directory.agents
    for id, agent in picture.state.agents.items():
        entry = directory.get(id)
        if entry is None or agent.state is Presence.OFF:
            continue
        if (rule.teams and entry.team not in rule.teams) or (rule.queues and not set(rule.queues) & set(agent.queues)):
            continue
        lasts = (picture.now - agent.since).total_seconds() if agent.state in rule.states else None
        yield Reading(subject=f"agent:{id}", name=entry.name, value=lasts)
