"""Builders of flows and of what surrounds them."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from rexian.flows.actions import Action, Input
from rexian.flows.documents import read
from rexian.flows.interpreter import begin, resume
from rexian.flows.model import Document
from rexian.flows.nodes import Registry, load_registry
from rexian.flows.visit import QueueFigures, RoomFigures, Step

REGISTRY: Registry = load_registry()
NOON = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)


class Surroundings:
    """A context that can be set as a test needs it."""

    def __init__(
        self,
        *,
        now: datetime = NOON,
        facts: Mapping[str, Any] | None = None,
        calendars: Mapping[str, bool] | None = None,
        queues: Mapping[str, QueueFigures] | None = None,
    ) -> None:
        self.now = now
        self.hindrances: dict[str, str] = {}
        self.rooms: dict[str, RoomFigures] = {}
        self.facts: Mapping[str, Any] = facts or {}
        self.calendars = calendars if calendars is not None else {"office": True}
        self.queues = queues if queues is not None else {"sales": QueueFigures(3, 125.0, 0)}

    def is_open(self, calendar: str) -> bool | None:
        return self.calendars.get(calendar)

    def has_queue(self, queue: str) -> bool:
        return queue in self.queues

    def queue(self, queue: str) -> QueueFigures | None:
        return self.queues.get(queue)

    def room(self, name: str) -> RoomFigures:
        return self.rooms.get(name, RoomFigures())

    def callable(self, number: str) -> str | None:
        return number if number.isdigit() else None

    def slots(self, queue: str) -> list[datetime]:
        return []

    def hindrance(self, number: str, flow: str) -> str:
        return self.hindrances.get(number, "") if self.callable(number) else "number.invalid"

    def local(self, at: datetime) -> datetime:
        return at


def document(nodes: dict[str, dict[str, Any]], *, start: str = "start", **rest: Any) -> Document:
    return read({"start": start, "nodes": nodes, **rest}, REGISTRY)


class Walk:
    """One call's walk through a document, by hand."""

    def __init__(self, nodes: dict[str, dict[str, Any]], *, ctx: Surroundings | None = None, **rest: Any) -> None:
        self.document = document(nodes, **rest)
        self.ctx = ctx or Surroundings()
        self.step: Step = begin(self.document, {}, self.ctx)
        self.run = self.step.run

    def tell(self, input: Input) -> tuple[Action, ...]:
        self.step = resume(self.document, self.run, input, self.ctx)
        self.run = self.step.run
        return self.step.actions

    def pass_time(self, seconds: float) -> None:
        self.ctx.now += timedelta(seconds=seconds)
