"""A queue under pressure calls its reserve, and lets it go when the pressure is over."""

from rexian.core.ids import QueueId
from rexian.floor.model import Figures
from rexian.floor.outlook import LEARNED, expected_wait_s, regulars
from rexian.floor.reserves import ReserveCalled, ReserveReleased
from rexian.floor.state import State
from rexian.floor.turn import Turn
from rexian.routing.reserves import Load, pressure
from rexian.routing.rules import Reserve

UNKNOWN = Figures()


def settle_reserves(turn: Turn) -> bool:
    """Look at every queue that has a reserve; whether one was called: there may be something to match."""
    state, called = turn.state, False
    for queue in list(state.pressed):
        if queue not in state.reserves:
            turn.tell(ReserveReleased(at=turn.now, queue=queue))
    for queue, reserve in state.reserves.items():
        pressed = queue in state.pressed
        because = pressure(reserve, _load(turn, state, queue, reserve), called=pressed)
        if because and not pressed:
            turn.tell(ReserveCalled(at=turn.now, queue=queue, because=because))
            called = True
        elif pressed and not because:
            turn.tell(ReserveReleased(at=turn.now, queue=queue))
    return called


def _load(turn: Turn, state: State, queue: QueueId, reserve: Reserve) -> Load:
    waiting = state.matching.waiting(queue)
    figures = state.figures.get(queue, UNKNOWN)
    wait_s = None
    if reserve.wait_above_s is not None and waiting:
        wait_s = expected_wait_s(state, queue, waiting + 1, turn.now)
    return Load(
        waiting=waiting,
        others=regulars(state, queue),
        expected_wait_s=wait_s,
        service_level=figures.good if figures.judged >= LEARNED else None,
    )
