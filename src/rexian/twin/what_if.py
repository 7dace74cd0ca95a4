"""What if: a scenario with something changed."""

from typing import Annotated, Any

import msgspec

from rexian.core.errors import Invalid
from rexian.twin.distributions import Distribution, Empirical, Exponential, Fixed, Gamma, Lognormal, Mixture
from rexian.twin.scenario import (
    CalledBack,
    Callers,
    Crew,
    Flow,
    Moment,
    Part,
    Scenario,
    Shift,
    check,
    clock,
    rules,
    seconds,
)

Factor = Annotated[float, msgspec.Meta(ge=0.1, le=10)]


class AgentChange(Part, frozen=True, kw_only=True):
    """So many agents more, or fewer, of those called `crew`. More: from `begins` to `ends`, at the crew's own pace."""

    crew: str
    by: Annotated[int, msgspec.Meta(ge=-10_000, le=10_000)]
    begins: Moment = "00:00"
    ends: Moment = "24:00"


class ShiftChange(Part, frozen=True, kw_only=True):
    """All shifts of those called `crew` begin and end so many minutes later (earlier: negative)."""

    crew: str
    minutes: Annotated[int, msgspec.Meta(ge=-720, le=720)]


class Changes(Part, frozen=True, kw_only=True):
    """Each may be left out."""

    calls: Factor = 1.0
    """So many times as many calls; a replayed day keeps its calls."""
    handling: Factor = 1.0
    patience: Factor = 1.0
    callbacks: CalledBack | None = None
    """What callers do where a callback is offered to them; none: as the scenario says."""
    agents: tuple[AgentChange, ...] = ()
    shifts: tuple[ShiftChange, ...] = ()
    queues: dict[str, dict[str, Any]] = msgspec.field(default_factory=dict)
    """Rules to set, by the queue's id or name."""
    flows: tuple[Flow, ...] = ()
    """Other flows behind numbers."""


def read(raw: object) -> Changes:
    """Raises `Invalid` with the place of the first mistake."""
    try:
        return msgspec.convert(raw, Changes)
    except msgspec.ValidationError as error:
        raise Invalid("twin.malformed", str(error), problem=str(error)) from error


def changed(scenario: Scenario, changes: Changes) -> Scenario:
    """The scenario with the changes made. Raises `Invalid` when it names what is not there."""
    crews = scenario.crews
    for shift in changes.shifts:
        crews = _moved(crews, shift)
    for agents in changes.agents:
        crews = _staffed(crews, agents)
    numbers = {flow.number for flow in changes.flows}
    found = msgspec.structs.replace(
        scenario,
        streams=tuple(
            msgspec.structs.replace(
                stream,
                calls=tuple(count * changes.calls for count in stream.calls),
                callers=_otherwise(stream.callers, changes),
            )
            for stream in scenario.streams
        ),
        replays=tuple(
            msgspec.structs.replace(replay, callers=_otherwise(replay.callers, changes)) for replay in scenario.replays
        ),
        crews=crews,
        queues=_ruled(scenario, changes.queues),
        flows=(*(flow for flow in scenario.flows if flow.number not in numbers), *changes.flows),
    )
    check(found)
    return found


def _otherwise(callers: tuple[Callers, ...], changes: Changes) -> tuple[Callers, ...]:
    if changes.handling == changes.patience == 1.0 and changes.callbacks is None:
        return callers
    return tuple(
        msgspec.structs.replace(
            each,
            handling=scaled(each.handling, changes.handling),
            patience=None if each.patience is None else scaled(each.patience, changes.patience),
            callback=each.callback if changes.callbacks is None else changes.callbacks,
        )
        for each in callers
    )


def scaled(distribution: Distribution, by: float) -> Distribution:
    """All times so many times as long."""
    replace = msgspec.structs.replace
    if isinstance(distribution, Fixed):
        return replace(distribution, value_s=distribution.value_s * by)
    if isinstance(distribution, Empirical):
        values = tuple(value * by for value in distribution.values_s)
        return replace(distribution, values_s=values, beyond_mean_s=distribution.beyond_mean_s * by)
    if isinstance(distribution, Mixture):
        parts = tuple(replace(part, of=scaled(part.of, by)) for part in distribution.parts)
        return replace(distribution, parts=parts)
    assert isinstance(distribution, Exponential | Lognormal | Gamma)
    return replace(distribution, mean_s=distribution.mean_s * by)


def _staffed(crews: tuple[Crew, ...], change: AgentChange) -> tuple[Crew, ...]:
    """Fewer: those of the longest presence stay."""
    mine = [crew for crew in crews if crew.name == change.crew]
    if not mine:
        raise _unknown("agents", change.crew, crews)
    if change.by >= 0:
        shift = Shift(begins=change.begins, ends=change.ends)
        extra = msgspec.structs.replace(mine[0], agents=change.by, members=(), shifts=(shift,)) if change.by else None
        return (*crews, extra) if extra else crews
    gone = -change.by
    kept: list[Crew] = []
    for crew in sorted(mine, key=_presence):
        stay = max(crew.agents - gone, 0)
        gone -= crew.agents - stay
        if stay:
            kept.append(msgspec.structs.replace(crew, agents=stay, members=crew.members[:stay]))
    return (*(crew for crew in crews if crew.name != change.crew), *kept)


def _presence(crew: Crew) -> float:
    return sum(seconds(shift.ends) - seconds(shift.begins) for shift in crew.shifts)


def _moved(crews: tuple[Crew, ...], change: ShiftChange) -> tuple[Crew, ...]:
    if change.crew not in {crew.name for crew in crews}:
        raise _unknown("shifts", change.crew, crews)
    by = change.minutes * 60.0
    return tuple(
        msgspec.structs.replace(
            crew,
            shifts=tuple(
                Shift(begins=clock(max(seconds(shift.begins) + by, 0)), ends=clock(max(seconds(shift.ends) + by, 60)))
                for shift in crew.shifts
            ),
        )
        if crew.name == change.crew
        else crew
        for crew in crews
    )


def _ruled(scenario: Scenario, by_queue: dict[str, dict[str, Any]]) -> tuple[dict[str, Any], ...]:
    names = [(str(queue.id), queue.name) for queue in rules(scenario).values()]
    unknown = set(by_queue) - {name for both in names for name in both}
    if unknown:
        name = sorted(unknown)[0]
        raise Invalid("twin.scenario", f"queues: There is no queue {name!r}.", path="queues", problem=name)
    return tuple(
        {**given, **by_queue.get(name, {}), **by_queue.get(id, {})}
        for given, (id, name) in zip(scenario.queues, names, strict=True)
    )


def _unknown(path: str, crew: str, crews: tuple[Crew, ...]) -> Invalid:
    known = ", ".join(sorted({each.name for each in crews}))
    message = f"{path}: There is no crew {crew!r}; known are {known}."
    return Invalid("twin.scenario", message, path=path, problem=message)
