"""A recogniser that is asked over HTTP, in OpenAI's words (`POST <url>/audio/transcriptions`).

Served so by OpenAI, FunASR, vLLM, Xinference, servers of faster-whisper, and others.
"""

import aiohttp

from rexian.adapters.speech.served import LARGEST_ANSWER, WITHIN_S, Server, failed, told
from rexian.ai.ports import Heard
from rexian.core.errors import Invalid


class Remote:
    languages = frozenset({"zh", "en"})

    def __init__(
        self, url: str, *, model: str = "whisper-1", key: str = "", certificate: str = "", within_s: float = WITHIN_S
    ) -> None:
        self.name = f"remote {model}"
        self._model = model
        url = url.rstrip("/") + "/audio/transcriptions"
        self._server = Server(url, key=key, certificate=certificate, within_s=within_s)

    async def prepare(self) -> None: ...

    async def hear(self, sound: bytes, language: str, *, hint: str = "") -> Heard:
        if sound[:4] != b"RIFF":
            raise Invalid("speech.no_sound", "This is no utterance that can be read.")
        return await self._server.ask(lambda: self._words(sound, language, hint), language)

    async def close(self) -> None:
        await self._server.close()

    async def _words(self, sound: bytes, language: str, hint: str) -> str:
        form = aiohttp.FormData()
        form.add_field("file", sound, filename="utterance.wav", content_type="audio/wav")
        fields = {"model": self._model, "language": language, "response_format": "json", "temperature": "0"}
        for name, value in (fields | ({"prompt": hint} if hint else {})).items():
            form.add_field(name, value)
        server = self._server
        async with server.session.post(server.url, data=form, headers=server.headers, allow_redirects=False) as answer:
            if answer.status != 200:
                raise failed(f"it answers {answer.status}")
            text = told(await answer.content.read(LARGEST_ANSWER)).get("text")
        if not isinstance(text, str):
            raise failed("its answer cannot be understood")
        return text
