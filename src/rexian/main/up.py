"""`./rexian up`: stand on firm ground, install what is missing, start everything, watch it, stop it."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

import aiohttp
from rich.console import Console

from rexian.adapters.asterisk.runtime import Runtime
from rexian.core.errors import Conflict, Unavailable
from rexian.main import data, ground, sounds, voice, web
from rexian.main.prepared import Prepared
from rexian.main.settings import Settings, environment
from rexian.main.watch import Program, Watch
from rexian.main.welcome import Login, Welcome, demo_logins

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def up(settings: Settings, *, demo: bool) -> None:
    """Returns when it was told to stop and all has stopped. Raises one clear error when something cannot stand."""
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    with _told_to_stop_early():
        ground.require_ports(settings)
        ground.require_room(settings.data)
        with ground.claimed(settings.data):
            ground.tell_ports(settings)
            ground.keep_to_ourselves(settings)
            web.build_if_changed(console)
            runtime = voice.installed(settings, console)
            asyncio.run(Installation(settings, runtime, console, demo=demo).live())


class Installation:
    """All that runs for one data folder, from its start to its stop."""

    def __init__(self, settings: Settings, runtime: Runtime | None, console: Console, *, demo: bool) -> None:
        self._settings = settings
        self._runtime = runtime
        self._console = console
        self._demo = demo
        self._watch = Watch(settings.data / "logs", lambda line: console.print(line, style="yellow", markup=False))

    async def live(self) -> None:
        """Start everything, and stop everything when told."""
        told = asyncio.Event()
        for number in SIGNALS:
            asyncio.get_running_loop().add_signal_handler(number, told.set)
        starting = asyncio.create_task(self._start())
        stopping = asyncio.create_task(told.wait())
        try:
            await asyncio.wait((starting, stopping), return_when=asyncio.FIRST_COMPLETED)
            if starting.done():
                (await starting).show(self._console)
                await stopping
        finally:
            for task in (starting, stopping):
                task.cancel()
            await asyncio.gather(starting, stopping, return_exceptions=True)
            with self._console.status("Stopping …"):
                await self._watch.stop()

    async def _start(self) -> Welcome:
        settings = self._settings
        sounds.lay_out(settings.data / "prompts")
        with self._console.status("Starting …") as status:
            async with _together() as tasks:
                if self._runtime is not None:
                    tasks.append(asyncio.create_task(self._watch.start(voice.program(settings, self._runtime))))
                made = await self._ready_database(status.update)
                status.update("Starting the switch and the pages …")
                await self._watch.start(self._python("serve", ready=self._page_answers))
                await self._watch.start(self._python("work", ready=_at_once))
                await asyncio.gather(*tasks)
        return Welcome(settings, [*made, *(demo_logins() if self._demo else ())], self._demo)

    async def _ready_database(self, tell: Callable[[str], None]) -> list[Login]:
        """Start it, and bring it up to this version when it is not known to be."""
        program = await asyncio.to_thread(data.program, self._settings)
        if program is not None:
            await self._watch.start(program)
            await asyncio.to_thread(data.make_database, self._settings)
        state = Prepared(self._settings, demo=self._demo)
        if state.holds():
            return []
        tell("Making the demonstration, with its past …" if self._demo else "Preparing the database …")
        made = await self._prepare()
        state.remember()
        return made

    async def _prepare(self) -> list[Login]:
        words = [sys.executable, "-m", "rexian.main.prepare", *(["--demo"] if self._demo else [])]
        child = await asyncio.create_subprocess_exec(
            *words,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=os.environ | environment(self._settings),
            start_new_session=True,
        )
        try:
            told, problems = await child.communicate()
        finally:
            if child.returncode is None:
                child.kill()
                await child.wait()
        if child.returncode:
            last = (problems.decode(errors="replace").strip().splitlines() or ["no reason was given"])[-1]
            raise Unavailable("up.prepare_failed", last)
        return [Login(**login) for login in json.loads(told)]

    def _python(self, name: str, *, ready: Callable[[], Awaitable[bool]]) -> Program:
        return Program(
            name=name,
            command=(sys.executable, "-m", f"rexian.main.{name}"),
            ready=ready,
            environment=environment(self._settings),
        )

    async def _page_answers(self) -> bool:
        address = f"http://{self._settings.web.bind}:{self._settings.web.port}/health"
        try:
            async with (
                aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=2)) as http,
                http.get(address) as reply,
            ):
                return reply.status < 500
        except (aiohttp.ClientError, TimeoutError):
            return False


async def _at_once() -> bool:
    return True


@asynccontextmanager
async def _together() -> AsyncIterator[list["asyncio.Task[None]"]]:
    """Tasks that end with the block; the first failure is raised as it is."""
    tasks: list[asyncio.Task[None]] = []
    try:
        yield tasks
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@contextmanager
def _told_to_stop_early() -> Iterator[None]:
    """While installing, a signal ends us as Ctrl-C does: quietly, with everything cleaned up on the way out."""

    def stop(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    former = {number: signal.signal(number, stop) for number in SIGNALS}
    try:
        yield
    except KeyboardInterrupt:
        raise Conflict("up.stopped", "Stopped before everything had started.") from None
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
