"""What runs after a fax: its pages are taken into the blob store, as a PDF."""

import asyncio
import tempfile
from pathlib import Path
from typing import Any

import structlog

from rexian.core.clock import Clock
from rexian.core.ids import CallId, TenantId
from rexian.infra.blobs import Blobs
from rexian.infra.database import Database
from rexian.infra.jobs import Jobs
from rexian.interactions import fax_store
from rexian.interactions.events import FaxMissing, FaxStored, RecordFact
from rexian.interactions.jobs import OVERDUE
from rexian.interactions.subscribers import STORE_FAX
from rexian.telephony.fax_pages import to_pdf

log = structlog.stdlib.get_logger()

SWEEP_FAXES = "faxes.sweep"


class FaxKeeper:
    """Turns the pages that the switch left into PDF blobs. Safe to repeat at any point: the switch's file goes last.

    `left` is the folder where the switch leaves them (`<fax>.tiff`): a fax of which nobody said how it ended, because
    the switch or the floor died in the middle of it, is looked for there.
    """

    def __init__(self, database: Database, blobs: Blobs, clock: Clock, left: Path) -> None:
        self._database = database
        self._blobs = blobs
        self._clock = clock
        self._left = left

    def register(self, jobs: Jobs) -> None:
        jobs.register(STORE_FAX, self.keep)
        jobs.repeat(SWEEP_FAXES, self.sweep, cron="*/5 * * * *")

    async def sweep(self, timestamp: int) -> None:
        """Take over what was left open by calls that have been over for a while."""
        before = self._clock.now() - OVERDUE
        for tenant in await self._database.tenants():
            async with self._database.work(tenant) as work:
                for fax in await fax_store.left_open(work, before):
                    work.defer(STORE_FAX, fax=fax, orphan=True)

    async def keep(self, *, tenant: str, fax: str, orphan: bool = False) -> None:
        """Take one fax over; one whose pages are not there or cannot be read is marked so, with the reason."""
        tenant_id = TenantId(tenant)
        async with self._database.work(tenant_id) as work:
            row = await fax_store.one(work, fax)
        if row is None or row["state"] not in ("closed", "stored", *(("open",) if orphan else ())):
            return
        tiff = Path(row["path"]) if row["path"] else self._left / f"{fax}.tiff"
        if row["state"] != "stored":
            fact = await self._taken(tenant_id, row, tiff)
            async with self._database.work(tenant_id) as work:
                work.record(f"call:{row['interaction_id']}", fact)
            if isinstance(fact, FaxMissing):
                log.warning("The pages of a fax are missing.", fax=fax, reason=fact.reason)
                return
        await asyncio.to_thread(tiff.unlink, missing_ok=True)

    async def _taken(self, tenant: TenantId, row: dict[str, Any], tiff: Path) -> RecordFact:
        about = {"at": self._clock.now(), "call": CallId(row["interaction_id"]), "fax": row["id"]}
        if not await asyncio.to_thread(tiff.is_file):
            return FaxMissing(**about, reason="no_file")
        with tempfile.TemporaryDirectory(prefix="rexian-fax-") as folder:
            pdf = Path(folder) / "fax.pdf"
            try:
                pages = await asyncio.to_thread(to_pdf, tiff, pdf)
            except ValueError:
                return FaxMissing(**about, reason="unreadable")
            blob = await self._blobs.put_file(f"{tenant}/faxes/{row['id']}.pdf", pdf)
        return FaxStored(**about, key=blob.key, size=blob.size, sha256=blob.sha256, pages=pages)
