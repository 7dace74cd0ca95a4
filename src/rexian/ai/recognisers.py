"""The recognisers that are there, the best first."""

from collections.abc import Sequence

from rexian.ai.ports import Heard, SpeechToText
from rexian.core.errors import Unavailable


class Recognisers:
    """Understands by the first recogniser that knows the language, and by the next when that one fails."""

    def __init__(self, recognisers: Sequence[SpeechToText]) -> None:
        self._recognisers = tuple(recognisers)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(each.name for each in self._recognisers)

    @property
    def languages(self) -> frozenset[str]:
        return frozenset().union(*(each.languages for each in self._recognisers))

    async def prepare(self) -> None:
        """Only the first: the others are for the case that it fails."""
        if self._recognisers:
            await self._recognisers[0].prepare()

    async def hear(self, sound: bytes, language: str, *, hint: str = "") -> Heard:
        """Raises `Unavailable` when none can."""
        failure: Unavailable | None = None
        for each in self._recognisers:
            if language in each.languages:
                try:
                    return await each.hear(sound, language, hint=hint)
                except Unavailable as error:
                    failure = error
        if failure:
            raise failure
        raise Unavailable(
            "speech.no_recogniser",
            f"Nothing here understands {language}: install the extra `ai`, or name a server in the setting speech.url.",
            language=language,
        )

    async def close(self) -> None:
        for each in self._recognisers:
            await each.close()
