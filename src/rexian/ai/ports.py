"""What speech and language need from outside. The suite that every voice passes is `tests/contract/test_speech.py`."""

from typing import Any, Protocol

from rexian.core.ids import PromptId
from rexian.infra.database import Work
from rexian.tenants.model import Principal


class TextToSpeech(Protocol):
    """A voice. It speaks whole texts, slowly if need be: what is live uses sounds that were spoken before."""

    @property
    def name(self) -> str:
        """Engine and voice, also a part of the key of what was spoken."""

    @property
    def languages(self) -> frozenset[str]:
        """The languages it speaks: `zh`, `en`."""

    async def speak(self, text: str, language: str) -> bytes:
        """The text as a WAV file of one channel, at the voice's own rate.

        Raises `core.errors.Invalid` for a text that cannot be spoken, `Unavailable` when the engine fails.
        """


class PromptShelf(Protocol):
    """Where prompts stand (`telephony.Prompts`)."""

    async def get(self, work: Work, prompt: PromptId) -> dict[str, Any]: ...

    async def keep_audio(
        self, work: Work, by: Principal | None, prompt: PromptId, language: str, sound: bytes, *, source: str = "upload"
    ) -> dict[str, Any]: ...
