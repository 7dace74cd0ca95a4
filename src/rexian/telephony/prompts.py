"""What can be done with prompts: texts and who speaks them, sounds and whether they still say the text."""

import asyncio
import os
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from rexian.core.clock import Clock, SystemClock
from rexian.core.errors import Invalid, NotFound
from rexian.core.ids import PromptId
from rexian.flows.model import Choice
from rexian.infra.database import Work
from rexian.infra.rows import Listing, Page, Values
from rexian.telephony import audio, store
from rexian.telephony.changes import PromptChanged
from rexian.telephony.tables import prompts
from rexian.tenants.model import Principal
from rexian.tenants.registers import Register
from rexian.tenants.service import Tenants

_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
LANGUAGES = ("zh", "en")
SAID = "say-"
"""How the keys of texts begin that flows say; a tenant's own prompts may not."""
HEARD = "heard-"
"""The same of recordings that callers are let hear."""
HEARD_DAYS = 1
SPOKEN = "speech"
"""The source of sounds that a voice has made: the only ones that are made anew by themselves."""
LONGEST_MAKING = timedelta(minutes=10)
"""What has not been made for so long is taken as failed: nothing does it."""


class Prompts:
    """Keeps what callers hear: texts in rows, sound in `<folder>/<tenant>/<language>/<key>.wav` for the switch.

    A sound that a voice has made follows its text: it is made anew when that changes. What people have recorded stays
    as it is, and is said to be `stale`.
    """

    def __init__(
        self,
        folder: Path,
        tenants: Tenants,
        *,
        voices: Mapping[str, Sequence[str]] | None = None,
        clock: Clock | None = None,
    ) -> None:
        """`voices`: by language the names of those that can speak it, the best first."""
        self._folder = folder
        self._tenants = tenants
        self._clock = clock or SystemClock()
        self.voices = voices or {}
        self._register = Register(
            prompts,
            "prompt",
            fact=lambda id: PromptChanged(prompt=PromptId(id)),
            search=("key", "name"),
            sort=("key", "name"),
        )

    @property
    def can_speak(self) -> bool:
        return any(self.voices.values())

    async def list(self, work: Work, listing: Listing) -> Page:
        return await self._register.list(work, listing)

    async def keys(self, work: Work) -> set[str]:
        """What flows may call the tenant's own prompts."""
        return {row["key"] for row in await store.every(work, prompts)}

    async def sounds(self, work: Work) -> dict[str, dict[str, float]]:
        """The tenant's own prompts that have a sound: by key and language, how many seconds it lasts."""
        found = await store.renderings(work)
        return {key: {language: each["duration_s"] for language, each in files.items()} for key, files in found}

    async def choices(self, work: Work) -> Sequence[Choice]:
        """The tenant's own prompts, for people who draw flows."""
        found = await store.every(work, prompts)
        return [Choice(name=row["key"], label=row["name"], texts=row["texts"]) for row in found]

    async def by_key(self, work: Work, key: str) -> PromptId:
        """The tenant's own prompt of this key; raises `NotFound`."""
        for row in await store.every(work, prompts):
            if row["key"] == key:
                return PromptId(row["id"])
        raise NotFound("prompt.not_found", f"There is no prompt {key!r} of your own; make it first.", key=key)

    async def get(self, work: Work, prompt: PromptId) -> dict[str, Any]:
        return await self._register.get(work, prompt)

    async def add(self, work: Work, by: Principal | None, values: Values, *, id: str | None = None) -> dict[str, Any]:
        if not _KEY.fullmatch(values["key"]) or values["key"].startswith((SAID, HEARD)):
            message = "A prompt's key has 1 to 64 of a-z, 0-9, '-' and '_'; it begins neither say- nor heard-."
            raise Invalid("prompt.key", message, key=values["key"])
        self._require_voices(values)
        return await self._register.add(work, by, values, id=id)

    async def change(self, work: Work, by: Principal | None, prompt: PromptId, values: Values) -> dict[str, Any]:
        """The key stays: flows name it. A voice's sounds are made anew when their text or their voice has changed."""
        self._require_voices(values)
        before = await self._register.get(work, prompt)
        after = await self._register.change(work, by, prompt, values)
        for language in _to_be_spoken(before, after, self.voices):
            await self.speak(work, prompt, language)
        return await self._register.get(work, prompt)

    def shown(self, row: Values) -> dict[str, Any]:
        """The prompt as people see it: which sounds no longer say its text, and what has become of those to come."""
        files = {
            language: {**about, "stale": about.get("says") not in (None, _said(row, language))}
            for language, about in row["files"].items()
        }
        lost = (self._clock.now() - LONGEST_MAKING).isoformat()
        making = {
            language: {**about, "error": about["error"] or ("prompt.not_made" if about["since"] < lost else "")}
            for language, about in row["making"].items()
        }
        return {**row, "files": files, "making": making}

    def _require_voices(self, values: Values) -> None:
        for language, voice in (values.get("voices") or {}).items():
            if voice and voice not in self.voices.get(language, ()):
                known = ", ".join(self.voices.get(language, ())) or "none"
                message = f"No voice {voice!r} speaks {language} here; there are: {known}."
                raise Invalid("prompt.voice", message, voice=voice, language=language)

    async def remove(self, work: Work, by: Principal | None, prompt: PromptId) -> None:
        row = await self._register.get(work, prompt)
        await self._register.remove(work, by, prompt)
        for language in row["files"]:
            path = await self._path(work, row["key"], language)
            await asyncio.to_thread(path.unlink, missing_ok=True)

    async def keep_audio(
        self, work: Work, by: Principal | None, prompt: PromptId, language: str, sound: bytes, *, source: str = "upload"
    ) -> dict[str, Any]:
        """Keep `sound` (any common format) as the prompt's rendering in `language`; `source`: upload|speech|phone.

        What a voice is making of it just then is dropped.
        """
        row = await self._register.get(work, prompt)
        path = await self._path(work, row["key"], language)
        wav = await asyncio.to_thread(audio.normalised, sound)
        about = {"duration_s": audio.duration_s(wav), "source": source, "says": _said(row, language)}
        making = {other: each for other, each in row["making"].items() if other != language}
        values = {"files": {**row["files"], language: about}, "making": making}
        after = await self._register.change(work, by, prompt, values)
        await asyncio.to_thread(_write, path, wav)
        return after

    async def to_speak(self, work: Work, prompt: PromptId, language: str) -> tuple[str, str]:
        """What a voice is to say, and which voice that is; empty: the best one there is. Raises `NotFound`."""
        return _to_speak(await self._register.get(work, prompt), language)

    async def keep_spoken(
        self, work: Work, prompt: PromptId, language: str, sound: bytes, *, text: str, voice: str
    ) -> bool:
        """Keep what a voice has spoken; False when it is not wanted any more: the text or the voice is another now."""
        row = await self._register.get(work, prompt)
        wanted = language in row["making"] and (text, voice) == _to_speak(row, language)
        if wanted:
            await self.keep_audio(work, None, prompt, language, sound, source=SPOKEN)
        return wanted

    async def audio_file(self, work: Work, prompt: PromptId, language: str) -> Path:
        """Where the sound is; raises `NotFound` when the prompt has none in `language`."""
        row = await self._register.get(work, prompt)
        path = await self._path(work, row["key"], language)
        if language not in row["files"] or not await asyncio.to_thread(path.is_file):
            raise NotFound("prompt.no_audio", f"This prompt has no sound in {language} yet.", language=language)
        return path

    async def speak(self, work: Work, prompt: PromptId, language: str, *, awaited: bool = False) -> None:
        """Have the prompt's text spoken by a voice; the job `prompts.speak` makes the sound.

        `awaited`: somebody stands and waits for it, so it does not stand in line behind what has time.
        """
        row = await self._register.get(work, prompt)
        if not _said(row, language):
            raise Invalid("prompt.no_text", f"This prompt has no text in {language} yet.", language=language)
        await self._note(work, prompt, language, "")
        work.defer("live.prompts.speak" if awaited else "prompts.speak", prompt=prompt, language=language)

    async def not_spoken(self, work: Work, prompt: PromptId, language: str, code: str) -> None:
        """A voice has failed: why, as the code of an error. It may be tried again."""
        await self._note(work, prompt, language, code)

    async def _note(self, work: Work, prompt: PromptId, language: str, error: str) -> None:
        about = {"since": self._clock.now().isoformat(), "error": error}
        await store.note_making(work, prompt, language, about)

    # --- texts that flows say

    async def said_place(self, work: Work, key: str, language: str) -> Path:
        """Where a spoken text lies, or will."""
        return await self._path(work, key, language)

    async def keep_said(self, work: Work, key: str, language: str, sound: bytes) -> None:
        path = await self._path(work, key, language)
        wav = await asyncio.to_thread(audio.normalised, sound)
        await asyncio.to_thread(_write, path, wav)

    async def sweep_said(self, days: int) -> int:
        """Throw away spoken texts that were not used for so long, and what was heard of recordings before yesterday.

        How many there were.
        """
        now = time.time()
        said = await asyncio.to_thread(_sweep, self._folder, SAID, now - days * 86400)
        return said + await asyncio.to_thread(_sweep, self._folder, HEARD, now - HEARD_DAYS * 86400)

    async def _path(self, work: Work, key: str, language: str) -> Path:
        if language not in LANGUAGES:
            raise Invalid("prompt.language", f"Prompts speak {' and '.join(LANGUAGES)}.", language=language)
        slug = str((await self._tenants.describe(work))["slug"])
        return self._folder / slug / language / f"{key}.wav"


def _to_speak(row: Values, language: str) -> tuple[str, str]:
    return _said(row, language), str(row["voices"].get(language) or "")


def _said(row: Values, language: str) -> str:
    return str(row["texts"].get(language) or "").strip()


def _to_be_spoken(before: Values, after: Values, voices: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """The languages in which a voice has spoken what it would not say now, or is about to."""
    own = {language for language, about in after["files"].items() if about["source"] == SPOKEN}
    for language in sorted(own | after["making"].keys()):
        spoken = voices.get(language) and _said(after, language)
        if spoken and _to_speak(before, language) != _to_speak(after, language):
            yield language


def _sweep(folder: Path, kind: str, before: float) -> int:
    old = [path for path in folder.glob(f"*/*/{kind}*.wav") if path.stat().st_mtime < before]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _write(path: Path, wav: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_bytes(wav)
    draft.replace(path)
