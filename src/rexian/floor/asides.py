"""Steps of our own that a caller may be led to beside what was drawn: a message of his queue, a callback.

They stand in every flow under ids that nobody can draw, so that the flow's engine walks them like any other.
"""

import msgspec

from rexian.core.ids import FlowVersionId
from rexian.floor.callback_node import Callback
from rexian.floor.voicemail_node import Voicemail
from rexian.flows.actions import Digit, Input, Played, TimeUp
from rexian.flows.model import Document
from rexian.flows.nodes import Leave, Node, Outcome, Stay, Visit
from rexian.flows.visit import Run
from rexian.telephony.nodes import LONGEST_PLAYBACK_S

ASIDE = "*"
"""How the ids of these steps begin."""
MESSAGE = "*message"
CALLBACK = "*callback"
VOICEMAIL = "*voicemail"
WANTED = "*wanted"
"""A callback that the caller has asked for already."""
SAID = "_message"
"""The variable that names what is said; names that begin so are not shown as answers of the caller."""
WAITING = "*waiting"
"""Where a call stands that waits without a flow of its own."""
PLAYS_ASIDE = 1_000
"""A call without a flow numbers its playbacks from here on, so that none has the name of an earlier one."""
ASIDE_FLOW = FlowVersionId("00000000-0000-7000-8000-000000000001")
"""Stands for the flow of a call that has none."""


class Say(Node, frozen=True, kw_only=True, tag="*say"):
    """Play the prompt that a variable names; a key cuts it short."""

    variable: str

    def instant(self) -> tuple[str, ...]:
        return ()

    def enter(self, visit: Visit) -> Outcome:
        visit.memory["playback"] = visit.play((f"prompt:{visit.value(self.variable)}",))
        return Stay(visit.after(LONGEST_PLAYBACK_S))

    def resume(self, visit: Visit, input: Input) -> Outcome:
        if type(input) is Digit:
            visit.stop_playing()
            return Leave()
        over = type(input) is TimeUp or (type(input) is Played and input.playback == visit.memory.get("playback"))
        return Leave() if over else Stay(visit.until)


class Idle(Node, frozen=True, kw_only=True, tag="*idle"):
    """Nothing is heard but the queue's music."""

    def enter(self, visit: Visit) -> Outcome:
        return Stay(None)


NODES: dict[str, Node] = {
    WAITING: Idle(),
    MESSAGE: Say(variable=SAID),
    CALLBACK: Callback(),
    WANTED: Callback(offer=False),
    VOICEMAIL: Voicemail(),
}
ASIDES = Document(start=WAITING, nodes=NODES)


def is_aside(run: Run | None) -> bool:
    """Whether the caller is at one of our own steps, other than waiting."""
    return run is not None and run.node.startswith(ASIDE) and run.node != WAITING


def with_asides(document: Document) -> Document:
    """The flow, with our own steps beside those that were drawn."""
    return msgspec.structs.replace(document, nodes={**document.nodes, **NODES})


def as_drawn(document: Document) -> Document:
    """The flow without our own steps."""
    drawn = {name: node for name, node in document.nodes.items() if not name.startswith(ASIDE)}
    return msgspec.structs.replace(document, nodes=drawn)
