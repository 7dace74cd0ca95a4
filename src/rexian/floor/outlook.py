"""How long a caller may have to wait: one answer for the caller who is told and the board that shows it."""

from rexian.core.ids import QueueId
from rexian.floor.state import State
from rexian.routing.lending import Known
from rexian.routing.waits import expected_wait

LEARNED = 5
"""So many contacts must have been seen before a queue's own handling time is believed."""


def expected_wait_s(state: State, queue: QueueId, position: int, *, handle_s: float | None = None) -> float | None:
    """Seconds until the caller at `position` (from 1) is served. None: nobody serves, or nothing has been learned.

    `handle_s` is taken for the handling time as long as the queue has not learned its own.
    """
    figures = state.figures.get(queue)
    if figures is not None and figures.handled >= LEARNED:
        handle_s = figures.handle_s()
    if handle_s is None:
        return None
    wait_s = expected_wait(max(position - 1, 0), agents=state.serving.get(queue, 0), handle_s=handle_s)
    return None if wait_s is None else round(wait_s, 1)


def tell_lenders(state: State) -> None:
    """Let the matching know the figures by which queues lend their agents to others."""
    for queue in state.lending:
        figures = state.figures.get(queue)
        waiting = state.matching.waiting(queue)
        state.matching.learn(
            queue,
            Known(
                expected_wait_s=expected_wait_s(state, queue, waiting + 1),
                service_level=figures.good if figures is not None and figures.judged >= LEARNED else None,
            ),
        )
