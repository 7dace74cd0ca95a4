"""Callers in menus on a real Asterisk: how long it takes from a key until the next prompt is heard.

Each caller presses a key when the question has been heard to its end, and again a few seconds later, without end. What
is measured lies wholly outside of the system: from the moment the packet leaves that says the key is let go (RFC 4733,
its end bit) to the moment the first packet of the prompt comes in. Callers send nothing between keys, as phones that
suppress silence do. The load generator runs on the same machine, and what it costs is in the figures.
"""

import asyncio
import random
import struct
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import uvloop
from tests.sip import SipPhone
from tests.sip.media import ALAW, EVENT, FRAME, RATE, Media, from_alaw

from bench import whole
from bench.calls import free_ports
from bench.serving import NUMBER

LOUD = 100
"""The mean magnitude of a packet (16 bit) from which on it is the prompt."""
KEY_PACKETS = 6
ENDS = 3
"""A key's end is told three times, in case that packets are lost (RFC 4733, 2.5.1.4)."""
FOUND_WITHIN_S = 5.0
CALLS_A_SECOND = 20.0
PAUSE_S = (2.0, 4.0)
"""Between a prompt's beginning and the next key."""


class Presser(Media):
    """The ear and the finger of one caller."""

    def __init__(self) -> None:
        super().__init__()
        self.heard_at: asyncio.Future[float] | None = None
        self._source, self._sequence = random.getrandbits(32), random.getrandbits(15)
        self._began = time.perf_counter()

    def _stamp(self) -> int:
        """The line's time in samples: a key whose stamp is not later than the one before is taken for a repetition."""
        return int((time.perf_counter() - self._began) * RATE)

    async def _send(self) -> None:
        """Only keys are sent."""

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        waiting = self.heard_at
        if waiting is None or waiting.done() or data[1] & 0x7F != ALAW:
            return
        if np.abs(from_alaw(data[12:]).astype(np.int32)).mean() > LOUD:
            waiting.set_result(time.perf_counter())

    def listen(self) -> "asyncio.Future[float]":
        self.heard_at = asyncio.get_running_loop().create_future()
        return self.heard_at

    async def key(self, event: int) -> float:
        """Press and let go a key; gives the moment at which it was let go."""
        begun, let_go = self._stamp(), 0.0
        for place in range(KEY_PACKETS):
            ending = place >= KEY_PACKETS - ENDS
            lasted = min(place + 1, KEY_PACKETS - ENDS + 1) * FRAME
            head = struct.pack("!BBHII", 0x80, EVENT | (0x80 if place == 0 else 0), self._sequence, begun, self._source)
            self._sequence = (self._sequence + 1) & 0xFFFF
            if place == KEY_PACKETS - ENDS:
                let_go = time.perf_counter()
            self._transport.sendto(head + struct.pack("!BBH", event, (0x80 if ending else 0) | 10, lasted), self._far)  # type: ignore[union-attr]
            if place < KEY_PACKETS - ENDS:
                await asyncio.sleep(0.02)
        return let_go


async def _caller(phone: SipPhone, number: int, sip_port: int, keys: int) -> tuple[list[float], int]:
    """One call; gives the seconds from key to prompt, and how many keys were answered by nothing."""
    line = await phone.dial(f"sip:{NUMBER}@127.0.0.1:{sip_port}", f"1390{number:07}")
    ear = line.media
    assert isinstance(ear, Presser)
    first = ear.listen()
    took: list[float] = []
    lost = 0
    try:
        await line.wait(line.answered, 20)
        await asyncio.wait_for(first, FOUND_WITHIN_S)
        for _ in range(keys):
            await asyncio.sleep(random.uniform(*PAUSE_S))
            heard = ear.listen()
            let_go = await ear.key(1)
            try:
                took.append(await asyncio.wait_for(heard, FOUND_WITHIN_S) - let_go)
            except TimeoutError:
                lost += 1
    except TimeoutError:
        lost += keys
    line.hang_up()
    return took, lost


async def _callers(sip_port: int, callers: int, keys: int) -> tuple[list[float], int]:
    async with SipPhone(media=Presser) as phone:
        tasks = []
        for number in range(callers):
            tasks.append(asyncio.create_task(_caller(phone, number, sip_port, keys)))
            await asyncio.sleep(1 / CALLS_A_SECOND)
        done = await asyncio.gather(*tasks)
    return [seconds for took, _ in done for seconds in took], sum(lost for _, lost in done)


def measure(callers: int, keys: int) -> dict[str, Any]:
    """The figures of so many callers at once, each of whom presses so many keys."""
    ports = free_ports(3)
    with tempfile.TemporaryDirectory(prefix="rexian-bench-") as folder:
        Path(folder).chmod(0o755)
        places = {"sip_port": ports[0], "http_port": ports[1], "ami_port": ports[2]}
        with whole.running(Path(folder), **places, menus=True) as centre:
            uvloop.run(_callers(ports[0], 5, 1))
            before = centre.used_ms()
            took, lost = uvloop.run(_callers(ports[0], callers, keys))
            used = {name: after - before[name] for name, after in centre.used_ms().items()}
    pressed = len(took) + lost
    return {
        "callers": callers,
        "keys": pressed,
        "keys_unanswered": lost,
        "key_to_prompt_p50_ms": _ms(took, 50),
        "key_to_prompt_p95_ms": _ms(took, 95),
        "key_to_prompt_p99_ms": _ms(took, 99),
        "cpu_ms_per_key": {name: round(ms / max(pressed, 1), 2) for name, ms in used.items()},
    }


def _ms(took: list[float], percentile: float) -> float:
    return round(float(np.percentile(took, percentile)) * 1000, 1) if took else float("nan")
