"""The caller's utterance, out of what the switch has recorded of his line."""

import io

import numpy as np
import numpy.typing as npt
import soundfile as sf

FRAME_S = 0.02
SPEECH = 256
"""The mean magnitude (16 bit) from which on a frame is speech: the one by which the switch tells of speaking."""
BEFORE_S, AFTER_S = 0.3, 0.2
"""Kept around the speech: a word begins and ends more softly than it sounds."""
SHORTEST_S = 0.1
"""What is speech for less, all in all, is a click."""
LONGEST_S = 29.0
"""Of a longer one the end counts: it is what recognisers take at once."""

Samples = npt.NDArray[np.int16]


def utterance(raw: bytes, rate: int) -> bytes | None:
    """The speech in a recording of two tracks (16 bit, left: the caller) as WAV; None: he said nothing.

    What lies before the first loud frame and behind the last one is cut off, but for a little.
    """
    left = np.frombuffer(raw[: len(raw) // 4 * 4], dtype="<i2")[::2]
    spoken = speech_of(left, rate)
    if spoken is None:
        return None
    out = io.BytesIO()
    sf.write(out, spoken[-int(LONGEST_S * rate) :], rate, subtype="PCM_16", format="WAV")
    return out.getvalue()


def speech_of(samples: Samples, rate: int) -> Samples | None:
    """From the first loud frame to the last, with a little around them."""
    frame = int(FRAME_S * rate)
    count = len(samples) // frame
    if count == 0:
        return None
    loudness = np.abs(samples[: count * frame].astype(np.int32)).reshape(count, frame).mean(axis=1)
    loud = np.flatnonzero(loudness >= SPEECH)
    if len(loud) * FRAME_S < SHORTEST_S:
        return None
    first = max(int(loud[0]) * frame - int(BEFORE_S * rate), 0)
    last = (int(loud[-1]) + 1) * frame + int(AFTER_S * rate)
    return samples[first:last]
