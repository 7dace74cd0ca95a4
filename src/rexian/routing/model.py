"""What a queue is."""

from typing import Literal

import msgspec

from rexian.core.ids import FlowId, QueueId
from rexian.routing.callbacks import CallbackRules
from rexian.routing.exits import Exit
from rexian.routing.rules import Rules

Comfort = Literal["callback", "voicemail"]
"""What a waiting caller may choose: to be called back at his place, or to leave a message."""


EXTENSIONS = 2
EXTENSION_S = 30
"""How often an agent may extend a wrap-up, and by how much, where nobody has said otherwise: twice half a minute lets a
long note be finished, and keeps the wrap-up near the 30 to 60 seconds that centres aim at."""


class Queue(msgspec.Struct, frozen=True, kw_only=True):
    """How one queue is served. Who serves it: the agents that belong to it."""

    id: QueueId
    name: str
    skills: dict[str, int] = {}
    """The least level (0 to 10) of each skill that an agent needs here."""
    priority: int = 0
    """Of what waits here, unless the flow says otherwise; higher is served first."""
    rules: Rules = Rules()
    ring_timeout_s: float = 20.0
    wrap_up_s: int | None = None
    """None: as the agent or the centre has it."""
    wrap_up_extensions: int = EXTENSIONS
    """So often an agent may ask for more time to wrap up; 0: never."""
    wrap_up_extension_s: int = EXTENSION_S
    """By so much each time."""
    max_wait_s: float | None = None
    music: str = "default"
    sl_threshold_s: int = 20
    """Answered within this time counts as good service."""
    short_abandon_s: int = 5
    """Who gives up sooner is not counted against the service."""
    max_misses: int = 3
    """An agent who misses so many offers in a row is paused."""
    auto_answer: bool = False
    """Its calls are answered by the agent's phone itself."""
    announce_every_s: int | None = None
    announce_position: bool = False
    announce_wait: bool = False
    announce_prompts: tuple[str, ...] = ()
    """Prompts of its own that are heard on these occasions as well, one each time, in turn."""
    comfort: tuple[Comfort, ...] = ()
    """What a caller is offered then, by the keys 1, 2 …"""
    keep_place_s: int = 0
    """So long the place of a caller who gave up is kept for him, in case he calls again; 0: not."""
    when_no_agents: Literal["wait", "exit"] = "wait"
    """With nobody signed in: wait all the same, or leave by the flow's `no_agents`."""
    survey_flow: FlowId | None = None
    """The flow that asks the customer how it was, when the agent has hung up."""
    callback: CallbackRules = CallbackRules()
    exits: tuple[Exit, ...] = ()
    """The ways out, in order: the first whose condition holds is taken."""

    def leads_to(self) -> set[str]:
        """The queues that its exits, its rings and its loans name."""
        exits = {exit.target for exit in self.exits if exit.to == "queue"}
        return (
            exits | {ring.queue for ring in self.rules.rings if ring.queue} | {loan.to for loan in self.rules.lending}
        )
