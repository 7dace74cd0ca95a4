"""What speech and language need from outside. The suite that every voice passes is `tests/contract/test_speech.py`."""

from typing import Protocol

import msgspec

from rexian.core.ids import PromptId
from rexian.infra.database import Work


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


class Heard(msgspec.Struct, frozen=True):
    """What was understood of an utterance. No words in it: an empty text, which is no failure."""

    text: str
    language: str
    confidence: float | None = None
    """From 0 to 1, where the engine says how sure it is."""


class SpeechToText(Protocol):
    """A recogniser of whole utterances: it is given what was said when it has been said, and gives the final words."""

    @property
    def name(self) -> str:
        """Engine and model."""

    @property
    def languages(self) -> frozenset[str]:
        """The languages it understands: `zh`, `en`."""

    async def prepare(self) -> None:
        """Make ready for what comes soon, as by loading the model. Needs not be called, and may be again and again."""

    async def hear(self, sound: bytes, language: str, *, hint: str = "") -> Heard:
        """The words of a WAV file of one channel, at most half a minute of it. `hint`: words that may well occur.

        Raises `core.errors.Invalid` for what is no sound, `Unavailable` when the engine fails or takes too long.
        """

    async def close(self) -> None:
        """Let go of what it holds; it may be used again."""


class PromptShelf(Protocol):
    """Where prompts stand (`telephony.Prompts`)."""

    async def to_speak(self, work: Work, prompt: PromptId, language: str) -> tuple[str, str]:
        """What a voice is to say, and which voice that is; empty: the best one there is. Raises `NotFound`."""

    async def keep_spoken(
        self, work: Work, prompt: PromptId, language: str, sound: bytes, *, text: str, voice: str
    ) -> bool:
        """Keep what a voice has spoken; False when it is not wanted any more."""

    async def not_spoken(self, work: Work, prompt: PromptId, language: str, code: str) -> None:
        """A voice has failed: why, as the code of an error."""
