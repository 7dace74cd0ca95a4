"""Sound files as the switch wants them: 8 kHz, 16 bit, one channel, WAV."""

import io
from math import gcd

import numpy as np
import soundfile

from rexian.core.errors import Invalid

RATE = 8000  # Hz
LONGEST_S = 600
_PEAK = 0.9  # of full scale


def normalised(sound: bytes) -> bytes:
    """Any WAV, MP3, FLAC or Ogg as a prompt: channels mixed, resampled, as loud as it can be without clipping.

    Raises `Invalid` when it cannot be read, is empty, or is longer than ten minutes.
    """
    samples, rate = _decoded(sound)
    mono = samples.mean(axis=1)
    if rate != RATE:
        from scipy.signal import resample_poly  # here: it takes a second that every start would pay

        step = gcd(RATE, rate)
        mono = resample_poly(mono, RATE // step, rate // step)
    peak = float(np.abs(mono).max())
    if peak > 0:
        mono = mono * min(_PEAK / peak, 10.0)
    out = io.BytesIO()
    soundfile.write(out, mono.astype(np.float32), RATE, subtype="PCM_16", format="WAV")
    return out.getvalue()


def duration_s(wav: bytes) -> float:
    found = soundfile.info(io.BytesIO(wav))
    return round(float(found.frames) / float(found.samplerate), 2)


def _decoded(sound: bytes) -> tuple[np.ndarray[tuple[int, int], np.dtype[np.float32]], int]:
    try:
        with soundfile.SoundFile(io.BytesIO(sound)) as file:
            rate = int(file.samplerate)
            samples = file.read(LONGEST_S * rate + 1, dtype="float32", always_2d=True)
    except (soundfile.SoundFileError, RuntimeError) as error:
        raise Invalid("prompt.unreadable", "This sound cannot be read; send a WAV, MP3, FLAC or Ogg file.") from error
    if not 0 < len(samples) <= LONGEST_S * rate:
        raise Invalid("prompt.length", "A prompt has some sound in it, and at most ten minutes.", longest_s=LONGEST_S)
    return samples, rate
