"""What flows make of recordings: their callers hear them, or they become a prompt of the library."""

import asyncio
import hashlib
from pathlib import Path
from typing import Any

from rexian.core.errands import Wanted
from rexian.core.errors import NotFound
from rexian.core.ids import TenantId
from rexian.infra.blobs import Blobs
from rexian.infra.database import Database
from rexian.interactions import store
from rexian.interactions.audio import left_of_flac, left_of_raw, trimmed
from rexian.telephony.prompts import HEARD, Prompts
from rexian.tenants import audit

LOOK_AGAIN_S = 0.1


class RecordedSound:
    """The errands `recordings.hear` and `recordings.keep_prompt`: what the caller said, without the other track.

    A recording is there when the switch has closed it and its row says so, a moment after the caller has spoken.
    """

    def __init__(self, database: Database, blobs: Blobs, prompts: Prompts) -> None:
        self._database = database
        self._blobs = blobs
        self._prompts = prompts

    async def hear(self, wanted: Wanted) -> str:
        """The medium that plays it, in this language's voice line. The copy that is played is thrown away next day."""
        name, language = str(wanted.parameters["recording"]), str(wanted.parameters["language"])
        key = f"{HEARD}{hashlib.sha256(name.encode()).hexdigest()[:32]}"
        async with self._database.work(wanted.tenant) as work:
            known = await store.recording(work, name) is not None
            place = await self._prompts.said_place(work, key, language)
        if not known or not await asyncio.to_thread(place.is_file):
            sound = await self._sound(wanted.tenant, name)
            async with self._database.work(wanted.tenant) as work:
                await self._prompts.keep_said(work, key, language, sound)
        return f"prompt:{key}"

    async def keep_prompt(self, wanted: Wanted) -> dict[str, Any]:
        """Kept as an upload would be; the audit trail says which call it came from. Raises `NotFound`."""
        given = wanted.parameters
        sound = await asyncio.to_thread(trimmed, await self._sound(wanted.tenant, str(given["recording"])))
        async with self._database.work(wanted.tenant) as work:
            prompt, language = await self._prompts.by_key(work, str(given["prompt"])), str(given["language"])
            after = await self._prompts.keep_audio(work, None, prompt, language, sound, source="phone")
            about = {"call": wanted.call, "caller": str(given["caller"] or ""), "language": language}
            await audit.note(work, None, "prompt.recorded", f"prompt:{prompt}", after=about)
        return {"duration_s": after["files"][language]["duration_s"]}

    async def _sound(self, tenant: TenantId, name: str) -> bytes:
        """Waits until it is there; how long at most is the errand's own limit."""
        while True:
            async with self._database.work(tenant) as work:
                row = await store.recording(work, name)
            state = row["state"] if row is not None else "open"
            if state in ("missing", "removed"):
                raise NotFound("recording.missing", "The switch left no usable audio.", id=name)
            if row is not None and state == "stored":
                return await asyncio.to_thread(left_of_flac, await self._blobs.get(row["key"]))
            if row is not None and state == "closed":
                try:
                    raw = await asyncio.to_thread(Path(row["path"]).read_bytes)
                    return await asyncio.to_thread(left_of_raw, raw, row["rate"])
                except FileNotFoundError:
                    pass  # it is just being taken into the store
            await asyncio.sleep(LOOK_AGAIN_S)
