"""Understanding callers in flows: asked in `serve`, done in `work`, so that no floor ever runs a model."""

import asyncio
import contextlib
import json
import time
from pathlib import Path
from typing import Any

from rexian.ai.likeness import sounds_like
from rexian.ai.recognisers import Recognisers
from rexian.ai.utterance import utterance
from rexian.core.errands import Wanted
from rexian.core.errors import Invalid, Unavailable
from rexian.infra.database import Database
from rexian.infra.jobs import Jobs

HEAR, PREPARE, SWEEP = "live.utterances.hear", "live.utterances.prepare", "utterances.sweep"
LOOK_AGAIN_S = 0.02
ANSWER = ".heard"
"""Ending of the file beside the recording in which the job leaves its answer."""
PASSING = "*.h[0-9]*"
"""Recordings that nothing stays of, and the answers beside them."""
LEFT_S = 600.0
"""One that lies there for so long was left behind when a program ended."""


class Hearer:
    """The errands `speech.prepare`, `speech.hear`, `speech.forget` (in `serve`) and their jobs (in `work`).

    What was said goes from one to the other by a file beside the recording, which is read once and gone: it stands in
    no table of jobs and in no log.
    """

    def __init__(self, database: Database, recognisers: Recognisers, recordings: Path) -> None:
        self._database = database
        self._recognisers = recognisers
        self._recordings = recordings

    def register(self, jobs: Jobs) -> None:
        jobs.register(HEAR, self.recognise, attempts=1)
        jobs.register(PREPARE, self._prepare, attempts=1)
        jobs.repeat(SWEEP, self._sweep, cron="*/10 * * * *")

    # --- in `serve`

    async def prepare(self, wanted: Wanted) -> None:
        """A caller is asked something: what he will say is to be understood soon."""
        async with self._database.work(wanted.tenant) as work:
            work.defer(PREPARE)

    async def hear(self, wanted: Wanted) -> dict[str, Any]:
        """`text`, `confidence` and `choice` (what it sounds like); or `unavailable`, with the reason's code."""
        path = Path(str(wanted.parameters["path"]))
        answer = path.with_name(path.name + ANSWER)
        try:
            async with self._database.work(wanted.tenant) as work:
                work.defer(HEAR, until=time.time() + wanted.within_s, **wanted.parameters)
            async with asyncio.timeout(wanted.within_s):
                # Another process makes the file: there is nothing here that could tell of it.
                while (told := await asyncio.to_thread(_read, answer)) is None:  # noqa: ASYNC110
                    await asyncio.sleep(LOOK_AGAIN_S)
            return told
        except TimeoutError:
            return {"unavailable": "speech.late"}
        finally:
            _remove(answer, *(() if wanted.parameters["keep"] else (path,)))

    async def forget(self, wanted: Wanted) -> None:
        """Nobody wants to understand this any more."""
        _remove(Path(str(wanted.parameters["path"])))

    # --- in `work`

    async def recognise(
        self,
        *,
        tenant: str,
        path: str,
        rate: int,
        language: str,
        hint: str,
        choices: dict[str, list[str]],
        keep: bool,
        until: float,
    ) -> None:
        """The job. One that comes too late, or whose recording has been thrown away, is done."""
        recording = Path(path)
        raw = await asyncio.to_thread(_content, recording)
        if raw is None or time.time() > until:
            return
        try:
            told = await self._understand(raw, rate, language, hint, choices)
        except (Unavailable, Invalid) as error:
            told = {"unavailable": error.code}
        await asyncio.to_thread(_leave, recording, told)

    async def _understand(
        self, raw: bytes, rate: int, language: str, hint: str, choices: dict[str, list[str]]
    ) -> dict[str, Any]:
        sound = await asyncio.to_thread(utterance, raw, rate)
        if sound is None:
            return {"text": "", "confidence": None, "choice": ""}
        heard = await self._recognisers.hear(sound, language, hint=hint)
        alike = await asyncio.to_thread(sounds_like, heard.text, choices) if language == "zh" else ""
        return {"text": heard.text, "confidence": heard.confidence, "choice": alike}

    async def _prepare(self, *, tenant: str) -> None:
        """What fails here fails again, and is told, when there is something to understand."""
        with contextlib.suppress(Unavailable):
            await self._recognisers.prepare()

    async def _sweep(self, timestamp: int) -> None:
        await asyncio.to_thread(_throw_away, self._recordings, timestamp - LEFT_S)


def _remove(*paths: Path) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


def _read(answer: Path) -> dict[str, Any] | None:
    try:
        told: dict[str, Any] = json.loads(answer.read_bytes())
    except FileNotFoundError:
        return None
    return told


def _content(recording: Path) -> bytes | None:
    try:
        return recording.read_bytes()
    except OSError:
        return None


def _leave(recording: Path, told: dict[str, Any]) -> None:
    """The whole answer at once, and only while somebody waits for it."""
    if not recording.exists():
        return
    making = recording.with_name(recording.name + ".making")
    making.touch(mode=0o600)
    making.write_text(json.dumps(told), encoding="utf-8")
    making.rename(recording.with_name(recording.name + ANSWER))


def _throw_away(folder: Path, before: float) -> None:
    for path in folder.glob(PASSING):
        with contextlib.suppress(OSError):
            if path.stat().st_mtime < before:
                path.unlink()
