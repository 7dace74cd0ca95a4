"""A prompt's text becomes its sound."""

from pathlib import Path
from typing import Any

import pytest
import soundfile as sf

from rexian.adapters.speech.tones import Tones
from rexian.ai.jobs import PromptSpeaker
from rexian.ai.voices import Voices
from rexian.core.ids import PromptId, TenantId
from rexian.infra.database import Database
from rexian.infra.jobs import Jobs
from rexian.telephony.service import Prompts
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
