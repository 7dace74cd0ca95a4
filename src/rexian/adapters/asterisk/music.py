"""A quiet tune for those who wait, made here so that no recording with rights on it is needed."""

import wave
from pathlib import Path

import numpy as np
import numpy.typing as npt

RATE = 8000
BEAT_S = 0.5
CHORDS = (
    *((261.63, 329.63, 392.00, 493.88), (220.00, 261.63, 329.63, 392.00)),
    *((293.66, 349.23, 440.00, 523.25), (196.00, 246.94, 293.66, 349.23)),
)
"""C major 7, A minor 7, D minor 7, G 7, in Hz."""


def ensure_music(folder: Path) -> None:
    """Put the tune into `folder` unless there is music already."""
    if any(folder.iterdir()):
        return
    making = folder / "waiting.making"
    with wave.open(str(making), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(_tune().astype("<i2").tobytes())
    making.rename(folder / "waiting.wav")


def _tune() -> npt.NDArray[np.float64]:
    """Each chord broken up and down for two bars; 32 s, so that the loop is not noticed at once."""
    order = (0, 1, 2, 3, 2, 1, 2, 1)
    notes = [chord[step] for _ in range(2) for chord in CHORDS for step in order]
    length = int(RATE * BEAT_S)
    out = np.zeros(length * (len(notes) + 4))
    for index, pitch in enumerate(notes):
        note = _note(pitch, seconds=4 * BEAT_S)
        out[index * length : index * length + len(note)] += note
    return np.asarray(out / np.abs(out).max() * 6000, dtype=np.float64)


def _note(pitch: float, seconds: float) -> npt.NDArray[np.float64]:
    at = np.arange(int(RATE * seconds)) / RATE
    tone = sum((np.sin(2 * np.pi * pitch * n * at) / n**2 for n in (1, 2, 3)), np.zeros_like(at))
    return np.asarray(tone * np.exp(-3 * at) * np.minimum(at / 0.01, 1))
