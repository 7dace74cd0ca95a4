"""What runs after a call: its recordings are taken into the blob store."""

import asyncio
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import structlog

from rexian.core.clock import Clock
from rexian.core.ids import CallId, TenantId
from rexian.infra.blobs import Blobs
from rexian.infra.database import Database
from rexian.infra.jobs import Jobs
from rexian.interactions import store
from rexian.interactions.audio import CHANNELS, SHORTEST, Peaks, length_of, to_flac
from rexian.interactions.events import RecordFact, RecordingMissing, RecordingStored
from rexian.interactions.subscribers import STORE_RECORDING

log = structlog.stdlib.get_logger()

SWEEP_RECORDINGS = "recordings.sweep"
OVERDUE = timedelta(minutes=5)
"""So long after the end of its call a recording that was not closed is looked for."""


class RecordingKeeper:
    """Turns the switch's raw files into FLAC blobs. Safe to repeat at any point: the raw file goes last.

    `left` is the folder where the switch leaves them (`<recording>.raw`): a recording of which nobody said that it was
    closed, because the switch died in the middle of the call, is looked for there.
    """

    def __init__(self, database: Database, blobs: Blobs, clock: Clock, left: Path | None = None) -> None:
        self._database = database
        self._blobs = blobs
        self._clock = clock
        self._left = left

    def register(self, jobs: Jobs) -> None:
        jobs.register(STORE_RECORDING, self.keep)
        jobs.repeat(SWEEP_RECORDINGS, self.sweep, cron="*/5 * * * *")

    async def sweep(self, timestamp: int) -> None:
        """Take over what was left open by calls that have been over for a while."""
        before = self._clock.now() - OVERDUE
        for tenant in await self._database.tenants():
            async with self._database.work(tenant) as work:
                for recording in await store.open_recordings(work, before):
                    work.defer(STORE_RECORDING, recording=recording, orphan=True)

    async def keep(self, *, tenant: str, recording: str, orphan: bool = False) -> None:
        """Take one closed recording over; one whose file is missing or of no use is marked so, with the reason."""
        tenant_id = TenantId(tenant)
        async with self._database.work(tenant_id) as work:
            row = await store.recording(work, recording)
        if row is None or row["state"] not in ("closed", "stored", *(("open",) if orphan else ())):
            return
        raw = self._raw(row)
        if row["state"] != "stored":
            fact = await self._taken(tenant_id, row, raw)
            async with self._database.work(tenant_id) as work:
                work.record(f"call:{row['interaction_id']}", fact)
            if isinstance(fact, RecordingMissing):
                log.warning("A recording is missing.", recording=recording, reason=fact.reason)
                return
        await asyncio.to_thread(raw.unlink, missing_ok=True)

    def _raw(self, row: dict[str, Any]) -> Path:
        if row["path"] or self._left is None:
            return Path(row["path"] or "/nonexistent")
        return self._left / f"{row['id']}.raw"

    async def _taken(self, tenant: TenantId, row: dict[str, Any], raw: Path) -> RecordFact:
        reason = await asyncio.to_thread(_unusable, raw, row["rate"])
        if reason:
            return RecordingMissing(
                at=self._clock.now(), call=CallId(row["interaction_id"]), recording=row["id"], reason=reason
            )
        key = f"{tenant}/recordings/{row['id']}.flac"
        with tempfile.TemporaryDirectory(prefix="rexian-recording-") as folder:
            flac = Path(folder) / "recording.flac"
            peaks = await asyncio.to_thread(to_flac, raw, flac, row["rate"])
            blob = await self._blobs.put_file(key, flac)
        await self._blobs.put(peaks_key(key), msgspec.json.encode(peaks))
        return RecordingStored(
            at=self._clock.now(),
            call=CallId(row["interaction_id"]),
            recording=row["id"],
            key=key,
            size=blob.size,
            sha256=blob.sha256,
            duration_s=length_of(raw, row["rate"]).total_seconds(),
            channels=CHANNELS,
        )


def peaks_key(key: str) -> str:
    return key.removesuffix(".flac") + ".peaks.json"


async def peaks_of(blobs: Blobs, key: str) -> Peaks:
    return msgspec.json.decode(await blobs.get(peaks_key(key)), type=Peaks)


def _unusable(raw: Path, rate: int) -> str:
    if not raw.is_file():
        return "no_file"
    return "too_short" if length_of(raw, rate) < SHORTEST else ""
