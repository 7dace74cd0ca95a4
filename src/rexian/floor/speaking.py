"""Words that a supervisor writes for callers, spoken before they are needed."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable

from rexian.core.errors import Invalid, Unavailable
from rexian.core.ids import PromptId, uuid7
from rexian.infra.database import Database, Work
from rexian.infra.rows import Listing
from rexian.telephony.prompts import Prompts
from rexian.tenants.model import Principal

WAIT_S = 20.0
LOOK_S = 0.2


class Announcer:
    """Keeps each text as a prompt of its own: the same words are spoken once."""

    def __init__(
        self,
        database: Database,
        prompts: Prompts,
        keys: Callable[[Work], Awaitable[set[str]]],
        *,
        wait_s: float = WAIT_S,
    ) -> None:
        """`keys` tells all prompts that can be heard, the built-in ones included."""
        self._database = database
        self._keys = keys
        self._prompts = prompts
        self._wait_s = wait_s

    async def require(self, by: Principal, key: str) -> None:
        """Raises `Invalid` when there is no such prompt."""
        async with self._database.work(by.tenant) as work:
            known = await self._keys(work)
        if key not in known:
            raise Invalid("prompt.unknown", "There is no such prompt; choose another.", key=key)

    async def spoken(self, by: Principal, text: str, language: str) -> str:
        """The key of the prompt that says `text`, once its sound is there.

        Raises `Unavailable` without a voice, and as soon as the voice has failed.
        """
        if not self._prompts.can_speak:
            raise Unavailable("prompt.no_voice", "No voice is installed here; upload a sound file instead.")
        key = f"said-{hashlib.sha256(f'{language}:{text}'.encode()).hexdigest()[:16]}"
        prompt = await self._written(by, key, text, language)
        for _ in range(max(int(self._wait_s / LOOK_S), 1)):
            async with self._database.work(by.tenant) as work:
                row = await self._prompts.get(work, prompt)
            if language in row["files"]:
                return key
            if row["making"].get(language, {}).get("error"):
                raise Unavailable("prompt.voice_failed", "The voice cannot say that. Write it otherwise, or try again.")
            await asyncio.sleep(LOOK_S)
        raise Unavailable("prompt.not_spoken", "The voice has not said it yet. Try again in a moment.")

    async def _written(self, by: Principal, key: str, text: str, language: str) -> PromptId:
        """The prompt with this text, whose speaking has been asked for."""
        async with self._database.work(by.tenant) as work:
            found = await self._prompts.list(work, Listing(limit=1, offset=0, q=key, sort=""))
            row = next((row for row in found.items if row["key"] == key), None)
            if row is None:
                values = {"key": key, "name": text[:60], "texts": {language: text}}
                row = await self._prompts.add(work, by, values, id=uuid7())
            if language not in row["files"]:
                await self._prompts.speak(work, PromptId(row["id"]), language, awaited=True)
            return PromptId(row["id"])
