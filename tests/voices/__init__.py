"""What callers say in tests: synthesised speech as a telephone brings it. Made by `scripts/render_prompts.py`."""

from pathlib import Path

import numpy as np
import soundfile as sf

HERE = Path(__file__).parent


def spoken(key: str, language: str) -> np.ndarray:
    """A sentence of `prompts.json`, at 8 kHz."""
    data = (HERE / language / f"{key}.ulaw").open("rb")
    with data:
        samples, _ = sf.read(data, format="RAW", subtype="ULAW", channels=1, samplerate=8000, dtype="float32")
    return np.asarray(samples)
