"""What is written down of a queue's reserve: `routing.reserves` says when it is wanted."""

from rexian.core.ids import QueueId
from rexian.floor.facts import Fact


class ReserveCalled(Fact, frozen=True):
    """The queue's reserve serves it now. `because`: nobody | waiting | wait | service_level."""

    queue: QueueId
    because: str


class ReserveReleased(Fact, frozen=True):
    """The pressure is over: the queue's reserve is offered nothing more of it."""

    queue: QueueId
