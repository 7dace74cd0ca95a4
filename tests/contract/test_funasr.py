"""FunASR's protocol: what is told and in which pieces, how each kind of server ends, and answers that do harm."""

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import numpy as np
import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from rexian.adapters.speech import recognisers
from rexian.adapters.speech.funasr import PIECE, FunAsr, hotwords
from rexian.adapters.speech.tones import Tones
from rexian.core.errors import Invalid, Unavailable
from tests.contract.funasr import KINDS, FunAsrServer, endless, served, silent, wav
from tests.ports import free_tcp_port

SAID = "我想查一下我的订单。"
SILENCE = wav(bytes(PIECE), 8000)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("parts", [1, 2])
async def test_what_each_kind_of_server_understands_is_put_together_to_its_end(kind: str, parts: int) -> None:
    server = FunAsrServer(kind, [SAID])
    server.parts = parts
    async with served(server) as url:
        one = FunAsr(url)
        heard = await one.hear(await Tones().speak(SAID, "zh"), "zh")
        await one.close()
    assert heard.text == SAID


async def test_it_is_told_the_words_that_may_occur_and_has_the_sound_at_its_own_rate() -> None:
    server = FunAsrServer("files", [SAID])
    async with served(server) as url:
        one = FunAsr(url, key="s3cret")
        loud = np.sin(np.arange(8000)).astype("<f4") * 20_000
        await one.hear(wav(loud.astype("<i2").tobytes(), 8000), "en", hint="订单、my order；an agent")
        await one.close()
    (told,) = server.beginnings
    assert told == {
        "mode": "offline",
        "chunk_size": [5, 10, 5],
        "chunk_interval": 10,
        "wav_name": "utterance",
        "wav_format": "pcm",
        "audio_fs": 16000,
        "is_speaking": True,
        "hotwords": '{"订单": 20, "my order": 20, "an agent": 20}',
        "itn": True,
        "svs_lang": "en",
        "svs_itn": True,
    }
    assert server.headers[0]["Authorization"] == "Bearer s3cret"


def test_hot_words_are_words_and_not_too_many() -> None:
    assert hotwords("") == ""
    assert hotwords(" 、， ") == ""
    assert hotwords("a sentence that is by far too long to be a word") == ""
    assert hotwords("、".join(str(place) for place in range(500))).count(":") == 100


async def test_what_a_model_tells_beside_the_words_is_left_out() -> None:
    server = FunAsrServer("files", [])

    async def tagged(socket: web.WebSocketResponse) -> None:
        text = "<|zh|><|NEUTRAL|><|Speech|><|woitn|>查订单"
        await socket.send_json({"mode": "offline", "text": text, "is_final": False})

    server.answer = tagged
    async with served(server) as url:
        one = FunAsr(url)
        assert (await one.hear(SILENCE, "zh")).text == "查订单"
        await one.close()


async def binary(socket: web.WebSocketResponse) -> None:
    await socket.send_bytes(b'{"mode": "offline", "text": "x", "is_final": false}')


async def leave(socket: web.WebSocketResponse) -> None:
    await socket.close()


HOSTILE = {
    "no JSON": "hello",
    "no object": '["text"]',
    "no end of brackets": "[" * 100_000,
    "no text": '{"mode": "offline", "text": {"a": 1}, "is_final": false}',
    "far too much": '{"mode": "offline", "text": "' + "x" * 2_000_000 + '", "is_final": false}',
    "binary": binary,
    "breaks off": leave,
    "never ends": endless,
    "says nothing": silent,
}


@pytest.mark.parametrize("kind", HOSTILE)
async def test_whatever_a_server_answers_it_is_unavailable_at_worst(kind: str) -> None:
    server = FunAsrServer("files", [])
    answer = HOSTILE[kind]

    async def says(socket: web.WebSocketResponse) -> None:
        if isinstance(answer, str):
            await socket.send_str(answer)
        else:
            await answer(socket)

    server.answer = says
    async with served(server) as url:
        one = FunAsr(url, within_s=1.0 if kind == "says nothing" else 30.0)
        with pytest.raises(Unavailable, match="The speech server failed"):
            await one.hear(SILENCE, "en")
        await one.close()


async def test_one_that_is_no_such_server_or_is_not_there_is_asked_no_more_for_a_while() -> None:
    app = web.Application()
    runner = web.AppRunner(app)
    await runner.setup()
    port = free_tcp_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    other = FunAsr(f"ws://127.0.0.1:{port}")
    with pytest.raises(Unavailable, match="it answers 404"):
        await other.hear(SILENCE, "zh")
    await other.close()
    await runner.cleanup()
    gone = FunAsr(f"ws://127.0.0.1:{port}")
    for _ in range(5):
        with pytest.raises(Unavailable, match="cannot be reached"):
            await gone.hear(SILENCE, "zh")
    with pytest.raises(Unavailable, match="again and again"):
        await gone.hear(SILENCE, "zh")
    with pytest.raises(Invalid, match="one channel"):
        await gone.hear(wav_of_two_channels(), "zh")
    await gone.close()


def wav_of_two_channels() -> bytes:
    sound = bytearray(SILENCE)
    sound[22:24] = (2).to_bytes(2, "little")
    sound[32:34] = (4).to_bytes(2, "little")
    return bytes(sound)


async def test_a_server_with_a_certificate_of_its_own_making_is_trusted_by_that_alone(tmp_path: Path) -> None:
    shown, other = certificate(tmp_path / "server"), certificate(tmp_path / "other")
    secured = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    secured.load_cert_chain(shown)
    async with served(FunAsrServer("files", [SAID]), secured) as url:
        (one,) = recognisers("remote", url=url, certificate=str(shown))
        assert (one.name, (await one.hear(await Tones().speak(SAID, "zh"), "zh")).text) == ("funasr", SAID)
        await one.close()
        for wrong in ("", str(other), str(tmp_path / "none")):
            stranger = FunAsr(url, certificate=wrong)
            with pytest.raises(Unavailable):
                await stranger.hear(SILENCE, "zh")
            await stranger.close()


def certificate(folder: Path) -> Path:
    """Signed by itself: the key and the certificate in one file."""
    folder.mkdir()
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "funasr")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("10.1.2.3"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "both.pem").write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return folder / "both.pem"
