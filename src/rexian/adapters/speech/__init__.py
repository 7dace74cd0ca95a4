"""Voices: Kokoro (natural; optional), espeak-ng (a process; plain), and tones for tests."""

from pathlib import Path

from rexian.adapters.speech import espeak, kokoro
from rexian.ai.ports import TextToSpeech


def found(kokoro_voices: Path | None = None) -> list[TextToSpeech]:
    """The voices this machine has, the best first. `kokoro_voices`: the folder of Kokoro's voice files, if any."""
    voices: list[TextToSpeech] = []
    if kokoro_voices is not None and kokoro.available(kokoro_voices):
        voices.append(kokoro.Kokoro(kokoro_voices))
    if (program := espeak.program()) is not None:
        voices.append(espeak.Espeak(program))
    return voices
