"""The books of a simulated day: its facts folded into contacts as the records are, and summed as the figures are."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from rexian.core.ids import AgentId, CallId, QueueId
from rexian.floor import events as facts
from rexian.floor.owed import CallbackAsked, CallbackEnded, CallbackStarted
from rexian.insight.figures import Sums
from rexian.interactions.folding import Folding
from rexian.interactions.model import Interaction, SegmentKind, Visit
from rexian.twin.house import House
from rexian.twin.outcome import CalledBack, Counted, Duty, Outcome, Window
from rexian.twin.scenario import Scenario

HANDLING = frozenset(
    {SegmentKind.TALK, SegmentKind.HOLD, SegmentKind.CONSULT, SegmentKind.CONFERENCE, SegmentKind.WRAP_UP}
)
BEGINNINGS = frozenset({facts.CallArrived, CallbackStarted})
"""One of these is the first that is told of a call."""


class Books:
    """Takes facts; a call is counted when it is told to be over, wrap-up and all."""

    def __init__(self, scenario: Scenario, house: House, midnight: datetime) -> None:
        self._house, self._midnight = house, midnight
        self._window = Window(scenario)
        self._report_s = scenario.report_s
        self._open: dict[CallId, Folding] = {}
        self._queues: dict[QueueId, Counted] = {queue: Counted() for queue in house.directory.queues}
        self._intervals: dict[int, Counted] = {}
        self._handling: dict[str, float] = {}
        self._present: dict[str, float] = {crew.name: 0.0 for crew in house.crews.values()}
        self._since: dict[AgentId, datetime] = {}
        self._asked = 0
        self._came: Counter[str] = Counter()
        """Callbacks by what became of them."""

    def note(self, fact: Any) -> None:
        """Take one fact."""
        if type(fact) is CallbackAsked:
            self._asked += 1
        elif type(fact) is CallbackEnded:
            self._came[fact.result] += 1
        call = getattr(fact, "call", None)
        if call is None:
            self._of_agent(fact)
            return
        if type(fact) in BEGINNINGS:
            self._open[call] = Folding()
        if (folding := self._open.get(call)) is not None:
            folding.apply(fact)

    def over(self, call: CallId) -> None:
        """Nothing more can come of this call."""
        folding = self._open.pop(call, None)
        if folding is not None:
            self._count(folding)

    def close(self, end: datetime) -> None:
        """The day is over: what still goes on is counted as it stands."""
        for folding in self._open.values():
            self._count(folding)
        self._open.clear()
        for agent in list(self._since):
            self._gone(agent, end)

    def outcome(self, calls: int, retries: int) -> Outcome:
        queues = {self._house.directory.queues[queue].name: counted for queue, counted in self._queues.items()}
        crews = {name: Duty(self._handling.get(name, 0.0), present_s) for name, present_s in self._present.items()}
        came = self._came
        lost = came.total() - came["connected"] - came["resumed"]
        callbacks = CalledBack(self._asked, came["connected"], came["resumed"], lost)
        return Outcome(calls, retries, queues, dict(sorted(self._intervals.items())), crews, callbacks)

    # --- calls

    def _count(self, folding: Folding) -> None:
        contact = folding.interaction()
        if contact is None:
            return
        for visit in contact.visits:
            self._visited(visit)
        self._handled(contact)

    def _visited(self, visit: Visit) -> None:
        began_s = self._seconds(visit.enqueued_at)
        if self._window.holds(began_s):
            counted = Counted(Sums.of(visit), int(visit.wait > timedelta()))
            self._queues[visit.queue] = self._queues[visit.queue].plus(counted)
            interval = int(began_s // self._report_s)
            self._intervals[interval] = self._intervals.get(interval, Counted()).plus(counted)

    def _handled(self, contact: Interaction) -> None:
        for segment in contact.segments:
            if segment.kind in HANDLING and segment.agent is not None and segment.end is not None:
                crew = self._house.crews[segment.agent].name
                part = self._window.part(self._seconds(segment.start), self._seconds(segment.end))
                self._handling[crew] = self._handling.get(crew, 0.0) + part

    def _seconds(self, at: datetime) -> float:
        return (at - self._midnight).total_seconds()

    # --- agents

    def _of_agent(self, fact: Any) -> None:
        if type(fact) is facts.Readied:
            self._since.setdefault(fact.agent, fact.at)
        elif type(fact) in (facts.Paused, facts.SignedOut):
            self._gone(fact.agent, fact.at)

    def _gone(self, agent: AgentId, now: datetime) -> None:
        since = self._since.pop(agent, None)
        if since is not None:
            crew = self._house.crews[agent].name
            self._present[crew] += self._window.part(self._seconds(since), self._seconds(now))
