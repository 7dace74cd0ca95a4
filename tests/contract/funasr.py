"""A server that speaks FunASR's WebSocket protocol on the loopback, and understands beeps.

Written from the protocol's description and from how its programs behave: the runtime for files and that for live
speech (C++), and the Python servers, older and newer ones.
"""

import asyncio
import io
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import numpy as np
import soundfile as sf
from aiohttp import WSMsgType, web

from rexian.adapters.speech.beeps import Beeps
from tests.ports import free_tcp_port

RATE = 16_000
KINDS = ("files", "live", "older", "newer", "newest")
Answer = Callable[[web.WebSocketResponse], Awaitable[None]]


class FunAsrServer:
    """Keeps what it was told. `answer`: what it does instead of understanding."""

    def __init__(self, kind: str, sentences: list[str]) -> None:
        self.kind = kind
        self.beginnings: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.answer: Answer | None = None
        self.parts = 1
        """In so many parts it understands: one for each time he has paused."""
        self._ear = Beeps(sentences)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        self.headers.append(dict(request.headers))
        socket = web.WebSocketResponse(protocols=("binary",), autoping=False)
        await socket.prepare(request)
        if socket.ws_protocol != "binary":
            await socket.close(code=1002)
            return socket
        told: dict[str, Any] = {}
        sound = bytearray()
        async for message in socket:
            if message.type is WSMsgType.BINARY:
                self._check(message.data, told)
                sound += message.data if told["is_speaking"] else b""
                if not told["is_speaking"] and self.kind in ("newer", "newest"):
                    await self._understood(socket, bytes(sound), told)
                continue
            told |= json.loads(message.data)
            if told["is_speaking"]:
                self.beginnings.append(dict(told))
            elif self.kind not in ("newer", "newest"):
                await self._understood(socket, bytes(sound), told)
        return socket

    def _check(self, data: bytes, told: dict[str, Any]) -> None:
        """Where a real one would fail, or never answer."""
        assert told["wav_format"] == "pcm"
        assert len(told["chunk_size"]) == 3
        if self.kind in ("older", "newer", "newest"):
            assert len(data) // 32, "The Python servers divide by the milliseconds of each piece."

    async def _understood(self, socket: web.WebSocketResponse, sound: bytes, told: dict[str, Any]) -> None:
        if self.answer is not None:
            await self.answer(socket)
            return
        heard = await self._ear.hear(wav(sound, told["audio_fs"]), told["svs_lang"])
        for one in self._answers(heard.text):
            await socket.send_json({"wav_name": told["wav_name"], **one})

    def _answers(self, text: str) -> list[dict[str, Any]]:
        half = len(text) // 2
        parts = [text] if self.parts == 1 else [text[:half], text[half:]]
        match self.kind:
            case "files":
                return [{"mode": "offline", "text": text, "is_final": False, "timestamp": "[[100,200]]"}]
            case "live":
                said = [{"mode": "2pass-offline", "text": part, "is_final": False} for part in parts if part]
                return [*said, {"text": "", "is_final": True, "stamp_sents": ""}]
            case "older":
                return [
                    {"mode": "offline", "text": part, "is_final": place < len(parts)}
                    for place, part in enumerate(parts, 1)
                ]
            case _:
                ended = [{"is_end": True, "is_final": True}] if self.kind == "newest" else []
                return [*({"mode": "offline", "text": part, "is_final": True} for part in parts), *ended]


def wav(sound: bytes, rate: int) -> bytes:
    out = io.BytesIO()
    sf.write(out, np.frombuffer(sound, "<i2"), rate, subtype="PCM_16", format="WAV")
    return out.getvalue()


@asynccontextmanager
async def served(server: FunAsrServer, secured: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """Its address for as long as the block lasts."""
    app = web.Application()
    app.router.add_get("/", server.serve)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    port = free_tcp_port()
    await web.TCPSite(runner, "127.0.0.1", port, ssl_context=secured).start()
    try:
        yield f"{'wss' if secured else 'ws'}://127.0.0.1:{port}"
    finally:
        await runner.cleanup()


async def endless(socket: web.WebSocketResponse) -> None:
    while not socket.closed:
        await socket.send_json({"mode": "2pass-offline", "text": "more and more " * 20, "is_final": False})


async def silent(socket: web.WebSocketResponse) -> None:
    await asyncio.Event().wait()
