"""The sums over a contact's segments, and what became of it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from rexian.floor.events import Direction
from rexian.interactions.model import NOTHING, Interaction, Outcome, Segment, SegmentKind, Visit, VisitEnd

TALKING = (SegmentKind.TALK, SegmentKind.CONFERENCE)


def summed(contact: Interaction, *, reached: bool, failed: bool) -> Interaction:
    """`contact` with its durations, its visits' handling and its outcome. `reached`: the called side answered."""
    segments = contact.segments
    return replace(
        contact,
        wait=total(segments, SegmentKind.QUEUE),
        talk=total(segments, *TALKING),
        hold=total(segments, SegmentKind.HOLD),
        consult=total(segments, SegmentKind.CONSULT),
        wrap_up=total(segments, SegmentKind.WRAP_UP),
        visits=tuple(_handled(visit, segments) for visit in contact.visits),
        outcome=_outcome(contact, reached=reached, failed=failed),
    )


def total(segments: Iterable[Segment], *kinds: SegmentKind) -> timedelta:
    return sum((segment.length for segment in segments if segment.kind in kinds), NOTHING)


def _handled(visit: Visit, segments: Iterable[Segment]) -> Visit:
    if visit.end is not VisitEnd.ANSWERED:
        return visit
    mine = [segment for segment in segments if segment.visit == visit.number and segment.agent == visit.agent]
    return replace(
        visit,
        talk=total(mine, *TALKING),
        hold=total(mine, SegmentKind.HOLD),
        consult=total(mine, SegmentKind.CONSULT),
        wrap_up=total(mine, SegmentKind.WRAP_UP),
    )


def _outcome(contact: Interaction, *, reached: bool, failed: bool) -> Outcome | None:
    if reached or contact.answered_at:
        return Outcome.ANSWERED
    if contact.ended_at is None:
        return None
    if contact.direction is not Direction.INBOUND:
        return Outcome.FAILED
    if not contact.visits:
        return Outcome.FAILED if failed or contact.ended_by == "switch" else Outcome.IVR_ONLY
    last = contact.visits[-1]
    if last.end is VisitEnd.ABANDONED:
        return Outcome.SHORT_ABANDON if last.short else Outcome.ABANDONED
    return Outcome.FAILED if contact.ended_by == "switch" else Outcome.FLOW_OUT
