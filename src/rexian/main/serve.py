"""The process `serve`: the API, the pages, and the floors of all tenants."""

import asyncio

import uvicorn
import uvloop

from rexian.adapters.asterisk.switch import AsteriskSwitch
from rexian.api.app import ROUTERS, build
from rexian.api.sip import door
from rexian.core.memory import keep_for_good
from rexian.main import logs, voice
from rexian.main import settings as reading
from rexian.main.settings import Settings
from rexian.main.watch import follow
from rexian.main.wiring import wired


async def serve(settings: Settings) -> None:
    """Until told to stop."""
    switch = voice.access(settings)
    async with wired(settings, AsteriskSwitch(switch)) as rexian:
        phones = door(f"{switch.ari_url.replace('http', 'ws', 1)}/ws")
        config = uvicorn.Config(
            build(rexian, routers=(*ROUTERS, phones)),
            host=settings.web.bind,
            port=settings.web.port,
            log_level="warning",
            timeout_graceful_shutdown=3,
            proxy_headers=False,
        )
        keep_for_good()
        await _first_to_end(
            asyncio.create_task(uvicorn.Server(config).serve(), name="pages"),
            asyncio.create_task(rexian.floors.run(), name="floors"),
            asyncio.create_task(rexian.board.run(), name="figures"),
            asyncio.create_task(rexian.alert_watch.run(), name="alerts"),
        )


async def _first_to_end(*tasks: asyncio.Task[None]) -> None:
    """When one ends, so do the others; what failed is raised."""
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    for outcome in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(outcome, Exception):
            raise outcome


if __name__ == "__main__":
    follow()
    logs.configure()
    uvloop.run(serve(reading.load()))
