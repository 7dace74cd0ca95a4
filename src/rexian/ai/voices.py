"""The voices that are there, the best first."""

from collections.abc import Sequence

from rexian.ai.ports import TextToSpeech
from rexian.core.errors import Invalid, Unavailable

LONGEST = 2_000
"""Characters of one text: more than a caller will ever listen to."""


class Voices:
    """Speaks with the first voice that knows the language, and with the next when that one fails."""

    def __init__(self, voices: Sequence[TextToSpeech]) -> None:
        self._voices = tuple(voices)

    @property
    def can_speak(self) -> bool:
        return bool(self._voices)

    @property
    def languages(self) -> frozenset[str]:
        return frozenset().union(*(voice.languages for voice in self._voices))

    def by_language(self) -> dict[str, list[str]]:
        """Their names, the best first."""
        return {
            language: [voice.name for voice in self._voices if language in voice.languages]
            for language in sorted(self.languages)
        }

    async def speak(self, text: str, language: str, *, by: str = "") -> tuple[bytes, str]:
        """The text as WAV, and the name of the voice: the one named `by` before the others, where it is there.

        Raises `Unavailable` when no voice can.
        """
        said = text.strip()
        if not said or len(said) > LONGEST:
            raise Invalid("speech.text", f"A text to be spoken has 1 to {LONGEST} characters.", longest=LONGEST)
        failure: Unavailable | None = None
        for voice in sorted(self._voices, key=lambda voice: voice.name != by):
            if language in voice.languages:
                try:
                    return await voice.speak(said, language), voice.name
                except Unavailable as error:
                    failure = error
        if failure:
            raise failure
        raise Unavailable(
            "speech.none",
            f"No voice here speaks {language}: install espeak-ng, or upload the sound.",
            language=language,
        )
