"""The sound of a robot's telephone: RTP (RFC 3550) with µ-law speech and keys (RFC 4733), 20 ms a packet."""

import asyncio
import secrets
import struct
from collections import deque

from rexian.main.callers.messages import KEYS, MU_LAW

FRAME = 160
FRAME_S = 0.02
SILENCE = b"\xff" * FRAME
KEY_FRAMES = 8
"""160 ms a key: longer than the 40 ms that receivers need (ITU-T Q.24)."""
DIGITS = "0123456789*#"


class Sound(asyncio.DatagramProtocol):
    """One stream each way. Sends without pause, silence when nothing is to be said, as real telephones do."""

    def __init__(self) -> None:
        self._transport: asyncio.DatagramTransport | None = None
        self._far: tuple[str, int] | None = None
        self._waiting: deque[tuple[int, bool, bytes]] = deque()
        self._sequence = secrets.randbelow(30000)
        self._time = secrets.randbelow(2**31)
        self._source = secrets.randbits(32)
        self._pressing = 0
        self.heard = 0
        """Packets received."""

    async def open(self, address: str) -> int:
        """Take a port; returns it."""
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=(address, 0))
        return int(self._transport.get_extra_info("sockname")[1])

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def send_to(self, address: str, port: int) -> None:
        self._far = (address, port)

    def say(self, speech: bytes) -> None:
        """Say this (µ-law) after what is being said."""
        for start in range(0, len(speech) - FRAME + 1, FRAME):
            self._waiting.append((MU_LAW, False, speech[start : start + FRAME]))

    def press(self, digit: str) -> None:
        """Press a key, after what is being said. Its packets share one time stamp and tell how long it is held."""
        code = DIGITS.index(digit)
        for step in range(1, KEY_FRAMES + 1):
            self._waiting.append((KEYS, step == 1, struct.pack("!BBH", code, 10, step * FRAME)))
        for _ in range(3):  # the end is told three times, for one may get lost
            self._waiting.append((KEYS, False, struct.pack("!BBH", code, 0x80 | 10, KEY_FRAMES * FRAME)))

    @property
    def speaking(self) -> bool:
        return bool(self._waiting)

    def tick(self) -> None:
        """Send the next 20 ms."""
        payload, first, content = self._waiting.popleft() if self._waiting else (MU_LAW, False, SILENCE)
        if payload == KEYS and first:
            self._pressing = self._time
        stamp = self._pressing if payload == KEYS else self._time
        header = struct.pack("!BBHII", 0x80, first << 7 | payload, self._sequence, stamp, self._source)
        self._sequence = (self._sequence + 1) & 0xFFFF
        self._time = (self._time + FRAME) & 0xFFFFFFFF
        if self._far is not None and self._transport is not None:
            self._transport.sendto(header + content, self._far)

    def datagram_received(self, data: bytes, addr: object) -> None:
        self.heard += 1

    def error_received(self, exc: Exception) -> None:
        """The far side is gone already: its end is told by SIP."""


class Clockwork:
    """Ticks every open sound each 20 ms; one task for all of them."""

    def __init__(self) -> None:
        self._sounds: set[Sound] = set()

    def add(self, sound: Sound) -> None:
        self._sounds.add(sound)

    def discard(self, sound: Sound) -> None:
        self._sounds.discard(sound)

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            for sound in tuple(self._sounds):
                sound.tick()
            due = max(due + FRAME_S, loop.time() - 5 * FRAME_S)
            await asyncio.sleep(due - loop.time())
