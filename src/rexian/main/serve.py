"""The process `serve`: the API, the pages, and the floors of all tenants."""

import asyncio

import uvicorn

from rexian.api.app import build
from rexian.main import logs
from rexian.main import settings as reading
from rexian.main.settings import Settings
from rexian.main.wiring import wired


async def serve(settings: Settings) -> None:
    """Until told to stop."""
    async with wired(settings) as rexian:
        config = uvicorn.Config(
            build(rexian),
            host=settings.web.bind,
            port=settings.web.port,
            log_level="warning",
            timeout_graceful_shutdown=3,
            proxy_headers=False,
        )
        await uvicorn.Server(config).serve()


if __name__ == "__main__":
    logs.configure()
    asyncio.run(serve(reading.load()))
