"""Speaking prompts, in `work`."""

from rexian.ai.ports import PromptShelf
from rexian.ai.voices import Voices
from rexian.core.errors import Invalid, NotFound, RexianError
from rexian.core.ids import PromptId, TenantId
from rexian.infra.database import Database
from rexian.infra.jobs import Jobs

SPEAK_PROMPT = "prompts.speak"
SPEAK_AWAITED = "live.prompts.speak"


class PromptSpeaker:
    """Turns a prompt's text into its sound. The shelf brings it to the telephone's form."""

    def __init__(self, database: Database, voices: Voices, prompts: PromptShelf) -> None:
        self._database = database
        self._voices = voices
        self._prompts = prompts

    def register(self, jobs: Jobs) -> None:
        jobs.register(SPEAK_PROMPT, self.speak, attempts=3)
        jobs.register(SPEAK_AWAITED, self.speak, attempts=1)

    async def speak(self, *, tenant: str, prompt: str, language: str) -> None:
        """One whose text or voice was changed meanwhile is left to its own job. A failure is noted with the prompt."""
        try:
            async with self._database.work(TenantId(tenant)) as work:
                text, voice = await self._prompts.to_speak(work, PromptId(prompt), language)
        except NotFound:
            return  # it was removed meanwhile
        if not text:
            return
        try:
            sound, _ = await self._voices.speak(text, language, by=voice)
        except Exception as error:
            code = error.code if isinstance(error, RexianError) else "speech.failed"
            async with self._database.work(TenantId(tenant)) as work:
                await self._prompts.not_spoken(work, PromptId(prompt), language, code)
            if isinstance(error, Invalid):
                return  # it would be the same another time
            raise
        async with self._database.work(TenantId(tenant)) as work:
            await self._prompts.keep_spoken(work, PromptId(prompt), language, sound, text=text, voice=voice)
