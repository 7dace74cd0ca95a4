"""The first call, from INVITE to playback: SIPp calls with real audio, a browser answers, both tracks are theirs."""

import io
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
import soundfile
from bench.load import MEDIA_MARK, SCENARIOS
from playwright.sync_api import APIRequestContext, Browser, expect, sync_playwright

from tests.e2e.test_desk import CHROMIUM, People, answered, until_page
from tests.e2e.test_up import command
from tests.ports import free_tcp_port, free_udp_port

pytestmark = [pytest.mark.postgres, pytest.mark.asterisk, pytest.mark.browser, pytest.mark.slow]

NUMBER, TONE_HZ, RATE = "4009990001", 1000, 8000
TALK_S = 12
FLOW = {
    "start": "answer",
    "nodes": {
        "answer": {"type": "answer", "exits": {"next": "wait"}},
        "wait": {"type": "queue", "queue": "销售咨询", "exits": {"timeout": "bye", "no_agents": "bye"}},
        "bye": {"type": "hang_up"},
    },
}


class Running(NamedTuple):
    address: str
    sip_port: int


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    data = tmp_path_factory.mktemp("first-call")
    web, sip = free_tcp_port(), free_udp_port()
    with (data / "up.log").open("w") as log:
        up = subprocess.Popen([*command(data / "data", web, sip), "--demo"], stdout=log, stderr=log)
        try:
            until_page(up, web)
            yield Running(f"http://localhost:{web}", sip)
        finally:
            up.terminate()
            up.wait(60)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(CHROMIUM))
        yield browser
        browser.close()


class Office:
    """The administrator, by the API."""

    def __init__(self, http: APIRequestContext, address: str) -> None:
        self._http = http
        self._base = f"{address}/api/v1"
        login = {"tenant": "demo", "username": "admin", "password": "rexian-demo"}
        self._csrf = self._http.post(f"{self._base}/session", data=login).json()["csrf"]

    def post(self, path: str, **body: Any) -> Any:
        reply = self._http.post(self._base + path, data=body, headers={"X-CSRF-Token": self._csrf})
        assert reply.ok, reply.text()
        return reply.json()

    def get(self, path: str, **headers: str) -> Any:
        reply = self._http.get(self._base + path, headers=headers)
        assert reply.ok, reply.text()
        return reply

    def open_number(self) -> None:
        """A number whose flow leads straight to sales."""
        flow = self.post("/flows", name="直达销售")["id"]
        version = self.post(f"/flows/{flow}/versions", document=FLOW)["version"]
        self.post(f"/flows/{flow}/versions/{version}/publish")
        self.post("/numbers", number=NUMBER, name="直达", flow_id=flow)

    def recorded(self, within_s: float = 30) -> dict[str, Any]:
        """The newest contact, once its recording can be played."""
        ends = time.monotonic() + within_s
        while time.monotonic() < ends:
            for row in self.get("/contacts?limit=5").json()["items"]:
                contact: dict[str, Any] = self.get(f"/contacts/{row['id']}").json()
                if row["called"].endswith(NUMBER) and any(one["duration_s"] for one in contact["recordings"]):
                    return contact
            time.sleep(0.5)
        raise AssertionError("no recording in time")


def call(folder: Path, sip_port: int) -> "subprocess.Popen[bytes]":
    """SIPp is a customer who whistles at 1000 Hz and hangs up after a while."""
    tone = folder / "tone.al"
    wave = 0.3 * np.sin(2 * np.pi * TONE_HZ * np.arange(20 * RATE) / RATE)
    soundfile.write(tone, wave, RATE, format="RAW", subtype="ALAW")
    speak = f'<nop><action><exec rtp_stream="{tone},-1,8,PCMA/8000"/></action></nop>'
    text = (SCENARIOS / "caller.xml").read_text().replace(MEDIA_MARK, speak)
    scenario = folder / "caller.xml"
    scenario.write_text(text.replace("[media_port]", "[rtpstream_audio_port]"))
    words = ["sipp", f"127.0.0.1:{sip_port}", "-sf", str(scenario), "-i", "127.0.0.1", "-p", str(free_udp_port())]
    words += ["-s", NUMBER, "-m", "1", "-d", str((TALK_S + 8) * 1000), "-nostdin"]
    return subprocess.Popen(words, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def share_at(track: np.ndarray, hz: float) -> float:
    """How much of a track's energy lies within 20 Hz of `hz` (0 to 1), where it is not silent."""
    spectrum = np.abs(np.fft.rfft(track - track.mean())) ** 2
    frequencies = np.fft.rfftfreq(len(track), 1 / RATE)
    return float(spectrum[np.abs(frequencies - hz) < 20].sum() / spectrum.sum())


def test_from_invite_to_playback(chromium: Browser, demo: Running, tmp_path: Path) -> None:
    office = Office(chromium.new_context().request, demo.address)
    office.open_number()
    people = People(chromium, demo.address)
    agent = people.agent("agent1")

    caller = call(tmp_path, demo.sip_port)
    answered(agent)
    agent.wait_for_timeout(TALK_S * 1000)
    assert caller.wait(30) == 0
    expect(agent.locator(".form.wrapping")).to_be_visible(timeout=20_000)
    people.leave()

    contact = office.recorded()
    assert contact["outcome"] == "answered"
    assert {"queue", "ring", "talk"} <= {segment["kind"] for segment in contact["segments"]}
    recording = contact["recordings"][0]["id"]
    part = office.get(f"/recordings/{recording}/audio", Range="bytes=0-99")
    assert part.status == 206
    assert len(part.body()) == 100

    sound, rate = soundfile.read(io.BytesIO(office.get(f"/recordings/{recording}/audio").body()))
    assert rate == RATE
    assert sound.shape[1] == 2
    assert len(sound) > (TALK_S - 2) * RATE
    customer, agents = sound[:, 0], sound[:, 1]
    assert share_at(customer, TONE_HZ) > 0.8
    assert share_at(agents, TONE_HZ) < 0.1
    assert np.abs(agents).max() > 0.05, "the browser's microphone beeps, and is not heard"
    assert max(office.get(f"/recordings/{recording}/peaks").json()["right"]) > 0
