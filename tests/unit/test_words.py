"""The pack of words: every text has its sound, and it comes out of the pack as it went in."""

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from rexian.main.sounds import PACK, RATE, lay_out

TEXTS = json.loads((PACK / "prompts.json").read_text(encoding="utf-8"))
PLACES = json.loads((PACK / "places.json").read_text(encoding="utf-8"))
SHORTEST_S, LONGEST_S = 0.1, 12.0


def test_every_text_has_its_place_and_every_place_its_text() -> None:
    assert {key: set(texts) for key, texts in TEXTS.items()} == {key: set(places) for key, places in PLACES.items()}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_word_is_heard_when_it_is_unpacked(language: str, tmp_path: Path) -> None:
    lay_out(tmp_path)
    folder = tmp_path / "_built-in" / language
    for key, places in PLACES.items():
        if language not in places:
            continue
        file = folder / f"{key}.ulaw"
        assert file.stat().st_size == places[language][1]
        sound, _ = soundfile.read(file, samplerate=RATE, channels=1, format="RAW", subtype="ULAW")
        assert SHORTEST_S < len(sound) / RATE < LONGEST_S, key
        assert np.sqrt(np.mean(sound**2)) > 0.02, f"{key} is silent"
    made = (folder / "hello.ulaw").stat().st_mtime_ns
    lay_out(tmp_path)
    assert (folder / "hello.ulaw").stat().st_mtime_ns == made, "unpacked once"


def test_the_pack_is_small() -> None:
    assert sum(file.stat().st_size for file in PACK.glob("*.opus")) < 700_000
