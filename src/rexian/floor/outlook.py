"""How long a caller may have to wait: one answer for the caller who is told and the board that shows it."""

from datetime import datetime

from rexian.core.ids import AgentId, QueueId
from rexian.floor.model import Figures
from rexian.floor.presence import Presence
from rexian.floor.state import State
from rexian.routing.calibration import Forecast
from rexian.routing.lending import Known
from rexian.routing.waits import expected_wait

LEARNED = 5
"""So many contacts must have been seen before a queue's own handling time is believed."""
UNKNOWN = Figures()
AWAY = frozenset({Presence.OFF, Presence.PAUSED})


def forecast(
    state: State, queue: QueueId, position: int, now: datetime | None = None, *, handle_s: float | None = None
) -> Forecast | None:
    """The wait of the caller at `position` (from 1) in line. None: nobody serves, or nothing has been learned.

    Without `now` it is what could be said when the queue moved last, so that it stands still between. `handle_s` is
    taken for the handling time as long as the queue has not learned its own.
    """
    agents = at_work(state, queue)
    if agents <= 0:
        return None
    figures = state.figures.get(queue, UNKNOWN)
    if figures.handled >= LEARNED:
        handle_s = figures.handle_s()
    length_s = None
    if handle_s is not None:
        ahead = max(position - 1, 0)
        length_s = expected_wait(ahead, agents=agents, handle_s=handle_s, patience_s=figures.patience_s())
    return figures.calibration.forecast(length_s, _head_s(state, queue, position, now or figures.moved))


def expected_wait_s(
    state: State, queue: QueueId, position: int, now: datetime | None = None, *, handle_s: float | None = None
) -> float | None:
    """Seconds until the caller at `position` is served, as `forecast` has it."""
    found = forecast(state, queue, position, now, handle_s=handle_s)
    return None if found is None else found.wait_s


def _head_s(state: State, queue: QueueId, position: int, now: datetime | None) -> float | None:
    """How long the head of the line has waited; for one who is in the line himself, his part of it."""
    waiting = state.waiting.get(queue)
    head = state.calls[next(iter(waiting))].waiting if waiting else None
    if head is None or waiting is None or now is None:
        return None
    share = min(position / (len(waiting) + 1), 1.0)
    return (now - head.entered).total_seconds() * share


def at_work(state: State, queue: QueueId) -> int:
    """How many take calls of the queue: all who are not paused, without a reserve that is held back."""
    if queue in state.reserves and queue not in state.pressed:
        return regulars(state, queue)
    return state.serving.get(queue, 0)


def regulars(state: State, queue: QueueId) -> int:
    """How many take calls of the queue without being in reserve there."""
    reserve = state.reserves[queue].agents if queue in state.reserves else ()
    there = [agent for agent in map(state.agents.get, set(reserve)) if agent is not None and queue in agent.queues]
    return state.serving.get(queue, 0) - sum(agent.state not in AWAY for agent in there)


def held_back(state: State, queue: QueueId) -> tuple[AgentId, ...]:
    """The agents of its reserve, while it is not called."""
    return () if queue in state.pressed or queue not in state.reserves else state.reserves[queue].agents


def tell_lenders(state: State, now: datetime) -> None:
    """Let the matching know the figures by which queues lend their agents to others."""
    for queue in state.lending:
        figures = state.figures.get(queue)
        waiting = state.matching.waiting(queue)
        state.matching.learn(
            queue,
            Known(
                expected_wait_s=expected_wait_s(state, queue, waiting + 1, now),
                service_level=figures.good if figures is not None and figures.judged >= LEARNED else None,
            ),
        )
