"""Lanes: what one leg of a call is doing now, and the segments it has left behind.

The rules of splitting: a lane does one thing at a time; doing another cuts the segment at that instant; nothing
happens for no time. While an agent takes part in a call, consulting shows before holding, holding before being in a
conference, a conference before plain talk.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from rexian.core.ids import AgentId, LegId, QueueId
from rexian.interactions.model import Segment, SegmentKind

_ORDER = {kind: place for place, kind in enumerate(SegmentKind)}
TAKING_PART = (SegmentKind.TALK, SegmentKind.HOLD, SegmentKind.CONSULT, SegmentKind.CONFERENCE)


@dataclass(slots=True)
class Lane:
    """One leg's past (`done`) and present (`kind` since `start`; none: idle)."""

    leg: LegId | None
    agent: AgentId | None = None
    queue: QueueId | None = None
    visit: int | None = None
    kind: SegmentKind | None = None
    start: datetime | None = None
    holding: bool = False
    consulting: bool = False
    consulted: bool = False  # is the one who is asked, not the one who asks
    conference: bool = False
    done: list[Segment] = field(default_factory=list)

    def turn(self, kind: SegmentKind | None, now: datetime, *, result: str = "") -> None:
        """Do `kind` from now on (none: nothing); what was done until now becomes a segment."""
        if kind is self.kind:
            return
        if self.kind and self.start and now > self.start:
            self.done.append(self._segment(now, result))
        self.kind, self.start = kind, now

    def join(self, now: datetime, *, queue: QueueId | None, visit: int | None) -> None:
        """The agent begins to take part for this queue and visit; a ring before that has been answered."""
        self.turn(None, now, result="answered" if self.kind is SegmentKind.RING else "")
        self.queue, self.visit, self.consulted = queue, visit, False
        self.holding = self.consulting = False
        self.turn(self._part(), now)

    def reconsider(self, now: datetime) -> None:
        """Holding, consulting or conferring has changed; says nothing to a lane that takes no part."""
        if self.kind in TAKING_PART:
            self.turn(self._part(), now)

    def leave(self, now: datetime) -> None:
        """The party is gone; wrapping up goes on without it."""
        if self.kind is not SegmentKind.WRAP_UP:
            self.turn(None, now)
        self.holding = self.consulting = self.conference = False

    def segments(self) -> list[Segment]:
        return [*self.done, self._segment(None)] if self.kind else self.done

    def _part(self) -> SegmentKind:
        if self.consulting:
            return SegmentKind.CONSULT
        if self.holding:
            return SegmentKind.HOLD
        return SegmentKind.CONFERENCE if self.conference else SegmentKind.TALK

    def _segment(self, end: datetime | None, result: str = "") -> Segment:
        assert self.kind
        assert self.start
        return Segment(
            kind=self.kind,
            start=self.start,
            end=end,
            leg=self.leg,
            agent=self.agent,
            queue=self.queue,
            visit=self.visit,
            result=result,
        )


class Lanes:
    """All lanes of one call, and which of them is whose."""

    def __init__(self) -> None:
        self._lanes: dict[LegId, Lane] = {}
        self._leg_of: dict[AgentId, LegId] = {}
        self._conference: set[LegId] = set()

    def of(self, leg: LegId) -> Lane:
        """The lane of this leg; a new idle one when it has none."""
        lane = self._lanes.get(leg)
        if lane is None:
            lane = self._lanes[leg] = Lane(leg)
        return lane

    def known(self, leg: LegId) -> Lane | None:
        return self._lanes.get(leg)

    def take(self, agent: AgentId, leg: LegId) -> Lane:
        """The lane of `leg`, which is the agent's from now on."""
        self._leg_of[agent] = leg
        lane = self.of(leg)
        lane.agent = agent
        return lane

    def of_agent(self, agent: AgentId) -> Lane | None:
        leg = self._leg_of.get(agent)
        return self._lanes.get(leg) if leg else None

    def all(self) -> Iterable[Lane]:
        return self._lanes.values()

    def hand_over(self, old: LegId, new: LegId, now: datetime) -> None:
        """An agent goes on by another leg with what he was doing: his page was loaded anew."""
        before = self._lanes.get(old)
        if before is None or before.agent is None:
            return
        lane = self.take(before.agent, new)
        lane.join(now, queue=before.queue, visit=before.visit)
        lane.holding, lane.consulting, lane.conference = before.holding, before.consulting, before.conference
        lane.reconsider(now)
        if old in self._conference:
            self._conference.add(new)
        self.leave(old, now)

    def confer(self, legs: Iterable[LegId], now: datetime) -> None:
        """These legs are in one conversation of three or more."""
        self._conference = set(legs)
        for leg in self._conference & self._lanes.keys():
            lane = self._lanes[leg]
            lane.conference, lane.holding, lane.consulting, lane.consulted = True, False, False, False
            lane.reconsider(now)

    def leave(self, leg: LegId, now: datetime) -> None:
        """The party is gone; a conference that loses its third party is plain talk again."""
        if lane := self._lanes.get(leg):
            lane.leave(now)
        self._conference.discard(leg)
        if not self._conference or len(self._conference) > 2:
            return
        for rest in self._conference & self._lanes.keys():
            self._lanes[rest].conference = False
            self._lanes[rest].reconsider(now)
        self._conference.clear()

    def leave_all(self, now: datetime) -> None:
        for leg in list(self._lanes):
            self.leave(leg, now)

    def segments(self) -> list[Segment]:
        """All segments in order of their start, the customer's before the agents'."""
        found = (segment for lane in self._lanes.values() for segment in lane.segments())
        return sorted(found, key=lambda segment: (segment.start, _ORDER[segment.kind], segment.leg or ""))
