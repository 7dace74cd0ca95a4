"""Builders of calls as facts, for everything that reads the journal."""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from rexian.core.ids import AgentId, CallId, LegId, QueueId, uuid7
from rexian.floor import conversations
from rexian.floor import events as floor
from rexian.floor.events import Direction, Role
from rexian.routing.calibration import Forecast
from rexian.telephony.commands import Cause

NINE = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


@dataclass
class Story:
    """Tells one call, fact by fact; `after` moves its clock in seconds."""

    at: datetime = NINE
    call: CallId = field(default_factory=lambda: CallId(uuid7()))
    facts: list[floor.Fact] = field(default_factory=list)

    def after(self, seconds: float) -> "Story":
        self.at += timedelta(seconds=seconds)
        return self

    def say(self, fact: type[floor.Fact], **values: Any) -> "Story":
        self.facts.append(fact(at=self.at, call=self.call, **values))
        return self

    def arrive(self, caller: str = "+8613800138000", called: str = "4008001234") -> "Story":
        self.say(
            floor.CallArrived,
            direction=Direction.INBOUND,
            caller=caller,
            called=called,
            leg=self.leg("customer"),
        )
        return self.say(floor.LegUp, leg=self.leg("customer"))

    def leg(self, name: str) -> LegId:
        return LegId(f"{self.call}.{name}")

    def flow(self) -> "Story":
        return self.say(floor.FlowStarted, flow=uuid7())

    def queue(
        self,
        queue: str,
        *,
        target_s: float = 20,
        short_s: float = 5,
        via: str = "flow",
        foretold_s: float | None = None,
    ) -> "Story":
        return self.say(
            floor.Queued,
            queue=QueueId(queue),
            forecast=None if foretold_s is None else Forecast(wait_s=foretold_s, way="length"),
            priority=5,
            since=self.at,
            via=via,
            sl_threshold_s=target_s,
            short_abandon_s=short_s,
        )

    def offer(self, agent: str, queue: str | None = None) -> "Story":
        leg, until = self.leg(agent), self.at + timedelta(seconds=15)
        queue_id = QueueId(queue) if queue else None
        self.say(floor.Offered, queue=queue_id, agent=AgentId(agent), leg=leg, until=until)
        return self.say(floor.LegPlaced, leg=leg, role=Role.AGENT, address="SIP/x", agent=AgentId(agent))

    def miss(self, agent: str, reason: str = "missed") -> "Story":
        self.say(floor.OfferEnded, agent=AgentId(agent), leg=self.leg(agent), reason=reason)
        return self.say(floor.LegDown, leg=self.leg(agent), cause=Cause.NO_ANSWER)

    def connect(self, agent: str, queue: str | None = None) -> "Story":
        self.say(floor.LegUp, leg=self.leg(agent))
        queue_id = QueueId(queue) if queue else None
        return self.say(conversations.Connected, agent=AgentId(agent), leg=self.leg(agent), queue=queue_id)

    def hold(self, agent: str) -> "Story":
        return self.say(conversations.Held, leg=self.leg("customer"), by=AgentId(agent))

    def resume(self, agent: str) -> "Story":
        return self.say(conversations.Resumed, leg=self.leg("customer"), by=AgentId(agent))

    def abandon(self, queue: str | None) -> "Story":
        return self.say(floor.Abandoned, queue=QueueId(queue) if queue else None).end()

    def agent_left(self, agent: str, reason: str = "customer_gone") -> "Story":
        self.say(conversations.AgentLeft, agent=AgentId(agent), reason=reason)
        return self.say(floor.LegDown, leg=self.leg(agent), cause=Cause.NORMAL)

    def wrap_up(self, agent: str, queue: str | None = None) -> "Story":
        queue_id = QueueId(queue) if queue else None
        return self.say(floor.WrapUpStarted, agent=AgentId(agent), queue=queue_id, until=None)

    def wrapped_up(self, agent: str, disposition: str = "", notes: str = "") -> "Story":
        return self.say(floor.WrappedUp, agent=AgentId(agent), how="done", disposition=disposition, notes=notes)

    def end(self, ended_by: str = "customer", cause: Cause = Cause.NORMAL) -> "Story":
        self.say(floor.LegDown, leg=self.leg("customer"), cause=cause)
        return self.say(floor.CallEnded, cause=cause, ended_by=ended_by)


def answered(queue: str, agent: str, *, at: datetime = NINE, wait: float = 8, talk: float = 120) -> Story:
    """A plain call: 10 s flow, `wait`, `talk`, 30 s of wrap-up."""
    story = Story(at=at).arrive().flow().after(10).queue(queue)
    story.after(wait / 2).offer(agent, queue).after(wait / 2).connect(agent, queue).after(talk)
    story.agent_left(agent).wrap_up(agent, queue).end()
    return story.after(30).wrapped_up(agent, disposition="solved")


def random_story(rng: random.Random, *, at: datetime, queues: list[str], agents: list[str]) -> Story:
    """A call as they come on a busy day: abandons, misses, holds, transfers to another queue, wrap-up."""
    story = Story(at=at).arrive(caller=f"+86138{rng.randrange(10**8):08d}").flow().after(rng.uniform(2, 30))
    if rng.random() < 0.1:
        return story.abandon(None)
    queue = rng.choice(queues)
    story.queue(queue, target_s=rng.choice((15, 20, 30)), short_s=5, foretold_s=len(queue) * (at.second % 7) or None)
    if rng.random() < 0.2:
        return story.after(rng.expovariate(1 / 15)).abandon(queue)
    if rng.random() < 0.05:
        story.after(60).say(floor.LeftQueue, queue=QueueId(queue), reason="timeout")
        return story.after(3).say(floor.FlowEnded, reason="done").end("system")
    agent, second = rng.sample(agents, 2)
    if rng.random() < 0.15:
        story.after(rng.expovariate(1 / 5)).offer(agent, queue).after(15).miss(agent)
        agent, second = second, agent
    story.after(rng.expovariate(1 / 9)).offer(agent, queue).after(rng.uniform(1, 8)).connect(agent, queue)
    story.after(rng.expovariate(1 / 120))
    if rng.random() < 0.3:
        story.hold(agent).after(rng.expovariate(1 / 30)).resume(agent).after(rng.expovariate(1 / 60))
    if rng.random() < 0.1:
        return _handed_on(story, rng, queues=queues, first=agent, second=second)
    story.agent_left(agent).wrap_up(agent, queue).end()
    return story.after(rng.expovariate(1 / 25)).wrapped_up(agent, disposition="solved")


def _handed_on(story: Story, rng: random.Random, *, queues: list[str], first: str, second: str) -> Story:
    queue = rng.choice(queues)
    story.say(conversations.Transferred, by=AgentId(first), target=f"queue:{queue}", kind="blind")
    story.agent_left(first, "transferred").wrap_up(first).queue(queue, via="transfer")
    story.after(4).wrapped_up(first, disposition="passed on")
    story.after(rng.uniform(1, 40)).offer(second, queue).after(3).connect(second, queue)
    story.after(rng.expovariate(1 / 100)).agent_left(second).wrap_up(second, queue).end()
    return story.after(20).wrapped_up(second, notes="second agent")
