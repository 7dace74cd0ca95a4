"""Runs one Asterisk as a child: start it, wait until it takes calls, stop it."""

import asyncio
import contextlib
import os
import signal
import socket
from pathlib import Path

import aiohttp

from rexian.adapters.asterisk.config import Access, Settings, write
from rexian.adapters.asterisk.runtime import Runtime
from rexian.core.errors import Unavailable

READY_WITHIN_S = 60.0
STOP_WITHIN_S = 5.0


class AsteriskProcess:
    """One Asterisk for one data folder. The owner watches `wait` and decides when to start it again."""

    def __init__(self, settings: Settings, runtime: Runtime) -> None:
        self._settings = settings
        self._runtime = runtime
        self._child: asyncio.subprocess.Process | None = None

    @property
    def command(self) -> tuple[str, ...]:
        """The words that run it in the foreground, for a supervisor of its own."""
        return (*self._runtime.command, "-C", str((self._settings.etc / "asterisk.conf").absolute()), "-f")

    @property
    def sip_port(self) -> int:
        return self._settings.sip_port

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child is not None and self._child.returncode is None else None

    async def start(self) -> Access:
        """Write the configuration, start, and return when Asterisk takes requests."""
        self._require_ports()
        access = write(self._settings, self._runtime)
        with self._console.open("wb") as console:
            self._child = await asyncio.create_subprocess_exec(
                *self.command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=console,
                stderr=console,
                start_new_session=True,
                env={**os.environ, "LC_ALL": "C.UTF-8"},
            )
        try:
            await self._until_ready(access)
        except BaseException:
            await self.stop()
            raise
        return access

    async def wait(self) -> int:
        """Until it has ended; its exit code."""
        assert self._child is not None, "started before"
        return await self._child.wait()

    async def stop(self) -> None:
        """End it, gently first. Its calls end with it."""
        if self._child is None or self._child.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            self._child.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(self._child.wait(), STOP_WITHIN_S)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                self._child.kill()
            await self._child.wait()

    async def _until_ready(self, access: Access) -> None:
        assert self._child is not None, "started before"
        ready = asyncio.ensure_future(until_ready(access))
        ended = asyncio.ensure_future(self._child.wait())
        try:
            await asyncio.wait((ready, ended), return_when=asyncio.FIRST_COMPLETED)
            if ended.done():
                raise Unavailable(
                    "voice.asterisk_ended", f"Asterisk ended while starting. {self._last_words()} See {self._console}."
                )
            await ready
        finally:
            for task in (ready, ended):
                task.cancel()
            await asyncio.gather(ready, ended, return_exceptions=True)

    def _require_ports(self) -> None:
        wanted = self._settings
        for kind, address, port in (
            (socket.SOCK_DGRAM, wanted.sip_address, wanted.sip_port),
            (socket.SOCK_STREAM, "127.0.0.1", wanted.http_port),
            (socket.SOCK_STREAM, "127.0.0.1", wanted.ami_port),
        ):
            if not _is_free(kind, address, port):
                name = "UDP" if kind == socket.SOCK_DGRAM else "TCP"
                raise Unavailable(
                    "voice.port_taken",
                    f"{name} port {port} is taken by another program. Stop it, or choose another port.",
                    port=port,
                )

    @property
    def _console(self) -> Path:
        return self._settings.folder / "log" / "console.log"

    def _last_words(self) -> str:
        lines = self._console.read_text(errors="replace").strip().splitlines()
        return f"It said: {lines[-1]}" if lines else "It said nothing."


def _is_free(kind: socket.SocketKind, address: str, port: int) -> bool:
    with socket.socket(socket.AF_INET, kind) as trial:
        if kind == socket.SOCK_STREAM:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((address, port))
        except OSError:
            return False
    return True


async def until_ready(access: Access, within_s: float = READY_WITHIN_S) -> None:
    """Wait until Asterisk has fully booted; raises `Unavailable` when it does not in time."""
    headers = {"Authorization": aiohttp.encode_basic_auth(access.ari_user, access.ari_password)}
    try:
        async with asyncio.timeout(within_s), aiohttp.ClientSession(headers=headers) as http:
            # Another program's readiness can only be asked for.
            while not await _answers(http, f"{access.ari_url}/ari/asterisk/info"):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise Unavailable("voice.asterisk_silent", f"Asterisk did not answer within {within_s:.0f} s.") from None


async def _answers(http: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with http.get(url) as reply:
            return reply.status == 200
    except aiohttp.ClientError:
        return False
