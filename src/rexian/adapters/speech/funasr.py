"""A recogniser that is asked over FunASR's own protocol, by WebSocket: its runtime (C++) and its Python servers.

One connection for an utterance: what is to come, as JSON; the sound, in pieces; that it was all; then the words. The
mode is `offline`, for the whole utterance is there: it is the one that all those servers have.
https://github.com/modelscope/FunASR/blob/main/runtime/docs/websocket_protocol.md
"""

import asyncio
import contextlib
import io
import json
import math
import re
from typing import Any

import aiohttp
import numpy as np
import soundfile as sf
from scipy.signal import resample_poly

from rexian.adapters.speech.served import LARGEST_ANSWER, WITHIN_S, Server, failed, told
from rexian.ai.ports import Heard
from rexian.core.errors import Invalid

RATE = 16_000
"""What its models take. The Python servers take everything for this, whatever they are told."""
CHUNK, INTERVAL = (5, 10, 5), 10
"""Ten parts of 60 ms, and half of that before and after: what the protocol has as its example. To be told in any mode:
some servers begin nothing without it."""
PIECE = 2 * RATE * 60 * CHUNK[1] // INTERVAL // 1000
"""Bytes of one message. Always whole: servers divide by what a shorter one would last in milliseconds."""
AFTERWARDS = bytes(2 * RATE // 50)
"""20 ms of silence behind the end: some servers look at the end only with the next sound, and others do not mind."""
SETTLES_S = 0.5
"""So long more is waited for where a server says of each part that it is final."""
CLOSES_S = 0.5
CLOSED = (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSING, aiohttp.WSMsgType.CLOSED)
HOTTEST = 20
"""The weight of a word that may well occur: that of the protocol's own example."""
MOST_WORDS, LONGEST_WORD = 100, 32
_BREAK = re.compile(r"[,;，、；。|\n]+")
_MARK = re.compile(r"<\|[^|<>]*\|>")
"""What SenseVoice tells beside the words: language, mood, kind of sound."""


class FunAsr:
    name = "funasr"
    languages = frozenset({"zh", "en"})

    def __init__(self, url: str, *, key: str = "", certificate: str = "", within_s: float = WITHIN_S) -> None:
        self._server = Server(url, key=key, certificate=certificate, within_s=within_s)

    async def prepare(self) -> None: ...

    async def hear(self, sound: bytes, language: str, *, hint: str = "") -> Heard:
        samples = await asyncio.to_thread(_samples, sound)
        return await self._server.ask(lambda: self._words(samples, language, hint), language)

    async def close(self) -> None:
        await self._server.close()

    async def _words(self, samples: bytes, language: str, hint: str) -> str:
        line = await self._server.session.ws_connect(
            self._server.url, protocols=("binary",), headers=self._server.headers, max_msg_size=LARGEST_ANSWER
        )
        try:
            await _tell(line, samples, language, hint)
            parts = await _parts(line)
        finally:
            with contextlib.suppress(TimeoutError):  # one that goes on talking is not listened to
                async with asyncio.timeout(CLOSES_S):
                    await line.close()
        return _MARK.sub("", ("" if language == "zh" else " ").join(parts))


async def _tell(line: aiohttp.ClientWebSocketResponse, samples: bytes, language: str, hint: str) -> None:
    beginning = {
        "mode": "offline",
        "chunk_size": CHUNK,
        "chunk_interval": INTERVAL,
        "wav_name": "utterance",
        "wav_format": "pcm",
        "audio_fs": RATE,
        "is_speaking": True,
        "hotwords": hotwords(hint),
        "itn": True,
        "svs_lang": language,
        "svs_itn": True,
    }
    await line.send_str(json.dumps(beginning, ensure_ascii=False))
    for start in range(0, len(samples), PIECE):
        await line.send_bytes(samples[start : start + PIECE].ljust(PIECE, b"\0"))
    await line.send_str(json.dumps({"is_speaking": False, "is_end": True}))
    await line.send_bytes(AFTERWARDS)


def hotwords(hint: str) -> str:
    """The words of a hint as the protocol wants them: a JSON object, by word its weight, written as a text."""
    words = [word for part in _BREAK.split(hint) if 0 < len(word := part.strip()) <= LONGEST_WORD]
    return json.dumps(dict.fromkeys(words[:MOST_WORDS], HOTTEST), ensure_ascii=False) if words else ""


async def _parts(line: aiohttp.ClientWebSocketResponse) -> list[str]:
    """What was understood, part by part, to the end."""
    parts: list[str] = []
    size, may_be_all = 0, False
    while True:
        try:
            message = await line.receive(SETTLES_S if may_be_all else None)
        except TimeoutError:
            return parts
        if may_be_all and message.type in CLOSED:
            return parts
        if message.type is not aiohttp.WSMsgType.TEXT:
            raise failed("it breaks off, or its answer is no text")
        size += len(message.data)
        if size > LARGEST_ANSWER:
            raise failed("its answer has no end")
        answer = told(message.data)
        parts += _text(answer)
        if _ends(answer):
            return parts
        may_be_all = answer.get("mode") == "offline"


def _text(answer: dict[str, Any]) -> list[str]:
    """Its words; of what was only understood on the way (`online`), none."""
    text = answer.get("text", "")
    if not isinstance(text, str):
        raise failed("its answer cannot be understood")
    return [text] if text and not str(answer.get("mode", "")).endswith("online") else []


def _ends(answer: dict[str, Any]) -> bool:
    """Whether this was all.

    The runtime for files answers once, and says `false`; the older Python servers say `false` of their last part. The
    runtime for live speech has `2pass-offline` on each part, and says `true` of what comes last. The newer Python
    servers say `true` of each part, and tell of the end by itself (`is_end`) or not at all.
    """
    return answer.get("is_end") is True or answer.get("is_final") is (answer.get("mode") != "offline")


def _samples(sound: bytes) -> bytes:
    """A WAV file's samples: 16 bit, little-endian, at `RATE`."""
    try:
        samples, rate = sf.read(io.BytesIO(sound), dtype="float32")
    except sf.SoundFileError as error:
        raise Invalid("speech.no_sound", "This is no sound that can be read.") from error
    if samples.ndim != 1:
        raise Invalid("speech.no_sound", "An utterance has one channel.")
    if rate != RATE:
        shared = math.gcd(rate, RATE)
        samples = resample_poly(samples, RATE // shared, rate // shared)
    return bytes((np.clip(samples, -1, 1) * 32767).astype("<i2"))
