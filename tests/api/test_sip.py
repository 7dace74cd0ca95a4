"""The door for browsers' telephones, before a real Asterisk: a SIP client over WebSocket registers through it."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import aiohttp
import pytest
import uvicorn
from fastapi import FastAPI

from rexian.adapters.asterisk.config import Access
from rexian.adapters.asterisk.switch import AsteriskSwitch
from rexian.api.sip import LARGEST_MESSAGE, door
from rexian.telephony.events import PhoneReachable, SwitchBack
from rexian.telephony.ports import Phone
from tests.asterisk import running_asterisk
from tests.ports import free_tcp_port
from tests.sip.messages import Message, authorization, parse

BROWSER = Phone(id="demo-1007", secret="s3cret", web=True)


@contextmanager
def served(switch_url: str) -> Iterator[str]:
    """The door in a web server of its own; its address."""
    app = FastAPI()
    app.include_router(door(switch_url))
    port = free_tcp_port()
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning", ws="websockets-sansio")
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            threading.Event().wait(0.01)
        yield f"ws://127.0.0.1:{port}/sip"
    finally:
        server.should_exit = True
        thread.join(10)


@pytest.fixture(scope="module")
def asterisk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Access]:
    with running_asterisk(tmp_path_factory.mktemp("asterisk")) as (access, _):
        yield access


def register(number: int, authorized: str = "") -> Message:
    me = f"<sip:{BROWSER.id}@rexian.invalid>"
    headers = [
        *(("Via", f"SIP/2.0/WS x.invalid;branch=z9hG4bK{number}"), ("Max-Forwards", "70"), ("From", f"{me};tag=1")),
        *(("To", me), ("Call-ID", "one"), ("CSeq", f"{number} REGISTER"), ("Expires", "300")),
        ("Contact", "<sip:abc@x.invalid;transport=ws>"),
        *((("Authorization", authorized),) if authorized else ()),
    ]
    return Message("REGISTER", "sip:rexian.invalid", headers=headers)


async def asked(socket: aiohttp.ClientWebSocketResponse, request: Message) -> Message:
    await socket.send_str(request.bytes().decode())
    while True:
        reply = parse((await socket.receive_str()).encode())
        assert reply is not None
        if reply.status:
            return reply


@pytest.mark.asterisk
async def test_a_browser_registers_through_the_door_and_is_gone_when_its_page_closes(asterisk: Access) -> None:
    switch = AsteriskSwitch(asterisk)
    await switch.provide([BROWSER], [])
    events = switch.events()
    assert isinstance(await anext(events), SwitchBack)
    with served(asterisk.ari_url.replace("http", "ws") + "/ws") as url:
        async with aiohttp.ClientSession() as http, http.ws_connect(url, protocols=("sip",)) as socket:
            assert socket.protocol == "sip"
            challenge = await asked(socket, register(1))
            assert challenge.status == 401
            answer = authorization(
                challenge.get("WWW-Authenticate"),
                user=BROWSER.id,
                password=BROWSER.secret,
                method="REGISTER",
                uri="sip:rexian.invalid",
            )
            assert (await asked(socket, register(2, answer))).status == 200
            here = await asyncio.wait_for(anext(events), 5)
            assert isinstance(here, PhoneReachable)
            assert here.reachable
        gone = await asyncio.wait_for(anext(events), 5)
        assert isinstance(gone, PhoneReachable)
        assert not gone.reachable
    await switch.close()


async def test_a_door_without_a_switch_closes() -> None:
    with served(f"ws://127.0.0.1:{free_tcp_port()}/ws") as url:
        async with aiohttp.ClientSession() as http, http.ws_connect(url, protocols=("sip",)) as socket:
            assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE


async def test_who_does_not_speak_sip_is_turned_away() -> None:
    with served("ws://127.0.0.1:1/ws") as url:
        async with aiohttp.ClientSession() as http:
            with pytest.raises(aiohttp.WSServerHandshakeError):
                await http.ws_connect(url)


@pytest.mark.asterisk
async def test_a_message_too_large_ends_the_line(asterisk: Access) -> None:
    with served(asterisk.ari_url.replace("http", "ws") + "/ws") as url:
        async with aiohttp.ClientSession() as http, http.ws_connect(url, protocols=("sip",)) as socket:
            await socket.send_str("x" * (LARGEST_MESSAGE + 1))
            assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE
