"""How often somebody has called, counted for flows beside the call."""

from datetime import timedelta

from rexian.core.clock import Clock
from rexian.core.errands import Wanted
from rexian.infra.database import Database
from rexian.interactions import store


class RecentContacts:
    """`contacts.recent`: earlier calls of a number."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def count(self, wanted: Wanted) -> int:
        since = self._clock.now() - timedelta(minutes=int(wanted.parameters["minutes"]))
        async with self._database.work(wanted.tenant) as work:
            return await store.calls_of(
                work,
                str(wanted.parameters["caller"] or ""),
                since=since,
                but=wanted.call,
                unanswered=bool(wanted.parameters["unanswered"]),
            )
