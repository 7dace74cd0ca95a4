"""The flow step that lets callers talk with each other in a room."""

from typing import Annotated, ClassVar, Literal

import msgspec

from rexian.flows.actions import Answer, Digit, Input, LeaveQueue, RoomOver, TimeUp
from rexian.flows.expressions import read_template
from rexian.flows.look import Look, Template, unit
from rexian.flows.nodes import Leave, Node, Outcome, Stay, Visit, Way, Written
from rexian.flows.visit import ROOM

LONGEST_NAME = 100


class Room(Node, frozen=True, kw_only=True, tag="room"):
    """Join a room, and talk with all who are in it, from whatever flow they come. A key leads out of it.

    `room` is a template, so that callers may choose one. A `listener` hears and is not heard. When the last `moderator`
    leaves, the others take `over`; `needs_moderator`: where none is in it, nobody else is let in (`no_moderator`).
    """

    look: ClassVar[Look] = Look(
        category="route", icon="users", order=45, advanced=("most", "longest_s", "leave_key", "needs_moderator")
    )

    room: Template
    part: Literal["speaker", "listener", "moderator"] = "speaker"
    needs_moderator: bool = False
    most: Annotated[int, msgspec.Meta(ge=2, le=100)] = 20
    leave_key: Literal["#", "*", "0"] = "#"
    longest_s: Annotated[float, msgspec.Meta(ge=10, le=3600), unit("s")] = 3600.0

    def ways(self) -> tuple[Way, ...]:
        return (Way("next"), *(Way(name) for name in ("over", "no_moderator", "full", "timeout", "default", "error")))

    def instant(self) -> tuple[str, ...]:
        return ("no_moderator", "full", "default", "error")

    def written(self) -> tuple[Written, ...]:
        return (Written("room", self.room, template=True),)

    def enter(self, visit: Visit) -> Outcome:
        name = read_template(self.room).fill(visit).strip()
        if not 0 < len(name) <= LONGEST_NAME:
            return Leave("error", "room.name")
        found = visit.ctx.room(name)
        if self.needs_moderator and self.part != "moderator" and not found.moderators:
            return Leave("no_moderator")
        if found.members >= self.most:
            return Leave("full")
        visit.stop_playing()
        visit.do(Answer())
        visit.do(LeaveQueue("transferred"))
        visit.queue = ""
        visit.memory[ROOM] = {"name": name, "part": self.part}
        return Stay(visit.after(self.longest_s))

    def resume(self, visit: Visit, input: Input) -> Outcome:
        if type(input) is Digit and input.digit == self.leave_key:
            return Leave()
        if type(input) is RoomOver:
            return Leave("over")
        return Leave("timeout") if type(input) is TimeUp else Stay(visit.until)


NODES = (Room,)
