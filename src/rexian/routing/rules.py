"""The rules of a queue: who of those who can serve is chosen, who can, and in which order what waits is served.

One document, kept in the column `rules`. All of it may be left out: what is not said is as it always was (longest
idle, first come first served within a priority). Times are seconds, levels 0 to 10.
"""

import re
from typing import Any, Literal

import msgspec

from rexian.core.errors import Invalid
from rexian.core.ids import AgentId, QueueId, TeamId
from rexian.routing.requirement import ANYBODY, Requirement, compared, parse

MOST_RINGS = 8
MOST_AT_ONCE = 20
HELD = -1
"""The ring of what waits for its preferred agent alone; 0 is the queue as it is, 1 … 8 are `rings`."""


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A part of the rules. What is unknown is refused, so that a misspelt word does not pass for a rule."""


# --- whom of those who can ------------------------------------------------------------------------------------------


class LongestIdle(Rule, frozen=True, tag_field="type", tag="longest_idle"):
    """Longest idle. `since` says what counts.

    ready: since he has been ready; contact: since his last contact ended, of whatever kind (a pause takes nothing
    away); any_queue: since his last contact from any queue; this_queue: since his last contact from this queue.
    """

    since: Literal["ready", "contact", "any_queue", "this_queue"] = "ready"


class RoundRobin(Rule, frozen=True, tag_field="type", tag="round_robin"):
    """The next after the one who was offered last, in the order of their extensions."""


class FewestContacts(Rule, frozen=True, tag_field="type", tag="fewest_contacts"):
    """Fewest contacts in this shift, from this queue or from all."""

    of: Literal["this_queue", "any_queue"] = "any_queue"


class LeastTalkTime(Rule, frozen=True, tag_field="type", tag="least_talk_time"):
    """Least time spent with customers of queues in this shift."""


class LowestOccupancy(Rule, frozen=True, tag_field="type", tag="lowest_occupancy"):
    """Lowest share of time spent with contacts, the last hour counting most (`routing.work`)."""


class RingAll(Rule, frozen=True, tag_field="type", tag="ring_all"):
    """All at once, the longest idle first, at most so many phones. The first who answers has it."""

    at_most: int = 10


class ProgressiveRing(Rule, frozen=True, tag_field="type", tag="progressive_ring"):
    """The longest idle first, and one more every so many seconds while those before ring on."""

    every_s: float = 5.0
    at_most: int = 10


class TopDown(Rule, frozen=True, tag_field="type", tag="top_down"):
    """By the agent's rank in this queue, 1 first; among equals the longest idle."""


class WeightedRandom(Rule, frozen=True, tag_field="type", tag="weighted_random"):
    """By lot, weighted by the agent's grade in this queue. The lot is drawn from the item's id: the same again."""


class SkillLevel(Rule, frozen=True, tag_field="type", tag="skill_level"):
    """By level, skill by skill as the requirement names them; among equals the longest idle.

    best: the highest level; just_enough: the lowest that suffices, so that experts are saved.
    """

    prefer: Literal["best", "just_enough"] = "best"


class Custom(Rule, frozen=True, tag_field="type", tag="custom"):
    """A class from the entry points `rexian.routing_strategies`, by its name there, with its own parameters."""

    name: str
    parameters: dict[str, Any] = {}


Strategy = (
    LongestIdle | RoundRobin | FewestContacts | LeastTalkTime | LowestOccupancy | RingAll | ProgressiveRing | TopDown
    | WeightedRandom | SkillLevel | Custom
)  # fmt: skip


# --- who can, and who can after a while -----------------------------------------------------------------------------


class Ring(Rule, frozen=True):
    """A step of widening (bullseye): takes effect `after_s` in the queue, or when the expected wait passes a limit.

    A ring adds to those before it: teams and priority add up, the greatest `lower` holds, and a `requirement` stands
    until another ring gives one (levels are then lowered from that one).
    """

    after_s: float | None = None
    wait_above_s: float | None = None
    lower: int = 0
    """So many levels less are asked for of every skill."""
    requirement: str | None = None
    """Asked for instead of the queue's skills and requirement; empty: anybody will do."""
    teams: tuple[TeamId, ...] = ()
    """Agents of these teams may serve too, whether they work in this queue or not."""
    priority: int = 0
    """Added to the priority."""
    queue: QueueId | None = None
    """It goes on to wait there, with the age it has."""


# --- in which order -------------------------------------------------------------------------------------------------


class Order(Rule, frozen=True):
    """In which order what waits is served: more points first, then the more urgent.

    points = priority + ageing · minutes waited; urgency = weight · (seconds waited + head start − allowance), where
    the allowance is the service level's threshold when ordered by deadline, else 0 (before that the weight is 1).
    Ordered by balance, the queues so ordered compete by length: the one that exceeds its share of what waits in all of
    them the most goes first (fixed queue ratio: I. Gurvich, W. Whitt, "Service-level differentiation in many-server
    service systems via queue-ratio routing", Operations Research 58, 2010).
    """

    by: Literal["wait", "deadline", "balance"] = "wait"
    ageing: float = 0.0
    """Points a minute."""
    head_start_s: float = 0.0
    """It counts as having waited so much longer."""
    weight: float = 1.0
    share: float = 1.0
    """By balance: its part of what waits, in proportion to the other shares."""


class Preferred(Rule, frozen=True):
    """Agents who are taken before others, where they can serve; the first of these counts most."""

    agents: tuple[Literal["last", "manager", "named"], ...] = ()
    """last: who spoke with him last; manager: who looks after him; named: whom the flow names."""
    patience_s: float = 0.0
    """So long it waits for him alone; 0: he is taken if he is free, else another."""
    days: int = 30
    """How long ago the last talk may be."""


class Loan(Rule, frozen=True):
    """This queue's agents may serve another queue as well, as long as all that is said here holds."""

    to: QueueId
    waiting_at_most: int | None = None
    """No more wait here than this."""
    keep_ready: int = 0
    """More are ready here than this."""
    wait_below_s: float | None = None
    """The expected wait here is below this."""
    service_level_above: float | None = None
    """The service level here (0 to 1) is above this."""
    when_waiting_above: int = 0
    """More wait there than this."""
    when_wait_above_s: float | None = None
    """The expected wait there is above this."""


class Reserve(Rule, frozen=True):
    """Agents of this queue who are considered only while it is under pressure (`routing.reserves`).

    That is when any of the limits is passed, or when something waits and nobody else is at work here. It is over when
    all are kept with a margin: at most `relief` of what waits or of the wait, or of what is missing to a service level
    of 1, is left.
    """

    agents: tuple[AgentId, ...] = ()
    waiting_above: int | None = None
    """More wait than this."""
    wait_above_s: float | None = None
    """The expected wait is above this."""
    service_level_below: float | None = None
    """The service level (0 to 1) is below this."""
    relief: float = 0.5


class Rules(Rule, frozen=True):
    """The whole document."""

    strategy: Strategy = LongestIdle()
    requirement: str = ""
    """Asked for besides the queue's `skills`: `english >= 6 and (billing >= 3 or sales >= 5)`."""
    rings: tuple[Ring, ...] = ()
    order: Order = Order()
    preferred: Preferred = Preferred()
    ranks: dict[AgentId, int] = {}
    """Rank of agents in this queue, 1 the first; who is not named comes after all who are."""
    grades: dict[AgentId, int] = {}
    """Grade of agents in this queue, 1 to 10; who is not named has 1."""
    lending: tuple[Loan, ...] = ()
    reserve: Reserve = Reserve()


def read(document: object) -> Rules:
    """The rules of a document as JSON gives it; raises `Invalid` that says what is wrong and where."""
    try:
        rules = msgspec.convert(document, Rules)
    except msgspec.ValidationError as error:
        raise Invalid(
            "queue.rules_invalid", f"The rules of the queue cannot be read: {error}.", at=_place_in(str(error))
        ) from error
    parse(rules.requirement)
    _check_rings(rules.rings)
    _check_numbers(rules)
    return rules


def write(rules: Rules) -> dict[str, Any]:
    """The document of these rules; what is as it always was is left out."""
    document: dict[str, Any] = msgspec.to_builtins(rules)
    return document


def named_skills(rules: Rules) -> set[str]:
    """The skills that its requirements speak of, those of its rings included."""
    texts = (rules.requirement, *(ring.requirement or "" for ring in rules.rings))
    return {each.skill for text in texts for each in compared(requirement_of(text))}


def requirement_of(text: str) -> Requirement:
    """The requirement of a text that has been checked; no text: anybody will do."""
    return parse(text) if text.strip() else ANYBODY


def _place_in(problem: str) -> str:
    """Where in the document it is, from what msgspec says of it (`… - at `$.rings[0].lower``)."""
    found = re.search(r"at `\$\.?(.+?)`$", problem)
    return found.group(1) if found else "$"


def _check_rings(rings: tuple[Ring, ...]) -> None:
    if len(rings) > MOST_RINGS:
        raise Invalid(
            "rules.too_many_rings",
            f"There are {len(rings)} rings, and {MOST_RINGS} are possible; leave some out.",
            count=len(rings),
            most=MOST_RINGS,
        )
    last = 0.0
    for number, ring in enumerate(rings, 1):
        if ring.after_s is None and ring.wait_above_s is None:
            raise Invalid(
                "rules.ring_never", f"The ring {number} never begins; give it after_s or wait_above_s.", ring=number
            )
        least = max(last, 1.0)
        if ring.after_s is not None and ring.after_s < least:
            raise Invalid(
                "rules.ring_too_early",
                f"The ring {number} begins before the ring before it; give it at least {least:g} s.",
                ring=number,
                least=least,
            )
        last = ring.after_s or last
        _within(f"rings[{number}].lower", ring.lower, 0, 10)
        _within(f"rings[{number}].priority", ring.priority, -1000, 1000)
        _within(f"rings[{number}].wait_above_s", ring.wait_above_s or 0.0, 0, 86_400)
        _within(f"rings[{number}].after_s", ring.after_s or 0.0, 0, 86_400)
        if ring.requirement:
            parse(ring.requirement)
        if ring.queue is not None and number < len(rings):
            raise Invalid(
                "rules.ring_moves_on",
                f"After ring {number} it waits in another queue; make it the last ring.",
                ring=number,
            )


def _check_numbers(rules: Rules) -> None:
    order, preferred, strategy = rules.order, rules.preferred, rules.strategy
    _within("order.ageing", order.ageing, 0, 1000)
    _within("order.head_start_s", order.head_start_s, 0, 86_400)
    _within("order.weight", order.weight, 0.001, 1000)
    _within("order.share", order.share, 0.001, 1000)
    if order.by == "balance" and order.ageing:
        raise Invalid(
            "rules.balance_ageing",
            "A queue that is ordered by balance has no ageing, for its length speaks; take one out.",
        )
    _within("preferred.patience_s", preferred.patience_s, 0, 3600)
    _within("preferred.days", preferred.days, 1, 3650)
    if isinstance(strategy, RingAll | ProgressiveRing):
        _within("strategy.at_most", strategy.at_most, 1, MOST_AT_ONCE)
    if isinstance(strategy, ProgressiveRing):
        _within("strategy.every_s", strategy.every_s, 1, 300)
    for agent, rank in rules.ranks.items():
        _within(f"ranks[{agent}]", rank, 1, 1000)
    for agent, grade in rules.grades.items():
        _within(f"grades[{agent}]", grade, 1, 10)
    for number, loan in enumerate(rules.lending, 1):
        _within(f"lending[{number}].service_level_above", loan.service_level_above or 0.0, 0, 1)
        for name in ("waiting_at_most", "keep_ready", "when_waiting_above"):
            _within(f"lending[{number}].{name}", getattr(loan, name) or 0, 0, 100_000)

    _within("reserve.waiting_above", rules.reserve.waiting_above or 0, 0, 100_000)
    _within("reserve.wait_above_s", rules.reserve.wait_above_s or 0.0, 0, 86_400)
    _within("reserve.service_level_below", rules.reserve.service_level_below or 0.0, 0, 1)
    _within("reserve.relief", rules.reserve.relief, 0, 1)


def _within(field: str, value: float, least: float, most: float) -> None:
    if not least <= value <= most:
        raise Invalid(
            "rules.out_of_range",
            f"The rules say {field} is {value:g}; it goes from {least:g} to {most:g}.",
            field=field,
            value=value,
            least=least,
            most=most,
        )
