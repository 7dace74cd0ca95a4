"""What every recogniser keeps to: Whisper where its packages are, servers on the loopback, and the one for tests."""

import io
import json
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf
from aiohttp import web

from rexian.adapters import speech
from rexian.adapters.speech import whisper, whisper_process
from rexian.adapters.speech.beeps import Beeps
from rexian.adapters.speech.funasr import FunAsr
from rexian.adapters.speech.remote import Remote
from rexian.adapters.speech.tones import Tones
from rexian.ai.ports import Heard, SpeechToText
from rexian.ai.recognisers import Recognisers
from rexian.core.errors import Invalid, Unavailable
from tests.contract.funasr import KINDS, FunAsrServer, served
from tests.ports import free_tcp_port
from tests.voices import spoken

SAID = {"zh": "我想查一下我的订单。", "en": "I want to check my order."}
AMONG = {"zh": ("订单",), "en": ("order",)}
SILENCE = np.zeros(12_000)


def wav(samples: np.ndarray) -> bytes:
    out = io.BytesIO()
    sf.write(out, samples, 8000, subtype="PCM_16", format="WAV")
    return out.getvalue()


class Server:
    """Speaks as OpenAI's servers do, and understands beeps. Keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []
        self.answer: Callable[[], web.Response] | None = None
        self._ear = Beeps(SAID.values())

    async def transcribe(self, request: web.Request) -> web.Response:
        fields = await request.post()
        told = {name: value for name, value in fields.items() if isinstance(value, str)}
        self.asked.append({**told, "authorization": request.headers.get("Authorization", "")})
        if self.answer is not None:
            return self.answer()
        file = fields["file"]
        assert isinstance(file, web.FileField)
        heard = await self._ear.hear(file.file.read(), told["language"])
        return web.json_response({"text": f" {heard.text} "})


@pytest.fixture
async def server() -> AsyncIterator[tuple[Server, str]]:
    one = Server()
    app = web.Application()
    app.router.add_post("/v1/audio/transcriptions", one.transcribe)
    runner = web.AppRunner(app)
    await runner.setup()
    port = free_tcp_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    yield one, f"http://127.0.0.1:{port}/v1"
    await runner.cleanup()


@pytest.fixture(params=["beeps", "remote", *KINDS, pytest.param("whisper", marks=pytest.mark.slow)])
async def recogniser(request: pytest.FixtureRequest, server: tuple[Server, str]) -> AsyncIterator[SpeechToText]:
    if request.param == "whisper" and not whisper.available():
        pytest.skip("the packages of the extra `ai` are not there")
    one: SpeechToText
    if request.param in KINDS:
        async with served(FunAsrServer(request.param, list(SAID.values()))) as url:
            one = FunAsr(url)
            yield one
            await one.close()
        return
    if request.param == "beeps":
        one = Beeps(SAID.values())
    else:
        one = Remote(server[1], key="k") if request.param == "remote" else whisper.Whisper()
    yield one
    await one.close()


async def sound_of(recogniser: SpeechToText, language: str) -> bytes:
    """The sentence in a voice that the recogniser is made for."""
    if isinstance(recogniser, whisper.Whisper):
        return wav(spoken("order", language))
    return await Tones().speak(SAID[language], language)


async def test_it_understands_its_languages_and_hears_nothing_in_silence(recogniser: SpeechToText) -> None:
    assert recogniser.name
    await recogniser.prepare()
    for language, words in AMONG.items():
        assert language in recogniser.languages
        heard = await recogniser.hear(await sound_of(recogniser, language), language, hint="订单, order")
        assert heard.language == language
        assert any(word in heard.text.lower() for word in words)
        assert heard.text == heard.text.strip()
        assert heard.confidence is None or 0 <= heard.confidence <= 1
    assert (await recogniser.hear(wav(SILENCE), "zh")).text == ""
    with pytest.raises(Invalid):
        await recogniser.hear(b"no sound at all", "zh")
    if isinstance(recogniser, whisper.Whisper):
        await dies_and_is_begun_anew(recogniser)
    await recogniser.close()


async def dies_and_is_begun_anew(recogniser: whisper.Whisper) -> None:
    assert recogniser._process is not None
    recogniser._process.kill()
    with pytest.raises(Unavailable):
        await recogniser.hear(wav(SILENCE), "en")
    assert "order" in (await recogniser.hear(await sound_of(recogniser, "en"), "en")).text


async def test_a_server_is_told_the_language_and_the_words_that_may_occur(server: tuple[Server, str]) -> None:
    remote = Remote(server[1], model="large", key="s3cret")
    await remote.hear(await Tones().speak(SAID["zh"], "zh"), "zh", hint="订单")
    await remote.close()

    asked = server[0].asked[0]
    assert (asked["model"], asked["language"], asked["prompt"]) == ("large", "zh", "订单")
    assert asked["authorization"] == "Bearer s3cret"


ANSWERS = {
    "broken": lambda: web.Response(status=500),
    "moved": lambda: web.Response(status=302, headers={"Location": "/v1/models"}),
    "no JSON": lambda: web.Response(text="hello"),
    "no text": lambda: web.json_response({"words": []}),
    "no object": lambda: web.json_response(["text"]),
    "no end of brackets": lambda: web.Response(text="[" * 100_000),
    "far too much": lambda: web.Response(text=json.dumps({"text": "x" * 2_000_000})),
}


@pytest.mark.parametrize("answer", ANSWERS)
async def test_whatever_a_server_answers_it_is_unavailable_at_worst(server: tuple[Server, str], answer: str) -> None:
    server[0].answer = ANSWERS[answer]
    remote = Remote(server[1])
    with pytest.raises(Unavailable):
        await remote.hear(wav(SILENCE), "en")
    await remote.close()


async def test_a_server_that_is_not_there_is_asked_no_more_for_a_while() -> None:
    remote = Remote(f"http://127.0.0.1:{free_tcp_port()}/v1")
    for _ in range(5):
        with pytest.raises(Unavailable, match="cannot be reached"):
            await remote.hear(wav(SILENCE), "en")
    with pytest.raises(Unavailable, match="again and again"):
        await remote.hear(wav(SILENCE), "en")
    await remote.close()


class Broken(Beeps):
    async def hear(self, sound: bytes, language: str, *, hint: str = "") -> Heard:
        raise Unavailable("speech.failed", "It does not work today.")


async def test_the_next_recogniser_understands_when_one_fails() -> None:
    sound = await Tones().speak("Hello", "en")
    assert (await Recognisers([Broken(), Beeps(["Hello"])]).hear(sound, "en")).text == "Hello"
    with pytest.raises(Unavailable, match="does not work"):
        await Recognisers([Broken()]).hear(sound, "en")
    with pytest.raises(Unavailable, match="extra `ai`"):
        await Recognisers([]).hear(sound, "en")


async def test_the_one_for_tests_hears_nothing_in_real_speech() -> None:
    assert (await Beeps(SAID.values()).hear(wav(spoken("order", "en")), "en", hint="order")).text == ""


def test_a_damaged_model_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for package in whisper.MODEL:
        data = tmp_path / package / "data"
        data.mkdir(parents=True)
        (data.parent / "__init__.py").touch()
        for name in ("config.json", "tokenizer.json", "vocabulary.txt", "model.bin.part1", "model.bin.part2"):
            (data / name).write_bytes(b"not what it was")
        monkeypatch.delitem(sys.modules, package, raising=False)
    monkeypatch.syspath_prepend(str(tmp_path))

    with pytest.raises(ValueError, match="damaged"):
        whisper_process.package_files()
    for package in whisper.MODEL:
        monkeypatch.delitem(sys.modules, package)


def test_settings_choose_among_those_that_are_there(tmp_path: Path) -> None:
    assert speech.recognisers("off", url="http://127.0.0.1/v1") == []
    assert speech.recognisers("remote") == []
    assert [each.name for each in speech.recognisers("remote", url="http://127.0.0.1/v1", model="m")] == ["remote m"]
    assert [each.name for each in speech.recognisers("beeps")] == ["beeps"]
    assert speech.recognisers("local", folder=str(tmp_path)) == [], "There is no model in the folder."
