"""What a call's fold keeps besides its lanes: the legs as they came and went, and the stays in queues."""

from datetime import datetime, timedelta

from msgspec.structs import replace

from rexian.core.ids import AgentId, LegId
from rexian.floor.events import LegDown, LegPlaced, LegRang, LegUp, Queued, Role
from rexian.interactions.model import Leg, Visit, VisitEnd


class Legs:
    """Every leg the call has had, in the order they came."""

    def __init__(self) -> None:
        self._legs: dict[LegId, Leg] = {}

    def add(self, leg: Leg) -> None:
        self._legs.setdefault(leg.leg, leg)

    def placed(self, fact: LegPlaced, now: datetime) -> None:
        self.add(Leg(fact.leg, fact.role, fact.address, fact.agent, now))

    def rang(self, fact: LegRang, now: datetime) -> None:
        if leg := self._legs.get(fact.leg):
            self._legs[fact.leg] = replace(leg, rang_at=leg.rang_at or now)

    def up(self, fact: LegUp, now: datetime) -> None:
        if leg := self._legs.get(fact.leg):
            self._legs[fact.leg] = replace(leg, up_at=leg.up_at or now)

    def down(self, fact: LegDown, now: datetime) -> None:
        if leg := self._legs.get(fact.leg):
            self._legs[fact.leg] = replace(leg, down_at=leg.down_at or now, cause=leg.cause or str(fact.cause))

    def role(self, leg: LegId) -> Role | None:
        found = self._legs.get(leg)
        return None if found is None else found.role

    def all(self) -> tuple[Leg, ...]:
        return tuple(self._legs.values())


class Visits:
    """The stays in queues; at most the last one is still waiting."""

    def __init__(self) -> None:
        self._visits: list[Visit] = []

    @property
    def waiting(self) -> Visit | None:
        last = self._visits[-1] if self._visits else None
        return last if last and last.end is VisitEnd.WAITING else None

    def begin(self, fact: Queued, now: datetime) -> Visit:
        visit = Visit(
            number=len(self._visits),
            queue=fact.queue,
            enqueued_at=now,
            via=fact.via,
            sl_threshold=timedelta(seconds=fact.sl_threshold_s),
            short_abandon=timedelta(seconds=fact.short_abandon_s),
            foretold=timedelta(seconds=fact.forecast.wait_s) if fact.forecast else None,
        )
        self._visits.append(visit)
        return visit

    def end(self, now: datetime, end: VisitEnd, *, agent: AgentId | None = None, reason: str = "") -> None:
        if visit := self.waiting:
            self._visits[-1] = replace(visit, end=end, left_at=now, agent=agent, reason=reason)

    def all(self) -> tuple[Visit, ...]:
        return tuple(self._visits)
