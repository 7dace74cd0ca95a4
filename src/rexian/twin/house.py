"""The house of a simulated day: what the floor knows of it, and which crew each agent belongs to."""

from dataclasses import dataclass
from typing import Any

from rexian.core.errors import Invalid
from rexian.core.ids import AgentId, FlowVersionId, NumberId
from rexian.floor.directory import AgentEntry, Directory, NumberEntry, QueueEntry, directory
from rexian.floor.outcall_rules import OutcallRules
from rexian.flows.documents import read
from rexian.flows.model import Document
from rexian.flows.nodes import Registry, load_registry
from rexian.flows.subflow import LINKS
from rexian.twin.customers import Customer
from rexian.twin.scenario import Callers, Crew, Replay, Scenario, Stream, agents, ids, kinds, rules

CALLER = "4008001234"
"""What those who are called back see."""


@dataclass(frozen=True, slots=True)
class House:
    directory: Directory
    crews: dict[AgentId, Crew]
    straight: dict[tuple[int, str], str]
    """By stream and kind of caller, the number that leads straight to the queue, where no flow is behind theirs."""

    def called(self, customer: Customer) -> str:
        """The number that this customer dials."""
        return self.straight.get((customer.stream, customer.callers.name), customer.number)


def house(scenario: Scenario) -> House:
    """The floor's directory of a scenario. Raises `Invalid` when a flow cannot be read."""
    numbers: dict[str, NumberEntry] = {}
    flows: dict[FlowVersionId, Document] = {}
    straight: dict[tuple[int, str], str] = {}
    registry = Registry((*load_registry().values(), *LINKS))

    def put(number: str, document: object) -> None:
        flow = FlowVersionId(f"flow {number}")
        flows[flow] = read(document, registry)
        numbers[number] = NumberEntry(id=NumberId(f"number {number}"), number=number, flow=flow)

    for place, flow in enumerate(scenario.flows):
        try:
            put(flow.number, flow.document)
        except Invalid as error:
            path = f"flows[{place}].document"
            raise Invalid("twin.scenario", f"{path}: {error.message}", path=path, problem=error.message) from error
    streams: list[Stream | Replay] = [*scenario.streams, *scenario.replays]
    for stream, calls in enumerate(streams):
        if calls.number in numbers:
            continue
        for callers in calls.callers:
            straight[stream, callers.name] = number = f"{calls.number}/{stream}/{callers.name}"
            put(number, _straight(callers))
    calls_out = any(callers.callback for callers in kinds(scenario))
    crews = agents(scenario)
    known = ids(scenario)
    return House(
        directory(
            agents=[_agent(id, crew, known) for id, crew in crews.items()],
            queues=[_queue(queue) for queue in rules(scenario).values()],
            numbers=list(numbers.values()),
            flows=flows,
            calendars=_calendars(scenario),
            wrap_up_s=scenario.wrap_up_s,
            trunk="outwards" if calls_out else "",
            outcalls=OutcallRules(at_once=0),
            caller_number=CALLER if calls_out else "",
            record=False,
        ),
        crews,
        straight,
    )


def _straight(callers: Callers) -> dict[str, Any]:
    queue: dict[str, Any] = {"type": "queue", "queue": callers.queue, "skills": callers.skills}
    if callers.priority is not None:
        queue["priority"] = callers.priority
    return {"start": "queue", "nodes": {"queue": queue}}


def _agent(id: AgentId, crew: Crew, known: dict[str, Any]) -> AgentEntry:
    return AgentEntry(
        id=id,
        name=id,
        extension=id,
        address=f"phone:{id}",
        phone=id,
        skills=crew.skills,
        queues=tuple(known[queue] for queue in crew.queues),
    )


def _queue(queue: Any) -> QueueEntry:
    return QueueEntry(**{name: getattr(queue, name) for name in QueueEntry.__struct_fields__})


def _calendars(scenario: Scenario) -> dict[str, Any]:
    return {name: calendar for calendar in scenario.calendars for name in (calendar.id, calendar.name)}
