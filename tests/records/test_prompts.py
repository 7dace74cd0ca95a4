"""A prompt's text becomes its sound."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import soundfile as sf

from rexian.adapters.speech.tones import Tones
from rexian.ai.jobs import PromptSpeaker
from rexian.ai.voices import Voices
from rexian.core.errors import Invalid, Unavailable
from rexian.core.ids import PromptId, TenantId
from rexian.infra.database import Database
from rexian.infra.jobs import Jobs
from rexian.telephony.prompts import Prompts
from tests.centre import Centre

pytestmark = pytest.mark.postgres


async def spoken(database: Database, tenant: TenantId, prompt: str, prompts: Prompts) -> dict[str, Any]:
    async with database.work(tenant) as work:
        return await prompts.get(work, PromptId(prompt))


async def test_speaking_a_prompt_leaves_a_telephone_sound_and_says_that_it_was_spoken(
    database: Database, tenant: TenantId, jobs: Jobs, tmp_path: Path
) -> None:
    prompts = Prompts(tmp_path, Centre(database).tenants)
    PromptSpeaker(database, Voices([Tones()]), prompts).register(jobs)
    async with database.work(tenant) as work:
        texts = {"en": "Welcome to Acme.", "zh": "欢迎。"}
        row = await prompts.add(work, None, {"key": "welcome", "name": "Welcome", "texts": texts})
        await prompts.speak(work, PromptId(row["id"]), "en")

    await jobs.run_all()

    files = (await spoken(database, tenant, row["id"], prompts))["files"]
    assert set(files) == {"en"}
    assert files["en"]["source"] == "speech"
    async with database.work(tenant) as work:
        path = await prompts.audio_file(work, PromptId(row["id"]), "en")
    info = sf.info(path)
    assert (info.samplerate, info.channels, info.subtype) == (8000, 1, "PCM_16")
    assert info.duration == pytest.approx(16 * 0.06, abs=0.01)


async def test_what_somebody_waits_for_does_not_stand_in_line(
    database: Database, tenant: TenantId, jobs: Jobs, tmp_path: Path
) -> None:
    prompts = Prompts(tmp_path, Centre(database).tenants)
    PromptSpeaker(database, Voices([Tones()]), prompts).register(jobs)
    ids = {}
    async with database.work(tenant) as work:
        for key, awaited in (("news", False), ("storm", True)):
            row = await prompts.add(work, None, {"key": key, "name": key, "texts": {"en": "We are closed."}})
            ids[key] = row["id"]
            await prompts.speak(work, PromptId(row["id"]), "en", awaited=awaited)

    await jobs.run_all(live=True)

    files = {key: (await spoken(database, tenant, id, prompts))["files"] for key, id in ids.items()}
    assert {key: set(made) for key, made in files.items()} == {"news": set(), "storm": {"en"}}


async def test_a_text_changed_meanwhile_is_left_to_its_own_job(
    database: Database, tenant: TenantId, tmp_path: Path
) -> None:
    prompts = Prompts(tmp_path, Centre(database).tenants)
    async with database.work(tenant) as work:
        row = await prompts.add(work, None, {"key": "welcome", "name": "Welcome", "texts": {"en": "Old words."}})

    class Slow(Tones):
        async def speak(self, text: str, language: str) -> bytes:
            async with database.work(tenant) as work:
                await prompts.change(work, None, PromptId(row["id"]), {"texts": {"en": "New words."}})
            return await super().speak(text, language)

    speaker = PromptSpeaker(database, Voices([Slow()]), prompts)
    await speaker.speak(tenant=tenant, prompt=row["id"], language="en")

    assert (await spoken(database, tenant, row["id"], prompts))["files"] == {}


VOICES = {"en": ["tones", "other"], "zh": ["tones"]}


class Other(Tones):
    """Another voice, which may have lost its breath; it drawls."""

    name = "other"
    failing = False

    async def speak(self, text: str, language: str) -> bytes:
        if self.failing:
            raise Unavailable("speech.slow", "The voice took too long; try a shorter text.")
        return await super().speak(text * 2, language)


class Studio:
    """A prompt `welcome` and those who can speak it."""

    def __init__(self, database: Database, tenant: TenantId, jobs: Jobs, folder: Path) -> None:
        self.prompts = Prompts(folder, Centre(database).tenants, voices=VOICES)
        self.other = Other()
        self.database = database
        self.tenant = tenant
        self._jobs = jobs
        self.id = PromptId("")
        PromptSpeaker(database, Voices([Tones(), self.other]), self.prompts).register(jobs)

    async def writes(self, text: str) -> None:
        async with self.database.work(self.tenant) as work:
            values = {"key": "welcome", "name": "Welcome", "texts": {"en": text}}
            self.id = PromptId((await self.prompts.add(work, None, values))["id"])

    async def changes(self, **values: Any) -> None:
        async with self.database.work(self.tenant) as work:
            await self.prompts.change(work, None, self.id, values)

    async def has_it_spoken(self) -> None:
        async with self.database.work(self.tenant) as work:
            await self.prompts.speak(work, self.id, "en")

    async def uploads(self) -> None:
        sound = await Tones().speak("A voice of flesh and blood.", "en")
        async with self.database.work(self.tenant) as work:
            await self.prompts.keep_audio(work, None, self.id, "en", sound)

    async def shown(self, *, after_jobs: bool = True) -> dict[str, Any]:
        if after_jobs:
            await self._jobs.run_all()
        async with self.database.work(self.tenant) as work:
            return self.prompts.shown(await self.prompts.get(work, self.id))


@pytest.fixture
async def studio(database: Database, tenant: TenantId, jobs: Jobs, tmp_path: Path) -> Studio:
    studio = Studio(database, tenant, jobs, tmp_path)
    await studio.writes("One two.")
    return studio


async def test_what_a_voice_has_spoken_follows_its_text_and_its_voice(studio: Studio) -> None:
    await studio.has_it_spoken()
    waiting = await studio.shown(after_jobs=False)
    assert (waiting["files"], waiting["making"]["en"]["error"]) == ({}, "")
    first = await studio.shown()
    assert (first["files"]["en"]["duration_s"], first["making"]) == (pytest.approx(8 * 0.06), {})

    await studio.changes(texts={"en": "One two three four."})
    meanwhile = await studio.shown(after_jobs=False)
    assert meanwhile["files"]["en"]["stale"]
    assert meanwhile["making"]["en"]["error"] == ""
    second = await studio.shown()
    assert second["files"]["en"]["duration_s"] == pytest.approx(19 * 0.06)
    assert not second["files"]["en"]["stale"]

    await studio.changes(voices={"en": "other"})
    third = await studio.shown()
    assert third["files"]["en"]["duration_s"] == pytest.approx(38 * 0.06, abs=0.01)
    await studio.changes(name="Hello")
    assert (await studio.shown(after_jobs=False))["making"] == {}, "another name is no other text"
    with pytest.raises(Invalid):
        await studio.changes(voices={"zh": "other"})


async def test_what_people_have_recorded_stays_and_is_said_to_be_stale(studio: Studio) -> None:
    await studio.uploads()
    recorded = (await studio.shown())["files"]["en"]
    assert not recorded["stale"]
    await studio.changes(texts={"en": "Three."})
    after = await studio.shown()
    assert after["files"]["en"] == {**recorded, "stale": True}
    assert after["making"] == {}

    await studio.has_it_spoken()
    await studio.uploads()
    again = await studio.shown()
    assert again["files"]["en"]["source"] == "upload", "what was being made then is dropped"
    assert not again["files"]["en"]["stale"]


async def test_a_voice_that_fails_says_why_and_may_be_asked_again(studio: Studio) -> None:
    studio.other.failing = True
    await studio.changes(voices={"en": "other"})
    await studio.has_it_spoken()
    assert (await studio.shown())["files"]["en"]["source"] == "speech", "another voice steps in"
    alone = PromptSpeaker(studio.database, Voices([studio.other]), studio.prompts)
    await studio.has_it_spoken()
    with pytest.raises(Unavailable):
        await alone.speak(tenant=studio.tenant, prompt=studio.id, language="en")
    assert (await studio.shown(after_jobs=False))["making"]["en"]["error"] == "speech.slow"
    assert (await studio.shown())["making"] == {}


async def test_what_nobody_makes_is_told_of(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    await studio.has_it_spoken()
    monkeypatch.setattr("rexian.telephony.prompts.LONGEST_MAKING", timedelta(0))
    assert (await studio.shown(after_jobs=False))["making"]["en"]["error"] == "prompt.not_made"
