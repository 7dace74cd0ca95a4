"""What every voice keeps to, the real ones where this machine has them."""

import io
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from rexian.adapters.speech import espeak, kokoro
from rexian.adapters.speech.tones import Tones
from rexian.ai.ports import TextToSpeech
from rexian.ai.voices import Voices
from rexian.core.errors import Invalid, Unavailable

pytestmark = pytest.mark.filterwarnings("ignore:.*invalid escape sequence")
"""In the sources of jieba, which knows Kokoro's Chinese words."""
KOKORO = Path(os.environ.get("REXIAN_KOKORO_VOICES", "/nonexistent"))
TEXTS = {"zh": "您好，欢迎致电。", "en": "Hello, you are the first in the queue."}


class Together:
    """Voices of one language each, as one: the last of a language speaks it."""

    name = "together"

    def __init__(self, voices: Sequence[TextToSpeech]) -> None:
        self._by_language = {language: voice for voice in voices for language in voice.languages}
        self.languages = frozenset(self._by_language)

    async def speak(self, text: str, language: str) -> bytes:
        return await self._by_language[language].speak(text, language)


@pytest.fixture(params=["tones", "espeak", "kokoro"])
def voice(request: pytest.FixtureRequest) -> TextToSpeech:
    if request.param == "tones":
        return Tones()
    if request.param == "espeak":
        if (program := espeak.program()) is None:
            pytest.skip("espeak-ng is not on the PATH")
        return espeak.Espeak(program)
    if not kokoro.available(KOKORO):
        pytest.skip("Kokoro's packages or voices are not there")
    return Together(kokoro.found(KOKORO))


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_a_voice_speaks_its_languages_as_wav(voice: TextToSpeech, language: str) -> None:
    assert language in voice.languages

    sound = await voice.speak(TEXTS[language], language)

    samples, rate = sf.read(io.BytesIO(sound))
    assert samples.ndim == 1
    assert rate >= 8000
    assert 0.3 < len(samples) / rate < 15
    assert np.abs(samples).max() > 0.05, "It can be heard."


async def test_a_longer_text_takes_longer(voice: TextToSpeech) -> None:
    short, long = [await voice.speak(text, "en") for text in ("Hello.", "Hello, how can I help you today?")]

    assert len(long) > len(short)


async def test_a_text_that_looks_like_an_option_is_spoken(voice: TextToSpeech) -> None:
    assert await voice.speak("--version", "en")


class Broken:
    name = "broken"
    languages = frozenset({"en"})

    async def speak(self, text: str, language: str) -> bytes:
        raise Unavailable("speech.failed", "It does not work today.")


async def test_the_next_voice_speaks_when_one_fails() -> None:
    _, spoke = await Voices([Broken(), Tones()]).speak("Hello", "en")

    assert spoke == "tones"


async def test_without_a_voice_it_is_said_what_to_do() -> None:
    with pytest.raises(Unavailable, match="espeak-ng"):
        await Voices([]).speak("Hello", "en")
    with pytest.raises(Unavailable, match="does not work"):
        await Voices([Broken()]).speak("Hello", "en")


@pytest.mark.parametrize("text", ["", "   ", "x" * 2001])
async def test_a_text_of_no_use_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        await Voices([Tones()]).speak(text, "en")
