"""RTP with A-law tones: what a party says, hears (Goertzel) and presses (RFC 4733)."""

import asyncio
import random
import struct
import time
from collections import deque
from typing import cast

import numpy as np
import numpy.typing as npt

RATE = 8000
FRAME = 160
KEYS = "0123456789*#ABCD"
ALAW, EVENT = 8, 101

Samples = npt.NDArray[np.int16]


def _decode_table() -> Samples:
    """ITU-T G.711 A-law, all 256 codes."""
    codes = np.arange(256) ^ 0x55
    exponent, mantissa = (codes >> 4) & 7, codes & 15
    size = np.where(exponent == 0, (mantissa << 4) + 8, ((mantissa << 4) + 0x108) << np.maximum(exponent - 1, 0))
    return np.where(codes & 0x80, size, -size).astype(np.int16)


_DECODED = _decode_table()
_ORDER = np.argsort(_DECODED)
_SORTED = _DECODED[_ORDER].astype(np.int32)


def to_alaw(samples: Samples) -> bytes:
    """The nearest A-law code of each sample."""
    wanted = samples.astype(np.int32)
    right = np.clip(np.searchsorted(_SORTED, wanted), 1, 255)
    nearest = np.where(wanted - _SORTED[right - 1] < _SORTED[right] - wanted, right - 1, right)
    return _ORDER[nearest].astype(np.uint8).tobytes()


def from_alaw(data: bytes) -> Samples:
    return _DECODED[np.frombuffer(data, dtype=np.uint8)]


def tone(pitch: float, seconds: float, level: int = 8000) -> Samples:
    return (level * np.sin(2 * np.pi * pitch * np.arange(int(RATE * seconds)) / RATE)).astype(np.int16)


def strength(samples: Samples, pitch: float) -> float:
    """The amplitude of `pitch` (Hz) in `samples`, by Goertzel's single bin of the Fourier transform."""
    if len(samples) == 0:
        return 0.0
    turn = np.exp(-2j * np.pi * pitch * np.arange(len(samples)) / RATE)
    return float(2 * abs(np.dot(samples.astype(np.float64), turn)) / len(samples))


class Media(asyncio.DatagramProtocol):
    """One RTP stream: sends a tone (or silence) every 20 ms, keeps the last second of what it hears."""

    def __init__(self) -> None:
        self._transport: asyncio.DatagramTransport | None = None
        self._far: tuple[str, int] | None = None
        self._sending: asyncio.Task[None] | None = None
        self._loop = to_alaw(tone(0, 1))
        self._heard: deque[tuple[float, bytes]] = deque(maxlen=50)
        self._speech: deque[bytes] = deque()
        self._pressing: deque[str] = deque()
        self._last_event: int | None = None
        self.pressed = ""
        self.packets = 0

    async def open(self) -> int:
        loop = asyncio.get_running_loop()
        await loop.create_datagram_endpoint(lambda: self, local_addr=("127.0.0.1", 0))
        assert self._transport is not None, "open"
        port: int = self._transport.get_extra_info("sockname")[1]
        return port

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    def send_to(self, far: tuple[str, int]) -> None:
        self._far = far
        if self._sending is None:
            self._sending = asyncio.create_task(self._send())

    def say(self, pitch: float) -> None:
        """Sound `pitch` from now on; 0 is silence. Whole Hz, so that a second of it loops without a click."""
        self._loop = to_alaw(tone(pitch, 1))

    def speak(self, samples: Samples) -> None:
        """Say this once, instead of what sounds else."""
        speech = to_alaw(samples)
        self._speech.extend(speech[start : start + FRAME] for start in range(0, len(speech) - FRAME + 1, FRAME))

    def press(self, keys: str) -> None:
        self._pressing.extend(keys)

    def hears(self, pitch: float) -> bool:
        """Whether `pitch` sounds now, and has for a fifth of a second."""
        return strength(self._last(), pitch) > 1000

    def loudness(self) -> float:
        """The root mean square of what is heard now."""
        samples = self._last().astype(np.float64)
        return float(np.sqrt(np.mean(samples**2))) if len(samples) else 0.0

    def _last(self, within_s: float = 0.3) -> Samples:
        since = time.monotonic() - within_s
        frames = [data for at, data in self._heard if at >= since]
        return from_alaw(b"".join(frames)) if len(frames) >= 10 else np.zeros(0, np.int16)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        kind = data[1] & 0x7F
        self.packets += 1
        if kind == ALAW:
            self._heard.append((time.monotonic(), data[12:]))
        elif kind == EVENT:
            stamp = struct.unpack_from("!I", data, 4)[0]
            if data[13] & 0x80 and stamp != self._last_event:
                self._last_event = stamp
                self.pressed += KEYS[data[12]]

    async def _send(self) -> None:
        source, sequence, stamp = random.getrandbits(32), random.getrandbits(15), random.getrandbits(30)
        at, start = 0, time.monotonic()
        key, left, begun, gap = "", 0, 0, 0
        while True:
            gap = max(gap - 1, 0)
            if left == 0 and gap == 0 and self._pressing:
                key, left, begun, gap = self._pressing.popleft(), 10, stamp, 20
            if left > 3 or (left and key):
                ending = left <= 3
                body = struct.pack("!BBH", KEYS.index(key), (0x80 if ending else 0) | 10, min(10 - left + 1, 8) * FRAME)
                head = struct.pack("!BBHII", 0x80, EVENT | (0x80 if left == 10 else 0), sequence, begun, source)
                left -= 1
                key = key if left else ""
            else:
                offset = at * FRAME % RATE
                body = self._speech.popleft() if self._speech else self._loop[offset : offset + FRAME]
                head = struct.pack("!BBHII", 0x80, ALAW, sequence, stamp, source)
            if self._transport is not None and self._far is not None:
                self._transport.sendto(head + body, self._far)
            at, sequence, stamp = at + 1, (sequence + 1) & 0xFFFF, (stamp + FRAME) & 0xFFFFFFFF
            await asyncio.sleep(max(0.0, start + at * 0.02 - time.monotonic()))

    def stop(self) -> None:
        """Go silent at once, as a dead device does."""
        if self._sending is not None:
            self._sending.cancel()
        if self._transport is not None:
            self._transport.close()
