"""Numbers, trunks and prompts, over HTTP."""

import io
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from rexian.core.ids import TenantId
from rexian.infra.database import Database
from rexian.infra.jobs import Jobs
from tests.centre import Browser, Centre, face

pytestmark = pytest.mark.postgres


@pytest.fixture
def centre(database: Database, tmp_path: Path) -> Centre:
    return Centre(database, folder=tmp_path)


@pytest.fixture
async def own(centre: Centre) -> tuple[TenantId, str]:
    return await centre.tenant()


@pytest.fixture
async def root(centre: Centre, own: tuple[TenantId, str]) -> AsyncIterator[Browser]:
    browser = Browser(face(centre))
    await browser.sign_in(own[1])
    yield browser
    await browser.http.aclose()


def tone(*, rate: int = 44_100, seconds: float = 1.0, channels: int = 2, format: str = "WAV") -> bytes:
    wave = 0.2 * np.sin(2 * np.pi * 440 * np.arange(int(rate * seconds)) / rate)
    out = io.BytesIO()
    soundfile.write(out, np.stack([wave] * channels, axis=1), rate, format=format)
    return out.getvalue()


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("400-800-1234", "+864008001234"),
        ("010 6552 9988", "+861065529988"),
        ("12345", "12345"),
        ("95588", "95588"),
        ("110", "110"),
    ],
)
async def test_a_number_is_kept_in_one_form(root: Browser, written: str, kept: str) -> None:
    answer = await root.post("/numbers", {"number": written, "name": "Hotline"})

    assert (answer.status_code, answer.json().get("number")) == (201, kept)


async def test_a_number_is_there_once_however_it_is_written(root: Browser) -> None:
    await root.post("/numbers", {"number": "4008001234"})

    assert (await root.post("/numbers", {"number": "+86 400 800 1234"})).status_code == 409
    assert (await root.post("/numbers", {"number": "hotline"})).json()["error"]["code"] == "number.invalid"


async def test_a_flow_stays_as_long_as_a_number_leads_to_it(root: Browser) -> None:
    flow = (await root.post("/flows", {"name": "Greeting"})).json()["id"]
    number = (await root.post("/numbers", {"number": "4008001234", "flow_id": flow})).json()["id"]

    refused = await root.delete(f"/flows/{flow}")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "flow.in_use")
    await root.patch(f"/numbers/{number}", {"flow_id": None})
    assert (await root.delete(f"/flows/{flow}")).status_code == 204
    answer = await root.patch(f"/numbers/{number}", {"flow_id": flow})
    assert answer.json()["error"]["code"] == "number.unknown_reference"


async def test_names_are_told_apart_by_more_than_blanks(root: Browser) -> None:
    assert (await root.post("/trunks", {"name": " Carrier "})).json()["name"] == "Carrier"

    taken = (await root.post("/trunks", {"name": "Carrier"})).json()["error"]
    blank = (await root.post("/trunks", {"name": "   "})).json()["error"]
    assert (taken["code"], taken["params"]) == ("trunk.exists", {"field": "name"})
    assert (blank["code"], blank["params"]) == ("trunk.blank", {"field": "name"})


async def test_a_trunks_secret_goes_in_and_only_the_switch_gets_it(
    root: Browser, centre: Centre, own: tuple[TenantId, str]
) -> None:
    body = {"name": "Carrier", "host": "sip.example.net:5060", "register": True, "username": "u", "secret": "s3cret!"}
    made = await root.post("/trunks", body)
    id = made.json()["id"]

    assert made.status_code == 201, made.text
    assert (made.json()["register"], made.json()["has_secret"]) == (True, True)
    await root.patch(f"/trunks/{id}", {"name": "Carrier 2"})
    seen = made.text + (await root.get("/trunks")).text + (await root.get("/audit")).text
    assert "s3cret!" not in seen
    async with centre.database.work(own[0]) as work:
        (trunk,) = await centre.trunks.for_switch(work)
    assert (trunk.secret, trunk.codecs) == ("s3cret!", ("alaw", "ulaw"))


async def test_only_one_trunk_is_the_default(root: Browser) -> None:
    first = (await root.post("/trunks", {"name": "One", "default": True})).json()["id"]
    second = (await root.post("/trunks", {"name": "Two", "default": True})).json()["id"]

    trunks = {item["id"]: item["default"] for item in (await root.get("/trunks")).json()["items"]}
    assert trunks == {first: False, second: True}


@pytest.mark.parametrize(
    "body",
    [
        *({"host": host} for host in ("evil\nhost", "a..b", "999.1.1.1", "sip.example.net:99999", "[:::]:5060")),
        *({"hosts": [host]} for host in ("10.0.0.0/8; drop", "10.0.0.0/99", "999.1.1.1", ":::", "")),
        *({"username": "a b"}, {"codecs": ["mp3"]}),
    ],
)
async def test_nothing_but_addresses_reaches_the_switchs_configuration(root: Browser, body: dict[str, object]) -> None:
    assert (await root.post("/trunks", {"name": "Bad", **body})).status_code == 400


@pytest.mark.parametrize("host", ["sip.example.net", "10.1.2.3:5060", "[2001:db8::1]:5060", "cafe.example"])
async def test_names_and_addresses_of_both_kinds_can_be_called(root: Browser, host: str) -> None:
    assert (await root.post("/trunks", {"name": "Good", "host": host})).status_code == 201


async def test_a_trunk_that_registers_needs_where_and_as_whom(root: Browser) -> None:
    body = {"name": "Carrier", "host": "sip.example.net", "username": "u"}
    for missing in ("host", "username"):
        answer = await root.post("/trunks", {**body, missing: "", "register": True})
        assert answer.json()["error"]["params"] == {"field": missing}

    id = (await root.post("/trunks", {**body, "register": True})).json()["id"]
    assert (await root.patch(f"/trunks/{id}", {"username": ""})).status_code == 400
    assert (await root.patch(f"/trunks/{id}", {"register": False, "username": ""})).status_code == 200


@pytest.mark.parametrize("format", ["WAV", "MP3", "FLAC"])
async def test_an_uploaded_sound_becomes_a_prompt_for_the_switch(
    root: Browser, own: tuple[TenantId, str], tmp_path: Path, format: str
) -> None:
    id = (await root.post("/prompts", {"key": "welcome", "name": "Welcome"})).json()["id"]

    answer = await root.upload(f"/prompts/{id}/audio?language=zh", tone(format=format))

    assert answer.status_code == 200, answer.text
    rendering = answer.json()["files"]["zh"]
    assert rendering["source"] == "upload"
    assert rendering["duration_s"] == pytest.approx(1.0, abs=0.1)
    file = soundfile.info(str(tmp_path / "prompts" / own[1] / "zh" / "welcome.wav"))
    assert (file.samplerate, file.channels, file.subtype) == (8000, 1, "PCM_16")
    played = await root.get(f"/prompts/{id}/audio?language=zh")
    assert played.content[:4] == b"RIFF"
    assert (await root.get(f"/prompts/{id}/audio?language=en")).status_code == 404


async def test_what_is_no_sound_is_refused_and_leaves_nothing(root: Browser, tmp_path: Path) -> None:
    id = (await root.post("/prompts", {"key": "welcome", "name": "Welcome"})).json()["id"]

    answer = await root.upload(f"/prompts/{id}/audio?language=zh", b"not a sound at all")

    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "prompt.unreadable")
    assert not list(tmp_path.rglob("*.wav"))


@pytest.mark.parametrize("key", ["../../etc/x", "a/b", "", "A", "x" * 65])
async def test_a_prompts_key_cannot_leave_its_folder(root: Browser, key: str) -> None:
    assert (await root.post("/prompts", {"key": key, "name": "X"})).status_code == 400


async def test_speaking_is_a_job_for_later(root: Browser, jobs: Jobs, own: tuple[TenantId, str]) -> None:
    spoken: list[tuple[str, str, str]] = []

    async def speak(*, tenant: str, prompt: str, language: str) -> None:
        spoken.append((tenant, prompt, language))

    jobs.register("prompts.speak", speak)
    body = {"key": "hello", "name": "Hello", "texts": {"zh": "您好"}}
    id = (await root.post("/prompts", body)).json()["id"]

    assert (await root.post(f"/prompts/{id}/speak?language=en")).status_code == 400
    assert (await root.post(f"/prompts/{id}/speak?language=zh")).status_code == 202
    await jobs.run_all()
    assert spoken == [(own[0], id, "zh")]
