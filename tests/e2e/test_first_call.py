"""The first call, from INVITE to playback: SIPp calls with real audio, a browser answers, both tracks are theirs."""

import io
import subprocess
from pathlib import Path

import numpy as np
import pytest
import soundfile
from bench.load import MEDIA_MARK, SCENARIOS
from playwright.sync_api import expect

from tests.e2e.office import Office, straight_to
from tests.e2e.people import People, answered
from tests.e2e.up import Up
from tests.ports import free_udp_port

pytestmark = [pytest.mark.postgres, pytest.mark.asterisk, pytest.mark.browser, pytest.mark.slow]

NUMBER, TONE_HZ, RATE = "4009990001", 1000, 8000
TALK_S = 12


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


def test_from_invite_to_playback(people: People, demo: Up, address: str, tmp_path: Path) -> None:
    with Office(address) as office:
        office.open_number(NUMBER, "直达销售", straight_to("销售咨询"))
        agent = people.agent("agent1")

        caller = call(tmp_path, demo.sip)
        answered(agent)
        agent.wait_for_timeout(TALK_S * 1000)
        assert caller.wait(30) == 0
        expect(agent.locator(".form.wrapping")).to_be_visible(timeout=20_000)
        people.leave()

        contact = office.recorded(NUMBER)
        assert contact["outcome"] == "answered"
        assert {"queue", "ring", "talk"} <= {segment["kind"] for segment in contact["segments"]}
        recording = f"/recordings/{contact['recordings'][0]['id']}"
        part = office.file(f"{recording}/audio", Range="bytes=0-99")
        assert part.status_code == 206
        assert len(part.content) == 100

        sound, rate = soundfile.read(io.BytesIO(office.file(f"{recording}/audio").content))
        assert rate == RATE
        assert sound.shape[1] == 2
        assert len(sound) > (TALK_S - 2) * RATE
        customer, agents = sound[:, 0], sound[:, 1]
        assert share_at(customer, TONE_HZ) > 0.8
        assert share_at(agents, TONE_HZ) < 0.1
        assert np.abs(agents).max() > 0.05, "the browser's microphone beeps, and is not heard"
        assert max(office.get(f"{recording}/peaks")["right"]) > 0
