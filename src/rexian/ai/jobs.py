"""Speaking prompts, in `work`."""

from rexian.ai.ports import PromptShelf
from rexian.ai.voices import Voices
from rexian.core.ids import PromptId, TenantId
from rexian.infra.database import Database
from rexian.infra.jobs import Jobs

SPEAK_PROMPT = "prompts.speak"


class PromptSpeaker:
    """Turns a prompt's text into its sound. The shelf brings it to the telephone's form."""

    def __init__(self, database: Database, voices: Voices, prompts: PromptShelf) -> None:
        self._database = database
        self._voices = voices
        self._prompts = prompts

    def register(self, jobs: Jobs) -> None:
        jobs.register(SPEAK_PROMPT, self.speak, attempts=3)

    async def speak(self, *, tenant: str, prompt: str, language: str) -> None:
        """The text is read once more at the end: one that was changed meanwhile is left to its own job."""
        text = await self._text(TenantId(tenant), PromptId(prompt), language)
        if not text.strip():
            return
        sound, _ = await self._voices.speak(text, language)
        async with self._database.work(TenantId(tenant)) as work:
            row = await self._prompts.get(work, PromptId(prompt))
            if row["texts"].get(language, "") == text:
                await self._prompts.keep_audio(work, None, PromptId(prompt), language, sound, source="speech")

    async def _text(self, tenant: TenantId, prompt: PromptId, language: str) -> str:
        async with self._database.work(tenant) as work:
            return str((await self._prompts.get(work, prompt))["texts"].get(language, ""))
