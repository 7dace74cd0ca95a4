"""The sums over a contact's segments, and what became of it."""

from collections.abc import Iterable
from datetime import timedelta

from msgspec.structs import replace

from rexian.floor.events import Direction
from rexian.interactions.model import NOTHING, Interaction, Outcome, Segment, SegmentKind, Visit, VisitEnd

NO_TIME = dict.fromkeys(SegmentKind, NOTHING)


def summed(contact: Interaction, *, reached: bool, failed: bool) -> Interaction:
    """`contact` with its durations, its visits' handling and its outcome. `reached`: the called side answered."""
    spent = lengths(contact.segments)
    return replace(
        contact,
        wait=spent[SegmentKind.QUEUE],
        talk=spent[SegmentKind.TALK] + spent[SegmentKind.CONFERENCE],
        hold=spent[SegmentKind.HOLD],
        consult=spent[SegmentKind.CONSULT],
        wrap_up=spent[SegmentKind.WRAP_UP],
        visits=tuple([_handled(visit, contact.segments) for visit in contact.visits]),
        outcome=_outcome(contact, reached=reached, failed=failed),
    )


def lengths(segments: Iterable[Segment]) -> dict[SegmentKind, timedelta]:
    """How long was spent with each."""
    spent = NO_TIME.copy()
    for segment in segments:
        spent[segment.kind] += segment.length
    return spent


def _handled(visit: Visit, segments: Iterable[Segment]) -> Visit:
    if visit.end is not VisitEnd.ANSWERED:
        return visit
    spent = lengths([segment for segment in segments if segment.visit == visit.number and segment.agent == visit.agent])
    return replace(
        visit,
        talk=spent[SegmentKind.TALK] + spent[SegmentKind.CONFERENCE],
        hold=spent[SegmentKind.HOLD],
        consult=spent[SegmentKind.CONSULT],
        wrap_up=spent[SegmentKind.WRAP_UP],
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
