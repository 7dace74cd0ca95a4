"""Who serves whom: the pure index of what waits and who is idle, kept up to date event by event.

Rule: among all that waits, what is first in order (`rules.Order`) and has somebody idle who can serve it, goes to the
one whom its queue's strategy chooses of these. Again, until nothing more can be matched. Of the queues that are ordered
by balance only the one that is ahead of its share the most stands in this order.

No event scans all: what waits is kept in groups that ask for the same, each in a static order, and an agent looks only
at the heads of the groups in his queues; who is idle is kept as one big integer with a bit for each agent.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from rexian.core.ids import AgentId, QueueId
from rexian.routing.groups import Ask
from rexian.routing.index import Index
from rexian.routing.lending import Known
from rexian.routing.rounds import Match, Round
from rexian.routing.rules import HELD
from rexian.routing.why import foresee


class Matching(Index):
    """The index, and what follows from it."""

    def match(self, now: datetime) -> list[Match]:
        """All matches that have become possible, in order. Both sides are taken out of the index at once."""
        if not self.dirty and not self.fresh:
            return []
        return Round(self, now).run()

    def explain(
        self,
        queue: QueueId,
        now: datetime,
        *,
        priority: int = 0,
        since: datetime | None = None,
        skills: Mapping[str, int] | None = None,
        ring: int = 0,
        prefers: tuple[AgentId, ...] = (),
    ) -> dict[str, Any]:
        """What would come of an item that came now: who is chosen and why, or how it stands. Changes nothing."""
        line = self.line(queue)
        ask = Ask(tuple(sorted(skills.items())) if skills else (), ring, prefers if ring == HELD else ())
        group = self.group(line, ask)
        place = line.place("", priority + group.priority, (since or now).timestamp())
        return foresee(self, group, place, now.timestamp(), prefers)


__all__ = ["Known", "Match", "Matching"]
