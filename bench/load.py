"""The load: customers and agents played by SIPp, the same for every switch that is measured.

Each customer calls under a number of his own. The moment his INVITE leaves and the moment an INVITE with his number
reaches an agent's phone are both taken by SIPp, outside of the system under test: their difference is "arrives → agent
rings", on the same clock and in the same way for everyone.
"""

import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

SCENARIOS = Path(__file__).parent / "sipp"
MEDIA_MARK = "<!-- media: start the speech here -->"


@dataclass(frozen=True, slots=True)
class Load:
    """How hard: calls a second, how many in all, and how long each customer stays after he is answered."""

    rate: float
    calls: int
    stay_s: float
    media: bool = False

    @property
    def concurrent(self) -> float:
        """Customers talking at once when the load has built up (Little's law)."""
        return self.rate * self.stay_s


@dataclass(frozen=True, slots=True)
class Outcome:
    """What SIPp saw: calls that went wrong, calls that no agent got, seconds from INVITE to the agent's INVITE."""

    started: int
    failed: int
    unanswered: int
    rings_s: np.ndarray
    took_s: float

    @property
    def good(self) -> bool:
        return self.failed == 0 and self.unanswered == 0

    def ring_ms(self, percentile: float) -> float:
        return round(float(np.percentile(self.rings_s, percentile)) * 1000, 1) if len(self.rings_s) else float("nan")


def run(load: Load, *, sip_port: int, number: str, agent_port: int, caller_port: int) -> Outcome:
    """Send `load` to the switch on `sip_port`; its agents' phones must all be at `agent_port`. Blocks until the end."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        with agents(folder, agent_port, media=load.media):
            began = time.monotonic()
            failed = _customers(folder, load, sip_port=sip_port, number=number, port=caller_port)
            took = time.monotonic() - began
            time.sleep(1)
        return _outcome(folder, load, failed, took)


@contextmanager
def agents(folder: Path, port: int, *, media: bool = False) -> Iterator[None]:
    """Phones on `port` that ring and answer at once, whoever they are called for."""
    process = subprocess.Popen(
        [
            *("sipp", "-sf", str(_scenario(folder, "agent", media)), "-i", "127.0.0.1", "-p", str(port)),
            *("-trace_logs", "-log_file", str(folder / "agents.log"), "-nostdin"),
        ],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        time.sleep(0.5)
        if process.poll() is not None:
            raise RuntimeError(f"SIPp for the agents did not start on UDP {port}; is the port free?")
        yield
    finally:
        process.terminate()
        process.wait()


def _customers(folder: Path, load: Load, *, sip_port: int, number: str, port: int) -> int:
    """Run all the customers; returns how many of their calls failed."""
    limit = load.calls / load.rate + load.stay_s + 60
    finished = subprocess.run(
        [
            *("sipp", f"127.0.0.1:{sip_port}", "-sf", str(_scenario(folder, "caller", load.media))),
            *("-i", "127.0.0.1", "-p", str(port), "-s", number, "-r", str(load.rate), "-m", str(load.calls)),
            *("-d", str(int(load.stay_s * 1000)), "-l", "100000", "-nostdin", "-trace_logs"),
            *("-log_file", str(folder / "callers.log"), "-trace_stat", "-stf", str(folder / "stat.csv"), "-fd", "1"),
        ],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=limit,
        check=False,
    )
    if finished.returncode > 1:
        raise RuntimeError(f"SIPp for the customers stopped with code {finished.returncode}.")
    header, *_, last = (folder / "stat.csv").read_text().splitlines()
    stat = dict(zip(header.split(";"), last.split(";"), strict=False))
    return int(stat["FailedCall(C)"])


def _outcome(folder: Path, load: Load, failed: int, took: float) -> Outcome:
    called, rang = _moments(folder / "callers.log"), _moments(folder / "agents.log")
    rings = np.array([rang[number] - at for number, at in called.items() if number in rang])
    return Outcome(
        started=load.calls, failed=failed, unanswered=load.calls - len(rings), rings_s=np.sort(rings), took_s=took
    )


def _moments(log: Path) -> dict[str, float]:
    """The first time at which each number stands in a log of lines `date time epoch number`."""
    first: dict[str, float] = {}
    for line in log.read_text().splitlines():
        _, _, epoch, number = line.split()
        first.setdefault(number, float(epoch))
    return first


def _scenario(folder: Path, name: str, media: bool) -> Path:
    text = (SCENARIOS / f"{name}.xml").read_text()
    if media:
        speech = _speech(folder)
        text = text.replace(MEDIA_MARK, f'<nop><action><exec rtp_stream="{speech},-1,8,PCMA/8000"/></action></nop>')
        text = text.replace("[media_port]", "[rtpstream_audio_port]")
    path = folder / f"{name}.xml"
    path.write_text(text)
    return path


def _speech(folder: Path) -> Path:
    """Ten seconds of speech-shaped noise, A-law, without a header, as SIPp wants it."""
    path = folder / "speech.al"
    if not path.exists():
        noise = np.random.default_rng(1).normal(0, 0.1, 80_000)
        syllables = 0.5 + 0.5 * np.sin(2 * np.pi * 4 * np.arange(80_000) / 8000)
        soundfile.write(path, noise * syllables, 8000, format="RAW", subtype="ALAW")
    return path
