"""A voice for tests: a beep for each character, always the same for the same text."""

import io

import numpy as np
import soundfile as sf

RATE = 16_000
BEEP_S = 0.06


def pitch_of(character: str) -> float:
    """The pitch of its beep in Hz."""
    return 300.0 + ord(character) % 64 * 20


class Tones:
    name = "tones"
    languages = frozenset({"zh", "en"})

    async def speak(self, text: str, language: str) -> bytes:
        time = np.arange(int(RATE * BEEP_S)) / RATE
        beeps = [0.4 * np.sin(2 * np.pi * pitch_of(character) * time) for character in text]
        out = io.BytesIO()
        sf.write(out, np.concatenate(beeps).astype(np.float32), RATE, subtype="PCM_16", format="WAV")
        return out.getvalue()
