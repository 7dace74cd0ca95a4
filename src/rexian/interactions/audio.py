"""A recording's audio: from the switch's raw file to FLAC, and the peaks that draw its waveform."""

import io
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import msgspec
import numpy as np
import soundfile as sf
from numpy.typing import NDArray

CHANNELS = 2
FRAME = 2 * CHANNELS  # bytes: 16 bit, two tracks
PEAKS_PER_S = 10
SHORTEST = timedelta(milliseconds=100)
_BLOCK = 65_536  # frames


class Peaks(msgspec.Struct, frozen=True):
    """The loudest instant of each tenth of a second, between 0 and 1; left the customer, right the agent."""

    per_s: int
    left: list[float]
    right: list[float]


@dataclass(slots=True)
class _Tally:
    """Peaks of windows of `window` frames, over blocks of any length."""

    window: int
    rest: NDArray[np.int16] = field(default_factory=lambda: np.empty((0, CHANNELS), dtype=np.int16))
    found: list[NDArray[np.float64]] = field(default_factory=list)

    def add(self, block: NDArray[np.int16]) -> None:
        frames = np.concatenate([self.rest, block])
        whole = len(frames) // self.window * self.window
        self._take(frames[:whole].reshape(-1, self.window, CHANNELS))
        self.rest = frames[whole:]

    def finish(self, per_s: int) -> Peaks:
        if len(self.rest):
            self._take(self.rest.reshape(1, -1, CHANNELS))
        peaks = np.concatenate(self.found) if self.found else np.empty((0, CHANNELS))
        left, right = (np.round(peaks[:, track], 3).tolist() for track in range(CHANNELS))
        return Peaks(per_s, left, right)

    def _take(self, windows: NDArray[np.int16]) -> None:
        if len(windows):
            self.found.append(np.abs(windows.astype(np.int32)).max(axis=1) / 32768)


def length_of(raw: Path, rate: int) -> timedelta:
    """How long a raw stereo file plays; a frame that was cut off at the end does not count."""
    return timedelta(seconds=raw.stat().st_size // FRAME / rate)


def left_of_raw(raw: bytes, rate: int) -> bytes:
    """The customer's track of a raw stereo file, as WAV."""
    frames = np.frombuffer(raw[: len(raw) // FRAME * FRAME], dtype="<i2").reshape(-1, CHANNELS)
    return _wav(frames[:, 0], rate)


def left_of_flac(flac: bytes) -> bytes:
    """The customer's track of a stored recording, as WAV."""
    frames, rate = sf.read(io.BytesIO(flac), dtype="int16", always_2d=True)
    return _wav(frames[:, 0], int(rate))


def trimmed(wav: bytes) -> bytes:
    """Without the silence before and after what is said, but for a fifth of a second. Silence stays as it is.

    Silent is a hundredth of a second in which nothing is louder than a fiftieth of the loudest.
    """
    samples, rate = sf.read(io.BytesIO(wav), dtype="int16")
    step = int(rate) // 100
    windows = np.abs(samples[: len(samples) // step * step].astype(np.int32)).reshape(-1, step).max(axis=1)
    loud = np.flatnonzero(windows > windows.max(initial=0) / 50)
    if not len(loud):
        return wav
    first, last = max(int(loud[0]) - 20, 0) * step, (int(loud[-1]) + 21) * step
    return _wav(samples[first:last], int(rate))


def _wav(samples: NDArray[np.int16], rate: int) -> bytes:
    out = io.BytesIO()
    sf.write(out, samples, rate, format="WAV", subtype="PCM_16")
    return out.getvalue()


def to_flac(raw: Path, flac: Path, rate: int) -> Peaks:
    """Write the raw 16-bit stereo file as FLAC, block by block, and give its peaks. Blocks the thread it runs in."""
    tally = _Tally(rate // PEAKS_PER_S)
    with (
        raw.open("rb") as source,
        sf.SoundFile(flac, "w", samplerate=rate, channels=CHANNELS, format="FLAC", subtype="PCM_16") as target,
    ):
        while chunk := source.read(_BLOCK * FRAME):
            frames = np.frombuffer(chunk[: len(chunk) // FRAME * FRAME], dtype="<i2").reshape(-1, CHANNELS)
            target.write(frames)
            tally.add(frames)
    return tally.finish(PEAKS_PER_S)
