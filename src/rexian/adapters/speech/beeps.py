"""A recogniser for tests: understands the beeps that `tones.Tones` speaks, of the sentences that it is told of.

It knows no speech at all, and hears nothing in it. What it makes of a sound is always the same.
"""

import io
import re
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import soundfile as sf

from rexian.adapters.speech.tones import BEEP_S, pitch_of
from rexian.ai.ports import Heard
from rexian.core.errors import Invalid

QUIET = 0.02
NEAR_HZ = 9.0
_BREAK = re.compile(r"[,;，、；。|\n]+")


class Beeps:
    name = "beeps"
    languages = frozenset({"zh", "en"})

    def __init__(self, sentences: Iterable[str] = ()) -> None:
        self._sentences = tuple(sentences)

    async def prepare(self) -> None: ...

    async def hear(self, sound: bytes, language: str, *, hint: str = "") -> Heard:
        """One of its own sentences, or of those that the hint lists."""
        heard = _pitches(*_read(sound))
        known = (*self._sentences, *(part.strip() for part in _BREAK.split(hint)))
        for sentence in filter(None, known):
            if len(sentence) == len(heard) and all(
                abs(pitch_of(one) - pitch) < NEAR_HZ for one, pitch in zip(sentence, heard, strict=True)
            ):
                return Heard(sentence, language, 1.0)
        return Heard("", language)

    async def close(self) -> None: ...


def _read(sound: bytes) -> tuple[npt.NDArray[np.float32], int]:
    try:
        samples, rate = sf.read(io.BytesIO(sound), dtype="float32")
    except sf.SoundFileError as error:
        raise Invalid("speech.no_sound", "This is no sound that can be read.") from error
    if samples.ndim != 1:
        raise Invalid("speech.no_sound", "An utterance has one channel.")
    return samples, int(rate)


def _pitches(samples: npt.NDArray[np.float32], rate: int) -> list[float]:
    """The strongest frequency of each beep, from the first sound to the last."""
    loud = np.flatnonzero(np.abs(samples) > QUIET)
    if not len(loud):
        return []
    spoken = samples[loud[0] : loud[-1] + 1]
    step = rate * BEEP_S
    count = round(len(spoken) / step)
    parts = [spoken[int(place * step) : int((place + 1) * step)] for place in range(count)]
    size = 1 << 14
    return [float(np.abs(np.fft.rfft(part * np.hanning(len(part)), size)).argmax()) * rate / size for part in parts]
