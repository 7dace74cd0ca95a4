"""The door for browsers' telephones: SIP over WebSocket (RFC 7118) carried between `/sip` and the switch.

So a browser needs one origin and one port, and the switch's own door stays on the loopback address. Who may register is
the switch's own question (digest, RFC 3261 §22); nothing is read here. A page of another site is not let through, so
that a stranger's script cannot use a visitor's place in the network.
"""

import asyncio

import aiohttp
import structlog
from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from rexian.tenants.access import same_origin

log = structlog.stdlib.get_logger()

LARGEST_MESSAGE = 64 * 1024
MOST_AT_ONCE = 5000
CONNECT_WITHIN_S = 5.0
POLICY_VIOLATION, TOO_BIG, TRY_LATER, BAD_GATEWAY = 1008, 1009, 1013, 1014


def door(switch_url: str) -> APIRouter:
    """The route `/sip` to the switch's own WebSocket, `ws://host:port/ws`."""
    router = APIRouter()
    lines: set[WebSocket] = set()

    @router.websocket("/sip")
    async def sip(browser: WebSocket) -> None:
        foreign = "origin" in browser.headers and not same_origin(browser)
        if foreign or "sip" not in browser.scope.get("subprotocols", []):
            await browser.close(POLICY_VIOLATION)
        elif len(lines) >= MOST_AT_ONCE:
            await browser.close(TRY_LATER)
        else:
            lines.add(browser)
            try:
                await _carry(browser, switch_url)
            finally:
                lines.discard(browser)

    return router


async def _carry(browser: WebSocket, switch_url: str) -> None:
    await browser.accept("sip")
    timeout = aiohttp.ClientTimeout(total=None, connect=CONNECT_WITHIN_S)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as http,
            http.ws_connect(switch_url, protocols=("sip",), max_msg_size=LARGEST_MESSAGE) as switch,
        ):
            await _both_ways(browser, switch)
    except (aiohttp.ClientError, TimeoutError) as error:
        log.warning("The switch's door for browsers is closed.", reason=type(error).__name__)
        await browser.close(BAD_GATEWAY)


async def _both_ways(browser: WebSocket, switch: aiohttp.ClientWebSocketResponse) -> None:
    """Until either end closes; then the other is closed too."""
    ways = [asyncio.create_task(_inwards(browser, switch)), asyncio.create_task(_outwards(browser, switch))]
    try:
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)


async def _inwards(browser: WebSocket, switch: aiohttp.ClientWebSocketResponse) -> None:
    try:
        while True:
            text = await browser.receive_text()
            if len(text) > LARGEST_MESSAGE:
                await browser.close(TOO_BIG)
                return
            await switch.send_str(text)
    except (WebSocketDisconnect, aiohttp.ClientError):
        return


async def _outwards(browser: WebSocket, switch: aiohttp.ClientWebSocketResponse) -> None:
    async for message in switch:
        if message.type not in (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY):
            break
        data = message.data
        await browser.send_text(data if isinstance(data, str) else data.decode())
    await browser.close()
