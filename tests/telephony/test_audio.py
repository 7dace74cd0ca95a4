"""Sounds that come from anywhere become prompts that are equally loud."""

import io
from typing import Any

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from rexian.telephony.audio import level, normalised

RATE = 8000


def voice(loudness: float, *, seconds: float = 2.0, pause_s: float = 0.0) -> NDArray[Any]:
    """A hum that swells and sinks as syllables do, with silence after it."""
    time = np.arange(int(RATE * seconds)) / RATE
    hum = loudness * np.sin(2 * np.pi * 220 * time) * (0.6 + 0.4 * np.sin(2 * np.pi * 4 * time))
    return np.concatenate([hum, np.zeros(int(RATE * pause_s))])


def kept(sound: NDArray[Any]) -> NDArray[Any]:
    out = io.BytesIO()
    soundfile.write(out, sound, RATE, subtype="FLOAT", format="WAV")
    samples, rate = soundfile.read(io.BytesIO(normalised(out.getvalue())), dtype="float32")
    assert rate == RATE
    return np.asarray(samples)


@pytest.mark.parametrize("sound", [voice(0.05), voice(0.9), voice(0.3, pause_s=6)])
def test_prompts_are_equally_loud_whoever_recorded_them(sound: NDArray[Any]) -> None:
    assert 20 * np.log10(level(kept(sound))) == pytest.approx(-19.2, abs=0.5)


def test_a_click_keeps_a_sound_from_being_raised_until_it_clips() -> None:
    sound = voice(0.1)
    sound[100] = 0.8
    assert np.abs(kept(sound)).max() == pytest.approx(0.9, abs=0.01)


def test_what_is_nearly_silent_is_not_blown_up_and_silence_stays() -> None:
    assert level(kept(voice(0.0005))) < 0.01
    assert np.abs(kept(np.zeros(RATE))).max() == 0
    assert len(kept(voice(0.2, seconds=0.005))) == 40, "shorter than a frame"
