"""A real Asterisk for tests, in a folder of its own, and a cable to it that can be cut."""

import asyncio
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from rexian.adapters.asterisk.config import Access, Settings, write
from rexian.adapters.asterisk.install import provided
from rexian.adapters.asterisk.process import AsteriskProcess, until_ready
from tests.ports import free_tcp_port, free_udp_port


def make_settings(folder: Path) -> Settings:
    return Settings(
        folder=folder,
        http_port=free_tcp_port(),
        ami_port=free_tcp_port(),
        sip_port=free_udp_port(),
        sip_address="127.0.0.1",
    )


@contextmanager
def running_asterisk(folder: Path) -> Iterator[tuple[Access, Settings]]:
    """One that outlives the event loops of single tests."""
    settings = make_settings(folder)
    runtime = provided()
    access = write(settings, runtime)
    with (folder / "log/console.log").open("wb") as console:
        child = subprocess.Popen(
            AsteriskProcess(settings, runtime).command, stdin=subprocess.DEVNULL, stdout=console, stderr=console
        )
    try:
        asyncio.run(until_ready(access))
        yield access, settings
    finally:
        child.terminate()
        try:
            child.wait(5)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


class Cable:
    """Carries TCP to a port of this machine until it is cut."""

    def __init__(self, to_port: int) -> None:
        self._to_port = to_port
        self._server: asyncio.Server | None = None
        self._ends: set[asyncio.StreamWriter] = set()
        self._carrying: set[asyncio.Task[None]] = set()
        self.port = free_tcp_port()

    async def plug_in(self) -> None:
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", self.port)

    async def cut(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        for end in list(self._ends):
            end.transport.abort()
        await asyncio.gather(*self._carrying, return_exceptions=True)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._to_port)
        except OSError:
            writer.transport.abort()
            return
        self._ends |= {writer, far_writer}
        ways = [asyncio.create_task(_copy(reader, far_writer)), asyncio.create_task(_copy(far_reader, writer))]
        self._carrying.update(ways)
        for way in ways:
            way.add_done_callback(self._carrying.discard)


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
    writer.close()
