"""Recordings and faxes are kept for as long as a tenant wishes, and no longer."""

from datetime import timedelta
from pathlib import Path

import pytest

from rexian.core.clock import VirtualClock
from rexian.core.errors import NotFound
from rexian.core.ids import uuid7
from rexian.floor import owed
from rexian.infra.blobs import Blobs
from rexian.infra.database import Database
from rexian.infra.jobs import Jobs
from rexian.infra.subscribers import Reader, replay
from rexian.interactions import fax_store, store
from rexian.interactions.fax_jobs import FaxKeeper
from rexian.interactions.retention import Retention
from rexian.interactions.service import Recordings
from rexian.interactions.voicemails import VoicemailRecorder
from tests.calls import NINE
from tests.records.journals import QUEUES
from tests.records.test_contacts import House, house
from tests.records.test_faxes import faxed
from tests.records.test_recordings import raw_file, recorded, tone
from tests.sip.pages import a_page, write_tiff

__all__ = ["house"]
pytestmark = pytest.mark.postgres
DAY = timedelta(days=1)


async def test_what_is_old_is_removed_and_the_contact_says_so(
    house: House, database: Database, jobs: Jobs, tmp_path: Path
) -> None:
    blobs = Blobs(tmp_path / "blobs")
    centre, tenant = house.centre, house.tenant
    FaxKeeper(database, blobs, VirtualClock(NINE), tmp_path / "left").register(jobs)
    messages = Reader(database, VoicemailRecorder())
    calls = [recorded(raw_file(tmp_path / str(n), tone(440, 1), tone(500, 1))) for n in range(3)]
    fax = faxed(write_tiff(tmp_path / "left" / "a.tiff", a_page()))
    waits = calls[2]
    waits.say(
        owed.VoicemailLeft,
        voicemail=uuid7(),
        queue=QUEUES[0],
        recording=f"{waits.call}.r1",
        number="+8613800138000",
        priority=0,
    )
    await house.hears(*calls, fax)
    await messages.catch_up(tenant)
    await jobs.run_all()
    await house.reader.catch_up(tenant)

    async def states(*, after: timedelta) -> list[str]:
        clock = VirtualClock(NINE + after)
        await Retention(database, blobs, clock, centre.tenants, at_once=1).remove_old(0)
        await house.reader.catch_up(tenant)
        pages = [(await house.root.get(f"/contacts/{each.call}")).json() for each in (*calls, fax)]
        return [row["state"] for page in pages for row in (*page["recordings"], *page["faxes"])]

    def files() -> list[str]:
        return sorted(path.name for path in (tmp_path / "blobs").rglob("*") if path.is_file())

    assert await states(after=3650 * DAY) == ["stored"] * 4, "Nothing is removed unless it is wished."
    assert len(files()) == 7
    assert (await house.root.patch("/settings", {"recordings_days": 180})).status_code == 200
    assert await states(after=180 * DAY) == ["stored"] * 4
    assert await states(after=181 * DAY) == ["removed", "removed", "stored", "removed"], "A message still waits."
    assert files() == [f"{waits.call}.r1.flac", f"{waits.call}.r1.peaks.json"]
    head = await house.journal.head(tenant)
    assert (await states(after=182 * DAY))[2] == "stored"
    assert await house.journal.head(tenant) == head, "Nothing is removed twice."

    async with database.work(tenant) as work:
        await store.forget(work)
        await replay(work, "interactions")
    await house.reader.catch_up(tenant)
    async with database.work(tenant) as work:
        with pytest.raises(NotFound, match="kept as long"):
            await Recordings(blobs).find(work, f"{calls[0].call}.r1")
        row = await fax_store.one(work, f"{fax.call}.f1") or {}
        assert row["state"] == "removed"
