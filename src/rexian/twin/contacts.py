"""A scenario from one's own records: who called when on a day, pressed what, waited and talked how long, who served."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec

from rexian.core.ids import AgentId, CallId, QueueId
from rexian.floor.asides import as_drawn
from rexian.floor.callback_node import Callback as CallbackStep
from rexian.floor.directory import AgentEntry, Directory
from rexian.flows.model import Document
from rexian.hours.model import Calendar
from rexian.telephony.nodes import CollectDigits, Menu
from rexian.twin import fitting
from rexian.twin.distributions import Distribution, Exponential, Fixed
from rexian.twin.fitting import Waits
from rexian.twin.scenario import CalledBack, Callers, Crew, Flow, Scenario, Shift, Stream, clock

ROUND_S = 300.0
"""Presence is taken to five minutes, so that agents who came together are one crew."""
LEAST_SHIFT_S = 60.0
FEW = 30
"""With fewer than so many, a kind of caller is fitted together with all others."""
RARE = 0.01
"""Kinds of caller with a smaller share of a number's calls are taken into the commonest one of the same queue."""
USUAL_CALLBACK = CalledBack(share=0.5, reached=0.8)
"""What callers do with a callback where too few were offered one on that day to tell."""
USUAL_HANDLING = Exponential(mean_s=180.0)
"""Where nobody was answered on that day."""


@dataclass(frozen=True, slots=True)
class Contact:
    """One inbound call. `queue` none: he never asked for an agent; `wait_s`, `answered` of his first queue."""

    call: CallId
    number: str
    at_s: float
    moves: tuple[tuple[str, str], ...] = ()
    """The flow's steps: the node it came to, by which exit of the one before."""
    queue: QueueId | None = None
    wait_s: float = 0.0
    answered: bool = False
    handling_s: float = 0.0
    wrap_up_s: float | None = None
    rings: tuple[tuple[str, float], ...] = ()
    """Offers: how each ended, and after how long."""
    stayed_s: float | None = None
    """He hung up in the flow after so long."""


@dataclass(frozen=True, slots=True)
class Callbacks:
    """What became of callbacks on that day: exits that offered one, calls that asked, attempts, and whom they found."""

    exits: int = 0
    asked: int = 0
    attempts: int = 0
    reached: int = 0


@dataclass(frozen=True, slots=True)
class Presence:
    agent: AgentId
    begins_s: float
    ends_s: float


def fitted(
    day: date,
    contacts: Sequence[Contact],
    presence: Sequence[Presence],
    house: Directory,
    *,
    zone: str,
    name: str = "",
    callbacks: Callbacks = Callbacks(),
) -> Scenario:
    """The day as a scenario, by the rules and flows of now."""
    takes = _callback(contacts, callbacks, house)
    numbers = [number for number in house.numbers.values() if number.flow in house.flows]
    by_number: dict[str, list[Contact]] = defaultdict(list)
    for contact in contacts:
        if any(number.number == contact.number for number in numbers):
            by_number[contact.number].append(contact)
    return Scenario(
        name=name or day.isoformat(),
        day=day,
        zone=zone,
        streams=tuple(_stream(number, mine, contacts, house, takes) for number, mine in sorted(by_number.items())),
        crews=_crews(presence, contacts, house),
        queues=tuple(msgspec.to_builtins(queue) for queue in house.queues.values()),
        flows=tuple(
            Flow(number=number.number, document=document(house.flows[number.flow]))
            for number in numbers
            if number.flow is not None and number.number in by_number
        ),
        calendars=tuple({id(each): each for each in house.calendars.values() if isinstance(each, Calendar)}.values()),
        wrap_up_s=house.wrap_up_s,
    )


def document(read: Document) -> dict[str, Any]:
    """A flow as it is written."""
    raw: dict[str, Any] = msgspec.to_builtins(as_drawn(read))
    return raw


# --- callers ----------------------------------------------------------------------------------------------------------


def _stream(
    number: str, mine: Sequence[Contact], all: Sequence[Contact], house: Directory, takes: CalledBack
) -> Stream:
    flow = house.flows[house.numbers[number].flow]  # type: ignore[index]
    kinds: dict[tuple[tuple[str, ...], QueueId | None], list[Contact]] = defaultdict(list)
    for contact in mine:
        queue = contact.queue if contact.queue in house.queues else None
        kinds[keys(contact.moves, flow), queue].append(contact)
    return Stream(
        number=number,
        interval_s=1800.0,
        calls=fitting.curve([contact.at_s for contact in mine], interval_s=1800.0),
        callers=tuple(
            _callers(pressed, queue, some, all, house, takes) for (pressed, queue), some in _without_rare(kinds).items()
        ),
    )


def _without_rare(
    kinds: Mapping[tuple[tuple[str, ...], QueueId | None], list[Contact]],
) -> dict[tuple[tuple[str, ...], QueueId | None], list[Contact]]:
    whole = sum(len(some) for some in kinds.values())
    ordered = sorted(kinds.items(), key=lambda kind: -len(kind[1]))
    kept: dict[tuple[tuple[str, ...], QueueId | None], list[Contact]] = {}
    for (pressed, queue), some in ordered:
        alike = next((kind for kind in kept if kind[1] == queue), None)
        if len(some) < RARE * whole and alike is not None:
            kept[alike] = kept[alike] + some
        else:
            kept[pressed, queue] = list(some)
    return kept


def _callers(
    pressed: tuple[str, ...],
    queue: QueueId | None,
    some: Sequence[Contact],
    all: Sequence[Contact],
    house: Directory,
    takes: CalledBack,
) -> Callers:
    same = [contact for contact in all if contact.queue == queue and queue is not None]
    gone = [contact.stayed_s for contact in some if contact.stayed_s is not None]
    name = house.queues[queue].name if queue else "–"
    return Callers(
        name=f"{name} {' '.join(pressed)}".strip(),
        share=len(some),
        queue=str(queue or ""),
        keys=pressed,
        patience=_patience(same, all),
        handling=_handling(some, same, all),
        callback=takes,
        stays=fitting.length(gone) if gone and queue is None else None,
    )


def _callback(contacts: Sequence[Contact], seen: Callbacks, house: Directory) -> CalledBack:
    """Those who asked of all who were offered one, by an exit or by a step; what only the keys while waiting brought is
    known too little."""
    steps = {
        name for flow in house.flows.values() for name, node in flow.nodes.items() if isinstance(node, CallbackStep)
    }
    offered = seen.exits + sum(any(node in steps for node, _ in contact.moves) for contact in contacts)
    found = USUAL_CALLBACK
    if offered >= FEW:
        found = msgspec.structs.replace(found, share=min(seen.asked / offered, 1.0))
    if seen.attempts >= FEW:
        found = msgspec.structs.replace(found, reached=min(seen.reached / seen.attempts, 1.0))
    return found


def _patience(same: Sequence[Contact], all: Sequence[Contact]) -> Distribution | None:
    for contacts in (same, all):
        waits = Waits.of([(contact.wait_s, not contact.answered) for contact in contacts if contact.queue is not None])
        if waits.abandons >= FEW:
            return fitting.patience(waits)
    return fitting.patience(waits, "exponential")


def _handling(*groups: Sequence[Contact]) -> Distribution:
    seen: list[float] = []
    for contacts in groups:
        seen = [contact.handling_s for contact in contacts if contact.answered and contact.handling_s > 0]
        if len(seen) >= FEW:
            return fitting.length(seen)
    return fitting.length(seen) if seen else USUAL_HANDLING


def keys(moves: Iterable[tuple[str, str]], flow: Document) -> tuple[str, ...]:
    """What was typed each time the flow listened. Numbers that were typed are not known here: ones stand for them."""
    pressed: list[str] = []
    before = ""
    for node, exit in moves:
        asked = flow.nodes.get(before)
        if isinstance(asked, Menu) and exit in asked.choices:
            pressed.append(exit)
        elif isinstance(asked, CollectDigits) and exit == "next":
            pressed.append("1" * asked.least + (asked.terminator if asked.least < asked.most else ""))
        before = node
    return tuple(pressed)


# --- agents -----------------------------------------------------------------------------------------------------------


def _crews(presence: Sequence[Presence], contacts: Sequence[Contact], house: Directory) -> tuple[Crew, ...]:
    """Agents of the same queues, skills and hours are one crew; a crew's name tells its queues."""
    shifts: dict[AgentId, list[Shift]] = defaultdict(list)
    for stay in presence:
        begins, ends = round(stay.begins_s / ROUND_S) * ROUND_S, round(stay.ends_s / ROUND_S) * ROUND_S
        if ends - begins >= LEAST_SHIFT_S and begins < 2 * 86_400:
            shifts[stay.agent].append(Shift(begins=clock(max(begins, 0)), ends=clock(min(ends, 172_740))))
    alike: dict[tuple[Any, ...], list[AgentId]] = defaultdict(list)
    for agent, mine in sorted(shifts.items()):
        entry = house.agents.get(agent)
        if entry is not None and entry.queues:
            alike[_group(entry), tuple(mine)].append(agent)
    rings = [ring for contact in contacts for ring in contact.rings]
    wrapped = [contact.wrap_up_s for contact in contacts if contact.wrap_up_s is not None]
    ringing, misses = _ringing(rings)
    return tuple(
        Crew(
            name=" + ".join(house.queues[queue].name for queue in queues),
            agents=len(members),
            members=tuple(members),
            queues=queues,
            skills=dict(skills),
            shifts=mine,
            ringing=ringing,
            misses=misses,
            wrap_up=fitting.length(wrapped) if wrapped else None,
        )
        for ((queues, skills), mine), members in alike.items()
    )


def _group(entry: AgentEntry) -> tuple[Any, ...]:
    return tuple(sorted(entry.queues)), tuple(sorted(entry.skills.items()))


def _ringing(rings: Sequence[tuple[str, float]]) -> tuple[Distribution, float]:
    """How long it rings until it is answered, and the share of offers that nobody hears."""
    heard = [length_s for how, length_s in rings if how == "answered"]
    missed = sum(how in ("missed", "unreachable", "rejected") for how, _ in rings)
    known = len(heard) + missed
    return (fitting.length(heard) if heard else Fixed(value_s=3.0)), (missed / known if known else 0.0)
