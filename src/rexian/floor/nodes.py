"""The flow steps about waiting for a person: queue, and telling the caller how long it may take."""

import math
from collections.abc import Mapping
from typing import Annotated, ClassVar

import msgspec

from rexian.floor import outcall_node, room_node, through_nodes
from rexian.floor.callback_node import Callback
from rexian.floor.voicemail_node import Voicemail
from rexian.flows.actions import Digit, EnterQueue, Input, Played, TimeUp
from rexian.flows.look import Look, QueueName, Skills, VariableName, unit
from rexian.flows.nodes import Leave, Node, Outcome, Reference, Stay, Visit, Way
from rexian.flows.visit import QueueFigures
from rexian.routing.exits import NAMES
from rexian.telephony.nodes import LONGEST_PLAYBACK_S
from rexian.telephony.spoken import count

LONGEST_ANNOUNCED_MIN = 30


class Queue(Node, frozen=True, kw_only=True, tag="queue"):
    """Wait for an agent. What the flow has set (priority, skills) counts; what is given here counts more.

    With the exit `waiting` connected, its branch is heard while the caller waits (announce, wait, and so on round);
    without it the queue's own music and announcements. The other exits are taken when the queue gives him back.
    `agent` names the one who is to have him, where the queue prefers whom the flow names: his extension or id, or what
    holds one (a variable, `customer.attributes.advisor`).
    """

    look: ClassVar[Look] = Look(
        category="route", icon="users", order=10, advanced=("priority", "skills", "max_wait_s", "agent")
    )

    queue: QueueName
    priority: int | None = None
    skills: Skills = msgspec.field(default_factory=dict)
    max_wait_s: Annotated[float, msgspec.Meta(gt=0), unit("s")] | None = None
    agent: str = ""

    def instant(self) -> tuple[str, ...]:
        return ("waiting", "error", "default")

    def ways(self) -> tuple[Way, ...]:
        names = dict.fromkeys(("waiting", "timeout", "no_agents", "closed", *NAMES.values(), "default", "error"))
        return tuple(Way(name) for name in names)

    def refers(self) -> tuple[Reference, ...]:
        return (Reference("queue", self.queue, "queue"),)

    def enter(self, visit: Visit) -> Outcome:
        if not visit.ctx.has_queue(self.queue):
            return Leave("error", "queue.not_found")
        visit.queue = visit.node
        visit.do(EnterQueue(self.queue, *self._place(visit), self.max_wait_s, self._named(visit)))
        return Leave("waiting") if "waiting" in self.exits else Stay(None)

    def _named(self, visit: Visit) -> str:
        held = visit.value(self.agent) if self.agent else None
        return self.agent if held is None else str(held)

    def _place(self, visit: Visit) -> tuple[int | None, dict[str, int]]:
        priority = visit.priority if self.priority is None else self.priority
        return priority, {**visit.skills, **self.skills}


class Announce(Node, frozen=True, kw_only=True, tag="announce"):
    """Tell the caller his position and the expected wait in a queue. What is not known is left out."""

    look: ClassVar[Look] = Look(category="speak", icon="megaphone", order=30)

    queue: QueueName
    position: bool = True
    wait: bool = True

    def refers(self) -> tuple[Reference, ...]:
        return (Reference("queue", self.queue, "queue"),)

    def enter(self, visit: Visit) -> Outcome:
        figures = visit.ctx.queue(self.queue)
        if figures is None:
            return Leave("error", "queue.not_found")
        media = announcement(figures, visit.language, position=self.position, wait=self.wait)
        if not media:
            return Leave()
        visit.memory["playback"] = visit.play(media)
        return Stay(visit.after(LONGEST_PLAYBACK_S))

    def resume(self, visit: Visit, input: Input) -> Outcome:
        if type(input) is Digit:
            visit.stop_playing()
            visit.type_ahead(input.digit)
            return Leave()
        over = type(input) is TimeUp or (type(input) is Played and input.playback == visit.memory.get("playback"))
        return Leave() if over else Stay(visit.until)


class QueueState(Node, frozen=True, kw_only=True, tag="queue_state"):
    """Ask how a queue stands before entering it: `free`, `busy` (more wait, or longer, than allowed), `unstaffed`.

    `variable` keeps `waiting`, `position`, `expected_wait_s`, `longest_wait_s`, `ready` and `staffed`.
    """

    look: ClassVar[Look] = Look(category="decide", icon="gauge", order=30, advanced=("least_ready", "variable"))

    queue: QueueName
    most_waiting: Annotated[int, msgspec.Meta(ge=0)] | None = None
    most_wait_s: Annotated[float, msgspec.Meta(ge=0), unit("s")] | None = None
    least_ready: Annotated[int, msgspec.Meta(ge=0)] = 0
    variable: VariableName = ""

    def ways(self) -> tuple[Way, ...]:
        return (Way("free", needed=True), Way("busy"), Way("unstaffed"), Way("error"), Way("default"))

    def refers(self) -> tuple[Reference, ...]:
        return (Reference("queue", self.queue, "queue"),)

    def enter(self, visit: Visit) -> Outcome:
        figures = visit.ctx.queue(self.queue)
        if figures is None:
            return Leave("error", "queue.not_found")
        if self.variable:
            visit.set(self.variable, msgspec.structs.asdict(figures))
        if figures.staffed <= 0:
            return Leave("unstaffed")
        return Leave("busy" if self._is_busy(figures) else "free")

    def _is_busy(self, figures: QueueFigures) -> bool:
        if figures.ready < self.least_ready:
            return True
        if self.most_waiting is not None and figures.waiting > self.most_waiting:
            return True
        if self.most_wait_s is None:
            return False
        expected = figures.expected_wait_s
        return figures.longest_wait_s > self.most_wait_s or (expected is not None and expected > self.most_wait_s)


def announcement(figures: QueueFigures, language: str, *, position: bool = True, wait: bool = True) -> tuple[str, ...]:
    """The media that tell a caller how he stands. A queue's own periodic announcements use it too."""
    media: tuple[str, ...] = ()
    if position:
        media += _position(figures.position, language)
    if wait and figures.expected_wait_s is not None:
        media += _wait(figures.expected_wait_s, language)
    return media


def _position(position: int, language: str) -> tuple[str, ...]:
    """`position` counts from 1: the first in line has nobody before him."""
    if position <= 1:
        return ("prompt:queue-you-are-next",)
    form = "-one" if position == 2 and not language.startswith("zh") else ""
    before, after = f"prompt:queue-position-before{form}", f"prompt:queue-position-after{form}"
    return (before, *count(position - 1, language), after)


def _wait(seconds: float, language: str) -> tuple[str, ...]:
    """Whole minutes, rounded up: promising less than comes is worse than the reverse."""
    if seconds < 45:
        return ("prompt:queue-wait-less-than-a-minute",)
    minutes = math.ceil(min(seconds, 1e9) / 60)
    if minutes > LONGEST_ANNOUNCED_MIN:
        return ("prompt:queue-wait-long",)
    form = "-one" if minutes == 1 and not language.startswith("zh") else ""
    return ("prompt:queue-wait-before", *count(minutes, language), f"prompt:queue-wait-after{form}")


def comforting(choices: Mapping[str, str], language: str) -> tuple[str, ...]:
    """The media that tell a caller what he may choose by which key while he waits."""
    media: tuple[str, ...] = ()
    for key, choice in choices.items():
        media += ("silence:300", f"prompt:comfort-{choice}", "prompt:callback-press", *count(int(key), language))
    return media


NODES = (Queue, Announce, QueueState, Callback, Voicemail, *through_nodes.NODES, *room_node.NODES, *outcall_node.NODES)
