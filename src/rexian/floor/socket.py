"""The live socket: who may see what, and whether a desk is there."""

import asyncio
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query, WebSocket

from rexian.core.ids import AgentId
from rexian.floor.actor import Floor
from rexian.floor.inputs import DeskPresence
from rexian.floor.live import Client
from rexian.floor.service import Floors
from rexian.tenants.access import service, signed_in
from rexian.tenants.model import Principal

router = APIRouter()

DESK_GRACE = timedelta(seconds=15)
"""How long a desk may be gone before its agent is paused: a page that is loaded anew is back in two seconds."""
SEND_S = 10.0


class Desks:
    """Counts the desk pages of each agent of one floor, and tells the floor when the last has been gone too long."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._pages: dict[AgentId, int] = {}
        self._going: dict[AgentId, asyncio.TimerHandle] = {}

    def expect(self) -> None:
        """After a start: those whose desk was there have the grace time to come back."""
        for id, agent in self._floor.state.agents.items():
            if agent.desk and not self._pages.get(id):
                self._start_grace(id)

    def came(self, agent: AgentId) -> None:
        self._pages[agent] = self._pages.get(agent, 0) + 1
        if (timer := self._going.pop(agent, None)) is not None:
            timer.cancel()
        live = self._floor.state.agents.get(agent)
        if live is None or not live.desk:
            self._floor.tell(DeskPresence(agent=agent, present=True))

    def went(self, agent: AgentId) -> None:
        self._pages[agent] -= 1
        if not self._pages[agent]:
            self._start_grace(agent)

    def _start_grace(self, agent: AgentId) -> None:
        loop = asyncio.get_running_loop()
        self._going[agent] = loop.call_later(DESK_GRACE / timedelta(seconds=1), self._gone, agent)

    def _gone(self, agent: AgentId) -> None:
        self._going.pop(agent, None)
        self._floor.tell(DeskPresence(agent=agent, present=False))


@router.websocket("/api/v1/live")
async def live(
    socket: WebSocket,
    by: Annotated[Principal, Depends(signed_in)],
    floors: Annotated[Floors, Depends(service("floors"))],
    topics: Annotated[str, Query(max_length=40)] = "desk",
) -> None:
    """`topics`: `board` (needs floor.view) shows all; `desk` the agent's own calls, queues and colleagues."""
    wanted = set(topics.split(","))
    board = "board" in wanted and by.may("floor.view")
    if not board:
        by.require("desk.use")
    await socket.accept()
    client = Client(board=board, agent=by.agent)
    running = floors.running(by.tenant)
    at_desk = by.agent if "desk" in wanted else None
    running.live.join(client)
    if at_desk is not None:
        running.desks.came(at_desk)
    try:
        await _serve(socket, client)
    finally:
        running.live.leave(client)
        if at_desk is not None:
            running.desks.went(at_desk)


async def _serve(socket: WebSocket, client: Client) -> None:
    """Send until the page goes away or takes nothing more. What the page says is not listened to."""
    tasks = [asyncio.create_task(_send(socket, client)), asyncio.create_task(_listen(socket))]
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


async def _listen(socket: WebSocket) -> None:
    while True:
        await socket.receive_text()
