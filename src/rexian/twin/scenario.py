"""Scenarios: who calls when, how long he waits and talks, who serves, by which rules. Data, as YAML or JSON.

Times of the day are `HH:MM`; hours past 24 are those of the next night. `schema()` is the JSON Schema of it.
"""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import msgspec

from rexian.core.errors import Invalid
from rexian.core.ids import AgentId, QueueId
from rexian.hours.model import Calendar
from rexian.routing.model import Queue
from rexian.twin.distributions import Distribution, Exponential, Fixed, Length, Positive, Share

Moment = Annotated[str, msgspec.Meta(pattern=r"^([0-3]\d|4[0-7]):[0-5]\d(:[0-5]\d)?$", description="HH:MM or HH:MM:SS")]
Count = Annotated[int, msgspec.Meta(ge=1, le=100_000)]
Weight = Annotated[float, msgspec.Meta(gt=0)]
MOST_CALLS = 5_000_000
"""Expected calls of one simulated day: what a machine's memory holds."""


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The root of all that a scenario is made of: an unknown field is a mistake."""


class CalledBack(Part, frozen=True, kw_only=True):
    """What callers do where they are offered a callback: by the flow, by an exit, or by a key while they wait."""

    share: Share = 1.0
    """So many take it; the others wait on."""
    reached: Share = 1.0
    """So many attempts find them."""
    ringing: Distribution = Fixed(value_s=5.0)
    """Until they answer."""


class Callers(Part, frozen=True, kw_only=True):
    """One kind of caller. With a flow he presses `keys`; without one he comes straight to `queue`."""

    name: str = ""
    share: Weight = 1.0
    queue: str = ""
    """By name or id. Empty: he never asks for an agent, and only the flow knows him."""
    keys: tuple[str, ...] = ()
    """What he types each time that the flow listens; after the last one he is silent."""
    priority: int | None = None
    """None: as the queue has it. Where a flow is given, the flow says."""
    skills: dict[str, Annotated[int, msgspec.Meta(ge=0, le=10)]] = {}
    head_start_s: Length = 0.0
    """He counts as waiting for so much longer than he does."""
    patience: Distribution | None = None
    """How long he waits in a queue before he gives up; none: for ever."""
    handling: Distribution = Exponential(mean_s=180.0)
    """How long the conversation lasts."""
    callback: CalledBack | None = None
    """None: he wants none."""
    stays: Distribution | None = None
    """How long he stays in the flow before he hangs up there; none: to its end."""


class Stream(Part, frozen=True, kw_only=True):
    """Calls to one number: how many are expected in each interval, Poisson around it."""

    number: str = "4008001234"
    begins: Moment = "00:00"
    interval_s: Annotated[float, msgspec.Meta(gt=0, le=86_400)] = 1800.0
    calls: Annotated[tuple[Length, ...], msgspec.Meta(min_length=1)]
    busyness_cv: Length = 0.0
    """A whole day is busier or quieter by a gamma factor of mean 1 and this coefficient of variation."""
    callers: Annotated[tuple[Callers, ...], msgspec.Meta(min_length=1)]


class Replay(Part, frozen=True, kw_only=True):
    """Calls to one number at known times, for replaying a day that has been: `at_s` after midnight, in order."""

    number: str = "4008001234"
    at_s: tuple[Length, ...]
    callers: Annotated[tuple[Callers, ...], msgspec.Meta(min_length=1)]


class Shift(Part, frozen=True, kw_only=True):
    begins: Moment = "00:00"
    ends: Moment = "24:00"


class Crew(Part, frozen=True, kw_only=True):
    """Agents who are alike."""

    name: str = ""
    agents: Count = 1
    members: tuple[AgentId, ...] = ()
    """Who they are, where the rules name agents (ranks, grades, a reserve); those beyond are numbered."""
    queues: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    skills: dict[str, Annotated[int, msgspec.Meta(ge=0, le=10)]] = {}
    shifts: Annotated[tuple[Shift, ...], msgspec.Meta(min_length=1)] = (Shift(),)
    """When they are there; a call in progress is finished."""
    ringing: Distribution = Fixed(value_s=0.0)
    """From offer to answer."""
    misses: Share = 0.0
    """So many offers he does not hear; the queue's own time-out and pause after misses follow."""
    returns_s: Positive = 60.0
    """After that pause he is back in so many seconds."""
    pace: Weight = 1.0
    """Handles so many times as fast as the callers' handling times say."""
    wrap_up: Distribution | None = None
    """How long he needs after a call, at most as long as the rules allow; none: the whole time of the rules."""


class Retrials(Part, frozen=True, kw_only=True):
    """Who has given up may call again."""

    share: Share = 0.0
    delay: Distribution = Exponential(mean_s=600.0)
    most: Annotated[int, msgspec.Meta(ge=0, le=20)] = 3


class Flow(Part, frozen=True, kw_only=True):
    """The flow behind a number: a document as flows are written."""

    number: str
    document: dict[str, Any]


class Scenario(Part, frozen=True, kw_only=True):
    """One centre and one day of it."""

    name: str = ""
    day: date = date(2026, 1, 5)
    zone: str = "Asia/Shanghai"
    seed: Annotated[int, msgspec.Meta(ge=0, le=2**62)] = 1
    streams: tuple[Stream, ...] = ()
    replays: tuple[Replay, ...] = ()
    crews: Annotated[tuple[Crew, ...], msgspec.Meta(min_length=1)]
    queues: Annotated[tuple[dict[str, Any], ...], msgspec.Meta(min_length=1)]
    """Rules of each queue, as queues have them; `name` is needed, the rest has the usual defaults."""
    flows: tuple[Flow, ...] = ()
    calendars: tuple[Calendar, ...] = ()
    wrap_up_s: Annotated[int, msgspec.Meta(ge=0)] = 0
    """Where the queue says nothing."""
    retrials: Retrials = Retrials()
    listens: Distribution = Fixed(value_s=2.0)
    """How long a caller listens before he presses a key."""
    count_from: Moment = "00:00"
    count_until: Moment = "47:59"
    """Only visits that began in between are counted: the time before is for warming up."""
    report_s: Annotated[float, msgspec.Meta(gt=0, le=86_400)] = 3600.0
    """Figures are also given per interval of this length."""


# --- reading ----------------------------------------------------------------------------------------------------------


def read(text: str | bytes, *, origin: str = "") -> Scenario:
    """A scenario from YAML or JSON (which is YAML, too); raises `Invalid` with the place of the first mistake."""
    try:
        scenario = msgspec.convert(msgspec.yaml.decode(text), Scenario)
    except msgspec.DecodeError as error:
        where = f"{origin}: " if origin else ""
        raise Invalid("twin.malformed", f"{where}{error}", problem=str(error)) from error
    check(scenario)
    return scenario


def read_file(path: Path) -> Scenario:
    try:
        text = path.read_bytes()
    except OSError as error:
        raise Invalid("twin.unreadable", f"{path} cannot be read: {error.strerror}.", path=str(path)) from error
    return read(text, origin=str(path))


def check(scenario: Scenario) -> None:
    """Raises `Invalid` when the parts of a scenario do not fit each other."""
    known = set(rules(scenario)) | {queue.name for queue in rules(scenario).values()}
    _require(bool(scenario.streams or scenario.replays), "streams", "Nobody calls; give at least one stream.")
    _require(bool(scenario.crews), "crews", "Nobody serves; leave at least one agent.")
    members = [member for crew in scenario.crews for member in crew.members]
    _require(len(members) == len(set(members)), "crews", "Somebody is a member twice; name each once.")
    for place, crew in enumerate(scenario.crews):
        few = len(crew.members) <= crew.agents
        _require(few, f"crews[{place}].members", f"There are {crew.agents} agents; name no more.")
        for queue in crew.queues:
            _require(queue in known, f"crews[{place}].queues", f"There is no queue {queue!r}; name one of `queues`.")
        for number, shift in enumerate(crew.shifts):
            good = seconds(shift.ends) > seconds(shift.begins)
            _require(
                good, f"crews[{place}].shifts[{number}]", "The shift ends before it begins; past midnight is 24:00."
            )
    with_flow = {flow.number for flow in scenario.flows}
    calls: dict[str, Sequence[Stream | Replay]] = {"streams": scenario.streams, "replays": scenario.replays}
    for name, streams in calls.items():
        for place, stream in enumerate(streams):
            for number, callers in enumerate(stream.callers):
                path = f"{name}[{place}].callers[{number}].queue"
                if callers.queue or stream.number not in with_flow:
                    _require(
                        callers.queue in known, path, f"There is no queue {callers.queue!r}; name one of `queues`."
                    )
    expected = sum(sum(stream.calls) for stream in scenario.streams) + sum(len(each.at_s) for each in scenario.replays)
    _require(expected <= MOST_CALLS, "streams", f"At most {MOST_CALLS} calls a day can be simulated; take fewer.")


def _require(good: bool, path: str, message: str) -> None:
    if not good:
        raise _problem(path, message)


def _problem(path: str, message: str) -> Invalid:
    return Invalid("twin.scenario", f"{path}: {message}", path=path, problem=message)


def schema() -> dict[str, Any]:
    """The JSON Schema of scenarios."""
    return msgspec.json.schema(Scenario)


# --- questions --------------------------------------------------------------------------------------------------------


def seconds(moment: str) -> float:
    """`HH:MM` or `HH:MM:SS` as seconds after midnight."""
    hours, minutes, *rest = moment.split(":")
    return int(hours) * 3600.0 + int(minutes) * 60.0 + (float(rest[0]) if rest else 0.0)


def clock(at_s: float) -> str:
    """Seconds after midnight as `HH:MM:SS`."""
    whole = round(at_s)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}"


def rules(scenario: Scenario) -> dict[str, Queue]:
    """The rules of each queue, by its id (its name, where none is given)."""
    found = {}
    for place, given in enumerate(scenario.queues):
        values = {**given, "id": given.get("id") or given.get("name", "")}
        try:
            queue = msgspec.convert(values, Queue)
        except msgspec.ValidationError as error:
            raise _problem(f"queues[{place}]", str(error)) from error
        found[str(queue.id)] = queue
    return found


def kinds(scenario: Scenario) -> list[Callers]:
    """Every kind of caller, of all streams."""
    streams: list[Stream | Replay] = [*scenario.streams, *scenario.replays]
    return [callers for stream in streams for callers in stream.callers]


def agents(scenario: Scenario) -> dict[AgentId, Crew]:
    """Each agent and his crew: members by their own ids, the others by their number among all."""
    found: dict[AgentId, Crew] = {}
    for crew in scenario.crews:
        for place in range(crew.agents):
            found[crew.members[place] if place < len(crew.members) else AgentId(f"a{len(found):05}")] = crew
    return found


def ids(scenario: Scenario) -> dict[str, QueueId]:
    """Each queue's id by its id and by its name."""
    queues = rules(scenario).values()
    return {**{queue.name: queue.id for queue in queues}, **{str(queue.id): queue.id for queue in queues}}
