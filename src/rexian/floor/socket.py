"""The live socket: who may see what."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Query, WebSocket
from sqlalchemy.exc import SQLAlchemyError

from rexian.core.errors import Forbidden
from rexian.floor.live import Client
from rexian.floor.service import Floors
from rexian.tenants.access import SUBPROTOCOL, service, signed_in
from rexian.tenants.model import Principal

router = APIRouter()

SEND_S = 10.0
LOOK_AGAIN_S = 30.0


@router.websocket("/api/v1/live")
async def live(
    socket: WebSocket,
    by: Annotated[Principal, Depends(signed_in)],
    floors: Annotated[Floors, Depends(service("floors"))],
    topics: Annotated[str, Query(max_length=40)] = "desk",
) -> None:
    """`topics`: `board` (needs floor.view) shows all; `desk` the agent's own calls, queues and colleagues.

    `wall` (needs wall.view) shows what a board does, but no calls. A page that has a key and no session offers it as a
    subprotocol `key.<key>` beside `rexian`, for browsers send no headers with a WebSocket.
    """
    wanted = set(topics.split(","))
    board = "board" in wanted and by.may("floor.view")
    wall = not board and "wall" in wanted and by.may("wall.view")
    if not board and not wall:
        by.require("desk.use")
    running = floors.running(by.tenant)
    await socket.accept(subprotocol=SUBPROTOCOL if SUBPROTOCOL in socket.scope["subprotocols"] else None)
    client = Client(board=board or wall, agent=None if wall else by.agent, wall=wall)
    at_desk = by.agent if "desk" in wanted and not wall else None
    running.live.join(client)
    if at_desk is not None:
        running.desks.came(at_desk)
    try:
        await _serve(socket, client, by)
    finally:
        running.live.leave(client)
        if at_desk is not None:
            running.desks.went(at_desk)


async def _serve(socket: WebSocket, client: Client, by: Principal) -> None:
    """Send until the page goes away, takes nothing more or is signed out. What the page says is not listened to."""
    tasks = [
        asyncio.create_task(_send(socket, client)),
        asyncio.create_task(_listen(socket)),
        asyncio.create_task(_look_again(socket, by)),
    ]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _send(socket: WebSocket, client: Client) -> None:
    while True:
        message = await client.outbox.get()
        async with asyncio.timeout(SEND_S):
            await socket.send_text(message.decode())


async def _look_again(socket: WebSocket, by: Principal) -> None:
    """End when the session has: signed out, disabled, or another's rights by now."""
    while True:
        await asyncio.sleep(LOOK_AGAIN_S)
        try:
            now = await signed_in(socket)
        except Forbidden:
            return
        except SQLAlchemyError:
            continue  # the database is away; whoever is talking goes on
        if (now.user, now.agent, now.permissions) != (by.user, by.agent, by.permissions):
            return


async def _listen(socket: WebSocket) -> None:
    while True:
        await socket.receive_text()
