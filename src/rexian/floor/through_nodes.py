"""The flow steps that put the caller through to somebody, and have him again when that is over."""

from typing import Annotated, ClassVar, Literal

import msgspec

from rexian.flows.actions import Answer, GivenBack, Input, LeaveQueue, PutThrough, TimeUp
from rexian.flows.expressions import read_template
from rexian.flows.look import Look, Template, refers, unit
from rexian.flows.nodes import Leave, Node, Outcome, Reference, Stay, Visit, Way, Written

AT_ONCE = ("busy", "unavailable", "failed", "error", "default")


class Through(Node, frozen=True, kw_only=True):
    """The root of these. The exit `next` is taken when they have talked and the other one has hung up.

    `ring_s`: how long it may ring; `sound`: what the caller hears meanwhile.
    """

    ring_s: Annotated[float, msgspec.Meta(ge=5, le=120), unit("s")] = 25.0
    sound: Literal["ring", "music"] = "ring"

    def ways(self) -> tuple[Way, ...]:
        names = ("busy", "no_answer", "refused", "unavailable", "failed", "default", "error")
        return (Way("next"), *(Way(name) for name in names))

    def instant(self) -> tuple[str, ...]:
        return AT_ONCE

    def put_through(self, visit: Visit, target: str, *, paused: bool = False) -> Outcome:
        """The caller waits in no queue from here on. He is answered first: else he could not be heard."""
        visit.stop_playing()
        visit.do(Answer())
        visit.do(LeaveQueue("transferred"))
        visit.queue = ""
        visit.do(PutThrough(target, self.ring_s, self.sound == "music", paused))
        return Stay(None)

    def resume(self, visit: Visit, input: Input) -> Outcome:
        if type(input) is GivenBack:
            return Leave(input.result)
        return Leave("failed", "through.failed") if type(input) is TimeUp else Stay(visit.until)


class Agent(Through, frozen=True, kw_only=True, tag="agent"):
    """Put the caller through to one certain agent; when he hangs up, or cannot be had, the flow goes on.

    An agent who is busy or signed out is not rung; with `paused` he is rung while he has paused.
    """

    look: ClassVar[Look] = Look(category="route", icon="user", order=15, advanced=("paused", "sound"))

    agent: Annotated[str, refers("agent")]
    paused: bool = False

    def refers(self) -> tuple[Reference, ...]:
        return (Reference("agent", self.agent, "agent"),)

    def enter(self, visit: Visit) -> Outcome:
        return self.put_through(visit, f"agent:{self.agent}", paused=self.paused)


class Extension(Through, frozen=True, kw_only=True, tag="extension"):
    """Put the caller through to the agent of an extension that the flow knows: typed by the caller, looked up.

    `extension` is a template: `{typed}`, or the digits themselves. One that nobody has is `unavailable`.
    """

    look: ClassVar[Look] = Look(category="route", icon="hash", order=17, advanced=("paused", "sound"))

    extension: Template
    paused: bool = False

    def written(self) -> tuple[Written, ...]:
        return (Written("extension", self.extension, template=True),)

    def enter(self, visit: Visit) -> Outcome:
        wanted = read_template(self.extension).fill(visit).strip()
        return self.put_through(visit, f"agent:{wanted}", paused=self.paused)


class OutsideNumber(Through, frozen=True, kw_only=True, tag="outside_number"):
    """Put the caller through to an outside number; when they there hang up, or nobody answers, the flow goes on.

    `number` is a template: `{customer.attributes.mobile}`, or the digits themselves. What is no number is `failed`.
    """

    look: ClassVar[Look] = Look(category="route", icon="phone-outgoing", order=19, advanced=("sound",))

    number: Template

    def written(self) -> tuple[Written, ...]:
        return (Written("number", self.number, template=True),)

    def enter(self, visit: Visit) -> Outcome:
        number = visit.ctx.callable(read_template(self.number).fill(visit))
        if number is None:
            return Leave("failed", "number.invalid")
        return self.put_through(visit, f"number:{number}")


NODES = (Agent, Extension, OutsideNumber)
