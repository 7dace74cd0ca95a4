"""What every strategy of others must keep; its authors run it in their own tests.

assert check(Closest, {"skill": "english"}) == []
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from rexian.core.ids import AgentId, QueueId, TeamId
from rexian.routing.custom import MOST_SHOWN, Candidate, Item, Strategist, watched

TIMES = 50
AT = datetime(2026, 1, 5, 9, tzinfo=UTC)


def check(make: Callable[[dict[str, Any]], Strategist], parameters: dict[str, Any]) -> list[str]:
    """All that is wrong with a strategy, in fifty made-up situations of one to fifty candidates; nothing: it is right.

    It must choose one of the candidates, the same for the same whoever made it and whatever it was asked before, and
    within the limits of lines and time.
    """
    problems: dict[str, None] = {}
    first = make(dict(parameters))
    situations = list(_situations())
    chosen = [_ask(first, *situation, problems) for situation in situations]
    again = make(dict(parameters))
    for situation, before in reversed(list(zip(situations, chosen, strict=True))):
        if _ask(again, *situation, problems) != before:
            problems["It gives another agent for the same: it must depend on nothing but what it is given."] = None
    return list(problems)


def _ask(asked: Strategist, item: Item, candidates: tuple[Candidate, ...], problems: dict[str, None]) -> AgentId | None:
    try:
        chosen = watched(lambda: asked.choose(item, candidates, AT))
    except Exception as error:
        problems[f"It raises {type(error).__name__}: {error}"] = None
        return None
    if chosen not in {candidate.id for candidate in candidates}:
        problems[f"It gives {chosen!r}, who is none of the candidates."] = None
    return chosen


def _situations() -> Iterator[tuple[Item, tuple[Candidate, ...]]]:
    chance = Random(1)
    for number in range(TIMES):
        item = Item(id=f"i{number}", queue=QueueId("q"), skills={"english": 1}, ring=0, requirement="english >= 1")
        count = 1 + number * (MOST_SHOWN - 1) // (TIMES - 1)
        yield item, tuple(_candidate(chance, place) for place in range(count))


def _candidate(chance: Random, place: int) -> Candidate:
    return Candidate(
        id=AgentId(f"a{place}"),
        idle_since=AT - timedelta(seconds=1000 - place),
        skills={"english": chance.randint(1, 10)},
        team=chance.choice([None, TeamId("t")]),
        rank=chance.choice([None, 1, 2]),
        grade=chance.randint(1, 10),
        misses=chance.choice([0, 0, 1]),
        contacts=chance.randint(0, 20),
        contacts_here=chance.randint(0, 10),
        talk_s=chance.uniform(0, 5000),
        occupancy=chance.random(),
        last_contact_here=chance.choice([None, AT - timedelta(minutes=5)]),
    )
