"""Starts programs, watches them, starts them again when they fall, and stops all of them.

A program runs in a session of its own, so that Ctrl-C reaches us only and the order of stopping is ours; should we be
killed ourselves, the kernel ends it (PR_SET_PDEATHSIG); our own programs see to it themselves as well (`follow`), for a
signal that comes before they listen, or while they end already, may be lost.
"""

import asyncio
import ctypes
import os
import signal
import threading
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from rexian.core.errors import Unavailable

Say = Callable[[str], None]
PAUSES_S = (1, 2, 5, 10, 30)
STEADY_S = 60
"""A program that stood this long begins again with the shortest pause."""
LOUD = ("PANIC", "FATAL", "ERROR", "Error:")
"""Lines of a log that tell more than its last one."""
WATCHED_BY = "REXIAN_WATCHED_BY"
"""The process that watches over a program, told in its environment."""
LEFT_ALONE_S = 10.0
"""As long as a program has to end by itself when nobody watches over it any more."""
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


@dataclass(frozen=True, slots=True)
class Program:
    """What to run, how to tell that it is ready, and how to ask it to stop."""

    name: str
    command: tuple[str, ...]
    ready: Callable[[], Awaitable[bool]]
    environment: Mapping[str, str] = field(default_factory=dict)
    user: str | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    start_within_s: float = 60
    stop_within_s: float = 10


class Watch:
    """The registry of running programs; owner of the tasks that watch over them."""

    def __init__(self, logs: Path, say: Say) -> None:
        self._logs = logs
        self._say = say
        self._running: dict[str, asyncio.subprocess.Process] = {}
        self._keepers: dict[str, asyncio.Task[None]] = {}
        self._programs: list[Program] = []
        self._began_at: dict[str, int] = {}

    async def start(self, program: Program) -> None:
        """Start a program and wait until it is ready. Raises `Unavailable` with its last words when it is not."""
        self._programs.append(program)
        await self._spawn(program)
        try:
            async with asyncio.timeout(program.start_within_s):
                await self._until_ready(program)
        except TimeoutError:
            raise self._failed(program, f"was not ready after {program.start_within_s:.0f} s") from None
        self._keepers[program.name] = asyncio.create_task(self._keep(program), name=f"keep {program.name}")

    async def stop(self) -> None:
        """Stop all, last started first; what does not stop in its time is killed."""
        for keeper in self._keepers.values():
            keeper.cancel()
        await asyncio.gather(*self._keepers.values(), return_exceptions=True)
        for program in reversed(self._programs):
            await self._end(program)

    async def _until_ready(self, program: Program) -> None:
        process = self._running[program.name]
        while not await program.ready():
            if process.returncode is not None:
                raise self._failed(program, "did not start")
            await asyncio.sleep(0.05)

    async def _keep(self, program: Program) -> None:
        falls = 0
        while True:
            began = time.monotonic()
            code = await self._running[program.name].wait()
            falls = 0 if time.monotonic() - began > STEADY_S else falls + 1
            pause = PAUSES_S[min(falls, len(PAUSES_S)) - 1] if falls else PAUSES_S[0]
            self._say(f"{program.name} ended ({_how(code)}); it starts again in {pause} s (log: {self._log(program)}).")
            await asyncio.sleep(pause)
            await self._spawn(program)

    async def _spawn(self, program: Program) -> None:
        with self._log(program).open("ab") as log:
            self._began_at[program.name] = log.tell()
            self._running[program.name] = await asyncio.create_subprocess_exec(
                *program.command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, **program.environment, WATCHED_BY: str(os.getpid())},
                start_new_session=True,
                preexec_fn=_dying_with_parent(program.stop_signal),
                user=program.user,
                group=program.user,
                extra_groups=[] if program.user else None,
            )

    async def _end(self, program: Program) -> None:
        process = self._running.get(program.name)
        if process is None:
            return
        with suppress(ProcessLookupError):
            process.send_signal(program.stop_signal)
        try:
            async with asyncio.timeout(program.stop_within_s):
                await process.wait()
        except TimeoutError:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()

    def _log(self, program: Program) -> Path:
        return self._logs / f"{program.name}.log"

    def _failed(self, program: Program, what: str) -> Unavailable:
        log = self._log(program)
        said = log.read_bytes()[self._began_at.get(program.name, 0) :].decode(errors="replace")
        words = [line for line in said.splitlines() if line.strip()]
        loud = [line for line in words if any(mark in line for mark in LOUD)]
        last = f" Its last words: {(loud or words)[-1].strip()}" if words else ""
        return Unavailable("up.start_failed", f"{program.name} {what}.{last} (All of them: {log})")


def _dying_with_parent(stop_signal: signal.Signals) -> Callable[[], None]:
    def set_signal() -> None:
        _libc.prctl(_PR_SET_PDEATHSIG, int(stop_signal))

    return set_signal


def follow() -> None:
    """See that this process does not outlive the one that watches over it; does nothing where there is none."""
    watched_by = os.environ.get(WATCHED_BY)
    if watched_by:
        threading.Thread(target=_end_after, args=(int(watched_by),), name="follow", daemon=True).start()


def _end_after(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    time.sleep(LEFT_ALONE_S)
    os._exit(1)


def _how(code: int) -> str:
    return f"exit code {code}" if code >= 0 else signal.Signals(-code).name
