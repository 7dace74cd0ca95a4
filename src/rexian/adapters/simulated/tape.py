"""Writes a simulated recording: raw stereo, 16 bit, 8 kHz, each voice a tone."""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from rexian.adapters.simulated.parties import Sounds, Tape

RATE = 8000
LEVEL = 8000


def write(tape: Tape, path: Path, length_s: float) -> None:
    samples = np.zeros((int(length_s * RATE), 2))
    ends = [mark[0] for mark in tape.marks[1:]] + [length_s]
    for (start, left, right), end in zip(tape.marks, ends, strict=True):
        part = slice(int(start * RATE), int(end * RATE))
        at = np.arange(len(samples))[part] / RATE
        samples[part, 0] = _sounding(left, at)
        samples[part, 1] = _sounding(right, at)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(np.clip(samples, -32768, 32767).astype("<i2").tobytes())


def _sounding(sounds: Sounds, at: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    voices = [sound for sound in sounds if isinstance(sound, float)]
    return sum((LEVEL * np.sin(2 * np.pi * pitch * at) for pitch in voices), np.zeros_like(at))
