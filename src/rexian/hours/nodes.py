"""The flow step that asks whether we are open."""

from typing import ClassVar

from rexian.flows.look import CalendarName, Look
from rexian.flows.nodes import Leave, Node, Outcome, Reference, Visit, Way


class BusinessHours(Node, frozen=True, kw_only=True, tag="hours"):
    """Ask a calendar whether we are open now."""

    look: ClassVar[Look] = Look(category="decide", icon="calendar-clock", order=20)

    calendar: CalendarName

    def ways(self) -> tuple[Way, ...]:
        return (Way("open", needed=True), Way("closed", needed=True), Way("error"))

    def refers(self) -> tuple[Reference, ...]:
        return (Reference("calendar", self.calendar, "calendar"),)

    def enter(self, visit: Visit) -> Outcome:
        found = visit.ctx.is_open(self.calendar)
        if found is None:
            return Leave("error", "hours.no_calendar")
        return Leave("open" if found else "closed")


NODES = (BusinessHours,)
