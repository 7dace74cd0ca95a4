"""A recogniser that is asked over HTTP, in OpenAI's words (`POST <url>/audio/transcriptions`).

Served so by OpenAI, FunASR, vLLM, Xinference, servers of faster-whisper, and others.
"""

import asyncio
import json
from typing import Any

import aiohttp

from rexian.adapters.web.breaker import Breaker
from rexian.ai.ports import Heard
from rexian.core.errors import Invalid, Unavailable

WITHIN_S = 10.0
LARGEST_ANSWER = 256 * 1024


class Remote:
    """A server that fails again and again is left alone for a while, so that no caller waits for it."""

    languages = frozenset({"zh", "en"})

    def __init__(self, url: str, *, model: str = "whisper-1", key: str = "", within_s: float = WITHIN_S) -> None:
        self.name = f"remote {model}"
        self._url = url.rstrip("/") + "/audio/transcriptions"
        self._model = model
        self._key = key
        self._within_s = within_s
        self._breaker = Breaker()
        self._session: aiohttp.ClientSession | None = None

    async def prepare(self) -> None: ...

    async def hear(self, sound: bytes, language: str, *, hint: str = "") -> Heard:
        if sound[:4] != b"RIFF":
            raise Invalid("speech.no_sound", "This is no utterance that can be read.")
        clock = asyncio.get_running_loop().time
        if not self._breaker.lets_through(self._url, clock()):
            raise Unavailable("speech.remote_failed", "The speech server has failed again and again; look after it.")
        try:
            heard = await self._ask(sound, language, hint)
        except Unavailable:
            self._breaker.failed(self._url, clock())
            raise
        self._breaker.succeeded(self._url)
        return heard

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _ask(self, sound: bytes, language: str, hint: str) -> Heard:
        form = aiohttp.FormData()
        form.add_field("file", sound, filename="utterance.wav", content_type="audio/wav")
        fields = {"model": self._model, "language": language, "response_format": "json", "temperature": "0"}
        for name, value in (fields | ({"prompt": hint} if hint else {})).items():
            form.add_field(name, value)
        try:
            async with (
                asyncio.timeout(self._within_s),
                self._opened().post(self._url, data=form, headers=self._headers, allow_redirects=False) as answer,
            ):
                if answer.status != 200:
                    raise _failed(f"it answers {answer.status}")
                content = await answer.content.read(LARGEST_ANSWER)
        except TimeoutError as error:
            raise _failed("it takes too long") from error
        except aiohttp.ClientError as error:
            raise _failed("it cannot be reached") from error
        return Heard(_text(content).strip(), language)

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession()
        return self._session

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._key}"} if self._key else {}


def _text(content: bytes) -> str:
    try:
        answer: Any = json.loads(content)
        return str(answer["text"])
    except (ValueError, LookupError, TypeError) as error:
        raise _failed("its answer cannot be understood") from error


def _failed(why: str) -> Unavailable:
    return Unavailable("speech.remote_failed", f"The speech server failed: {why}. Look at the setting speech.url.")
