"""Journals full of calls, for the tests of what reads them."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from rexian.core.ids import TenantId, uuid7
from rexian.floor.events import Fact
from rexian.infra.journal import Entry, Journal
from tests.calls import NINE, Story, random_story

QUEUES = [uuid7() for _ in range(3)]
AGENTS = [uuid7() for _ in range(12)]


def a_day(calls: int, *, seed: int = 1, start: datetime = NINE, hours: float = 8) -> list[Story]:
    """`calls` calls over some hours, the same ones for the same seed (but for their ids)."""
    rng = random.Random(seed)
    starts = sorted(rng.uniform(0, hours * 3600) for _ in range(calls))
    return [random_story(rng, at=start + timedelta(seconds=s), queues=QUEUES, agents=AGENTS) for s in starts]


def in_order(stories: Sequence[Story]) -> list[Entry]:
    """The facts of all stories as the journal has them: by time, each call's in its own order."""
    facts: list[tuple[datetime, int, str, Fact]] = []
    for story in stories:
        facts += [(fact.at, n, f"call:{story.call}", fact) for n, fact in enumerate(story.facts)]
    facts.sort(key=lambda each: (each[0], each[2], each[1]))
    return [Entry(subject, fact) for _, _, subject, fact in facts]


async def write(journal: Journal, tenant: TenantId, entries: Sequence[Entry], *, at_once: int = 500) -> None:
    for first in range(0, len(entries), at_once):
        await journal.append(tenant, entries[first : first + at_once])
