"""The flow step that takes what a caller's machine sends, and the root of all that fax."""

from typing import Annotated, ClassVar

import msgspec

from rexian.flows.actions import Answer, FaxOver, HangUp, Input, LeaveQueue, ReceiveFax, TimeUp
from rexian.flows.look import Look, VariableName, unit
from rexian.flows.nodes import Leave, Node, Outcome, Stay, Visit, Way

FAX = "fax"
"""Name in a node's memory of the fax under way."""


class Fax(Node, frozen=True, kw_only=True):
    """The root of the steps that fax. The line is away meanwhile; a fax that takes too long ends with the call.

    `pages` keeps how many pages went over, `station` what the other machine calls itself.
    """

    longest_s: Annotated[float, msgspec.Meta(ge=60, le=3600), unit("s")] = 900.0
    pages: VariableName = "fax_pages"
    station: VariableName = "fax_station"

    def ways(self) -> tuple[Way, ...]:
        return (Way("next", needed=True), Way("failed"), Way("error"), Way("default"))

    def instant(self) -> tuple[str, ...]:
        return ("error",)

    def prepare(self, visit: Visit) -> str:
        """The caller is with nobody and hears nothing any more; the name of the fax to be begun."""
        visit.stop_playing()
        visit.do(Answer())
        visit.do(LeaveQueue("transferred"))
        visit.queue = ""
        name = f"{visit.value('call')}.f{visit.numbered()}"
        visit.memory[FAX] = name
        return name

    def resume(self, visit: Visit, input: Input) -> Outcome:
        if type(input) is TimeUp:
            visit.do(HangUp())
            return Stay(None)
        if type(input) is not FaxOver:
            return Stay(visit.until)
        if self.pages:
            visit.set(self.pages, input.pages)
        if self.station:
            visit.set(self.station, input.station)
        return Leave() if input.complete else Leave(self.broken(input))

    def broken(self, over: FaxOver) -> str:
        """The exit of a fax that did not go over whole."""
        return "failed"


class ReceiveFaxNode(Fax, frozen=True, kw_only=True, tag="receive_fax"):
    """Take a fax (T.38, else in the voice); it lies with the contact as a PDF. Pages of a broken fax are kept too."""

    look: ClassVar[Look] = Look(category="media", icon="printer", order=60, advanced=("longest_s", "pages", "station"))

    def enter(self, visit: Visit) -> Outcome:
        visit.do(ReceiveFax(self.prepare(visit)))
        return Stay(visit.after(self.longest_s))


NODES = (ReceiveFaxNode,)
