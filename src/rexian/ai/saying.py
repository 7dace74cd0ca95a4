"""Texts that flows say: spoken in `work` when they are said for the first time, and kept for the next."""

import asyncio
import hashlib
import os
from pathlib import Path
from typing import Protocol

from rexian.ai.voices import LONGEST, Voices
from rexian.core.errands import Wanted
from rexian.core.errors import Invalid, Unavailable
from rexian.core.ids import TenantId
from rexian.infra.database import Database, Work
from rexian.infra.jobs import Jobs

SAY = "live.texts.say"
SWEEP = "texts.sweep"
LOOK_AGAIN_S = 0.05
KEPT_DAYS = 30
"""A text that nobody has been told for so long is spoken anew."""


class SaidShelf(Protocol):
    """Where spoken texts lie (`telephony.Prompts`)."""

    async def said_place(self, work: Work, key: str, language: str) -> Path:
        """Where it lies, or will."""

    async def keep_said(self, work: Work, key: str, language: str, sound: bytes) -> None: ...

    async def sweep_said(self, days: int) -> int:
        """Throw away what was not used for so long; how many there were."""


class Sayer:
    """The errand `speech.say` (in `serve`: waits for the sound) and its job (in `work`: makes it)."""

    def __init__(self, database: Database, voices: Voices, shelf: SaidShelf) -> None:
        self._database = database
        self._voices = voices
        self._shelf = shelf

    def register(self, jobs: Jobs) -> None:
        jobs.register(SAY, self.speak, attempts=2)
        jobs.repeat(SWEEP, self._sweep, cron="43 3 * * *")

    async def say(self, wanted: Wanted) -> str:
        """The medium that says the text. Raises `Unavailable` when nobody here speaks the language."""
        text, language = str(wanted.parameters["text"]).strip(), str(wanted.parameters["language"])
        if not text or len(text) > LONGEST:
            raise Invalid("speech.text", f"A text to be spoken has 1 to {LONGEST} characters.", longest=LONGEST)
        key = key_of(text, language)
        place = await self._place(wanted.tenant, key, language)
        if await asyncio.to_thread(_used, place):
            return f"prompt:{key}"
        if language not in self._voices.languages:
            message = f"No voice here speaks {language}: install espeak-ng, or upload the sound."
            raise Unavailable("speech.none", message, language=language)
        async with self._database.work(wanted.tenant) as work:
            work.defer(SAY, text=text, language=language)
        async with asyncio.timeout(wanted.within_s):
            # Another process makes the file: there is nothing here that could tell of it.
            while not await asyncio.to_thread(_used, place):  # noqa: ASYNC110
                await asyncio.sleep(LOOK_AGAIN_S)
        return f"prompt:{key}"

    async def speak(self, *, tenant: str, text: str, language: str) -> None:
        """The job. One that another has done meanwhile is done."""
        key = key_of(text, language)
        if await asyncio.to_thread(_used, await self._place(TenantId(tenant), key, language)):
            return
        sound, _ = await self._voices.speak(text, language)
        async with self._database.work(TenantId(tenant)) as work:
            await self._shelf.keep_said(work, key, language, sound)

    async def _place(self, tenant: TenantId, key: str, language: str) -> Path:
        async with self._database.work(tenant) as work:
            return await self._shelf.said_place(work, key, language)

    async def _sweep(self, timestamp: int) -> None:
        await self._shelf.sweep_said(KEPT_DAYS)


def _used(place: Path) -> bool:
    """Whether the sound is there; it then counts as used now."""
    try:
        os.utime(place)
    except OSError:
        return False
    return True


def key_of(text: str, language: str) -> str:
    """Under which key a spoken text lies: `say-` and 128 bits of SHA-256."""
    return f"say-{hashlib.sha256(f'{language}/{text}'.encode()).hexdigest()[:32]}"
