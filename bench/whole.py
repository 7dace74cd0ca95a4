"""The whole of Rexian for a measurement, in a folder of its own: PostgreSQL, Asterisk, the floor, `work`."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psycopg
import soundfile

from bench.cpu import used_ms
from bench.serving import PROMPT, QUESTION
from rexian.adapters.asterisk import config
from rexian.adapters.asterisk.install import provided
from rexian.adapters.asterisk.process import AsteriskProcess, until_ready
from rexian.core.ids import uuid7
from rexian.infra.migrate import migrate
from rexian.infra.postgres import EmbeddedPostgres
from rexian.main import settings as reading
from rexian.main.settings import Settings

STOP_WITHIN_S = 20


@dataclass(frozen=True, slots=True)
class Whole:
    """What runs: its processes by what they are, and its database."""

    processes: dict[str, list[int]]
    database: str
    tenant: str

    def used_ms(self) -> dict[str, float]:
        return {name: sum(used_ms(pid) for pid in pids) for name, pids in self.processes.items()}

    def closed(self) -> int:
        """Interactions that stand closed in the database."""
        with psycopg.connect(self.database) as db:
            row = db.execute("select count(*) from interactions where tenant_id = %s and closed", [self.tenant])
            found = row.fetchone()
        return int(found[0]) if found else 0


@contextmanager
def running(
    folder: Path,
    *,
    sip_port: int,
    http_port: int,
    ami_port: int,
    agents: int = 0,
    agent_port: int = 0,
    record: bool = False,
    menus: bool = False,
) -> Iterator[Whole]:
    """`menus`: callers are asked by a menu for ever; else they queue for the agents."""
    settings = reading.load(data=folder, sip__port=sip_port)
    with ExitStack() as stack:
        postgres = EmbeddedPostgres(folder / "postgres")
        postgres.start()
        stack.callback(postgres.stop)
        migrate(postgres.url())
        tenant = _tenant(postgres.url())
        asterisk = stack.enter_context(_asterisk(settings, http_port=http_port, ami_port=ami_port))
        work = stack.enter_context(_python(settings, ["-m", "rexian.main.work"], folder / "work.log"))
        options = [
            tenant,
            "--agents",
            str(agents),
            "--agent-port",
            str(agent_port),
            *(["--record"] if record else []),
            *(["--menus"] if menus else []),
        ]
        serve = stack.enter_context(_python(settings, ["-m", "bench.serving", *options], folder / "serve.log"))
        assert serve.stdout is not None, "a pipe"
        if serve.stdout.readline().strip() != b"ready":
            raise RuntimeError(f"The floor did not start; see {folder / 'serve.log'}.")
        server = int((postgres.folder / "postmaster.pid").read_text().split()[0])
        processes = {"python": [serve.pid, work.pid], "asterisk": [asterisk.pid], "postgres": [server]}
        yield Whole(processes, postgres.url(), tenant)


def _tenant(url: str) -> str:
    tenant = uuid7()
    with psycopg.connect(url) as db:
        db.execute("insert into tenants (id, slug, name) values (%s, 'bench', 'Bench')", [tenant])
    return tenant


@contextmanager
def _asterisk(settings: Settings, *, http_port: int, ami_port: int) -> Iterator[subprocess.Popen[bytes]]:
    wanted = config.Settings(
        folder=settings.data / "asterisk",
        http_port=http_port,
        ami_port=ami_port,
        sip_port=settings.sip.port,
        sip_address="127.0.0.1",
        prompts=settings.data / "prompts",
        recordings=settings.data / "recordings",
    )
    runtime = provided()
    access = config.write(wanted, runtime)
    _make_prompt(Path(access.prompts))
    with (wanted.folder / "log/console.log").open("wb") as log:
        command = AsteriskProcess(wanted, runtime).command
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        asyncio.run(until_ready(access))
        yield process
    finally:
        _stop(process)


@contextmanager
def _python(settings: Settings, words: list[str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    environment = {**os.environ, **reading.environment(settings)}
    with log.open("wb") as errors:
        process = subprocess.Popen([sys.executable, *words], stdout=subprocess.PIPE, stderr=errors, env=environment)
    try:
        yield process
    finally:
        _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()


def _make_prompt(prompts: Path) -> None:
    """A welcome of ten seconds, so that it never ends by itself, and a question of less than one."""
    folder = prompts / "_built-in/zh"
    folder.mkdir(parents=True, exist_ok=True)
    noise = np.random.default_rng(1).normal(0, 0.05, 80_000)
    soundfile.write(folder / f"{PROMPT}.wav", noise, 8000, subtype="PCM_16")
    soundfile.write(folder / f"{QUESTION}.wav", noise[:4_000], 8000, subtype="PCM_16")
