"""Today's figures while they happen: the same fold as the records, kept in memory and moved fact by fact."""

from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import islice

from rexian.core.ids import CallId, QueueId
from rexian.insight.figures import Sums
from rexian.interactions.folding import CallFact, Folding
from rexian.interactions.model import Interaction, Visit

_LATE = 500
"""So many closed calls are remembered, for facts that come late (a wrap-up begun just after the end)."""

DayStart = Callable[[datetime], datetime]
"""When the day that a moment belongs to began, by the tenant's own clock on the wall."""


class LiveFigures:
    """One tenant's queue figures of the day.

    Law: after the same facts they equal what the records' tables say for the window from the day's start.
    """

    def __init__(self, day_start: DayStart, now: datetime) -> None:
        self._day_start = day_start
        self.since = day_start(now)
        self._sums: dict[QueueId, Sums] = {}
        self._open: dict[CallId, tuple[Folding, tuple[Visit, ...]]] = {}
        self._closed: dict[CallId, None] = {}

    def seed(self, sums: dict[QueueId, Sums]) -> None:
        """Start from what is already counted; the calls behind it must not come again as facts."""
        for queue, each in sums.items():
            self._sums[queue] = self._sums.get(queue, Sums()).plus(each)

    def apply(self, facts: Iterable[CallFact]) -> set[QueueId]:
        """Take facts of calls in their order; returns the queues whose figures have changed."""
        touched: dict[CallId, None] = {}
        for fact in facts:
            call = fact.call  # type: ignore[union-attr]
            if call not in self._open:
                self._open[call] = (Folding(), ())
            self._open[call][0].apply(fact)
            touched[call] = None
        changed: set[QueueId] = set()
        for call in touched:
            changed |= self._recount(call)
        self._forget()
        return changed

    def turn(self, now: datetime) -> bool:
        """Begin a new day when it has come; says whether it has."""
        start = self._day_start(now)
        if start <= self.since:
            return False
        self.since = start
        self._sums = {}
        self._open = {call: (folding, ()) for call, (folding, _) in self._open.items()}
        for call in list(self._open):
            self._recount(call)
        return True

    def sums(self) -> dict[QueueId, Sums]:
        return dict(self._sums)

    def _recount(self, call: CallId) -> set[QueueId]:
        folding, counted = self._open[call]
        contact = folding.interaction()
        if contact is None:
            del self._open[call]
            return set()
        visits = self._of_today(contact)
        changed = {visit.queue for visit in set(visits) ^ set(counted)}
        for visit in counted:
            self._add(visit, Sums.minus)
        for visit in visits:
            self._add(visit, Sums.plus)
        self._keep(contact, folding, visits)
        return changed

    def _keep(self, contact: Interaction, folding: Folding, visits: tuple[Visit, ...]) -> None:
        self._open[contact.call] = (folding, visits)
        if contact.closed:
            self._closed[contact.call] = None

    def _forget(self) -> None:
        """Let the oldest of the closed calls go; what was counted of them stays counted."""
        for call in list(islice(self._closed, max(len(self._closed) - _LATE, 0))):
            del self._closed[call]
            self._open.pop(call, None)

    def _of_today(self, contact: Interaction) -> tuple[Visit, ...]:
        return tuple(visit for visit in contact.visits if visit.enqueued_at >= self.since)

    def _add(self, visit: Visit, how: Callable[[Sums, Sums], Sums]) -> None:
        self._sums[visit.queue] = how(self._sums.get(visit.queue, Sums()), Sums.of(visit))
