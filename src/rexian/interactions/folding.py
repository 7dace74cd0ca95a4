"""One call's facts folded into its Interaction: pure, in order, one fact at a time.

`fold(facts)` is all there is to know about a contact; `Folding` is the same, kept open for more facts. Times never run
backwards inside a fold: a fact that is earlier than the one before counts as simultaneous with it.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, ClassVar

from msgspec.structs import replace

from rexian.core.ids import AgentId, LegId
from rexian.floor import conversations, faxes, gatherings, owed
from rexian.floor import events as floor
from rexian.floor.events import Direction, Role
from rexian.interactions import events as own
from rexian.interactions.lanes import Lane, Lanes
from rexian.interactions.model import Fax, Interaction, Leg, Recording, SegmentKind, Stored, StoredFax, VisitEnd
from rexian.interactions.parts import Legs, Visits
from rexian.interactions.sums import summed

CallFact = floor.Fact | own.RecordFact


def fold(facts: Iterable[CallFact]) -> Interaction | None:
    """The contact these facts tell of; none when they do not say that a call began."""
    folding = Folding()
    for fact in facts:
        folding.apply(fact)
    return folding.interaction()


class Folding:
    """The fold of one call so far."""

    def __init__(self) -> None:
        self._base: Interaction | None = None
        self._now: datetime | None = None
        self._customer: LegId | None = None
        self._lanes = Lanes()
        self._legs = Legs()
        self._visits = Visits()
        self._recordings: dict[str, Recording] = {}
        self._faxes: dict[str, Fax] = {}
        self._returning: dict[LegId, conversations.Rejoining] = {}
        self._reached = False  # outbound, internal: the other side answered
        self._failed = False  # the flow broke off
        self._asked = False  # the survey has begun
        self._through = False  # a flow has somebody called for the customer, or has put him through

    def apply(self, fact: CallFact) -> None:
        """Take one more fact; those that say nothing about a record are passed over."""
        step = self._STEPS.get(type(fact))
        if step is None or not self._in_time(fact):
            return
        now = self._now
        if now is None or now < fact.at:
            now = self._now = fact.at
        step(self, fact, now)

    @property
    def now(self) -> datetime | None:
        """The time of the last fact that counted."""
        return self._now

    def interaction(self) -> Interaction | None:
        """The contact as it stands; segments in order of their start."""
        if self._base is None:
            return None
        segments = self._lanes.segments()
        wrapping = any(segment.kind is SegmentKind.WRAP_UP and segment.end is None for segment in segments)
        base = replace(
            self._base,
            closed=self._base.ended_at is not None and not wrapping,
            segments=tuple(segments),
            visits=self._visits.all(),
            legs=self._legs.all(),
            recordings=tuple(self._recordings.values()),
            faxes=tuple(self._faxes.values()),
        )
        return summed(base, reached=self._reached, failed=self._failed)

    # --- coming and going -------------------------------------------------------------------------------------------

    def _arrived(self, fact: floor.CallArrived, now: datetime) -> None:
        if self._base is not None:
            return
        self._base = Interaction(
            call=fact.call,
            direction=fact.direction,
            started_at=now,
            caller=fact.caller,
            called=fact.called,
            caller_name=fact.caller_name,
            number=fact.number,
            queue=fact.queue,
        )
        role = Role.AGENT if fact.agent else Role.CUSTOMER
        self._legs.add(Leg(fact.leg, role, fact.caller, fact.agent, now))
        if fact.agent:
            self._lanes.take(fact.agent, fact.leg).turn(SegmentKind.RING, now)
        else:
            self._customer = fact.leg
            self._lanes.of(fact.leg).turn(SegmentKind.IVR, now)

    def _callback_started(self, fact: owed.CallbackStarted, now: datetime) -> None:
        """A call that we place because it was asked for: it has no line yet."""
        if self._base is None:
            self._base = Interaction(
                call=fact.call,
                direction=Direction.OUTBOUND,
                started_at=now,
                caller=fact.caller,
                called=fact.number,
                queue=fact.queue,
                follows=fact.origin,
            )

    def _outcall_dialled(self, fact: owed.OutcallDialled, now: datetime) -> None:
        """A call that we place because a flow has ordered it."""
        if self._base is None:
            self._base = Interaction(
                call=fact.call,
                direction=Direction.OUTBOUND,
                started_at=now,
                caller=fact.caller,
                called=fact.number,
                follows=fact.origin,
                outcall=fact.outcall,
            )

    def _identified(self, fact: floor.CustomerIdentified, now: datetime) -> None:
        self._set(customer=fact.customer, customer_sure=fact.sure and fact.customer is not None)

    def _ended(self, fact: floor.CallEnded, now: datetime) -> None:
        self._lanes.leave_all(now)
        self._visits.end(now, VisitEnd.FLOW_OUT, reason=str(fact.cause))
        self._set(ended_at=now, ended_by=fact.ended_by, cause=str(fact.cause))

    def _placed(self, fact: floor.LegPlaced, now: datetime) -> None:
        self._legs.placed(fact, now)
        if fact.role is Role.CUSTOMER and self._customer is None:
            self._customer = fact.leg

    def _rang(self, fact: floor.LegRang, now: datetime) -> None:
        self._legs.rang(fact, now)

    def _up(self, fact: floor.LegUp, now: datetime) -> None:
        self._legs.up(fact, now)
        if returning := self._returning.pop(fact.leg, None):
            self._lanes.hand_over(returning.replaces, fact.leg, now)
        if fact.leg == self._customer and self._base and self._base.direction is not Direction.INBOUND:
            self._reached = True
            self._set(answered_at=self._base.answered_at or now)
        elif self._through and self._base and self._legs.role(fact.leg) is Role.OUTSIDE:
            self._customer_lane().turn(None, now)
            self._set(answered_at=self._base.answered_at or now)

    def _down(self, fact: floor.LegDown, now: datetime) -> None:
        self._legs.down(fact, now)
        self._lanes.leave(fact.leg, now)

    # --- flow and queue ---------------------------------------------------------------------------------------------

    def _flow_started(self, fact: floor.FlowStarted, now: datetime) -> None:
        self._in_flow(now)

    def _flow_moved(self, fact: floor.FlowMoved, now: datetime) -> None:
        """What a survey's flow learns is the customer's answer."""
        answers = {name: value for name, value in fact.variables.items() if not name.startswith("_")}
        if self._asked and answers and self._base:
            self._set(survey={**self._base.survey, **answers})

    def _survey_started(self, fact: gatherings.SurveyStarted, now: datetime) -> None:
        self._asked = True

    def _flow_ended(self, fact: floor.FlowEnded, now: datetime) -> None:
        self._failed = self._failed or fact.reason.startswith("error")

    def _queued(self, fact: floor.Queued, now: datetime) -> None:
        waiting = self._visits.waiting
        if fact.via == "consult" or (waiting and waiting.queue == fact.queue):
            return  # an agent waits for a colleague, the customer is on hold; or: still in the same queue
        self._visits.end(now, VisitEnd.FLOW_OUT, reason="moved")
        lane = self._customer_lane()
        lane.turn(None, now)
        lane.queue, lane.visit = fact.queue, self._visits.begin(fact, now).number
        lane.turn(SegmentKind.QUEUE, now)
        self._set(queue=fact.queue)

    def _offered(self, fact: floor.Offered, now: datetime) -> None:
        lane = self._lanes.take(fact.agent, fact.leg)
        lane.turn(None, now)
        waiting = self._visits.waiting
        lane.queue, lane.visit = fact.queue, waiting.number if waiting else None
        lane.turn(SegmentKind.RING, now)

    def _offer_ended(self, fact: floor.OfferEnded, now: datetime) -> None:
        lane = self._lanes.known(fact.leg)
        if lane and lane.kind is SegmentKind.RING:
            lane.turn(None, now, result=fact.reason)

    def _left_queue(self, fact: floor.LeftQueue, now: datetime) -> None:
        if self._visits.waiting:
            self._visits.end(now, VisitEnd.FLOW_OUT, reason=fact.reason)
            self._in_flow(now)

    def _abandoned(self, fact: floor.Abandoned, now: datetime) -> None:
        self._visits.end(now, VisitEnd.ABANDONED)
        self._customer_lane().turn(None, now)

    # --- talking ----------------------------------------------------------------------------------------------------

    def _connected(self, fact: conversations.Connected, now: datetime) -> None:
        assert self._base
        waiting = self._visits.waiting
        visit = waiting.number if waiting else None
        self._visits.end(now, VisitEnd.ANSWERED, agent=fact.agent)
        self._customer_lane().turn(None, now)
        self._lanes.take(fact.agent, fact.leg).join(now, queue=fact.queue, visit=visit)
        self._set(agent=fact.agent, answered_at=self._base.answered_at or now)

    def _parked(self, fact: gatherings.Parked, now: datetime) -> None:
        self._customer_lane().turn(SegmentKind.HOLD, now)

    def _sent_to_flow(self, fact: gatherings.SentToFlow, now: datetime) -> None:
        """The agent who waits for the customer does what one does who has him on hold."""
        self._flag(fact.by, now, holding=True)

    def _put_through(self, fact: gatherings.PutThrough, now: datetime) -> None:
        self._through = True

    def _given_back(self, fact: gatherings.GivenBack, now: datetime) -> None:
        """His flow has the customer again, whoever he has talked with."""
        self._through = False
        self._in_flow(now)

    def _came_back(self, fact: gatherings.CameBack, now: datetime) -> None:
        self._customer_lane().turn(None, now)
        self._flag(fact.agent, now, holding=False)

    def _held(self, fact: conversations.Held, now: datetime) -> None:
        self._flag(fact.by, now, holding=True)

    def _resumed(self, fact: conversations.Resumed, now: datetime) -> None:
        self._flag(fact.by, now, holding=False)

    def _consult_started(self, fact: conversations.ConsultStarted, now: datetime) -> None:
        self._flag(fact.by, now, consulting=True)

    def _consult_connected(self, fact: conversations.ConsultConnected, now: datetime) -> None:
        lane = self._lanes.known(fact.leg)
        if lane and lane.agent and lane.agent != fact.by:
            lane.join(now, queue=lane.queue, visit=None)
            lane.consulting = lane.consulted = True
            lane.turn(SegmentKind.CONSULT, now)

    def _consult_ended(self, fact: conversations.ConsultEnded, now: datetime) -> None:
        self._flag(fact.by, now, consulting=False, holding=False)
        for lane in self._lanes.all():
            if lane.consulted and fact.result in ("completed", "joined"):
                lane.consulted = lane.consulting = False
                lane.reconsider(now)

    def _conferenced(self, fact: conversations.Conferenced, now: datetime) -> None:
        self._lanes.confer(fact.legs, now)

    def _rejoining(self, fact: conversations.Rejoining, now: datetime) -> None:
        self._returning[fact.leg] = fact

    def _agent_left(self, fact: conversations.AgentLeft, now: datetime) -> None:
        lane = self._lanes.of_agent(fact.agent)
        if lane and lane.leg:
            self._lanes.leave(lane.leg, now)

    # --- recordings ---------------------------------------------------------------------------------

    def _recording_started(self, fact: conversations.RecordingStarted, now: datetime) -> None:
        self._recordings.setdefault(fact.recording, Recording(fact.recording, fact.leg, now))

    def _recording_closed(self, fact: conversations.RecordingClosed, now: datetime) -> None:
        known = self._recordings.get(fact.recording) or Recording(fact.recording, LegId(""), now)
        self._recordings[fact.recording] = replace(known, closed_at=now, path=fact.path, rate=fact.rate)

    def _recording_stored(self, fact: own.RecordingStored, now: datetime) -> None:
        if known := self._recordings.get(fact.recording):
            stored = Stored(fact.key, fact.size, fact.sha256, timedelta(seconds=fact.duration_s), fact.channels)
            self._recordings[fact.recording] = replace(known, stored=stored, missing="")

    def _recording_missing(self, fact: own.RecordingMissing, now: datetime) -> None:
        if known := self._recordings.get(fact.recording):
            self._recordings[fact.recording] = replace(known, missing=fact.reason)

    def _recording_removed(self, fact: own.RecordingRemoved, now: datetime) -> None:
        if known := self._recordings.get(fact.recording):
            self._recordings[fact.recording] = replace(known, removed=True)

    # --- faxes ------------------------------------------------------------------------------------------------------

    def _fax_started(self, fact: faxes.FaxStarted, now: datetime) -> None:
        self._faxes.setdefault(fact.fax, Fax(fact.fax, fact.way, now, fact.document, fact.document_name))

    def _fax_ended(self, fact: faxes.FaxEnded, now: datetime) -> None:
        if known := self._faxes.get(fact.fax):
            said = ("complete", "pages", "station", "t38", "error", "path")
            self._faxes[fact.fax] = replace(known, ended_at=now, **{name: getattr(fact, name) for name in said})

    def _fax_stored(self, fact: own.FaxStored, now: datetime) -> None:
        if known := self._faxes.get(fact.fax):
            stored = StoredFax(fact.key, fact.size, fact.sha256, fact.pages)
            self._faxes[fact.fax] = replace(known, stored=stored, pages=fact.pages, missing="")

    def _fax_missing(self, fact: own.FaxMissing, now: datetime) -> None:
        if known := self._faxes.get(fact.fax):
            self._faxes[fact.fax] = replace(known, missing=fact.reason)

    def _fax_removed(self, fact: own.FaxRemoved, now: datetime) -> None:
        if known := self._faxes.get(fact.fax):
            self._faxes[fact.fax] = replace(known, removed=True)

    # --- after the call ---------------------------------------------------------------------------------------------

    def _wrap_up_started(self, fact: floor.WrapUpStarted, now: datetime) -> None:
        lane = self._lanes.of_agent(fact.agent) or self._lanes.take(fact.agent, LegId(f"wrap-up:{fact.agent}"))
        lane.leave(now)
        lane.queue = fact.queue if fact.queue else lane.queue
        lane.turn(SegmentKind.WRAP_UP, now)

    def _wrapped_up(self, fact: floor.WrappedUp, now: datetime) -> None:
        for lane in self._lanes.all():
            if lane.agent == fact.agent and lane.kind is SegmentKind.WRAP_UP:
                lane.turn(None, now)
        if fact.disposition:
            self._set(disposition=fact.disposition)
        if fact.notes and self._base:
            self._set(notes=_joined(self._base.notes, fact.notes))

    def _message_closed(self, fact: owed.VoicemailClosed, now: datetime) -> None:
        if fact.disposition:
            self._set(disposition=fact.disposition)
        if fact.notes and self._base:
            self._set(notes=_joined(self._base.notes, fact.notes))

    def _edited(self, fact: own.ContactEdited, now: datetime) -> None:
        if fact.disposition is not None:
            self._set(disposition=fact.disposition)
        if fact.notes is not None:
            self._set(notes=fact.notes)

    def _closed(self, fact: own.InteractionClosed, now: datetime) -> None:
        self._set(announced=True)

    # --- shared steps -----------------------------------------------------------------------------------------------

    def _in_time(self, fact: CallFact) -> bool:
        """A call's first fact is its arrival; nobody comes to talk after its end."""
        if self._base is None:
            return isinstance(fact, floor.CallArrived | owed.CallbackStarted | owed.OutcallDialled)
        return self._base.ended_at is None or type(fact) in self._AFTER_THE_END

    def _set(self, **changes: Any) -> None:
        assert self._base
        self._base = replace(self._base, **changes)

    def _customer_lane(self) -> Lane:
        return self._lanes.of(self._customer or LegId("customer"))

    def _in_flow(self, now: datetime) -> None:
        lane = self._customer_lane()
        lane.turn(None, now)
        lane.queue = lane.visit = None
        lane.turn(SegmentKind.IVR, now)

    def _flag(self, agent: AgentId, now: datetime, **flags: bool) -> None:
        lane = self._lanes.of_agent(agent)
        if lane is None:
            return
        for name, value in flags.items():
            setattr(lane, name, value)
        lane.reconsider(now)

    _STEPS: ClassVar[dict[type, Callable[[Any, Any, datetime], None]]] = {
        floor.CallArrived: _arrived,
        owed.CallbackStarted: _callback_started,
        owed.OutcallDialled: _outcall_dialled,
        floor.CustomerIdentified: _identified,
        floor.CallEnded: _ended,
        floor.LegPlaced: _placed,
        floor.LegRang: _rang,
        floor.LegUp: _up,
        floor.LegDown: _down,
        floor.FlowStarted: _flow_started,
        floor.FlowMoved: _flow_moved,
        floor.FlowEnded: _flow_ended,
        gatherings.SurveyStarted: _survey_started,
        gatherings.Parked: _parked,
        gatherings.SentToFlow: _sent_to_flow,
        gatherings.CameBack: _came_back,
        gatherings.PutThrough: _put_through,
        gatherings.GivenBack: _given_back,
        floor.Queued: _queued,
        floor.Offered: _offered,
        floor.OfferEnded: _offer_ended,
        floor.LeftQueue: _left_queue,
        floor.Abandoned: _abandoned,
        conversations.Connected: _connected,
        conversations.Held: _held,
        conversations.Resumed: _resumed,
        conversations.ConsultStarted: _consult_started,
        conversations.ConsultConnected: _consult_connected,
        conversations.ConsultEnded: _consult_ended,
        conversations.Conferenced: _conferenced,
        conversations.AgentLeft: _agent_left,
        conversations.Rejoining: _rejoining,
        conversations.RecordingStarted: _recording_started,
        conversations.RecordingClosed: _recording_closed,
        floor.WrapUpStarted: _wrap_up_started,
        floor.WrappedUp: _wrapped_up,
        owed.VoicemailClosed: _message_closed,
        own.ContactEdited: _edited,
        own.InteractionClosed: _closed,
        own.RecordingStored: _recording_stored,
        own.RecordingMissing: _recording_missing,
        own.RecordingRemoved: _recording_removed,
        faxes.FaxStarted: _fax_started,
        faxes.FaxEnded: _fax_ended,
        own.FaxStored: _fax_stored,
        own.FaxMissing: _fax_missing,
        own.FaxRemoved: _fax_removed,
    }

    _AFTER_THE_END: ClassVar[frozenset[type]] = frozenset(
        {
            floor.CustomerIdentified,
            floor.LegDown,
            conversations.RecordingClosed,
            floor.WrapUpStarted,
            floor.WrappedUp,
            owed.VoicemailClosed,
            own.ContactEdited,
            own.InteractionClosed,
            own.RecordingStored,
            own.RecordingMissing,
            own.RecordingRemoved,
            faxes.FaxEnded,
            own.FaxStored,
            own.FaxMissing,
            own.FaxRemoved,
        }
    )


def _joined(before: str, more: str) -> str:
    """Notes of several agents, one below the other; a draft that was saved before is not written twice."""
    if not before or before in more:
        return more
    return before if more in before else f"{before}\n{more}"


FACTS: dict[str, type[CallFact]] = {fact.__name__: fact for fact in Folding._STEPS}
"""The facts a record is folded from, by their kind in the journal."""
