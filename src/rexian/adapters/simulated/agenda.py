"""What will happen when: a heap of actions, taken in order of time."""

import itertools
from collections.abc import Callable
from datetime import datetime, timedelta
from heapq import heappop, heappush

Action = Callable[[datetime], None]


class Agenda:
    """Actions at one moment run in the order in which they were noted."""

    def __init__(self) -> None:
        self._heap: list[tuple[datetime, int, Action]] = []
        self._order = itertools.count()

    def note(self, now: datetime, after_s: float, action: Action) -> None:
        when = now + timedelta(seconds=after_s) if after_s else now
        heappush(self._heap, (when, next(self._order), action))

    def next_at(self) -> datetime | None:
        return self._heap[0][0] if self._heap else None

    def run(self, until: datetime) -> None:
        """Run all that is due; what it notes for now runs too."""
        heap = self._heap
        while heap and heap[0][0] <= until:
            at, _, action = heappop(heap)
            action(at)
