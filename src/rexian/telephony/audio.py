"""Sound files as the switch wants them: 8 kHz, 16 bit, one channel, WAV."""

import io
from math import gcd

import numpy as np
import soundfile

from rexian.core.errors import Invalid

RATE = 8000  # Hz
LONGEST_S = 600
_PEAK = 0.9  # of full scale
_SPEECH = 0.11  # root mean square while somebody speaks, of full scale
_MOST_GAIN = 10.0
_FRAME = RATE // 50
_PAUSE = 0.16  # of the loudest frame: 16 dB below it nobody speaks


def normalised(sound: bytes) -> bytes:
    """Any WAV, MP3, FLAC or Ogg as a prompt: channels mixed, resampled, and all prompts equally loud.

    The level is that of speech without its pauses, -19 dBFS, as telephone networks are planned for (ITU-T P.56, G.101);
    what would clip then, or is nearly silent, stays softer.

    Raises `Invalid` when it cannot be read, is empty, or is longer than ten minutes.
    """
    samples, rate = _decoded(sound)
    mono = samples.mean(axis=1)
    if rate != RATE:
        from scipy.signal import resample_poly  # here: it takes a second that every start would pay

        step = gcd(RATE, rate)
        mono = resample_poly(mono, RATE // step, rate // step)
    mono = mono * _gain(mono)
    out = io.BytesIO()
    soundfile.write(out, mono.astype(np.float32), RATE, subtype="PCM_16", format="WAV")
    return out.getvalue()


def level(mono: np.ndarray[tuple[int], np.dtype[np.float32]]) -> float:
    """The root mean square of what is spoken, from 0 to 1: frames of 20 ms, those of pauses left out."""
    whole = len(mono) // _FRAME * _FRAME
    frames = mono[:whole].reshape(-1, _FRAME) if whole else mono.reshape(1, -1)
    power = (frames.astype(np.float64) ** 2).mean(axis=1)
    return float(np.sqrt(power[power >= power.max() * _PAUSE**2].mean()))


def _gain(mono: np.ndarray[tuple[int], np.dtype[np.float32]]) -> float:
    peak, spoken = float(np.abs(mono).max()), level(mono)
    return min(_SPEECH / spoken, _PEAK / peak, _MOST_GAIN) if peak > 0 and spoken > 0 else 1.0


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
