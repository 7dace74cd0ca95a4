"""What was said and faxed is kept for as long as the tenant's settings say, and removed in the night after that."""

from datetime import datetime, timedelta

from sqlalchemy import Row, Table, and_, exists, select

from rexian.core.clock import Clock
from rexian.core.ids import CallId, TenantId
from rexian.infra.blobs import Blobs
from rexian.infra.database import Database, Work
from rexian.infra.jobs import Jobs
from rexian.interactions.events import FaxRemoved, RecordFact, RecordingRemoved
from rexian.interactions.jobs import peaks_key
from rexian.interactions.tables import faxes, recordings, voicemails
from rexian.tenants.service import Tenants

REMOVE_OLD = "recordings.remove_old"
AT_ONCE = 200
"""So many are removed in one transaction, so that none is long."""

Kept = Row[tuple[str, str, str]]
"""Its id, its contact, its key in the blob store."""


class Retention:
    """Removes recordings and faxes that are older than the setting `recordings_days`; the contacts' rows stay.

    Messages that nobody has dealt with yet are kept, however old. Safe to repeat and to break off: the file goes first,
    and what was not written down as removed by then is removed the next night.
    """

    def __init__(
        self, database: Database, blobs: Blobs, clock: Clock, tenants: Tenants, *, at_once: int = AT_ONCE
    ) -> None:
        self._database = database
        self._blobs = blobs
        self._clock = clock
        self._tenants = tenants
        self._at_once = at_once

    def register(self, jobs: Jobs) -> None:
        jobs.repeat(REMOVE_OLD, self.remove_old, cron="53 3 * * *")

    async def remove_old(self, timestamp: int) -> None:
        for tenant in await self._database.tenants():
            async with self._database.work(tenant) as work:
                days = (await self._tenants.settings(work)).recordings_days
            if days:
                before = self._clock.now() - timedelta(days=days)
                await self._remove(tenant, recordings, before)
                await self._remove(tenant, faxes, before)

    async def _remove(self, tenant: TenantId, table: Table, before: datetime) -> None:
        """The rows follow from the facts a little later, so the next ones are looked for behind the last."""
        last, removed = "", self._at_once
        while removed == self._at_once:
            async with self._database.work(tenant) as work:
                rows = await _older(work, table, before, behind=last, most=self._at_once)
                for row in rows:
                    await self._blobs.delete(row.key)
                    await self._blobs.delete(peaks_key(row.key))
                    work.record(f"call:{row.interaction_id}", self._said(table, row))
            removed = len(rows)
            last = rows[-1].id if rows else ""

    def _said(self, table: Table, row: Kept) -> RecordFact:
        at, call = self._clock.now(), CallId(row.interaction_id)
        if table is faxes:
            return FaxRemoved(at=at, call=call, fax=row.id)
        return RecordingRemoved(at=at, call=call, recording=row.id)


async def _older(work: Work, table: Table, before: datetime, *, behind: str, most: int) -> list[Kept]:
    c, v = table.c, voicemails.c
    waits = exists().where(v.tenant_id == c.tenant_id, v.recording_id == c.id, v.closed_at.is_(None))
    old = and_(c.tenant_id == work.tenant, c.state == "stored", c.started_at < before, c.id > behind, ~waits)
    query = select(c.id, c.interaction_id, c.key).where(old).order_by(c.id).limit(most)
    return list(await work.db.execute(query))
