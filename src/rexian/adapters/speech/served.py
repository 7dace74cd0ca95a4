"""What recognisers on other machines have in common: whom they trust, and that one which fails is left alone."""

import asyncio
import json
import ssl
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp

from rexian.adapters.web.breaker import Breaker
from rexian.ai.ports import Heard
from rexian.core.errors import Unavailable

WITHIN_S = 10.0
LARGEST_ANSWER = 256 * 1024
"""Bytes: half a minute of speech is some hundred words."""


class Server:
    """One that fails again and again is left alone for a while, so that no caller waits for it."""

    def __init__(self, url: str, *, key: str, certificate: str, within_s: float) -> None:
        self.url = url
        self.within_s = within_s
        self.headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._certificate = certificate
        self._breaker = Breaker()
        self._session: aiohttp.ClientSession | None = None

    @property
    def session(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(ssl=trusting(self._certificate))
            self._session = aiohttp.ClientSession(connector=connector)
        return self._session

    async def ask(self, question: Callable[[], Awaitable[str]], language: str) -> Heard:
        """What it understood. Whatever goes wrong, and whatever it answers, is `Unavailable` at worst."""
        clock = asyncio.get_running_loop().time
        if not self._breaker.lets_through(self.url, clock()):
            raise Unavailable("speech.remote_failed", "The speech server has failed again and again; look after it.")
        try:
            async with asyncio.timeout(self.within_s):
                text = await question()
        except BaseException as error:  # whatever it was: while it is tried again, nobody else is let through
            self._breaker.failed(self.url, clock())
            if why := _reason(error):
                raise failed(why) from error
            raise
        self._breaker.succeeded(self.url)
        return Heard(text.strip(), language)

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None


def _reason(error: BaseException) -> str:
    match error:
        case TimeoutError():
            return "it takes too long"
        case aiohttp.WSServerHandshakeError():
            return f"it answers {error.status}"
        case aiohttp.ClientError() | OSError():
            return "it cannot be reached"
        case _:
            return ""


def trusting(certificate: str) -> ssl.SSLContext:
    """`certificate`: the PEM file of the one that a server of one's own shows; empty: as this machine trusts.

    Who has that certificate is the server, whatever its name: it was made for this one.
    """
    if not certificate:
        return ssl.create_default_context()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    try:
        context.load_verify_locations(cafile=certificate)
    except OSError as error:
        raise failed("the file of the setting speech.certificate cannot be read") from error
    return context


def told(content: str | bytes) -> dict[str, Any]:
    """A JSON object; raises `Unavailable` for anything else."""
    try:
        answer: Any = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise failed("its answer cannot be understood") from error
    if not isinstance(answer, dict):
        raise failed("its answer cannot be understood")
    return answer


def failed(why: str) -> Unavailable:
    return Unavailable("speech.remote_failed", f"The speech server failed: {why}. Look at the setting speech.url.")
