"""Starting with a PostgreSQL or an Asterisk of one's own that is not as the settings say."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO

import pytest
from aiohttp import web
from rich.console import Console

from rexian.core.errors import Invalid, Unavailable
from rexian.main import data, settings, voice


@contextmanager
def asterisk(answer: Callable[[], web.Response]) -> Iterator[str]:
    """Something at an address that answers like this."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    async def begin() -> tuple[web.AppRunner, str]:
        async def answered(request: web.Request) -> web.Response:
            return answer()

        app = web.Application()
        app.router.add_get("/ari/asterisk/info", answered)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return runner, f"http://127.0.0.1:{runner.addresses[0][1]}/ari"

    runner, address = asyncio.run_coroutine_threadsafe(begin(), loop).result()
    try:
        yield address
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def installed(url: str) -> object:
    return voice.installed(settings.load(asterisk__ari_url=url), Console(file=StringIO()))


@pytest.mark.parametrize(
    ("status", "version", "told"),
    [(401, "22.1.0", "ARI_PASSWORD"), (404, "22.1.0", "404.*ARI_URL"), (200, "18.9.1", "18.9.1.*20 or later")],
)
def test_an_asterisk_that_is_not_as_the_settings_say_is_told_at_the_start(status: int, version: str, told: str) -> None:
    body = {"system": {"version": version}}
    with asterisk(lambda: web.json_response(body, status=status)) as url, pytest.raises(Unavailable, match=told):
        installed(url)


def test_an_asterisk_that_is_as_the_settings_say_is_taken() -> None:
    with asterisk(lambda: web.json_response({"system": {"version": "20.6.0"}})) as url:
        assert installed(url) is None


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/ari", "nonsense"])
def test_an_asterisk_that_is_not_there_is_told_at_the_start(url: str) -> None:
    with pytest.raises(Unavailable, match=r"does not answer.*ARI_URL"):
        installed(url)


def test_a_postgresql_that_is_not_there_is_told_with_the_reason() -> None:
    with pytest.raises(Unavailable, match=r"Connection refused\. Mend REXIAN_POSTGRES__URL"):
        data.program(settings.load(postgres__url="postgresql://me:secret@127.0.0.1:1/x"))


def test_an_address_of_no_postgresql_is_told_without_its_password() -> None:
    with pytest.raises(Invalid, match="begins with postgresql://") as refused:
        data.program(settings.load(postgres__url="mysql://me:secret@host/x"))
    assert "secret" not in refused.value.message
