"""The switch as a part of the installation: installed when missing, configured, run beside us or found by its URL."""

import asyncio
import socket
from typing import Any

import aiohttp
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from rexian.adapters.asterisk import config, install
from rexian.adapters.asterisk.config import Access
from rexian.adapters.asterisk.runtime import Runtime
from rexian.core.errors import Unavailable
from rexian.main.settings import Settings
from rexian.main.watch import Program

OLDEST = 20
OR_OURS = (
    "Start it, mend REXIAN_ASTERISK__ARI_URL (http://127.0.0.1:8088/ari), or leave it out to use the one we bring."
)
PHASES = {
    "index": "Asking Debian for Asterisk",
    "download": "Fetching Asterisk (82 MB, once)",
    "unpack": "Unpacking Asterisk",
}


def installed(settings: Settings, console: Console) -> Runtime | None:
    """The Asterisk to run, installed now when it is missing; None when the settings name a running one.

    Raises `Unavailable` when that one does not answer, does not let us in, or is too old.
    """
    if settings.asterisk.ari_url:
        asyncio.run(_require_answer(access(settings)))
        return None
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        tasks = {phase: progress.add_task(title, total=100, visible=False) for phase, title in PHASES.items()}

        def told(phase: str, done: int, total: int) -> None:
            progress.update(tasks[phase], completed=done, total=total, visible=True)

        return install.provided(progress=told)


def program(settings: Settings, runtime: Runtime) -> Program:
    """Write the configuration (loopback ports are free ones, new at each start) and say how to run it."""
    http, ami = _free_ports()
    wanted = config.Settings(
        folder=settings.data / "asterisk",
        http_port=http,
        ami_port=ami,
        sip_port=settings.sip.port,
        sip_address=settings.sip.bind,
        public_address=settings.sip.public_address,
        prompts=settings.data / "prompts",
        recordings=settings.data / "recordings",
    )
    access = config.write(wanted, runtime)
    return Program(
        name="asterisk",
        command=(*runtime.command, "-C", str(wanted.etc / "asterisk.conf"), "-f"),
        ready=lambda: _answers(access),
        environment={"LC_ALL": "C.UTF-8"},
    )


def access(settings: Settings) -> Access:
    """How to speak with the switch: as the settings say, or as `program` has arranged it."""
    known = settings.asterisk
    if not known.ari_url:
        return config.read_access(settings.data / "asterisk")
    return Access(
        ari_url=known.ari_url.removesuffix("/ari"),
        ari_user=known.ari_user,
        ari_password=known.ari_password,
        ami_host=known.ami_host,
        ami_port=known.ami_port,
        ami_user=known.ami_user,
        ami_password=known.ami_password,
        prompts=str(settings.data / "prompts"),
        recordings=str(settings.data / "recordings"),
    )


async def _require_answer(access: Access) -> None:
    try:
        async with (
            aiohttp.ClientSession(headers=_headers(access), timeout=aiohttp.ClientTimeout(total=5)) as http,
            http.get(f"{access.ari_url}/ari/asterisk/info") as reply,
        ):
            if reply.status in (401, 403):
                raise _unusable(
                    f"does not let the user “{access.ari_user}” in",
                    "Mend REXIAN_ASTERISK__ARI_USER and REXIAN_ASTERISK__ARI_PASSWORD.",
                )
            reply.raise_for_status()
            told: dict[str, Any] = await reply.json()
    except TimeoutError:
        raise _unusable("does not answer within 5 s", OR_OURS) from None
    except (aiohttp.ClientError, ValueError) as error:
        raise _unusable(f"does not answer ({_reason(error)})", OR_OURS) from error
    version = str(told.get("system", {}).get("version", ""))
    if (major := version.partition(".")[0]).isdigit() and int(major) < OLDEST:
        raise _unusable(f"is version {version}", f"Take version {OLDEST} or later, or leave the URL out to use ours.")


def _unusable(what: str, do: str) -> Unavailable:
    return Unavailable("up.asterisk_unusable", f"The Asterisk of the settings {what}. {do}")


def _reason(error: Exception) -> str:
    if isinstance(error, aiohttp.ClientResponseError):
        return f"its answer is {error.status} {error.message}"
    if isinstance(error, aiohttp.InvalidURL):
        return f"“{error.url}” is no address"
    return str(error)


def _headers(access: Access) -> dict[str, str]:
    return {"Authorization": aiohttp.encode_basic_auth(access.ari_user, access.ari_password)}


async def _answers(access: Access) -> bool:
    timeout = aiohttp.ClientTimeout(total=2)
    try:
        async with (
            aiohttp.ClientSession(headers=_headers(access), timeout=timeout) as http,
            http.get(f"{access.ari_url}/ari/asterisk/info?only=status") as reply,  # 503 until it has fully booted
        ):
            return reply.status == 200
    except (aiohttp.ClientError, TimeoutError):
        return False


def _free_ports() -> tuple[int, int]:
    """Two ports of the loopback address that nobody uses now."""
    with socket.socket() as first, socket.socket() as second:
        first.bind(("127.0.0.1", 0))
        second.bind(("127.0.0.1", 0))
        return first.getsockname()[1], second.getsockname()[1]
